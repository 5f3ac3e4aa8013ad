"""Values of a sampled signal between its samples: a windowed-sinc filter, one set of weights a fraction."""

from __future__ import annotations

import functools

import numpy as np

PASS_HZ = 170.0
"""Highest frequency of the high-gamma band, which must pass whole."""
_RIPPLE_DB = 80.0
_PHASES = 512  # weights are interpolated between them


class FractionalDelay:
    """Interpolation of one regular stream for rows at another rate, flat to 0.35 of the lower rate (and to 170 Hz
    where that is at all below its half); what would alias there is held 70 dB down.

    Parameters
    ----------
    sfreq : rate of the stream in Hz.
    row_rate : rate of the rows in Hz.

    Attributes
    ----------
    half : samples that it needs on either side: it waits for ``half / sfreq`` seconds, and delays nothing.
    """

    def __init__(self, sfreq: float, row_rate: float) -> None:
        self.half, self._table = _weights(float(sfreq), float(row_rate))

    def __call__(self, x: np.ndarray, before: np.ndarray, fraction: np.ndarray) -> np.ndarray:
        """Values (n, C) float64 at ``before + fraction`` of ``x`` (N, C); each row needs ``half - 1`` samples before
        and ``half`` after sample ``before``. A NaN among them makes the row NaN.

        Parameters
        ----------
        before : (n,) int.
        fraction : (n,) from 0 to 1.
        """
        at = fraction * _PHASES
        low = np.minimum(at.astype(np.int64), _PHASES - 1)
        share = (at - low)[:, None]
        weights = self._table[low] * (1 - share) + self._table[low + 1] * share
        out = np.zeros((len(before), x.shape[1]))
        for k in range(2 * self.half):  # tap by tap: the sum is the same however the rows are cut
            out += weights[:, k, None] * x[before - self.half + 1 + k]
        return out


@functools.cache
def _weights(sfreq: float, row_rate: float) -> tuple[int, np.ndarray]:
    """Half the number of taps, and (phases + 1, taps) weights."""
    from scipy.signal import firwin, kaiserord  # a third of a second, for sessions that join streams alone

    lower = min(sfreq, row_rate)
    edge = max(0.35 * lower, min(PASS_HZ, 0.45 * lower))
    taps, beta = kaiserord(_RIPPLE_DB, (lower - 2 * edge) / (sfreq / 2))
    half = taps // 2 + 1
    prototype = firwin(2 * half * _PHASES + 1, lower / 2, window=("kaiser", beta), fs=sfreq * _PHASES) * _PHASES
    # tap k of phase p weighs the sample half - 1 - k before, p / phases of a sample on the way to the next
    table = np.stack([prototype[p::_PHASES][: 2 * half][::-1] for p in range(_PHASES + 1)])
    return half, table / table.sum(axis=1, keepdims=True)
