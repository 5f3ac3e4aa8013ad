"""The one door to NPY files: numbers or text, as many as the header says, never Python objects."""

from __future__ import annotations

import sys
import tokenize
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError, InputError

_LONGEST_HEAD = 20_000
"""Bytes before the numbers of an NPY file."""


def load_npy(path: Path, mapped: bool = False) -> np.ndarray:
    """One array of numbers or text from an NPY file; pickled objects are refused.

    Parameters
    ----------
    mapped : leave the numbers in the file until they are asked for.

    Raises
    ------
    InputError
        Not an NPY file, truncated, or an array of Python objects.
    """
    try:
        try:
            with np.errstate(all="ignore"):  # a shape that overflows is refused below
                array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        except ValueError:  # an array without numbers cannot be mapped
            array = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise FileError(f"{path}: no such file") from None
    except (
        OSError,
        ValueError,
        OverflowError,
        EOFError,
        SyntaxError,
        TypeError,
        MemoryError,
        tokenize.TokenError,
    ) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"{path}: not a readable NPY file: truncated, or it holds Python objects ({reason})") from None
    if not isinstance(array, np.ndarray):
        raise InputError(f"{path}: expected one array (NPY), got an archive (NPZ)")
    more = path.stat().st_size - array.nbytes
    if more > _LONGEST_HEAD:
        raise InputError(f"{path}: holds {more} bytes more than its header says: damaged, or several arrays")
    check_texts(array, str(path))
    return array


def check_texts(array: np.ndarray, where: str) -> None:
    """Refuse texts with numbers in them that are no letters: Python cannot make a text of them.

    Raises
    ------
    InputError
        There is one.
    """
    if array.dtype.kind != "U" or not array.nbytes:
        return
    letters = np.ascontiguousarray(array).reshape(-1).view(np.dtype(np.uint32).newbyteorder(array.dtype.byteorder))
    if int(letters.max()) > sys.maxunicode:
        raise InputError(f"{where}: texts hold numbers that are no letters: damaged; take another copy")
