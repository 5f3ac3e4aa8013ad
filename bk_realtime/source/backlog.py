"""Samples that arrive late, found from arrival times: the sender, the network or this process fell behind."""

from __future__ import annotations

from collections import deque

from bk_realtime.chunks import Chunk
from bk_realtime.source.base import SourceEvent


class Backlog:
    """Age of the newest sample against the smallest age of the last ``span_s`` seconds (clocks need not agree).

    Reports once when the difference passes ``limit_s``, and again only after it fell below half of that.
    """

    def __init__(self, limit_s: float, span_s: float) -> None:
        self.limit_s, self.span_s = limit_s, span_s
        self.forget()

    def forget(self) -> None:
        """Ages so far say nothing any more: another segment began, or a clock was set."""
        self._quickest: deque[tuple[float, float]] = deque()
        self._late = False

    def observe(self, chunk: Chunk) -> list[SourceEvent]:
        """Take one chunk in, at least one sample; returns no event or one."""
        newest = float(chunk.stamps[-1])
        age = chunk.received - (newest + chunk.offset)
        # monotone queue: its front is the smallest age of the span
        while self._quickest and self._quickest[-1][1] >= age:
            self._quickest.pop()
        self._quickest.append((newest, age))
        while self._quickest[0][0] < newest - self.span_s:
            self._quickest.popleft()
        late = age - self._quickest[0][1]
        if late > self.limit_s and not self._late:
            self._late = True
            index = chunk.first_index + len(chunk)
            return [SourceEvent("backlog", index, late, f"samples arrive {late:.2f} s late")]
        if late < self.limit_s / 2:
            self._late = False
        return []
