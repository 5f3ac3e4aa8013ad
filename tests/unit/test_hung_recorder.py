"""A recorder that hangs, makes no file or dies: a second one records beside it, and the oldest keeps the recording."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bk_realtime.processes.child import Child
from bk_realtime.processes.hangs import Change, Heart
from bk_realtime.processes.supervisor import Supervisor
from bk_realtime.session.settings import HangPolicy
from tests.hanging import Alive, about, heard, needs_stop
from tests.unit.test_supervisor import supervise

RECORDER = """
import pathlib, sys, threading, signal
from bk_realtime.heartbeat import beat
from bk_realtime.processes.parent import stop_on_signals
out, hang = pathlib.Path(sys.argv[2]), True
stop = threading.Event()
stop_on_signals(stop.set)
out.touch()
first = out.name == "session.xdf"
while not stop.wait(0.05):
    if first:
        beat()
    if hang and first:
        hang = False
        HANG
"""
"""The first one hangs after its first beat. The second one, which never beats, is never said to hang."""


def recorder(folder: Path, hang: str) -> Child:
    argv = ["-c", RECORDER.replace("        HANG", f"        {hang}"), "--out", str(folder / "session.xdf")]
    return Child("recorder", argv, folder / "recorder.log", restarts=3)


def when_the_second_one_listens(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, then: Callable[[Child], object]
) -> None:
    """Call ``then`` with the recorder that hangs; a second one that is asked to end before that ends without a word."""
    second_starts = supervisor.care._second_recorder

    def starts(hung: Child) -> None:
        second_starts(hung)
        second = supervisor.recorder
        assert second is not None
        assert second.wait_until(Path(second.argv[second.argv.index("--out") + 1]), 240.0, lambda: False)
        then(hung)

    monkeypatch.setattr(supervisor.care, "_second_recorder", starts)


def test_hung_recorder_is_said_and_gets_a_second_one_beside_it(tmp_path: Path, monkeypatch) -> None:
    """It never wakes up again: it is ended at the end, and the recording is not whole."""
    monkeypatch.setattr("bk_realtime.processes.care.END_S", 0.2)
    supervisor = supervise(tmp_path, 2, hangs=HangPolicy(second_recorder_s=1.0))
    supervisor.recorder = recorder(tmp_path, "threading.Event().wait()")
    when_the_second_one_listens(supervisor, monkeypatch, lambda hung: None)
    assert supervisor.run() == 1
    hung, second = heard(tmp_path)
    assert hung["active_fault"] == second["active_fault"] == "recorder hung"
    assert "the recorder hangs" in hung["text"]
    assert "session_2.xdf" in second["text"]
    assert {p.name for p in tmp_path.glob("*.xdf")} == {"session.xdf", "session_2.xdf"}


@needs_stop
def test_a_recorder_that_wakes_up_goes_on_and_the_second_one_ends(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("bk_realtime.processes.care.AWAKE_S", 0.2)
    supervisor = supervise(tmp_path, 4, hangs=HangPolicy(second_recorder_s=1.0))
    supervisor.recorder = first = recorder(tmp_path, "signal.raise_signal(signal.SIGSTOP)")
    when_the_second_one_listens(supervisor, monkeypatch, lambda hung: os.kill(hung.process.pid, signal.SIGCONT))
    supervisor.run()
    assert supervisor.recorder is first
    said = heard(tmp_path)
    # either may hang once more on a busy machine, which is said, too
    awake = next(i for i, c in enumerate(said) if c["text"].endswith("and goes on"))
    ends = next(i for i, c in enumerate(said) if "session_2.xdf ends" in c["text"])
    assert 1 < awake < ends
    assert said[awake]["corrected"] == said[ends]["corrected"] == "recorder hung"
    assert [c.get("corrected") for c in said[:2]] == [None, None]
    assert [c.code for c in (first, *supervisor.care.over)] == [0, 0]


@needs_stop
def test_one_that_was_stopped_is_woken_at_the_end_and_saves(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 1)
    supervisor.recorder = recorder(tmp_path, "signal.raise_signal(signal.SIGSTOP)")
    supervisor.run()
    assert supervisor.recorder.code == 0


def test_a_disk_that_is_slow_each_time_is_one_standing_line(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 0)
    supervisor.recorder = recorder = Alive("recorder", ["--out", str(tmp_path / "session.xdf")])
    recorder.heart = Heart()
    recorder.heart.count = 1
    care = supervisor.care

    def look(hangs: bool | None, seconds: float = 0.0, steady_s: float = 0.0) -> None:
        """``hangs``: the change, None where there is none."""
        recorder.hung = recorder.hung if hangs is None else hangs
        recorder.steady_s = steady_s
        care.hangs.look = lambda _: [] if hangs is None else [Change(recorder, hangs, seconds)]  # type: ignore
        care.look()

    for _ in range(3):
        look(True, 0.8)
        look(False, 1.0)
        look(None, steady_s=1.0)
    assert len(supervisor.events.read()) == 1
    look(None, steady_s=2.5)
    look(None, steady_s=5.0)
    hangs, over = supervisor.events.read()
    assert about(hangs) == {"active_fault": "recorder hung"}
    assert about(over) == {"corrected": "recorder hung"}
    assert "hung for 3.0 s and goes on" in over["text"]


def test_the_oldest_recorder_that_wakes_up_keeps_the_recording(tmp_path: Path) -> None:
    """Three of them, as where a disk hung for long: the second one, awake too, does not take over from the first."""
    asked: list[str] = []

    class Recorder(Child):
        def ask(self) -> None:
            asked.append(Path(self.argv[1]).name)

    first, second, third = (Recorder("r", ["--out", str(tmp_path / f"session{n}.xdf")]) for n in ("", "_2", "_3"))
    supervisor = supervise(tmp_path, 0)
    care, supervisor.recorder = supervisor.care, third
    care.aside = [first, second]
    first.steady_s = second.steady_s = third.steady_s = 9.0
    for _ in range(3):
        care._care_for_recorder()
    assert supervisor.recorder is first
    assert (asked, care.over, care.aside) == (["session_3.xdf", "session_2.xdf"], [third, second], [])
    (event,) = supervisor.events.read()
    assert "session_3.xdf ends" in event["text"]
    assert "session_2.xdf ends" in event["text"]


def test_a_recorder_that_makes_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds no stream, or hangs before its first sign of life."""
    supervisor = supervise(tmp_path, 0)
    supervisor.recorder = Child("recorder", ["--out", str(tmp_path / "session.xdf")])
    supervisor.care.look()
    monkeypatch.setattr("bk_realtime.processes.care.NO_FILE_S", -1.0)
    supervisor.care.look()  # the engine is not ready: there is nothing to record
    assert supervisor.events.read() == []
    supervisor.ready = True
    supervisor.care.look()
    supervisor.care.look()
    (tmp_path / "session.xdf").touch()
    supervisor.care.look()
    supervisor.care.look()
    none, made = supervisor.events.read()
    assert "has made no session.xdf" in none["text"]
    assert (about(none), about(made)) == ({"active_fault": "recording"}, {"corrected": "recording"})


