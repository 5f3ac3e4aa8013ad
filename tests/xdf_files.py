"""Small XDF files as labs have them, for tests of their reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml
from offline.io import Recording

SFREQ, N = 1024, 8192
START = 50.0
RNG = np.random.default_rng(5)
BRAIN = (RNG.standard_normal((N, 3)) * 40).astype(np.float32)
TIMES = START + np.arange(N) / SFREQ
TONE = np.sin(np.arange(N) * 0.4).astype(np.float32)


class Stream:
    """One stream of a file that a test writes."""

    def __init__(self, name: str, kind: str, rate: float, data: Any, stamps: Any, **told: Any) -> None:
        text = isinstance(data[0], str)
        self.data = [[v] for v in data] if text else np.asarray(data).reshape(len(data), -1)
        n = 1 if text else self.data.shape[1]  # type: ignore[union-attr]
        formats = {"float32": "float32", "float64": "double64"}
        self.xml = info_xml(
            StreamDescription(
                name,
                kind,
                told.get("source_id", name),
                rate,
                tuple(told.get("labels", [f"{name}{i + 1}" for i in range(n)])),
                tuple(told.get("units", ("microvolts",) * n)),
                "string" if text else formats.get(str(self.data.dtype), str(self.data.dtype)),  # type: ignore[union-attr]
                types=tuple(told.get("types", ("",) * n)),
            )
        )
        for old, new in told.get("edit", ()):
            self.xml = self.xml.replace(old, new)
        self.stamps = np.asarray(stamps, float)
        self.offsets = told.get("offsets", ())


def amp(data: Any = BRAIN, stamps: Any = TIMES, **told: Any) -> Stream:
    return Stream("amp", "sEEG", SFREQ, data, stamps, **{"labels": [f"A{i + 1}" for i in range(data.shape[1])], **told})


def write(folder: Path, *streams: Stream) -> Path:
    path = folder / "x.xdf"
    with XdfWriter(path) as writer:
        for i, stream in enumerate(streams, start=1):
            writer.add_stream(i, stream.xml)
        for i, stream in enumerate(streams, start=1):
            for time, value in stream.offsets:
                writer.clock_offset(i, time, value)
            writer.write(i, stream.stamps, stream.data)
    return path


def said(recording: Recording, *parts: str) -> bool:
    """Whether one note holds all of the parts."""
    return any(all(part in note for part in parts) for note in recording.notes)
