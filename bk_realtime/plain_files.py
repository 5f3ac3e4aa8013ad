"""Text files of plain values (TOML, JSON), read whole; too large, too deep or no UTF-8 is one line that says so."""

from __future__ import annotations

import codecs
import json
import stat
import tomllib
from pathlib import Path
from typing import Any

from bk_realtime.errors import FileError, InputError
from bk_realtime.typed import said, shortened

MOST_BYTES = 16 << 20
"""Of a text file. The largest that are written here, of thousands of channels, take a hundredth."""
DEEPEST = 32
"""Tables and lists within each other."""


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """A UTF-8 text file, with or without byte order mark; one of more than ``most`` bytes is not read.

    Raises
    ------
    FileError
        No such file, no file at all (a folder, a pipe), or one that cannot be read.
    InputError
        Too large, or no UTF-8 text.
    """
    content = read_bytes(path, most)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{path}: expected UTF-8 text, got UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: expected UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """All of a text file, in whatever encoding; one of more than ``most`` bytes is not read.

    Raises
    ------
    FileError
        No such file, no file at all (a folder, a pipe), or one that cannot be read.
    InputError
        Too large.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileError(f"{path}: expected a file, got a folder or device")
        if found.st_size > most:
            raise InputError(f"{path}: expected a text file of at most {most >> 20} MB, got {found.st_size >> 20} MB")
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise FileError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FileError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a missing, broken or too large one is a :class:`BkError`."""
    text = read_text(path).replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a whole number of thousands of digits
        reason = "nested too deep" if isinstance(error, RecursionError) else shortened(str(error), 200)
        raise InputError(f"{path}: not a valid TOML file ({reason})") from None
    _check_plain(values, str(path))
    return values


def parse_json(text: str | bytes) -> Any:
    """What a JSON text holds.

    Raises
    ------
    ValueError
        It is none, or nested too deep.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object; a missing, broken or too large one is a :class:`BkError`."""
    try:
        values = parse_json(read_text(path))
    except ValueError as error:
        raise InputError(f"{path}: not valid JSON ({shortened(str(error), 200)})") from None
    if not isinstance(values, dict):
        raise InputError(f"{path}: expected a JSON object, got {said(values)}")
    _check_plain(values, str(path))
    return values


def _check_plain(values: Any, where: str) -> None:
    """Refuse what nobody writes and what breaks who handles it later: depth, and whole numbers beyond 64 bits."""
    left: list[tuple[Any, tuple[Any, ...]]] = [(values, ())]
    while left:
        value, path = left.pop()
        if isinstance(value, (dict, list)):
            if len(path) > DEEPEST:
                raise InputError(f"{where}: expected at most {DEEPEST} tables within each other, got more")
            left += [(v, (*path, k)) for k, v in (value.items() if isinstance(value, dict) else enumerate(value))]
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise InputError(f"{where}: {shortened('.'.join(map(str, path)))}: expected a number of 64 bits, got more")
