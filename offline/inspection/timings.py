"""Timing of each stream of a recording: rates, gaps, jitter, drift. Knows nothing that takes long to load."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bk_realtime.xdf import XdfStream, read_xdf
from offline.io import Recording, read_recording
from offline.io.held_warnings import warnings_when_read
from offline.io.options import ReadOptions

MOST_STAMPS = 1 << 22
"""Stamps of one segment that the jitter is measured by, at most."""


@dataclass(frozen=True, eq=False)
class StreamTiming:
    """One stream of an XDF file.

    Attributes
    ----------
    rate : nominal Hz; ``effective`` measured inside segments (nan for irregular streams).
    segments : runs without a gap; ``gap_s`` seconds lost between them.
    jitter_ms : 95th percentile of the distance of stamps from their straight line, within segments.
    offset_s, drift_ppm : clock of the sender against the recorder's: first offset, and its change.
    offsets : (m, 2) seconds since the first, ms of offset above the first.
    """

    name: str
    type: str
    n_channels: int
    n_samples: int
    rate: float
    effective: float
    segments: int
    gap_s: float
    jitter_ms: float
    offset_s: float
    drift_ppm: float
    offsets: np.ndarray
    simulated: bool


def read_timed(path: Path, read: ReadOptions) -> tuple[Recording, list[StreamTiming]]:
    """A recording, and the timing of every stream in its file.

    Raises
    ------
    BkError
        As :func:`offline.io.read_recording`.
    """
    with warnings_when_read():
        timings = stream_timings(path)  # before the recording is read: their stamps need room too
        return read_recording(path, **read.given()), timings


def stream_timings(path: Path) -> list[StreamTiming]:
    """Timing of every stream of an XDF file; empty for other formats."""
    if path.suffix.lower() not in (".xdf", ".xdfz"):
        return []
    timings = []
    for stream in read_xdf(path, salvage=True):
        timings.append(_timing(stream))
        stream.forget()
    return timings


def _timing(stream: XdfStream) -> StreamTiming:
    d, stamps = stream.description, stream.stamps
    residual = [np.zeros(1)]
    for start, stop in stream.segments:
        if d.sfreq > 0 and stop - start > 10:
            # of an hour of sound a million stamps tell as much as all; an odd step meets every place in a packet
            index = np.arange(start, stop, (stop - start) // MOST_STAMPS * 2 + 1)
            line = np.polynomial.Polynomial.fit(index, stamps[index], 1)
            residual.append(np.abs(stamps[index] - line(index)))
    gaps = [stamps[b[0]] - stamps[a[1] - 1] for a, b in zip(stream.segments[:-1], stream.segments[1:], strict=True)]
    times, values = stream.clock_times, stream.clock_offsets
    drift = _drift_ppm(times, values)
    offsets = np.stack([times - times[0], (values - values[0]) * 1e3], axis=1) if len(times) else np.zeros((0, 2))
    return StreamTiming(
        d.name, d.type, d.n_channels, len(stream), d.sfreq, stream.effective_rate, len(stream.segments),
        float(sum(gaps)), float(np.quantile(np.concatenate(residual), 0.95) * 1e3),
        float(values[0]) if len(values) else 0.0, drift, offsets, stream.simulated,
    )  # fmt: skip


def _drift_ppm(times: np.ndarray, values: np.ndarray) -> float:
    """Slope of the clock offsets over their longest segment without a clock reset (a jump of more than a second)."""
    jumps = (np.flatnonzero((np.abs(np.diff(values)) > 1) | (np.diff(times) < 0)) + 1).tolist()
    start, stop = max(itertools.pairwise([0, *jumps, len(times)]), key=lambda edges: edges[1] - edges[0])
    if stop - start < 3:
        return 0.0
    return float(np.polyfit(times[start:stop] - times[start], values[start:stop], 1)[0]) * 1e6
