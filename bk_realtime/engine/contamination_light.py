"""What the watch for the microphone's sound said last, as the engine shows and records it."""

from __future__ import annotations

from typing import Any

from bk_realtime.errors import InputError
from bk_realtime.session.events import make_event

COLOURS = ("green", "yellow", "red", "grey")
SILENT_S = 90.0
"""A watch that has said nothing for this long is not believed any more."""


class ContaminationLight:
    """The traffic light: told by one process, shown in the status, an event where it changes."""

    def __init__(self) -> None:
        self._told: tuple[str, str, float] | None = None

    def tell(self, colour: Any, text: Any, now: float) -> dict[str, Any] | None:
        """Take a new colour with its words at ``now`` seconds; the event to record where the colour, or what is
        contaminated, changed.

        Raises
        ------
        InputError
            No such colour.
        """
        if colour not in COLOURS:
            raise InputError(f"contamination: expected colour {', '.join(COLOURS)}, got {colour!r}; name one of them")
        before, self._told = self._told, (colour, str(text), now)
        if before is not None and before[0] == colour and (colour != "red" or before[1] == str(text)):
            return None
        if colour == "red":
            return make_event("contaminated", str(text), colour=colour, active_fault="contamination")
        # only clean channels take the fault away: not a pause in speech, nor a microphone that is switched off
        details = {"corrected": "contamination"} if colour == "green" else {}
        return make_event("watch", f"contamination {colour}: {text}", colour=colour, **details)

    def shown(self, now: float) -> tuple[str, str]:
        """Colour and words at ``now`` seconds; empty where nobody listens."""
        told = self._told
        if told is None:
            return "", ""
        colour, text, at = told
        if now - at > SILENT_S and text != "watch ended":
            return "grey", f"nothing from the watch for {now - at:.0f} s"
        return colour, text
