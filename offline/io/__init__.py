"""Readers: every recording format ends in one :class:`Recording`."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from bk_realtime.config import read_toml
from bk_realtime.errors import BkError
from offline.io.recording import Recording, file_hash

__all__ = ["FORMATS", "Recording", "read_recording"]

FORMATS = {
    "xdf": ("XDF", (".xdf",)),
    "nwb": ("NWB", (".nwb",)),
    "hdf5": ("HDF5", (".h5", ".hdf5", ".hdf")),
    "npy": ("NPY", (".npy",)),
    "mne_reader": ("BrainVision, EDF or FIF", (".vhdr", ".edf", ".bdf", ".fif", ".gdf", ".set")),
}
"""Module of the reader -> (name for people, file endings)."""


def read_recording(path: str | Path, **options: Any) -> Recording:
    """Read a recording; the reader is chosen by the file's first bytes, then by its ending.

    Parameters
    ----------
    path : XDF, NWB, HDF5, NPY (``*_sEEG.npy`` with its audio beside it), BrainVision, EDF or FIF file.
    options : passed to the reader, e.g. ``neural="name"``, ``audio=PATH``, ``unit="V"``, ``require_audio=True``. What
        the file ``NAME.toml`` beside the recording (``p01.xdf.toml``) says counts unless given here, so that every
        command reads a recording alike.

    Raises
    ------
    BkError
        No such file, no reader for it, or the reader's own complaint.
    """
    path = Path(path)
    if path.is_dir():
        raise BkError(f"{path}: is a folder; expected one recording file")
    if not path.is_file():
        raise BkError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise BkError(f"{path}: the file is empty")
    kind = _kind(path)
    if kind == "xdf":
        from offline.io.xdf import read_xdf_recording as reader
    elif kind == "nwb":
        from offline.io.nwb import read_nwb as reader
    elif kind == "hdf5":
        from offline.io.hdf5 import read_hdf5 as reader
    elif kind == "npy":
        from offline.io.npy import read_npy as reader
    else:
        from offline.io.mne_reader import read_mne as reader
    known = list(inspect.signature(reader).parameters)[1:]
    kept = beside_options(path)
    for option in [*kept, *options]:
        if option not in known:
            raise BkError(
                f"{path}: the reader of {FORMATS[kind][0]} files has no option {option!r}; it has {', '.join(known)}"
            )
    effective = {**kept, **options}
    try:
        recording: Recording = reader(path, **effective)
    except BkError as error:
        if "--" in str(error) and not kept:
            raise BkError(f"{error} (or, for every command, in {sidecar(path).name} beside the recording)") from None
        raise
    notes = recording.notes
    if kept:
        listed = ", ".join(f"{k} = {v}" for k, v in kept.items())
        notes = (*notes, f"read as {sidecar(path).name} says: {listed}")
    return replace(recording, notes=notes, reading_hash=_reading_hash(recording, effective))


def _reading_hash(recording: Recording, options: dict[str, Any]) -> str:
    """What ``Recording.reading_hash`` is: files that options name count by content, not by path."""
    given = {k: v for k, v in options.items() if k != "require_audio"}
    for key in ("audio", "markers"):
        if given.get(key) is not None and os.path.isfile(given[key]):
            given[key] = file_hash(Path(given[key]))
    files = [recording.source_hash, *map(file_hash, recording.also_read)]
    return hashlib.sha256(json.dumps([files, given], sort_keys=True, default=str).encode()).hexdigest()


def sidecar(path: Path) -> Path:
    """The file beside a recording that says how to read it."""
    return path.with_name(path.name + ".toml")


def beside_options(path: Path) -> dict[str, Any]:
    """Options for the reader from the file beside a recording; file names in it are relative to its folder."""
    if not sidecar(path).is_file():
        return {}
    options = read_toml(sidecar(path))
    for key in ("audio", "markers"):
        if isinstance(options.get(key), str) and (path.parent / options[key]).is_file():
            options[key] = str(path.parent / options[key])
    return options


def _kind(path: Path) -> str:
    """Name of the reader's module."""
    ending = "".join(path.suffixes[-1:]).lower()
    with open(path, "rb") as file:
        head = file.read(8)
    if head[:4] == b"XDF:":
        return "xdf"
    if head == b"\x89HDF\r\n\x1a\n":
        return "nwb" if ending == ".nwb" else "hdf5"
    if head[:6] == b"\x93NUMPY":
        return "npy"
    for kind, (name, endings) in FORMATS.items():
        if ending in endings:
            if kind != "mne_reader":
                raise BkError(f"{path}: expected {_a(name)} file by its ending, but it does not begin like one")
            return kind
    known = ", ".join(e for _, endings in FORMATS.values() for e in endings)
    raise BkError(f"{path}: no reader for this file; expected one of {known}")


def _a(name: str) -> str:
    return ("an " if name[0] in "AEHNX" else "a ") + name
