"""What the chunks of an XDF file are made of (https://github.com/sccn/xdf/wiki/Specifications)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf.samples import pack_numbers

BOUNDARY = bytes.fromhex("43A546DCCBF5410FB30ED5467383CBE4")
"""The 16 bytes a reader searches for to find its way after damage."""
FILE_HEADER, STREAM_HEADER, SAMPLES, CLOCK_OFFSET, BOUNDARY_CHUNK, STREAM_FOOTER = range(1, 7)
"""Kinds of chunks."""


def pack_chunk(tag: int, stream_id: bytes, content: str | bytes) -> bytes:
    """One chunk: length, kind, the stream's number (4 bytes, or none where it belongs to no stream), content."""
    body = struct.pack("<H", tag) + stream_id + (content.encode() if isinstance(content, str) else content)
    return varlen(len(body)) + body


def varlen(n: int) -> bytes:
    """XDF variable-length integer: byte count 1, 4 or 8, then that many bytes."""
    if n < 1 << 8:
        return struct.pack("<BB", 1, n)
    return struct.pack("<BI", 4, n) if n < 1 << 32 else struct.pack("<BQ", 8, n)


def pack_samples(
    times: np.ndarray, data: np.ndarray, stream: StreamDescription, dtype: np.dtype[Any], tolerance_s: float
) -> bytes:
    """Stamps and values of numbers; see :func:`~bk_realtime.xdf.samples.pack_numbers`.

    Raises
    ------
    ValueError
        The values are not (n, n_channels), or do not fit the stream's kind of number.
    """
    if data.shape != (len(times), stream.n_channels) or not np.can_cast(data.dtype, dtype, "same_kind"):
        raise ValueError(
            f"{stream.name}: expected ({len(times)}, {stream.n_channels}) {dtype}, got {data.shape} {data.dtype}"
        )
    return pack_numbers(times, data.astype(dtype, copy=False), stream, tolerance_s)


def pack_strings(times: np.ndarray, data: np.ndarray | Sequence[Sequence[str]], stream: StreamDescription) -> bytes:
    """Stamps and values of strings.

    Raises
    ------
    ValueError
        A row has not n_channels strings.
    """
    parts: list[bytes] = []
    for stamp, row in zip(times, data, strict=True):
        if isinstance(row, str) or len(row) != stream.n_channels:
            raise ValueError(f"{stream.name}: expected rows of {stream.n_channels} strings, got {row!r}")
        parts.append(struct.pack("<Bd", 8, stamp))
        for value in row:
            text = str(value).encode()
            parts += [varlen(len(text)), text]
    return b"".join(parts)


def footer_xml(first: float, last: float, n_samples: int, clock_offsets: Iterable[tuple[float, float]]) -> str:
    """Footer of a stream: stamps of its first and last sample in s, how many there are, (time, value) in s of its clock
    offsets."""
    offsets = "".join(f"<offset><time>{t!r}</time><value>{v!r}</value></offset>" for t, v in clock_offsets)
    return (
        f"<info><writer>BrainKaraoke</writer><first_timestamp>{first!r}</first_timestamp>"
        f"<last_timestamp>{last!r}</last_timestamp><sample_count>{n_samples}</sample_count>"
        f"<clock_offsets>{offsets}</clock_offsets></info>"
    )
