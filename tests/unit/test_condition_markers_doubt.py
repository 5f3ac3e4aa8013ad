"""When markers that switch conditions go over to another connection, on a clock turned by hand."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from pylsl.util import LostError

from bk_realtime.conditions import markers as module
from bk_realtime.conditions.markers import AGAIN_S, ANEW_S, SILENT_S, SURE_LOOKS, _Doubt
from bk_realtime.source import second as source


class Hand:
    """A sender whose connections open at once, or do not; looks of a tenth of a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, host: str = "stimulus-pc") -> None:
        self.t, self.waits, self.answers, self.refuses = 0.0, 0, True, False
        self.opened: list[Any] = []
        info: Any = SimpleNamespace(hostname=lambda: host, name=lambda: "cues")
        self.doubt = _Doubt(info, 0.0)
        monkeypatch.setattr(
            source, "WatchedThread", lambda target, name, args: SimpleNamespace(start=lambda: self.open(args[-1]))
        )

    def open(self, second: source.Second) -> None:
        second.failed, second.refused = not self.answers, self.refuses
        self.opened.append(SimpleNamespace(samples_available=lambda: self.waits))
        second.fresh = self.opened[-1] if self.answers else None

    def until(self, t: float, brought: bool = False) -> Any:
        while self.t < t - 1e-6:
            self.t += 0.1
            better = self.doubt.look(brought, self.t)
            if better is not None:
                return better
        return None


def test_beside_a_silent_one_there_is_always_a_second_that_takes_over_when_it_alone_brings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = Hand(monkeypatch)
    hand.until(SILENT_S - 0.2)
    assert not hand.opened
    assert hand.until(SILENT_S + 3.5 * ANEW_S) is None
    assert len(hand.opened) == 4
    hand.waits, begun = 1, hand.t
    assert hand.until(1000.0) is hand.opened[-1]
    assert hand.t - begun == pytest.approx((SURE_LOOKS + 1) / 10)
    assert hand.doubt.silent_s == 0.0


def test_one_that_only_paused_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(monkeypatch)
    hand.until(SILENT_S + 1)
    hand.waits = 1
    for _ in range(SURE_LOOKS - 1):
        assert hand.until(hand.t + 0.1) is None  # the second one is the quicker one
    assert hand.until(hand.t + 0.1, brought=True) is None
    assert hand.until(hand.t + SILENT_S - 0.2) is None
    assert len(hand.opened) == 1


def test_a_machine_that_does_not_answer_is_asked_again_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(monkeypatch)
    hand.answers = False
    hand.until(SILENT_S + 4 * AGAIN_S + 1)
    assert hand.doubt.silent_s == pytest.approx(4 * AGAIN_S + 1, abs=0.5)
    assert len(hand.opened) == 5
    hand.answers = True
    hand.until(hand.t + AGAIN_S + 1)
    assert hand.doubt.silent_s == 0.0


def test_a_program_that_has_ended_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(monkeypatch)
    hand.answers, hand.refuses = False, True
    with pytest.raises(LostError):
        hand.until(SILENT_S + 1)


def test_within_this_machine_no_second_one_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(monkeypatch, socket.gethostname())
    hand.until(10 * ANEW_S)
    assert not hand.opened


def test_it_is_said_once_that_the_machine_does_not_answer_and_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[dict[str, Any]] = []
    listening = module.ConditionMarkers("cues", "", "session-replay-", lambda *_: None, noted.append)
    info: Any = SimpleNamespace(hostname=lambda: "stimulus-pc", name=lambda: "cues")
    for silent_s in (0.0, 19.0, 21.0, 22.0, 0.0, 0.0):
        listening._tell_answer(info, silent_s)
    assert [e.get("active_fault") or e["corrected"] for e in noted] == ["condition markers"] * 2
    assert "cannot tell whether markers are missing" in noted[0]["text"]
    assert "answers again" in noted[1]["text"]
