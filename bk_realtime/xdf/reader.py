"""Read XDF files through pyxdf, on whole chunks only, with raw and clock-corrected time stamps side by side."""

from __future__ import annotations

import itertools
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyxdf

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.xdf.salvage import Scan, lost, scan_xdf, whole_chunks
from bk_realtime.xdf.samples import parse_samples, split_samples
from bk_realtime.xdf.verify import verify_xdf

__all__ = ["GAP_S", "XdfStream", "check_whole", "find_segments", "pick_stream", "read_xdf", "straighten", "verify_xdf"]

log = logging.getLogger(__name__)

GAP_S = 0.1
"""A step between two stamps that is longer than the sampling interval by more than this (or goes back by more) ends
a segment. Pushes in chunks jitter by tens of ms; true losses of that length are found by count, see ``segments``."""


@dataclass(frozen=True, eq=False)
class XdfStream:
    """One stream of a recording.

    Attributes
    ----------
    stream_id : number of the stream in the file.
    description : name, type, source id, nominal rate, labels, units; ``extra`` holds the rest of ``desc``.
    data : (n, n_channels) array in the file's own number type, or n rows of n_channels strings.
    raw_stamps : (n,) float64 s, as recorded, on the sender's clock. They may step backwards.
    stamps : (n,) float64 s on the recorder's clock: clock offsets (and clock resets) applied; with ``dejitter``
        also laid on a straight line within each segment.
    clock_times, clock_offsets : (m,) float64 s: when (sender's clock) which offset was measured.
    segments : (start, stop) sample ranges without a gap, in order; they cover all samples.
    info : the header (and footer) as pyxdf gives it.
    xml : the header as written.
    """

    stream_id: int
    description: StreamDescription
    data: Any
    raw_stamps: np.ndarray
    stamps: np.ndarray
    clock_times: np.ndarray
    clock_offsets: np.ndarray
    segments: tuple[tuple[int, int], ...]
    info: dict[str, Any]
    xml: str

    def __len__(self) -> int:
        return len(self.raw_stamps)

    @property
    def effective_rate(self) -> float:
        """Measured rate in Hz: samples per second inside segments; nan where it cannot be told."""
        steps = sum(stop - start - 1 for start, stop in self.segments)
        seconds = sum(float(self.stamps[stop - 1] - self.stamps[start]) for start, stop in self.segments)
        return steps / seconds if steps > 0 and seconds > 0 else float("nan")

    @property
    def simulated(self) -> bool:
        """True where the stream's metadata say that no person was recorded."""
        return self.description.simulated


def read_xdf(path: Path, dejitter: bool = False, salvage: bool = False, gap_s: float = GAP_S) -> list[XdfStream]:
    """All streams of an XDF file, in the order of their headers; streams of one name stay apart.

    Parameters
    ----------
    path : ``.xdf``, also gzipped (``.xdfz``). It is never altered.
    dejitter : lay the stamps of regular streams on a straight line, segment by segment (pyxdf's own dejitter smears
        gaps shorter than a second and is not used).
    salvage : take the whole chunks of a cut-off or damaged file, with a warning, instead of refusing it. A file
        that merely lacks its footers (recorder killed) needs no salvage.
    gap_s : see :data:`GAP_S`.

    Raises
    ------
    BkError
        No such file, not an XDF file, empty, no samples, cut off in its header; without ``salvage`` also cut off or
        damaged anywhere else.

    Examples
    --------
    >>> neural = next(s for s in read_xdf(Path("x.xdf")) if s.description.is_neural)      # doctest: +SKIP
    """
    scan, buffer = scan_xdf(path)
    check_whole(scan, salvage)
    if not any(stream.n_samples for stream in scan.streams.values()):
        raise BkError(f"{path} is empty: {len(scan.streams)} streams, but not one sample; record again")
    numeric = {i: s.description for i, s in scan.streams.items() if s.description.channel_format != "string"}
    view, places = split_samples(whole_chunks(scan, buffer), buffer, numeric)
    waiting = {stream_id: iter(chunks) for stream_id, chunks in places.items()}
    raw: dict[int, list[np.ndarray]] = defaultdict(list)

    def fill(values: Any, stamps: np.ndarray, header: Any, stream_id: int) -> tuple[Any, np.ndarray, Any]:
        # the numeric chunks that pyxdf sees are empty: here come their samples, in the same order
        if stream_id in numeric:
            n, start, stop = next(waiting[stream_id])
            last = float(raw[stream_id][-1][-1]) if raw[stream_id] else 0.0
            parsed = parse_samples(buffer[start:stop], n, numeric[stream_id], last)
            if parsed is None:
                raise ValueError(f"stream {stream_id}: a chunk that the scan had found whole does not parse")
            stamps, values = parsed
        if len(stamps):
            raw[stream_id].append(stamps.copy())
        return values, stamps, header

    with _quiet("pyxdf"):
        streams, _ = pyxdf.load_xdf(view, on_chunk=fill, dejitter_timestamps=False, synchronize_clocks=True)
    return [_stream(s, scan, raw[s["info"]["stream_id"]], dejitter, gap_s) for s in streams]


