"""Sample chunks of an XDF file: stamps and values. Numbers take one compiled pass, where a Python loop would take
minutes for an hour of audio."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.compiled import njit
from bk_realtime.xdf.header import FORMATS


def read_varlen(buffer: Any, at: int) -> tuple[int, int]:
    """Value and end of the variable-length integer at byte ``at``.

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


def parse_samples(
    content: bytes, n: int, description: StreamDescription, last: float
) -> tuple[np.ndarray, np.ndarray | list[list[str]]] | None:
    """Stamps (n,) float64 s and values of a sample chunk: (n, n_channels) numbers, or n rows of strings.

    Parameters
    ----------
    content : the chunk's bytes after its number of samples.
    n : that number.
    last : stamp of the stream's sample before this chunk; 0 at its start. A sample without a stamp comes one nominal
        interval after the one before it.

    Returns
    -------
    None where ``n`` samples do not fill ``content`` exactly.

    Raises
    ------
    ValueError, IndexError, struct.error
        Strings whose length is no number.
    """
    interval = 1 / description.sfreq if description.sfreq > 0 else 0.0
    if description.channel_format == "string":
        return _parse_strings(content, n, description.n_channels, last, interval)
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
    _deduce(flags, times, last, interval)
    return times, values.view(dtype)


def _parse_strings(
    content: bytes, n: int, n_channels: int, last: float, interval: float
) -> tuple[np.ndarray, list[list[str]]] | None:
    if n > len(content):  # before room is made for a number that damage wrote
        return None
    stamps = np.zeros(n)
    rows: list[list[str]] = []
    at = 0
    for k in range(n):
        if content[at] not in (0, 8):
            return None
        last = struct.unpack_from("<d", content, at + 1)[0] if content[at] else last + interval
        stamps[k] = last
        at += 1 + content[at]
        row = []
        for _ in range(n_channels):
            size, at = read_varlen(content, at)
            row.append(content[at : at + size].decode(errors="replace"))
            at += size
        rows.append(row)
    return (stamps, rows) if at == len(content) else None


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
    """Stamps of the samples without one. Added one by one, as other readers do."""
    for k in range(len(flags)):
        last = stamps[k] if flags[k] else last + interval
        stamps[k] = last
