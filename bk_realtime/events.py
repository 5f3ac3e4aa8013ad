"""Reading the events of a session, also one that a crash cut short."""

from __future__ import annotations

import json
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
