"""An engine whose files cannot be written, or whose client sends odd fields, goes on decoding and ends in order."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from bk_realtime.chunks import Chunk
from bk_realtime.engine import live, voice_file
from bk_realtime.errors import BkError
from bk_realtime.lsl_clock import LslClock
from bk_realtime.session.control import ControlClient
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.status import Status
from bk_realtime.sink.null import NullSink
from bk_realtime.source.base import SourceEvent
from tests.engine_fakes import FakeSource, chunks, noise, tiny_bundle

pytestmark = pytest.mark.lsl


class Amplifier(FakeSource):
    """Plays noise, then calls ``after`` again and again."""

    def __init__(self) -> None:
        super().__init__(chunks(noise(640), [32] * 19, LslClock().now()))
        self.idle, self.after = 0, lambda: None

    def pull(self, timeout: float) -> Chunk | None:
        chunk = super().pull(timeout)
        if chunk is None:
            self.idle += 1
            self.after()
            time.sleep(0.01)
        return chunk


class Run:
    """An engine in ``folder`` and what it publishes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "session"
        self.folder.mkdir()
        bundle = tiny_bundle(folder / "model")
        self.amplifier, self.sink = Amplifier(), NullSink(bundle.mel.sample_rate)
        asked = Session(self.folder, "faults", SessionSettings(bundle.path))
        self.engine = live.Engine(asked, bundle, self.amplifier, self.sink, LslClock())
        self.amplifier.after = self.engine.stop
        self.events: list[dict[str, Any]] = []
        self.states: list[str] = []
        push_event, push_status = self.engine.outlets.push_event, self.engine.outlets.push_status
        self.engine.outlets.push_event = lambda event: (self.events.append(event), push_event(event))
        self.engine.outlets.push_status = lambda status: (self.states.append(status["state"]), push_status(status))

    def assert_ended_in_order(self) -> None:
        assert self.engine.core.n_frames > 20
        assert self.amplifier.closed
        assert self.states[-1] == "stopped"
        assert not (self.folder / "control.json").exists()
        assert (self.folder / "decoded.wav").stat().st_size > 10_000


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Run]:
    session = Run(tmp_path)
    yield session
    vars(session.engine.outlets).clear()  # no later test sees its streams, also where a traceback keeps the engine


def test_files_that_cannot_be_written_end_nothing(session: Run, monkeypatch, caplog) -> None:
    """A folder stands where each file should be: the same as a full disk, or a program that holds the file."""
    monkeypatch.setattr(live, "LATENCY_FILE_S", 0.0)
    (session.folder / "events.jsonl").mkdir()
    (session.folder / "latency.json" / "held").mkdir(parents=True)

    def said() -> list[str]:
        return [e["text"] for e in session.events if e["event"] == "file"]

    def stop_when_said() -> None:
        if len(said()) >= 2 or session.amplifier.idle > 3000:
            session.engine.stop()

    session.amplifier.after = stop_when_said
    session.engine.run()
    session.assert_ended_in_order()
    assert len(said()) == 2  # once each
    assert any("events.jsonl takes no events" in text for text in said())
    assert any("latency.json is not kept up" in text for text in said())
    assert caplog.text.count("events.jsonl takes no events") == 1
    assert {"events.jsonl", "latency.json"} <= set(session.engine.status().faults)  # a later message covers neither
    (session.folder / "latency.json" / "held").rmdir()
    (session.folder / "latency.json").rmdir()
    session.engine.board.write_file()
    session.engine.board.publish()
    assert "latency.json" not in session.engine.status().faults


def test_voice_that_finds_no_room_is_counted_and_said(session: Run, monkeypatch) -> None:
    """The main thread stands still (a disk that does not answer) for longer than the voice can wait."""
    monkeypatch.setattr(voice_file, "ROOM_S", 0.1)
    monkeypatch.setattr(live, "STATUS_S", 400.0)  # looked at once, when all is decoded and the engine stops
    session.engine.run()
    session.assert_ended_in_order()
    (said,) = [e for e in session.events if e["event"] == "overflow"]
    missing = session.engine.status().unwritten_samples
    assert said["samples"] == missing > 0
    assert "missing in decoded.wav" in said["text"]
    voice, _ = soundfile.read(session.folder / "decoded.wav")
    assert len(voice) + missing == session.engine.core._n_audio
    assert json.loads((session.folder / "latency.json").read_text())["unwritten_samples"] == missing


def test_no_marker_is_taken_that_would_not_be_on_record(session: Run, monkeypatch) -> None:
    """One that comes while the last files are closed, after the last events went out."""
    close, taken = voice_file.VoiceFile.close, []

    def mark_and_close(self: voice_file.VoiceFile) -> None:
        with contextlib.suppress(BkError), ControlClient.from_file(session.folder, timeout=60.0) as client:
            client.request("marker", text="late")
            taken.append("late")
        close(self)

    monkeypatch.setattr(voice_file.VoiceFile, "close", mark_and_close)
    session.engine.run()
    session.assert_ended_in_order()
    assert [e["text"] for e in session.events if e["event"] == "marker"] == taken


