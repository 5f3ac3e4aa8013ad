"""The watch over the decode thread: whether it hangs is found by another one, since it cannot say so itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.clock import Clock
from bk_realtime.session.events import make_event
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.player import STALL_S

AGAIN_S, CALM_S = 10.0, 5.0
"""A stall so soon after another one: it stands until there was none for so long, or a busy machine would fill the
record."""
_NOTHING = np.zeros(0, np.float32)


class StallWatch:
    """Notes when decoding stands still for 100 ms or more, and when it goes on.

    The sound card falls silent by itself then (:mod:`bk_realtime.sink.player`); this says so.

    Parameters
    ----------
    sink : gets the signs of life.
    clock : any.
    note : takes the events.
    away : whether there is no signal anyway; nobody waits for decoding then.
    """

    def __init__(
        self, sink: AudioSink, clock: Clock, note: Callable[[dict[str, Any]], None], away: Callable[[], bool]
    ) -> None:
        self._sink, self._clock, self._note, self._away = sink, clock, note, away
        self._beat_s: float | None = None
        self._patience_s = STALL_S
        self._longest_s = 0.0
        self._told = False
        self._times, self._most_s, self._calm_s = 0, 0.0, 0.0
        self._seen_at = self._over_at = -math.inf

    def beat(self, armed: bool = True, takes_s: float = 0.0) -> None:
        """A sign of life. Decode thread, several times in 100 ms.

        Parameters
        ----------
        armed : whether it counts already: the first chunks, while the engine starts, take as long as they take.
        takes_s : length of the signal that is decoded next; that may take as long.
        """
        patience_s = max(STALL_S, takes_s)
        self._sink.write(_NOTHING, patience_s)
        now = self._clock.now()
        if self._beat_s is not None and now - self._beat_s > self._patience_s and not self._away():
            self._longest_s = max(self._longest_s, now - self._beat_s)
        self._beat_s, self._patience_s = now if armed else None, patience_s

    def look(self, now: float) -> None:
        """Say what is to be said; another thread, often. ``now`` is the LSL clock."""
        beat_s, now = self._beat_s, self._clock.now()
        silent_s = 0.0 if beat_s is None else now - beat_s
        if silent_s > self._patience_s:
            if not self._told and not self._away():
                self._say(now, silent_s)
            return
        longest_s, self._longest_s = self._longest_s, 0.0
        if longest_s:
            if not self._told:  # it was over before anybody looked
                self._say(now, longest_s)
            self._times, self._most_s, self._seen_at = self._times + 1, max(self._most_s, longest_s), now
        if self._told and (beat_s is None or now - self._seen_at >= self._calm_s):
            often = "" if self._times < 2 else f"{self._times} times, up to "
            text = f"decoding goes on; it stood still {often or 'for '}{self._most_s:.1f} s"
            values = {"seconds": round(self._most_s, 3), "count": max(1, self._times)}
            self._note(make_event("stall over", text, corrected="decoding", **values))
            self._told, self._times, self._most_s, self._over_at = False, 0, 0.0, now

    def _say(self, now: float, seconds: float) -> None:
        self._told, self._seen_at = True, now
        self._calm_s = CALM_S if now - self._over_at < AGAIN_S else 0.0
        does = "silent each time" if self._calm_s else "silent until it goes on"
        again = " again and again" if self._calm_s else ""
        text = f"decoding stalled{again}: nothing for {seconds:.1f} s; {does}"
        self._note(make_event("stalled", text, active_fault="decoding"))
