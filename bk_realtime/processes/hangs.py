"""Which processes of a session hang: seconds without a heartbeat, those left out in which everything stood still."""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import tempfile
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bk_realtime.clock import clock_of_sleep
from bk_realtime.heartbeat import SIZE

if TYPE_CHECKING:
    from bk_realtime.processes.child import Child

STEP_S = 0.2
"""The most seconds that one look counts for: where the supervisor itself stood still, it knows nothing of others."""
ALONE_BEATS = 2.0
"""Beats a second that show that a process went on while the supervisor stood still."""


class Heart:
    """The supervisor's view of one process.

    Nothing is expected before its first beat, so that it may load and compile as long as it takes, nor after it said
    that its loop has ended.

    Attributes
    ----------
    silent_s : seconds without a beat, as far as they were counted by :meth:`look`.
    count : beats so far; 0 before the first one and when its loop has ended.
    path : the file for the process to map; empty where none could be made, and then nothing is expected.
    """

    def __init__(self) -> None:
        self.silent_s, self.count, self.path = 0.0, 0, ""
        self._memory: mmap.mmap | None = None
        with contextlib.suppress(OSError):  # a full disk
            handle, name = tempfile.mkstemp(prefix="bk-beat-")
            with os.fdopen(handle, "r+b") as file:
                file.write(bytes(SIZE))
                file.flush()
                self._memory = mmap.mmap(file.fileno(), SIZE)
            self.path = name
            self._remove = weakref.finalize(self, _remove, name)  # also where nobody closes it

    def look(self, seconds: float) -> int:
        """Count ``seconds`` since the last look; returns how many beats came meanwhile."""
        (count,) = struct.unpack_from("<Q", self._memory) if self._memory is not None else (0,)
        beats = max(0, count - self.count)
        self.silent_s = self.silent_s + seconds if count and not beats else 0.0
        self.count = count
        return int(beats)

    def close(self) -> None:
        """Remove what was shared."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None
            self._remove()


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):  # on Windows, while the process still has it mapped
        Path(path).unlink()


@dataclass(frozen=True)
class Change:
    """A process that hangs now and did not before, or the other way round.

    Attributes
    ----------
    seconds : for how long it stood, or has stood, still.
    """

    child: Child
    hangs: bool
    seconds: float


class Hangs:
    """Looks at all processes, some twenty times a second.

    Parameters
    ----------
    hung_s : a process without a beat for so long hangs.
    slept_s : where the supervisor itself stood still for longer, that is told.
    now : seconds of a clock that goes on while the machine sleeps.

    Attributes
    ----------
    stood_s : how long the supervisor itself stood still just before the last look; 0 where it did not.
    alone : whether a process went on meanwhile; else the whole machine stood still.
    """

    def __init__(self, hung_s: float, slept_s: float, now: Callable[[], float] = clock_of_sleep) -> None:
        self.hung_s, self.slept_s, self.now = hung_s, slept_s, now
        self.stood_s, self.alone = 0.0, False
        self._looked = now()

    def look(self, children: Iterable[Child]) -> list[Change]:
        """Look once; what changed."""
        now = self.now()
        step, self._looked = now - self._looked, now
        self.stood_s, self.alone = (step if step > self.slept_s else 0.0), False
        changes = []
        for child in children:
            heart = child.heart
            if heart is None:
                continue
            before = heart.silent_s
            beats = heart.look(min(step, STEP_S))
            self.alone |= bool(self.stood_s) and beats > ALONE_BEATS * self.stood_s
            hangs = child.alive and heart.silent_s > max(self.hung_s, child.patience_s)
            child.steady_s = child.steady_s + min(step, STEP_S) if heart.count and not hangs else 0.0
            if hangs != child.hung:
                child.hung = hangs
                changes.append(Change(child, hangs, heart.silent_s if hangs else before))
        return changes
