"""A recording as `offline.inspect --view` lays it out: read where it is looked at, never whole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from bk_realtime.errors import FileError, InputError
from bk_realtime.plain_files import read_json
from bk_realtime.session.names import DECODED, DECODED_MEL, MEL, SOUND, TRACES, VIEW, VOICE
from bk_realtime.typed import Within, from_dict
from gui.past import Past
from gui.report.told import Audit
from gui.words import tr

Count = Annotated[int, Within(0, 1e12)]
Rate = Annotated[float, Within(1e-3, 1e7)]
MOST = 100_000


@dataclass(frozen=True)
class Laid:
    """How many rows of one file, and how many a second."""

    n: Count
    rate: Rate
    n_mels: Annotated[int, Within(1, 4096)] = 1


@dataclass(frozen=True)
class MarkersAt:
    """Seconds since the first neural sample, and texts."""

    times: Annotated[tuple[float, ...], Within(0, MOST)] = ()
    texts: Annotated[tuple[str, ...], Within(0, MOST)] = ()


@dataclass(frozen=True)
class View:
    """What ``view.json`` says; times are seconds since the first neural sample."""

    name: str
    simulated: bool
    holds_features: bool
    seconds: Annotated[float, Within(0, 1e9)]
    sfreq: Rate
    rate: Rate
    labels: Annotated[tuple[str, ...], Within(1, MOST)]
    per_bin: Annotated[int, Within(1, 1e9)]
    n_bins: Count
    sound: Laid
    mel: Laid
    markers: MarkersAt
    bad: Annotated[tuple[str, ...], Within(0, MOST)] = ()
    notes: Annotated[tuple[str, ...], Within(0, 1000)] = ()


@dataclass(frozen=True)
class Memory:
    """Whether the decoder was trained on what it decoded: found, none or cannot tell."""

    verdict: str
    text: str


@dataclass(frozen=True)
class Decoded:
    """What ``decoded.json`` says."""

    bundle: str
    kind: str
    lead_ms: float
    mel: Laid
    sound: Laid
    memory: Memory
    contamination: Audit
    marks: Annotated[tuple[str, ...], Within(0, 20)] = ()
    notes: Annotated[tuple[str, ...], Within(0, 1000)] = ()

    @property
    def words(self) -> list[str]:
        """What there is to know of it, one line each; what makes it worthless first."""
        lines = [tr("decoded by {name}").format(name=f"{self.bundle} ({self.kind})")]
        why = self.memory.text
        if self.memory.verdict == "found":
            leak = tr(
                "LEAK: {name} was trained on this signal ({why}): it may be remembered, and says nothing about decoding"
            )
            lines.insert(0, "✕ " + leak.format(name=self.bundle, why=why))
        elif self.memory.verdict != "none":
            lines.append(tr("whether it was trained on this signal: CANNOT TELL: {why}").format(why=why))
        else:
            lines.append(tr("it was trained on none of this signal"))
        sound = self.contamination.words
        lines.insert(0 if self.contamination.worthless else len(lines), sound)
        if self.lead_ms:
            ahead = tr("it speaks {n} ms ahead of the sound, as it was trained to")
            lines.append(ahead.format(n=f"{self.lead_ms:g}"))
        return [*lines, *self.notes]


class FilePast(Past):
    """Rows of a file, evenly in time, in place of those that came live; ``level`` is taken away from what is shown.

    Parameters
    ----------
    rows : (n, n_rows) numbers, mapped.
    rate : rows a second; row k stands at ``(k + offset) / rate``.
    scale : what the numbers are multiplied with.
    """

    def __init__(self, rows: np.ndarray, rate: float, offset: float = 0.0, scale: float = 1.0) -> None:
        super().__init__(1, 1.0)
        self.rows, self.rate, self._offset, self._scale = rows, rate, offset, scale
        self.level: np.ndarray | None = None

    @property
    def first(self) -> float | None:
        return self._offset / self.rate if len(self.rows) else None

    def between(self, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
        a = min(max(0, math.floor(start * self.rate - self._offset) - 1), len(self.rows))
        b = min(max(a, math.ceil(end * self.rate - self._offset) + 2), len(self.rows))
        values = np.asarray(self.rows[a:b], np.float32)
        if self._scale != 1.0:
            values = values * np.float32(self._scale)
        if self.level is not None:
            values = values - self.level
        return (np.arange(a, b) + self._offset) / self.rate, values


class Opened:
    """The files of one view, mapped.

    Parameters
    ----------
    folder : as ``offline.inspect --view`` wrote it.

    Raises
    ------
    BkError
        Something is missing or does not fit.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.view = from_dict(View, read_json(folder / VIEW), str(folder / VIEW))
        v = self.view
        if len(v.markers.times) != len(v.markers.texts):
            raise InputError(f"{folder / VIEW}: expected as many times of markers as texts")
        pairs = _mapped(folder / TRACES, "<f4", 2 * v.n_bins, len(v.labels))
        self.traces = FilePast(pairs, 2 * v.rate / v.per_bin)
        self.sound = _sound(folder / SOUND, v.sound)
        self.mel = _mel(folder / MEL, v.mel)
        self.decoded: Decoded | None = None
        self.decoded_mel: FilePast | None = None
        self.voice: FilePast | None = None

    def read_decoded(self) -> Decoded:
        """What a decoder has put beside it.

        Raises
        ------
        BkError
            Something is missing or does not fit.
        """
        path = self.folder / DECODED
        found = from_dict(Decoded, read_json(path), str(path))
        self.decoded_mel = _mel(self.folder / DECODED_MEL, found.mel)
        self.voice = _sound(self.folder / VOICE, found.sound)
        self.decoded = found
        return found

    def centre(self, start: float, end: float) -> None:
        """Show each channel around its own middle of this time: amplifiers have offsets."""
        self.traces.level = None
        _, values = self.traces.between(start, end)
        values = values[:: max(1, len(values) // 512 | 1)]
        there = np.isfinite(values)
        total = np.where(there, values, 0).sum(0)
        self.traces.level = (total / np.maximum(there.sum(0), 1)).astype(np.float32)


def _sound(path: Path, laid: Laid) -> FilePast | None:
    return FilePast(_mapped(path, "<i2", laid.n, 1), laid.rate, 0.5, 1 / 32767) if laid.n else None


def _mel(path: Path, laid: Laid) -> FilePast | None:
    # a frame stands for the time up to its own stamp
    return FilePast(_mapped(path, "<f2", laid.n, laid.n_mels), laid.rate, 1.0) if laid.n else None


def _mapped(path: Path, kind: str, n: int, width: int) -> np.ndarray:
    try:
        expected, found = n * width * np.dtype(kind).itemsize, path.stat().st_size
        if found != expected or not n:
            raise InputError(f"{path}: expected {expected} bytes, found {found}; open the recording again")
        return np.memmap(path, kind, "r", shape=(n, width))
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror or error}); open the recording again") from None
