"""EDF, EDF+, BDF and BDF+: the header, and the samples of any channel at its own rate, record by record."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError, InputError
from bk_realtime.progress import task

_BLOCK = 1 << 23
"""Bytes that are read at a time."""
_MICROVOLT = re.compile(r"^(?:\x83\xca|Âµ|Î¼|\xb5|\u03bc|u|micro) ?V(?:olts?)?$", re.IGNORECASE)
"""µV as export programs write it: Latin-1, UTF-8 or Shift-JIS bytes, read as Latin-1."""


@dataclass(frozen=True)
class EdfSignal:
    """One channel.

    Attributes
    ----------
    label, unit : as the header writes them; labels that occur twice are numbered from 0.
    gain, offset : physical value = gain · digital + offset; gain 0 where the header gives no scale.
    samples : in each record.
    column : bytes in a record before it.
    rate : in Hz.
    """

    label: str
    unit: str
    gain: float
    offset: float
    samples: int
    column: int
    rate: Fraction


@dataclass(frozen=True)
class EdfHeader:
    """What the header of a file says, checked against its size.

    Attributes
    ----------
    signals : the channels that hold samples.
    annotation_columns : (column, bytes) in a record of each channel that holds annotations.
    width : bytes a sample: 2 (EDF) or 3 (BDF).
    kind : ``EDF+C``, ``EDF+D``, ... or empty.
    """

    path: Path
    signals: tuple[EdfSignal, ...]
    annotation_columns: tuple[tuple[int, int], ...]
    width: int
    kind: str
    n_records: int
    record_s: Fraction
    data_start: int
    record_bytes: int
    notes: tuple[str, ...] = ()


def read_header(path: Path) -> EdfHeader:
    """Read the header of an EDF or BDF file.

    Raises
    ------
    FileError
        It cannot be opened.
    InputError
        No such file, damaged, or cut short.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(256)
            n = _integer(path, "number of signals", head[252:256]) if len(head) == 256 else 0
            if not 1 <= n <= 9999 or head[:8].strip() not in (b"0", b"\xffBIOSEMI"):
                raise _damaged(path, "it does not begin like an EDF or BDF file")
            text = file.read(256 * n)
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from None
    width = 3 if head[:1] == b"\xff" else 2
    data_start = _integer(path, "size of the header", head[184:192])
    if len(text) < 256 * n or data_start != 256 * (n + 1):
        raise _damaged(path, f"a header of {n} signals has {256 * (n + 1)} bytes, it says {data_start}")
    columns = _columns(text, n)
    record_s = _record_seconds(path, head[244:252])
    counts = [_integer(path, "samples in a record", field) for field in columns["samples"]]
    if any(c < 0 for c in counts) or sum(counts) == 0:
        raise _damaged(path, "its records hold no samples")
    record_bytes = width * sum(counts)
    n_records, notes = _records(path, _integer(path, "number of records", head[236:244]), data_start, record_bytes)
    signals: list[EdfSignal] = []
    annotations: list[tuple[int, int]] = []
    labels = _unique([_text(field) for field in columns["label"]])
    at = 0
    for i, count in enumerate(counts):
        if _text(columns["label"][i]) in ("EDF Annotations", "BDF Annotations"):
            annotations.append((at, count * width))
        elif count:
            low, high, digital_low, digital_high = (
                _number(path, labels[i], columns[key][i]) for key in ("low", "high", "digital_low", "digital_high")
            )
            span = digital_high - digital_low
            gain = (high - low) / span if span else 0.0
            unit = _text(columns["unit"][i])
            signals.append(
                EdfSignal(
                    label=labels[i],
                    unit="µV" if _MICROVOLT.match(unit) else unit,
                    gain=gain,
                    offset=low - gain * digital_low,
                    samples=count,
                    column=at,
                    rate=(Fraction(count) / record_s).limit_denominator(1000),
                )
            )
        at += count * width
    kind = _text(head[192:236])[:5].upper()
    return EdfHeader(
        path, tuple(signals), tuple(annotations), width, kind, n_records, record_s, data_start, record_bytes, notes
    )


