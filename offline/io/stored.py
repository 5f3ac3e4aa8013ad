"""Two-dimensional numbers that lie in a file: checked before they are read, read piece by piece."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from bk_realtime.errors import InputError

PIECE_VALUES = 1 << 22
"""Numbers a piece."""
PACKED = 100
"""A file that holds so many times more bytes of numbers than bytes is made to hurt, or holds none."""
MOST_UNSAID = 1 << 26
"""Bytes up to which numbers that the file does not hold are read as what they stand for (mostly zeros)."""


class StoredSignal:
    """Neural numbers (samples, channels) of an HDF5 dataset, a memory map or an array, of whatever orientation.

    Parameters
    ----------
    data : anything with ``shape``, ``dtype`` and slices.
    where : file and name, for messages.
    n_channels : number of channels where it is known; otherwise the longer axis is time.

    Raises
    ------
    InputError
        Not two axes of numbers, none at all, or far more than the file can hold.
    """

    def __init__(self, data: Any, where: str, n_channels: int | None = None) -> None:
        if not kind_of(data):
            raise InputError(f"{where}: expected neural data (samples, channels) as numbers, got a table or nothing")
        shape, dtype = tuple(int(n) for n in data.shape), np.dtype(data.dtype)
        if len(shape) == 3:
            raise InputError(
                f"{where}: expected neural data (samples, channels) as numbers, got shape {shape}: trials? "
                "write them one after another, with a pause of NaN between"
            )
        if len(shape) not in (1, 2) or 0 in shape or dtype.kind not in "fiu":
            raise InputError(f"{where}: expected neural data (samples, channels) as numbers, got {shape} {dtype}")
        self._data, self._one_axis = data, len(shape) == 1
        rows, columns = (shape[0], 1) if self._one_axis else shape
        turned = rows < columns if n_channels not in (rows, columns) or rows == columns else columns != n_channels
        self._turned = turned and not self._one_axis
        self.shape: tuple[int, int] = (columns, rows) if self._turned else (rows, columns)
        self.dtype = dtype
        check_held(data, where)

    def blocks(self) -> Iterator[np.ndarray]:
        """Consecutive pieces (m, n_channels) in time."""
        step = max(1, PIECE_VALUES // self.shape[1])
        chunks = getattr(self._data, "chunks", None)
        if chunks:  # whole chunks, so that none is unpacked twice
            rows = chunks[1] if self._turned else chunks[0]
            step = max(rows, step // rows * rows)
        for start in range(0, self.shape[0], step):
            yield self.rows(start, start + step)

    def rows(self, start: int, stop: int) -> np.ndarray:
        """(m, n_channels) numbers as they are stored."""
        if self._one_axis:
            return np.asarray(self._data[start:stop])[:, None]
        return np.asarray(self._data[:, start:stop]).T if self._turned else np.asarray(self._data[start:stop])

    def column(self, channel: int) -> np.ndarray:
        """(n,) numbers of one channel as they are stored."""
        return np.concatenate([block[:, channel] for block in self.blocks()])


def kind_of(data: Any) -> str:
    """numpy's letter for what a series holds; empty for a table, whose type is a list, and for none at all."""
    return str(getattr(getattr(data, "dtype", None), "kind", "")) if getattr(data, "shape", None) is not None else ""


def check_held(data: Any, where: str) -> None:
    """Refuse an HDF5 dataset that states far more numbers than the file holds: they would fill the memory."""
    if getattr(data, "shape", None) is None:
        raise InputError(f"{where}: holds no numbers: damaged, or written without them")
    n_bytes = math.prod(int(n) for n in data.shape) * np.dtype(data.dtype).itemsize
    if not hasattr(data, "id") or not hasattr(data.id, "get_storage_size") or getattr(data, "is_virtual", False):
        return
    held = int(data.id.get_storage_size())
    if (n_bytes > MOST_UNSAID and held * PACKED < n_bytes) or (held == 0 and not getattr(data, "external", None)):
        raise InputError(
            f"{where}: states {n_bytes / 1e9:.3g} GB of numbers and the file holds {held} bytes of them: "
            "damaged, or written without its numbers"
        )
