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


def low_priority() -> None:
    """This process behind all others, as far as the system lets it."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS if sys.platform == "win32" else 19)


def usual_priority() -> None:
    """The calling thread as it was before :func:`real_time_priority`."""
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
