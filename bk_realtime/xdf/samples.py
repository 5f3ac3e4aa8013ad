"""Sample chunks of an XDF file: stamps and values. Numbers take compiled passes, where a Python loop would take minutes
for an hour of audio; values are taken out apart from stamps, so that who wants few of them need not hold all."""

from __future__ import annotations

import struct
from types import ModuleType
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf.header import FORMATS

_plain_left = 10_000
"""Samples that this process still walks through without the compiler: they take a few hundredths of a second, and the
compiler most of one to load, which a file that is refused seldom needs."""


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


def parse_stamps(content: bytes, n: int, description: StreamDescription, last: float) -> np.ndarray | None:
    """Stamps (n,) float64 s of a sample chunk of numbers.

    Parameters
    ----------
    content : the chunk's bytes after its number of samples.
    n : that number.
    last : stamp of the stream's sample before this chunk; 0 at its start. A sample without a stamp comes one nominal
        interval after the one before it.

    Returns
    -------
    None where ``n`` samples do not fill ``content`` exactly.
    """
    width = sample_width(description)
    raw = np.frombuffer(content, np.uint8)
    if not n * (1 + width) <= len(raw) <= n * (9 + width):
        return None
    if len(raw) == n * (9 + width):  # each sample has a stamp, or they do not fit
        table = raw.reshape(n, 9 + width)
        return table[:, 1:9].copy().view("<f8")[:, 0] if (table[:, 0] == 8).all() else None
    if len(raw) == n * (1 + width) + 8 and raw[0] == 8:  # the first alone has one, or they do not fit
        if raw[9 + width :].reshape(n - 1, 1 + width)[:, 0].any():
            return None
        steps = np.full(n, _interval(description))
        steps[:1] = raw[1:9].view("<f8")
        return np.add.accumulate(steps)  # one by one, as the compiled pass adds
    flags = np.empty(n, np.uint8)
    stamps = np.zeros((n, 8), np.uint8)
    passes = _passes(n)
    if passes.walk_stamps(raw, width, flags, stamps) != len(raw):
        return None
    times = stamps.view("<f8")[:, 0]
    passes.deduce(flags, times, last, _interval(description))
    return times


def sample_width(description: StreamDescription) -> int:
    """Bytes of the values of one sample of numbers."""
    return np.dtype(FORMATS[description.channel_format]).itemsize * description.n_channels


def _passes(n: int) -> ModuleType:
    """What walks through ``n`` samples: not compiled until there are more than a few in all."""
    global _plain_left
    if n > _plain_left:
        return _kernels()
    _plain_left -= n
    from bk_realtime.xdf import sample_passes

    return sample_passes


def _kernels() -> ModuleType:
    """Loaded when the first chunk needs them; a recorder calls :func:`prepare` before it begins."""
    from bk_realtime.xdf import sample_kernels

    return sample_kernels


def _interval(description: StreamDescription) -> float:
    return 1 / description.sfreq if description.sfreq > 0 else 0.0


def parse_strings(
    content: bytes, n: int, description: StreamDescription, last: float
) -> tuple[np.ndarray, list[list[str]]] | None:
    """Stamps (n,) and n rows of strings of a sample chunk; arguments and None as :func:`parse_stamps`.

    Raises
    ------
    ValueError, IndexError, struct.error
        Strings whose length is no number.
    """
    interval = _interval(description)
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
        for _ in range(description.n_channels):
            size, at = read_varlen(content, at)
            row.append(content[at : at + size].decode(errors="replace"))
            at += size
        rows.append(row)
    return (stamps, rows) if at == len(content) else None


def pack_numbers(stamps: np.ndarray, values: np.ndarray, description: StreamDescription, tolerance_s: float) -> bytes:
    """Content of a sample chunk of numbers after its number of samples: what :func:`parse_stamps` reads.

    Parameters
    ----------
    stamps : (n,) float64 s.
    values : (n, n_channels) of the stream's own number type.
    tolerance_s : a stamp is left out where what every reader puts in its place, the stamp that it has for the sample
        before and one nominal interval, is within this of it. So an error never adds up, and at 0 there is none.
        The first sample has a stamp always: a chunk that is lost takes no stamps of the next one with it.
    """
    flags = np.full(len(stamps), 8, np.uint8)
    if description.sfreq > 0:
        _kernels().leave_out(stamps, _interval(description), tolerance_s, flags)
    raw = np.ascontiguousarray(values).view(np.uint8).reshape(len(stamps), sample_width(description))
    out = np.empty(len(stamps) + int(flags.sum(dtype=np.int64)) + raw.size, np.uint8)
    _kernels().pack(flags, np.ascontiguousarray(stamps, "<f8").view(np.uint8).reshape(-1, 8), raw, out)
    return out.tobytes()


def prepare() -> None:
    """Load or compile what packing needs, which takes seconds on a busy machine: before there is anything to lose."""
    one = StreamDescription("", "", "", 1.0, ("",), ("",))
    pack_numbers(np.zeros(2), np.zeros((2, 1), np.float32), one, 0.0)


def copy_values(buffer: np.ndarray, at: int, n: int, width: int, out: np.ndarray) -> None:
    """Values of ``n`` samples that begin at byte ``at`` of ``buffer`` (uint8), into ``out`` (n, width) uint8. They were
    walked through before: :func:`parse_stamps` found them whole."""
    _passes(n).walk_values(buffer, at, n, width, out)
