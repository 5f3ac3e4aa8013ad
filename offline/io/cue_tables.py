"""Markers from a table of cues, in the forms in which labs and public data sets write them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.shown import named
from offline.io.cue_columns import EMPTY, STANDARD, Column, column, psychopy_columns, text_columns, time_columns
from offline.io.cue_text import CueRows, cue_rows, is_decimal

LONGEST_S = 60.0
"""Words and sentences that would typically be longer are no seconds."""
_MOST_CELLS = 8
"""Of a row that are shown in a message."""
_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


def read_events(path: Path, sfreq: float | None = None, notes: list[str] | None = None) -> list[tuple[float, str]]:
    """Markers (time in seconds after the first neural sample, text) from a table of cues.

    Tables are separated by tabs, commas or semicolons. A column tells the onset (``onset``, ``start``, ``begin``,
    ``start_sample``, ``onset_ms``, PsychoPy's ``word.started``, ...), another the end (``offset``, ``end``, ``stop``)
    or the ``duration``, one the text: ``trial_type``, ``word``, ``prompted_word``, ``text``, ``label`` or ``value``,
    whichever comes first and holds something, else one of other usual names, else the first column of texts. Without
    a header: times and text in their order, as Audacity's labels. JSON lists and Praat TextGrids are read too.

    Rows with a length give ``start;TEXT`` and ``end;TEXT``, others ``TEXT``. Rows without an onset are left out.

    Parameters
    ----------
    path : the table.
    sfreq : neural rate in Hz, for onsets in samples.
    notes : gets a line where something had to be guessed.

    Raises
    ------
    FileError
        No such file, or not text.
    InputError
        No onsets, a time that is none, an end before its onset, or times whose unit cannot be told.
    """
    path = Path(path)
    table = cue_rows(path)
    said = list(table.notes)
    if table.names:
        markers = _with_header(table, path, sfreq, said)
    else:
        markers = _without_header(table, path, sfreq, said)
    if notes is not None and said:
        notes.append(f"cues of {path.name}: {'; '.join(said)}")
    return markers


def row_markers(
    names: tuple[str, ...], rows: Sequence[dict[str, str]], path: Path, sfreq: float | None, notes: list[str]
) -> list[tuple[float, str]]:
    """Markers from rows that a file holds itself, by the names of their columns, as :func:`read_events` takes them."""
    said: list[str] = []
    markers = _with_header(CueRows(names, tuple(tuple(r[n] for n in names) for r in rows), 1), path, sfreq, said)
    notes += said
    return markers


def _with_header(table: CueRows, path: Path, sfreq: float | None, said: list[str]) -> list[tuple[float, str]]:
    columns = [column(i, name) for i, name in enumerate(table.names)]
    start, end, length = psychopy_columns(table, said) or time_columns(columns)
    if start is None:
        if not table.rows:
            return []
        got = _said_row(table, table.rows[0])
        raise InputError(f"{path}: row 2: expected columns onset and duration (or offset) in seconds, got {got}")
    second = end or length
    unit = start.unit or (end.unit if end else "") or "s"
    if not start.unit and start.base not in STANDARD and unit == "s":
        _check_seconds(table, start, second, end is not None, path)
    if end is None and length is not None and not length.unit and unit != "s":
        raise InputError(
            f"{path}: {named(table.names[start.index])} counts {unit}, and "
            f"{named(table.names[length.index])} does not say what; "
            f"call it duration_s or duration_{'sample' if unit == 'samples' else unit}"
        )
    if {table.names[c.index].strip().lower() for c in (start, second) if c} - STANDARD:
        names = " and ".join(named(table.names[c.index]) for c in (start, second) if c)
        said.append(f"times from {names}, in {_unit_name(unit)}")
    texts = text_columns(table, columns, {c.index for c in (start, end, length) if c}, said)
    markers: list[tuple[float, str]] = []
    skipped = 0
    for i, row in enumerate(table.rows):
        where = f"{path}: row {i + 2}"
        if row[start.index].lower() in EMPTY:
            skipped += 1
            continue
        try:
            onset = float(row[start.index]) * _factor(unit, sfreq, path)
            stop = onset
            if end is not None and row[end.index].lower() not in EMPTY:
                stop = float(row[end.index]) * _factor(end.unit or unit, sfreq, path)
            elif length is not None and row[length.index].lower() not in EMPTY:
                stop = onset + float(row[length.index]) * _factor(length.unit or unit, sfreq, path)
        except ValueError:
            got = _said_row(table, row)
            raise InputError(
                f"{where}: expected columns onset and duration (or offset) in seconds, got {got}"
            ) from None
        if not (math.isfinite(onset) and math.isfinite(stop)):
            raise InputError(f"{where}: expected finite times, got {_said_row(table, row)}")
        if stop < onset:
            raise InputError(f"{where}: ends ({stop:g} s) before it begins ({onset:g} s)")
        text = next((row[c] for c in texts if row[c].lower() not in EMPTY), "event")
        markers += pair(onset, stop, text)
    if skipped:
        said.append(f"{skipped} of {len(table.rows)} rows have no onset and are left out")
    return markers


def _without_header(table: CueRows, path: Path, sfreq: float | None, said: list[str]) -> list[tuple[float, str]]:
    """Times and text by their place: the first two columns of numbers and the first of texts."""
    if not table.rows:
        return []
    width = len(table.rows[0])
    numeric = [c for c in range(width) if all(is_decimal(row[c]) for row in table.rows)]
    if not numeric:
        raise InputError(
            f"{path}: row {table.first_line}: expected columns onset and duration (or offset) in seconds, "
            f"got {_listed(map(named, table.rows[0]))}"
        )
    text = next((c for c in range(width) if c not in numeric), None)
    values = np.array([[float(row[c]) for c in numeric[:2]] for row in table.rows])
    if not np.isfinite(values).all():
        raise InputError(f"{path}: a time is not a number")
    first, second = values[:, 0], values[:, 1] if len(numeric) > 1 else None
    whole = [all(row[c].lstrip("+-").isdigit() for row in table.rows) for c in numeric[:2]]
    ends = second is not None and bool((second >= first).all())
    if second is not None and text is None and len(numeric) == 2 and whole[1] and not (whole[0] and ends):
        said.append("taken as onset in seconds and code")
        return [(float(t), f"{code:g}") for t, code in zip(first, second, strict=True)]
    stops = first if second is None else second if ends else first + second
    if second is not None:
        if (stops < first).any():
            raise InputError(f"{path}: a cue ends before it begins; expected onset and end, or onset and duration")
        typical = float(np.median(stops - first))
        if all(whole) and typical > LONGEST_S:
            raise InputError(
                f"{path}: whole numbers, typically {typical:g} long: samples or milliseconds? give the table a header "
                "that says so, such as start_sample or start_ms"
            )
    kind = "" if second is None else " and end" if ends else " and duration"
    said.append(f"taken as onset{kind} in seconds" + ("" if text is None else " and text"))
    markers: list[tuple[float, str]] = []
    for onset, stop, row in zip(first, stops, table.rows, strict=True):
        markers += pair(float(onset), float(stop), (row[text] if text is not None else "") or "event")
    return markers


def pair(onset: float, stop: float, text: str) -> list[tuple[float, str]]:
    """``start;TEXT`` and ``end;TEXT``, or ``TEXT`` alone where there is no length."""
    return [(onset, f"start;{text}"), (stop, f"end;{text}")] if stop > onset else [(onset, text)]


def _said_row(table: CueRows, row: Sequence[str]) -> str:
    """A row in a message: its first cells, each with the name of its column."""
    return _listed(f"{named(name)}: {named(cell)}" for name, cell in zip(table.names, row, strict=True))


def _listed(cells: Iterable[str]) -> str:
    first = list(itertools.islice(cells, _MOST_CELLS + 1))
    return "[" + ", ".join([*first[:_MOST_CELLS], *(["…"] if first[_MOST_CELLS:] else [])]) + "]"


def _check_seconds(table: CueRows, start: Column, second: Column | None, is_end: bool, path: Path) -> None:
    """Refuse whole numbers that would make cues of minutes where no name says that they are seconds."""
    rows = [row for row in table.rows if is_decimal(row[start.index]) and second and is_decimal(row[second.index])]
    if not rows or second is None or second.unit:
        return
    pairs = np.array([[float(row[start.index]), float(row[second.index])] for row in rows])
    typical = float(np.median(pairs[:, 1] - pairs[:, 0] if is_end else pairs[:, 1]))
    if (pairs == np.round(pairs)).all() and typical > LONGEST_S:
        names = f"{named(table.names[start.index])} and {named(table.names[second.index])}"
        raise InputError(
            f"{path}: columns {names} hold whole numbers, typically {typical:g} long, and no unit: "
            "call them start_sample and end_sample, start_ms and end_ms or start_s and end_s"
        )


def _factor(unit: str, sfreq: float | None, path: Path) -> float:
    """Seconds a unit."""
    if unit != "samples":
        return _SECONDS[unit]
    if sfreq is None or not (math.isfinite(sfreq) and sfreq > 0):
        raise InputError(f"{path}: times in samples, and the neural rate is not known; expected onsets in seconds")
    return 1.0 / sfreq


def _unit_name(unit: str) -> str:
    return {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}.get(unit, unit)
