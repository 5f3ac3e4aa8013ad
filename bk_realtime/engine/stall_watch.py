"""The watch over the decode thread: whether it hangs is found by another one, since it cannot say so itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.clock import Clock
from bk_realtime.session.events import make_event
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.player import STALL_S

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
        self._longest_s = 0.0
        self._told = False

    def beat(self, armed: bool = True) -> None:
        """A sign of life. Decode thread, several times in 100 ms.

        Parameters
        ----------
        armed : whether it counts already: the first chunks, while the engine starts, take as long as they take.
        """
        self._sink.write(_NOTHING)
        now = self._clock.now()
        if self._beat_s is not None and not self._away():
            self._longest_s = max(self._longest_s, now - self._beat_s)
        self._beat_s = now if armed else None

    def look(self, now: float) -> None:
        """Say what is to be said; another thread, often. ``now`` is the LSL clock."""
        beat_s = self._beat_s
        silent_s = 0.0 if beat_s is None else self._clock.now() - beat_s
        if silent_s <= STALL_S:
            longest_s, self._longest_s = self._longest_s, 0.0
            if longest_s > STALL_S or self._told:
                if not self._told:  # it was over before anybody looked
                    self._say(longest_s)
                text = f"decoding goes on; it stood still for {longest_s:.1f} s"
                self._note(make_event("stall over", text, corrected="decoding", seconds=round(longest_s, 3)))
                self._told = False
        elif not self._told and not self._away():
            self._say(silent_s)

    def _say(self, seconds: float) -> None:
        self._told = True
        text = f"decoding stalled: nothing for {seconds:.1f} s; silent until it goes on"
        self._note(make_event("stalled", text, active_fault="decoding"))
