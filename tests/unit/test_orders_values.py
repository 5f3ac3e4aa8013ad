"""What each command does to the guard, and what it leaves on record."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from bk_realtime.engine.orders import execute
from bk_realtime.errors import BkError
from bk_realtime.session.control import UNMUTE_S
from bk_realtime.session.settings import GAIN_RANGE_DB, SafetySettings
from bk_realtime.voice.output_guard import OutputGuard


@pytest.fixture
def guard() -> OutputGuard:
    return OutputGuard(SafetySettings(), 22050)


def order(guard: OutputGuard, name: str, **values: Any) -> dict[str, Any] | None:
    return execute({"command": name, **values}, guard, lambda: None)


@pytest.mark.parametrize("gain", [-60.0, -6, 0, 11.5])
def test_gain_is_set_as_asked(guard: OutputGuard, gain: float) -> None:
    event = order(guard, "gain", gain_db=gain)
    assert guard.gain_db == gain
    assert event is not None
    assert (event["event"], event["command"], event["values"], event["text"]) == (
        "command",
        "gain",
        {"gain_db": gain},
        "gain",
    )


def test_gain_reaches_its_bounds_and_not_beyond(guard: OutputGuard) -> None:
    low, high = GAIN_RANGE_DB
    for bound in (low, high):
        order(guard, "gain", gain_db=bound)
        assert guard.gain_db == bound
    for gain in (low - 0.1, high + 0.1, math.nan, True, "3", None):
        with pytest.raises(BkError, match="expected gain_db"):
            order(guard, "gain", gain_db=gain)
        assert guard.gain_db == high


def test_what_each_command_does_and_leaves_on_record(guard: OutputGuard) -> None:
    stopped: list[str] = []
    guard.unmute()
    assert order(guard, "status") is None
    event = order(guard, "mute")
    assert event is not None
    assert (event["event"], event["command"], event["text"], event["values"]) == ("command", "mute", "mute", {})
    assert guard.muted
    assert execute({"command": "stop"}, guard, lambda: stopped.append("stop")) is not None
    assert stopped == ["stop"]
    for kind in ("marker", "notice"):
        event = order(guard, kind, text="word 7")
        assert event is not None
        assert (event["event"], event["text"], event["values"]) == (kind, "word 7", {})
    assert stopped == ["stop"]
    with pytest.raises(BkError, match=r"unknown command 'explode': expected one of .*panic"):
        order(guard, "explode")
    with pytest.raises(BkError, match=r"\(nothing is held\)"):
        order(guard, "release", hold="x")


def test_an_unmute_within_its_time_is_obeyed(guard: OutputGuard) -> None:
    event = order(guard, "unmute", sent=time.perf_counter() - 0.5 * UNMUTE_S)
    assert not guard.muted
    assert event is not None
    assert list(event["values"]) == ["sent"]
