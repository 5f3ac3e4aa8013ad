"""Markers of an NWB file: annotations, a text a sample, tables of trials and other intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import InputError, OptionError
from offline.io import companions
from offline.io.markers import edges, marker_text
from offline.io.nwb_layout import Found, listed, named
from offline.io.nwb_values import column, length, names, numbers, text_of, values
from offline.io.stored import kind_of

TEXT_COLUMNS = (
    "word prompted_word stimulus stim sentence text label trial_type condition cue prompt name description tags value "
    "code"
).split()
"""Columns of a table of intervals that hold the text, the first that there is; else the first column of texts."""
_TIMES = ("start_time", "stop_time")
_NEVER = ("invalid_times",)

Markers = list[tuple[float, str]]


def nwb_markers(
    file: Any,
    found: Sequence[Found],
    wanted: str | None,
    axis: tuple[float, float, int],
    path: Path,
    notes: list[str],
    with_tables: bool = True,
) -> Markers | None:
    """Markers of the file on its own axis; None where it holds none.

    The first that there is counts: annotations, a text a sample (``Stimulus``), the table of trials, another table of
    intervals. ``wanted`` names one of them. What was passed over is said.

    Parameters
    ----------
    axis : begin in s, rate in Hz and length in samples of the neural signal.
    with_tables : take trials and other intervals too.

    Raises
    ------
    OptionError
        ``wanted`` is none of them.
    """
    annotated = [f for f in found if type(f.series).__name__ == "AnnotationSeries"]
    texts = [f for f in found if f not in annotated and _is_cue_series(f)]
    tables = _tables(file) if with_tables else {}
    if wanted is not None:
        series = named([*annotated, *texts, *[f for f in found if _one_axis(f)]], wanted, path)
        key = wanted.strip("/").removeprefix("intervals/")
        if series is not None:
            return _annotations([series], path) if series in annotated else _per_sample(series, axis, path, notes)
        if key in tables:
            return _intervals(key, tables[key], path, notes)
        there = [listed([*annotated, *texts]), *(f"intervals/{name}" for name in tables)]
        held = ", ".join(t for t in there if t) or "none"
        raise OptionError(f"{path}: no file, series or table {wanted!r} with markers; it has {held}")
    sources: list[str] = [f.path for f in annotated] + [f.path for f in texts] + [f"intervals/{t}" for t in tables]
    if not sources:
        return None
    if annotated:
        used, markers = [f.path for f in annotated], _annotations(annotated, path)
    elif texts:
        used, markers = [texts[0].path], _per_sample(texts[0], axis, path, notes)
    else:
        name = "trials" if "trials" in tables else min(tables, key=lambda t: (t == "epochs", t))
        used, markers = [f"intervals/{name}"], _intervals(name, tables[name], path, notes)
    passed = [source for source in sources if source not in used]
    if passed and set(passed) != {"acquisition/Stimulus"}:  # what this program writes beside its markers says the same
        notes.append(f"markers from {', '.join(used)}; not from {', '.join(passed)}")
    return markers


def has_cues(file: Any, found: Sequence[Found], wanted: str, path: Path) -> bool:
    """Whether :func:`nwb_markers` knows a series or a table of this name."""
    series = [f for f in found if _one_axis(f)]
    return named(series, wanted, path) is not None or wanted.strip("/").removeprefix("intervals/") in _tables(file)


def _is_cue_series(found: Found) -> bool:
    """One text a sample, or codes named as a stimulus."""
    if not _one_axis(found):
        return False
    if kind_of(found.series.data) in {"O", "S", "U", "T"}:
        return True
    return found.name.lower() in ("stimulus", "stimuli", "words", "markers", "triggers", "trigger") and (
        kind_of(found.series.data) in {"i", "u"}
    )


def _one_axis(found: Found) -> bool:
    data = found.series.data
    return hasattr(data, "dtype") and hasattr(data, "shape") and (len(data.shape) == 1 or data.shape[1:] == (1,))


def _annotations(found: Sequence[Found], path: Path) -> Markers:
    markers: Markers = []
    for f in found:
        where = f"{path}: {f.path}"
        stamps = numbers(f.series.timestamps, f"{where}: timestamps", "seconds")
        texts = values(f.series.data, where)
        if texts.shape != stamps.shape:
            raise InputError(f"{where}: {len(stamps)} time stamps for texts of shape {texts.shape}; expected one each")
        markers += [(float(t), marker_text(text_of(v))) for t, v in zip(stamps, texts, strict=True)]
    return markers


def _per_sample(found: Found, axis: tuple[float, float, int], path: Path, notes: list[str]) -> Markers:
    """From one text or code a sample, on the series' own time axis where it has one."""
    series, where = found.series, f"{path}: {found.path}"
    start, rate, n = axis
    held = values(series.data, where).ravel()
    if series.timestamps is not None and length(series.timestamps) == len(held):
        stamps = numbers(series.timestamps, f"{where}: timestamps", "seconds")
        step = float(np.median(np.diff(stamps))) if len(stamps) > 1 else 0.0
        times = np.append(stamps, stamps[-1:] + step)
    else:
        # a text an audio sample, or another regular grid over the same time
        own = rate if len(held) == n else len(held) / n * rate
        times = start + np.arange(len(held) + 1) / own
    if held.dtype.kind in "iuf":
        return [(float(times[i]), text) for i, text in edges(held, found.path, notes)]
    texts = np.array([text_of(v) for v in held])
    return [(float(times[round(i)]), text) for i, text in companions.changes(texts, 1.0, 0.0)]


