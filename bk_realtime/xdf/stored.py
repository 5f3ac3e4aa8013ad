"""The numbers of one stream where they are: in the file, taken out piece by piece or all at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf.header import FORMATS
from bk_realtime.xdf.salvage import RELEASE_BYTES, release
from bk_realtime.xdf.samples import copy_values, sample_width

BLOCK_BYTES = 1 << 22


class StoredNumbers:
    """Numbers of a stream in a scanned file.

    Parameters
    ----------
    buffer : the file's bytes, see :func:`~bk_realtime.xdf.salvage.scan_xdf`.
    chunks : (first byte, samples) of each chunk, one after the other.
    description : channels and number format.
    n : samples that count; later ones are left out.
    """

    def __init__(self, buffer: Any, chunks: array[int], description: StreamDescription, n: int) -> None:
        self._buffer, self._chunks, self._n = buffer, chunks, n
        self._dtype = np.dtype(FORMATS[description.channel_format])
        self._n_channels, self._width = description.n_channels, sample_width(description)

    @property
    def shape(self) -> tuple[int, int]:
        return self._n, self._n_channels

    @property
    def dtype(self) -> np.dtype:
        return self._dtype

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
        count = done = released = 0
        for at, n in zip(self._chunks[::2], self._chunks[1::2], strict=True):
            n = min(n, self._n - done)
            if n == 0:
                break
            waiting.append((at, n))
            count, done = count + n, done + n
            if count >= most:
                yield self._taken(raw, waiting, count)
                waiting, count = [], 0
                if at - released > RELEASE_BYTES:
                    release(self._buffer, at)
                    released = at
        if count:
            yield self._taken(raw, waiting, count)
        release(self._buffer, len(raw))

    def _taken(self, raw: np.ndarray, chunks: list[tuple[int, int]], count: int) -> np.ndarray:
        out = np.empty((count, self._width), np.uint8)
        row = 0
        for at, n in chunks:
            copy_values(raw, at, n, self._width, out[row : row + n])
            row += n
        return out.view(self._dtype)
