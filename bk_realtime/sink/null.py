"""A sound card that is not there: it takes samples at the pace of a clock and counts as a real one would."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bk_realtime.clock import SAMPLE_RATE, Clock, SystemClock
from bk_realtime.session.events import EventList
from bk_realtime.sink.ring import Ring

_CAPACITY_S = 4

_SLACK_S = 0.025


class NullSink:
    """An :class:`~bk_realtime.sink.base.AudioSink` without a device.

    Parameters
    ----------
    sample_rate : Hz.
    clock : paces it; a manual one in tests.
    prefill_s : sound that waits before it starts to "play", and again after an underrun.
    instead : why there is no device where one was wanted; a standing fault of the session.
    """

    def __init__(
        self, sample_rate: int = SAMPLE_RATE, clock: Clock | None = None, prefill_s: float = 0.0, instead: str = ""
    ) -> None:
        self.sample_rate = sample_rate
        self._clock, self._prefill = clock or SystemClock(), round(prefill_s * sample_rate)
        self._ring = Ring(_CAPACITY_S * sample_rate)
        self._events = EventList()
        if instead:
            self._events.add("no sound", instead, active_fault="sound")
        self._underruns = 0
        self._playing_since: float | None = None
        self._played = 0

    def start(self) -> None:
        """Nothing to open."""

    def write(self, samples: np.ndarray, good_for_s: float = math.inf) -> None:
        """Take (n,) samples; more than four seconds ahead of the clock are dropped, on record. How long they are good
        for is of no concern where there is no ear."""
        if not len(samples):
            return
        self._play()
        if self._ring.write(samples) < len(samples):
            self._events.add("overflow", f"{_CAPACITY_S} s of sound are waiting; the newest was dropped")
        # like the sound card: what waits after a late start or a stall is skipped, or it would stay late for ever
        excess = self._ring.fill - self._prefill - round(_SLACK_S * self.sample_rate)
        if self._playing_since is not None and excess > len(samples):
            self._ring.skip(excess)
        if self._playing_since is None and self._ring.fill >= max(1, self._prefill):
            self._playing_since, self._played = self._clock.now(), 0

    def _due(self) -> int:
        """Samples that the clock says were heard since the last call of ``_play``."""
        if self._playing_since is None:
            return 0
        return int((self._clock.now() - self._playing_since) * self.sample_rate) - self._played

    def _play(self) -> None:
        due = self._due()
        if due <= 0:
            return
        late = due > self._ring.fill
        self._played += self._ring.skip(due)
        if late:
            self._playing_since = None
            self._underruns += 1

    @property
    def fill(self) -> int:
        """Samples that wait. Changes nothing, so any thread may ask."""
        return max(0, self._ring.fill - self._due())

    @property
    def latency_s(self) -> float:
        """None: there is no device."""
        return 0.0

    @property
    def underruns(self) -> int:
        """How often the samples ran out."""
        return self._underruns

    def events(self) -> list[dict[str, Any]]:
        """Overflows since the last call; at the first one that there is no device, where one was wanted."""
        return self._events.take()

    def close(self) -> None:
        """Nothing to close."""
