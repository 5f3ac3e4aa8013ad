"""The session folder: settings in, events and latency figures out. Nothing in it is ever overwritten."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numba
import numpy
import torch

from bk_realtime import __version__
from bk_realtime.config import SafetySettings, from_dict, read_toml, to_dict, write_toml
from bk_realtime.errors import BkError
from bk_realtime.events import read_events
from bk_realtime.sink.base import EventList

_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class InletSettings:
    """Which LSL stream the engine listens to; empty fields match anything."""

    name: str = ""
    type: str = ""
    source_id: str = ""
    unit: str = ""
    """Unit of the samples where the stream does not say it."""
    timeout_s: float = 10.0


@dataclass(frozen=True)
class GapPolicy:
    """What happens when samples are missing or late."""

    carry_s: float = 0.25
    """Gaps up to this long are counted and carried over; longer ones start a new segment."""
    max_backlog_s: float = 0.5
    """More unprocessed signal than this is dropped to the newest, counted and logged."""
    keep_s: float = 0.05
    """How much of the newest signal survives such a drop."""


@dataclass(frozen=True)
class SessionSettings:
    """All that an engine process needs; written to ``session.toml`` before it starts."""

    session: str
    """Session id: part of every outlet's source_id."""
    model: str
    inlet: InletSettings = field(default_factory=InletSettings)
    safety: SafetySettings = field(default_factory=SafetySettings)
    gaps: GapPolicy = field(default_factory=GapPolicy)
    device: str = "cpu"
    """Where decoder and vocoder run: cpu, cuda or auto."""
    output: str = "auto"
    """Sound device by name or index, auto (default device, or none with a notice) or none."""
    prefill_ms: float = 23.2
    """Sound kept waiting before the card, against jitter."""
    vocoder: str = ""
    """Another vocoder than the bundle's."""
    latency_ms: float = -1.0
    """Another vocoder lookahead than the bundle's; negative: the bundle's."""


def create_folder(root: Path, name: str) -> Path:
    """Make ``root/<date>_<name>/`` for a new session.

    Raises
    ------
    BkError
        A name that is no plain file name, or a root that cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise BkError(f"session name {name!r}: expected letters, digits, '.', '_' and '-' only")
    stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    for extra in ("", *(f"_{i}" for i in range(2, 100))):
        folder = root / f"{stamp}_{name}{extra}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise BkError(f"cannot make session folder {folder}: {error.strerror}; choose another with --out") from None
        return folder
    raise BkError(f"{root}: too many sessions named {stamp}_{name}")


def write_settings(folder: Path, settings: SessionSettings, extra: dict[str, Any]) -> None:
    """Write ``session.toml``: settings, versions and machine, and what ``extra`` adds (bundle hash, command)."""
    versions = {
        "brainkaraoke": __version__,
        "python": sys.version.split()[0],
        "torch": str(torch.__version__),
        "numpy": numpy.__version__,
        "numba": numba.__version__,
    }
    machine = {"system": platform.platform(), "processor": platform.processor() or platform.machine()}
    settings_toml = {"settings": to_dict(settings), "versions": versions, "machine": machine, **extra}
    write_toml(folder / "session.toml", settings_toml)


def read_settings(folder: Path) -> SessionSettings:
    """Read the settings back from ``session.toml``."""
    path = folder / "session.toml"
    values = read_toml(path)
    if "settings" not in values:
        raise BkError(f"{path}: no [settings] table; expected a file written by `python -m bk_realtime run`")
    return from_dict(SessionSettings, values["settings"], str(path))


class EventLog:
    """Appends one JSON object a line to ``events.jsonl``: every fault, reset, reconnection and underrun."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "events.jsonl"
        self._failed = False
        self._events = EventList()

    def write(self, event: dict[str, Any]) -> None:
        """Append one event; each call opens, writes one line and closes, so a crash loses nothing.

        A full disk or a file that another program holds costs the line and never raises: said once on stderr and by
        :meth:`events`, until a line is taken again.
        """
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
            if not self._failed:
                text = f"{self.path.name} takes no events ({error.strerror or error}); the session goes on without them"
                print(f"warning: {text}", file=sys.stderr, flush=True)
                self._events.add("file", text)
            self._failed = True
        else:
            self._failed = False

    def events(self) -> list[dict[str, Any]]:
        """That the file took no events, since the last call."""
        return self._events.take()

    def read(self) -> list[dict[str, Any]]:
        """All events so far."""
        return read_events(self.path)
