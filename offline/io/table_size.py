"""What a table of texts may hold: as many cells as lie in its file, and a few that it leaves empty."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from bk_realtime.errors import InputError

MOST_BYTES = 64 << 20
"""Of a table of cues or channels: a million rows."""
UNSAID_CELLS = 1_000_000
"""Cells that a table may leave empty at the ends of its rows; more are made to hurt: a wide header over many short rows
would fill the memory."""


def check_cells(width: int, n_rows: int, n_bytes: int, path: Path) -> None:
    """Refuse a table of far more cells than bytes.

    Raises
    ------
    InputError
        So it is.
    """
    if width * n_rows > n_bytes + UNSAID_CELLS:
        raise InputError(
            f"{path}: {n_rows} rows of {width} columns in {n_bytes} bytes: nearly all cells are empty; expected a "
            "table whose columns are used"
        )


def split_cells(lines: Iterable[str], delimiter: str, path: Path) -> Iterator[list[str]]:
    """Cells of each line.

    Raises
    ------
    InputError
        No table: a cell without end, a quote that is not closed.
    """
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error as error:
        raise InputError(f"{path}: not a readable table ({error}); check its quotes") from None
