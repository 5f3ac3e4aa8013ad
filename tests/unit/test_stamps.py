"""The age of data cannot be fooled by a sender's stamps: every bad habit, with jitter, against the true age."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.chunks import Chunk
from bk_realtime.source.stamps import StampJudge

RATE, PACKET, NOW = 1024.0, 16, 5000.0


def stamps_of(mode: str, taken: np.ndarray, index: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stamps of samples taken at ``taken`` (this machine's clock) with number ``index``."""
    t = taken - NOW
    return {
        "local": taken,
        "ahead": taken + 0.015,
        "epoch": taken + 1.79e9,
        "boot": t,
        "future": taken + 3600,
        "past": taken - 3600,
        "soon": taken + 0.2,
        "count": NOW + index / RATE,
        "ms": 1e3 * taken,
        "nonmono": taken + rng.normal(0, 0.02, len(taken)),
        "const": np.full(len(taken), NOW),
        "same": np.full(len(taken), taken[-1]),
        "reset": np.where(t < 10, t, t - 10),
    }[mode]


def ages(mode: str, seconds: float = 20.0, stalls_at: float = np.inf, true: float = RATE, packet: int = PACKET):
    """(time, estimated, true age) of the newest sample of each packet, and all events. From ``stalls_at`` on the
    sender sends for ever what is three seconds old."""
    judge, rng, rows, events = StampJudge(RATE), np.random.default_rng(0), [], []
    for first in range(0, int(seconds * true), packet):
        index = np.arange(first, first + packet)
        taken = NOW + (index + 1) / true
        late = 3.0 if taken[-1] > NOW + stalls_at else 0.0
        received = float(taken[-1] + late + abs(rng.normal(0, 0.003)))
        chunk = Chunk(np.zeros((packet, 1)), first, stamps_of(mode, taken, index + 1, rng), 0.0, received)
        times, said = judge.observe(chunk)
        events += said
        newest = chunk.stamps[-1] if times is None else times[-1]
        rows.append((received - NOW, received - newest, received - taken[-1]))
    return np.array(rows), events, judge


ALL = ("local", "ahead", "epoch", "boot", "future", "past", "soon", "count", "ms", "nonmono", "const", "same", "reset")


@pytest.mark.parametrize("packet", [16, 256])
@pytest.mark.parametrize("mode", ALL)
def test_age_is_right_within_packet_and_jitter(mode: str, packet: int) -> None:
    rows, events, judge = ages(mode, packet=packet)
    assert np.abs(rows[:, 1] - rows[:, 2]).max() < max(packet / RATE, 0.016) + 0.015
    assert judge.packet_s == packet / RATE
    standing = [e for e in events if e.details.get("active_fault") == "stamps"]
    expected = 0 if mode in ("local", "ahead", "count") else 1
    assert len(standing) >= expected
    assert expected or not standing


@pytest.mark.parametrize("mode", [m for m in ALL if m != "reset"])
def test_what_is_three_seconds_old_is_old_whatever_the_stamps(mode: str) -> None:
    rows, _, _ = ages(mode, stalls_at=12.0)
    after = (rows[:, 0] > 15.1) & (rows[:, 0] < 19)
    assert after.any()
    assert rows[after, 1].min() > 2.5


@pytest.mark.parametrize("true", [1.005 * RATE, 0.995 * RATE, 0.9995 * RATE])
def test_counted_stamps_never_drift_the_age(true: float) -> None:
    rows, events, judge = ages("count", 300.0, true=true)
    assert rows[:, 1].max() < 0.15
    assert rows[:, 1].min() > -0.06
    assert sum("active_fault" in e.details for e in events) == 1
    assert judge.kind


def test_a_time_correction_that_becomes_known_ends_the_fault_at_once() -> None:
    judge, told, arrivals = StampJudge(RATE), [], []
    for k in range(400):  # a sender on another machine, whose clock is known after 0.8 s
        taken = NOW + (16 * k + 1 + np.arange(16)) / RATE
        offset = 0.0 if k < 50 else 1234.5
        chunk = Chunk(np.zeros((16, 1)), 16 * k, taken - 1234.5, offset, float(taken[-1]) + 0.002)
        times, said = judge.observe(chunk)
        told += [(k, event.kind) for event in said]
        arrivals.append(times is not None)
    assert told == [(0, "stamps"), (50, "stamps right")]
    assert arrivals == [k < 50 for k in range(400)]


def test_a_stream_that_was_away_is_not_old_when_it_is_back() -> None:
    judge = StampJudge(RATE)

    def age(first: int, gone: float) -> float:
        received = NOW + (first + 16) / RATE + gone
        times, _ = judge.observe(Chunk(np.zeros((16, 1)), first, np.full(16, NOW), 0.0, received))
        return received - (NOW if times is None else float(times[-1]))

    for k in range(300):  # one stamp for ever: age goes by the number of samples
        age(16 * k, 0.0)
    assert age(4800, 3.0) > 2.9  # without a restart, what comes three seconds late is three seconds old
    judge.restart()
    assert age(4816, 3.0) == 0.0
    assert judge.kind


