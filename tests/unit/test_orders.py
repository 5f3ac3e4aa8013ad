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

from bk_realtime.engine.orders import execute
from bk_realtime.errors import BkError
from bk_realtime.session.control import UNMUTE_S, ControlClient, ControlServer
from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice.output_guard import OutputGuard
from gui.commands import Commander

pytestmark = pytest.mark.usefixtures("patient_channel")


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
    with pytest.raises(BkError, match="panic came after it"):
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


NOW = {"sent": 0.0}


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("gain", {"gain_db": True}, "expected gain_db to be a finite number, got True"),
        ("gain", {"gain_db": "3"}, "expected gain_db to be a finite number, got '3'"),
        ("gain", {"gain_db": math.nan}, "expected gain_db to be a finite number, got nan"),
        ("gain", {"gain_db": -math.inf}, "expected gain_db to be a finite number, got -inf"),
        ("gain", {"gain_db": 10**400}, "expected gain_db to be a finite number, got 1000"),
        ("gain", {"gain_db": [1]}, "expected gain_db to be a finite number"),
        ("gain", {}, "expected gain_db, a finite number, got nothing"),
        ("gain", {"gain_db": 1, "gain": 2}, "expected values among gain_db, sent, got 'gain'"),
        ("gain", {"gain_db": 24.1}, "expected gain_db between -60 and 24"),
        ("release", {"hold": 1}, "expected hold to be text, got 1"),
        ("release", {"hold": None}, "expected hold to be text, got None"),
        ("release", {"hold": "x" * 20_000}, "expected hold to be text"),
        ("mask_channel", {"label": 1}, "expected label to be text"),
        ("mask_channel", {"label": "A1", "on": 1}, "expected on to be true or false, got 1"),
        ("mask_channel", {"label": "A1", "of_steam": True}, "got 'of_steam'; leave it out"),
        ("mask_channel", {"label": "A1", "of_stream": "yes"}, "expected of_stream to be true or false"),
        ("recalibrate", {"do": "begin", "seconds": True}, "expected seconds to be a finite number"),
        ("recalibrate", {"do": "begin", "deviation": 0}, "expected deviation to be true or false"),
        ("recalibrate", {"do": 3}, "expected do to be text"),
        ("condition", {"to": None}, "expected to to be text"),
        ("condition", {}, "expected to, text, got nothing"),
        ("contamination", {"colour": ["red"], "text": ""}, "expected colour to be text"),
        ("talk", {"held": 1, **NOW}, "expected held to be true or false"),
        ("talk", {"held": True}, "expected sent, seconds of time.perf_counter"),
        ("marker", {"text": ["x"]}, "expected text to be text"),
        ("marker", {"text": "x" * 20_000}, "expected text to be text"),
        ("notice", {"text": "x", "active_fault": {"a": 1}}, "expected active_fault to be text"),
        ("notice", {"text": "x", "corrected": 5}, "expected corrected to be text"),
        ("stop", {"sent": True}, "expected sent, seconds"),
        ("unmute", {"sent": 10**400}, "expected sent, seconds"),
    ],
)
def test_values_are_of_their_kind(guard: OutputGuard, name: str, values: dict[str, Any], why: str) -> None:
    with pytest.raises(BkError) as caught:
        execute({"command": name, **values}, guard, pytest.fail, dict.fromkeys(("mask_channel", "talk"), pytest.fail))
    assert why in str(caught.value)
    assert len(str(caught.value)) < 250
    assert guard.gain_db == 0.0


@pytest.mark.parametrize("name", ["panic", "mute"])
def test_silence_is_never_refused(guard: OutputGuard, name: str) -> None:
    for values in ({"sent": 1e300}, {"sent": "x"}, {"sent": -1e9}, {"gain_db": True}, {"text": ["x"]}, {}):
        guard.unmute()
        order(guard, name, **values)
        assert guard.muted


def test_no_stamp_is_of_the_future(guard: OutputGuard) -> None:
    """Else what was asked for before a panic, by a clock that is ahead, would win over it."""
    for name, values in (("unmute", {}), ("gain", {"gain_db": 1}), ("release", {"hold": "x"}), ("stop", {})):
        with pytest.raises(BkError, match=rf"{name}: asked for 0\.\d+ s in the future"):
            order(guard, name, sent=time.perf_counter() + 0.9, **values)
    for name, values in (("gain", {"gain_db": 1}), ("release", {"hold": "x"})):
        with pytest.raises(BkError, match=rf"{name}: asked for 60\.\d s ago"):
            order(guard, name, sent=time.perf_counter() - 60, **values)
    order(guard, "marker", text="it waited", sent=time.perf_counter() - 60)  # what is put on record is never too old


def test_an_unmute_stamped_in_the_future_does_not_survive_a_panic(desk: Desk) -> None:
    """Its stamp is at most that of its arrival, which was before the panic."""
    said: list[str] = []
    with ControlServer(desk) as server:

        def send(name: str, **values: Any) -> None:
            try:
                ControlClient(server.address, server.key, timeout=60).request(name, **values)
            except BkError as error:
                said.append(str(error))

        slow = threading.Thread(target=send, args=("gain",), kwargs={"gain_db": 1.0})
        slow.start()
        assert desk.entered.wait(60)
        for ahead in (0.009, 0.9):
            waits = threading.Thread(target=send, args=("unmute",), kwargs={"sent": time.perf_counter() + ahead})
            waits.start()
        while sum(peer.busy for peer in tuple(server._members)) < 3:
            time.sleep(0.001)
        send("panic")
        desk.hold.set()
        for thread in (slow, waits):
            thread.join(60)
        while len(said) < 2:
            time.sleep(0.001)
    assert desk.guard.muted


def test_a_mute_wins_over_an_unmute_that_was_asked_for_before(guard: OutputGuard) -> None:
    asked = time.perf_counter()
    order(guard, "mute")
    with pytest.raises(BkError, match="a mute or panic came after it"):
        order(guard, "unmute", sent=asked)
    order(guard, "unmute", sent=time.perf_counter())
    assert not guard.muted
