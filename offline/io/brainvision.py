"""BrainVision headers: checks that MNE does not make, units as written, and the segments with their dates."""

from __future__ import annotations

import math
import re
from datetime import datetime
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError, InputError
from offline.io.grid import Grid
from offline.io.pauses import place_parts, whole

_WIDTHS = {"IEEE_FLOAT_32": 4, "INT_16": 2, "INT_32": 4}
_SEGMENT = re.compile(r"^Mk\d+=New Segment,[^,\n]*,(\d+),[^,\n]*,[^,\n]*(?:,(\d*))?", re.MULTILINE)
_COARSEST = 1e9
_DIGITS = 18
_DRIFT = 1e-4
"""The computer's clock, which gives the dates, and the amplifier's differ by at most this share ..."""
_DATE_S = 0.5
"""... and a date is written this much early or late."""


def check_header(header: Path) -> None:
    """Refuse a truncated BrainVision file: MNE reads what is there without a word.

    Raises
    ------
    FileError
        The data file is missing.
    InputError
        No BrainVision header, or its data file has another size than it says.
    """
    data = data_file(header)
    width = _WIDTHS.get(key(header, "BinaryFormat").upper(), 1)
    n_channels, points = key(header, "NumberOfChannels"), key(header, "DataPoints")
    for name, value in (("NumberOfChannels", n_channels), ("DataPoints", points)):
        if len(value) > _DIGITS or (value.isdigit() and not value.isdecimal()):
            raise InputError(f"{header}: {name}={value[:40]}: expected a number of at most {_DIGITS} digits")
    if n_channels.isdigit() and not 1 <= int(n_channels) <= 100_000:
        raise InputError(f"{header}: NumberOfChannels={n_channels}: expected at least 1; correct the header")
    listed = len(re.findall(r"^Ch\d+=", _section(header, "Channel Infos"), re.MULTILINE | re.IGNORECASE))
    if n_channels.isdigit() and listed and listed != int(n_channels):
        raise InputError(f"{header}: NumberOfChannels={n_channels}, but it describes {listed}; correct the header")
    size = data.stat().st_size
    row = width * int(n_channels) if n_channels.isdigit() else 1
    if size == 0 or size % row or (points.isdigit() and size != int(points) * row):
        raise InputError(
            f"{data}: the file is truncated: {size} bytes are not {points or 'a whole number of'} samples of "
            f"{n_channels or '?'} channels; take another copy"
        )


def data_file(header: Path) -> Path:
    """The binary file that a header names."""
    name = key(header, "DataFile")
    if not name:
        raise InputError(f"{header}: no BrainVision header: expected a line DataFile=...")
    name = name.replace("$b", header.stem)
    data = _beside(header, "DataFile", name)
    if not data.is_file():
        raise FileError(f"{header}: its data file {data.name} is missing; copy it beside the header")
    return data


def marker_file(header: Path) -> Path | None:
    """The marker file that MNE reads with a header: the one it names, else the one of its name; None without any."""
    name = key(header, "MarkerFile").replace("$b", header.stem)
    if not name:
        return None
    return next((p for p in (_beside(header, "MarkerFile", name), header.with_suffix(".vmrk")) if p.is_file()), None)


def _beside(header: Path, what: str, name: str) -> Path:
    """A file that a header names: in its own folder or below, or what is read is not what lies here."""
    parts = {*name.split("/")}
    if {"", ".", ".."} & parts or "\\" in name or not name.isprintable() or len(name.encode()) > 255:
        raise InputError(
            f"{header}: {what}={name[:40]!r}: expected the name of a file beside the header or in a folder there"
        )
    return header.parent / name


def channel_units(header: Path) -> list[tuple[float, str]]:
    """Resolution and unit of each channel in order; µV where none is written, as the format says."""
    found: dict[int, tuple[float, str]] = {}
    for number, props in re.findall(r"^Ch(\d+)=(.*)$", _section(header, "Channel Infos"), re.MULTILINE | re.IGNORECASE):
        fields = [field.strip() for field in props.split(",")]
        resolution, unit = (*fields, "", "", "")[2:4] if len(fields) < 4 else fields[2:4]
        try:
            value = float(resolution or 1.0)
        except ValueError:
            value = math.nan
        if not 0 < value < _COARSEST or len(number) > 6:
            raise InputError(
                f"{header}: channel {number[:20]} has resolution {resolution[:20]!r}; expected a number above 0"
            )
        found[int(number)] = (value, unit or "µV")
    n = max(found, default=0)
    return [found.get(i + 1, (1.0, "µV")) for i in range(n)] if n <= 100_000 else []


def segment_grid(header: Path, n: int, rate: float, notes: list[str]) -> Grid:
    """Where the samples lie by the dates of the ``New Segment`` markers.

    Raises
    ------
    InputError
        Dates that go back, or lie absurdly far apart.
    """
    markers = marker_file(header)
    found = _SEGMENT.findall(_text(markers)) if markers is not None else []
    segments = sorted({int(position) - 1: _date(date) for position, date in reversed(found)}.items())
    segments = [(sample, date) for sample, date in segments if 0 <= sample < n]
    if len(segments) < 2 and not any(sample for sample, _ in segments):
        return whole(n, rate)
    if segments[0][0] != 0:
        segments.insert(0, (0, None))
    first, start_s = [0], [0.0]
    known = (segments[0][1], 0.0)  # the last date, and where it lies on the axis
    untold = 0
    for sample, date in segments[1:]:
        joined = start_s[-1] + (sample - first[-1]) / rate
        if date is None or known[0] is None:
            untold += 1
        start_s.append(joined if date is None or known[0] is None else known[1] + (date - known[0]).total_seconds())
        first.append(sample)
        if date is not None:
            known = (date, start_s[-1])
    if untold:
        notes.append(
            f"the recording was interrupted {untold} times at markers 'New Segment' that have no date: how long cannot "
            "be told; what follows is joined without a pause"
        )
    slack = _DATE_S + _DRIFT * n / rate
    return place_parts(np.array(first), np.array(start_s), n, rate, f"{header}: segment", slack_s=slack)


def key(header: Path, name: str) -> str:
    """Value of a line ``name=...``; empty without one."""
    found = re.search(rf"^{name}=(.*)$", _text(header), re.MULTILINE)
    return found.group(1).strip() if found else ""


def _section(header: Path, name: str) -> str:
    found = re.search(rf"^\[{name}\]\s*$(.*?)(?=^\[|\Z)", _text(header), re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return found[1] if found else ""


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S%f") if text.strip("0") else None
    except ValueError:
        return None


def _text(path: Path) -> str:
    """Text of a header, in UTF-8 or, of old programs, Windows' own."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\r\n", "\n")
