"""Signals whose sender stamps them with no time: when they arrived stands in the file instead.

Readers take a chunk with such a stamp for damage."""

from __future__ import annotations

import numpy as np

from bk_realtime.xdf.salvage import FURTHEST_S


def times_of_arrival(stamps: np.ndarray, sfreq: float, arrived: float) -> np.ndarray | None:
    """Stamps without those that are no time (NaN, infinite, 1e20 s and more); ``None`` where there is none such.

    Parameters
    ----------
    stamps : (n,) seconds, as they came.
    sfreq : nominal rate in Hz; 0 for events, which keep what they have.
    arrived : this machine's LSL clock when the last of them was taken.
    """
    no_time = ~(np.abs(stamps) < FURTHEST_S)
    if sfreq <= 0 or not no_time.any():
        return None
    n = len(stamps)
    return np.where(no_time, arrived - np.arange(n - 1, -1, -1) / sfreq, stamps)
