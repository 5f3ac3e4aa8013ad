"""Sound and electrodes frequency by frequency: power that goes together on the diagonal, waveforms that cohere."""

from __future__ import annotations

import numpy as np
import scipy.stats

AROUND = (3, 7)
"""The diagonal is compared with entries this many bins beside it, so that broad correlation cancels."""


def stft(x: np.ndarray, size: int, hop: int) -> np.ndarray:
    """(n_frames, n_freqs) complex of (n,) samples; a frame with a missing sample is missing."""
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[::hop]
    return np.asarray(np.fft.rfft(frames * np.hanning(size), axis=1))


def power_db(spectrum: np.ndarray) -> np.ndarray:
    """Power of a complex spectrum in dB, not below -120 dB of its largest value."""
    power = np.square(np.abs(spectrum))
    return np.asarray(10 * np.log10(power + 1e-12 * power.max(initial=1e-30)))


def correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(n_a, n_b) correlation of columns over rows."""
    a = (a - a.mean(axis=0)) / (a.std(axis=0) + 1e-12)
    b = (b - b.mean(axis=0)) / (b.std(axis=0) + 1e-12)
    return np.asarray(a.T @ b / len(a))


def diagonal(matrix: np.ndarray, orders: np.ndarray) -> tuple[float, float]:
    """Mean of the diagonal above its surroundings, and its tail probability among shuffled audio frequencies.

    Parameters
    ----------
    matrix : (n, n) correlation, audio frequency by neural frequency.
    orders : (n_draws, n) permutations of the audio frequencies.
    """
    n = len(matrix)
    near = np.zeros_like(matrix)
    count = np.zeros_like(matrix)
    for k in range(AROUND[0], AROUND[1] + 1):
        near[:, k:] += matrix[:, :-k]
        count[:, k:] += 1
        near[:, :-k] += matrix[:, k:]
        count[:, :-k] += 1
    sharp = matrix - near / np.maximum(count, 1)
    value = float(np.diagonal(sharp).mean())
    shuffled = sharp[orders, np.arange(n)].mean(axis=1)
    # neighbouring entries of a diagonal go together (harmonics, window), which shuffling destroys: whole diagonals
    # further off, wrapped round, keep that, so the wider of the two distributions counts
    column = np.arange(n)
    shifted = np.array([sharp[column, (column + k) % n].mean() for k in range(AROUND[1] + 2, n - AROUND[1] - 1)])
    spread = max(float(shuffled.std()), float(shifted.std()))
    z = (value - max(float(shuffled.mean()), float(shifted.mean()))) / (spread + 1e-12)
    return value, float(scipy.stats.t.sf(z, max(3, len(shifted) - 1)))


def coherences(
    sound: np.ndarray, brain: np.ndarray, good: np.ndarray, shifts: np.ndarray, bins: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean coherence of several channels above chance, and its tail probability among time-shifted sound.

    Parameters
    ----------
    sound : (n_frames, n_freqs) complex.
    brain : (n_channels, n_frames, n_freqs) complex.
    good : (n_channels, n_frames) frames that count.
    shifts : frames by which the sound is moved for chance.
    bins : (n_sets, n_freqs) which frequencies each mean is over.

    Returns
    -------
    (n_sets, n_channels) mean magnitude-squared coherence less chance; its tail probability; chance's mean.
    """
    power = np.where(good[:, :, None], np.square(np.abs(brain)), 0.0)
    # equal weight to loud artefacts and quiet segments of the electrode would let one spike decide
    weight = np.where(good, 1.0 / (power.mean(axis=2) + 1e-30), 0.0)
    weighted = np.where(good[:, :, None], brain, 0.0).conj() * weight[:, :, None]
    own = (power * weight[:, :, None]).sum(axis=1)
    frames = np.arange(len(sound))
    moved = (frames[None] - np.array([0, *shifts])[:, None]) % len(sound)
    coherence = np.empty((sound.shape[1], len(moved), len(brain)))
    for f in range(sound.shape[1]):
        a = sound[:, f][moved]
        cross = np.square(np.abs(a @ weighted[:, :, f].T))
        coherence[f] = cross / (np.square(np.abs(a)) @ weight.T * own[:, f] + 1e-30)
    means = np.stack([coherence[rows].mean(axis=0) if rows.any() else np.zeros(coherence.shape[1:]) for rows in bins])
    value, null = means[:, 0], means[:, 1:]
    z = (value - null.mean(axis=1)) / (null.std(axis=1) + 1e-12)
    return value - null.mean(axis=1), scipy.stats.norm.sf(z), null.mean(axis=1)
