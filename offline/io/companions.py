"""What lies beside a neural file: audio, cues, channel names; found by name or given."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError, InputError, OptionError
from bk_realtime.plain_files import read_text
from offline.io.cue_tables import pair, read_events, row_markers
from offline.io.npy_file import load_npy
from offline.io.sound import read_sound
from offline.io.sound_track import sound_track
from offline.io.table_size import MOST_BYTES, check_cells, split_cells

__all__ = [
    "AUDIO_RATES", "NEURAL_RATES", "TABLES", "audio_rate_by_length", "bids_table", "changes", "channel_rows",
    "load_audio", "load_npy", "nominal", "pair", "rational", "read_events", "read_table", "row_markers",
    "table_markers",
]  # fmt: skip

AUDIO_RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000)
NEURAL_RATES = (200, 250, 256, 400, 500, 512, 1000, 1024, 1200, 2000, 2048, 2400, 2500, 4000, 4096, 5000, 8192, 10000)
TABLES = (".tsv", ".csv", ".txt", ".json", ".textgrid", ".lab")
"""Endings of tables of cues: such a name is a file, whether or not it is there."""
CLOCK_ERROR = 5e-4
"""A measured rate this close to a usual one is that rate by a clock that is off."""


def load_audio(
    path: Path, sample_rate: int | None = None, channel: str | None = None, notes: list[str] | None = None
) -> tuple[np.ndarray, int]:
    """Mono audio (m,) float32 with full scale 1 and its rate in Hz, from a sound file or an NPY file.

    Parameters
    ----------
    sample_rate : rate of an NPY file, which has none of its own (0 is returned where it is not given).
    channel : number (from 1) of the channel to take, where it has several that differ.
    notes : gets a line for everything that was decided.
    """
    notes = [] if notes is None else notes
    path = Path(path)
    if path.suffix.lower() != ".npy":
        audio, rate = read_sound(path, channel, notes)
        if sample_rate and sample_rate != rate:
            raise OptionError(
                f"{path}: the sound file says {rate} Hz, the option {sample_rate} Hz; leave the option out"
            )
        return audio, rate
    if not path.is_file():
        raise FileError(f"{path}: no such audio file")
    data = load_npy(path)
    data = data.T if data.ndim == 2 and data.shape[0] < data.shape[1] else data
    return sound_track(data, str(path), notes, channel), sample_rate or 0


def audio_rate_by_length(n_audio: int, n_neural: int, sfreq: float, where: str) -> int:
    """The usual audio rate at which both signals have the same length.

    Raises
    ------
    InputError
        None fits within 1 %, so the rate must be told.
    """
    rate = n_audio / n_neural * sfreq
    best = min(AUDIO_RATES, key=lambda r: abs(r / rate - 1))
    if abs(best / rate - 1) > 0.01:
        raise InputError(
            f"{where}: {n_audio} audio samples over {n_neural / sfreq:.1f} s make {rate:.0f} Hz, no usual audio rate; "
            "name it with --sample-rate, or sample_rate in NAME.toml beside it"
        )
    return best


def nominal(rate: float, usual: tuple[int, ...]) -> float:
    """The usual rate that a measured one stands for; the rate itself where there is none."""
    best = min(usual, key=lambda r: abs(r / rate - 1))
    return float(best) if abs(best / rate - 1) < CLOCK_ERROR else rate


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a tab- or comma-separated table with a header line.

    Raises
    ------
    InputError
        No such file, not text, or no header.
    """
    text = read_text(path, MOST_BYTES)
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise InputError(f"{path}: expected a table with a header line, got an empty file")
    delimiter = "\t" if "\t" in lines[0] else ","
    rows = [row for row in split_cells(lines, delimiter, path) if row]
    names = rows[0]
    check_cells(len(names), len(rows), len(text), path)
    empty = [""] * len(names)
    return [{k: v.strip() for k, v in zip(names, row + empty, strict=False) if k} for row in rows[1:]]


def bids_table(path: Path, what: str) -> Path | None:
    """The BIDS table ``*_WHAT.tsv`` beside ``*_ieeg.EXT``, or one folder above ``ieeg``; None where there is none.

    A table of channels may hold for several runs: then its name lacks some parts of the recording's
    (``sub-01_task-x_channels.tsv`` beside ``sub-01_task-x_run-1_ieeg.edf``), and the one that shares most is taken.
    """
    stem = path.stem.rpartition("_")[0]
    table = path.with_name(f"{stem}_{what}.tsv")
    if not stem or table.is_file():
        return table if stem else None
    above = path.absolute().parent.parent / table.name
    if path.absolute().parent.name in ("ieeg", "eeg") and above.is_file():
        return above
    if what != "channels" or not stem.startswith("sub-"):
        return None
    parts = set(stem.split("_"))
    found = {p: set(p.stem.split("_")) - {what} for p in sorted(path.parent.glob(f"sub-*_{what}.tsv"))}
    return max((p for p, given in found.items() if given <= parts), key=lambda p: len(found[p]), default=None)


def channel_rows(path: Path) -> list[dict[str, str]]:
    """Rows of the BIDS table ``*_channels.tsv`` beside a recording; empty without one."""
    table = bids_table(path, "channels")
    rows = read_table(table) if table is not None else []
    if rows and "name" not in rows[0]:
        raise InputError(f"{table}: expected a column 'name', got {', '.join(rows[0])}")
    return rows


def table_markers(
    table: Path, start_s: float, rate: float, n_samples: int, notes: list[str]
) -> list[tuple[float, str]]:
    """Markers from a table of cues, on the axis of a recording; what lies outside it is said in ``notes``.

    Parameters
    ----------
    table : as :func:`~offline.io.cue_tables.read_events` reads it; its times count from the first neural sample.
    start_s, rate, n_samples : when the neural signal begins on the axis, its rate in Hz and its length.
    """
    markers = read_events(table, rate, notes)
    end = n_samples / rate
    before, after = sum(t < 0 for t, _ in markers), sum(t > end for t, _ in markers)
    if before or after:
        notes.append(
            f"cues of {Path(table).name}: {before} of {len(markers)} before the recording, {after} beyond its end "
            f"({end:.1f} s)"
        )
    return [(start_s + t, text) for t, text in markers]


def changes(texts: Sequence[str] | np.ndarray, rate: float, start_s: float) -> list[tuple[float, str]]:
    """Markers from one text a sample (the cue on screen; empty between cues): ``start;TEXT`` and ``end;TEXT``."""
    texts = np.asarray(texts)
    if texts.dtype.kind == "S":
        texts = np.char.decode(texts, "utf-8", "replace")
    edges = [0, *(np.flatnonzero(texts[1:] != texts[:-1]) + 1).tolist(), len(texts)]
    markers = []
    for a, b in itertools.pairwise(edges):
        text = str(texts[a]).strip()
        if text:
            markers += [(start_s + a / rate, f"start;{text}"), (start_s + b / rate, f"end;{text}")]
    return markers


def rational(rate: float, where: str) -> Fraction:
    """A neural rate that makes sense, as a fraction."""
    if not 20 <= rate <= 1e5:
        raise InputError(
            f"{where}: neural rate {rate:g} Hz; expected 20 to 100000 Hz; name it with --sfreq, "
            "or sfreq in NAME.toml beside it"
        )
    return Fraction(rate).limit_denominator(1000)
