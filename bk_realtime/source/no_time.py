"""Stamps that are no time (NaN, infinite, 1e20 s and more): whoever counts with them would fail on them."""

from __future__ import annotations

import numpy as np

FURTHEST_S = 1e20


class NoTime:
    """Puts times in their place: as many samples after the last one that has a time as there were; where none has had
    one yet, as they arrived.

    Parameters
    ----------
    sfreq : nominal rate in Hz.
    """

    def __init__(self, sfreq: float) -> None:
        self._sfreq = sfreq
        self._next: float | None = None  # time of the next sample, by the last one that has one

    def mended(self, stamps: np.ndarray, arrived: float) -> np.ndarray | None:
        """(n,) finite stamps in seconds of the sender's clock; ``None`` where all are times already.

        Parameters
        ----------
        stamps : (n,) as they came.
        arrived : when the last of them was taken, by the sender's clock.
        """
        n = len(stamps)
        good = np.abs(stamps) < FURTHEST_S
        index = np.arange(n)
        last = np.maximum.accumulate(np.where(good, index, -1))
        begin = arrived - (n - 1) / self._sfreq if self._next is None else self._next
        times = np.where(last < 0, begin + index / self._sfreq, stamps[last] + (index - last) / self._sfreq)
        if good.any() or self._next is not None:
            self._next = float(times[-1]) + 1 / self._sfreq
        return None if good.all() else times