@pytest.mark.parametrize("first", [16, 160])
def test_a_backlog_that_drains_is_no_clock_that_was_set(first: int) -> None:
    judge = StampJudge(RATE)
    kinds, sent = [], 0
    sizes = [16] * 200 + [first, 1440, *([16] * 200)]  # one packet, then all that waited
    for k, n in enumerate(sizes):
        if k == 200:
            judge.restart()  # the stream was away
        taken = NOW + (sent + 1 + np.arange(n)) / RATE
        sent += n
        waiting = 1440 / RATE if k == 200 else 0.0
        _, said = judge.observe(Chunk(np.zeros((n, 1)), sent - n, taken, 0.0, float(taken[-1]) + 0.003 + waiting))
        kinds += [event.kind for event in said]
    assert kinds == []


def wrong_by(judge: StampJudge, k: int, shift: float, rng: np.random.Generator, late: float = 0.0) -> float:
    """Seconds by which the age of packet ``k`` is judged wrongly, stamped by a clock that is ``shift`` ahead."""
    taken = NOW + (k * PACKET + 1 + np.arange(PACKET)) / RATE
    received = float(taken[-1] + abs(rng.normal(0, 1e-3)) + late)
    chunk = Chunk(np.zeros((PACKET, 1)), k * PACKET, taken + shift, 0.0, received)
    times, _ = judge.observe(chunk)
    return float(taken[-1] - (chunk.stamps[-1] if times is None else times[-1]))


@pytest.mark.parametrize("ahead", [0.06, 0.35, 0.49, 0.505, 0.55, 0.59, 0.7, 3.0, 40.0])
@pytest.mark.parametrize("shift", [0.0, 56.3, -3600.0])
@pytest.mark.parametrize("pieces", [1, 3])
def test_one_packet_stamped_ahead_makes_the_session_old_for_a_moment_not_for_ever(
    shift: float, ahead: float, pieces: int
) -> None:
    """A sender that stood still between two looks at its clock; where the clock is another one, the least delay of all
    time stands for it, and by one wrong stamp all that came later was old for ever: silence, with the stream there."""
    judge, rng = StampJudge(RATE), np.random.default_rng(0)
    wrong = [wrong_by(judge, k, shift + (ahead if 400 <= k < 400 + pieces else 0.0), rng) for k in range(1000)]
    assert np.abs(wrong[700:]).max() < 0.02


@pytest.mark.parametrize("ahead", [0.06, 0.3, 0.49, 1.5, 40.0])
@pytest.mark.parametrize("came", ["first", "back", "set"])
@pytest.mark.parametrize("pieces", [1, 3])
def test_the_first_packet_stamped_ahead_makes_the_session_old_for_seconds_not_for_ever(
    came: str, ahead: float, pieces: int
) -> None:
    """... as it is where a sender begins, goes on after it stood still, or looks at a clock that was set just then."""
    judge, rng, wrong = StampJudge(RATE), np.random.default_rng(0), []
    begin = 0 if came == "first" else 400
    for k in range(1000):
        if k == begin and came == "back":
            judge.restart()
        shift = 56.3 + (20.0 if came == "set" and k >= 400 else 0.0) + (ahead if begin <= k < begin + pieces else 0.0)
        wrong.append(wrong_by(judge, k, shift, rng))
    assert np.abs(wrong[begin + 150 :]).max() < 0.02


@pytest.mark.parametrize("came", ["first", "back", "set"])
@pytest.mark.parametrize("late", [0.06, 0.3, 1.5])
@pytest.mark.parametrize("ahead", [0.0, 0.2])
def test_what_comes_late_after_the_first_packets_stays_old(came: str, late: float, ahead: float) -> None:
    """A sender or a network that falls behind in its first moments, for ever, on another clock: it must not look fresh
    after two seconds, whether the first packet was stamped ahead, too, or not."""
    judge, rng, wrong = StampJudge(RATE), np.random.default_rng(0), []
    begin = 0 if came == "first" else 400
    for k in range(1000):
        if k == begin and came == "back":
            judge.restart()
        shift = 56.3 + (20.0 if came == "set" and k >= 400 else 0.0) + (ahead if k == begin else 0.0)
        wrong.append(wrong_by(judge, k, shift, rng, late if k >= begin + 6 else 0.0))
    assert np.abs(wrong[begin + 150 :]).max() < 0.02


@pytest.mark.parametrize("by", [0.3, 0.55, 20.0])
def test_a_clock_that_was_set_ahead_is_known_soon(by: float) -> None:
    """... and what is late by that clock is old, as before."""
    judge, worst = StampJudge(RATE), []
    for k in range(1000):
        taken = NOW + (k * PACKET + 1 + np.arange(PACKET)) / RATE
        shift, late = 56.3 + (by if k >= 300 else 0.0), 3.0 if k >= 700 else 0.0
        chunk = Chunk(np.zeros((PACKET, 1)), k * PACKET, taken + shift, 0.0, taken[-1] + 0.002 + late)
        times, _ = judge.observe(chunk)
        assert times is not None
        worst.append(abs(chunk.received - times[-1] - (0.002 + late)))
    assert max(worst[400:]) < 0.03
    assert judge.kind == "are on another clock"
