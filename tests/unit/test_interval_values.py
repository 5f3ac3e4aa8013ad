"""Intervals of paired differences, and bootstrap means, by their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats

from offline.scoring.resampling import LEAST_UNITS, bootstrap_mean, difference_interval

SAMPLES = np.array([0.1, np.nan, 0.3, 0.2, np.inf, 0.15])
"""Of which four count."""


@pytest.mark.parametrize(("units", "segments"), [(LEAST_UNITS, 1), (LEAST_UNITS + 3, 1), (2 * LEAST_UNITS, 2)])
def test_an_interval_is_students_over_the_units(units: int, segments: int) -> None:
    low, high = difference_interval(0.05, SAMPLES, units, segments)
    free = units - segments
    reach = scipy.stats.t.ppf(0.975, free) * np.std([0.1, 0.3, 0.2, 0.15]) * math.sqrt(units / free)
    assert (low, high) == pytest.approx((0.05 - reach, 0.05 + reach))


def test_one_segment_is_what_is_meant_where_none_is_named() -> None:
    assert difference_interval(0.05, SAMPLES, LEAST_UNITS) == difference_interval(0.05, SAMPLES, LEAST_UNITS, 1)


@pytest.mark.parametrize(
    ("samples", "units", "segments"),
    [(SAMPLES, LEAST_UNITS - 1, 1), (SAMPLES, 2 * LEAST_UNITS - 1, 2), (np.full(4, np.nan), 99, 1)],
)
def test_too_little_has_no_interval(samples: np.ndarray, units: int, segments: int) -> None:
    assert all(math.isnan(bound) for bound in difference_interval(0.05, samples, units, segments))


def test_a_bootstrap_mean_counts_each_unit_as_often_as_it_was_drawn_and_by_its_size() -> None:
    values, unit = np.array([1.0, 2.0, 4.0]), np.array([0, 0, 1])
    drawn = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    got = bootstrap_mean(values, unit, drawn)
    np.testing.assert_allclose(got, [7 / 3, 1.5, 4.0, np.nan])
    by_size = bootstrap_mean(values, unit, drawn, np.array([1.0, 3.0, 2.0]))
    np.testing.assert_allclose(by_size, [15 / 6, 7 / 4, 4.0, np.nan])
