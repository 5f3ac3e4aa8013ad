"""Sound and electrodes frequency by frequency: power that goes together on the diagonal, waveforms that cohere."""

from __future__ import annotations

import numpy as np
import scipy.fft
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
    if not len(shifted):  # rates under 500 Hz have too few frequencies for that; shuffles alone, with the widest tail
        shifted = shuffled.mean(keepdims=True)
    spread = max(float(shuffled.std()), float(shifted.std()))
    z = (value - max(float(shuffled.mean()), float(shifted.mean()))) / (spread + 1e-12)
    return value, float(scipy.stats.t.sf(z, max(3, len(shifted) - 1)))


def coherences(
    sound: np.ndarray, brain: np.ndarray, good: np.ndarray, shifts: np.ndarray, bins: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean coherence of several channels above chance, and its tail probability among time-shifted sound.

    By chance the coherence at one frequency has an exponential tail, not a normal one, and few frequencies are free of
    each other: harmonics of a voice go together, and at 512 Hz only two bins lie above 200 Hz. Chance's tail is
    therefore a gamma distribution with the mean and variance of the shifted ones (a sum of dependent exponentials by
    its first two moments: Satterthwaite, Biometrics Bulletin 2, 1946, 110-114; Box, Ann. Math. Stat. 25, 1954,
    290-302).

    Parameters
    ----------
    sound : (n_frames, n_freqs) complex.
    brain : (n_channels, n_frames, n_freqs) complex.
    good : (n_channels, n_frames) frames that count.
    shifts : frames by which the sound is moved for chance, circularly.
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
    weights = scipy.fft.fft(weight, axis=1)
    means = np.zeros((len(bins), *good.shape))
    for f in range(sound.shape[1]):
        # all circular shifts of the sound at once, as products of spectra over time
        cross = scipy.fft.ifft(scipy.fft.fft(weighted[:, :, f], axis=1) * scipy.fft.fft(sound[:, f].conj()).conj())
        heard = scipy.fft.ifft(weights * scipy.fft.fft(np.square(np.abs(sound[:, f]))).conj()).real
        heard = np.maximum(heard, 1e-9 * heard.max(axis=1, keepdims=True))  # below is rounding
        means[bins[:, f]] += np.square(np.abs(cross)) / (heard * own[:, f, None] + 1e-30)
    means /= np.maximum(bins.sum(axis=1), 1)[:, None, None]
    value, null = means[:, :, 0], means[:, :, np.asarray(shifts) % len(sound)]
    mean, variance = null.mean(axis=2), null.var(axis=2) + 1e-30
    shape, scale = np.maximum(np.square(mean) / variance, 1e-9), variance / (mean + 1e-30)
    return value - mean, scipy.stats.gamma.sf(value, shape, scale=scale), mean
