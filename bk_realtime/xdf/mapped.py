"""A recording as bytes that stay on disk: hours of it are read, and little of it is in memory."""

from __future__ import annotations

import hashlib
import mmap
from typing import Any

RELEASE_BYTES = 1 << 26
"""How much of a mapped file stays in memory behind the place that is read."""
PIECE = 1 << 20
"""Bytes of a mapped file that are copied at once."""


def release(buffer: Any, stop: int) -> None:
    """Let go of the memory of a mapped file's bytes before ``stop``; they are read again when they are needed."""
    if isinstance(buffer, mmap.mmap) and hasattr(buffer, "madvise") and stop >= mmap.PAGESIZE:
        buffer.madvise(mmap.MADV_DONTNEED, 0, stop // mmap.PAGESIZE * mmap.PAGESIZE)


def sha256_of(buffer: Any, start: int, stop: int) -> str:
    """SHA-256 of the bytes ``start`` to ``stop``, which need not all be there, in hexadecimal digits."""
    digest = hashlib.sha256()
    stop = min(stop, len(buffer))
    for at in range(start, stop, PIECE):
        digest.update(buffer[at : min(stop, at + PIECE)])
        release(buffer, at)
    return digest.hexdigest()
