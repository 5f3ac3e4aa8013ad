"""A voice of values that are no numbers is silence, which the guard makes of them: here it is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bk_realtime.session.events import make_event

FAULT = "bad sound"
"""Name of the standing fault."""
RIGHT_FRAMES = 86
"""So many in a row, a second, are numbers again before it is over."""


class BadSound:
    """Such a value stays in the state of a decoder until the next segment; nobody would know why it is silent.

    Parameters
    ----------
    n_bad : such values so far, in what was decoded and in what came to the guard: between them a condition of an
        experiment may play something else.
    n_frames : frames so far.
    note : takes the events.
    """

    def __init__(
        self, n_bad: Callable[[], int], n_frames: Callable[[], int], note: Callable[[dict[str, Any]], None]
    ) -> None:
        self._count, self._n_frames, self._note = n_bad, n_frames, note
        self._n_bad = self._at = 0
        self._told = False

    def look(self, now: float) -> None:
        """Say what is new; several times a second."""
        n_bad, at = self._count(), self._n_frames()
        if n_bad != self._n_bad:
            self._n_bad, self._at = n_bad, at
            if not self._told:
                self._told = True
                text = (
                    "the voice holds values that are no numbers, and is silent there; if it stays, change the decoder"
                )
                self._note(make_event("bad sound", text, active_fault=FAULT))
        elif self._told and at - self._at >= RIGHT_FRAMES:
            self._told = False
            self._note(make_event("sound right", "all values of the voice are numbers again", corrected=FAULT))
