"""The file NAME.toml beside a recording: how to read it, for every command alike."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bk_realtime.config import from_dict, read_toml
from offline.io.options import FILES, ReadOptions


def sidecar(path: Path) -> Path:
    """The file beside a recording that says how to read it."""
    return path.with_name(path.name + ".toml")


def beside_options(path: Path) -> dict[str, Any]:
    """Options for the reader from the file beside a recording; file names in it are relative to its folder.

    Raises
    ------
    OptionError
        A key that is no option for reading, or a value of another type.
    """
    file = sidecar(path)
    if not file.is_file():
        return {}
    values = read_toml(file)
    options = from_dict(ReadOptions, values, str(file)).given()
    for key in FILES:
        if key in options and os.path.isfile(path.parent / options[key]):
            options[key] = str(path.parent / options[key])
    return options
