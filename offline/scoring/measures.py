"""Measures of a decoded log-mel against the recorded one, each blind to what another one sees."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from scipy.spatial.distance import cdist

from bk_realtime.compiled import njit
from offline.data.trials import Trial
from offline.scoring.mel import N_CEPSTRA, frame_level

WINDOW_S, WINDOW_HOP_S = 0.4, 0.1
LONGEST_WARP = 700
"""Frames (8 s) up to which a trial is warped in one piece."""
_TINY = 1e-10  # variance of a constant float32 trajectory; the same as in offline.scoring.mel


def window_correlations(
    decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, frame_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Correlation inside 400 ms windows that hold nothing but speech, mean over bins.

    Speech against silence cannot count here, nor can a slow trend: only the trajectory of the spectrum within a word.

    Parameters
    ----------
    decoded, reference : (T, n_mels) log-mel.
    mask : (T,) speech frames.

    Returns
    -------
    Correlation of each window (k,), and the frame in its middle (k,).
    """
    width, hop = round(WINDOW_S * frame_rate), max(1, round(WINDOW_HOP_S * frame_rate))
    if len(mask) < width:
        return np.zeros(0), np.zeros(0, int)
    starts = np.arange(0, len(mask) - width + 1, hop)
    starts = starts[sliding_window_view(mask, width)[starts].all(1)]
    if not len(starts):
        return np.zeros(0), np.zeros(0, int)
    values = []
    for block in np.array_split(starts, -(-len(starts) // 256)):  # bounds memory on long recordings
        x, y = (sliding_window_view(a, width, 0)[block].astype(np.float64) for a in (decoded, reference))
        x, y = (a - a.mean(-1, keepdims=True) for a in (x, y))
        x_power, y_power = np.square(x).sum(-1), np.square(y).sum(-1)
        tiny = _TINY * width
        norm = np.sqrt(np.maximum(x_power, tiny) * np.maximum(y_power, tiny))
        r = np.where(x_power > tiny, (x * y).sum(-1) / norm, 0.0)
        counts = y_power > tiny
        values.append(np.where(counts, r, 0.0).sum(1) / np.maximum(counts.sum(1), 1))
    return np.concatenate(values), starts + width // 2


def lag_correlations(decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """Mean over bins of the correlation with ``np.roll(decoded, s, 0)`` for every circular shift s: (T,).

    Entry 0 is :func:`offline.scoring.mel.mean_correlation`. The speech mask stays with the reference.
    """
    n_frames, n_mels = reference.shape
    weight = np.ones(n_frames) if mask is None else mask.astype(np.float64)
    n = weight.sum()
    total, count = np.zeros(n_frames), 0
    if n < 3:
        return np.full(n_frames, np.nan)
    weight_f = scipy.fft.rfft(weight)[:, None]
    for first in range(0, n_mels, 16):
        x, y = (a[:, first : first + 16].astype(np.float64) for a in (decoded, reference))
        x = x - x.mean(0)
        y = (y - (weight[:, None] * y).sum(0) / n) * weight[:, None]
        y_power = np.square(y).sum(0)
        x_f = scipy.fft.rfft(x, axis=0).conj()
        xy = scipy.fft.irfft(scipy.fft.rfft(y, axis=0) * x_f, n_frames, axis=0)
        x_sum = scipy.fft.irfft(weight_f * x_f, n_frames, axis=0)
        x_square = scipy.fft.irfft(weight_f * scipy.fft.rfft(np.square(x), axis=0).conj(), n_frames, axis=0)
        x_power = x_square - np.square(x_sum) / n
        tiny = _TINY * n
        good = y_power > tiny
        norm = np.sqrt(np.maximum(x_power, tiny) * np.maximum(y_power, tiny))
        total += np.where(x_power > tiny, xy / norm, 0.0)[:, good].sum(1)
        count += int(good.sum())
    return total / count if count else np.full(n_frames, np.nan)


def cepstra(mel: np.ndarray) -> np.ndarray:
    """Mel cepstra without the level, (T, n_mels) -> (T, N_CEPSTRA), scaled so that distances are in dB."""
    c = scipy.fft.dct(mel.astype(np.float64), type=2, axis=1)[:, 1 : N_CEPSTRA + 1] / mel.shape[1]
    in_db: np.ndarray = 10.0 / np.log(10.0) * np.sqrt(2.0) * c
    return in_db


def frame_distortion(decoded: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Mel-cepstral distortion of every frame in dB (T,); its mean is ``mel_cepstral_distortion``."""
    return np.asarray(np.linalg.norm(cepstra(decoded) - cepstra(reference), axis=1))


def warped_distortion(decoded: np.ndarray, reference: np.ndarray) -> float:
    """Mel-cepstral distortion in dB along the best time warping: mean over the steps of the path.

    Sakoe and Chiba (1978), symmetric steps of equal weight, ends tied. Longer signals are warped in pieces of 8 s.
    """
    if not len(reference):
        return float("nan")
    pieces = -(-len(reference) // LONGEST_WARP)
    costs, steps = 0.0, 0
    for a, b in zip(np.array_split(cepstra(decoded), pieces), np.array_split(cepstra(reference), pieces), strict=True):
        cost, length = warp(cdist(a, b))
        costs, steps = costs + cost, steps + length
    return costs / steps


@njit
def warp(distance):  # type: ignore[no-untyped-def]
    """Cost and length of the cheapest path through ``distance`` (n, m); of equal ones the diagonal."""
    n, m = distance.shape
    cost, length = np.empty((n, m)), np.empty((n, m), np.int64)
    for i in range(n):
        for j in range(m):
            before, steps = np.inf, 0
            if i == 0 and j == 0:
                before = 0.0
            if i > 0 and j > 0:
                before, steps = cost[i - 1, j - 1], length[i - 1, j - 1]
            if i > 0 and cost[i - 1, j] < before:
                before, steps = cost[i - 1, j], length[i - 1, j]
            if j > 0 and cost[i, j - 1] < before:
                before, steps = cost[i, j - 1], length[i, j - 1]
            cost[i, j], length[i, j] = before + distance[i, j], steps + 1
    return cost[n - 1, m - 1], length[n - 1, m - 1]


def detection(
    decoded: np.ndarray, mask: np.ndarray, trials: tuple[Trial, ...], threshold_db: float, frame_rate: float
) -> dict[str, float]:
    """Counts of speech detection by what would be heard: decoded frames above the recorded speech's own threshold.

    An activation is a run of at least 100 ms with holes up to 200 ms filled; it is false where no recorded speech lies
    within 200 ms of it.

    Returns
    -------
    ``seconds``; frames ``speech``, ``speech_hit``, ``silence``, ``silence_hit`` (rightly silent); ``trials``,
    ``trials_hit`` (activation inside); ``false_activations``.
    """
    audible = frame_level(decoded) > threshold_db
    near, least = round(0.2 * frame_rate), round(0.1 * frame_rate)
    speech = [(max(0, a - near), b + near) for a, b in runs(mask)]
    active = [(a, b) for a, b in runs(filled(audible, near)) if b - a >= least]
    spoken = [t for t in trials if mask[t.first : t.stop].any()]
    return {
        "seconds": len(mask) / frame_rate,
        "speech": int(mask.sum()),
        "speech_hit": int((audible & mask).sum()),
        "silence": int((~mask).sum()),
        "silence_hit": int((~audible & ~mask).sum()),
        "trials": len(spoken),
        "trials_hit": sum(any(a < t.stop and b > t.first for a, b in active) for t in spoken),
        "false_activations": sum(not any(a < d and b > c for c, d in speech) for a, b in active),
    }


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Segments of True: [(first, after the last)]."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def filled(mask: np.ndarray, longest: int) -> np.ndarray:
    """The mask with its holes of up to ``longest`` frames filled."""
    out = mask.copy()
    for a, b in runs(~mask):
        if a > 0 and b < len(mask) and b - a <= longest:
            out[a:b] = True
    return out
