"""The lane of all commands but the urgent ones: done one after the other, on at most a fifth of a core."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bk_realtime.errors import BkError
from bk_realtime.session.control.peer import Peer
from bk_realtime.watched import WatchedThread

Handler = Callable[[dict[str, Any]], dict[str, Any]]
REST, LONGEST_REST_S = 4.0, 0.02
"""After each command this many times as long is rested, so that a flood leaves the decoder its time."""
log = logging.getLogger(__name__)


def answer(handler: Handler, message: dict[str, Any]) -> dict[str, Any]:
    """The reply to one command; a fault of the handler is one too."""
    try:
        return {"ok": True, **handler(message)}
    except BkError as error:
        return {"ok": False, "error": str(error)}
    except Exception as error:
        log.exception("command %s failed", message["command"])
        failed = f"{message['command']}: failed in the engine ({type(error).__name__}); see its log"
        return {"ok": False, "error": failed}


class OrdersLane:
    """A thread that does what is put, in order; ``done`` holds the replies.

    Parameters
    ----------
    handler : does a command.
    ready : called after each reply, from this lane's thread.
    """

    def __init__(self, handler: Handler, ready: Callable[[], None]) -> None:
        self._handler, self._ready = handler, ready
        self._jobs: queue.SimpleQueue[tuple[Peer, dict[str, Any], float] | None] = queue.SimpleQueue()
        self.done: deque[tuple[Peer, dict[str, Any]]] = deque()
        self._closing = threading.Event()
        self.thread = WatchedThread(self._run, "control-orders")
        self.thread.start()

    def put(self, peer: Peer, message: dict[str, Any], cost_s: float) -> None:
        """Queue a command whose reading took ``cost_s``."""
        self._jobs.put((peer, message, cost_s))

    def close(self, patience_s: float) -> None:
        """End after the command that is being done now."""
        self._closing.set()
        self._jobs.put(None)
        if self.thread is not threading.current_thread():
            self.thread.join(patience_s)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._closing.is_set():
            peer, message, cost_s = job
            begin = time.perf_counter()
            self.done.append((peer, answer(self._handler, message)))
            self._ready()
            self._closing.wait(min(LONGEST_REST_S, REST * (cost_s + time.perf_counter() - begin)))
