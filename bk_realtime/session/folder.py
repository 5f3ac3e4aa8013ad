"""The session folder: made once, settings in. Nothing in it is ever overwritten."""

from __future__ import annotations

import datetime
import importlib.metadata
import logging
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bk_realtime import __version__
from bk_realtime.config import from_dict, read_toml, to_dict, write_toml
from bk_realtime.errors import FileError
from bk_realtime.session.names import LABELS, RECORDING, REPLAY_PREFIX, SETTINGS
from bk_realtime.session.settings import SessionSettings
from bk_realtime.typed import missing_keys

log = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9._-]{1,500}")


@dataclass(frozen=True)
class Session:
    """One session on this machine, as its processes know it.

    Attributes
    ----------
    folder : where all that it leaves behind lies.
    id : part of the source_id of every stream that its engine makes.
    settings : what was asked for.
    """

    folder: Path
    id: str
    settings: SessionSettings

    @property
    def replay_prefix(self) -> str:
        """In front of every source_id that its replay sends; empty where nothing is replayed."""
        return "" if self.settings.source is None else f"{REPLAY_PREFIX}{self.id}-"


def create_session(settings: SessionSettings) -> Session:
    """Make ``settings.out/<date>_<name>/`` for a new session.

    Raises
    ------
    FileError
        The folder cannot be made.
    """
    stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    for extra in ("", *(f"_{i}" for i in range(2, 100))):
        folder = settings.out / f"{stamp}_{settings.session}{extra}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise FileError(
                f"cannot make session folder {folder}: {error.strerror}; choose another with --out"
            ) from None
        session_id = re.sub(r"[^A-Za-z0-9]+", "", folder.name) + f"p{os.getpid()}"
        return Session(folder, session_id, settings)
    raise FileError(f"{settings.out}: too many sessions named {stamp}_{settings.session}")


def write_session(session: Session, extra: dict[str, Any]) -> None:
    """Write ``session.toml``: id, settings, versions and machine, and what ``extra`` adds (bundle hash, command)."""
    versions = {
        "brainkaraoke": __version__,
        "python": sys.version.split()[0],
        **{package: importlib.metadata.version(package) for package in ("torch", "numpy", "numba")},
    }
    machine = {"system": platform.platform(), "processor": platform.processor() or platform.machine()}
    values = {"id": session.id, "settings": to_dict(session.settings), "versions": versions, "machine": machine}
    write_toml(session.folder / SETTINGS, values | extra)


def write_how_to_read(session: Session, label_map: Mapping[str, str]) -> None:
    """Put beside the recording what the session was told of its stream, so that who decodes it again does the same:
    ``labels.toml`` with ``label_map``, and unit or gain for the readers of files in ``session.xdf.toml``."""
    if label_map:
        write_toml(session.folder / LABELS, dict(label_map))
    inlet = session.settings.inlet
    told: dict[str, Any] = {"unit": inlet.unit} if inlet.unit else {}
    told |= {} if inlet.gain is None else {"gain": inlet.gain}
    if told:
        write_toml(session.folder / f"{RECORDING}.toml", told)


def read_session(folder: Path) -> Session:
    """Read a session back from its folder."""
    path = folder / SETTINGS
    values = read_toml(path)
    session_id = values.get("id")
    if not isinstance(values.get("settings"), dict) or not isinstance(session_id, str) or not _ID.fullmatch(session_id):
        raise FileError(f"{path}: no id and [settings]; expected a file written by `python -m bk_realtime run`")
    settings = from_dict(SessionSettings, values["settings"], str(path), "settings")
    missing = missing_keys(SessionSettings, values["settings"])
    if missing:  # a session of an earlier version knows fewer
        log.warning("%s: not in it and taken as they are by default: %s", path, ", ".join(missing))
    return Session(folder, session_id, settings)
