"""Frozen dataclasses made of the plain values of a text file (TOML, JSON): every key known, typed and in range.

What is taken can be worked with: a number is finite and no truth value, a text holds no control characters, a list has
the length that is wanted. Whatever else a file holds is one line that names the key by its path, such as
``bundle.toml: decoder.hidden: expected a whole number from 1 to 4096, got true``.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from bk_realtime.errors import BkError, OptionError

T = TypeVar("T")

UNSAID = "unsaid"
"""Metadata of a field that is written only where it differs from its default: files of before, which lack it, and
programs of before, which do not know it, stay good."""
BEFORE = "before"
"""Metadata of a field whose default is another than it was: what a complete file of before, which lacks it, means."""
LONGEST_TEXT = 10_000
_SHOWN = 60


@dataclass(frozen=True)
class Within:
    """Range of a number, or of the length of a list, as annotation: ``hidden: Annotated[int, Within(1, 4096)]``."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"from {_plainly(self.low)} to {_plainly(self.high)}"


def _plainly(number: float) -> str:
    """As few digits as tell it: 1e-09, 4096."""
    return str(number).removesuffix(".0")


# ---- dataclasses -----------------------------------------------------------------------------------------------------
def from_dict(
    cls: type[T], values: dict[str, Any], where: str = "settings", under: str = "", complete: bool = False
) -> T:
    """Build a settings dataclass from plain values; nested dataclasses from nested tables.

    Parameters
    ----------
    where : begins every message: the file.
    under : path of the table in it, where it is not all of it.
    complete : every key must be there but those that are :data:`UNSAID` or :data:`BEFORE` or may be None, for files
        that a program wrote whole: a default in place of a lost key would be another computation, silently.

    Raises
    ------
    BkError
        No table, an unknown or missing key, or a value of the wrong type, out of range, or that goes with no other.
    """
    table = f"{where}: {under}" if under else where
    if not isinstance(values, dict):
        raise OptionError(f"{table}: expected a table, got {said(values)}")
    fields = [f for f in dataclasses.fields(cls) if f.init]  # type: ignore[arg-type]
    hints = typing.get_type_hints(cls, include_extras=True)
    unknown = sorted(map(str, set(values) - {f.name for f in fields}))
    if unknown:
        names = ", ".join(f.name for f in fields)
        raise OptionError(f"{table}: unknown key {said(unknown[0])}; expected one of {names}")
    made = {}
    for f in fields:
        if f.name in values:
            path = f"{under}.{f.name}" if under else f.name
            made[f.name] = _convert(hints[f.name], values[f.name], where, path, complete)
        elif complete and BEFORE in f.metadata:
            made[f.name] = f.metadata[BEFORE]
        elif _needed(f, hints[f.name], complete):
            raise OptionError(f"{table}: expected key {f.name!r}, got none")
    try:
        return cls(**made)
    except BkError as error:  # its own check of fields that go with each other
        raise type(error)(f"{table}: {error}") from None


def value_of(hint: Any, values: dict[str, Any], key: str, where: str) -> Any:
    """The value under a key of what was read, as ``hint`` wants it, such as ``tuple[str, ...]``.

    Raises
    ------
    OptionError
        It is missing, or something else; ``where`` begins the message.
    """
    if key not in values:
        raise OptionError(f"{where}: expected key {key!r}, got none")
    return _convert(hint, values[key], where, key, False)


def check_within(settings: Any, where: str) -> None:
    """Refuse a settings object that was not read from a file and of which a field is out of its range.

    Raises
    ------
    OptionError
        So it is; ``where`` begins the message.
    """
    for name, hint in typing.get_type_hints(type(settings), include_extras=True).items():
        if typing.get_origin(hint) is typing.Annotated:
            _convert(hint, getattr(settings, name), where, name, False)


def missing_keys(cls: type, values: dict[str, Any], under: str = "") -> list[str]:
    """Paths of the keys that a complete file would have (see :func:`from_dict`) and this one lacks."""
    hints, missing = typing.get_type_hints(cls, include_extras=True), []
    for f in dataclasses.fields(cls):
        path, inner = f"{under}.{f.name}".strip("."), hints[f.name]
        if f.name not in values:
            missing += [path] if _needed(f, inner, True) else []
        elif isinstance(inner, type) and dataclasses.is_dataclass(inner) and isinstance(values[f.name], dict):
            missing += missing_keys(inner, values[f.name], path)
    return missing


