"""Compiled passes over the samples of a chunk: loaded by :mod:`bk_realtime.xdf.samples` when it needs one of them,
since the compiler takes a good part of a second to load and a file that is refused may never come so far."""

from __future__ import annotations

import numpy as np

from bk_realtime.compiled import njit


@njit
def walk_stamps(raw: np.ndarray, width: int, flags: np.ndarray, stamps: np.ndarray) -> int:
    """Take the stamps' bytes out of ``raw``; returns the bytes used, -1 where a sample does not fit."""
    at = 0
    for k in range(len(flags)):
        if at >= len(raw) or (raw[at] != 0 and raw[at] != 8):
            return -1
        flags[k] = raw[at]
        at += 1
        if at + flags[k] + width > len(raw):
            return -1
        if flags[k]:
            for j in range(8):
                stamps[k, j] = raw[at + j]
            at += 8
        at += width
    return at


@njit
def walk_values(raw: np.ndarray, at: int, n: int, width: int, out: np.ndarray) -> None:
    for k in range(n):
        at += 1 + raw[at]
        for j in range(width):
            out[k, j] = raw[at + j]
        at += width


@njit
def deduce(flags: np.ndarray, stamps: np.ndarray, last: float, interval: float) -> None:
    """Stamps of the samples without one. Added one by one, as other readers do."""
    for k in range(len(flags)):
        last = stamps[k] if flags[k] else last + interval
        stamps[k] = last


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
