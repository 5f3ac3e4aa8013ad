"""Find the whole chunks of an XDF file, so that no reader ever sees half a chunk or a damaged one.

Readers such as pyxdf trust the chunk lengths: a file cut inside a chunk can load with a wrong last sample. Here every
chunk is checked against its own length and its stream's format; where one does not hold, the search goes on at the
next boundary chunk. Originals are never altered: ``python -m bk_realtime.xdf FILE OUT`` makes a whole copy.
"""

from __future__ import annotations

import gzip
import io
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.xdf.header import describe
from bk_realtime.xdf.samples import parse_samples
from bk_realtime.xdf.writer import BOUNDARY

_STREAM_TAGS = (2, 3, 4, 6)


@dataclass
class StreamScan:
    """What the whole chunks of one stream hold. ``footer_count`` is None where the footer is missing."""

    xml: str
    description: StreamDescription
    n_samples: int = 0
    first: float = float("nan")
    last: float = float("nan")
    n_offsets: int = 0
    footer_count: int | None = None


@dataclass
class Scan:
    """The whole chunks of a file.

    Attributes
    ----------
    size : bytes in the file.
    ranges : (start, stop) bytes of runs of whole chunks, after the 4 bytes ``XDF:``.
    damaged : (start, stop) bytes that no chunk can be made of; an incomplete last chunk is one.
    streams : by stream id, in order of their headers.
    """

    path: Path
    size: int
    ranges: list[tuple[int, int]] = field(default_factory=list)
    damaged: list[tuple[int, int]] = field(default_factory=list)
    streams: dict[int, StreamScan] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Every stream has its footer: the recorder ended in good order."""
        return bool(self.streams) and all(s.footer_count is not None for s in self.streams.values())

    @property
    def whole(self) -> bool:
        """Not a byte is missing or damaged (footers apart)."""
        return not self.damaged


def scan_xdf(path: Path) -> tuple[Scan, Any]:
    """Walk all chunks of a file.

    Returns
    -------
    (Scan, buffer)
        The buffer holds the file's bytes (a read-only memory map; bytes where the file is gzipped).

    Raises
    ------
    BkError
        No such file, not an XDF file, an empty one, or one cut off before its first stream header ended.
    """
    path = Path(path)
    buffer = _open(path)
    if len(buffer) == 0:
        raise BkError(f"{path} is empty (0 bytes): expected an XDF recording; record again or name another file")
    if bytes(buffer[:4]) != b"XDF:":
        raise BkError(f"{path} is not an XDF file: expected it to begin with 'XDF:', got {bytes(buffer[:4])!r}")
    scan = Scan(path, len(buffer))
    at = 4
    while at < scan.size:
        stop = _head(buffer, at, scan.size)
        if stop is not None and _check_chunk(buffer, at, scan):
            if scan.ranges and scan.ranges[-1][1] == at:
                scan.ranges[-1] = (scan.ranges[-1][0], stop)
            else:
                scan.ranges.append((at, stop))
        else:
            # only this chunk is lost where another follows its end; else its length is wrong: on to a boundary
            if stop is None or (stop < scan.size and _head(buffer, stop, scan.size) is None):
                found = buffer.find(BOUNDARY, at)
                stop = scan.size if found == -1 else found + len(BOUNDARY)
            scan.damaged.append((at, stop))
        at = stop
    if not scan.streams:
        if scan.damaged:
            raise BkError(
                f"{path} is cut off after {scan.size} bytes, inside its header: nothing can be saved; "
                "take another copy of the recording"
            )
        raise BkError(f"{path} holds no streams: expected an XDF recording with at least one; record again")
    return scan, buffer


def _open(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            if file.read(2) == b"\x1f\x8b":
                file.seek(0)
                return gzip.decompress(file.read())
            if file.seek(0, io.SEEK_END) == 0:
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise BkError(f"{path}: no such file") from None
    except (OSError, EOFError) as error:
        raise BkError(f"{path}: cannot be read ({error})") from None


def _varlen(buffer: Any, at: int) -> tuple[int, int]:
    """Value and end of a variable-length integer.

    Raises
    ------
    ValueError, IndexError, struct.error
        There is none.
    """
    size = buffer[at]
    if size == 1:
        return buffer[at + 1], at + 2
    if size == 4:
        return struct.unpack_from("<I", buffer, at + 1)[0], at + 5
    if size == 8:
        return struct.unpack_from("<Q", buffer, at + 1)[0], at + 9
    raise ValueError(f"expected an integer of 1, 4 or 8 bytes, got {size}")


def _head(buffer: Any, at: int, size: int) -> int | None:
    """End of the chunk that begins at ``at``, by its length and tag; None where none begins or it is incomplete."""
    try:
        length, body = _varlen(buffer, at)
        tag = struct.unpack_from("<H", buffer, body)[0]
    except (ValueError, IndexError, struct.error):
        return None
    fits = body + length <= size and length >= (6 if tag in _STREAM_TAGS else 2)
    return body + length if fits and 0 < tag < 7 else None


def _check_chunk(buffer: Any, at: int, scan: Scan) -> bool:
    """True where the content of the chunk at ``at`` makes sense; it is then counted."""
    length, body = _varlen(buffer, at)
    stop = body + length
    tag = struct.unpack_from("<H", buffer, body)[0]
    try:
        if tag == 1:
            ElementTree.fromstring(bytes(buffer[body + 2 : stop]))
            return True
        if tag == 5:
            return length == 18 and buffer[body + 2 : stop] == BOUNDARY
        stream_id = struct.unpack_from("<I", buffer, body + 2)[0]
        return _count(buffer, body + 6, stop, tag, stream_id, scan.streams)
    except (ValueError, IndexError, struct.error, ElementTree.ParseError, BkError):
        return False  # the content does not parse: the caller books the chunk as damaged


def _count(buffer: Any, at: int, stop: int, tag: int, stream_id: int, streams: dict[int, StreamScan]) -> bool:
    """Check the content of a stream's chunk and add it to the stream's counts."""
    if tag == 2:
        if stream_id in streams:
            return False
        xml = bytes(buffer[at:stop]).decode("utf-8", "replace")
        streams[stream_id] = StreamScan(xml, describe(xml))
        return True
    if stream_id not in streams:
        return False
    stream = streams[stream_id]
    if tag == 4:
        stream.n_offsets += stop - at == 16
        return stop - at == 16
    if tag == 6:
        stream.footer_count = int(ElementTree.fromstring(bytes(buffer[at:stop])).findtext("sample_count") or -1)
        return True
    n, at = _varlen(buffer, at)
    stamps = _walk_samples(buffer, at, stop, n, stream)
    if stamps is None:
        return False
    if n and np.isnan(stream.first):
        stream.first = stamps[0]
    if n:
        stream.last = stamps[1]
    stream.n_samples += n
    return True


def _walk_samples(buffer: Any, at: int, stop: int, n: int, stream: StreamScan) -> tuple[float, float] | None:
    """First and last stamp of ``n`` samples that fill bytes ``at`` to ``stop`` exactly, else None."""
    description = stream.description
    text = description.channel_format == "string"
    if n == 0:
        return (0.0, 0.0) if at == stop else None
    last = 0.0 if np.isnan(stream.last) else stream.last
    if not text:
        parsed = parse_samples(buffer[at:stop], n, description, last)
        return None if parsed is None else (float(parsed[0][0]), float(parsed[0][-1]))
    interval = 1 / description.sfreq if description.sfreq else 0.0
    first = 0.0
    for i in range(n):
        if at >= stop or buffer[at] not in (0, 8):
            return None
        last = struct.unpack_from("<d", buffer, at + 1)[0] if buffer[at] else last + interval
        first = first if i else last
        at += 1 + buffer[at]
        for _ in range(description.n_channels):
            size, at = _varlen(buffer, at)
            at += size
    return (first, last) if at == stop else None


def whole_chunks(scan: Scan, buffer: Any) -> Iterator[tuple[int, int, int]]:
    """(start, body, stop) bytes of every whole chunk; ``body`` is where its tag stands."""
    for at, end in scan.ranges:
        while at < end:
            length, body = _varlen(buffer, at)
            yield at, body, body + length
            at = body + length


def lost(scan: Scan) -> str:
    """One line on what a damaged file lacks and what it still holds."""
    cut = sum(stop - start for start, stop in scan.damaged)
    kept = ", ".join(f"{s.n_samples} samples of {s.description.name!r}" for s in scan.streams.values())
    what = "is cut off" if scan.damaged[-1][1] == scan.size else "is damaged"
    return f"{scan.path} {what}: {cut} of {scan.size} bytes are no whole chunk; whole: {kept}"
