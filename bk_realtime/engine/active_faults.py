"""Faults that last: what is wrong until an event says that it is well again. A later message must not cover it."""

from __future__ import annotations

from typing import Any


def keep(faults: dict[str, str], event: dict[str, Any]) -> None:
    """Bring ``faults`` (what is concerned -> what was said) up to date with one event.

    An event with ``standing`` begins one, e.g. ``standing="recording"``; one with ``mended`` ends it. A notice of
    another process has them among its ``values``.
    """
    said = event.get("values", {}) if event["event"] == "notice" else event
    if said.get("standing"):
        faults[str(said["standing"])] = str(event.get("text", event["event"]))
    if said.get("mended"):
        faults.pop(str(said["mended"]), None)