def test_a_wrong_rate_stands_as_a_fault_until_it_is_right(session: Run) -> None:
    """From the source through the engine to the status that the window shows."""
    text = "the device runs at 1045.00 Hz instead of 1024 Hz; set its program to announce the true rate"
    session.amplifier._events = {
        5: [SourceEvent("rate", 160, 0.0, text, {"active_fault": "rate"})],
        12: [
            SourceEvent("rate right", 384, 0.0, "the device runs at its announced 1024 Hz again", {"corrected": "rate"})
        ],
    }
    seen: list[str | None] = []
    push = session.engine.outlets.push_event

    def look(event: dict[str, Any]) -> None:
        push(event)
        if event["event"].startswith("rate"):
            # a busy machine may have other faults beside
            seen.append(Status.from_values(session.engine.status().as_dict()).faults.get("rate"))

    session.engine.outlets.push_event = look
    session.engine.run()
    session.assert_ended_in_order()
    assert seen == [text, None]
    assert session.engine.status().wrong_rates == 1
    assert json.loads((session.folder / "latency.json").read_text())["wrong_rates"] == 1


def test_clients_own_fields_never_take_the_place_of_the_engines(session: Run) -> None:
    def send_and_stop() -> None:
        with ControlClient.from_file(session.folder, timeout=60.0) as client:
            client.request("marker", text="cue", time="12:03:11", event="segment", stamp=[1])
            client.request("stop")

    session.amplifier.after = send_and_stop
    session.engine.run()
    session.assert_ended_in_order()
    (cue,) = [e for e in session.engine.board.log.read() if e.get("text") == "cue"]
    assert cue["event"] == "marker"
    assert isinstance(cue["time"], float)
    assert cue["values"] == {"sent": cue["values"]["sent"], "time": "12:03:11", "event": "segment", "stamp": [1]}


def test_every_step_of_the_end_is_taken(session: Run, monkeypatch) -> None:
    def broken() -> None:
        raise RuntimeError("the card does not close")

    monkeypatch.setattr(session.sink, "close", broken)
    with pytest.raises(RuntimeError, match="does not close"):
        session.engine.run()
    session.assert_ended_in_order()
    assert (session.folder / "latency.json").exists()


def test_a_sound_card_that_was_never_there_is_said_too(session: Run) -> None:
    session.sink.events = NullSink(22050, instead="no output at all").events
    session.engine.run()
    assert session.engine.status().faults["sound"] == "no output at all"
    assert [e["text"] for e in session.events if e["event"] == "no sound"] == ["no output at all"]


def test_a_marker_nested_without_end_ends_nothing(session: Run) -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    session.engine.note({"event": "marker", "text": "cue", "values": {"deep": deep}})
    session.engine.run()
    session.assert_ended_in_order()


def test_a_lost_sound_card_is_the_state_until_it_is_back(session: Run) -> None:
    told = [{"event": "device lost", "text": "gone", "active_fault": "sound"}], [{"event": "underrun", "text": "later"}]
    waiting = list(told)
    session.sink.events = lambda: waiting.pop(0) if waiting else []
    session.amplifier.after = lambda: None if waiting else session.engine.stop()
    session.engine.guard.unmute(time.perf_counter())
    session.engine.run()
    # on a busy machine more is said than this
    texts = [e["text"] for e in session.events]
    assert texts.index("gone") < texts.index("later")
    assert session.engine.status().faults["sound"] == "gone"
    session.engine.core.guard.stale = False
    # as while sound comes: its end may have taken longer than that second without, after which all is stale
    session.engine.board._voiced_at = session.engine.clock.now() + 60.0
    assert session.engine.status().state == "no sound"
    session.engine.note({"event": "device back", "text": "here", "corrected": "sound"})
    session.engine.board.publish()
    assert "sound" not in session.engine.status().faults
    assert session.engine.status().state == "running"


def test_an_end_that_takes_long_is_no_stall(session: Run) -> None:
    close = session.sink.close
    session.sink.close = lambda: (time.sleep(0.3), close())
    session.engine.run()
    session.assert_ended_in_order()
    assert "decoding" not in session.engine.status().faults


def test_a_decode_thread_that_hangs_is_said_while_it_hangs_and_the_age_grows(session: Run) -> None:
    """The thread that would say it is the one that hangs."""
    amplifier, engine = session.amplifier, session.engine
    seen: list[Status] = []
    pull = amplifier.pull

    def said(status: Status) -> bool:
        older = (status.age_ms or 0.0) > (seen[0].age_ms or 0.0)
        return older and "decoding" in status.faults and status.state == "stale"

    def hang(timeout: float) -> Chunk | None:
        deadline = time.monotonic() + 60
        if amplifier._next == 10:
            while len(seen) < 2 or not said(seen[-1]):  # a busy machine may have stalled, and gone on, before
                seen.append(engine.status())
                assert time.monotonic() < deadline, seen[-1]
                time.sleep(0.01)
        chunk = pull(timeout)
        while chunk is not None and LslClock().now() < chunk.stamps[-1]:
            time.sleep(0.005)  # what comes from the future has no age
        return chunk

    amplifier.pull = hang
    session.engine.run()
    session.assert_ended_in_order()
    assert said(seen[-1])
    assert seen[-1].age_ms > engine.guard.settings.max_age_ms
    kinds = [e["event"] for e in session.events]
    assert "stall over" in kinds[kinds.index("stalled") :]
    assert "decoding" not in engine.status().faults
    assert engine.status().fault_counts["decoding"] >= 1
