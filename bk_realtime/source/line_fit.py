"""Straight lines through a stream's stamps and ages: robust slope, and whether what lies off the line lies still."""

from __future__ import annotations

from bisect import bisect_right
from statistics import median

import numpy as np

_LONGEST_S = 0.4
_PACKETS = 4


def ageing(x: np.ndarray, age: np.ndarray) -> float:
    """Seconds a second by which data grow older, where they do so all the time: the sender counts its stamps at the
    nominal rate and has another. A backlog that is worked off does not grow evenly."""
    thirds = x[0] + (x[-1] - x[0]) * np.array([1 / 3, 2 / 3])
    first, middle, last = (
        float(part.min()) if len(part) else np.nan for part in np.split(age, np.searchsorted(x, thirds))
    )
    growth = (middle - first, last - middle)
    even = abs(growth[0] - growth[1]) < 0.3 * abs(last - first)
    return 1.5 * (last - first) / float(x[-1] - x[0]) if even else 0.0


def robust_slope(x: np.ndarray, y: np.ndarray) -> float:
    """Least squares with the points beyond three robust standard deviations left out, twice."""
    keep = np.ones(len(x), bool)
    slope = 0.0
    for _ in range(3):
        dx = x[keep] - x[keep].mean()
        slope = float(dx @ (y[keep] - y[keep].mean()) / (dx @ dx))
        flat = y - slope * x
        off = np.abs(flat - np.median(flat))
        keep = off <= 3 * max(1.4826 * float(np.median(off)), 1e-9)
    return slope


def steady_part(pending: list[tuple[float, float, float, float]], span_s: float, tolerance: float) -> int | None:
    """Where the newest ``span_s`` of what lies off a line begin, if they lie still there; ``None`` if not.

    Samples that are missing shift all that follow by the same. Packets that are late do not: the sender falls behind,
    then works off what waits.

    Parameters
    ----------
    pending : (sample time x, stamp less x, age, residual) of each packet, seconds, oldest first.
    span_s : of samples and of stamps alike: packets that were held back are stamped within a moment.
        A larger shift must last longer: it takes longer to work off.
    tolerance : scatter of single packets in seconds; what lies still moves by less than a quarter of it.
    """
    x, y, _, residual = pending[-1]
    span_s = min(max(span_s, abs(residual)), _LONGEST_S)
    begin = min(
        bisect_right(pending, x - span_s + 1e-9, key=lambda p: p[0]),
        bisect_right(pending, x + y - span_s + 1e-9, key=lambda p: p[0] + p[1]),
        len(pending) - _PACKETS + 1,
    )
    if begin < 1:
        return None
    part = [p[3] for p in pending[begin - 1 :]]
    half = len(part) // 2
    return begin - 1 if abs(median(part[:half]) - median(part[-half:])) <= tolerance / 4 else None
