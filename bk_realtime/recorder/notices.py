"""What the recorder has to say to the session whose streams it records: kept until its engine takes it."""

from __future__ import annotations

import queue
import threading
import uuid
from pathlib import Path

from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient
from bk_realtime.watched import WatchedThread

_AGAIN_S = 0.5


class SessionNotices:
    """A thread of its own, since an engine that starts or hangs must not delay what is written.

    Parameters
    ----------
    folder : the session's; the engine's control file appears there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = self._begin()

    def send(self, text: str, **values: str) -> None:
        """Hand over a line for the banner, the event log and the recording; ``active_fault`` or ``corrected``: what it
        begins or ends. Returns at once."""
        # sent again until it is answered: by its id an engine that took it and was slow to say so knows it
        self._waiting.put({"text": text, **values, "id": uuid.uuid4().hex})
        if not self._thread.is_alive() and not self._stop.is_set():  # its own death is to be told too
            self._thread = self._begin()

    def close(self) -> None:
        """End; what the engine has not taken by now is dropped."""
        self._stop.set()
        self._thread.join(2.0)

    def _begin(self) -> WatchedThread:
        thread = WatchedThread(self._run, "notices", self._stop)
        thread.start()
        return thread

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            if not self._waiting.empty():
                self._deliver(self._waiting.get())

    def _deliver(self, notice: dict[str, str]) -> None:
        while True:
            try:
                with ControlClient.from_file(self._folder, timeout=1.0) as client:
                    client.request("notice", **notice)
                return
            except BkError:  # it is still starting, busy or gone
                if self._stop.wait(_AGAIN_S):
                    return
