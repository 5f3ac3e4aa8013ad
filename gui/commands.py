"""Commands to the engine, sent from threads: an engine that hangs never freezes the window."""

from __future__ import annotations

import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient
from bk_realtime.watched import WatchedThread
from gui.said import translated
from gui.words import tr

CONNECT_EVERY_S = 0.5
"""The lane of the panics sees so often that it is connected."""
PANIC_TRIES_S = 60.0
"""A panic is repeated until the engine has answered, for this long: one that hangs falls silent when it goes on."""

Report = Callable[[str, bool, str], None]
"""Called from a thread with (command, whether it was done, one line)."""


class Commander:
    """Two lanes, each with its own connection and thread: panic never queues behind anything, and is connected from
    the start, before anybody crowds the engine's door.

    Parameters
    ----------
    path : the engine's ``control.json``, read when first needed and after each loss.
    report : told what became of every command.
    """

    def __init__(self, path: Path, report: Report) -> None:
        self._path, self._report = path, report
        self.panicked_at = -math.inf
        self._open, self._speaking = True, threading.Lock()
        self._lanes = {name: _Lane(self, name) for name in ("panic", "ordinary")}

    def send(self, command: str, **values: Any) -> None:
        """Queue a command; returns at once. A panic takes every unmute with it that still waits."""
        sent = time.perf_counter()
        if command == "panic":
            self.panicked_at = sent
        self._lanes["panic" if command == "panic" else "ordinary"].jobs.put((command, {"sent": sent, **values}))

    def close(self) -> None:
        """Send what is queued, then hang up; nothing is reported after this has returned."""
        for lane in self._lanes.values():
            lane.jobs.put(None)
        for lane in self._lanes.values():
            lane.thread.join(timeout=3.0)
        with self._speaking:
            self._open = False

    def client(self) -> ControlClient:
        """A new connection; raises BkError where there is no session."""
        return ControlClient.from_file(self._path, timeout=1.0)

    def report(self, command: str, done: bool, text: str) -> None:
        """Pass on what became of a command."""
        with self._speaking:
            if self._open:  # the window that would hear it may have been destroyed
                self._report(command, done, text)


class _Lane:
    def __init__(self, owner: Commander, name: str) -> None:
        self.owner, self.name = owner, name
        self.jobs: queue.SimpleQueue[tuple[str, dict[str, Any]] | None] = queue.SimpleQueue()
        self.thread = WatchedThread(self._run, f"commands-{name}")
        self.client: ControlClient | None = None
        self.thread.start()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            command, values = job
            deadline, first = time.monotonic() + (PANIC_TRIES_S if command == "panic" else 0.0), True
            while not self._attempt(command, values, first, last=time.monotonic() >= deadline):
                first = False
                time.sleep(0.05)
        if self.client is not None:
            self.client.close()

    def _next(self) -> tuple[str, dict[str, Any]] | None:
        """The next command; the panic's lane connects while it waits for one."""
        if self.name != "panic":
            return self.jobs.get()
        wait_s = 0.0
        while True:
            with contextlib.suppress(queue.Empty):
                return self.jobs.get(timeout=wait_s)
            wait_s = CONNECT_EVERY_S
            with contextlib.suppress(BkError):  # there is no engine yet, or not any more
                self.client = self.client or self.owner.client()
                self.client.connect()

    def _attempt(self, command: str, values: dict[str, Any], first: bool, last: bool) -> bool:
        """Try once; true when there is nothing more to do."""
        start = time.perf_counter()
        if command == "unmute" and values["sent"] <= self.owner.panicked_at:
            self.owner.report(command, False, tr("unmute: dropped, a panic came after it; still muted, ask again"))
            return True
        try:
            if self.client is None:
                self.client = self.owner.client()
            self.client.request(command, **values)
        except BkError as error:
            if first or last:  # whoever pressed panic must know at once that nobody has confirmed it
                self.owner.report(command, False, translated(str(error)))
            return last
        ms = 1e3 * (time.perf_counter() - start)
        self.owner.report(command, True, tr("{command}: done in {ms:.0f} ms").format(command=command, ms=ms))
        return True
