"""Passes over the samples of a chunk, one by one: plain for the few of a small file, compiled for the many of a long
one by :mod:`bk_realtime.xdf.sample_kernels`. Bytes become plain numbers where they add up: 8 bits would run over."""

from __future__ import annotations

import numpy as np


def walk_stamps(raw: np.ndarray, width: int, flags: np.ndarray, stamps: np.ndarray) -> int:
    """Take the stamps' bytes out of ``raw``; returns the bytes used, -1 where a sample does not fit."""
    at = 0
    for k in range(len(flags)):
        if at >= len(raw) or (raw[at] != 0 and raw[at] != 8):
            return -1
        size = np.int64(raw[at])
        flags[k] = size
        at += 1
        if at + size + width > len(raw):
            return -1
        if size:
            for j in range(8):
                stamps[k, j] = raw[at + j]
            at += 8
        at += width
    return at


def walk_values(raw: np.ndarray, at: int, n: int, width: int, out: np.ndarray) -> None:
    for k in range(n):
        at = int(at + 1 + np.int64(raw[at]))
        out[k] = raw[at : at + width]
        at += width


def deduce(flags: np.ndarray, stamps: np.ndarray, last: float, interval: float) -> None:
    """Stamps of the samples without one. Added one by one, as other readers do."""
    for k in range(len(flags)):
        last = stamps[k] if flags[k] else last + interval
        stamps[k] = last
