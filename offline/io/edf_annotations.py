"""EDF+ and BDF+ annotations: when each record began, and the markers."""

from __future__ import annotations

import re

import numpy as np

from bk_realtime.errors import InputError
from offline.io.edf import EdfHeader
from offline.io.grid import GAP_SAMPLES, SHORT_S, Grid
from offline.io.pauses import place_parts, whole

_TAL = re.compile(rb"([+-]\d{1,15}(?:\.\d*)?)(?:\x15(\d*(?:\.\d*)?))?\x14(.*)", re.DOTALL)
_MAX_RATE_ERROR = 0.02
_LONGEST_S = 1e9
"""No recording lasts for 30 years: no line is laid through such onsets."""


class Timeline:
    """Starts of the records and the markers of one file, both in seconds from its first sample.

    Attributes
    ----------
    start_s : (n_records,) or None where no record says when it began.
    decimals : with which the starts are written.
    markers : (seconds by the file's clock, text).
    """

    def __init__(self, header: EdfHeader) -> None:
        starts: list[float] = []
        self.decimals = 0
        self.markers: list[tuple[float, str]] = []
        if header.annotation_columns:
            shape = (header.n_records, header.record_bytes)
            records = np.memmap(header.path, np.uint8, "r", header.data_start, shape)  # touches what is looked at
            starts = [self._record(header, row) for row in records]
        begin = starts[0] if starts and np.isfinite(starts[0]) else 0.0
        self.start_s = np.array(starts) - begin if starts and np.isfinite(starts).any() else None
        self.markers = sorted(((t - begin, text) for t, text in self.markers), key=lambda marker: marker[0])

    def _record(self, header: EdfHeader, row: np.ndarray) -> float:
        """Take the markers of one record; returns when it began (NaN where it does not say)."""
        start = float("nan")
        for k, (at, size) in enumerate(header.annotation_columns):
            for i, entry in enumerate(row[at : at + size].tobytes().split(b"\0")):
                found = _TAL.match(entry)
                if found is None:
                    continue
                onset = float(found[1])
                texts = found[3].split(b"\x14")
                if k == 0 and i == 0 and not texts[0]:  # the entry that keeps time
                    start = onset
                    self.decimals = max(self.decimals, len(found[1].partition(b".")[2]))
                self.markers += [(onset, text) for text in map(_decoded, texts) if text]
        return start


def record_grid(header: EdfHeader, timeline: Timeline, samples: int, sfreq: float | None, notes: list[str]) -> Grid:
    """Where the samples of channels with ``samples`` in each record lie.

    Parameters
    ----------
    sfreq : their true rate, where an option tells another than the header; pauses cannot be placed then.

    Raises
    ------
    InputError
        Records of a discontinuous file that go back in time, overlap, have no start, or lie absurdly far apart.
    """
    rate = sfreq or float(samples / header.record_s)
    n = header.n_records * samples
    interrupted = header.kind.endswith("D")
    if timeline.start_s is None or sfreq is not None:
        if interrupted:
            why = "another rate is told" if sfreq is not None else "its records do not say when they began"
            notes.append(f"{header.kind} of records with pauses between them, which cannot be told: {why}")
        return whole(n, rate)
    where = f"{header.path}: record"
    record_s = float(header.record_s)
    # onsets in coarser steps than a record is long say nothing below that step
    fits = abs(record_s * 10**timeline.decimals - round(record_s * 10**timeline.decimals)) < 1e-9
    least = 0.0 if fits else 10.0**-timeline.decimals
    measured = _measured_record(timeline.start_s, record_s, max(least, GAP_SAMPLES / rate))
    first = np.arange(header.n_records) * samples
    try:
        if abs(measured / record_s - 1) > _MAX_RATE_ERROR:
            raise InputError(f"{where}s last {record_s:g} s by the header and {measured:g} s by their onsets")
        grid = place_parts(first, timeline.start_s, n, rate * (record_s / measured), where, least_s=least)
    except InputError as error:
        if interrupted:
            raise
        why = str(error).removeprefix(f"{header.path}: ").partition(";")[0]
        notes.append(f"onsets of records left aside, since {header.kind or 'EDF'} says that there are no pauses: {why}")
        return whole(n, rate)
    if measured != record_s:
        notes.append(
            f"runs at {rate * record_s / measured:.4f} Hz by the onsets of its records, the header says {rate:g} Hz"
        )
    return grid


def _measured_record(start_s: np.ndarray, record_s: float, least_s: float) -> float:
    """Seconds a record by the onsets in the longest run without a pause; the header's where they agree."""
    if not np.isfinite(start_s).all() or len(start_s) < 3:
        return record_s
    steps = np.diff(start_s) - record_s
    edges = np.concatenate([[0], np.flatnonzero(np.abs(steps) >= least_s) + 1, [len(start_s)]])
    k = int(np.argmax(np.diff(edges)))
    run = start_s[edges[k] : edges[k + 1]]
    if len(run) * record_s < SHORT_S:
        return record_s
    if len(run) < 3 or run[-1] - run[0] > _LONGEST_S:
        return record_s
    slope = float(np.polyfit(np.arange(len(run)), run, 1)[0])
    return slope if abs(slope - record_s) * len(run) >= least_s else record_s


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8").strip()
    except UnicodeDecodeError:
        return text.decode("latin-1").strip()
