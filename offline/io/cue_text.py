"""Text of a table of cues to rows: tabs, commas, semicolons or blanks, with or without header, JSON, Praat TextGrid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bk_realtime.errors import FileError, InputError
from bk_realtime.plain_files import parse_json, read_bytes
from bk_realtime.shown import named, shown
from offline.io.table_size import MOST_BYTES, check_cells, split_cells

_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?")
_COMMA_NUMBER = re.compile(r"[-+]?(?:\d+,\d*|,\d+)(?:[eE][-+]?\d+)?")
WORD_TIERS = ("words", "word", "sentences", "sentence", "utterances", "phrases")
"""Names of the tier of a TextGrid that is taken, the first that there is; else the first tier of all."""


@dataclass(frozen=True)
class CueRows:
    """Rows of a table.

    Attributes
    ----------
    names : names of the columns as they stand in the file; empty where there is no header.
    rows : texts, as many a row as there are columns.
    first_line : line of the first row in the file, for messages.
    notes : what was decided.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_line: int
    notes: tuple[str, ...] = ()


def cue_rows(path: Path) -> CueRows:
    """Rows of a table, list or TextGrid of cues, by its content.

    Raises
    ------
    FileError
        No such file, or not text.
    InputError
        Empty, no table, or rows with more cells than its header has names.
    """
    text = _text(path)
    start = text.lstrip()[:200]
    if not start:
        raise InputError(f"{path}: expected a table with a header line, got an empty file")
    if start[0] in "[{":
        return _json(text, path)
    if re.search(r"\bTextGrid\b", start) and "File type" in start:
        return _text_grid(text, path)
    return _table(text, path)


def is_number(cell: str) -> bool:
    """A number, with decimal point or comma."""
    return bool(_NUMBER.fullmatch(cell.strip()))


def is_decimal(cell: str) -> bool:
    """A number as rows have it, where decimal commas are points already."""
    return "," not in cell and is_number(cell)


def _text(path: Path) -> str:
    content = read_bytes(Path(path), MOST_BYTES)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"  # Praat likes UTF-16
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: expected a text table ({error})") from None


def _table(text: str, path: Path) -> CueRows:
    # a line that begins with a backslash is the frequency range of an Audacity label, "sep=;" is for Excel
    numbered = [
        (i, line)
        for i, line in enumerate(text.splitlines(), 1)
        if line.strip() and line[0] != "\\" and not re.fullmatch(r"sep=.\s*", line)
    ]
    if numbered and numbered[0][1].lstrip().startswith("#") and re.search(r"[\t;,]", numbered[0][1]):
        numbered[0] = (numbered[0][0], numbered[0][1].lstrip().lstrip("# "))  # a header that numpy wrote
    numbered = [(i, line) for i, line in numbered if not line.lstrip().startswith("#")]
    if not numbered:
        raise InputError(f"{path}: expected a table with a header line, got an empty file")
    first = numbered[0][1]
    delimiter = next((d for d in "\t;," if d in first), "")
    if delimiter:
        lines = list(split_cells((line for _, line in numbered), delimiter, path))
    else:  # blanks: two times and a text that may hold blanks itself
        width = 3 if all(is_number(cell) for cell in first.split()[:2]) else len(first.split())
        lines = [line.split(None, width - 1) for _, line in numbered]
    cells = [[cell.strip() for cell in line] for line in lines]
    header = () if any(is_number(cell) for cell in cells[0]) else tuple(cells[0])
    rows = cells[1:] if header else cells
    width = len(header) or max(len(row) for row in rows)
    check_cells(width, len(rows), len(text), path)
    for number, row in enumerate(rows, 2 if header else 1):
        if len(row) > width and any(row[width:]):
            raise InputError(
                f"{path}: row {number} has {len(row)} cells, the header {width}; "
                "numbers with a decimal comma need another separator than the comma"
            )
    notes = [] if header else ["no header line"]
    if not header and delimiter == "," and _perhaps_decimal_commas(rows):
        raise InputError(
            f"{path}: commas between whole numbers only: separators or decimal commas? "
            "expected decimal points, or tabs or semicolons between the columns"
        )
    if any(_COMMA_NUMBER.fullmatch(cell) for row in rows for cell in row):
        rows = [[_with_point(cell) for cell in row] for row in rows]
        notes.append("decimal commas")
    padded = tuple(tuple((row + [""] * width)[:width]) for row in rows)
    return CueRows(header, padded, numbered[1][0] if header and rows else numbered[0][0], tuple(notes))


