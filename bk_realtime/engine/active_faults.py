"""Faults that last: what is wrong until an event says that it is well again. A later message must not cover it."""

from __future__ import annotations

from typing import Any


def update_faults(faults: dict[str, str], event: dict[str, Any], counts: dict[str, int] | None = None) -> None:
    """Bring ``faults`` (what is concerned -> what was said) up to date with one event.

    An event with ``active_fault`` (what is concerned, e.g. "recording") begins one; one with ``corrected`` ends it.
    A notice of another process has them among its ``values``. ``counts`` counts what began.
    """
    described = event.get("values", {}) if event["event"] == "notice" else event
    if described.get("active_fault"):
        concerned = str(described["active_fault"])
        if counts is not None and concerned not in faults:
            counts[concerned] = counts.get(concerned, 0) + 1
        faults[concerned] = str(event.get("text", event["event"]))
    if described.get("corrected"):
        faults.pop(str(described["corrected"]), None)
