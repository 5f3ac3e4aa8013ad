"""``events.jsonl``: every fault, reset, reconnection and underrun of a session, one JSON object a line."""

from __future__ import annotations

import datetime
import json
import logging
import os
from pathlib import Path
from typing import Any

from bk_realtime.session.events import EventList, notice_id, read_events

log = logging.getLogger(__name__)

_LOOK_BACK = 1 << 16
"""Bytes at the end of the file that hold the events of the last seconds."""


class EventLog:
    """Appends one JSON object a line to ``events.jsonl``: every fault, reset, reconnection and underrun."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "events.jsonl"
        self._missing = 0
        self._events = EventList()

    def write(self, event: dict[str, Any]) -> None:
        """Append one event; each call opens, writes one line and closes, so a crash loses nothing.

        A full disk or a file that another program holds costs the line and never raises: said once on stderr and by
        :meth:`events`, a fault until a line is taken again.
        """
        if self._told(event):
            return
        wall = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        line = (json.dumps({"wall": wall, **event}) + "\n").encode()
        try:
            with self.path.open("ab", buffering=0) as file:
                start = file.seek(0, os.SEEK_END)
                try:
                    while line:
                        line = line[file.write(line) :]
                except OSError:
                    file.truncate(start)  # no half line: who reads the file expects whole ones
                    raise
        except OSError as error:
            if not self._missing:
                text = f"{self.path.name} takes no events ({error.strerror or error}); the session goes on without them"
                log.warning(text)
                self._events.add("file", text, active_fault=self.path.name)
            self._missing += 1
        else:
            if self._missing:
                text = f"{self.path.name} takes events again; {self._missing} are missing in it"
                self._events.add("file", text, corrected=self.path.name)
            self._missing = 0

    def _told(self, event: dict[str, Any]) -> bool:
        """Whether a notice is in the file: another process wrote it because the engine seemed not to take it."""
        name = notice_id(event)
        if not name:
            return False
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LOOK_BACK))
                return json.dumps({"id": name})[1:-1].encode() in file.read()
        except OSError:
            return False

    def events(self) -> list[dict[str, Any]]:
        """That the file took no events, since the last call."""
        return self._events.take()

    def read(self) -> list[dict[str, Any]]:
        """All events so far."""
        return read_events(self.path)
