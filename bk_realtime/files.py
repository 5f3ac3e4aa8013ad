"""Files that are whole or not there: written beside their place and moved in one step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; it becomes ``path`` in one move when the block ends well, else it goes.

    A crash leaves the earlier file whole. The path keeps the ending of ``path``, for writers that look at it, and holds
    the process id, so that two processes never write one file. Missing folders are made. A link stays: what it leads to
    is written.

    Examples
    --------
    >>> with atomic(Path("scores.json")) as part:  # doctest: +SKIP
    ...     part.write_text("{}")
    """
    if path.is_symlink():
        path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """``path`` holds ``content`` or what it held before, nothing between."""
    with atomic(path) as part:
        part.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """:func:`write_bytes` of UTF-8 text, line ends as they are on every system."""
    write_bytes(path, text.encode())
