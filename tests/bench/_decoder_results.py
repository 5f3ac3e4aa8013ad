"""Results of the decoder table that are kept in the repository: a line of JSON a cell, with the code that computed it
and the table it is of (session, words, participants)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import FileError
from bk_realtime.files import write_text
from offline.evaluation.store import plain, revived

RESULTS = Path(__file__).parent / "results" / "decoder_table.jsonl"
DIGITS = {"r": 4, "r_speech": 4, "r_partial": 4, "mcd_db": 3}
FIT = ("penalty", "chosen", "epochs", "best_epoch")
"""What is kept of a fit, where it has it."""

Row = dict[str, Any]


def table_id(about: Row) -> str:
    """Name of a table: a hash over what all its cells share, the hashes of speech and words among it."""
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:12]


def key(row: Row) -> tuple[str, float, int, int]:
    return row["decoder"], row["coupling"], row["participant"], row["fold"]


def row_of_cell(cell: Row, about: Row) -> Row:
    """A cell as it is kept: scores rounded; of its chance the mean and the standard deviation of the draws, which are
    independent from cell to cell, so that they tell the distribution of a mean over tens of cells."""
    draws = {measure: np.asarray(values, float) for measure, values in cell["chance"].items()}
    return {
        "table": table_id(about),
        **{name: cell[name] for name in ("decoder", "coupling", "participant", "fold", "code")},
        "scores": {measure: round(float(value), DIGITS[measure]) for measure, value in cell["scores"].items()},
        "chance": {m: [round(float(v.mean()), 5), round(float(v.std(ddof=1)), 5)] for m, v in draws.items()},
        "cpu_s": round(float(cell["cpu_seconds"]), 1),
        **{name: cell["fit"][name] for name in FIT if name in cell["fit"]},
    }


def read_rows(path: Path) -> tuple[dict[str, Row], list[Row]]:
    """Tables by name, and all rows.

    Raises
    ------
    FileError
        A line is no row, or one of a table that the file does not describe.
    """
    tables: dict[str, Row] = {}
    rows: list[Row] = []
    if not path.exists():
        return tables, rows
    for number, text in enumerate(path.read_text().splitlines(), 1):
        try:
            line = json.loads(text)
            if "about" in line:
                tables[line["table"]] = line["about"]
            elif line["table"] in tables and key(line):
                rows.append(revived(line))
            else:
                raise ValueError(f"table {line['table']} is described nowhere above it")
        except (ValueError, KeyError, TypeError) as error:
            raise FileError(
                f"{path}, line {number}: no row of the table ({error!r}); expected what --keep wrote: take the line out"
            ) from None
    return tables, rows


def write_rows(path: Path, tables: dict[str, Row], rows: Iterable[Row]) -> None:
    """The whole file anew, sorted, so that a difference shows the cells that are new."""
    lines = [{"table": name, "simulated": True, "about": tables[name]} for name in sorted(tables)]
    lines += sorted(rows, key=lambda row: (row["table"], *key(row)))
    write_text(path, "".join(json.dumps(plain(line), allow_nan=False) + "\n" for line in lines))


def merged(kept: Iterable[Row], fresh: Iterable[Row]) -> list[Row]:
    """Rows of both; where both have a cell, the fresh one."""
    return list({(row["table"], *key(row)): row for row in (*kept, *fresh)}.values())
