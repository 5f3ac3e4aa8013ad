"""Packets that were delivered twice: left out the second time, said, and never mistaken for what is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.join import Joiner
from offline.io import read_recording
from offline.io.grid import Grid, regular_grid
from tests.xdf_files import BRAIN, SFREQ, TIMES, N, amp, said, write

RATE, PACKET = 1000.0, 16


def fingerprints(values: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    return lambda index: values[index]


def packets(order: list[int]) -> np.ndarray:
    """Samples of packets in an order of delivery."""
    return (np.array(order)[:, None] * PACKET + np.arange(PACKET)).ravel()


def grid_of(index: np.ndarray, stamps: np.ndarray, told: bool = True) -> tuple[Grid, np.ndarray]:
    """The grid of samples as they were delivered, and their numbers laid out on it."""
    values = np.random.default_rng(1).integers(0, 1 << 30, 1 << 17)
    grid = regular_grid(stamps[index], RATE, "x", fingerprints=fingerprints(values[index]) if told else None)
    return grid, grid.lay_out(index.astype(np.float32)[:, None])[:, 0]


@pytest.mark.parametrize(
    ("at", "late"),
    [([400], 0), ([400], 3), ([400, 410, 419], 0), ([400, 400], 0), ([1, 700, 701], 0), ([1249], 0)],
)
def test_every_sample_keeps_its_place(at: list[int], late: int) -> None:
    """Directly, three packets later, several within a second, three times, two of two, at the end."""
    order = list(range(1250))
    for k in sorted(at, reverse=True):
        order.insert(k + 1 + late, k)
    index = packets(order)
    late_s = np.abs(np.random.default_rng(2).normal(0, 0.0004, 1250)).repeat(PACKET)
    grid, placed = grid_of(index, np.arange(20_000) / RATE + late_s)
    np.testing.assert_array_equal(placed, np.arange(20_000))
    assert grid.gaps == ()
    assert grid.notes == (f"{16 * len(at)} samples ({0.016 * len(at):.3f} s) came twice: left out the second time",)
    assert grid.rate == pytest.approx(RATE, rel=1e-5)
    kept, which = grid.of_kept()
    np.testing.assert_array_equal(kept.lay_out(index[which, None].astype(np.float32))[:, 0], placed)
    assert len(grid_of(index, np.arange(20_000) / RATE + late_s, told=False)[1]) > 20_000  # nobody could tell


def test_a_gap_and_a_repeat_beside_each_other_are_both_seen() -> None:
    order = [*range(400), 399, *range(420, 1250)]
    grid, placed = grid_of(packets(order), np.arange(20_000) / RATE)
    assert [missing for _, missing in grid.gaps] == [320]
    assert np.isnan(placed[6400:6720]).all()
    np.testing.assert_array_equal(np.delete(placed, np.s_[6400:6720]), np.delete(np.arange(20_000), np.s_[6400:6720]))


def test_a_fast_device_whose_stamps_fall_on_earlier_ones_loses_no_sample() -> None:
    """1010 Hz, whole milliseconds inside each packet: at its edge stamps step back onto those of the packet before."""
    n = np.arange(PACKET * 1250)
    last = n // PACKET * PACKET + PACKET - 1
    stamps = np.round(last / 1010.0, 3) - (last - n) / 1000
    assert len(np.unique(np.round(stamps, 6))) < len(n)
    grid, placed = grid_of(n, np.round(stamps, 3))
    np.testing.assert_array_equal(placed, n)
    assert not any("twice" in note for note in grid.notes)


def test_a_clock_that_was_set_back_by_whole_samples_loses_no_sample() -> None:
    stamps = np.arange(20_000) / RATE
    stamps[10_000:] = np.round(stamps[10_000:] - 1.0, 3)
    grid, placed = grid_of(np.arange(20_000), stamps)
    np.testing.assert_array_equal(placed, np.arange(20_000))
    assert "jump back by 1.000 s" in grid.notes[0]


def test_one_stamp_a_packet_and_a_signal_that_stands_still_lose_no_sample() -> None:
    n = np.arange(20_000)
    for stamps, values in ((n // PACKET * PACKET / RATE, n // 4), (n // 2 * 2 / RATE, np.zeros(20_000))):
        grid = regular_grid(stamps, RATE, "x", fingerprints=fingerprints(values))
        assert grid.length == 20_000
        assert not grid.notes


@pytest.fixture
def doubled() -> np.ndarray:
    """All samples of a stream, 512 of them twice."""
    return np.r_[0:4000, 3488:4000, 4000:N]


def test_a_recording_has_them_once_and_its_trigger_channel_has_no_edge_of_them(
    tmp_path: Path, doubled: np.ndarray
) -> None:
    line = np.zeros(N, np.float32)
    line[3900:3950] = line[6000:6100] = 5
    data = np.c_[BRAIN, line].astype(np.float32)[doubled]
    stream = amp(data, TIMES[doubled], labels=["A1", "A2", "A3", "TRIG"], types=("SEEG",) * 3 + ("TRIG",))
    recording = read_recording(write(tmp_path, stream))
    np.testing.assert_array_equal(recording.neural, BRAIN)
    assert said(recording, "neural: 512 samples (0.500 s) came twice: left out the second time")
    np.testing.assert_allclose([t for t, _ in recording.markers], TIMES[[3900, 6000]], atol=1e-6)


def test_joined_recordings_have_them_once(tmp_path: Path, doubled: np.ndarray) -> None:
    other = amp(BRAIN[doubled][:, :2] * 2, TIMES[doubled], edit=[("<name>amp</name>", "<name>stim</name>")])
    path = write(tmp_path, amp(BRAIN[doubled], TIMES[doubled]), other)
    recording = read_recording(path, neural="#1", join=("stim",))
    joiner = Joiner(SFREQ, 3, [(SFREQ, 2)])
    joiner.push(0, BRAIN, TIMES)
    joiner.push(1, BRAIN[:, :2] * 2, TIMES)
    rows = np.concatenate([joiner.take().data, joiner.finish().data])
    np.testing.assert_array_equal(recording.neural[:, :3], BRAIN)
    assert said(recording, "joined 'stim'", "drift +0.0 ppm")
    np.testing.assert_allclose(recording.neural, rows, atol=0.1)
