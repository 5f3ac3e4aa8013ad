"""Stamps to a regular grid: gaps are found and placed, jitter is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.errors import BkError
from offline.io.grid import regular_grid


def stamps(n: int, sfreq: float, rate: float, chunk: int, jitter_s: float, seed: int) -> np.ndarray:
    """As a driver stamps chunks: late by a random time at their last sample, nominal spacing inside."""
    index = np.arange(n)
    last = np.minimum(index // chunk * chunk + chunk, n) - 1
    late = np.abs(np.random.default_rng(seed).normal(0, jitter_s, n // chunk + 1))
    return last / rate + late[index // chunk] - (last - index) / sfreq


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("chunk", "jitter_s"), [(1, 0.0), (16, 0.0005), (32, 0.004), (256, 0.002)])
def test_jitter_is_no_gap(chunk: int, jitter_s: float, seed: int) -> None:
    grid = regular_grid(stamps(40_000, 1000.0, 1000.03, chunk, jitter_s, seed), 1000.0, "x")
    assert grid.gaps == ()
    assert grid.length == 40_000
    assert abs(grid.rate - 1000.03) < 0.02


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("lost", [2, 7, 200, 5000])
def test_a_gap_is_found_at_its_place(lost: int, seed: int) -> None:
    times = stamps(30_000, 1000.0, 1000.0, 1, 0.0001, seed)
    at = 12_000 + 777 * seed
    keep = np.r_[0:at, at + lost : 30_000]
    grid = regular_grid(times[keep], 1000.0, "x")
    assert [missing for _, missing in grid.gaps] == [lost]
    placed = grid.lay_out(np.arange(30_000, dtype=np.float32)[keep, None])[:, 0]
    assert len(placed) == 30_000
    assert np.isnan(placed[at : at + lost]).all()
    np.testing.assert_array_equal(placed[keep], keep)


@pytest.mark.parametrize("seed", range(5))
def test_many_gaps_under_jitter_keep_every_sample_in_place(seed: int) -> None:
    """Chunks of 32 samples with 1 ms jitter, six dropouts of 0.1 to 3 s: every sample within 2 of its true place."""
    rng = np.random.default_rng(seed)
    times = stamps(120_000, 1000.0, 999.98, 32, 0.001, seed)
    keep = np.ones(120_000, bool)
    for start in np.sort(rng.choice(np.arange(2, 118), 6, replace=False)) * 1000 // 32 * 32:
        keep[start : start + int(rng.uniform(100, 3000))] = False
    index = np.flatnonzero(keep)
    grid = regular_grid(times[keep], 1000.0, "x")
    placed = grid.lay_out(index.astype(np.float32)[:, None])[:, 0]
    where = np.flatnonzero(~np.isnan(placed))
    assert len(where) == len(index)
    assert np.abs(where - (placed[where] - index[0])).max() <= 2
    assert 1 <= len(grid.gaps) <= 6


def test_stamps_that_step_back_keep_the_order() -> None:
    times = stamps(20_000, 500.0, 500.0, 1, 0.0, 0)
    times[10_000:] -= 3.0
    times[15_000:] += 1.0
    grid = regular_grid(times, 500.0, "x")
    assert grid.length == 20_500
    assert "jump back by 3.0" in grid.notes[1]


def test_hopeless_stamps_are_refused() -> None:
    times = np.arange(20_000) / 500.0
    with pytest.raises(BkError, match="runs at 500"):
        regular_grid(times, 512.0, "x")
    apart = times.copy()
    apart[10_000:] += 1e6
    with pytest.raises(BkError, match="different recordings or clocks"):
        regular_grid(apart, 500.0, "x")
    times[5] = np.nan
    with pytest.raises(BkError, match="not numbers"):
        regular_grid(times, 500.0, "x")


@pytest.mark.parametrize("n", [1, 2, 3, 10])
def test_few_samples(n: int) -> None:
    grid = regular_grid(5.0 + np.arange(n) / 100.0, 100.0, "x")
    assert (grid.length, grid.rate, grid.gaps) == (n, 100.0, ())
    assert grid.start_s == pytest.approx(5.0)
