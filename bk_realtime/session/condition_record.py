"""The record of conditions: one JSON object a change, in the session's folder and stream; sealed where blinded."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bk_realtime.plain_files import MOST_BYTES, parse_json

FILE = "conditions.jsonl"
"""In a session's folder: the plan first, then every change with the stamp of the first sound it applies to."""


def written(record: Mapping[str, Any], sealed: bool) -> str:
    """One line. Sealed, it is packed so that nobody reads it by chance; it is no encryption."""
    text = json.dumps(record)
    if not sealed:
        return text
    return json.dumps({"sealed": base64.b64encode(zlib.compress(text.encode())).decode()})


def read_records(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Records of :func:`written` lines, sealed or not; what is none (a line cut off) is left out."""
    records = []
    for line in lines:
        try:
            value = parse_json(line)
            if isinstance(value, dict) and "sealed" in value:
                value = parse_json(_opened(value["sealed"]))
        except (ValueError, TypeError, zlib.error):
            continue
        if isinstance(value, dict):
            records.append(value)
    return records


def _opened(sealed: str) -> bytes:
    """The packed text; what unpacks to more than any record is none."""
    packing = zlib.decompressobj()
    text = packing.decompress(base64.b64decode(sealed), MOST_BYTES)
    if not packing.eof:
        raise ValueError("cut off, or packed to hide its size")
    return text


def is_sealed(lines: Iterable[str]) -> bool:
    """Whether any line is."""
    return any(line.startswith('{"sealed"') for line in lines)


def append(path: Path, line: str) -> None:
    """Add one line; raises ``OSError`` where the disk takes none."""
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
