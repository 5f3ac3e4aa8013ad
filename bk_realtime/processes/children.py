"""The command line of each process of a session, made from what the session was told."""

from __future__ import annotations

import os
import sys

from bk_realtime.processes.child import Child
from bk_realtime.session.control import FILE_NAME as CONTROL_FILE
from bk_realtime.session.folder import Session
from bk_realtime.session.names import OUTLET_PREFIX, OWN, RECORDING, REPLAY_PREFIX, source_id
from bk_realtime.session.settings import SessionSettings

STARTING_S = 240.0
"""What an engine may take to load and, the first time, to compile, beside the wait for its stream."""
OTHERS = f"not(starts-with(source_id,'{OWN}')) and not(starts-with(source_id,'{REPLAY_PREFIX}'))"
"""XPath condition of what no session sends."""
WATCH_S = 30.0
"""The watch for contamination computes, at the lowest priority, for seconds on end."""


def engine_of(session: Session) -> Child:
    """The engine; it writes its log itself."""
    return Child("engine", ["-m", "bk_realtime", "engine", "--folder", str(session.folder)])


def recorder_of(session: Session) -> Child | None:
    """The recorder of every stream that belongs to the patient and this session: neural, microphone, markers, engine's
    own; ``None`` where nothing is to be recorded."""
    settings, folder = session.settings, session.folder
    if not settings.record:
        return None
    words = ["-m", "bk_realtime", "record", "--out", str(folder / RECORDING), "--predicate", recorded_streams(session)]
    return Child("recorder", [*words, *_patience(settings), *_care(settings)], folder / "recorder.log", restarts=3)


def window_of(session: Session) -> Child | None:
    """The window; ``None`` where none is wanted, or there is no display."""
    if session.settings.headless or not _has_display():
        return None
    words = ["-m", "gui", "--session", session.id, "--control", str(session.folder / CONTROL_FILE)]
    return Child("window", words, session.folder / "window.log", restarts=3)


def watch_of(session: Session) -> Child | None:
    """The watch for contamination; ``None`` where there is no microphone to compare with."""
    if session.settings.microphone == "none":
        return None
    words = ["-m", "bk_realtime", "watch", "--folder", str(session.folder)]
    return Child("watch", words, session.folder / "watch.log", patience_s=WATCH_S)


def replay_of(session: Session) -> Child | None:
    """The replay, which begins when the engine is warm: its outlets are there; ``None`` where a live stream is
    decoded."""
    settings, prefix = session.settings, session.replay_prefix
    if not prefix:
        return None
    ready = f"name='{OUTLET_PREFIX}mel' and {_mine(session)}"
    words = ["-m", "bk_realtime", "replay", str(settings.source), "--prefix", prefix, "--wait-for", ready]
    words += ["--salvage"] if settings.salvage else []
    return Child("replay", [*words, *_patience(settings)], session.folder / "replay.log")


def recorded_streams(session: Session) -> str:
    """XPath condition of all that belongs to a session: its engine's streams, and its own replay's, or where it decodes
    a live stream everything visible that no session made: amplifier, microphone, markers, a replay started by hand."""
    wanted = f"starts-with(source_id,'{session.replay_prefix}')" if session.replay_prefix else OTHERS
    return f"({_mine(session)} or ({wanted}))"


def _mine(session: Session) -> str:
    return f"starts-with(source_id,'{source_id(session.id)}')"


def _patience(settings: SessionSettings) -> list[str]:
    """Longer than the engine may take to start."""
    return ["--timeout-s", str(settings.inlet.timeout_s + STARTING_S + 60.0)]


def _care(settings: SessionSettings) -> list[str]:
    """Options by which the recorder looks after the disk and the expected streams."""
    disk = settings.disk
    options = ["--disk-warn-h", str(disk.disk_warn_h), "--disk-reserve-min", str(disk.disk_reserve_min)]
    if settings.expect:
        options += ["--expect-silent-s", str(settings.expect_silent_s), "--expect", *settings.expect]
    return options


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    shown = any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY"))
    return shown or os.environ.get("QT_QPA_PLATFORM") == "offscreen"
