"""Output files: refused before anything is computed, and whole or not there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import FileError, OptionError
from bk_realtime.files import atomic


def claim(path: Path, overwrite: bool = False, endings: Sequence[str] = ()) -> None:
    """Check that a file can be written and may be. Nothing is made yet.

    Parameters
    ----------
    overwrite : an existing file may be replaced.
    endings : file endings of which ``path`` must have one; empty for any.

    Raises
    ------
    OptionError
        A wrong ending.
    FileError
        An existing file or folder, no folder to make it in, no right to write there.
    """
    if endings and path.suffix.lower() not in endings:
        raise OptionError(f"{path}: expected a name that ends in {' or '.join(endings)}")
    if path.is_dir():
        raise FileError(f"{path}: is a folder; expected the name of a file to write")
    if path.exists() and not overwrite:
        raise FileError(f"{path} exists already; choose another name or pass --overwrite")
    claim_folder(path.parent)


def claim_folder(folder: Path) -> None:
    """Check that a folder is there, or can be made, and can be written to."""
    there = next((p for p in (folder, *folder.parents) if p.exists()), Path("."))
    if not there.is_dir():
        raise FileError(f"{folder}: {there} is a file; expected a folder to write in")
    if not os.access(there, os.W_OK):
        raise FileError(f"{folder}: no right to write in {there}; choose another place")


def write_npz(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays by name as a NumPy archive, in one step; ``path`` may have any ending."""
    with atomic(path) as part, part.open("wb") as file:
        np.savez(file, **{name: np.asarray(value) for name, value in arrays.items()})  # type: ignore[arg-type]
