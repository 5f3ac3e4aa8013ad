"""How a process of a session is asked to end: by a signal, or because its standard input closes."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable

from bk_realtime.watched import WatchedThread


def stop_on_signals(stop: Callable[[], object], apart: bool = True) -> None:
    """Call ``stop`` at Ctrl-C, at SIGTERM and when the terminal is closed (not under nohup); on Windows also at
    Ctrl-Break.

    Parameters
    ----------
    stop : may be called several times.
    apart : in a thread of its own: what a signal interrupts may hold the very lock that ``stop`` takes (an event's,
        held for a moment by each wait), and the process would wait for itself for ever. Else in the main thread,
        where a second signal in the middle of the first is dropped.
    """
    busy = False

    def handle(*_: object) -> None:
        nonlocal busy
        if not busy:
            busy = True
            try:
                _call(stop, apart)
            finally:
                busy = False

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if name == "SIGHUP" and hasattr(signal, name) and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
            continue  # nohup: it is to go on without its terminal
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handle)


def _call(stop: Callable[[], object], apart: bool) -> None:
    if apart:
        try:
            WatchedThread(stop, "stop").start()
            return
        except RuntimeError:  # there is no memory for another thread
            pass
    stop()


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
        _wait_for_close(sys.stdin.fileno())
        stop()

    WatchedThread(watch, "parent").start()


def asked_to_end() -> threading.Event:
    """What is set by all that asks this process to end, from now on."""
    stop = threading.Event()
    stop_on_signals(stop.set)
    end_with_parent(stop.set)
    return stop


def _wait_for_close(pipe: int) -> None:
    """Return when the other end of a pipe, by its file descriptor, is closed; what comes through it is dropped."""
    if sys.platform == "win32":
        import _winapi
        import msvcrt

        # looks every 0.1 s: while a read of standard input is pending, the first import of numpy hangs on Windows
        # (https://github.com/numpy/numpy/issues/24290)
        handle = msvcrt.get_osfhandle(pipe)
        with contextlib.suppress(BrokenPipeError):
            while True:
                if _winapi.PeekNamedPipe(handle, 0)[0]:
                    os.read(pipe, 1024)
                else:
                    time.sleep(0.1)
    else:
        # os.read, not sys.stdin.read: the lock of a blocked buffered read aborts the interpreter at exit
        while os.read(pipe, 1024):
            pass
