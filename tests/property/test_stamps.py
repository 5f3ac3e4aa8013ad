"""A sender, network or engine that stands still makes data late, and is never taken for a wrong clock; a clock that is
wrong is named all the same, also right after a standstill."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bk_realtime.chunks import Chunk
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.stamps import StampJudge

RATE, BEGUN = 128.0, 5000.0
Pauses = list[tuple[float, float]]


def after(t: float, pauses: Pauses) -> float:
    """When who stands still at ``t`` goes on."""
    for begin, length in pauses:
        if BEGUN + begin <= t < BEGUN + begin + length:
            return BEGUN + begin + length
    return t


def pulled(
    stamps: np.ndarray, packet: int, sent: np.ndarray, engine: Pauses, judge: StampJudge | None = None
) -> tuple[list[SourceEvent], list[float], StampJudge]:
    """What a judge says, with the times at which it does, of packets that are sent at ``sent`` and pulled by an engine
    that stands still in between: all that is there, as one chunk."""
    judge = judge or StampJudge(RATE)
    events: list[SourceEvent] = []
    times: list[float] = []
    now, first = BEGUN, 0
    while first < len(sent):
        now = after(max(now, sent[first]), engine)
        last = max(first + 1, int(np.searchsorted(sent, now, "right")))
        of = slice(first * packet, last * packet)
        if judge._last is not None and now - judge._last[0] > 0.5 and after(judge._last[0] + 0.5, engine) < now - 0.1:
            judge.restart(same=True)  # the inlet found the stream lost, and back
        _, said = judge.observe(Chunk(np.zeros((of.stop - of.start, 1)), of.start, stamps[of], 0.0, now))
        events += said
        times += [now - BEGUN] * len(said)
        now, first = now + 1e-3, last
    return events, times, judge


def packets(
    seconds: float, packet: int, jitter: float, pauses: Pauses, drain: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """When each packet is sent, ``drain`` of its length after the one before it at the earliest; times of samples."""
    n = int(seconds * RATE) // packet
    late = np.abs(np.random.default_rng(seed).normal(0, jitter, n))
    sent, last = np.empty(n), -np.inf
    for k in range(n):
        due = BEGUN + (k + 1) * packet / RATE + late[k]
        sent[k] = last = after(max(due, last + max(1e-4, drain * packet / RATE)), pauses)
    return sent, BEGUN + np.arange(1, n * packet + 1) / RATE


pauses = st.lists(st.tuples(st.floats(0.1, 2.5), st.floats(0.05, 3.0)), max_size=6).map(
    lambda steps: [
        (float(sum(a + b for a, b in steps[:k]) + gap), float(length)) for k, (gap, length) in enumerate(steps)
    ]
)
"""(begin, length) in s, each some time after the end of the one before."""


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    packet=st.sampled_from([1, 2, 3, 4, 16, 32]),
    jitter=st.sampled_from([0.0, 0.003, 0.02]),
    sender=pauses,
    engine=pauses,
    drain=st.sampled_from([0.0, 0.3, 0.8]),
    by_sending=st.booleans(),
    seed=st.integers(0, 9),
)
def test_no_pause_is_a_wrong_clock(
    packet: int, jitter: float, sender: Pauses, engine: Pauses, drain: float, by_sending: bool, seed: int
) -> None:
    """Whether the sender stamps when a sample was due or, as LSL does by itself, when it is sent."""
    sent, due = packets(16.0, packet, jitter, sender, drain, seed)
    within = (packet - 1 - np.arange(len(due)) % packet) / RATE
    stamps = np.repeat(sent, packet) - within if by_sending else due
    events, _, judge = pulled(stamps, packet, sent, engine)
    assert [event.text for event in events] == []
    assert judge.kind == ""


@pytest.mark.parametrize(("growth", "latest"), [(2.0, 0.0), (2.0, 0.3), (0.4, 0.3), (2.0, 1.2), (0.4, 1.2)])
def test_data_that_grow_later_for_a_while_are_no_clock(growth: float, latest: float) -> None:
    """A starved machine: in every two seconds even the quickest packet is later than before, and others come later
    still."""
    rng = np.random.default_rng(3)
    due = BEGUN + np.arange(1, 40 * RATE) / RATE
    slowly = np.interp(due - BEGUN, [0, 6, 16, 40], [0, 0, growth, 0])
    sent = np.maximum.accumulate(due + slowly + rng.uniform(0, latest, len(due)))
    events, _, _ = pulled(due, 1, sent, [])
    assert events == []


FAULTS = {
    "another time": lambda t, n, rng: t + 1000.0,
    "future": lambda t, n, rng: t + 0.3,
    "set back": lambda t, n, rng: t - 5.0,
    "milliseconds": lambda t, n, rng: 1e3 * t,
    "constant": lambda t, n, rng: np.full(len(t), t[0]),
    "one a packet": lambda t, n, rng: np.repeat(t[n - 1 :: n], n),
    "anyhow": lambda t, n, rng: t + rng.normal(0, 0.1, len(t)),
    "drift": lambda t, n, rng: t + 0.005 * (t - t[0]),
    "slow drift": lambda t, n, rng: t - 0.002 * (t - t[0]),
}


@pytest.mark.parametrize("pause", [0.0, 0.4, 1.1, 2.9])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_clock_is_named_right_after_a_pause(fault: str, pause: float) -> None:
    packet, begin = 8, 6.0
    standing = [(begin, pause)] if pause else []
    sent, due = packets(50.0, packet, 0.002, standing, 0.0, 1)
    first = int(np.searchsorted(sent, BEGUN + begin)) * packet
    wrong = FAULTS[fault](due[first:], packet, np.random.default_rng(2))
    events, times, _ = pulled(np.concatenate([due[:first], wrong]), packet, sent, [])
    assert [event.kind for event in events][:1] == ["stamps"]
    assert times[0] < begin + pause + (20.0 if "drift" in fault else 2.5)
