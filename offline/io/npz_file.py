"""The one door to NPZ archives: what is in them is looked at before room is made for it."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError, InputError
from bk_realtime.shown import named, shown
from offline.io.damage import library_errors
from offline.io.npy_file import check_texts
from offline.io.stored import MOST_UNSAID, PACKED

_ENDING = ".npy"
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Packings that NumPy writes; of others a few bytes unpack to gigabytes at one blow."""
_MOST_NAMED = 20


def load_npz(path: Path, names: Sequence[str] = ()) -> dict[str, np.ndarray]:
    """Arrays of numbers or text of an NPZ file by name.

    Parameters
    ----------
    names : those that are needed, the others stay unread; all where none is named.

    Raises
    ------
    FileError
        No such file.
    InputError
        Not an NPZ file, truncated or damaged; an array is missing, is one of Python objects, is of another size than
        its header says, or unpacks to more than 100 times the file and 64 MB.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file")
    with library_errors(path, "NPZ", "zipfile", "numpy"), zipfile.ZipFile(path) as archive:
        members = _members(archive, path)
        for name in names:
            if name not in members:
                listed = ", ".join(shown(n, 40) for n in sorted(members)[:_MOST_NAMED])
                raise InputError(f"{path}: expected an array named {name!r}, found {listed or 'none'}")
        wanted = {name: members[name] for name in names or members}
        unpacked, most = sum(m.file_size for m in wanted.values()), max(MOST_UNSAID, PACKED * path.stat().st_size)
        if unpacked > most:
            raise InputError(f"{path}: {unpacked / 1e9:.3g} GB in {path.stat().st_size} bytes: made to hurt")
        return {name: _read(archive, member, f"{path}: {named(name)}") for name, member in wanted.items()}


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Every array of an archive by its name."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(_ENDING)
        if name == member.filename:
            continue  # not an array
        if name in members:
            raise InputError(f"{path}: holds two arrays named {named(name)}: damaged, or made to hurt")
        if member.compress_type not in _PLAIN or member.flag_bits & 1:
            raise InputError(
                f"{path}: {named(name)} is packed in another way than NumPy does; save it with numpy.savez"
            )
        members[name] = member
    return members


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> np.ndarray:
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            raise InputError(f"{where} is of NPY version {version[0]}.{version[1]}; expected plain numbers or text")
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = header(file)
        if dtype.hasobject:
            raise InputError(f"{where} holds Python objects; expected numbers or text")
        stated, held = math.prod(shape) * dtype.itemsize, member.file_size - file.tell()
        if stated != held:
            raise InputError(f"{where} states {stated} bytes of numbers and has {held}: truncated or damaged")
    with archive.open(member) as file:
        array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
        check_texts(array, where)
        return array