def _needed(f: dataclasses.Field[Any], hint: Any, complete: bool) -> bool:
    if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
        return True
    unsaid = f.metadata.get(UNSAID) or BEFORE in f.metadata
    return complete and not unsaid and type(None) not in typing.get_args(hint)


def _convert(hint: Any, value: Any, where: str, path: str, complete: bool) -> Any:
    """``value`` as ``hint`` wants it."""
    within = None
    if typing.get_origin(hint) is typing.Annotated:
        hint, *notes = typing.get_args(hint)
        within = next((note for note in notes if isinstance(note, Within)), None)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return from_dict(hint, value, where, path, complete)
    origin, args = typing.get_origin(hint), typing.get_args(hint)

    def refuse(expected: str) -> OptionError:
        return OptionError(f"{where}: {path}: expected {expected}, got {said(value)}")

    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise refuse("a list")
        if args[-1] is not Ellipsis and len(args) != len(value):
            raise refuse(f"{len(args)} values")
        if args[-1] is Ellipsis and within and not within.low <= len(value) <= within.high:
            raise OptionError(f"{where}: {path}: expected a list of {within} values, got {len(value)}")
        kinds = [args[0]] * len(value) if args[-1] is Ellipsis else list(args)
        if within and args[-1] is not Ellipsis:  # of each value
            kinds = [typing.Annotated[kind, within] for kind in kinds]
        return tuple(
            _convert(kind, v, where, f"{path}[{i}]", complete)
            for i, (kind, v) in enumerate(zip(kinds, value, strict=True), 1)
        )
    if origin in (typing.Union, types.UnionType):
        kinds = [a for a in args if a is not type(None)]
        if value is None and len(kinds) < len(args):
            return None
        return _convert(typing.Annotated[kinds[0], within] if within else kinds[0], value, where, path, complete)
    if origin is Literal:
        if not any(type(value) is type(a) and value == a for a in args):
            raise refuse(", ".join(map(str, args[:-1])) + f" or {args[-1]}")
        return value
    if origin is dict:
        if not isinstance(value, dict):
            raise refuse("a table")
        kept = {}
        for key, inside in value.items():
            _convert(str, key, where, f"{path}: key", complete)
            kept[key] = inside if args[1] is Any else _convert(args[1], inside, where, f"{path}.{said(key)}", complete)
        return kept
    if hint is bool:
        if not isinstance(value, bool):
            raise refuse("true or false")
    elif hint in (int, float):
        return _number(hint, value, within, refuse)
    elif hint in (str, Path):
        if not isinstance(value, str):
            raise refuse("a text")
        if not is_plain(value):
            raise refuse(f"a text of at most {LONGEST_TEXT} characters without control characters")
        return Path(value) if hint is Path else value
    elif isinstance(hint, type) and not isinstance(value, hint):
        raise refuse(hint.__name__)
    return value


def is_plain(text: str) -> bool:
    """Whether a text can go into names, messages and files: not endless, no control characters."""
    return len(text) <= LONGEST_TEXT and all(map(_plain, text))


def _plain(letter: str) -> bool:
    return letter in "\t\n\r" or (letter >= " " and not "\ud800" <= letter <= "\udfff")  # half of a UTF-16 pair


def _number(hint: type, value: Any, within: Within | None, refuse: Any) -> int | float:
    what = ("a whole number" if hint is int else "a number") + (f" {within}" if within else "")
    kinds = (int,) if hint is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise refuse(what)
    if (isinstance(value, int) and not -(2**63) <= value < 2**63) or not math.isfinite(value):
        raise refuse(what)
    if within and not within.low <= value <= within.high:
        raise refuse(what)
    return value if hint is int else float(value)


# ---- words -----------------------------------------------------------------------------------------------------------
def said(value: Any) -> str:
    """A value in a message: as a file has it, short, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(said(v) for v in value[:4] if not isinstance(v, (list, tuple)))
        return f"a list of {len(value)} values" if len(value) > 4 or len(inner) > _SHOWN or not inner else f"[{inner}]"
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a number beyond 64 bits"
    return shortened(ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value))


def shortened(text: str, most: int = _SHOWN) -> str:
    """On one line, of at most about ``most`` characters."""
    line = " ".join(text[: 2 * most].split())
    return line if len(line) <= most and len(text) <= 2 * most else f"{line[:most]}…"
