"""A disk that is pulled out or fails under a session: the voice goes on, and the session ends in order."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bk_realtime.errors import BkError
from bk_realtime.processes.child import Child
from bk_realtime.processes.recordings import next_recording, recordings
from bk_realtime.session.control import ControlClient
from bk_realtime.session.settings import HangPolicy
from tests.unit.test_supervisor import supervise

CALLS = ("stat", "lstat", "scandir", "listdir")


@pytest.fixture
def dead_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a disk that gives an I/O error to whoever asks what is there."""
    folder = tmp_path / "session"
    folder.mkdir()

    def dead(call: Callable[..., object], path: object = ".", *args: object, **kwargs: object) -> object:
        if isinstance(path, (str, os.PathLike)) and str(path).startswith(str(folder)):
            raise OSError(5, "Input/output error")
        return call(path, *args, **kwargs)

    for name in CALLS:
        monkeypatch.setattr(os, name, partial(dead, getattr(os, name)))
    return folder


def test_a_recorder_that_died_with_the_disk_does_not_take_the_session_along(dead_disk: Path) -> None:
    supervisor = supervise(dead_disk, 0, hangs=HangPolicy(hung_s=60.0, second_recorder_s=60.0, new_window_s=60.0))
    recorder = Child("recorder", ["-c", "raise SystemExit(2)", "--out", str(dead_disk / "session.xdf")], restarts=1)
    supervisor.recorder, supervisor.ready = recorder, True
    supervisor.care.look()
    for _ in range(2):  # once more, then given up
        supervisor._revive(recorder)
        assert recorder.process is not None
        recorder.process.wait()
    assert supervisor.recorder is None
    supervisor.care.look()
    supervisor._stop_recorder()


def test_nothing_is_known_of_what_is_on_it(dead_disk: Path) -> None:
    assert recordings(dead_disk) == []
    assert next_recording(dead_disk).name == "session.xdf"
    with pytest.raises(BkError, match="cannot read the control file"):
        ControlClient.from_file(dead_disk / "control.json")
