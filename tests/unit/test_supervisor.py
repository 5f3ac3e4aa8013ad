"""The supervisor of a session, with stand-ins for its processes: what it says, and its exit code."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.processes.child import Child
from bk_realtime.processes.children import STARTING_S
from bk_realtime.processes.supervisor import BY_FORCE, ENDS_S, HUNG_ENDS_S, Supervisor
from bk_realtime.session.folder import Session
from bk_realtime.session.names import NOT_WHOLE
from bk_realtime.session.settings import HangPolicy, InletSettings, MemoryPolicy, SessionSettings
from bk_realtime.session.status import Status
from bk_realtime.xdf import XdfWriter, info_xml
from tests.engine_fakes import description, noise

ENGINE = """
import json, pathlib, sys, threading
from bk_realtime.processes.parent import end_with_parent, stop_on_signals
from bk_realtime.session.control import ControlServer
folder, n = pathlib.Path(sys.argv[1]), int(sys.argv[2])
ended, heard = threading.Event(), []
def handle(command):
    heard.append(command)
    if len(heard) == n:
        ended.set()
    return {}
stop_on_signals(ended.set)
with ControlServer(handle) as server:
    server.write_file(folder)
    ended.wait()
(folder / "heard.json").write_text(json.dumps(heard))
"""
"""Ends when asked, or after ``n`` commands."""


def supervise(folder: Path, n: int, hangs: HangPolicy | None = None, **options: object) -> Supervisor:
    """A supervisor of a stand-in engine and nothing else; how busy this machine is, and how full, adds no line."""
    policy = dataclasses.replace(hangs or HangPolicy(), slept_s=86_400.0)
    calm = {"record": False, "hangs": policy, "memory": MemoryPolicy(0.0, 0.0)}
    settings = SessionSettings(Path("model"), headless=True, **{**calm, **options})
    supervisor = Supervisor(Session(folder, "id", settings), print)
    supervisor.patience_s = 60.0
    supervisor.engine = Child("engine", ["-c", ENGINE, str(folder), str(n)])
    return supervisor


def recording(path: Path) -> Path:
    """One second of a neural stream."""
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(description(), {}))
    writer.write(1, np.arange(1024) / 1024, noise(1024))
    writer.close()
    return path


def test_whole_recording(tmp_path: Path, capsys, caplog) -> None:
    recording(tmp_path / "session.xdf")
    assert supervise(tmp_path, 0, seconds=0.0).run() == 0
    out = capsys.readouterr().out
    assert "recorded session.xdf: amp 1024" in out
    assert "cannot tell whether the decoded stream is in the recording" in out  # that engine left no figures
    assert [r for r in caplog.records if r.name.startswith("bk_realtime.processes")] == []


@pytest.mark.parametrize("samples", [0, 1024])
def test_a_recording_without_the_decoded_stream_is_not_whole(tmp_path: Path, samples: int, caplog) -> None:
    recording(tmp_path / "session.xdf")
    (tmp_path / "latency.json").write_text(json.dumps(Status(source="other amp").as_dict()), encoding="utf-8")
    if samples == 0:  # announced and empty is as bad as absent
        other = XdfWriter(tmp_path / "session_2.xdf")
        other.add_stream(1, info_xml(dataclasses.replace(description(), name="other amp"), {}))
        other.close()
    assert supervise(tmp_path, 0, seconds=0.0).run() == 1
    assert "the recording holds no sample of 'other amp', the stream that was decoded" in caplog.text
    assert "'other amp'" in (tmp_path / "events.jsonl").read_text(encoding="utf-8")


def test_a_recording_without_an_expected_stream_is_not_whole(tmp_path: Path, caplog) -> None:
    recording(tmp_path / "session.xdf")
    kept = {"record": True, "expect": ("AMP", "Microphone"), "seconds": 0.0}
    supervisor = supervise(tmp_path, 0, **kept)
    supervisor.recorder = None  # it has recorded
    assert supervisor.run() == 1
    assert "'Microphone' was expected and is not in the recording; it holds 'amp'" in caplog.text
    assert "AMP" not in caplog.text
    (event,) = [e for e in supervisor.events.read() if "Microphone" in e["text"]]
    assert event["values"] == {"active_fault": "recording"}


def test_broken_recordings_are_named_and_all_are_looked_at(tmp_path: Path, capsys, caplog) -> None:
    whole = recording(tmp_path / "session_3.xdf")
    (tmp_path / "session.xdf").write_bytes(b"XDF:")
    (tmp_path / "session_2.xdf").write_bytes(whole.read_bytes()[:-600])
    assert supervise(tmp_path, 0, seconds=0.0).run() == 1
    out, warned = capsys.readouterr().out, caplog.text
    assert "session.xdf" in warned
    assert "session_2.xdf: stream 'amp' has no footer" in warned
    assert "session_2.xdf: amp" in out
    assert "recorded session_3.xdf: amp 1024" in out
    assert "NOT WHOLE" in out


WAIT = """
import pathlib, sys, time
def wait(path):
    while not path.exists():
        time.sleep(0.02)
