"""The session folder: made once, settings in. Nothing in it is ever overwritten."""

from __future__ import annotations

import datetime
import platform
import re
import sys
from pathlib import Path
from typing import Any

import numba
import numpy
import torch

from bk_realtime import __version__
from bk_realtime.config import from_dict, read_toml, to_dict, write_toml
from bk_realtime.errors import BkError
from bk_realtime.session.settings import SessionSettings

_NAME = re.compile(r"[A-Za-z0-9._-]+")


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
