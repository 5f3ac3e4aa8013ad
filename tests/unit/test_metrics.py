"""Timings against NumPy's quantiles; bounded memory; counters."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from bk_realtime.metrics import Histogram, Metrics


def test_quantiles_are_within_the_bin_width() -> None:
    values = np.random.default_rng(0).lognormal(-6, 1.5, 20_000)
    histogram = Histogram()
    for v in values:
        histogram.add(v)
    for q in (0.01, 0.5, 0.9, 0.99, 0.999):
        assert histogram.quantile(q)[0] == pytest.approx(np.quantile(values, q), rel=0.025)
    assert histogram.max == values.max()
    assert histogram.count == 20_000


def test_extremes_are_counted_and_memory_stays() -> None:
    histogram = Histogram()
    size = len(histogram._bins)
    for v in (0.0, 1e-9, 5e3, 999.999999999, 1e12):
        histogram.add(v)
    assert histogram.count == sum(histogram._bins) == 5
    assert len(histogram._bins) == size
    assert histogram.max == 1e12
    assert histogram.quantile(0.0)[0] <= 2e-6


def test_no_quantile_exceeds_the_maximum() -> None:
    histogram = Histogram()
    histogram.add(0.0101)
    assert histogram.snapshot() == pytest.approx({"p50": 10.1, "p99": 10.1, "max": 10.1, "count": 1}, rel=0.025)
    assert histogram.quantile(1.0)[0] <= 0.0101


@pytest.mark.parametrize("value", [-1e-3, math.nan])
def test_impossible_durations_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        Histogram().add(value)


def test_empty_histogram_is_nan_and_zero() -> None:
    assert math.isnan(Histogram().quantile(0.5)[0])


def test_metrics_snapshot_is_plain_and_resets() -> None:
    metrics = Metrics()
    metrics.count("gaps")
    metrics.count("dropped_samples", 32)
    metrics.count("gaps", 2)
    metrics.time("features", 0.001)
    metrics.time("decoder", 0.002)
    snapshot = json.loads(json.dumps(metrics.snapshot()))
    assert snapshot["counters"] == {"gaps": 3, "dropped_samples": 32}
    assert snapshot["stages"]["features"]["max"] == pytest.approx(1.0)
    assert snapshot["stages"]["decoder"]["count"] == 1
    metrics.reset()
    assert metrics.snapshot() == {"stages": {}, "counters": {}}