def _tables(file: Any) -> dict[str, Any]:
    """Tables of intervals with rows, by name."""
    tables = {name: table for name, table in (file.intervals or {}).items() if name not in _NEVER}
    for module in file.processing.values():
        inside = {name: item for name, item in module.data_interfaces.items() if type(item).__name__ == "TimeIntervals"}
        tables = {**inside, **tables}
    for name in ("trials", "epochs"):
        table = getattr(file, name, None)
        if table is not None:
            tables[name] = table
    return {name: table for name, table in tables.items() if len(table) > 0}


def _intervals(name: str, table: Any, path: Path, notes: list[str]) -> Markers:
    """``start;TEXT`` and ``end;TEXT`` of each row; the number of the row where no column holds texts."""
    where = f"{path}: intervals/{name}"
    starts, stops = (numbers(table[column].data, f"{where}: {column}", "seconds, one a row") for column in _TIMES)
    if len(starts) != len(stops):
        raise InputError(f"{where}: {len(starts)} rows have a start and {len(stops)} a stop; expected as many")
    columns = {c: cells for c in names(table) if (cells := _cells(table, c, where)) is not None}
    usual = [c for c in TEXT_COLUMNS for have in columns if have.lower() == c]
    by_lower = {c.lower(): c for c in columns}
    of_texts = [c for c, cells in columns.items() if _is_text(c, cells)]
    chosen = next((by_lower[c] for c in usual if by_lower[c] in of_texts), None) or next(iter(of_texts), None)
    chosen = chosen or next((by_lower[c] for c in usual), None)
    texts = [text_of(v) for v in columns[chosen]] if chosen else [str(i + 1) for i in range(len(starts))]
    notes.append(
        f"markers from intervals/{name}, text from " + (f"column {chosen!r}" if chosen else "the number of the row")
    )
    if len(texts) != len(starts):
        raise InputError(f"{where}: {len(texts)} rows have a {chosen} and {len(starts)} a start; expected as many")
    markers: Markers = []
    for i, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        text = texts[i].strip() or str(i + 1)
        if math.isfinite(start):
            markers += companions.pair(float(start), float(stop) if math.isfinite(stop) else float(start), text)
    return markers


def _is_text(column: str, cells: Sequence[Any] | np.ndarray) -> bool:
    return column == "tags" or (
        np.asarray(cells).dtype.kind in "OSUT" and all(isinstance(v, (str, bytes)) for v in cells[:100])
    )


def _cells(table: Any, name: str, where: str) -> Sequence[Any] | np.ndarray | None:
    """Of a column, one a row; None for times and for columns of lists, but ``tags``, whose texts are joined."""
    if name in (*_TIMES, "timeseries"):
        return None
    data = table[name]
    if name == "tags":
        rows = [data[i] for i in range(len(table))]
        return [";".join(map(text_of, row)) if isinstance(row, list | np.ndarray) else text_of(row) for row in rows]
    cells = None if type(data).__name__ == "VectorIndex" else column(table, name, where)
    return cells if cells is not None and len(cells) == len(table) else None
