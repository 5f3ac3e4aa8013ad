"""Where chunks of an XDF file begin, also behind damage, in a time that is bounded whatever the file holds."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from bk_realtime.xdf.packing import BOUNDARY, CLOCK_OFFSET, SAMPLES, STREAM_FOOTER, STREAM_HEADER
from bk_realtime.xdf.samples import read_varlen

OF_A_STREAM = (STREAM_HEADER, SAMPLES, CLOCK_OFFSET, STREAM_FOOTER)
NEAR_BYTES, MOST_SEARCHES = 1 << 24, 200
"""How far after damage, and how often in one file, a chunk is looked for that no boundary announces."""
_WINDOW, _MOST_TRIES = 1 << 20, 2000
"""Bytes that are looked through at once, and places that are tried in one search."""


def head_end(buffer: Any, at: int, size: int) -> int | None:
    """End of the chunk that begins at ``at``, by its length and tag; None where none begins or it is incomplete."""
    try:
        length, body = read_varlen(buffer, at)
        tag = struct.unpack_from("<H", buffer, body)[0]
    except (ValueError, IndexError, struct.error):
        return None
    fits = body + length <= size and length >= (6 if tag in OF_A_STREAM else 2)
    return body + length if fits and 0 < tag < 7 else None


def kind(buffer: Any, at: int) -> tuple[int, int, int]:
    """Kind, number of the stream (0 where it is of none) and first byte of the content of the chunk at byte ``at``.

    Raises
    ------
    ValueError, IndexError, struct.error
        There is none.
    """
    _, body = read_varlen(buffer, at)
    tag = struct.unpack_from("<H", buffer, body)[0]
    if tag in OF_A_STREAM:
        return tag, struct.unpack_from("<I", buffer, body + 2)[0], body + 6
    return tag, 0, body + 2


def find_chunk(buffer: Any, at: int, size: int, streams: Iterable[int]) -> int:
    """Where to go on after damage: at the first chunk of one of the ``streams``, by number, that another chunk follows,
    or after the next boundary; ``size`` where there is neither."""
    near = min(size, at + NEAR_BYTES)
    boundary: int = buffer.find(BOUNDARY, at, near)
    best = near if boundary == -1 else boundary + len(BOUNDARY)
    found = _first_chunk(buffer, at, best, np.array(sorted(streams), np.uint32), size)
    if found is not None or boundary != -1:
        return best if found is None else found
    boundary = buffer.find(BOUNDARY, at)
    return size if boundary == -1 else boundary + len(BOUNDARY)


def _first_chunk(buffer: Any, at: int, stop: int, streams: np.ndarray, size: int) -> int | None:
    """First byte of the first chunk from ``at`` to ``stop`` that is a sample or clock offset chunk of one of the
    ``streams``, and that another chunk follows; None where there is none."""
    tries = 0
    for first in range(at, stop, _WINDOW):
        raw = np.frombuffer(buffer[first : min(stop, first + _WINDOW + 5)], np.uint8)
        if len(raw) < 6 or not len(streams):
            break
        tags = ((raw[:-5] == SAMPLES) | (raw[:-5] == CLOCK_OFFSET)) & (raw[1:-4] == 0)
        places = np.flatnonzero(tags)
        numbers = raw[places[:, None] + np.arange(2, 6)].view("<u4")[:, 0]
        for sign in (places[np.isin(numbers, streams)] + first).tolist():
            tries += 1
            for width in (8, 4, 1):  # of the length in front of it
                begin: int = sign - 1 - width
                if begin >= at and buffer[begin] == width and _followed(buffer, begin, size):
                    return begin
            if tries >= _MOST_TRIES:
                return None
    return None


def _followed(buffer: Any, at: int, size: int) -> bool:
    """True where a chunk begins at byte ``at`` and another one, or the end of the file, follows."""
    stop = head_end(buffer, at, size)
    return stop is not None and (stop == size or head_end(buffer, stop, size) is not None)
