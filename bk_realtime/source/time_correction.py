"""What to add to a stream's stamps to reach this machine's clock, measured again and again through the session."""

from __future__ import annotations

import math
import socket
import threading
from typing import Protocol

from bk_realtime.source.base import SourceEvent
from bk_realtime.watched import WatchedThread

_EVERY_S = 1.0  # liblsl measures every two seconds
_ASK_S = 0.5  # a call may block this long; the first estimate takes several
_JUMP_S = 0.1
"""Clocks drift a millisecond in this time at most, and an estimate is wrong by 64 ms at most (probes that take longer
than 128 ms are thrown away): what exceeds that was set."""
_STEADY_S = 30.0  # so long after it was set a clock is trusted again


class Measured(Protocol):
    """An LSL inlet."""

    def time_correction(self, timeout: float) -> float:
        """Seconds to add to its stamps; an error where none is known within ``timeout`` seconds."""
        ...


class TimeCorrection:
    """The time correction of one inlet, kept up in a thread of its own: the first estimate takes 0.6 s.

    Streams of this machine have its clock: 0, and nothing is measured.

    Parameters
    ----------
    inlet : is asked.
    hostname : the sender's.
    before : the correction of an earlier inlet on the same host; stands until there is a new one.
    """

    def __init__(self, inlet: Measured, hostname: str, before: float = 0.0) -> None:
        self.hostname = hostname
        self.offset = before if hostname != socket.gethostname() else 0.0
        """Seconds to add to the stamps."""
        self._known, self._stop, self._jump = threading.Event(), threading.Event(), 0.0
        self._thread = WatchedThread(self._run, "time-correction", self._stop, (inlet,))
        if hostname != socket.gethostname():
            self._thread.start()
        else:
            self._known.set()

    @property
    def known(self) -> bool:
        """Whether it was measured, or needs no measuring."""
        return self._known.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is known; ``False`` where the sender's host does not answer in time."""
        return self._known.wait(timeout_s)

    def take_jump(self) -> float:
        """By how many seconds a clock was set since the last call (0: by none); positive: the sender's ahead."""
        jump, self._jump = self._jump, 0.0
        return jump

    def close(self, timeout_s: float = 3.0) -> None:
        """End the thread; waits that long for an estimate in progress."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self, inlet: Measured) -> None:
        while not self._stop.is_set():
            try:
                offset = float(inlet.time_correction(timeout=_ASK_S))
            except RuntimeError:  # all of pylsl's: no answer yet, or the sender is away: the last one is the best
                self._stop.wait(_ASK_S)
                continue
            if self.known and abs(offset - self.offset) > _JUMP_S:
                self._jump += self.offset - offset
            self.offset = offset
            self._known.set()
            self._stop.wait(_EVERY_S)


class ClockWatch:
    """Says where the sender's clock cannot be told, or was set: one line that stands until it runs steadily."""

    def __init__(self) -> None:
        self._since = math.nan  # while it stands

    def opened(self, correction: TimeCorrection, index: int, now: float) -> list[SourceEvent]:
        """Events of a stream just opened, whose correction was waited for; ``index`` is that of its next sample."""
        if correction.known:
            return []
        text = (
            f"host {correction.hostname!r} does not say what time it is, so its stamps cannot be put on this machine's "
            "clock; let LSL's UDP ports through the firewall of both machines"
        )
        return [self._fault(index, 0.0, text, now)]

    def look(self, correction: TimeCorrection, index: int, now: float) -> list[SourceEvent]:
        """What is new."""
        host = repr(correction.hostname)
        if jump := correction.take_jump():
            text = (
                f"the clock of host {host} was set by {jump:+.3f} s against this machine's (one of the two slept or "
                "started anew): times just before are wrong by that"
            )
            return [self._fault(index, jump, text, now)]
        if correction.known and now - self._since > _STEADY_S:
            self._since = math.nan
            text = f"the clock of host {host} is known and runs steadily"
            return [SourceEvent("clock right", index, 0.0, text, {"corrected": "clock"})]
        return []

    def _fault(self, index: int, seconds: float, text: str, now: float) -> SourceEvent:
        self._since = now
        return SourceEvent("clock", index, seconds, text, {"active_fault": "clock"})