def _perhaps_decimal_commas(rows: list[list[str]]) -> bool:
    """Four or more whole numbers a row where two times are expected: ``1,25,2,5,ook`` cannot be told apart."""
    return all(len(row) >= 4 and all(re.fullmatch(r"\d+", cell) for cell in row[:4]) for row in rows)


def _json(text: str, path: Path) -> CueRows:
    """A list of objects or of lists, an object that holds such a list, or an object of columns."""
    try:
        content: Any = parse_json(text)
    except ValueError as error:
        raise InputError(f"{path}: not valid JSON ({' '.join(str(error).split())})") from None
    if isinstance(content, dict):
        lists = {k: v for k, v in content.items() if isinstance(v, list)}
        of_rows = [v for v in lists.values() if v and isinstance(v[0], dict | list)]
        if len(of_rows) == 1:
            content = of_rows[0]
        elif lists and len({len(v) for v in lists.values()}) == 1:  # an object of columns
            content = [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    if isinstance(content, list) and all(isinstance(item, dict) for item in content):
        names = tuple(dict.fromkeys(str(name) for item in content for name in item))
        check_cells(len(names), len(content), len(text), path)
        return CueRows(names, tuple(tuple(_cell(item.get(name)) for name in names) for item in content), 1)
    if isinstance(content, list) and all(isinstance(item, list) for item in content):
        width = max((len(item) for item in content), default=0)
        check_cells(width, len(content), len(text), path)
        rows = tuple(tuple([*map(_cell, item), *[""] * (width - len(item))]) for item in content)
        return CueRows((), rows, 1, ("no names of columns",))
    raise InputError(f'{path}: expected a list of cues, such as [{{"onset": 1.5, "duration": 0.6, "word": "ook"}}]')


def _cell(value: Any) -> str:
    return "" if value is None else _with_point(str(value).strip())


def _with_point(cell: str) -> str:
    """A number with a decimal comma as one with a point."""
    return cell.replace(",", ".") if _COMMA_NUMBER.fullmatch(cell) else cell


def _text_grid(text: str, path: Path) -> CueRows:
    """The tier of words of a Praat TextGrid, in its long or short form."""
    # only the values, in order: quoted texts (a quote inside is doubled), numbers and <exists>; names go
    values = re.findall(r'"((?:[^"]|"")*)"|(?<![\w\]\[.])([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w\]])', text)
    tokens: list[tuple[bool, str]] = [(not number, quoted.replace('""', '"') or number) for quoted, number in values]
    tiers: dict[str, list[tuple[str, ...]]] = {}
    try:
        at = 2 + 3  # file type, class, xmin, xmax, number of tiers
        while at < len(tokens):
            kind, name, n = tokens[at][1], tokens[at + 1][1], int(tokens[at + 4][1])
            at += 5
            size = 3 if kind == "IntervalTier" else 2
            if kind not in ("IntervalTier", "TextTier") or not 0 <= n * size <= len(tokens) - at:
                raise ValueError(kind)
            rows = [tuple(value for _, value in tokens[at + i * size : at + (i + 1) * size]) for i in range(n)]
            tiers[name] = [row if size == 3 else (row[0], "", row[1]) for row in rows]
            at += n * size
    except (IndexError, ValueError):
        raise InputError(
            f"{path}: not a readable TextGrid; expected tiers of intervals or points as Praat writes"
        ) from None
    if not tiers:
        raise InputError(f"{path}: a TextGrid without tiers")
    lower = {name.lower(): name for name in reversed(tiers)}
    chosen = next((lower[name] for name in WORD_TIERS if name in lower), next(iter(tiers)))
    others = shown(", ".join(name for name in tiers if name != chosen))
    notes = (f"tier {named(chosen)} of the TextGrid" + (f" (not {others})" if others else ""),)
    return CueRows(("onset", "offset", "text"), tuple(r for r in tiers[chosen] if r[2].strip()), 1, notes)  # type: ignore[arg-type]
