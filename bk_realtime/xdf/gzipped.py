"""A gzipped recording in memory: as far as it is whole, and no further than a recording can be packed."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

from bk_realtime.errors import FileError, InputError

PACKED = 100
"""A file that unpacks to so many times its size is made to hurt: recordings do to about twice."""
LEAST_BYTES = 1 << 26
"""Bytes that any file may unpack to."""
_PIECE = 1 << 14


def unpack(path: Path) -> tuple[bytearray, str]:
    """What a gzipped file holds up to the first damage, and what is wrong with it; nothing where it is whole.

    Raises
    ------
    FileError
        Nothing of it can be unpacked.
    InputError
        It unpacks to far more than a recording would.
    """
    most = max(LEAST_BYTES, PACKED * path.stat().st_size)
    out, wrong = bytearray(), ""
    member = zlib.decompressobj(31)
    with path.open("rb") as file:
        while not wrong and (piece := file.read(_PIECE)):
            while piece and not wrong:
                if member.eof:  # padding, or another member behind the last one
                    piece = piece.lstrip(b"\0")
                    member = zlib.decompressobj(31) if piece else member
                else:
                    wrong = _more(member, piece, out)
                    piece = member.unused_data
            if len(out) > most:
                raise InputError(f"{path}: unpacks to more than {most / 1e6:.0f} MB: made to hurt, no recording")
    if not wrong and not member.eof:
        wrong = "its end is missing"
    if wrong and not out:
        raise FileError(f"{path}: cannot be read (gzip: {wrong}); take another copy of the recording")
    return out, f"as a gzip file ({wrong}), so what follows byte {len(out)} of its content is lost" if wrong else ""


def _more(member: Any, piece: bytes, out: bytearray) -> str:
    """Unpack a piece to the end of ``out``; what is wrong with it, up to which all is taken."""
    before = member.copy()
    try:
        out += member.decompress(piece)
    except zlib.error as error:
        try:
            for byte in piece:
                out += before.decompress(bytes((byte,)))
        except zlib.error:
            pass
        return str(error)
    return ""
