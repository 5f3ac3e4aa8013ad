"""The command line of each process of a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from bk_realtime.processes.children import STARTING_S, engine_of, recorder_of, replay_of, watch_of, window_of
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import InletSettings, SessionSettings


def session(folder: Path, **options: object) -> Session:
    return Session(folder, "id", SessionSettings(Path("model"), **options))  # type: ignore[arg-type]


def value(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def test_recorder_takes_what_belongs_to_the_session_and_waits_longer_than_the_engine(tmp_path: Path) -> None:
    live = recorder_of(session(tmp_path, inlet=InletSettings(timeout_s=30.0), expect=("Mic", "Buttons")))
    assert live is not None
    assert (live.argv[:3], live.restarts) == (["-m", "bk_realtime", "record"], 3)
    assert value(live.argv, "--out") == str(tmp_path / "session.xdf")
    assert float(value(live.argv, "--timeout-s")) > 30.0 + STARTING_S
    assert "starts-with(source_id,'bk-id" in value(live.argv, "--predicate")
    assert "not(starts-with(source_id,'bk-" in value(live.argv, "--predicate")  # whatever no session sends
    assert live.argv[-3:] == ["--expect", "Mic", "Buttons"]
    assert recorder_of(session(tmp_path, record=False)) is None


def test_replay_waits_for_this_sessions_engine(tmp_path: Path) -> None:
    assert replay_of(session(tmp_path)) is None
    replayed = session(tmp_path, source=tmp_path / "rec.xdf", salvage=True)
    child = replay_of(replayed)
    assert child is not None
    assert child.argv[2:4] == ["replay", str(tmp_path / "rec.xdf")]
    assert value(child.argv, "--prefix") == replayed.replay_prefix
    assert value(child.argv, "--wait-for") == "name='BrainKaraoke-mel' and starts-with(source_id,'bk-id-')"
    assert "--salvage" in child.argv
    recorder = recorder_of(replayed)
    assert recorder is not None
    assert "not(" not in value(recorder.argv, "--predicate")  # nothing but its own replay


def test_window_and_watch_where_they_are_of_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bk_realtime.processes.children._has_display", lambda: True)
    window = window_of(session(tmp_path))
    assert window is not None
    assert window.argv == ["-m", "gui", "--session", "id", "--control", str(tmp_path / "control.json")]
    assert window_of(session(tmp_path, headless=True)) is None
    monkeypatch.setattr("bk_realtime.processes.children._has_display", lambda: False)
    assert window_of(session(tmp_path)) is None
    assert watch_of(session(tmp_path, microphone="none")) is None
    watch = watch_of(session(tmp_path, microphone="Mic"))
    assert watch is not None
    assert watch.patience_s > 0  # it computes for seconds on end
    assert engine_of(session(tmp_path)).argv == ["-m", "bk_realtime", "engine", "--folder", str(tmp_path)]
