"""Did the microphone hear the voice that a session decoded? Then the brain is in the sound by way of the decoder.

A loudspeaker plays what was decoded from the brain; a microphone that hears it records a function of the very features
that are to be decoded. Whatever learns from that sound, or is scored by it, finds the brain in it, spoken or not.

The voice as it went out is sought in the microphone by its waveform, as the contamination audit seeks the microphone in
an electrode: a decoder that is good has the spectrum of what is said, never its phase. It is sought 10 s at a time,
since a sound card keeps a clock of its own. Only from r .9 inside speech on would a decoder be taken for an echo (the
demo's voice, SIMULATED, by the phase vocoder: z up to 11.5 from its own mel, under 6.5 from one with r .9 or less).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.contamination.audit import F_MIN_HZ, WAVEFORM_Z
from bk_realtime.contamination.waveform import WaveformMatch
from bk_realtime.errors import InputError
from bk_realtime.session.names import PLAYED
from bk_realtime.shown import shown
from bk_realtime.xdf.reader import XdfStream
from offline.data.align import aligned_audio
from offline.data.spread import PIECE_S, spread_over
from offline.io.recording import Recording

LEAST_S = 1.0
"""A piece with less of the voice tells nothing."""
QUIET = 1e-5
"""Peak of full scale below which no voice went out."""
COMES = "what agrees with it may be the loudspeaker; use earphones, or score a session without the voice"
_BLOCK = 1 << 18
LATE_S = 0.15
"""Seconds from a neural sample to its sound, about which it is sought (by 0.3 s) where no session says its own."""


def hears_voice(recording: Recording) -> str:
    """How much of the decoded voice is in a recording's audio, in words; empty where none is found, or where the
    recording holds no decoded voice."""
    if recording.audio is None or recording.played_in is None:
        return ""
    from bk_realtime.xdf import read_xdf  # recordings of a session only need it

    rate = float(MelSettings().sample_rate)
    try:
        microphone = aligned_audio(recording)
    except InputError:  # it was recorded at another time
        return ""
    clock = recording.neural_rate / float(recording.sfreq)

    def row(stamps: np.ndarray) -> np.ndarray:  # by the neural samples that it was made of, as the microphone is
        return np.asarray(((stamps - recording.neural_start_s) * clock + LATE_S) * rate)

    voice = np.zeros(len(microphone), np.float32)
    for stream in played(read_xdf(recording.played_in, salvage=True)):
        voice += placed(stream.data[:, 0], stream.stamps, row, len(voice))
        stream.forget()
    lags, pieces = pieces_heard(voice, microphone, rate)
    if not lags:
        return ""
    return (
        f"the microphone of {shown(recording.name) or 'the recording'} heard the decoded voice (in {len(lags)} of "
        f"{pieces} pieces of {PIECE_S:g} s that were looked at): {COMES}"
    )


def played(streams: Sequence[XdfStream]) -> list[XdfStream]:
    """Those of the voice as it went to the ear."""
    return [s for s in streams if s.description.name == PLAYED and s.description.channel_format != "string" and len(s)]


def placed(sound: np.ndarray, stamps: np.ndarray, row: Callable[[np.ndarray], np.ndarray], n: int) -> np.ndarray:
    """(n,) float32 of a sound whose sample with stamp t lies at ``row(t)``, straight between samples and 0 beside them;
    in blocks, as an hour of it has eighty million samples."""
    out = np.zeros(n, np.float32)
    for first in range(0, len(stamps) - 1, _BLOCK):
        part = slice(first, first + _BLOCK + 1)
        at = row(stamps[part])
        if np.isfinite(at).all():
            start, stop = np.clip(np.ceil(at[[0, -1]]), 0, n).astype(int)
            out[start:stop] = np.interp(np.arange(start, stop), at, sound[part])
    return out


def pieces_heard(voice: np.ndarray, microphone: np.ndarray, rate: float) -> tuple[list[float], int]:
    """Pieces of 10 s in which a microphone hears a voice, both (n,) at ``rate`` Hz on one axis, by up to 0.3 s earlier
    or later: by how many seconds later in each, and how many pieces with some voice in them were looked at."""
    lags, pieces = list[float](), 0
    spread = spread_over(voice, rate)
    parts = spread.sound(voice, rate), spread.rows(microphone, rate)
    for start in range(0, len(parts[0]), round(PIECE_S * rate)):
        sound, channel = (part[start : start + round(PIECE_S * rate)] for part in parts)
        if (np.abs(sound) > QUIET).sum() < LEAST_S * rate:
            continue
        pieces += 1
        match = WaveformMatch([sound], rate, rate).match(channel[:, None], F_MIN_HZ, 0.0)[0]
        if match.z[0] >= WAVEFORM_Z:
            lags.append(float(match.lag_s[0]))
    return lags, pieces
