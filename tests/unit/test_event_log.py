"""The session's event log: whole lines only, whatever the disk does."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bk_realtime.session.event_log import EventLog


class FullDisk(io.FileIO):
    """Takes half of what is written, then nothing."""

    def write(self, data) -> int:
        if len(data) < 40:
            raise OSError(28, "No space left on device")
        return super().write(data[: len(data) // 2])


def test_full_disk_leaves_whole_lines_and_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    log = EventLog(tmp_path)
    log.write({"event": "gap", "text": "before"})
    with monkeypatch.context() as full:
        full.setattr(Path, "open", lambda path, mode, buffering: FullDisk(path, "ab"))
        log.write({"event": "gap", "text": "lost" * 20})
        log.write({"event": "gap", "text": "lost too" * 20})
    log.write({"event": "gap", "text": "after"})
    assert [e["text"] for e in log.read()] == ["before", "after"]
    begun, over = log.events()
    assert (begun["event"], begun["active_fault"]) == ("file", "events.jsonl")
    assert "No space left" in begun["text"]
    assert (over["text"], over["corrected"]) == (
        "events.jsonl takes events again; 2 are missing in it",
        "events.jsonl",
    )
    assert log.events() == []
    (tmp_path / "events.jsonl").write_bytes(b'{"event": "gap"}\n{"event": "re')  # the machine went down
    assert [e["event"] for e in log.read()] == ["gap", "file"]
    (tmp_path / "events.jsonl").write_text('3\n{"text": "no event"}\n{"event": "gap"}\n')
    assert [e["event"] for e in log.read()] == ["file", "file", "gap"]
    assert caplog.text.count("No space left") == 1
