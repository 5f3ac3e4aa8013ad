"""The clock of every LSL time stamp on this machine."""

from __future__ import annotations

import pylsl

from bk_realtime.clock import SystemClock


class LslClock(SystemClock):
    """``pylsl.local_clock``, on every operating system."""

    def now(self) -> float:
        return float(pylsl.local_clock())
