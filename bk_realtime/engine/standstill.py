"""The engine after a standstill: a machine that slept, or a process that somebody stopped, begins anew and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bk_realtime.clock import clock_of_sleep
from bk_realtime.engine.core import Core
from bk_realtime.session.events import make_event


class Standstill:
    """Two threads look at the clock, each in its own loop: :meth:`turn` the decoding one, :meth:`look` the main one.

    Parameters
    ----------
    core : gets a new segment, whose sound fades in, where decoding stood still.
    note : takes the events.
    slept_s : shorter standstills are none.
    now : seconds of a clock that goes on while the machine sleeps.
    """

    def __init__(
        self,
        core: Core,
        note: Callable[[dict[str, Any]], None],
        slept_s: float,
        now: Callable[[], float] = clock_of_sleep,
    ) -> None:
        self._core, self._note, self._slept_s, self._now = core, note, slept_s, now
        self._turned: float | None = None
        self._looked: float | None = None
        self._turns = 0
        self._turns_then = 0

    def turn(self) -> None:
        """One more round of the decode thread, before it takes the next samples. What is left of the signal before a
        standstill does not join what comes after it, whatever the stamps say: the sender may have slept too."""
        now = self._now()
        self._turns += 1
        stood = 0.0 if self._turned is None else now - self._turned
        self._turned = now
        if stood > self._slept_s and self._core.n_frames:
            self._core.start_segment(f"decoding stood still for {stood:.1f} s")

    def look(self, _: float = 0.0) -> None:
        """One more round of the main thread."""
        now, turns = self._now(), self._turns
        stood = 0.0 if self._looked is None else now - self._looked
        decoding_went_on = turns - self._turns_then > stood / self._slept_s + 2
        self._looked, self._turns_then = now, turns
        if stood <= self._slept_s:
            return
        if decoding_went_on:
            text = f"files and status of the engine stood still for {stood:.1f} s; the voice went on"
        else:
            text = f"the engine, or the whole machine, stood still for {stood:.1f} s; it goes on with a new segment"
        values = {"active_fault": "standstill", "corrected": "standstill"}  # counted, and over
        self._note(make_event("slept", text, seconds=round(stood, 3), **values))
