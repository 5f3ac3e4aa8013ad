"""Walk the chunks of an XDF file and take only whole ones.

Readers that trust the chunk lengths load a file cut inside a chunk with a wrong last sample. Here every chunk is
checked against its own length and its stream's format; where one does not hold, the search goes on for the next chunk
of a known stream, at the latest for the next boundary chunk.
Originals are never altered: ``python -m bk_realtime record --repair FILE`` makes a whole copy.
"""

from __future__ import annotations

import io
import mmap
import struct
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime import progress
from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import FileError, InputError
from bk_realtime.xdf.gzipped import unpack
from bk_realtime.xdf.header import MOST_CHANNELS, stream_description
from bk_realtime.xdf.mapped import RELEASE_BYTES, release
from bk_realtime.xdf.packing import BOUNDARY
from bk_realtime.xdf.resync import MOST_SEARCHES, find_chunk, head_end
from bk_realtime.xdf.samples import parse_stamps, parse_strings, read_varlen
from bk_realtime.xdf.xml_door import parse_xml

FURTHEST_S = 1e20
"""No clock tells so many seconds: what comes then is damage."""
MOST_TOGETHER = 1 << 17
"""Channels of all streams of a file: thousands of headers may each state the most that one can have."""
_MOST_NAMED = 20


@dataclass
class StreamScan:
    """What the whole chunks of one stream hold.

    Attributes
    ----------
    first, last : stamps in seconds of the first and the last sample; 0 where there is none.
    clock_times, clock_offsets : s, one a clock offset chunk.
    footer_count : samples by the footer; None where the footer is missing, -1 where it does not say.
    chunks : (first byte, byte after the last, samples) of each chunk of numbers, one after the other, where samples are
        kept (see :func:`scan_xdf`).
    stamps, rows : those of each chunk of strings, where samples are kept.
    """

    xml: str
    description: StreamDescription
    n_samples: int = 0
    first: float = 0.0
    last: float = 0.0
    clock_times: list[float] = field(default_factory=list)
    clock_offsets: list[float] = field(default_factory=list)
    footer_count: int | None = None
    chunks: array[int] = field(default_factory=lambda: array("q"))
    stamps: list[np.ndarray] = field(default_factory=list)
    rows: list[list[list[str]]] = field(default_factory=list)


@dataclass
class Scan:
    """The whole chunks of a file.

    Attributes
    ----------
    size : bytes in the file.
    damaged : (start, stop) bytes that no chunk can be made of; an incomplete last chunk is one.
    streams : by stream id, in order of their headers.
    n_channels : of all streams together.
    why : what is wrong with a header before the first that is right, in brackets.
    unpacked : what is wrong with a gzipped file as such; empty where nothing is.
    order : (first byte, byte after the last) of each whole chunk, one after the other, where samples are kept.
    """

    path: Path
    size: int
    damaged: list[tuple[int, int]] = field(default_factory=list)
    streams: dict[int, StreamScan] = field(default_factory=dict)
    n_channels: int = 0
    unpacked: str = ""
    why: str = ""
    order: array[int] = field(default_factory=lambda: array("q"))

    @property
    def closed(self) -> bool:
        """Every stream has its footer: the recorder ended in good order."""
        return bool(self.streams) and all(s.footer_count is not None for s in self.streams.values())

    @property
    def whole(self) -> bool:
        """Not a byte is missing or damaged (footers apart)."""
        return not self.damaged and not self.unpacked


def scan_xdf(path: Path, keep_samples: bool = False, headers: Mapping[int, str] | None = None) -> tuple[Scan, Any]:
    """Walk all chunks of a file.

    Parameters
    ----------
    keep_samples : keep strings, and where in the file the numbers are, not only how many.
    headers : of streams whose own header is damaged, by number, for a repair. Where it is given, if empty, the first
        four bytes may be damaged too.

    Returns
    -------
    (Scan, buffer)
        The buffer holds the file's bytes (a read-only memory map; in memory where the file is gzipped).

    Raises
    ------
    FileError
        No such file, or it cannot be read.
    InputError
        Not an XDF file, an empty one, or one cut off before its first stream header ended.
    """
    path = Path(path)
    buffer, unpacked = _open(path)
    if len(buffer) == 0:
        raise InputError(f"{path} is empty (0 bytes): expected an XDF recording; record again or name another file")
    lenient = headers is not None and (head_end(buffer, 4, len(buffer)) is not None or buffer.find(BOUNDARY) != -1)
    if bytes(buffer[:4]) != b"XDF:" and not lenient:
        raise InputError(f"{path} is not an XDF file: expected it to begin with 'XDF:', got {bytes(buffer[:4])!r}")
    scan = Scan(path, len(buffer), unpacked=unpacked)
    scan.streams = {number: StreamScan(xml, stream_description(xml)) for number, xml in (headers or {}).items()}
    scan.n_channels = sum(s.description.n_channels for s in scan.streams.values())
    at = released = 4
    with progress.task(f"reading {path.name}", scan.size, "B") as reading:
        while at < scan.size:
            at = _next_chunk(buffer, at, scan, keep_samples)
            if at - released > RELEASE_BYTES or at >= scan.size:
                release(buffer, at)
                reading.advance(at - released)
                released = at
    if not scan.streams:
        if scan.unpacked:
            raise FileError(f"{path}: cannot be read, it is damaged {scan.unpacked}; take another copy")
        if scan.damaged:
            raise InputError(
                f"{path} is cut off after {scan.size} bytes, inside its header{scan.why}: nothing can be saved; "
                "take another copy of the recording"
            )
        raise InputError(f"{path} holds no streams: expected an XDF recording with at least one; record again")
    return scan, buffer