"""
RECORDER = """
pathlib.Path(sys.argv[2]).touch()
raise SystemExit(2)
"""


def test_recorder_that_keeps_dying_is_told_to_the_window(tmp_path: Path, caplog) -> None:
    supervisor = supervise(tmp_path, 4)
    argv = [
        "-c",
        WAIT + "wait(pathlib.Path(sys.argv[2]).parent / 'control.json')" + RECORDER,
        "--out",
        str(tmp_path / "session.xdf"),
    ]
    supervisor.recorder = Child("recorder", argv, tmp_path / "recorder.log", restarts=3)
    assert supervisor.run() == 1
    heard = json.loads((tmp_path / "heard.json").read_text())
    assert [c["command"] for c in heard] == ["notice"] * 4
    assert heard[0]["text"] == "the recorder ended with exit code 2"
    assert heard[3]["text"].endswith("nothing is recorded any more")
    assert [c.get("active_fault") for c in heard] == [None, None, None, "recording"]
    assert caplog.text.count("the recorder ended") == 4


def test_recorder_that_dies_while_the_engine_starts(tmp_path: Path, caplog) -> None:
    """The signal may be there already, so it is started again at once: this engine starts only with the fourth. That it
    is gone for good is kept for an engine that can hear it."""
    supervisor = supervise(tmp_path, 1)
    supervisor.engine.argv[1] = WAIT + "wait(pathlib.Path(sys.argv[1]) / 'session_4.xdf')" + ENGINE
    argv = ["-c", WAIT + RECORDER, "--out", str(tmp_path / "session.xdf")]
    supervisor.recorder = Child("recorder", argv, tmp_path / "recorder.log", restarts=3)
    assert supervisor.run() == 1
    (heard,) = json.loads((tmp_path / "heard.json").read_text())
    assert heard["active_fault"] == "recording"
    assert [e["text"] for e in supervisor.events.read()] == [*["the recorder ended with exit code 2"] * 3, NOT_WHOLE]
    assert caplog.text.count("the recorder ended") == 4


def test_notice_without_an_engine_is_in_the_log(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 0)
    supervisor._note("the recorder ended", {})
    assert [e["text"] for e in supervisor.events.read()] == ["the recorder ended"]


@pytest.mark.parametrize("hung", [False, True])
def test_an_engine_that_does_not_end_is_said_and_one_that_takes_long_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, hung: bool
) -> None:
    supervisor, waited = supervise(tmp_path, 0, seconds=0.0), []
    deaf = ENGINE.replace("stop_on_signals(ended.set)", "stop_on_signals(lambda: None)")
    supervisor.engine = engine = Child("engine", ["-c", deaf, str(tmp_path), "0"])
    monkeypatch.setattr(supervisor.care, "look", lambda: setattr(engine, "hung", hung))
    stop = engine.stop
    monkeypatch.setattr(engine, "stop", lambda patience_s: (waited.append(patience_s), stop(0.0))[1])
    assert supervisor.run() != 0
    assert waited[0] == (HUNG_ENDS_S if hung else ENDS_S) >= 20.0
    assert capsys.readouterr().out.splitlines()[-1] == f"saved in {tmp_path}; {BY_FORCE}"
    assert BY_FORCE in (tmp_path / "events.jsonl").read_text(encoding="utf-8")


def test_recorder_that_fails_at_the_end(tmp_path: Path, caplog) -> None:
    supervisor = supervise(tmp_path, 1)
    recorder = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.stdin.read(); raise SystemExit(1)"
    )
    supervisor.recorder = Child("recorder", ["-c", recorder], tmp_path / "recorder.log")
    supervisor.recorder.start()
    supervisor.recorder.process.stdin.close()
    assert supervisor.recorder.process.wait(240) == 1
    assert supervisor._finish() is False
    assert "the recorder ended with exit code 1" in caplog.text


def test_ctrl_c_while_the_engine_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not go on waiting for the stream or the compiler."""

    class Compiling(Child):
        def wait_until(self, path, timeout, stopped) -> bool:
            assert not stopped()
            supervisor._ask()
            assert stopped()
            return super().wait_until(path, 10.0, stopped)

    supervisor = supervise(tmp_path, 0)
    supervisor.engine = Compiling("engine", ["-c", "import sys; sys.stdin.read()"])
    assert supervisor.run() == 0
    assert supervisor.events.read() == []


