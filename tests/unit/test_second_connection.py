"""When a connection is held to be dead, on a clock turned by hand: never while the sender may still come back on it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.recorder import second_connection as module
from bk_realtime.recorder.second_connection import ANEW_S, EVENTS_S, LONGEST_S, RARELY_S, SURE_S, SecondConnections
from bk_realtime.source import second as source


class Stream(SimpleNamespace):
    """One that can be a key."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__  # type: ignore[assignment]


@pytest.fixture
def s() -> Any:
    return Stream(
        description=SimpleNamespace(sfreq=500.0, hostname="amplifier-pc"), uid="u", inlet=object(), info=None,
        hold=False, lost=False, drained=True, quiet=True, last_seen=100.0, doubted=-1.0, successor=None,
        unanswered=None,
    )  # fmt: skip


class Hand:
    """Both clocks, in steps of a tenth of a second; ``brings``: samples wait in a second connection that is open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, s: Any) -> None:
        self.t = self.asleep = 100.0
        self.brings, self.answers, self.opened, self.s = 1, True, 0, s
        self.all = SecondConnections(lambda: self.asleep)
        monkeypatch.setattr(source, "_open", self._open)
        monkeypatch.setattr(source, "WatchedThread", _AtOnce)

    def _open(self, _info: object, _keep_s: int, _recover: bool, second: Any) -> None:
        self.opened += 1
        second.fresh = SimpleNamespace(samples_available=lambda: self.brings) if self.answers else None
        second.failed = not self.answers

    def until(self, t: float, visible: bool = True) -> float:
        """When it was handed over, or ``t``."""
        while self.t < t - 1e-6 and self.s.successor is None:
            self.t, self.asleep = self.t + 0.1, self.asleep + 0.1
            self.all.look([self.s], {"u"} if visible else set(), self.t)
        return self.t


class _AtOnce:
    def __init__(self, target: Any, name: str, args: Any) -> None:
        self._call = lambda: target(*args)

    def start(self) -> None:
        self._call()


def test_silent_and_announced_all_the_while(monkeypatch: pytest.MonkeyPatch, s: Any) -> None:
    hand = Hand(monkeypatch, s)
    assert hand.until(150.0) == pytest.approx(100 + module.SILENT_S + SURE_S, abs=0.4)


@pytest.mark.parametrize(("away_s", "sure_s"), [(20.0, 24.0), (400.0, LONGEST_S)])
def test_after_an_outage_what_the_sender_kept_may_come_for_as_long_as_that_lasted(
    monkeypatch: pytest.MonkeyPatch, s: Any, away_s: float, sure_s: float
) -> None:
    hand = Hand(monkeypatch, s)
    hand.until(100 + away_s, visible=False)
    assert hand.opened == 0
    back = hand.t
    assert hand.until(1000.0) - back == pytest.approx(sure_s, abs=0.6)
    hand = Hand(monkeypatch, s)
    s.successor, s.last_seen = None, 100.0
    hand.until(100 + away_s, visible=False)
    hand.until(100 + away_s + 0.9 * sure_s)
    s.last_seen = hand.t  # it comes over the old connection: nothing was lost
    hand.until(hand.t + 0.1)
    assert s.successor is None
    assert not hand.all._seconds


def test_after_this_machine_slept(monkeypatch: pytest.MonkeyPatch, s: Any) -> None:
    s.description.sfreq = 0.0
    hand = Hand(monkeypatch, s)
    assert hand.until(130.0) == pytest.approx(130.0)
    assert hand.opened == 0  # events: silence says nothing
    s.last_seen = hand.t
    hand.until(hand.t + 0.1)
    hand.asleep += 30.0
    hand.brings = 0
    hand.until(140.0)
    assert hand.opened == 1
    hand.brings, begun = 1, hand.t
    assert hand.until(1000.0) - begun == pytest.approx(36.0, abs=0.5)  # by then it would have come over the old one


def test_beside_events_that_are_silent_for_long_there_is_always_a_second_connection(
    monkeypatch: pytest.MonkeyPatch, s: Any
) -> None:
    """A router forgets an idle connection; nothing else of that machine is recorded, and it is announced as before."""
    s.description.sfreq = 0.0
    hand = Hand(monkeypatch, s)
    hand.brings = 0
    assert hand.until(100 + EVENTS_S - 0.5) == pytest.approx(100 + EVENTS_S - 0.5)
    assert hand.opened == 0
    hand.until(100 + EVENTS_S + 0.5)
    seen: set[Any] = set()
    while hand.t < 100 + EVENTS_S + 10 * ANEW_S:
        hand.until(hand.t + 0.1)
        seen.add(hand.all._seconds[s].inlet.samples_available)  # at every moment
    assert hand.opened == len(seen) == 10
    hand.brings = 1
    begun = hand.t
    assert hand.until(2000.0) - begun == pytest.approx(LONGEST_S, abs=0.5)
    assert s.successor is not None


def test_events_that_only_the_second_connection_brought_are_taken_at_the_end(
    monkeypatch: pytest.MonkeyPatch, s: Any
) -> None:
    s.description.sfreq = 0.0
    hand = Hand(monkeypatch, s)
    hand.brings = 0
    hand.until(100 + EVENTS_S + 1)
    hand.all.at_end()
    assert s.successor is None  # nothing was sent
    hand.brings = 1
    hand.until(hand.t + SURE_S)
    s.last_seen, before = hand.t, s.last_seen
    hand.all.at_end()
    assert s.successor is None  # they came over the old one
    s.last_seen = before
    hand.all.at_end()
    assert s.successor is not None


def test_who_answers_no_second_connection_is_noted_until_it_does(monkeypatch: pytest.MonkeyPatch, s: Any) -> None:
    s.description.sfreq = 0.0
    hand = Hand(monkeypatch, s)
    hand.brings, hand.answers = 0, False
    hand.until(100 + EVENTS_S + 60)
    assert s.unanswered == pytest.approx(100 + EVENTS_S, abs=0.3)
    assert 10 <= hand.opened <= 13
    hand.answers = True
    hand.until(hand.t + 6)
    assert s.unanswered is None


def test_a_sender_of_few_and_long_packets_is_opened_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, s: Any
) -> None:
    hand = Hand(monkeypatch, s)
    for k in range(100):
        s.last_seen = 100.0 + 3 * k
        hand.until(100.0 + 3 * (k + 1))
    assert s.successor is None
    assert hand.opened <= 2
    assert max(hand.all._patience.values()) <= RARELY_S


def test_streams_that_only_pause_keep_no_dead_one_waiting_for_ever(monkeypatch: pytest.MonkeyPatch, s: Any) -> None:
    hand = Hand(monkeypatch, s)
    paused = [Stream(**vars(s) | {"uid": f"paused {k}"}) for k in range(module.MOST)]
    monkeypatch.setattr(source, "_open", lambda *told: setattr(told[-1], "fresh", _Waiting(told[-1].uid == "u")))
    while hand.t < 300.0 and s.successor is None:
        hand.t, hand.asleep = hand.t + 0.1, hand.asleep + 0.1
        hand.all.look([*paused, s], {one.uid for one in [*paused, s]}, hand.t)
    assert s.successor is not None
    assert all(one.successor is None for one in paused)


class _Waiting:
    def __init__(self, brings: bool) -> None:
        self._brings = brings

    def samples_available(self) -> int:
        return int(self._brings)
