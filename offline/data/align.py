"""Audio on the neural time axis: offset and clock drift undone, so that mel frame k belongs to neural frame k."""

from __future__ import annotations

import math

import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.config import MelSettings
from bk_realtime.errors import InputError
from bk_realtime.join.resampled import HALF_TAPS, resampled
from offline.io.recording import Recording

CONTEXT_S = 0.1
"""Audio before neural sample 0 that the resampler sees, so that it starts without an edge."""
LEAST_OVERLAP_S = 1.0


def aligned_audio(recording: Recording, mel: MelSettings | None = None) -> np.ndarray:
    """Audio at ``mel.sample_rate`` whose sample 0 sounds with neural sample 0 and whose clock is the neural one.

    Sample ``m`` sounds at neural sample ``m * sfreq / sample_rate`` exactly, as :class:`FrameClock` counts; the rate of
    the resampler is the ratio of the two measured clocks, its start has sub-sample accuracy. Where there is no audio
    (it began later or ended earlier) there is silence.

    Returns
    -------
    (n_frames * hop_length,) float32, ``n_frames`` being the number of complete neural frames.

    Raises
    ------
    InputError
        No audio, or less than a second of it while the neural signal was recorded.
    """
    mel = mel or MelSettings()
    if recording.audio is None:
        raise InputError(f"{recording.name}: no audio in this recording; speech audio is needed here")
    overlap = min(recording.neural_end_s, recording.audio_end_s) - max(
        recording.neural_start_s, recording.audio_start_s
    )
    if overlap < LEAST_OVERLAP_S:
        raise InputError(
            f"{recording.name}: audio ({recording.audio_start_s:.2f} to {recording.audio_end_s:.2f} s) and neural "
            f"signal ({recording.neural_start_s:.2f} to {recording.neural_end_s:.2f} s) share "
            f"{max(0.0, overlap):.2f} s; expected both on one clock; check the clock offsets of the recording"
        )
    clock = FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length)
    n_out = clock.n_frames(len(recording.neural)) * mel.hop_length
    # audio samples per second of *nominal* neural time: the frame index counts neural samples, not seconds
    in_rate = recording.audio_rate * float(recording.sfreq) / recording.neural_rate
    n_context = round(CONTEXT_S * mel.sample_rate)
    start = (recording.neural_start_s - recording.audio_start_s) * recording.audio_rate
    start -= n_context * in_rate / mel.sample_rate
    n_in = math.ceil((n_context + n_out) * in_rate / mel.sample_rate) + 2 * HALF_TAPS
    out = resampled(recording.audio, start, n_in, in_rate, mel.sample_rate)[n_context : n_context + n_out]
    return np.pad(out, (0, n_out - len(out))).astype(np.float32, copy=False)
