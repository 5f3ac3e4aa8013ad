"""Heartbeats of a process: a working loop shows that it goes round, so that its supervisor can tell that it hangs.

A beat is a number that goes up in eight bytes of memory that both processes have mapped: it costs nothing, and neither
a full nor a hanging disk keeps it back.
"""

from __future__ import annotations

import mmap
import os
import struct

VARIABLE = "BK_HEARTBEAT"
"""Environment variable with the file that a process of a session maps; none outside a session."""
SIZE = 8
"""Bytes of that file: an unsigned number, 0 while no beat is due."""
_mapped: dict[str, mmap.mmap] = {}


def beat() -> None:
    """Say that the calling loop goes round; call it four times a second or more. Does nothing outside a session."""
    memory = _memory()
    if memory is not None:
        struct.pack_into("<Q", memory, 0, struct.unpack_from("<Q", memory)[0] + 1)


def rest() -> None:
    """Say that the loop has ended: no beat is due until the next one comes."""
    memory = _memory()
    if memory is not None:
        struct.pack_into("<Q", memory, 0, 0)


def _memory() -> mmap.mmap | None:
    name = os.environ.get(VARIABLE, "")
    if name and name not in _mapped:
        try:
            with open(name, "r+b") as file:
                _mapped[name] = mmap.mmap(file.fileno(), SIZE)
        except (OSError, ValueError):
            return None  # the supervisor is gone: nobody counts
    return _mapped.get(name)
