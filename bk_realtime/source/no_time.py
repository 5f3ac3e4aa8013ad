"""Stamps that are no time: NaN, infinite, or too large to tell a sample from the next.

Whoever counts with them would fail on them, or wait for the next one for ever."""

from __future__ import annotations

import numpy as np

_FURTHEST_SAMPLES = 2.0**52
"""Beyond so many sampling intervals from 0 a float64 has no place for each sample."""


class NoTime:
    """Puts times in their place: as many samples after the last one that has a time as there were; where none has had
    one yet, as they arrived.

    Parameters
    ----------
    sfreq : nominal rate in Hz.
    """

    def __init__(self, sfreq: float) -> None:
        self._sfreq, self._furthest_s = sfreq, _FURTHEST_SAMPLES / sfreq
        self._next: float | None = None  # time of the next sample, by the last one that has one

    def mended(self, stamps: np.ndarray, arrived: float) -> np.ndarray | None:
        """(n,) finite stamps in seconds of the sender's clock; ``None`` where all are times already.

        Parameters
        ----------
        stamps : (n,) as they came.
        arrived : when the last of them was taken, by the sender's clock.
        """
        n = len(stamps)
        good = np.abs(stamps) < self._furthest_s
        index = np.arange(n)
        last = np.maximum.accumulate(np.where(good, index, -1))
        begin = arrived - (n - 1) / self._sfreq if self._next is None else self._next
        times = np.where(last < 0, begin + index / self._sfreq, stamps[last] + (index - last) / self._sfreq)
        if good.any() or self._next is not None:
            self._next = float(times[-1]) + 1 / self._sfreq
        return None if good.all() else times
