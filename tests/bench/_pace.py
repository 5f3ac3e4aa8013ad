"""What benches of one live frame share: the engine's priority while they run, and a pause after every frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bk_realtime.priority import DECODE, real_time_priority, usual_priority

BREATH_S = 0.0005
"""Pause after a frame: Linux halts a thread of real-time priority for 50 ms in every second that it never sleeps."""


@contextmanager
def engine_priority() -> Iterator[str]:
    """The decode thread's priority for the block, in words; what runs afterwards has the usual one again."""
    said = real_time_priority(DECODE, "decoding")
    try:
        yield said
    finally:
        usual_priority()
