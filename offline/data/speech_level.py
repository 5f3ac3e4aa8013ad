"""Is there speech in a recording's audio? Levels, and the refusal of what cannot be learnt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bk_realtime.errors import InputError
from offline.io.recording import Recording

LEAST_PEAK_DBFS, LEAST_SPEECH_DBFS = -50.0, -60.0
"""Peak, or level of what stands out, below which it is no recorded voice but an idle input or a wrong scale."""
ABOVE_FLOOR_DB = 10.0
"""Frames that stand out by so much over the quietest tenth are taken as speech."""
LEAST_SPEECH_S = 2.0
FRAME_S = 0.01


@dataclass(frozen=True)
class SpeechLevel:
    """Levels in dB re full scale; ``speech_s`` is how long the level stands out over the floor."""

    peak_dbfs: float
    speech_dbfs: float
    floor_dbfs: float
    speech_s: float


def speech_level(audio: np.ndarray, sample_rate: float) -> SpeechLevel:
    """Levels of (n,) samples, in frames of 10 ms."""
    hop = max(1, round(FRAME_S * sample_rate))
    power = np.square(audio[: len(audio) // hop * hop].reshape(-1, hop).astype(np.float64)).mean(axis=1)
    level = 10 * np.log10(power + 1e-12)
    peak = 20 * np.log10(float(np.abs(audio).max()) + 1e-12)
    floor = float(np.quantile(level, 0.1))
    loud = level[level > floor + ABOVE_FLOOR_DB]
    speech = float(10 * np.log10(np.mean(10 ** (loud / 10)))) if len(loud) else floor
    return SpeechLevel(peak, speech, floor, len(loud) * FRAME_S)


def require_speech(recording: Recording) -> None:
    """Refuse a recording whose audio, while the neural signal runs, cannot be speech.

    Raises
    ------
    InputError
        Near-silent audio, or none that stands out over its floor.
    """
    if recording.audio is None:
        return
    rate = recording.audio_rate
    first = max(0, round((recording.neural_start_s - recording.audio_start_s) * rate))
    stop = round((recording.neural_end_s - recording.audio_start_s) * rate)
    audio = recording.audio[first : max(first, stop)]
    if len(audio) < round(FRAME_S * rate) * 2:
        return  # no overlap: said where both are aligned
    found = speech_level(audio, rate)
    where = recording.name or "recording"
    choose = "choose the microphone with --audio and --audio-channel, or record it louder"
    if found.peak_dbfs < LEAST_PEAK_DBFS or found.speech_dbfs < LEAST_SPEECH_DBFS:
        raise InputError(
            f"{where}: near-silent audio, peak {found.peak_dbfs:.0f} and speech {found.speech_dbfs:.0f} dB re full "
            f"scale; expected a peak of {LEAST_PEAK_DBFS:g} and speech of {LEAST_SPEECH_DBFS:g} dB or more; {choose}"
        )
    if found.speech_s < LEAST_SPEECH_S:
        raise InputError(
            f"{where}: no speech in the audio, its level is more than {ABOVE_FLOOR_DB:g} dB over the quietest tenth "
            f"for {found.speech_s:.1f} s only; expected {LEAST_SPEECH_S:g} s or more; {choose}"
        )
