"""Numbers and stamps of one stream where they are: in the file, taken out piece by piece or all at once."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import InputError
from bk_realtime.xdf.header import FORMATS
from bk_realtime.xdf.mapped import RELEASE_BYTES, release
from bk_realtime.xdf.samples import copy_values, parse_stamps, sample_width

BLOCK_BYTES = 1 << 22


class StoredNumbers:
    """Numbers of a stream in a scanned file.

    Parameters
    ----------
    buffer : the file's bytes, see :func:`~bk_realtime.xdf.salvage.scan_xdf`.
    chunks : (first byte, byte after the last, samples) of each chunk, one after the other.
    description : channels, number format and rate.
    n : samples that count; later ones are left out.
    """

    def __init__(self, buffer: Any, chunks: array[int], description: StreamDescription, n: int) -> None:
        self._buffer, self._chunks, self._n = buffer, chunks, n
        self._dtype = np.dtype(FORMATS[description.channel_format])
        self._description, self._width = description, sample_width(description)

    @property
    def shape(self) -> tuple[int, int]:
        return self._n, self._description.n_channels

    def __len__(self) -> int:
        return self._n

    @property
    def dtype(self) -> np.dtype:
        return self._dtype

    def stamps(self) -> np.ndarray:
        """(n,) float64 s, as recorded; samples without a stamp come one nominal interval after the one before."""
        out, done = np.empty(self._n), 0
        for block in self.stamp_blocks():
            out[done : done + len(block)] = block
            done += len(block)
        return out

    def stamp_blocks(self) -> Iterator[np.ndarray]:
        """The same, chunk by chunk."""
        done, last = 0, 0.0
        for at, stop, n in self._each():
            stamps = parse_stamps(bytes(self._buffer[at:stop]), n, self._description, last)
            if stamps is None:
                raise InputError(
                    f"stream {self._description.name!r}: the file changed while it was read; read it again"
                )
            last = float(stamps[-1])
            part = stamps[: self._n - done]
            done += len(part)
            yield part

    def load(self) -> np.ndarray:
        """All of them, (n, n_channels)."""
        out = np.empty(self.shape, self._dtype)
        at = 0
        for block in self.blocks():
            out[at : at + len(block)] = block
            at += len(block)
        return out

    def blocks(self) -> Iterator[np.ndarray]:
        """Consecutive pieces of a few MB, (m, n_channels) each, fresh memory every time."""
        raw = np.frombuffer(self._buffer, np.uint8)
        most = max(1, BLOCK_BYTES // self._width)
        waiting: list[tuple[int, int]] = []
        count = done = 0
        for at, _, n in self._each():
            n = min(n, self._n - done)
            if n == 0:
                break
            waiting.append((at, n))
            count, done = count + n, done + n
            if count >= most:
                yield self._taken(raw, waiting, count)
                waiting, count = [], 0
        if count:
            yield self._taken(raw, waiting, count)

    def _each(self) -> Iterator[tuple[int, int, int]]:
        """The chunks in order; memory of what lies before them is let go."""
        released = 0
        for at, stop, n in zip(self._chunks[::3], self._chunks[1::3], self._chunks[2::3], strict=True):
            yield at, stop, n
            if at - released > RELEASE_BYTES:
                release(self._buffer, at)
                released = at
        release(self._buffer, len(self._buffer))

    def _taken(self, raw: np.ndarray, chunks: list[tuple[int, int]], count: int) -> np.ndarray:
        out = np.empty((count, self._width), np.uint8)
        row = 0
        for at, n in chunks:
            copy_values(raw, at, n, self._width, out[row : row + n])
            row += n
        return out.view(self._dtype)


class StoredText:
    """Strings of a stream, which are few: read with the scan.

    Parameters
    ----------
    stamps, rows : (m,) float64 s and m rows of strings of each chunk.
    n : samples that count.
    """

    def __init__(self, stamps: list[np.ndarray], rows: list[list[list[str]]], n: int) -> None:
        self._stamps = np.concatenate([np.zeros(0), *stamps])[:n]
        self._rows = list(itertools.chain.from_iterable(rows))[:n]

    def __len__(self) -> int:
        return len(self._rows)

    def stamps(self) -> np.ndarray:
        """(n,) float64 s, as recorded."""
        return self._stamps

    def load(self) -> list[list[str]]:
        """n rows of n_channels strings."""
        return self._rows
