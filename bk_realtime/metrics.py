"""How long things take and how often they go wrong, in memory that does not grow with the session."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

_LOWEST_S = 1e-6
_PER_DECADE = 100
_N_BINS = 9 * _PER_DECADE


class Histogram:
    """Durations in 900 logarithmic bins from 1 µs to 1000 s: quantiles to 1.2 % of their value, exact count
    and maximum. One writer; a reader in another thread sees counts at most one addition old."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._bins = [0] * _N_BINS
        self.count = 0
        self.max = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration; below 1 µs counts as 1 µs, above 1000 s as 1000 s (the maximum stays exact).

        Raises
        ------
        ValueError
            ``seconds`` is negative or not a number.
        """
        if not seconds >= 0:
            raise ValueError(f"Histogram: expected a duration of 0 s or more, got {seconds}")
        i = int(math.log10(max(seconds, _LOWEST_S) / _LOWEST_S) * _PER_DECADE) if seconds < 1000 else _N_BINS - 1
        self._bins[min(i, _N_BINS - 1)] += 1
        self.count += 1
        if seconds > self.max:
            self.max = seconds

    def quantile(self, *qs: float) -> list[float]:
        """Durations in seconds below which the fractions ``qs`` lie (middle of the bin, never above the maximum);
        NaN before the first."""
        cumulated = np.cumsum(self._bins)
        n = int(cumulated[-1])
        if not n:
            return [math.nan] * len(qs)
        ranks = [max(1, math.ceil(q * n)) for q in qs]
        at = np.searchsorted(cumulated, ranks)
        return [min(float(_LOWEST_S * 10 ** ((i + 0.5) / _PER_DECADE)), self.max) for i in at]

    def snapshot(self) -> dict[str, float]:
        """p50, p99, max in ms, and count."""
        p50, p99 = self.quantile(0.5, 0.99)
        return {"p50": 1e3 * p50, "p99": 1e3 * p99, "max": 1e3 * self.max, "count": self.count}


class Metrics:
    """Named durations and named counters of one session.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.count("gaps")
    >>> metrics.time("features", 0.001)
    >>> metrics.snapshot()["counters"], metrics.snapshot()["stages"]["features"]["count"]
    ({'gaps': 1}, 1)
    """

    def __init__(self) -> None:
        self._durations: dict[str, Histogram] = defaultdict(Histogram)
        self._counters: dict[str, int] = defaultdict(int)

    def time(self, name: str, seconds: float) -> None:
        """Add one duration of ``name``."""
        self._durations[name].add(seconds)

    def count(self, name: str, n: int = 1) -> None:
        """Add ``n`` to counter ``name``."""
        self._counters[name] += n

    def usual(self, name: str) -> float:
        """Median duration of ``name`` in seconds; NaN before the first."""
        return self._durations[name].quantile(0.5)[0] if name in self._durations else math.nan

    def reset(self) -> None:
        """Forget everything (after warm-up)."""
        self._durations.clear()
        self._counters.clear()

    def snapshot(self) -> dict[str, Any]:
        """``{"stages": {name: {p50, p99, max in ms, count}}, "counters": {name: n}}``, plain values for JSON."""
        return {
            "stages": {name: durations.snapshot() for name, durations in list(self._durations.items())},
            "counters": dict(self._counters),
        }
