"""Sample chunks of numeric streams, parsed in one compiled pass; pyxdf's own loop costs microseconds a sample, which
is minutes for an hour of audio. Everything else of a file (headers, clock offsets, strings) is left to pyxdf."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.compiled import njit
from bk_realtime.xdf.header import FORMATS


@njit
def _walk(raw: np.ndarray, width: int, flags: np.ndarray, stamps: np.ndarray, values: np.ndarray) -> int:
    """Split ``raw`` into stamp and value bytes; returns the bytes used, -1 where a sample does not fit."""
    at = 0
    for k in range(len(flags)):
        if at >= len(raw) or (raw[at] != 0 and raw[at] != 8):
            return -1
        flags[k] = raw[at]
        at += 1
        if at + flags[k] + width > len(raw):
            return -1
        if flags[k]:
            for j in range(8):
                stamps[k, j] = raw[at + j]
            at += 8
        for j in range(width):
            values[k, j] = raw[at + j]
        at += width
    return at


@njit
def _deduce(flags: np.ndarray, stamps: np.ndarray, last: float, interval: float) -> None:
    """A sample without a stamp comes one interval after the one before it. Added one by one, as other readers do."""
    for k in range(len(flags)):
        last = stamps[k] if flags[k] else last + interval
        stamps[k] = last


def parse_samples(
    content: Any, n: int, description: StreamDescription, last: float
) -> tuple[np.ndarray, np.ndarray] | None:
    """Stamps (n,) float64 s and values (n, n_channels) of a numeric sample chunk.

    Parameters
    ----------
    content : the chunk's bytes after its number of samples.
    n : that number.
    last : stamp of the stream's sample before this chunk; 0 at its start.

    Returns
    -------
    None where ``n`` samples do not fill ``content`` exactly.
    """
    dtype = np.dtype(FORMATS[description.channel_format])
    width = dtype.itemsize * description.n_channels
    raw = np.frombuffer(content, np.uint8)
    if not n * (1 + width) <= len(raw) <= n * (9 + width):
        return None
    flags = np.empty(n, np.uint8)
    stamps = np.zeros((n, 8), np.uint8)
    values = np.empty((n, width), np.uint8)
    if _walk(raw, width, flags, stamps, values) != len(raw):
        return None
    times = stamps.view("<f8")[:, 0]
    _deduce(flags, times, last, 1 / description.sfreq if description.sfreq > 0 else 0.0)
    return times, values.view(dtype)


def split_samples(
    chunks: Iterator[tuple[int, int, int]], buffer: Any, numeric: dict[int, StreamDescription]
) -> tuple[io.BytesIO, dict[int, list[tuple[int, int, int]]]]:
    """A small XDF file whose numeric sample chunks are empty, and where the samples themselves are.

    Parameters
    ----------
    chunks : (start, body, stop) of each whole chunk; ``body`` is where its tag stands.
    numeric : descriptions of the numeric streams by stream id.

    Returns
    -------
    (file, {stream id: [(number of samples, first byte, stop byte), ...]}), one entry a chunk, in order.
    """
    parts: list[bytes] = [b"XDF:"]
    places: dict[int, list[tuple[int, int, int]]] = {stream_id: [] for stream_id in numeric}
    for start, body, stop in chunks:
        tag, stream_id = struct.unpack_from("<HI", buffer, body) if stop - body >= 6 else (0, 0)
        if tag != 3 or stream_id not in numeric:
            parts.append(bytes(buffer[start:stop]))
            continue
        size = buffer[body + 6]
        n = int.from_bytes(buffer[body + 7 : body + 7 + size], "little")
        places[stream_id].append((n, body + 7 + size, stop))
        parts.append(struct.pack("<BBHIBB", 1, 8, 3, stream_id, 1, 0))
    return io.BytesIO(b"".join(parts)), places
