"""How the C library keeps freed memory, where it can be told."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
"""Number of mallopt(3)."""


def share_heap() -> bool:
    """Let all threads take memory from two heaps, not from one each; True where it could be told (glibc).

    Every stream has threads of its own, and what they leave behind in heaps of their own is not found again by the
    next ones: a process that opens and closes streams for hours would grow by a third of a megabyte with each.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return bool(mallopt(_ARENA_MAX, 2))
