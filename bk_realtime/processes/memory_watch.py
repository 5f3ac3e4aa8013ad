"""Watches the memory of a session's processes: which one grows, how fast, and how long this machine's memory lasts."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from itertools import pairwise

import psutil

from bk_realtime.session.disk import in_words
from bk_realtime.session.settings import MemoryPolicy

log = logging.getLogger(__name__)

EVERY_S = 5.0
"""Seconds between two looks."""
WARM_UP_S = 120.0
"""A process loads, compiles and fills its buffers for so long: how it grows then says nothing."""
KNOWN_S, SPAN_S = 120.0, 600.0
"""Growth is told from at least, and at most, so many seconds."""
_CONCERNED = "memory"
Note = Callable[[str, dict[str, str]], None]
"""Takes a text for everybody, and the values of its event."""


def bytes_of(pid: int) -> int | None:
    """Memory of a process in bytes, as resident; None where it has ended or is not to be asked."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


class Growth:
    """How fast one process grows.

    Only what it never gives back counts: the least of each quarter of the last ten minutes. A step that comes once (a
    condition, a window that is made larger) lies in one of the quarters and is none: the smallest of the three steps
    between them is taken.
    """

    def __init__(self, pid: int, now: float) -> None:
        self.pid, self._begun = pid, now
        self._looks: deque[tuple[float, int]] = deque()

    def look(self, now: float, size: int) -> None:
        """Take a size in bytes; ``now`` in seconds."""
        if now - self._begun < WARM_UP_S:
            return
        self._looks.append((now, size))
        while now - self._looks[0][0] > SPAN_S:
            self._looks.popleft()

    @property
    def pace(self) -> float:
        """Bytes a second; 0 where it does not grow, or nobody knows yet."""
        if not self._looks or (span := self._looks[-1][0] - self._looks[0][0]) < KNOWN_S:
            return 0.0
        first, quarter = self._looks[0][0], span / 4
        least: dict[int, int] = {}
        for at, size in self._looks:
            k = min(3, int((at - first) / quarter))
            least[k] = min(size, least.get(k, size))
        if len(least) < 4:  # the machine slept in between
            return 0.0
        return max(0, min(b - a for a, b in pairwise(least[k] for k in range(4)))) / quarter


class MemoryWatch:
    """Looks at all processes every few seconds.

    Parameters
    ----------
    policy : when it is said.
    note : tells window, log and recording.
    size : bytes of a process by its number; None where it has ended.
    free : bytes that this machine can still give.
    """

    def __init__(
        self,
        policy: MemoryPolicy,
        note: Note,
        size: Callable[[int], int | None] = bytes_of,
        free: Callable[[], int] = lambda: int(psutil.virtual_memory().available),
    ) -> None:
        self._policy, self._note, self._size, self._free = policy, note, size, free
        self._grown: dict[str, Growth] = {}
        self._next = 0.0
        self._level = 0
        self._little = False
        warn = policy.memory_warn_h
        self._levels: tuple[float, ...] = (warn, warn / 2, warn / 6) if warn > 0 else ()
        """Hours at which it is said (again)."""

    def look(self, now: float, pids: Mapping[str, int]) -> None:
        """Measure, at most every five seconds.

        Parameters
        ----------
        now : seconds of any clock.
        pids : the number of each process that runs, by what it is called.
        """
        if now < self._next:
            return
        self._next = now + EVERY_S
        sizes: dict[str, int] = {}
        for name, pid in pids.items():
            size = self._size(pid)
            if size is None:
                continue
            if name not in self._grown or self._grown[name].pid != pid:
                self._grown[name] = Growth(pid, now)
            self._grown[name].look(now, size)
            sizes[name] = size
        self._grown = {name: self._grown[name] for name in sizes}
        free = self._free()
        paces = {name: self._grown[name].pace for name in sizes}
        pace = sum(paces.values())
        hours = free / pace / 3600 if pace > 0 else float("inf")
        self._judge(hours, free, paces, sizes)

    def _judge(self, hours: float, free: int, paces: dict[str, float], sizes: dict[str, int]) -> None:
        level = sum(hours < at for at in self._levels)
        least = self._policy.memory_least_mb * 1e6
        little = free < least
        if level > self._level:
            most = max(paces, key=lambda name: paces[name])
            text = (
                f"the {most} grows by {paces[most] * 60 / 1e6:.1f} MB a minute and takes {sizes[most] / 1e6:.0f} MB: "
                f"this machine's memory ({free / 1e6:.0f} MB are left) is full in {in_words(hours)}; end the session "
                "before that and begin a new one"
            )
        elif little and not self._little:
            own = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in sizes.items())
            text = (
                f"{free / 1e6:.0f} MB of this machine's memory are left, expected {least / 1e6:.0f}: close other "
                f"programs (the session itself takes, in MB: {own})"
            )
        else:
            calm = free > 1.2 * least if self._little else not little
            calm = calm and (not self._level or hours > 1.2 * self._levels[0])  # no flicker about the limit
            if (self._level or self._little) and calm:
                self._level, self._little = 0, False
                self._note(f"{free / 1e6:.0f} MB of memory are left, enough again", {"corrected": _CONCERNED})
            return
        self._level, self._little = max(level, self._level), little or self._little
        log.warning("%s", text)
        self._note(text, {"active_fault": _CONCERNED})
