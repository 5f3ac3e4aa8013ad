"""What benches of one live frame share: the engine's priority while they run, and a pause after every frame."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from bk_realtime.engine.live import real_time_priority

BREATH_S = 0.0005
"""Pause after a frame: Linux halts a thread of real-time priority for 50 ms in every second that it never sleeps."""


@contextmanager
def engine_priority() -> Iterator[str]:
    """The decode thread's priority for the block, in words; what runs afterwards has the usual one again."""
    said = real_time_priority()
    try:
        yield said
    finally:
        if hasattr(os, "SCHED_OTHER"):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
