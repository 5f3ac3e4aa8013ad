"""A notice is told once, however late the engine answers and however often it is sent."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.engine.notices import Notices
from bk_realtime.errors import BkError
from bk_realtime.recorder import notices as recorder_notices
from bk_realtime.recorder.notices import SessionNotices
from bk_realtime.session.control import ControlServer
from bk_realtime.session.event_log import EventLog
from bk_realtime.session.events import make_event, read_events
from tests.unit.test_supervisor import supervise


def test_the_same_id_is_told_once_and_another_one_again() -> None:
    notices = Notices()
    first = notices.order({"command": "notice", "text": "x", "id": "1", "active_fault": "recording"})
    assert first == {
        "event": "notice",
        "text": "x",
        "command": "notice",
        "values": {"id": "1", "active_fault": "recording"},
    }
    assert notices.order({"command": "notice", "text": "x", "id": "1"}) is None
    for other in ({"id": "2"}, {}, {}):  # without an id everything is told
        assert notices.order({"command": "notice", "text": "x", **other}) is not None
    for k in range(2000):
        notices.order({"command": "notice", "id": f"n{k}"})
    assert len(notices._ids) == 1000


def test_an_engine_that_answers_too_late_and_its_supervisor_write_one_line(tmp_path: Path) -> None:
    given_up, log, notices = threading.Event(), EventLog(tmp_path), Notices()
    arrived, taken = threading.Event(), threading.Event()

    def stands_still(command: dict[str, Any]) -> dict[str, Any]:
        arrived.set()
        given_up.wait(240)
        event = notices.order(command)
        assert event is not None
        log.write(event)
        taken.set()
        return {}

    supervisor = supervise(tmp_path, 1)
    with ControlServer(stands_still) as server:
        server.write_file(tmp_path)
        for patience in (0.3, 3.0, 30.0):  # a busy machine may not get to the handler within the first of them
            supervisor.patience_s = patience
            supervisor._note(f"hangs, {patience} s", {"active_fault": "recorder hung"})
            assert log.read()[-1]["text"] == f"hangs, {patience} s"  # it did not wait for the engine
            if arrived.is_set():
                break
        given_up.set()
        assert taken.wait(60)
    texts = [json.loads(line)["text"] for line in log.path.read_text().splitlines()]
    assert texts.count(f"hangs, {patience} s") == 1
    supervisor._note(f"hangs, {patience} s", {"active_fault": "recorder hung"})  # again, and no engine any more
    assert [e["text"] for e in log.read()].count(f"hangs, {patience} s") == 2


def test_both_writing_at_once_read_as_one(tmp_path: Path) -> None:
    event = make_event("notice", "x", values={"id": "7"})
    lines = [event, {**event, "time": 3.0}, make_event("notice", "x"), make_event("notice", "x"), {"event": "gap"}]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [e.get("time") for e in read_events(tmp_path / "events.jsonl")] == [None] * 4


def test_a_part_of_another_id_is_no_id(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    for name in ("77", "7", "e", "7"):
        log.write(make_event("notice", "x", values={"id": name}))
    assert [e["values"]["id"] for e in log.read()] == ["77", "7", "e"]


def test_what_the_recorder_sends_again_has_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine takes it, and its answer is lost."""
    notices, told, asked = Notices(), list[dict[str, Any] | None](), list[str]()

    class Lost:
        @classmethod
        def from_file(cls, folder: Path, timeout: float) -> Lost:
            return cls()

        def __enter__(self) -> Lost:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def request(self, command: str, **values: str) -> None:
            told.append(notices.order({"command": command, **values}))
            asked.append(values["text"])
            if len(asked) < 3:
                raise BkError("no answer")

    monkeypatch.setattr(recorder_notices, "ControlClient", Lost)
    monkeypatch.setattr(recorder_notices, "_AGAIN_S", 0.0)
    thread = SimpleNamespace(is_alive=lambda: True)  # none of its own
    monkeypatch.setattr(SessionNotices, "_begin", lambda _: thread)
    sender = SessionNotices(tmp_path)
    sender.send("disk nearly full", active_fault="disk")
    sender._deliver(sender._waiting.get())
    assert asked == ["disk nearly full"] * 3
    assert [event is not None for event in told] == [True, False, False]
