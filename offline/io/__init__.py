"""Readers: every recording format ends in one :class:`Recording`."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from bk_realtime.config import read_toml
from bk_realtime.errors import BkError, FileError, InputError, OptionError
from bk_realtime.sources import source_digest
from offline.io.readers import Reader, find_reader, options_of
from offline.io.recording import Recording, array_hash, file_hash

__all__ = ["Recording", "read_recording"]


def read_recording(path: str | Path, **options: Any) -> Recording:
    """Read a recording; the reader is chosen by the file's first bytes, then by its ending.

    Parameters
    ----------
    path : XDF, NWB, HDF5, NPY (``*_sEEG.npy`` with its audio beside it), BrainVision, EDF or FIF file, or one that
        another package reads.
    options : passed to the reader, e.g. ``neural="name"``, ``audio=PATH``, ``unit="V"``, ``require_audio=True``. What
        the file ``NAME.toml`` beside the recording (``p01.xdf.toml``) says counts unless given here, so that every
        command reads a recording alike.

    Raises
    ------
    FileError
        No such file.
    OptionError
        The reader has no such option.
    InputError
        No reader for the file, or the reader's own complaint.
    """
    path = Path(path)
    if path.is_dir():
        raise FileError(f"{path}: is a folder; expected one recording file")
    if not path.is_file():
        raise FileError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty")
    format_name, reader = find_reader(path)
    kept = beside_options(path)
    effective = {**kept, **options}
    known = options_of(reader, effective)
    for option in effective:
        if option not in known:
            raise OptionError(
                f"{path}: the reader of {format_name} files has no option {option!r}; it has {', '.join(known)}"
            )
    try:
        recording = reader(path, **effective)
    except BkError as error:
        raise type(error)(str(error).replace("NAME.toml", sidecar(path).name)) from None
    notes = recording.notes
    if kept:
        listed = ", ".join(f"{k} = {v}" for k, v in kept.items())
        notes = (*notes, f"read as {sidecar(path).name} says: {listed}")
    recording = replace(  # a reader of somebody else's may leave the hashes to us
        recording,
        notes=notes,
        source_hash=recording.source_hash or file_hash(path),
        neural_hash=recording.neural_hash or array_hash(recording.neural),
    )
    return replace(recording, reading_hash=_reading_hash(recording, effective, reader))


def _reading_hash(recording: Recording, options: dict[str, Any], reader: Reader) -> str:
    """What ``Recording.reading_hash`` is: files that options name count by content, not by path; the source of a reader
    of another package counts too, since no version of this program stands for it."""
    given = {k: v for k, v in options.items() if k != "require_audio"}
    for key in ("audio", "markers"):
        if given.get(key) is not None and os.path.isfile(given[key]):
            given[key] = file_hash(Path(given[key]))
    files = [recording.source_hash, *map(file_hash, recording.also_read)]
    if reader.__module__.split(".")[0] != __name__.split(".")[0]:
        files.append(source_digest(reader.__module__))
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
