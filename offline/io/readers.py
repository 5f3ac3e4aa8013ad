"""Which reader reads a file: ours, and those that other packages offer as entry points ``brainkaraoke.readers``.

A reader of your own is one function, offered under the file ending it is for::

    [project.entry-points."brainkaraoke.readers"]
    toy = "my_package:read_toy"

which makes every command read ``*.toy``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bk_realtime.errors import InputError
from bk_realtime.plugins import Plugins
from offline.io.recording import Recording


class Reader(Protocol):
    """Reads one recording of one format.

    Further parameters by name are the options that it knows, of those in
    :class:`~offline.io.options.ReadOptions`, and ``require_audio``: refuse a recording without sound.

    Raises
    ------
    InputError
        The file is damaged, or does not tell something that no option tells either.
    """

    def __call__(self, path: Path, **options: Any) -> Recording: ...


@dataclass(frozen=True)
class Format:
    """A file format that is read here: name for people, endings, module and function of its reader."""

    name: str
    endings: tuple[str, ...]
    module: str
    function: str


FORMATS = {
    "xdf": Format("XDF", (".xdf",), "xdf", "read_xdf_recording"),
    "nwb": Format("NWB", (".nwb",), "nwb", "read_nwb"),
    "hdf5": Format("HDF5", (".h5", ".hdf5", ".hdf"), "hdf5", "read_hdf5"),
    "npy": Format("NPY", (".npy",), "npy", "read_npy"),
    "mne": Format(
        "BrainVision, EDF or FIF", (".vhdr", ".edf", ".bdf", ".fif", ".gdf", ".set"), "mne_reader", "read_mne"
    ),
}
_ENDINGS = [ending.removeprefix(".") for file_format in FORMATS.values() for ending in file_format.endings]
PLUGINS = Plugins("brainkaraoke.readers", "reader", _ENDINGS)


def find_reader(path: Path) -> tuple[str, Reader]:
    """Name of the format of a file and its reader, by the file's first bytes and then by its ending.

    A package's reader is taken for its ending whatever the file begins with.

    Raises
    ------
    InputError
        No reader for it, or its ending belongs to another format than its first bytes.
    """
    ending = path.suffix.lower()
    name = ending.removeprefix(".")
    if name and name not in _ENDINGS and name in PLUGINS.names():
        reader: Reader = PLUGINS.load(name)
        return f"{ending} ({PLUGINS.package(name)})", reader
    found = FORMATS[_kind(path, ending)]
    reader = getattr(importlib.import_module(f"offline.io.{found.module}"), found.function)
    return found.name, reader


def options_of(reader: Reader, given: Iterable[str]) -> list[str]:
    """Options that a reader knows; those that are given too, where it takes any."""
    parameters = list(inspect.signature(reader).parameters.values())[1:]
    named = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    return named if len(named) == len(parameters) else [*named, *given]


def _kind(path: Path, ending: str) -> str:
    """Key in :data:`FORMATS`."""
    with open(path, "rb") as file:
        head = file.read(8)
    packed = head[:2] == b"\x1f\x8b" and path.name.lower().endswith((".xdf", ".xdfz", ".xdf.gz"))
    if head[:4] == b"XDF:" or packed:
        return "xdf"
    if head == b"\x89HDF\r\n\x1a\n":
        return "nwb" if ending == ".nwb" else "hdf5"
    if head[:6] == b"\x93NUMPY":
        return "npy"
    for kind, file_format in FORMATS.items():
        if ending in file_format.endings:
            if kind != "mne":
                name = file_format.name
                article = "an" if name[0] in "AEHNX" else "a"
                raise InputError(
                    f"{path}: expected {article} {name} file by its ending, but it does not begin like one"
                )
            return kind
    header = path.with_suffix(".vhdr")
    if ending in (".eeg", ".vmrk", ".dat") and header.is_file():
        raise InputError(f"{path}: a part of a BrainVision recording; name its header {header.name} instead")
    known = ", ".join(f".{name}" for name in PLUGINS.names())
    raise InputError(f"{path}: no reader for this file; expected one of {known}")
