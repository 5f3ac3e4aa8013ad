"""Events as lines: those that repeat are one line with a count, each with the time that the banner showed."""

from __future__ import annotations

import os
import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.session.events import NO_FAULTS
from bk_realtime.session.status import parse_object

KEPT = 50
NEAR = 12
"""Among so many lines one that repeats is looked for."""
_SINGLE = ("marker", "command", "condition")
"""What somebody did stands for itself, however often."""
TAIL = 1 << 18
"""Bytes of the session's own record that are read."""


@dataclass
class Line:
    """One line; ``clock`` is the session's decoded time in seconds when it came last."""

    clock: float
    kind: str
    text: str
    count: int = 1

    @property
    def fault(self) -> bool:
        """Whether it is about something that is not in order."""
        return self.kind not in NO_FAULTS

    @property
    def words(self) -> str:
        """Kind, text and how often."""
        words = self.text if self.text.lower().startswith(self.kind.lower()) else f"{self.kind}: {self.text}"
        return words if self.count == 1 else f"{self.count} × {words}"

    @property
    def time(self) -> str:
        """h:mm:ss, as the banner writes it; minus before the first frame."""
        seconds = abs(int(self.clock))
        return f"{'−' if self.clock <= -1 else ''}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class EventLines:
    """The newest lines, newest first, bounded."""

    def __init__(self) -> None:
        self.lines: deque[Line] = deque(maxlen=KEPT)
        self.zero: float | None = None
        """LSL time at which the banner's clock stood at 0; before it is known that of the first event counts."""
        self._settled = False
        self._seen: set[tuple[float, str]] = set()

    def set_zero(self, zero: float, settled: bool) -> None:
        """The clock as it is now; what came while nobody knew it goes by it, too. ``settled``: it runs."""
        if not self._settled and self.zero is not None:
            for line in self.lines:
                line.clock += self.zero - zero
        self.zero, self._settled = zero, self._settled or settled

    def add(self, stamp: float, message: str) -> str:
        """Take one event message with its LSL time; its kind, or nothing where it is here already."""
        values = parse_object(message)
        if values is None:
            kind, text = "event", message
        else:
            kind = str(values.get("event", values.get("kind", "event")))
            text = str(values.get("text", values.get("message", kind)))
        if (stamp, text) in self._seen:
            return ""
        if self.zero is None:
            self.zero = stamp
        clock = stamp - self.zero
        again = None if kind in _SINGLE else self._like(kind, text)
        if again is None:
            self.lines.appendleft(Line(clock, kind, text))
        else:
            self.lines.remove(again)
            self.lines.appendleft(Line(clock, kind, text, again.count + 1))
        return kind

    def take_earlier(self, folder: Path) -> None:
        """What the session has on record already: a window that is new shows what the last one did."""
        for line in _tail(folder / "events.jsonl"):
            values = parse_object(line)
            if values is not None and isinstance(values.get("time"), float):
                self.add(values["time"], line)
                self._seen.add((values["time"], str(values.get("text", ""))))

    def _like(self, kind: str, text: str) -> Line | None:
        shape = _shape(text)
        near = list(self.lines)[:NEAR]
        return next((line for line in near if line.kind == kind and _shape(line.text) == shape), None)


def _shape(text: str) -> str:
    """The text without its figures."""
    return re.sub(r"\d+(?:[.,]\d+)*", "0", text)


def _tail(path: Path) -> list[str]:
    """The last lines of a file that is being written; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            read = file.read(TAIL)
    except OSError:
        return []
    lines = read.decode("utf-8", "replace").splitlines()
    return lines[1:] if size > TAIL else lines
