"""Stamps from the sender's clock to the recorder's, by the clock offsets of an XDF file.

The method, its thresholds and the order of its sums are those of pyxdf (C. Kothe and the pyxdf team, BSD 2-clause), so
that a recording has the same times here as in every tool that reads it with pyxdf; tests hold the two equal.
"""

from __future__ import annotations

import itertools
import logging

import numpy as np

from bk_realtime.errors import InputError

HUBER_S = 1e-4
"""Clock offsets further than this from the line (in seconds) count as outliers."""
FIT_STEPS = 1000
MOST_RESETS = 50
"""Parts between resets of a clock that are fitted; each takes some hundredths of a second."""

log = logging.getLogger(__name__)


def to_recorder_clock(stamps: np.ndarray, times: np.ndarray, offsets: np.ndarray, name: str) -> np.ndarray:
    """Stamps on the recorder's clock, (n,) float64 s.

    Between two resets of the sender's clock a line through the measured offsets is added to the stamps.

    Parameters
    ----------
    stamps : (n,) float64 s on the sender's clock.
    times, offsets : (m,) float64 s: when (sender's clock) which offset was measured. None: stamps stay as they are.
    name : the stream's, for the log.
    """
    if len(times) == 0:
        return stamps
    runs = clock_runs(times, offsets)
    if len(runs) > MOST_RESETS:
        raise InputError(
            f"stream {name[:60]!r}: its clock was set back {len(runs) - 1} times by its {len(times)} clock offsets: "
            f"expected at most {MOST_RESETS - 1}; the offsets are damaged"
        )
    synced = stamps.copy()
    start = 0
    for first, stop in runs:
        end = len(stamps)
        if stop < len(times):  # up to the first stamp that is closer to the measurement after the reset
            rest = stamps[start:]
            closer = np.abs(rest - times[stop - 1]) < np.abs(rest - times[stop])
            end = start + (len(rest) if closer.all() else int(closer.argmin()))
        intercept, slope = offset_line(times[first:stop], offsets[first:stop], name)
        for first in range(start, end, 1 << 20):  # in pieces, so that memory stays small beside the stamps
            part = synced[first : min(end, first + (1 << 20))]
            part += intercept + slope * part
        start = end
    return synced


def clock_runs(times: np.ndarray, offsets: np.ndarray) -> list[tuple[int, int]]:
    """(start, stop) ranges of clock offsets between resets of the sender's clock.

    A reset is a step back in time, or a measurement that comes late and jumps, both far out of the ordinary.
    """
    if len(times) < 2:
        return [(0, len(times))]
    steps, jumps = np.diff(times), np.diff(offsets)
    resets = (steps < 0) | (_far_out(steps, 5.0, 5.0) & _far_out(jumps, 10.0, 1.0))
    edges = [0, *(np.flatnonzero(resets) + 1).tolist(), len(times)]
    return list(itertools.pairwise(edges))


def offset_line(times: np.ndarray, offsets: np.ndarray, name: str) -> tuple[float, float]:
    """Intercept (s) and slope of the clock offsets over time: least Huber loss, by ADMM (Boyd et al. 2011, §6.1)."""
    if len(times) == 1:
        return float(offsets[0]), 0.0
    design = np.column_stack([np.ones(len(times)), times / HUBER_S])
    origin = design[:, 1].min()
    design[:, 1] -= origin
    wanted = offsets / HUBER_S
    projected = np.dot(design.T, wanted)
    try:
        lower = np.linalg.cholesky(np.dot(design.T, design))
    except np.linalg.LinAlgError:
        log.warning("stream %r: %d clock offsets of one moment tell no drift; not applied", name, len(times))
        return 0.0, 0.0
    line: np.ndarray = np.zeros(2)
    residual: np.ndarray = np.zeros(len(wanted))
    dual = residual
    for _ in range(FIT_STEPS):
        line = np.linalg.solve(lower.T, np.linalg.solve(lower, projected + np.dot(design.T, residual - dual)))
        distance = np.dot(design, line) - wanted + dual
        inverse = np.divide(1, distance, out=np.zeros_like(distance), where=distance != 0)
        residual = 0.5 * distance + 0.5 * np.maximum(0, 1 - 2 * np.abs(inverse)) * distance
        dual = distance - residual
    return float((line[0] - line[1] * origin) * HUBER_S), float(line[1])


def last_offset_is_odd(times: np.ndarray, offsets: np.ndarray) -> bool:
    """True where the last of three or more clock offsets comes ten times too late, or lies ten deviations off."""
    if len(times) < 3:
        return False
    intervals = np.diff(times)
    usual, last = float(np.median(intervals[:-1])), float(abs(intervals[-1]))
    if last > 10 * usual if usual > 0 else last > 0:
        return True
    middle = np.median(offsets[:-1])
    deviation = float(np.median(np.abs(offsets[:-1] - middle)))
    return bool(deviation > np.finfo(float).eps and abs(offsets[-1] - middle) > 10 * 1.4826 * deviation)


def _far_out(values: np.ndarray, deviations: float, least: float) -> np.ndarray:
    """Values further from the median than ``least`` and than so many median deviations."""
    shift = values - np.median(values)
    deviation = np.median(np.abs(shift)) + np.finfo(float).eps
    far: np.ndarray = (np.abs(shift / deviation) > deviations) & (np.abs(shift) > least)
    return far
