"""A session that was started from the window: processes of their own, which a later window finds again."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bk_realtime.config import read_toml
from bk_realtime.errors import BkError
from bk_realtime.files import write_text
from bk_realtime.plain_files import read_json
from bk_realtime.session.control import FILE_NAME as CONTROL_FILE
from bk_realtime.session.names import SETTINGS
from gui.participant import Participant
from gui.words import tr

NOTE = "running.json"
_SAME_S = 2.0
"""Two processes of one number that began further apart than this are not the same."""
_HEAD, _TAIL = 1 << 16, 1 << 14
"""Bytes of what `run` says that are looked at: it names the folder first, and what became of it last."""


@dataclass(frozen=True)
class Look:
    """What there is of a session.

    Attributes
    ----------
    state : none, starting, running or ended.
    text : one line on it: why it ended, or what it said last.
    folder, session : where it lies and its id, once it has said so.
    code : exit code; ``None`` where it runs or nobody knows.
    """

    state: str = "none"
    text: str = ""
    folder: Path | None = None
    session: str = ""
    code: int | None = None

    @property
    def control(self) -> Path | None:
        """The engine's control file."""
        return None if self.folder is None else self.folder / CONTROL_FILE


class Running:
    """The one session that this user's window has started.

    Parameters
    ----------
    folder : where it is noted, so that another window finds the session, and where what `run` says is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._note: dict[str, Any] = {}
        self._ended: Look | None = None
        with contextlib.suppress(BkError):
            self._note = read_json(folder / NOTE)
        if not self._lives():  # of another day
            self._note = {}

    @property
    def participant(self) -> str:
        """Whose session it is; empty without one."""
        return str(self._note.get("participant", ""))

    @property
    def lsl(self) -> str:
        """LSL configuration that it was started with: whoever wants to see its streams needs the same."""
        return str(self._note.get("lsl", ""))

    def start(self, participant: Participant) -> None:
        """Start a session, muted, without a window of its own.

        Raises
        ------
        BkError
            One runs already, there is no decoder, or no process can be started.
        """
        if self._lives():
            raise BkError(tr("a session runs already; end it first"))
        command = [sys.executable, "-m", "bk_realtime", "run", "--headless", *participant.options()]
        now = datetime.datetime.now()
        log = self._folder / "sessions" / f"{now:%Y-%m-%d_%H-%M-%S-%f}_{participant.name}.log"
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("xb") as out:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,  # a pipe would end the session with this window
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "PYTHONUNBUFFERED": "1"},
                    **_apart(),
                )
            self._ended = None
            self._note = {
                "pid": self._process.pid,
                "began": _began(self._process.pid),
                "log": str(log),
                "participant": participant.name,
                "lsl": os.environ.get("LSLAPICFG", ""),
            }
            write_text(self._folder / NOTE, json.dumps(self._note))
        except OSError as error:
            raise BkError(
                tr("{log}: the session cannot be started ({error})").format(log=log, error=error.strerror or error)
            ) from None

    def look(self) -> Look:
        """How it stands; reads two small files at most."""
        if self._ended is not None or not self._note:
            return self._ended or Look()
        lives = self._lives()
        said = _ends_of(Path(str(self._note["log"])))
        folder = next((Path(line[8:]) for line in said if line.startswith("session ")), None)
        session = "" if folder is None else _id_of(folder)
        last = _verdict(said)
        if lives:
            ready = bool(session) and folder is not None and (folder / CONTROL_FILE).exists()
            return Look("running" if ready else "starting", said[-1] if said else "", folder, session)
        code = None if self._process is None else self._process.poll()
        self._ended = Look("ended", last, folder, session, code)
        return self._ended

    def forget(self) -> None:
        """The session that ended is nobody's any more."""
        if not self._lives():
            self._note, self._ended, self._process = {}, None, None

    def end(self) -> None:
        """Ask the session to end; it saves what it has recorded by itself. Nothing where none runs."""
        if self._lives():
            with contextlib.suppress(psutil.Error):
                psutil.Process(int(self._note["pid"])).terminate()

    def _lives(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        try:
            pid, began = int(self._note["pid"]), float(self._note["began"])
            return abs(_began(pid) - began) < _SAME_S and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except (KeyError, TypeError, ValueError, psutil.Error):
            return False


def _began(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def _apart() -> dict[str, Any]:
    """What lets a process outlive the one that starts it."""
    if os.name == "posix":
        return {"start_new_session": True}
    return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}  # type: ignore[attr-defined,unused-ignore]


def _ends_of(log: Path) -> list[str]:
    """First and last lines of what was said."""
    try:
        with log.open("rb") as file:
            text = file.read(_HEAD)
            size = log.stat().st_size
            if size > _HEAD:
                file.seek(max(_HEAD, size - _TAIL))
                text += b"\n" + file.read(_TAIL)
    except OSError:
        return []
    return [line for line in text.decode("utf-8", "replace").splitlines() if line.strip()]


def _verdict(said: list[str]) -> str:
    """What became of it: where it was saved, or the error, or the last word."""
    for start in ("saved in ", "error: "):
        for line in reversed(said):
            if line.startswith(start):
                return line
    return said[-1] if said else tr("it ended without a word")


def _id_of(folder: Path) -> str:
    try:
        return str(read_toml(folder / SETTINGS).get("id", ""))
    except BkError:  # not written yet
        return ""
