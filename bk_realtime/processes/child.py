"""The processes of a session: started apart from the terminal's Ctrl-C, stopped in order, restarted when they die."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from bk_realtime.heartbeat import VARIABLE
from bk_realtime.processes.hangs import Heart

log = logging.getLogger(__name__)

POSIX = os.name == "posix"


class Child:
    """One process of the session.

    Its standard input is a pipe from the supervisor: when that closes, for whatever reason, the child knows that
    it is alone and ends by itself.

    Parameters
    ----------
    name : for messages.
    argv : arguments after the Python interpreter.
    log : file for its output, appended; ``None`` shows it to the user.
    restarts : how many times it may be started again after it died.
    patience_s : how long its loop may stand still at the least, before it is said to hang.

    Attributes
    ----------
    heart : its heartbeats; ``None`` before it was started.
    hung : whether it hangs, as :class:`~bk_realtime.processes.hangs.Hangs` found it.
    steady_s : seconds for which it has gone on since it hung.
    forced : whether :meth:`stop` had to end it by force.
    """

    def __init__(
        self, name: str, argv: Sequence[str], log: Path | None = None, restarts: int = 0, patience_s: float = 0.0
    ) -> None:
        self.name, self.argv, self.log, self.restarts = name, list(argv), log, restarts
        self.patience_s = patience_s
        self.process: subprocess.Popen[bytes] | None = None
        self.heart: Heart | None = None
        self.hung, self.steady_s, self._asked = False, 0.0, False
        self._starting = self.forced = False

    def start(self) -> None:
        """Start it (again)."""
        if self.heart is not None:
            self.heart.close()
        self.heart, self.hung, self._asked = Heart(), False, False
        out = None if self.log is None else _opened(self.log)
        try:
            self.process = subprocess.Popen(
                [sys.executable, *self.argv],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT if out is not None else None,
                env={**os.environ, "PYTHONUNBUFFERED": "1", VARIABLE: self.heart.path},
                **_own_group(),
            )
        except OSError as error:  # no memory: as if it had ended at once, which is no reason for the others to end
            log.error("the %s cannot be started (%s)", self.name, error.strerror or error)
        finally:
            if out is not None:
                out.close()

    @property
    def code(self) -> int | None:
        """Exit code, or ``None`` while it runs."""
        return None if self.process is None else self.process.poll()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def silent_s(self) -> float:
        """Seconds without a heartbeat; 0 where none is due."""
        return 0.0 if self.heart is None else self.heart.silent_s

    def wake(self) -> None:
        """Let it go on where somebody stopped it (SIGSTOP): it hears nothing before."""
        if POSIX and self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it on the spot, as one that hangs and has nothing to save."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def ask(self) -> None:
        """Ask it to end: its standard input closes, and where there are signals it gets SIGTERM.

        One that is known to be starting has nothing to save and does not listen yet: it is ended on the spot.
        """
        if self.process is None:
            return
        if (POSIX or self._starting) and self.alive and not self._asked:
            self._asked = True
            self.process.terminate()  # SIGTERM; on Windows the end, without a word
            self.wake()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def stop(self, timeout: float = 5.0) -> int | None:
        """Ask, wait, and end it by force only after ``timeout`` seconds; returns its exit code."""
        if self.process is None:
            return None
        self.ask()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.forced = True
            self.process.kill()
            return self.process.wait()
        finally:
            if self.heart is not None:
                self.heart.close()

    def wait_until(self, path: Path, timeout: float, stopped: Callable[[], bool]) -> bool:
        """Wait until ``path`` exists, which says that it has started.

        False when the process ended, the time is up or ``stopped`` before.
        """
        deadline = time.monotonic() + timeout
        self._starting = True
        while time.monotonic() < deadline:
            if os.path.exists(path):
                self._starting = False
                return True
            if stopped() or not self.alive:
                return False
            time.sleep(0.02)
        return False


def _opened(path: Path) -> BinaryIO:
    """A log to append to; where the disk takes none, what a child says is lost, and the child is not."""
    try:
        return path.open("ab")
    except OSError as error:
        log.warning("%s: cannot be written (%s)", path, error.strerror or error)
        return open(os.devnull, "ab")


def _own_group() -> dict[str, Any]:
    if POSIX:
        return {"start_new_session": True}
    return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined,unused-ignore]
