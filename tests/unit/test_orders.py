"""Commands to a running engine: an unmute never wins over a panic, nor over whoever has given up on it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.engine.orders import UNMUTE_S, execute
from bk_realtime.engine.output_guard import OutputGuard
from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient, ControlServer
from bk_realtime.session.settings import SafetySettings
from gui.commands import Commander


@pytest.fixture
def guard() -> OutputGuard:
    return OutputGuard(SafetySettings(), 22050)


def order(guard: OutputGuard, name: str, **values: Any) -> dict[str, Any] | None:
    return execute({"command": name, **values}, guard, lambda: None)


def test_a_hold_outlives_unmute_and_ends_by_its_name_alone(guard: OutputGuard) -> None:
    guard.mute()
    guard.hold("sound moved", at_once=True)
    guard.hold("ringing")
    order(guard, "unmute", sent=time.perf_counter())
    assert guard.holds == ("sound moved", "ringing")
    assert not guard.muted
    tone = (0.1 * np.sin(2 * np.pi * np.arange(2205) / 22)).astype(np.float32)
    assert not guard.process(tone).any()
    with pytest.raises(BkError, match=r"expected the name of what holds the sound \(sound moved, ringing\), got 'x'"):
        order(guard, "release", hold="x")
    for name in guard.holds:
        order(guard, "release", hold=name)
    assert np.abs(guard.process(tone)[-100:]).max() > 0.09


def test_further_commands_are_done_by_who_brought_them(guard: OutputGuard) -> None:
    event = execute({"command": "baseline"}, guard, lambda: None, {"baseline": lambda c: {"event": "command", **c}})
    assert event == {"event": "command", "command": "baseline"}


def test_unmute_asked_for_before_a_panic_is_refused(guard: OutputGuard) -> None:
    asked = time.perf_counter()
    order(guard, "panic")
    with pytest.raises(BkError, match="a panic came after it"):
        order(guard, "unmute", sent=asked)
    assert guard.muted
    order(guard, "unmute", sent=time.perf_counter() + 1e-6)
    assert not guard.muted


@pytest.mark.parametrize("age", [1.01 * UNMUTE_S, -60.0, math.nan])
def test_unmute_that_hung_is_refused(guard: OutputGuard, age: float) -> None:
    with pytest.raises(BkError, match="ask again"):
        order(guard, "unmute", sent=time.perf_counter() - age)
    assert guard.muted


@pytest.mark.parametrize("sent", [None, "now"])
def test_unmute_says_when_it_was_asked_for(guard: OutputGuard, sent: object) -> None:
    with pytest.raises(BkError, match="expected sent"):
        order(guard, "unmute", sent=sent)
    assert guard.muted


class Desk:
    """An engine's side of the channel that can be held up."""

    def __init__(self, guard: OutputGuard) -> None:
        self.guard, self.hold, self.entered = guard, threading.Event(), threading.Event()

    def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        if command["command"] == "gain":
            self.entered.set()
            assert self.hold.wait(60)
        execute(command, self.guard, lambda: None)
        return {}


@pytest.fixture
def desk(guard: OutputGuard) -> Iterator[Desk]:
    desk = Desk(guard)
    yield desk
    desk.hold.set()


def test_unmute_overtaken_in_the_engine(desk: Desk) -> None:
    """Other clients hold the ordinary commands up; panic passes, the unmute before it is then too late."""
    said: list[str] = []
    with ControlServer(desk) as server:

        def send(name: str, **values: Any) -> None:
            try:
                ControlClient(server.address, server.key, timeout=60).request(name, **values)
            except BkError as error:
                said.append(str(error))

        asked = time.perf_counter()
        slow = threading.Thread(target=send, args=("gain",), kwargs={"gain_db": 1.0})
        slow.start()
        assert desk.entered.wait(60)
        late = threading.Thread(target=send, args=("unmute",), kwargs={"sent": asked})
        late.start()
        send("panic")
        desk.hold.set()
        for thread in (slow, late):
            thread.join(60)
    assert desk.guard.muted
    assert len(said) == 1
    assert "ask again" in said[0]


def test_panic_takes_the_windows_waiting_unmute_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unmute that still waits in the window is not even sent once panic has been pressed."""
    monkeypatch.setattr("gui.commands.PANIC_TRIES_S", 0.0)
    said: dict[str, str] = {}
    entered, hold, dropped = threading.Event(), threading.Event(), threading.Event()

    def report(command: str, done: bool, text: str) -> None:
        said[command] = text
        if command == "gain":
            entered.set()
            assert hold.wait(60)
        if command == "unmute":
            dropped.set()

    commander = Commander(tmp_path / "control.json", report)  # nobody answers there
    commander.send("gain", gain_db=1.0)
    assert entered.wait(60)
    commander.send("unmute")
    commander.send("panic")
    hold.set()
    assert dropped.wait(60)
    commander.close()
    assert said["unmute"] == "unmute: dropped, a panic came after it; still muted, ask again"
