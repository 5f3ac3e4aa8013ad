"""Damage of every kind to plain values, text and bytes: what a typed reader has to refuse or to read as meant."""

from __future__ import annotations

import copy
import datetime
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

DAY = datetime.date(2024, 2, 29)
ODD: dict[str, Any] = {
    "true": True,
    "empty text": "",
    "text": "x",
    "path out": "../../x",
    "NUL text": "a\x00b",
    "long text": "x" * 100_000,
    "markup": "<b>$&{x}\x1b[31m",
    "zero": 0,
    "minus one": -1,
    "billion": 10**9,
    "beyond 64 bits": 10**30,
    "beyond a float": 10**400,
    "half": 0.5,
    "nan": math.nan,
    "inf": math.inf,
    "minus inf": -math.inf,
    "1e308": 1e308,
    "1e-308": 1e-308,
    "empty list": [],
    "nested list": [[]],
    "list": [1, "a", None or 2.5],
    "empty table": {},
    "table": {"x": 1},
    "date": DAY,
}


def damaged_values(values: dict[str, Any], odd: dict[str, Any] = ODD) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and copy of ``values`` with one thing wrong, for every key at every depth: the key is removed, misspelt or
    holds each of ``odd``; lists are a value short, twice as long, and hold each of ``odd`` in the first place."""
    for path in _paths(values):
        *above, last = path
        where = ".".join(map(str, path))

        def changed(above: list[Any] = above) -> tuple[dict[str, Any], Any]:
            made = copy.deepcopy(values)
            owner: Any = made
            for key in above:
                owner = owner[key]
            return made, owner

        for name, value in odd.items():
            made, owner = changed()
            owner[last] = copy.deepcopy(value)
            yield f"{where} = {name}", made
        made, owner = changed()
        if isinstance(owner, dict):
            before = owner.pop(last)
            yield f"{where} removed", made
            made, owner = changed()
            owner[f"{last}x"] = owner.pop(last)
            yield f"{where} misspelt", made
            if isinstance(before, list) and before:
                for name, some in (
                    ("short", before[:-1]),
                    ("twice", before * 2),
                    ("double", [*before[:-1], before[0]]),
                ):
                    made, owner = changed()
                    owner[last] = some
                    yield f"{where} {name}", made
    yield "unknown key", {**copy.deepcopy(values), "unknown": 1}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from _paths(value[0], (*path, 0))


def damaged_text(text: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of a TOML or JSON text that was cut, stored otherwise, or filled with what no file holds."""
    content = text.encode()
    yield "empty", b""
    yield "byte order mark", b"\xef\xbb\xbf" + content
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-16 without mark", text.encode("utf-16-le")
    yield "NUL bytes", content.replace(b"\n", b"\x00", 3)
    yield "zeros", bytes(len(content))
    yield "Latin-1", content + "\n# é\n".encode("latin-1")
    yield "deep list", content + b"\nx = " + b"[" * 5000 + b"]" * 5000 + b"\n"
    yield "deep table", content + b"\n[" + b"a." * 5000 + b"a]\nx = 1\n"
    yield "deep JSON", b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    yield "long number", b"x = " + b"9" * 5000 + b"\n" + content
    yield "long number JSON", b'{"x": ' + b"9" * 5000 + b"}"
    yield "surrogate", b'x = "\\ud800"\n' + content
    yield "carriage returns", content.replace(b"\n", b"\r")
    yield "double key", content + content
    yield "list", b"[1, 2]"
    yield "number", b"1"
    yield "control", content.replace(b'"', b'"\x07', 1)
    for share in range(1, 10):
        yield f"cut at {share}/10", content[: len(content) * share // 10]


def damaged_bytes(content: bytes, n: int, seed: int = 0, head: int = 512) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of a binary file that was cut, flipped, swapped or filled: ``n`` of each kind, half of them in the
    first ``head`` bytes or at the end, where headers and directories are."""
    rng = np.random.default_rng(seed)
    size = len(content)
    yield "empty", b""
    yield "zeros", bytes(size)
    yield "text", b"not what was expected\n" * 50
    yield "twice", content * 2
    yield "with a tail", content + b"\x00" * 64
    for i in range(n):
        ranges = ((0, min(head, size)), (max(0, size - head), size), (0, size))
        at = int(rng.integers(*ranges[i % 3]))
        yield f"cut at {at}", content[:at]
        flipped = bytearray(content)
        flipped[at] ^= 1 << int(rng.integers(8))
        yield f"flipped at {at}", bytes(flipped)
        filled = bytearray(content)
        filled[at : at + 8] = rng.bytes(len(filled[at : at + 8])) if i % 2 else b"\xff" * len(filled[at : at + 8])
        yield f"filled at {at}", bytes(filled)
        yield f"a piece lost at {at}", content[:at] + content[at + int(rng.integers(1, 64)) :]
