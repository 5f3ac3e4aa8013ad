"""Compiled passes over the samples of a chunk: loaded by :mod:`bk_realtime.xdf.samples` when it needs one of them,
since the compiler takes a good part of a second to load and a file that is refused may never come so far."""

from __future__ import annotations

import numpy as np

from bk_realtime.compiled import njit
from bk_realtime.xdf import sample_passes

walk_stamps = njit(sample_passes.walk_stamps)
walk_values = njit(sample_passes.walk_values)
deduce = njit(sample_passes.deduce)


@njit
def leave_out(stamps: np.ndarray, interval: float, tolerance: float, flags: np.ndarray) -> None:
    """Set ``flags`` to 0 where a stamp is not needed. The sums are those of :func:`deduce`, bit by bit."""
    last = stamps[0]
    for k in range(1, len(stamps)):
        deduced = last + interval
        if abs(stamps[k] - deduced) <= tolerance:  # never true of what is no number
            flags[k] = 0
            last = deduced
        else:
            last = stamps[k]


@njit
def pack(flags: np.ndarray, stamps: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
    at = 0
    for k in range(len(flags)):
        out[at] = flags[k]
        at += 1
        if flags[k]:
            for j in range(8):
                out[at + j] = stamps[k, j]
            at += 8
        for j in range(values.shape[1]):
            out[at + j] = values[k, j]
        at += values.shape[1]
