"""Power spectra of signals, and how far the mains stand out of one: the window and the inspection of files alike."""

from __future__ import annotations

import numpy as np

AT_HZ = 1.0
"""So near to its frequency a line is looked for."""
BESIDE_HZ = (4.0, 10.0)
"""Its surroundings: so far from it, on either side."""


def density(values: np.ndarray, sfreq: float, size: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Power spectral density of each channel, by Hann windows, each half over the one before (Welch 1967).

    Parameters
    ----------
    values : (n, C), any unit. Windows with missing values are left out.
    sfreq : Hz.
    size : samples a window; default: a second's.

    Returns
    -------
    freqs, power : (n_freqs,) Hz and (n_freqs, C) unit²/Hz; NaN where no window is whole.
    """
    n = max(8, round(sfreq)) if size is None else size
    starts = range(0, len(values) - n + 1, n - n // 2)
    window = np.hanning(n + 1)[:n, None]
    freqs = np.fft.rfftfreq(n, 1 / sfreq)
    total, count = np.zeros((len(freqs), values.shape[1])), np.zeros(values.shape[1])
    for start in starts:
        piece = values[start : start + n]
        good = np.isfinite(piece).all(0)
        spectrum = np.fft.rfft(window * np.where(good, piece - piece.mean(0), 0.0), axis=0)
        total += good * np.abs(spectrum) ** 2
        count += good
    power = 2 * total / (sfreq * (window**2).sum())
    power[0] /= 2
    if n % 2 == 0:
        power[-1] /= 2  # half the sampling rate is there once, as zero is
    return freqs, np.where(count > 0, power / np.maximum(count, 1), np.nan)


def line_excess_db(freqs: np.ndarray, power_db: np.ndarray, line: float) -> np.ndarray:
    """By how much the peak at a line stands over the median of what is beside it.

    Parameters
    ----------
    freqs : (n_freqs,) Hz.
    power_db : (n_freqs, …) dB.
    line : Hz.

    Returns
    -------
    (…) dB; NaN where the spectrum does not reach there.
    """
    distance = np.abs(freqs - line)
    at, beside = distance <= AT_HZ, (distance >= BESIDE_HZ[0]) & (distance <= BESIDE_HZ[1])
    if not at.any() or not beside.any():
        return np.full(power_db.shape[1:], np.nan)
    return np.asarray(power_db[at].max(axis=0) - np.median(power_db[beside], axis=0))