def check_whole(scan: Scan, salvage: bool) -> None:
    """Refuse a damaged file, or warn of it where the caller asked for salvage."""
    if not scan.whole:
        if not salvage:
            raise BkError(f"{lost(scan)}; make a whole copy with: python -m bk_realtime.xdf {scan.path} NEW.xdf")
        log.warning("%s", lost(scan))
    elif not scan.closed:
        log.warning("%s was not closed by its recorder (no footers); every whole chunk is used", scan.path)


def _stream(loaded: dict[str, Any], scan: Scan, raw: list[np.ndarray], dejitter: bool, gap_s: float) -> XdfStream:
    info = dict(loaded["info"])
    info["footer"] = loaded.get("footer")
    header = scan.streams[info["stream_id"]]
    stamps = np.asarray(loaded["time_stamps"], np.float64)
    # pyxdf drops a spurious last sample that liblsl adds when an outlet dies (pylsl#67): keep the arrays in step
    raw_stamps = np.concatenate(raw)[: len(stamps)] if raw else np.zeros(0)
    segments = find_segments(stamps, header.description.sfreq, gap_s)
    return XdfStream(
        stream_id=info["stream_id"],
        description=header.description,
        data=loaded["time_series"],
        raw_stamps=raw_stamps,
        stamps=straighten(stamps, segments) if dejitter and header.description.sfreq else stamps,
        clock_times=np.asarray(loaded["clock_times"], np.float64),
        clock_offsets=np.asarray(loaded["clock_values"], np.float64),
        segments=segments,
        info=info,
        xml=header.xml,
    )


def find_segments(stamps: np.ndarray, sfreq: float, gap_s: float = GAP_S) -> tuple[tuple[int, int], ...]:
    """(start, stop) ranges without a gap; an irregular stream (``sfreq`` 0) is one segment.

    Parameters
    ----------
    stamps : (n,) seconds.
    sfreq : nominal rate in Hz.
    gap_s : longest excess over one sampling interval; for slow streams half an interval where that is longer.
    """
    if len(stamps) == 0:
        return ()
    breaks = np.zeros(0, int)
    if sfreq > 0:
        breaks = np.flatnonzero(np.abs(np.diff(stamps) - 1 / sfreq) > max(gap_s, 0.5 / sfreq)) + 1
    edges = [0, *breaks.tolist(), len(stamps)]
    return tuple(itertools.pairwise(edges))


def straighten(stamps: np.ndarray, segments: Sequence[tuple[int, int]]) -> np.ndarray:
    """Stamps replaced by their least-squares line within each segment; (n,) seconds."""
    out = stamps.copy()
    for start, stop in segments:
        n = stop - start
        if n < 3:
            continue
        index = np.arange(n) - (n - 1) / 2
        part = stamps[start:stop]
        slope = float(index @ (part - part.mean()) / (index @ index))
        out[start:stop] = part.mean() + slope * index
    return out


def pick_stream(streams: Sequence[XdfStream], wanted: str, path: Path) -> XdfStream:
    """The one stream whose source id, name or type (without case) is ``wanted``, or whose number is ``#wanted``.

    Raises
    ------
    BkError
        None matches, or several do (then it asks for the source id, or for the number where even those are equal).
    """
    keys = [lambda s: s.description.source_id, lambda s: s.description.name, lambda s: s.description.type]
    listed = ", ".join(
        f"#{s.stream_id} {s.description.name!r} (type {s.description.type}, source_id {s.description.source_id!r})"
        for s in streams
    )
    several = 0
    for key in [lambda s: f"#{s.stream_id}", *keys]:
        found = [s for s in streams if key(s).lower() == wanted.lower()]
        if len(found) == 1:
            return found[0]
        several = several or len(found)
    if several:
        raise BkError(
            f"{path}: {several} streams are called {wanted!r}; choose one by its source_id or its number: {listed}"
        )
    raise BkError(f"{path}: no stream is called {wanted!r}; it holds {listed}")


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Only errors from a chatty library's logger."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