TRIED = """
import pathlib, sys, threading
from bk_realtime.heartbeat import beat
from bk_realtime.processes.parent import stop_on_signals
out = pathlib.Path(sys.argv[2])
died = out.with_name("died")
if not died.exists():
    died.touch()
    raise SystemExit(2)
stop = threading.Event()
stop_on_signals(stop.set)
out.touch()
while not stop.wait(0.05):
    beat()
"""
"""Dies the first time, as with a full disk."""


def test_where_recorders_ended_too_often_it_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bk_realtime.processes.care.AGAIN_S", 0.0)
    monkeypatch.setattr("bk_realtime.processes.care.AWAKE_S", 0.2)
    patient = HangPolicy(hung_s=60.0, second_recorder_s=60.0, new_window_s=60.0)
    supervisor = supervise(tmp_path, 2, hangs=patient)
    argv = ["-c", TRIED, "--out", str(tmp_path / "session.xdf")]
    supervisor.recorder = Child("recorder", argv, tmp_path / "recorder.log", restarts=0)
    assert supervisor.run() == 1  # what is lost is lost
    gone, again = heard(tmp_path)
    assert (gone["active_fault"], again["corrected"]) == ("recording", "recording")
    assert "it is recorded again, into session.xdf" in again["text"]
    assert supervisor.recorder is not None
    assert supervisor.recorder.code == 0


def test_nothing_is_tried_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bk_realtime.processes.care.AGAIN_S", 0.0)
    monkeypatch.setattr("bk_realtime.processes.care.ROOM_BYTES", float("inf"))
    supervisor = supervise(tmp_path, 0)
    recorder = Child("recorder", ["--out", str(tmp_path / "session.xdf")])
    supervisor.care.give_up(recorder)
    supervisor.care.look()
    assert recorder.process is None
