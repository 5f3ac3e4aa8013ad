"""Gap, clock jump or duplicate, with clocks that do not agree: the age of data tells, whatever it is to begin with."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.chunks import Chunk
from bk_realtime.source.gaps import StreamMonitor

RATE, PACKET = 1000.0, 20


def said(
    stamps: np.ndarray,
    arrival: np.ndarray,
    live: bool = True,
    offset: float = 0.0,
    monitor: StreamMonitor | None = None,
) -> list[tuple[str, int, float]]:
    """Events of packets of 20 samples: kind, index, seconds."""
    monitor = monitor or StreamMonitor(RATE, live=live)
    found = []
    for start in range(0, len(stamps), PACKET):
        part = slice(start, start + PACKET)
        found += monitor.observe(
            Chunk(np.zeros((len(stamps[part]), 1)), start, stamps[part], offset, float(arrival[part][-1]))
        )
    return [(e.kind, e.index, round(e.seconds, 3)) for e in found]


def signal(seconds: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """Stamps on a perfect clock, and when each packet arrives: 2 ms after its last sample."""
    stamps = 100.0 + np.arange(round(seconds * RATE)) / RATE
    return stamps, np.repeat(stamps[PACKET - 1 :: PACKET], PACKET) + 0.002


@pytest.mark.parametrize("behind", [0.0, 7.5, -7.5])
def test_missing_samples_are_a_gap_by_whatever_the_clocks_differ(behind: float) -> None:
    """The age of data is as before."""
    stamps, arrival = signal()
    keep = np.r_[0:6000, 6300 : len(stamps)]
    assert said(stamps[keep] - behind, arrival[keep]) == [("gap", 6000, 0.3)]
    assert said(stamps[keep] - behind, arrival[keep], offset=behind) == [("gap", 6000, 0.3)]


@pytest.mark.parametrize("behind", [0.0, 7.5, -7.5])
@pytest.mark.parametrize("jump", [0.3, -0.3004, 40.0])
def test_a_clock_that_was_set_is_none(behind: float, jump: float) -> None:
    """The age jumped along, the other way."""
    stamps, arrival = signal()
    moved = stamps - behind
    moved[6000:] += jump
    assert said(moved, arrival) == [("clock jump", 6000, round(jump, 3))]


@pytest.mark.parametrize("behind", [0.0, 7.5, -7.5])
def test_samples_that_come_twice(behind: float) -> None:
    """Other stamps for the same samples would be a set clock; with the same ones they are told by these."""
    stamps, arrival = signal()
    twice = np.r_[0:6000, 5900:6000, 6000 : len(stamps)]
    events = said(stamps[twice] - behind, np.sort(arrival[twice]))
    assert {(kind, index) for kind, index, _ in events} == {("duplicate", 6000)}
    assert sum(seconds for _, _, seconds in events) == pytest.approx(0.1)


def test_of_a_recording_forward_is_a_gap_and_backward_a_clock_jump() -> None:
    stamps, _ = signal()
    at_once = np.full(len(stamps), 5000.0)
    for jump, kind in ((0.3, "gap"), (-0.3004, "clock jump")):
        moved = stamps.copy()
        moved[6000:] += jump
        assert said(moved, at_once, live=False) == [(kind, 6000, round(jump, 3))]


def test_what_the_sample_index_says() -> None:
    monitor = StreamMonitor(RATE)
    found = []
    for first in (0, 20, 140, 120):
        stamps = 100.0 + (first + np.arange(20)) / RATE
        found += monitor.observe(Chunk(np.zeros((20, 1)), first, stamps, 0.0, float(stamps[-1])))
    assert [(e.kind, e.index, round(e.seconds, 3)) for e in found] == [("gap", 40, 0.1), ("duplicate", 160, 0.04)]
    assert found[0].text == "100 samples (0.100 s) are missing, by the sample index"
    assert found[1].text == "40 samples (0.040 s) came twice, by the sample index"


@pytest.mark.parametrize(("true", "found"), [(1009.0, []), (1012.0, ["rate"]), (988.0, ["rate"])])
def test_a_rate_more_than_a_hundredth_off_is_said(true: float, found: list[str]) -> None:
    stamps = 100.0 + np.arange(20_000) / true
    monitor = StreamMonitor(RATE)
    events = said(stamps, stamps + 0.002, monitor=monitor)
    assert [kind for kind, _, _ in events] == found
    assert monitor.effective_rate == pytest.approx(true, rel=1e-5)


def test_the_rate_is_the_nominal_one_until_five_seconds_were_seen() -> None:
    stamps = 100.0 + np.arange(4_900) / 1005.0
    monitor = StreamMonitor(RATE)
    assert said(stamps, stamps + 0.002, monitor=monitor) == []
    assert monitor.effective_rate == RATE


def test_an_irregular_stream_and_empty_chunks_say_nothing() -> None:
    assert StreamMonitor(0.0).observe(Chunk(np.zeros((2, 1)), 0, np.array([1.0, 99.0]), 0.0, 99.0)) == []
    monitor = StreamMonitor(RATE)
    assert monitor.observe(Chunk(np.zeros((0, 1)), 7, np.zeros(0), 0.0, 0.0)) == []
    assert said(*signal(1.0), monitor=monitor) == []


def test_stamps_that_stand_still_and_go_on_at_the_right_time() -> None:
    """Told after five seconds, and once more when the clock is right again; none where it goes on from where it was."""
    stamps, arrival = signal(20.0)
    frozen = stamps.copy()
    frozen[5000:12000] = stamps[4999]
    stopped, again = said(frozen, arrival)
    assert (stopped[0], again[0], again[1]) == ("clock jump", "clock jump", 12_000)
    assert stopped[1] == pytest.approx(5000, abs=2 * PACKET)
    assert stopped[2] == pytest.approx(-5.0, abs=0.1)
    assert again[2] == pytest.approx(5.0, abs=0.1)
    frozen[12000:] = stamps[4999] + np.arange(1, 8001) / RATE
    assert said(frozen, arrival) == [stopped]
