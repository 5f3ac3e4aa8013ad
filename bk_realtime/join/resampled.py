"""Part of a sound at another rate, from a fractional sample on: how a microphone is put on an amplifier's clock."""

from __future__ import annotations

import math

import numpy as np
import scipy.signal
import soxr

HALF_TAPS = 32
"""Half length of the windowed sinc that shifts by part of a sample: flat to 0.1 dB up to 0.45 of the audio rate."""
PIECE = 1 << 25
"""Most audio samples that are shifted and resampled at once (12 minutes at 48 kHz)."""


def resampled(audio: np.ndarray, start: float, n: int, in_rate: float, out_rate: int) -> np.ndarray:
    """``n`` samples from the fractional index ``start`` on, at ``out_rate``; of a very long recording in pieces, for it
    would lie in memory four times beside the neural signal."""
    if n <= PIECE:
        return np.asarray(soxr.resample(_from(audio, start, n), in_rate, out_rate))
    resampler = soxr.ResampleStream(in_rate, out_rate, 1)
    out = np.zeros(math.ceil(n * out_rate / in_rate) + 1, np.float32)
    at = 0
    for first in range(0, n, PIECE // 8):
        size = min(PIECE // 8, n - first)
        piece = resampler.resample_chunk(_from(audio, start + first, size), last=first + size == n)
        out[at : at + len(piece)] = piece
        at += len(piece)
    return out[:at]


def _from(audio: np.ndarray, start: float, n: int) -> np.ndarray:
    """``n`` samples from the fractional index ``start`` on; zeros outside the audio."""
    first = math.floor(start)
    part = start - first
    a, b = first - HALF_TAPS, first + n + HALF_TAPS
    inside = audio[max(0, a) : max(0, b)]
    piece = np.zeros(b - a, np.float32)
    at = max(0, -a)
    piece[at : at + len(inside)] = inside
    if part > 1e-6:
        taps = np.arange(-HALF_TAPS, HALF_TAPS + 1)
        kernel = np.sinc(taps + part) * np.kaiser(len(taps), 8.0)
        kernel = (kernel / kernel.sum()).astype(np.float32)
        piece = scipy.signal.oaconvolve(piece, kernel, mode="same")
    return piece[HALF_TAPS : HALF_TAPS + n]
