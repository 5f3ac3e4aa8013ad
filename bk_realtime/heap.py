"""How the C library keeps freed memory, where it can be told."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""Numbers of mallopt(3)."""
_KEPT, _GIVEN_BACK = 1 << 30, 1 << 18


def share_heap() -> bool:
    """Let all threads take memory from two heaps, not from one each; True where it could be told (glibc).

    Every stream has threads of its own, and what they leave behind in heaps of their own is not found again by the
    next ones: a process that opens and closes streams for hours would grow by a third of a megabyte with each.
    """
    return _tell((_ARENA_MAX, 2))


def keep_freed_memory() -> bool:
    """Tell the C library to reuse freed blocks of up to 1 GiB; True where it could be told (glibc).

    By default it returns every block of megabytes to the system. A training update frees and takes the same few dozen
    again, and each time their pages are cleared anew: a tenth of the update's time.
    """
    return _tell((_MMAP_THRESHOLD, _KEPT), (_TRIM_THRESHOLD, _KEPT))


def return_freed_memory() -> bool:
    """Tell the C library to give blocks from 256 kB on back to the system; True where it could be told (glibc).

    By default it keeps ever larger ones, once such a block was freed, and what is small lies between them: a window
    whose session comes and goes and whose panels change their length grew by six megabytes a minute.
    """
    return _tell((_MMAP_THRESHOLD, _GIVEN_BACK), (_TRIM_THRESHOLD, _GIVEN_BACK))


def _tell(*settings: tuple[int, int]) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return all([bool(mallopt(number, value)) for number, value in settings])
