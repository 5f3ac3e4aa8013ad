"""Pitch labels of clean speech: normalised autocorrelation (Boersma 1993) and the best path (Viterbi)."""

from __future__ import annotations

import numba
import numpy as np
from scipy import fft
from scipy.signal import resample_poly

from bk_realtime.config import MelSettings

WINDOW = 768
"""Samples per analysis frame at half of 22,050 Hz: three periods at 43 Hz."""


def pitch_track(audio: np.ndarray, mel: MelSettings, hz: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Pitch of each mel frame in Hz, 0 where unvoiced: ``(T,)`` audio -> ``(T // hop,)`` float32.

    Parameters
    ----------
    audio : mono at ``mel.sample_rate``.
    hz : (n,) ascending candidates, evenly spaced in the logarithm.
    threshold : autocorrelation that counts as much as being unvoiced.
    """
    n_frames = len(audio) // mel.hop_length
    if n_frames == 0:
        return np.zeros(0, np.float32)
    rate, hop = mel.sample_rate / 2, mel.hop_length // 2
    low = resample_poly(audio[: n_frames * mel.hop_length].astype(np.float32), 1, 2)
    padded = np.pad(low, ((WINDOW - hop) // 2, WINDOW))
    padded += np.float32(1e-5) * np.random.default_rng(0).standard_normal(len(padded), dtype=np.float32)
    window = np.hanning(WINDOW).astype(np.float32)
    n_fft = 2048
    own = fft.irfft(np.abs(fft.rfft(window, n_fft)) ** 2)
    lags = rate / hz
    score = np.empty((n_frames, len(hz)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::hop][:n_frames]
    loud = np.sqrt(np.percentile(np.square(frames).mean(1), 95))
    for a in range(0, n_frames, 512):
        part = frames[a : a + 512]
        quiet = np.sqrt(np.square(part).mean(1)) < 0.02 * loud
        part = (part - part.mean(1, keepdims=True)) * window
        correlation = fft.irfft(np.abs(fft.rfft(part, n_fft)) ** 2)[:, : n_fft // 4]
        correlation /= np.maximum(correlation[:, :1], 1e-20)
        correlation /= np.maximum(own[: n_fft // 4] / own[0], 0.05)
        whole = lags.astype(int)
        rest = lags - whole
        value = correlation[:, whole] * (1 - rest) + correlation[:, whole + 1] * rest
        # a little for the shorter period: a track at half the pitch fits as well
        score[a : a + 512] = np.where(quiet[:, None], 0.0, value + 0.03 * np.log2(hz / hz[0])[None])
    path = _best_path(score, threshold, 0.06, 0.35)
    return np.where(path >= 0, hz[np.maximum(path, 0)], 0.0).astype(np.float32)


@numba.njit(cache=True)
def _best_path(score: np.ndarray, threshold: float, per_step: float, change: float) -> np.ndarray:
    """Viterbi over candidates and "unvoiced" (-1): (T, n) scores -> (T,) int64."""
    n_frames, n = score.shape
    reach = 8
    best = np.zeros(n + 1)
    back = np.zeros((n_frames, n + 1), np.int64)
    for t in range(n_frames):
        now = np.empty(n + 1)
        voiced = 0
        for j in range(n):
            if best[j] > best[voiced]:
                voiced = j
        # state n: unvoiced
        if best[n] >= best[voiced] - change:
            now[n], back[t, n] = best[n] + threshold, n
        else:
            now[n], back[t, n] = best[voiced] - change + threshold, voiced
        for j in range(n):
            value, source = best[n] - change, n
            for i in range(max(0, j - reach), min(n, j + reach + 1)):
                v = best[i] - per_step * abs(i - j)
                if v > value:
                    value, source = v, i
            now[j], back[t, j] = value + score[t, j], source
        best = now - now.max()
    path = np.empty(n_frames, np.int64)
    state = int(np.argmax(best))
    for t in range(n_frames - 1, -1, -1):
        path[t] = state if state < n else -1
        state = back[t, state]
    return path
