"""Processes that hang: who does is told, a sleeping machine is blamed on nobody; a signal hangs none."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from bk_realtime import heartbeat
from bk_realtime.heartbeat import VARIABLE, beat, rest
from bk_realtime.processes.child import Child
from bk_realtime.processes.hangs import Hangs, Heart
from bk_realtime.processes.parent import stop_on_signals
from bk_realtime.session.settings import HangPolicy
from tests.hanging import Alive, about, heard, needs_stop
from tests.unit.test_supervisor import supervise


class Machine:
    """Children whose beats come from this process, a clock that is set by hand, and the watcher of both."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *names: str, patience_s: float = 0.0) -> None:
        self.now, self._set = 0.0, monkeypatch.setenv
        self.children = {name: Alive(name, [], patience_s=patience_s) for name in names}
        for child in self.children.values():
            child.heart = Heart()
        self.hangs = Hangs(0.75, 2.0, lambda: self.now)

    def pass_time(self, seconds: float, *beating: str) -> list[tuple[str, bool]]:
        """Who began and who ceased to hang meanwhile."""
        changes = []
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            self.beat(*beating)
            changes += self.look()
        return changes

    def beat(self, *names: str) -> None:
        for name in names:
            self._set(VARIABLE, self.children[name].heart.path)
            beat()

    def look(self) -> list[tuple[str, bool]]:
        return [(change.child.name, change.hangs) for change in self.hangs.look(self.children.values())]


def test_silence_counts_from_the_first_beat_to_the_end_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, "engine", "recorder")
    assert machine.pass_time(300.0, "recorder") == []  # the engine loads and compiles
    assert machine.pass_time(1.0, "engine", "recorder") == []
    assert machine.pass_time(0.7, "recorder") == []
    assert machine.pass_time(0.1, "recorder") == [("engine", True)]
    assert machine.pass_time(5.0, "recorder") == []  # said once
    assert machine.pass_time(0.05, "engine", "recorder") == [("engine", False)]
    rest()  # the recorder's, which beat last, reads back what it wrote
    assert machine.pass_time(300.0, "engine") == []


def test_a_machine_that_slept_is_blamed_on_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, "engine", "recorder")
    machine.pass_time(1.0, "engine", "recorder")
    machine.now += 10.0
    assert machine.look() == []
    assert (machine.hangs.stood_s, machine.hangs.alone) == (pytest.approx(10.0), False)
    assert machine.pass_time(0.5) == []  # they wake up later than we do
    assert machine.hangs.stood_s == 0.0
    assert machine.pass_time(1.0, "engine", "recorder") == []


def test_a_supervisor_that_stood_still_alone_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, "engine", "recorder")
    machine.pass_time(1.0, "engine", "recorder")
    machine.now += 10.0
    machine.beat(*["engine"] * 100)
    assert machine.look() == []
    assert machine.hangs.alone
    assert machine.pass_time(1.0, "engine") == [("recorder", True)]  # its silence counts from now on


def test_who_computes_for_long_is_given_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, "watch", patience_s=30.0)
    machine.beat("watch")
    assert machine.pass_time(29.9) == []
    assert machine.pass_time(0.3) == [("watch", True)]


def test_no_beat_outside_a_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, "", str(tmp_path / "gone")):
        monkeypatch.delenv(VARIABLE, raising=False)
        if value is not None:
            monkeypatch.setenv(VARIABLE, value)
        beat()
        rest()
    assert "" not in heartbeat._mapped
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind() -> None:
    heart = Heart()
    heart.close()
    heart.close()
    assert not Path(heart.path).exists()
    assert heart.look(1.0) == 0


WINDOW = """
import sys, threading, pathlib
from bk_realtime.heartbeat import beat
mark = pathlib.Path(sys.argv[1])
first = not mark.exists()
mark.touch()
while True:
    beat()
    threading.Event().wait(None if first else 0.05)
"""


def test_a_hung_window_is_replaced(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 2, hangs=HangPolicy(new_window_s=1.0))
    supervisor.window = Child("window", ["-c", WINDOW, str(tmp_path / "mark")], tmp_path / "window.log", restarts=1)
    supervisor.run()
    hung, new = heard(tmp_path)
    assert hung["active_fault"] == new["corrected"] == "window hung"
    assert "a new one is opened" in new["text"]


ENGINE = """
import json, pathlib, sys, threading
from bk_realtime.heartbeat import beat
from bk_realtime.processes.parent import stop_on_signals
from bk_realtime.session.control import ControlServer
folder = pathlib.Path(sys.argv[1])
ended, heard = threading.Event(), []
def handle(command):
    heard.append(command)
    ended.set()
    return {}
stop_on_signals(ended.set)
with ControlServer(handle) as server:
    server.write_file(folder)
    beat()
    while not (folder / "events.jsonl").exists():  # it hangs until that is on record
        threading.Event().wait(0.02)
    while not ended.wait(0.05):
        beat()
(folder / "heard.json").write_text(json.dumps(heard))
"""


def test_a_hung_engine_is_on_record_at_once_and_hears_of_it_later(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 1)
    supervisor.engine = Child("engine", ["-c", ENGINE, str(tmp_path)])
    supervisor.run()
    (event,) = supervisor.events.read()
    assert about(event) == {"active_fault": "engine hung"}
    (said,) = heard(tmp_path)
    assert (said["active_fault"], said["corrected"]) == ("engine hung", "engine hung")


@needs_stop
def test_a_second_signal_in_the_middle_of_the_first_changes_nothing() -> None:
    """What ends a process takes a lock; a handler that interrupts it would wait for that for ever."""
    calls: list[int] = []

    def stop() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            signal.raise_signal(signal.SIGTERM)

    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        stop_on_signals(stop, apart=False)
        signal.raise_signal(signal.SIGTERM)
        assert calls == [0]
        signal.raise_signal(signal.SIGINT)
        assert calls == [0, 1]
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@needs_stop
def test_a_signal_while_the_main_thread_holds_the_lock_is_heard() -> None:
    """As that of an event, which every wait for it takes: one signal in a few thousand hit it, and the process hung."""
    lock, asked = threading.Lock(), threading.Event()

    def stop() -> None:
        with lock:
            asked.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        stop_on_signals(stop)
        with lock:
            signal.raise_signal(signal.SIGTERM)
            assert not asked.is_set()
        assert asked.wait(60)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
