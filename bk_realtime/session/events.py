"""Events of a session: collected by any thread, and read back from its log, also one that a crash cut short."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any


def read_events(path: Path) -> list[dict[str, Any]]:
    """All events of ``events.jsonl``. What cannot be read (a line that a crash cut off, the file) is an event too."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        return [{"event": "file", "text": f"{path} cannot be read ({error.strerror or error})"}]
    events = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict) or "event" not in event:
            event = {"event": "file", "text": f"{path.name} holds a damaged line: {line[:60]}"}
        events.append(event)
    return events


class EventList:
    """Events written by any thread and taken by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []

    def add(self, event: str, text: str, **details: Any) -> None:
        """Append ``{"event": event, "text": text, **details}``."""
        with self._lock:
            self._events.append({"event": event, "text": text, **details})

    def take(self) -> list[dict[str, Any]]:
        """All events since the last call."""
        with self._lock:
            events, self._events = self._events, []
        return events
