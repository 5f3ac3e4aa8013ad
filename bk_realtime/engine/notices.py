"""What other processes of the session have to say, once each: who gets no answer in time says it again."""

from __future__ import annotations

from typing import Any

from bk_realtime.session.events import make_event

_KEPT = 1000
"""So many ids are remembered; nobody repeats what was said that long ago."""


class Notices:
    """Takes notices; one whose ``id`` was there before is only answered."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}  # in the order in which they came

    def order(self, command: dict[str, Any]) -> dict[str, Any] | None:
        """The event of a notice, see :func:`bk_realtime.engine.orders.execute`; None where it was told already."""
        name = str(command.get("id", ""))
        if name and name in self._ids:
            return None
        if name:
            self._ids[name] = None
            if len(self._ids) > _KEPT:
                del self._ids[next(iter(self._ids))]
        values = {key: value for key, value in command.items() if key not in ("command", "text")}
        return make_event("notice", str(command.get("text", "notice")), command="notice", values=values)
