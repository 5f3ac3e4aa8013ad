"""A process that a session started ends when the session is gone."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable


def end_with_parent(stop: Callable[[], object]) -> None:
    """Call ``stop`` when standard input is a pipe and its other end closes.

    A terminal, a file and /dev/null are left alone, so the same command runs under nohup or as a service.
    """
    try:
        piped = stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        return  # no standard input at all: a service
    if not piped:
        return

    def watch() -> None:
        # os.read, not sys.stdin.read: the lock of a blocked buffered read aborts the interpreter at exit
        while os.read(sys.stdin.fileno(), 1024):
            pass
        stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()
