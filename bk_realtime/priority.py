"""Real-time scheduling of the session's threads, where the system allows it."""

from __future__ import annotations

import contextlib
import os
import sys

CALLBACK, DECODE, KEEP = 60, 40, 20
"""SCHED_FIFO priorities: the sound card's callback; decoding; everything else in the engine's process, which needs one
too, because a thread that is put aside while it holds Python's lock stops the other two as well."""


def real_time_priority(level: int, thread: str) -> str:
    """Ask for SCHED_FIFO at ``level`` for the calling thread; threads that it starts inherit it.

    Returns
    -------
    What came of it, in words; ``thread`` names the thread in them.
    """
    if sys.platform != "linux":
        return f"{thread}: real-time priority not asked for on this system"
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(level))
    except PermissionError:
        return f"{thread}: real-time priority not allowed (an rtprio entry in /etc/security/limits.conf would allow it)"
    return f"{thread}: SCHED_FIFO {level}"


def real_time_process(level: int, what: str) -> str:
    """Ask for SCHED_FIFO at ``level`` for every thread of this process that has none yet: also those that liblsl began
    for the streams that are open, without which a busy machine delivers samples late.

    Returns
    -------
    What came of it, in words; ``what`` names these threads in them.
    """
    said = real_time_priority(level, what)
    if sys.platform == "linux":
        _every_thread(os.SCHED_OTHER, os.SCHED_FIFO, level)
    return said


def usual_process() -> None:
    """Every thread of this process as it was before :func:`real_time_process` and :func:`real_time_priority`."""
    if sys.platform == "linux":
        _every_thread(os.SCHED_FIFO, os.SCHED_OTHER, 0)


def _every_thread(was: int, becomes: int, level: int) -> None:
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError):  # it has ended, or this user may not, which was said
            if os.sched_getscheduler(int(thread)) == was:
                os.sched_setscheduler(int(thread), becomes, os.sched_param(level))


def low_priority(pid: int | None = None) -> None:
    """This process, or another one that was just started, behind all others, as far as the system lets it."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(psutil.IDLE_PRIORITY_CLASS if sys.platform == "win32" else 19)


def usual_priority() -> None:
    """The calling thread as it was before :func:`real_time_priority`."""
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
