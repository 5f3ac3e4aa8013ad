"""How much five more minutes would help: a learning curve through what was decoded before it was learnt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

LEAST_POINTS = 6
COVERAGE = 0.95


@dataclass(frozen=True)
class Gain:
    """What more reading would add to r: the best guess and its 95 % interval."""

    r: float
    low: float
    high: float


def expected_gain(learnt_s: np.ndarray, r: np.ndarray, now_s: float, more_s: float) -> Gain | None:
    """Gain in r after ``more_s`` further seconds of speech; None where there are too few points to tell.

    ``r = a - b / learnt`` by least squares: the error of a regression falls with the inverse of what it was fitted on.

    Parameters
    ----------
    learnt_s : (n,) seconds of speech that were learnt before each stretch was decoded, above 0.
    r : (n,) what each stretch scored.
    now_s : seconds of speech learnt by now, above 0.
    """
    line = _line(learnt_s, r)
    if line is None:
        return None
    reach = 1.0 / now_s - 1.0 / (now_s + more_s)
    half = line.student * line.error / np.sqrt(line.power)
    return Gain(*(float(reach * value) for value in (line.slope, line.slope - half, line.slope + half)))


def curve_at(learnt_s: np.ndarray, r: np.ndarray, at_s: np.ndarray) -> np.ndarray:
    """The same curve and the 95 % interval of its height: (m, 3) r, low and high after ``at_s`` (m,) seconds of speech;
    (0, 3) where there are too few points to tell."""
    line = _line(learnt_s, r)
    if line is None:
        return np.zeros((0, 3))
    off = -1.0 / np.asarray(at_s, np.float64) - line.x_mean
    middle = line.r_mean + line.slope * off
    half = line.student * line.error * np.sqrt(1.0 / line.n + off**2 / line.power)
    return np.stack([middle, middle - half, middle + half], 1)


@dataclass(frozen=True)
class _Line:
    """A straight line through r against ``-1 / learnt``; ``student``: that of the interval."""

    n: int
    x_mean: float
    r_mean: float
    slope: float
    power: float
    error: float
    student: float


def _line(learnt_s: np.ndarray, r: np.ndarray) -> _Line | None:
    if len(r) < LEAST_POINTS or not np.isfinite(r).all():
        return None
    x = -1.0 / np.asarray(learnt_s, np.float64)
    centred = x - x.mean()
    power = float(centred @ centred)
    if power <= 0:
        return None
    slope = float(centred @ r) / power
    residual = r - r.mean() - slope * centred
    degrees = len(r) - 2
    error = float(np.sqrt(residual @ residual / degrees))
    t = float(student.ppf(0.5 + COVERAGE / 2, degrees))
    return _Line(len(r), float(x.mean()), float(r.mean()), slope, power, error, t)