def test_a_session_without_any_recording_is_not_whole(tmp_path: Path, capsys, caplog) -> None:
    """Also where the recorder says that all is well: it never saw a stream."""
    supervisor = supervise(tmp_path, 0, seconds=0.0, record=True)
    supervisor.recorder = Child("recorder", ["-c", "import sys; sys.stdin.read()"], tmp_path / "recorder.log")
    assert supervisor.run() == 1
    assert "nothing was recorded" in caplog.text
    assert NOT_WHOLE in capsys.readouterr().out
    assert supervisor.events.read()[-1]["text"] == NOT_WHOLE  # for whoever looks into the folder later


def test_a_long_recording_is_given_the_time_to_be_read_back(tmp_path: Path, capsys) -> None:
    class Reading(Child):
        alive = True

        def stop(self, timeout: float = 5.0) -> int:
            given.append(timeout)
            return 0

    given: list[float] = []
    supervisor = supervise(tmp_path, 0)
    supervisor.recorder = Reading("recorder", [])
    for n_bytes in (0, 100_000_000):
        with (tmp_path / "session.xdf").open("wb") as file:
            file.truncate(n_bytes)
        assert supervisor._stop_recorder() == [0]
    assert given == [60.0, 65.0]
    assert capsys.readouterr().out == "checking the recording, 100 MB\n"


def test_a_damaged_source_is_replayed_as_far_as_it_is_whole(tmp_path: Path) -> None:
    settings = SessionSettings(Path("model"), Path("cut.xdf"), headless=True, salvage=True)
    supervisor = Supervisor(Session(tmp_path, "id", settings), print)
    assert supervisor.replay is not None
    assert "--salvage" in supervisor.replay.argv


@pytest.mark.parametrize("source", [None, Path("recording.xdf")])
def test_recorder_and_replay_wait_longer_than_the_engine_may_take(tmp_path: Path, source: Path | None) -> None:
    settings = SessionSettings(Path("model"), source, inlet=InletSettings(timeout_s=900.0), headless=True)
    supervisor = Supervisor(Session(tmp_path, "id", settings), print)
    assert (supervisor.replay is None) == (source is None)
    for child in filter(None, (supervisor.recorder, supervisor.replay)):
        assert float(child.argv[child.argv.index("--timeout-s") + 1]) > 900.0 + STARTING_S


def test_a_window_that_keeps_crashing_does_not_end_the_session(tmp_path: Path, caplog) -> None:
    supervisor = supervise(tmp_path, 3)
    supervisor.window = Child("window", ["-c", "raise SystemExit(3)"], tmp_path / "window.log", restarts=2)
    assert supervisor.run() == 0
    heard = json.loads((tmp_path / "heard.json").read_text())
    assert [c["text"] for c in heard] == ["the window ended with exit code 3"] * 3
    assert caplog.text.count("the window ended with exit code 3") == 3