def blocks(header: EdfHeader) -> Iterator[tuple[int, np.ndarray]]:
    """The records in pieces: index of the first one, and (k, record_bytes) uint8."""
    at_once = max(1, _BLOCK // header.record_bytes)
    with open(header.path, "rb") as file, task(f"reading {header.path.name}", header.n_records, "records") as progress:
        file.seek(header.data_start)
        for first in range(0, header.n_records, at_once):
            n = min(at_once, header.n_records - first)
            data = file.read(n * header.record_bytes)
            if len(data) < n * header.record_bytes:
                raise InputError(f"{header.path}: the file became shorter while it was read; take another copy")
            yield first, np.frombuffer(data, np.uint8).reshape(n, header.record_bytes)
            progress.advance(n)


def digital(header: EdfHeader, signal: EdfSignal, block: np.ndarray) -> np.ndarray:
    """(k · samples,) digital numbers of one channel in a piece of ``k`` records: int16, or int32 of 24 bits."""
    part = np.ascontiguousarray(block[:, signal.column : signal.column + signal.samples * header.width])
    if header.width == 2:
        return part.view("<i2").reshape(-1)
    wide = part.reshape(-1, 3).astype(np.int32)
    value: np.ndarray = wide[:, 0] | (wide[:, 1] << 8) | (wide[:, 2] << 16)
    return np.where(value >= 1 << 23, value - (1 << 24), value)


def _columns(text: bytes, n: int) -> dict[str, list[bytes]]:
    """Fields of all signals."""
    widths = {"label": 16, "sensor": 80, "unit": 8, "low": 8, "high": 8, "digital_low": 8, "digital_high": 8,
              "filter": 80, "samples": 8, "reserved": 32}  # fmt: skip
    out: dict[str, list[bytes]] = {}
    at = 0
    for name, width in widths.items():
        out[name] = [text[at + i * width : at + (i + 1) * width] for i in range(n)]
        at += n * width
    return out


def _records(path: Path, stated: int, data_start: int, record_bytes: int) -> tuple[int, tuple[str, ...]]:
    """Number of records, by header and size."""
    size = path.stat().st_size - data_start
    there, rest = divmod(size, record_bytes)
    if stated == -1 and there >= 1:  # the recording program did not close the file
        lost = ", the last one is incomplete and left out" if rest else ""
        return there, (f"the header does not say how many records there are: {there} are read{lost}",)
    if stated != there or there < 1:
        what = "shorter" if there < stated or there < 1 else "longer"
        raise InputError(f"{path}: the file is truncated: it is {what} than its header says; take another copy")
    return there, ()


def _record_seconds(path: Path, field: bytes) -> Fraction:
    try:
        seconds = Fraction(_figure(field))
    except (ValueError, ZeroDivisionError):
        raise _damaged(path, f"seconds in a record: {_text(field)!r}") from None
    if not 1e-6 <= seconds < 86400:
        raise _damaged(path, f"its records have {_text(field)} s; expected more than 0")
    return seconds


def _number(path: Path, label: str, field: bytes) -> float:
    text = _text(field)
    try:
        value = float(_figure(field))
    except ValueError:
        raise _damaged(path, f"range of channel {label!r}: {text!r}") from None
    if not math.isfinite(value):
        raise _damaged(path, f"range of channel {label!r}: {text!r}")
    return value


def _integer(path: Path, what: str, field: bytes) -> int:
    try:
        return int(_figure(field))
    except ValueError:
        raise _damaged(path, f"{what}: {_text(field)!r}") from None


def _figure(field: bytes) -> str:
    """Text of a number, with a decimal point. Python would take ``2_56``, too, which no recorder writes."""
    text = _text(field)
    if "_" in text:
        raise ValueError(text)
    return text.replace(",", ".")


def _text(field: bytes) -> str:
    return field.decode("latin-1").split("\0")[0].strip()


def _damaged(path: Path, why: str) -> InputError:
    printable = "".join(c if c.isprintable() else "?" for c in why)
    return InputError(f"{path}: damaged, truncated or of another kind ({printable}); take another copy")


def _unique(labels: list[str]) -> list[str]:
    """Labels that occur twice with a number, as MNE writes them: ``A1-0``, ``A1-1``."""
    occurs, seen = Counter(labels), Counter[str]()
    out = []
    for label in labels:
        if occurs[label] > 1:
            seen[label] += 1
            label = f"{label}-{seen[label] - 1}"
        out.append(label)
    return out
