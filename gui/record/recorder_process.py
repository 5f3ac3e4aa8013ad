"""The recorder as a process of its own: started, watched, asked to end. No Qt."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bk_realtime.errors import FileError
from bk_realtime.prompts.outlet import NAME
from bk_realtime.watched import WatchedThread
from gui.words import tr

HUNG_S = 0.7
"""It tells its figures four times a second; with this and the page's rhythm a dead one is said within a second."""
RATES_OVER_S = 3.0
_STEP_S = 0.2
"""The most that one look counts for: a window that stood still itself knows nothing of others."""


def file_name(folder: Path, who: str, task: str, now: datetime) -> Path:
    """A name that no file has: recordings are never overwritten, two within one second get a number."""
    stem = f"{who}_{task}_{now:%Y-%m-%d_%H-%M-%S}"
    path, n = folder / f"{stem}.xdf", 1
    while os.path.lexists(path):
        n += 1
        path = folder / f"{stem}_{n}.xdf"
    return path


class RecorderProcess:
    """One `python -m bk_realtime record`.

    It ends by itself, saving everything, when the window that started it goes away, for whatever reason.

    Parameters
    ----------
    path : the file; the recorder refuses one that is there.
    expect : streams that must be in it and send, by name, type or source_id.
    predicate : which streams are recorded, as an XPath condition; empty: all.
    now : seconds of a clock that only goes forwards.

    Attributes
    ----------
    figures : what it said last of the file; empty before the first stream is in it.
    last : the last line that it printed beside the figures.
    silent_s : seconds without a word, as far as :meth:`look` counted them; 0 before the first figures.
    """

    def __init__(
        self,
        path: Path,
        expect: Sequence[str] = (),
        predicate: str = "",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path, self._now = path, now
        self.figures: dict[str, Any] = {}
        self.last, self.silent_s, self.rates = "", 0.0, dict[str, float]()
        self._asked = False
        self._told: deque[dict[str, Any]] = deque()
        self._saved: int | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._looked = now()
        command = [sys.executable, "-m", "bk_realtime", "record", "--out", str(path), "--figures"]
        command += ["--expect", *expect] if expect else []
        command += ["--predicate", predicate] if predicate else []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
                start_new_session=os.name == "posix",  # a Ctrl-C for the window is not one for the recording
            )
        except OSError as error:
            raise FileError(
                tr("the recorder cannot be started ({error}); check {folder}").format(
                    error=error.strerror or error, folder=path.parent
                )
            ) from None
        self._reader = WatchedThread(self._read, "recorder's lines")
        self._reader.start()

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    @property
    def recording(self) -> bool:
        """Whether samples go into the file now."""
        return bool(self.figures) and self.code is None and not self._asked

    @property
    def hangs(self) -> bool:
        """Whether it has not said a word for too long."""
        return self.recording and self.silent_s > HUNG_S

    @property
    def ending(self) -> bool:
        """Asked to end and still reading the file back."""
        return self._asked and self.code is None

    @property
    def whole(self) -> bool:
        """Ended, and the file on disk holds all that was received."""
        return self.code == 0 and bool(self.figures)

    @property
    def markers(self) -> int:
        """Markers of the prompts in the file, as far as it said."""
        return (
            self._saved
            if self._saved is not None
            else sum(s["n"] for s in self.figures.get("streams", ()) if s["name"] == NAME)
        )

    def look(self) -> None:
        """Take in what it said; to be called ten times a second."""
        now = self._now()
        step, self._looked = min(now - self._looked, _STEP_S), now
        heard = False
        while not self._lines.empty():
            heard = self._heard(self._lines.get()) or heard
        self.silent_s = self.silent_s + step if self.figures and not heard else 0.0

    def stop(self) -> None:
        """Ask it to end; it saves, reads the file back and says what is in it."""
        if self._asked:
            return
        self._asked = True
        if os.name == "posix" and self.code is None:
            self._process.terminate()
            self._process.send_signal(signal.SIGCONT)
        if self._process.stdin is not None:
            self._process.stdin.close()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end; whether it came."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        self._reader.join(timeout_s)
        return True

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line.decode("utf-8", "replace").strip())

    def _heard(self, line: str) -> bool:
        if not line.startswith(('{"figures"', '{"saved"')):
            self.last = line or self.last
            return True
        try:
            said = json.loads(line)
        except ValueError:
            return False
        if "saved" in said:
            self._saved = int(said["saved"].get(NAME, 0))
            return True
        told = said["figures"]
        self.figures = told
        self._measure()
        return True

    def _measure(self) -> None:
        """Samples a second of each stream, over the last seconds."""
        self._told.append(self.figures)
        newest = self.figures["seconds"]
        while len(self._told) > 2 and newest - self._told[1]["seconds"] >= RATES_OVER_S:
            self._told.popleft()
        oldest = self._told[0]
        seconds = newest - oldest["seconds"]
        was = {(s["name"], s["type"]): s["n"] for s in oldest["streams"]}
        self.rates = {
            s["name"]: (s["n"] - was.get((s["name"], s["type"]), 0)) / seconds if seconds > 0 else 0.0
            for s in self.figures["streams"]
        }
