"""Where chunks of an XDF file begin, also behind damage, in a time that is bounded whatever the file holds."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from bk_realtime.xdf.samples import read_varlen
from bk_realtime.xdf.writer import BOUNDARY

FILE_HEADER, STREAM_HEADER, SAMPLES, CLOCK_OFFSET, BOUNDARY_CHUNK, STREAM_FOOTER = range(1, 7)
OF_A_STREAM = (STREAM_HEADER, SAMPLES, CLOCK_OFFSET, STREAM_FOOTER)
NEAR_BYTES, MOST_SEARCHES = 1 << 24, 200
"""How far after damage, and how often in one file, a chunk is looked for that no boundary announces."""


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
    for stream_id in streams:
        for tag in (SAMPLES, CLOCK_OFFSET):
            best = _first_of(buffer, at, best, struct.pack("<HI", tag, stream_id), size)
    if best < near or boundary != -1:
        return best
    boundary = buffer.find(BOUNDARY, at)
    return size if boundary == -1 else boundary + len(BOUNDARY)


def _first_of(buffer: Any, at: int, stop: int, sign: bytes, size: int) -> int:
    """First byte of the first chunk from ``at`` on whose kind and stream are ``sign``; ``stop`` where there is none."""
    found: int = buffer.find(sign, at, stop)
    for _ in range(MOST_SEARCHES):
        if found == -1:
            break
        for width in (8, 4, 1):  # of the length in front of it
            begin: int = found - 1 - width
            if begin >= at and buffer[begin] == width and _followed(buffer, begin, size):
                return begin
        found = buffer.find(sign, found + 1, stop)
    return stop


def _followed(buffer: Any, at: int, size: int) -> bool:
    """True where a chunk begins at byte ``at`` and another one, or the end of the file, follows."""
    stop = head_end(buffer, at, size)
    return stop is not None and (stop == size or head_end(buffer, stop, size) is not None)
