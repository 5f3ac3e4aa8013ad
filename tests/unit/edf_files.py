"""Small EDF, BDF and BrainVision files for tests, after the public specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_TAL_BYTES = 120


@dataclass(frozen=True)
class Line:
    """One channel: label, unit, physical values and rate; ``span`` is the physical range (None: digital numbers)."""

    label: str
    values: np.ndarray
    rate: float
    unit: str = "uV"
    span: float | None = 3276.7


def write_edf(
    path: Path,
    lines: Sequence[Line],
    kind: str = "",
    onsets: Sequence[float | str | None] | None = None,
    notes: Sequence[tuple[float, str]] = (),
    record_s: float = 1.0,
    n_records: int | None = None,
    encoding: str = "latin-1",
) -> Path:
    """EDF, or BDF by the ending; ``kind`` such as EDF+D adds an annotation channel with one onset a record."""
    width = 3 if path.suffix == ".bdf" else 2
    top = 1 << (8 * width - 1)
    counts = [round(line.rate * record_s) for line in lines]
    records = int(len(lines[0].values) / counts[0])
    n = len(lines)
    digital = [-top if line.span is None else -top + 1 for line in lines]
    columns: list[list[object]] = [
        [line.label for line in lines],
        [""] * n,
        [line.unit for line in lines],
        [-top if line.span is None else f"{-line.span:.7g}" for line in lines],
        [top - 1 if line.span is None else f"{line.span:.7g}" for line in lines],
        list(digital),
        [top - 1] * n,
        [""] * n,
        list(counts),
        [""] * n,
    ]
    if "+" in kind:
        name = "BDF Annotations" if width == 3 else "EDF Annotations"
        for column, value in zip(
            columns, (name, "", "", "-1", "1", str(-top), str(top - 1), "", _TAL_BYTES // width, ""), strict=True
        ):
            column.append(value)
    n = len(columns[0])
    first = "\xffBIOSEMI" if width == 3 else "0"
    head = f"{first:<8}{'X X X X':<80}{'Startdate X X X X':<80}01.01.2010.00.00{256 * (n + 1):<8}{kind:<44}"
    head += f"{records if n_records is None else n_records:<8}{record_s:<8.7g}{n:<4}"
    widths = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
    body = "".join(f"{v!s:<{w}}"[:w] for column, w in zip(columns, widths, strict=True) for v in column)
    parts = [head.encode("latin-1"), _encoded(body, encoding)]
    stored = [
        np.round(np.asarray(line.values, float) * ((top - 1) / line.span if line.span else 1)).astype("<i4")
        for line in lines
    ]
    for r in range(records):
        for values, count in zip(stored, counts, strict=True):
            cut = values[r * count : (r + 1) * count]
            parts.append(cut.astype("<i2").tobytes() if width == 2 else cut.view("u1").reshape(-1, 4)[:, :3].tobytes())
        if "+" in kind:
            onset = onsets[r] if onsets is not None else f"{r * record_s:.7g}"
            text = b"" if onset is None else f"+{onset}\x14\x14\0".encode()
            if r == 0:
                text += b"".join(f"+{t:.7g}\x14{note}\x14\0".encode() for t, note in notes)
            parts.append(text.ljust(_TAL_BYTES, b"\0"))
    path.write_bytes(b"".join(parts))
    return path


def _encoded(body: str, encoding: str) -> bytes:
    """Units of one byte too many are what real files have: the field stays 8 bytes long."""
    return body.encode("latin-1") if encoding == "latin-1" else body.replace("µV ", "µV").encode(encoding)


def write_brainvision(
    path: Path,
    values: np.ndarray,
    labels: Sequence[str],
    rate: float,
    segments: Sequence[tuple[int, str]] = (),
    stimuli: Sequence[tuple[int, str]] = (),
    units: Sequence[str] | None = None,
    resolution: str = "1",
    encoding: str = "utf-8",
) -> Path:
    """Header ``path`` with data in float32 and markers at (sample from 0, date) and (sample, text)."""
    values.astype("<f4").tofile(path.with_suffix(".eeg"))
    units = units or ["µV"] * len(labels)
    channels = "".join(
        f"Ch{i + 1}={label},,{resolution},{unit}\n" for i, (label, unit) in enumerate(zip(labels, units, strict=True))
    )
    name = path.stem
    path.write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\n"
        f"Codepage={'UTF-8' if encoding == 'utf-8' else 'ANSI'}\nDataFile={name}.eeg\nMarkerFile={name}.vmrk\n"
        f"DataFormat=BINARY\nDataOrientation=MULTIPLEXED\nNumberOfChannels={len(labels)}\n"
        f"SamplingInterval={1e6 / rate:.10g}\n\n[Binary Infos]\nBinaryFormat=IEEE_FLOAT_32\n\n"
        f"[Channel Infos]\n{channels}",
        encoding=encoding,
    )
    marks = [(s, f"New Segment,,{s + 1},1,0{',' + date if date else ''}") for s, date in segments]
    marks += [(s, f"Stimulus,{text},{s + 1},1,0") for s, text in stimuli]
    lines = "".join(f"Mk{i + 1}={text}\n" for i, (_, text) in enumerate(sorted(marks)))
    path.with_suffix(".vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\n"
        f"DataFile={name}.eeg\n\n[Marker Infos]\n{lines}",
        encoding=encoding,
    )
    return path
