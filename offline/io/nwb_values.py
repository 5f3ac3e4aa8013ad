"""The door for what an NWB file states of its series and tables: numbers and texts of the kind that is expected.

The format leaves the kind of most values to whoever writes the file, and pynwb hands over what it finds: letters where
numbers belong, a table, one value where many belong, nothing. Whatever does not fit is one line that names the place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.typed import said
from offline.io.stored import check_held, kind_of

_DAMAGED = ": damaged; take another copy"


def text_of(value: Any) -> str:
    """Text of a cell, bytes or not."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def number(holder: Any, name: str, where: str, default: float) -> float:
    """The finite number that an attribute holds; ``default`` where it holds none, or zero.

    Raises
    ------
    InputError
        It holds something else; ``where`` begins the message.
    """
    value = getattr(holder, name, None)
    if value is None:
        return default
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise InputError(f"{where}: {name}: expected a number, got {_told(value)}{_DAMAGED}")
    found = float(value)
    if not math.isfinite(found):
        raise InputError(f"{where}: {name}: expected a finite number, got {found}{_DAMAGED}")
    return found or default


def text(holder: Any, name: str, where: str) -> str:
    """The text that an attribute holds; empty where it holds none.

    Raises
    ------
    InputError
        It holds something else; ``where`` begins the message.
    """
    value = getattr(holder, name, None)
    if value is None:
        return ""
    if not isinstance(value, str | bytes):
        raise InputError(f"{where}: {name}: expected a text, got {_told(value)}{_DAMAGED}")
    return text_of(value)


def values(data: Any, where: str) -> np.ndarray:
    """Everything of a column or series, as it is stored, with at least one axis.

    Raises
    ------
    InputError
        A single value, a table, or nothing.
    """
    if isinstance(data, list | tuple):
        data = np.array(data, object if any(isinstance(v, str | bytes) for v in data) else None)
    if not kind_of(data) or not data.shape:
        raise InputError(f"{where}: expected a list of values, got {_kind_told(data)}{_DAMAGED}")
    check_held(data, where)
    return np.asarray(data[:])


def numbers(data: Any, where: str, what: str = "numbers") -> np.ndarray:
    """(n,) float64 of a column or series; NaN and infinite ones are the caller's.

    Raises
    ------
    InputError
        It is no list of numbers.
    """
    found = values(data, where)
    if found.ndim != 1 or found.dtype.kind not in "fiu":
        raise InputError(f"{where}: expected {what}, got {_kind_told(found)}{_DAMAGED}")
    return found.astype(np.float64)


def rows_named(data: Any, where: str) -> np.ndarray:
    """(n,) int of a column that names rows of another table.

    Raises
    ------
    InputError
        It is no list of whole numbers.
    """
    found = numbers(data, where, "numbers of rows")
    if not (np.abs(found) < 2**53).all() or (found != np.rint(found)).any():
        raise InputError(f"{where}: expected numbers of rows, got others{_DAMAGED}")
    return found.astype(int)


def column(table: Any, name: str, where: str) -> np.ndarray | None:
    """(n,) values of a column of a table; None where it has none, or one of several values a row."""
    if name not in names(table):
        return None
    data = getattr(table[name], "data", None)
    if not kind_of(data) and not isinstance(data, list | tuple):
        return None
    found = values(data, f"{where}: {name}")
    return found if found.ndim == 1 else None


def names(table: Any) -> tuple[str, ...]:
    """Names of the columns of a table."""
    told = table.colnames
    return tuple(map(text_of, told)) if isinstance(told, Sequence | np.ndarray) and not isinstance(told, str) else ()


def length(data: Any) -> int | None:
    """How many values a column or series holds along its first axis; None where it is no list of values."""
    if isinstance(data, list | tuple):
        return len(data)
    shape = getattr(data, "shape", None)
    return int(shape[0]) if shape else None


def shape_of(data: Any) -> tuple[int, ...]:
    """Shape of a series for messages and comparisons; empty where it is no array."""
    return tuple(int(n) for n in getattr(data, "shape", None) or ())


def _told(value: Any) -> str:
    return _kind_told(value) if isinstance(value, np.ndarray) else said(value)


def _kind_told(data: Any) -> str:
    kind, shape = kind_of(data), getattr(data, "shape", None)
    if shape and kind:
        return f"{'texts' if kind in 'OSUT' else data.dtype} of shape {tuple(shape)}"
    return "nothing" if data is None else said(data) if isinstance(data, str | int | float) else "a table or one value"
