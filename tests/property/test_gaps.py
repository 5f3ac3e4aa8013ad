"""Stream faults from stamps and counts: every planted fault is found, and jitter, packets and odd rates are none."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.chunks import Chunk
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.gaps import StreamMonitor


def device(
    seconds: float,
    nominal: float = 1000.0,
    actual: float | None = None,
    packet: int = 16,
    jitter_s: float = 1e-3,
    future_s: float = 0.0,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """(stamps, arrival) per sample of an amplifier that stamps the end of each packet when it sends it and fills the
    others in at the nominal rate, as ``push_chunk`` does."""
    rng = np.random.default_rng(seed)
    n = int(seconds * (actual or nominal)) // packet * packet
    sent = 100.0 + (np.arange(packet - 1, n, packet) + 1) / (actual or nominal)
    late = np.abs(rng.normal(0, jitter_s, len(sent)))
    ends = np.maximum.accumulate(sent + late)
    stamps = (ends[:, None] + (np.arange(packet) - packet + 1) / nominal).ravel() + future_s
    return stamps, np.repeat(ends + 2e-4, packet)


def feed(
    monitor: StreamMonitor, stamps: np.ndarray, arrival: np.ndarray, pulls: list[int] | None = None, offset: float = 0.0
) -> list[SourceEvent]:
    """Chunks as pulled: whole packets, or pieces of the sizes ``pulls`` in turn."""
    edges = np.append(np.flatnonzero(np.diff(arrival) > 0) + 1, len(stamps))
    if pulls:
        edges = np.minimum(np.cumsum(np.resize(pulls, 2 * len(stamps) // min(pulls) + 1)), len(stamps))
    found, start = [], 0
    for end in np.unique(edges):
        chunk = Chunk(np.zeros((end - start, 1)), start, stamps[start:end], offset, float(arrival[end - 1]))
        found += monitor.observe(chunk)
        start = end
    return found


@given(
    packet=st.sampled_from([1, 8, 16, 32, 100, 500]),
    rate=st.sampled_from([-0.005, 0.0, 0.002, 0.005]),
    jitter=st.sampled_from([0.0, 1e-4, 1e-3, 4e-3, 15e-3]),
    future=st.sampled_from([0.0, 0.0145]),
    seed=st.integers(0, 1000),
)
def test_jitter_packets_and_odd_rates_are_no_faults(
    packet: int, rate: float, jitter: float, future: float, seed: int
) -> None:
    monitor = StreamMonitor(1000.0)
    stamps, arrival = device(16, 1000.0, 1000.0 * (1 + rate), packet, jitter, future, seed)
    assert feed(monitor, stamps, arrival) == []
    # 15 s of points with this much scatter pin the rate to a few hundred ppm
    assert monitor.effective_rate == pytest.approx(1000 * (1 + rate), rel=max(2e-5, jitter * 0.1))


@given(
    packet=st.sampled_from([1, 8, 16, 32]),
    jitter=st.sampled_from([0.0, 3e-4, 1e-3]),
    rate=st.sampled_from([-0.004, 0.0, 0.005]),
    lost=st.integers(20, 3000),
    seed=st.integers(0, 1000),
)
def test_every_gap_is_found_where_it_is(packet: int, jitter: float, rate: float, lost: int, seed: int) -> None:
    stamps, arrival = device(16, 1000.0, 1000 * (1 + rate), packet, jitter, seed=seed)
    cut = 9000 // packet * packet
    drop = -(-lost // packet) * packet
    keep = np.r_[0:cut, cut + drop : len(stamps)]
    events = feed(StreamMonitor(1000.0), stamps[keep], arrival[keep])
    assert [e.kind for e in events] == ["gap"]
    assert events[0].index == cut
    assert events[0].seconds * 1000 == pytest.approx(drop, abs=4 + 4e3 * jitter + abs(rate) * drop)


def test_gap_of_two_samples_in_a_clean_stream() -> None:
    stamps = 5.0 + np.arange(20_000) / 1024
    keep = np.r_[0:15_000, 15_002:20_000]
    (event,) = feed(StreamMonitor(1024.0), stamps[keep], (stamps + 1e-3)[keep], [16])
    assert (event.kind, event.index // 16, round(event.seconds * 1024)) == ("gap", 15_000 // 16, 2)


def test_two_gaps_are_two() -> None:
    stamps, arrival = device(30)
    keep = np.r_[0:9600, 9920:20_000, 20_480 : len(stamps)]
    events = feed(StreamMonitor(1000.0), stamps[keep], arrival[keep])
    assert [(e.kind, round(e.seconds, 2)) for e in events] == [("gap", 0.32), ("gap", 0.48)]


@given(stall=st.floats(0.02, 2.0), seed=st.integers(0, 100), burst=st.booleans())
def test_a_busy_sender_that_stamps_late_is_no_gap(stall: float, seed: int, burst: bool) -> None:
    """No sample is lost: the packets of the pause are stamped when they are sent at last, within a moment."""
    ends = device(16, seed=seed)[0][15::16]
    held = (ends > 110.0) & (ends < 110.0 + stall)
    ends[held] = 110.0 + stall + np.cumsum(np.random.default_rng(seed).uniform(1e-6, 2e-5, held.sum()))
    late = (ends[:, None] + (np.arange(16) - 15) / 1000).ravel()
    arrived = np.repeat(ends, 16) + 2e-4
    events = feed(StreamMonitor(1000.0), late, arrived, [4000] if burst else None)
    assert [e.kind for e in events] in ([], ["backlog"])


@given(
    packet=st.sampled_from([1, 8, 32, 100, 250]),
    stalls=st.lists(st.tuples(st.floats(2.0, 12.0), st.floats(0.02, 1.5)), max_size=6),
    late=st.sampled_from([1e-4, 3e-3, 30e-3]),
    seed=st.integers(0, 1000),
)
def test_late_arrival_with_right_stamps_resets_nothing(
    packet: int, stalls: list[tuple[float, float]], late: float, seed: int
) -> None:
    """The network, this process or the sender's own thread fell behind; the amplifier stamped what it took."""
    n = 14_000 // packet * packet
    stamps = 100.0 + np.arange(n) / 1000
    arrival = np.repeat(stamps[packet - 1 :: packet], packet) + 1e-3
    arrival += np.repeat(np.random.default_rng(seed).exponential(late, n // packet), packet)
    for begin, length in stalls:
        held = (arrival > 100 + begin) & (arrival < 100 + begin + length)
        arrival[held] = 100 + begin + length
    events = feed(StreamMonitor(1000.0), stamps, np.maximum.accumulate(arrival))
    assert {e.kind for e in events} <= {"backlog"}


@given(stall=st.floats(0.15, 0.8), speed=st.floats(1.2, 20.0), throttled=st.booleans(), seed=st.integers(0, 1000))
def test_packets_stamped_late_and_worked_off_are_neither_missing_nor_doubled(
    stall: float, speed: float, throttled: bool, seed: int
) -> None:
    """A busy machine stamps packets when it sends them: after a pause, or ever later, then faster than due."""
    due = device(16, jitter_s=0.0)[0][15::16]
    rng = np.random.default_rng(seed)
    ends = due + rng.exponential(5e-4, len(due))
    pace = 0.016 / speed * rng.uniform(0.8, 1.2, len(due))
    at = int(np.searchsorted(due, 109.0))
    if throttled:  # at half the pace until it is behind by the whole stall
        slow = due[at] + 2 * (due[at:] - due[at])
        n = int(np.searchsorted(slow - due[at:], stall))
        ends[at : at + n] = slow[:n]
        at += n
    behind = due[at] + stall + np.cumsum(pace[at:])
    ends[at:] = np.maximum(ends[at:], behind)
    ends = np.maximum.accumulate(ends)
    stamps = (ends[:, None] + (np.arange(16) - 15) / 1000).ravel()
    events = feed(StreamMonitor(1000.0), stamps, np.repeat(ends + 2e-4, 16))
    assert not [e for e in events if e.kind != "backlog"]


@given(jump=st.one_of(st.floats(0.05, 2e5), st.floats(-2e5, -0.05)), seed=st.integers(0, 100))
def test_clock_jump_is_told_from_gap_by_the_arrival(jump: float, seed: int) -> None:
    stamps, arrival = device(16, jitter_s=5e-4, seed=seed)
    stamps[12_000:] += jump
    events = feed(StreamMonitor(1000.0), stamps, arrival)
    assert [e.kind for e in events] == ["clock jump"]
    assert events[0].seconds == pytest.approx(jump, abs=5e-3)
    assert events[0].index == 12_000


@given(packets=st.integers(1, 20), jitter=st.sampled_from([0.0, 1e-3]))
def test_packets_sent_twice(packets: int, jitter: float) -> None:
    stamps, arrival = device(20, jitter_s=jitter)
    n = packets * 16
    twice = np.r_[0:12_000, 12_000 - n : 16_000]
    arrived = arrival[twice]
    arrived[12_000 : 12_000 + n] = arrival[11_999] + 1e-4
    edges = np.r_[0:12_000:16, 12_000, np.arange(12_000 + n, len(twice), 16), len(twice)]
    monitor, events = StreamMonitor(1000.0), []
    for a, b in itertools.pairwise(edges):
        events += monitor.observe(Chunk(np.zeros((b - a, 1)), a, stamps[twice][a:b], 0.0, arrived[b - 1]))
    assert [(e.kind, e.index, round(e.seconds, 3)) for e in events] == [("duplicate", 12_000, n / 1000)]


def test_extra_samples_with_new_stamps_are_duplicates() -> None:
    """A driver that repeats a packet under fresh stamps: more samples than time has room for."""
    ends = device(20, jitter_s=2e-4)[0][15::16]
    ends = np.insert(ends, 750, ends[749] + np.random.default_rng(0).uniform(1e-5, 1e-4, 20).cumsum())
    stamps = (ends[:, None] + (np.arange(16) - 15) / 1000).ravel()
    (event,) = feed(StreamMonitor(1000.0), stamps, np.repeat(ends + 2e-4, 16))
    assert event.kind == "duplicate"
    assert event.seconds == pytest.approx(0.32, abs=0.03)


def test_backlog_is_told_once_and_again_only_after_it_went() -> None:
    stamps, arrival = device(40)
    for start in (10.0, 25.0):
        held = (stamps > 100 + start) & (stamps < 100 + start + 1)
        arrival[held] = 100 + start + 1
    events = feed(StreamMonitor(1000.0), stamps, np.maximum.accumulate(arrival), [16])
    assert [e.kind for e in events] == ["backlog", "backlog"]
    assert events[0].seconds == pytest.approx(1.0, abs=0.1)


def test_time_correction_that_arrives_late_is_no_fault() -> None:
    """A remote host: offset 0 until it is known, then hours."""
    stamps, arrival = device(6)
    monitor, events = StreamMonitor(1000.0), []
    for a in range(0, len(stamps) - 15, 16):
        offset = 0.0 if a < 1600 else -7200.0
        received = float(arrival[a + 15]) - 7200.0
        events += monitor.observe(Chunk(np.zeros((16, 1)), a, stamps[a : a + 16], offset, received))
    assert events == []


def test_device_far_beside_its_rate_is_reported_once() -> None:
    stamps, arrival = device(30, 1000.0, 1030.0)
    monitor = StreamMonitor(1000.0)
    (event,) = feed(monitor, stamps, arrival)
    assert event.kind == "rate"
    assert monitor.effective_rate == pytest.approx(1030, abs=0.1)


def test_a_rate_that_is_right_again_is_told() -> None:
    """Also after the stream was lost and returned."""
    monitor = StreamMonitor(1000.0)
    (event,) = feed(monitor, *device(12, 1000.0, 1015.0))
    assert event.kind == "rate"
    assert "runs at 1014.9" in event.text or "runs at 1015.0" in event.text
    monitor.restart()
    (event,) = feed(monitor, *device(12, 1000.0, 1004.0))
    assert event.kind == "rate right"


@pytest.mark.parametrize("actual", [985.0, 1015.0])
def test_a_sender_that_counts_its_stamps_is_found_by_the_age_of_its_data(actual: float) -> None:
    stamps, arrival = device(45, 1000.0, actual)
    counted = 100.0 + np.arange(len(stamps)) / 1000.0
    events = feed(StreamMonitor(1000.0), counted, arrival)
    assert [event.kind for event in events if event.kind != "backlog"] == ["rate"]
    assert f"{actual:.0f}" in events[-1].text or f"{actual - 1:.0f}" in events[-1].text
    assert feed(StreamMonitor(1000.0), *device(45, 1000.0, 1004.0)) == []


def test_a_backlog_that_is_worked_off_is_no_wrong_rate() -> None:
    stamps, arrival = device(45)
    arrival = np.maximum(arrival, np.minimum(arrival[0] + 4 + 0.6 * (arrival - arrival[0]), arrival + 4))
    assert not [e for e in feed(StreamMonitor(1000.0), stamps, arrival) if e.kind.startswith("rate")]


def test_dropped_by_this_program() -> None:
    stamps, arrival = device(4)
    monitor = StreamMonitor(1000.0)
    monitor.observe(Chunk(np.zeros((16, 1)), 0, stamps[:16], 0.0, float(arrival[15])))
    (event,) = monitor.observe(Chunk(np.zeros((16, 1)), 116, stamps[116:132], 0.0, float(arrival[131])))
    assert (event.kind, event.index, event.seconds) == ("gap", 16, 0.1)


def test_recording_read_faster_than_real_time() -> None:
    stamps, _ = device(20)
    stamps[8000:] += 653_000.0
    stamps[12_000:] -= 700_000.0
    monitor = StreamMonitor(1000.0, live=False)
    events = feed(monitor, stamps, np.zeros(len(stamps)), [64])
    assert [(e.kind, e.index // 64) for e in events] == [("gap", 125), ("clock jump", 187)]


def test_irregular_streams_and_empty_chunks_are_left_alone() -> None:
    assert StreamMonitor(0.0).observe(Chunk(np.zeros((2, 1)), 0, np.array([1.0, 900.0]))) == []
    assert StreamMonitor(100.0).observe(Chunk(np.zeros((0, 1)), 0, np.zeros(0))) == []


def test_points_stay_bounded() -> None:
    monitor = StreamMonitor(1000.0)
    stamps, arrival = device(60, packet=32)
    feed(monitor, stamps, arrival)
    assert len(monitor._points) <= 30 / 0.05 + 2
    assert len(monitor._history) <= 2000
