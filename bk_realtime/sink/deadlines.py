"""Until when waiting sound may be heard: what has waited too long is cut off, though the thread that wrote it hangs."""

from __future__ import annotations

import math


class Deadlines:
    """Beside a :class:`~bk_realtime.sink.ring.Ring`: a deadline for every sample in it. Neither side ever waits.

    One writer, one reader, as the ring itself. Sound is heard at the pace at which it was written, so the deadline of
    a sample is that of the first one of its stretch plus its distance to it.

    Parameters
    ----------
    sample_rate : Hz of the ring.
    size : stretches that are remembered at a time.
    """

    def __init__(self, sample_rate: int, size: int = 1024) -> None:
        self._rate = sample_rate
        self._size, self._written, self._read = size, 0, 0
        self._ends, self._until = [0] * size, [math.inf] * size

    @property
    def full(self) -> bool:
        """No further stretch can be remembered. Writer thread."""
        return self._written - self._read >= self._size

    def add(self, end: int, n: int, until: float) -> None:
        """The ``n`` samples before position ``end`` were written; the first is good until clock time ``until``.

        Writer thread, before the samples themselves are there, and never while :attr:`full`.
        """
        at = self._written % self._size
        # a deadline that nobody knows has passed
        self._ends[at], self._until[at] = end, -math.inf if math.isnan(until) else until + n / self._rate
        self._written += 1

    def expired(self, position: int, now: float) -> int:
        """How many samples from ``position`` on may not be heard any more at clock time ``now``. Reader thread."""
        start = position
        while self._read < self._written:
            at = self._read % self._size
            end, until = self._ends[at], self._until[at]
            if end > position:
                late = (now - until) * self._rate  # of the stretch's end; each sample before it is one more
                if late <= position - end:
                    break
                position = end if late >= 0 else min(end, math.ceil(end + late))
                if position < end:
                    break
            self._read += 1
        return position - start