def _next_chunk(buffer: Any, at: int, scan: Scan, keep_samples: bool) -> int:
    """Take the chunk at byte ``at``, or book it as damaged; where to go on."""
    stop = head_end(buffer, at, scan.size)
    if stop is not None and _take_chunk(buffer, at, scan, keep_samples):
        if keep_samples:
            scan.order.extend((at, stop))
        return stop
    # only this chunk is lost where another follows its end; else its length is wrong
    if stop is None or (stop < scan.size and head_end(buffer, stop, scan.size) is None):
        stop = find_chunk(buffer, at + 1, scan.size, scan.streams if len(scan.damaged) < MOST_SEARCHES else ())
    scan.damaged.append((at, stop))
    return stop


def _open(path: Path) -> tuple[Any, str]:
    """The bytes of a file, and what is wrong with their packing."""
    try:
        with path.open("rb") as file:
            if file.read(2) == b"\x1f\x8b":
                return unpack(path)
            if file.seek(0, io.SEEK_END) == 0:
                return b"", ""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), ""
    except FileNotFoundError:
        raise FileError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise FileError(f"{path} is a folder: expected an XDF file; name one in it") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from None


def _take_chunk(buffer: Any, at: int, scan: Scan, keep_samples: bool) -> bool:
    """True where the content of the chunk at ``at`` makes sense; it is then counted."""
    length, body = read_varlen(buffer, at)
    content = bytes(buffer[body + 2 : body + length])
    tag = struct.unpack_from("<H", buffer, body)[0]
    try:
        if tag == 1:
            parse_xml(content)
            return True
        if tag == 5:
            return content == BOUNDARY
        stream_id = struct.unpack_from("<I", content)[0]
        return _take_content(content[4:], tag, stream_id, scan, body + 6 if keep_samples else None)
    except (ValueError, IndexError, RecursionError, struct.error, InputError) as error:
        if not scan.streams and isinstance(error, InputError):
            scan.why = f" ({error})"
        return False  # the content does not parse: the caller books the chunk as damaged


def _take_content(content: bytes, tag: int, stream_id: int, scan: Scan, position: int | None) -> bool:
    """Check the content of a stream's chunk and add it to what the stream holds; samples are kept where ``position``,
    the content's first byte in the file, is given."""
    streams = scan.streams
    if tag == 2:
        if stream_id in streams:
            return False
        xml = content.decode("utf-8", "replace")
        description = stream_description(xml, min(MOST_CHANNELS, MOST_TOGETHER - scan.n_channels))
        scan.n_channels += description.n_channels
        streams[stream_id] = StreamScan(xml, description)
        return True
    if stream_id not in streams:
        return False
    stream = streams[stream_id]
    if tag == 4:
        time, offset = struct.unpack("<dd", content)
        if not (abs(time) < FURTHEST_S and abs(offset) < FURTHEST_S):
            return False
        stream.clock_times.append(time)
        stream.clock_offsets.append(offset)
        return True
    if tag == 6:
        stream.footer_count = int(parse_xml(content).findtext("sample_count") or -1)
        return True
    n, start = read_varlen(content, 0)
    if stream.description.channel_format == "string":
        parsed = parse_strings(content[start:], n, stream.description, stream.last)
        stamps, rows = parsed if parsed is not None else (None, [])
    else:
        stamps, rows = parse_stamps(content[start:], n, stream.description, stream.last), []
    if stamps is None or (stream.description.sfreq > 0 and not (np.abs(stamps) < FURTHEST_S).all()):
        return False  # events without a time are events still; a signal without one has no place
    if n:
        stream.first = stream.first if stream.n_samples else float(stamps[0])
        stream.last = float(stamps[-1])
        stream.n_samples += n
        if position is None:
            return True
        if stream.description.channel_format == "string":
            stream.stamps.append(stamps)
            stream.rows.append(rows)
        else:
            stream.chunks.extend((position + start, position + len(content), n))
    return True


def lost(scan: Scan) -> str:
    """One line on what a damaged file lacks and what it still holds."""
    if not scan.damaged:
        return f"{scan.path} is damaged {scan.unpacked}; whole: {_kept(scan)}"
    cut = sum(stop - start for start, stop in scan.damaged)
    what = "is cut off" if scan.damaged[-1][1] == scan.size else "is damaged"
    packing = f"; damaged {scan.unpacked}" if scan.unpacked else ""
    return f"{scan.path} {what}: {cut} of {scan.size} bytes are no whole chunk{packing}; whole: {_kept(scan)}"


def _kept(scan: Scan) -> str:
    said = [f"{s.n_samples} samples of {s.description.name[:60]!r}" for s in scan.streams.values()]
    return ", ".join(said[:_MOST_NAMED]) + (f" and of {len(said) - _MOST_NAMED} more" if said[_MOST_NAMED:] else "")


def damage_in_words(scan: Scan, most: int = 20) -> list[str]:
    """A line for each damaged stretch of a file, and one for all beyond ``most``."""
    merged: list[tuple[int, int]] = []
    for start, stop in scan.damaged:
        merged[-1:] = [(merged[-1][0], stop)] if merged and merged[-1][1] == start else [*merged[-1:], (start, stop)]
    lines = [
        f"{stop - start} bytes, {start} to {stop}{' (the end)' if stop == scan.size else ''}, are damaged or incomplete"
        for start, stop in merged[:most]
    ]
    lines += [f"the file is damaged {scan.unpacked}"] if scan.unpacked else []
    rest = merged[most:]
    if rest:
        lines.append(f"{sum(stop - start for start, stop in rest)} more bytes in {len(rest)} places are damaged")
    return lines
