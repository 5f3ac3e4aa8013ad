"""The one door to HDF5 files, NWB among them: what lies in another file is refused, and so is what fills the memory.

A file that names another one (external links, external storage, virtual datasets) would be read with numbers and labels
that are not in it, that its hash does not cover and that anybody who has the other file can change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bk_realtime.errors import InputError
from offline.io.damage import library_errors
from offline.io.stored import MOST_UNSAID, PACKED, check_held

_WHERE = "; copy what it names into the file itself"
_DEEPEST = 100
"""Groups within groups: libraries go down them by recursion."""


@contextmanager
def open_hdf5(path: Path, what: str = "HDF5", tables_too: bool = False) -> Iterator[h5py.File]:
    """The open file, checked; whatever h5py complains of meanwhile is one line.

    Refused are links and datasets that lead out of the file, groups that are nested without end, and datasets whose
    chunks or texts would fill the memory.

    Parameters
    ----------
    what : the format, for messages.
    tables_too : every dataset but those called ``data`` will be read whole, as pynwb does: look at their sizes too.

    Raises
    ------
    InputError
        No HDF5 file, truncated, damaged, or one that leads to another file.
    """
    with library_errors(path, what, "h5py"), h5py.File(path, "r") as file:
        for name, dataset in _datasets(file, path).items():
            where = f"{path}: {_shown(name)}"
            _check_dataset(dataset, path.stat().st_size, where)
            if tables_too and name.rpartition("/")[2] != "data" and dataset.size:
                check_held(dataset, where)
        yield file


def _datasets(file: h5py.File, path: Path) -> dict[str, h5py.Dataset]:
    """Every dataset of a file by its path; a link out of it is refused."""
    told: list[str] = []
    bad: list[str] = []

    def look(name: str, link: Any) -> bool | None:  # h5py loses what is raised in here
        if isinstance(link, h5py.ExternalLink):
            bad.append(f"{_shown(name)} is a link to another file, {_shown(link.filename)!r}{_WHERE}")
        elif name.count("/") > _DEEPEST:
            bad.append(f"groups within groups, more than {_DEEPEST} deep: damaged, or made to hurt")
        elif isinstance(link, h5py.HardLink):
            told.append(name)
        return True if bad else None  # the first one ends it

    file.visititems_links(look)
    if bad:
        raise InputError(f"{path}: {bad[0]}")
    items = ((name, file[name]) for name in told)
    return {name: item for name, item in items if isinstance(item, h5py.Dataset)}


def _check_dataset(dataset: h5py.Dataset, size: int, where: str) -> None:
    if dataset.is_virtual:
        others = ", ".join(sorted({source.file_name for source in dataset.virtual_sources()}))
        raise InputError(f"{where} is virtual: it shows other datasets (in {_shown(others)}){_WHERE}")
    if dataset.external:
        raise InputError(f"{where}: its numbers lie in another file, {_shown(dataset.external[0][0])!r}{_WHERE}")
    if dataset.chunks:
        chunk = math.prod(dataset.chunks) * dataset.dtype.itemsize
        held = int(dataset.id.get_storage_size())
        if held and chunk > MOST_UNSAID and chunk > PACKED * held:
            raise InputError(f"{where}: chunks of {chunk / 1e9:.3g} GB in {held} bytes: damaged, or made to hurt")
    if h5py.check_vlen_dtype(dataset.dtype) is not None or h5py.check_string_dtype(dataset.dtype) is not None:
        _check_texts(dataset, size, where)


def _check_texts(dataset: h5py.Dataset, size: int, where: str) -> None:
    """Texts of any length may all be the same large one: read piece by piece, they are few bytes at a time."""
    info = h5py.check_string_dtype(dataset.dtype)
    if info is not None and info.length is not None:
        return  # as long as the type says
    most = max(MOST_UNSAID, PACKED * size)
    if dataset.size * size <= most or not dataset.shape:
        return
    rows = max(1, dataset.size // dataset.shape[0])
    step = max(1, max(16, MOST_UNSAID // max(1, size)) // rows)
    total = 0
    for first in range(0, dataset.shape[0], step):
        total += sum(len(text) for text in np.ravel(dataset[first : first + step]))
        if total > most:
            raise InputError(f"{where}: texts of more than {most / 1e9:.3g} GB in {size} bytes: made to hurt")


def _shown(name: str) -> str:
    return name[:60] if name.isprintable() else ascii(name[:60])


def whole(dataset: h5py.Dataset, where: str) -> np.ndarray:
    """All of a dataset, if the file holds it (see :func:`~offline.io.stored.check_held`)."""
    check_held(dataset, where)
    return np.asarray(dataset[()])
