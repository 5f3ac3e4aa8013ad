"""Read XDF files: whole chunks only, with raw and clock-corrected time stamps side by side."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import InputError
from bk_realtime.shown import named, shown
from bk_realtime.xdf.clock_sync import last_offset_is_odd, to_recorder_clock
from bk_realtime.xdf.salvage import Scan, StreamScan, lost, scan_xdf
from bk_realtime.xdf.stored import StoredNumbers, StoredText

log = logging.getLogger(__name__)

GAP_S = 0.1
"""A step between two stamps that is longer than the sampling interval by more than this (or goes back by more) ends
a segment. Pushes in chunks jitter by tens of ms; true losses of that length are found by count, see ``segments``."""
_BLOCK = 1 << 20


@dataclass(frozen=True, eq=False)
class XdfStream:
    """One stream of a recording.

    Attributes
    ----------
    stream_id : number of the stream in the file.
    description : name, type, source id, nominal rate, labels, units; ``extra`` holds the rest of ``desc``.
    clock_times, clock_offsets : (m,) float64 s: when (sender's clock) which offset was measured.
    xml : the header as written.
    values : where the samples are: numbers and their stamps stay in the file until they are asked for.
    """

    stream_id: int
    description: StreamDescription
    clock_times: np.ndarray
    clock_offsets: np.ndarray
    xml: str
    values: StoredNumbers | StoredText

    @cached_property
    def raw_stamps(self) -> np.ndarray:
        """(n,) float64 s, as recorded, on the sender's clock. They may step backwards."""
        return self.values.stamps()

    @cached_property
    def stamps(self) -> np.ndarray:
        """(n,) float64 s on the recorder's clock: offsets (and clock resets) applied; as jittered as they came."""
        return to_recorder_clock(self.raw_stamps, self.clock_times, self.clock_offsets, self.description.name)

    @cached_property
    def segments(self) -> tuple[tuple[int, int], ...]:
        """(start, stop) sample ranges without a gap, in order; they cover all samples."""
        return find_segments(self.stamps, self.description.sfreq)

    def forget(self) -> None:
        """Let go of stamps and numbers that were read; they are read again when needed."""
        for kept in ("stamps", "raw_stamps", "data"):
            vars(self).pop(kept, None)

    @cached_property
    def data(self) -> Any:
        """(n, n_channels) array in the file's own number type, or n rows of n_channels strings; kept once read."""
        return self.values.load()

    def blocks(self) -> Iterator[np.ndarray]:
        """The numbers piece by piece, (m, n_channels) each, in the file's own type; nothing is kept.

        Raises
        ------
        TypeError
            The stream holds strings.
        """
        if isinstance(self.values, StoredText):
            raise TypeError(f"stream {named(self.description.name)} holds strings; expected numbers")
        return self.values.blocks()

    def __len__(self) -> int:
        return len(self.values)

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


def read_xdf(path: Path, salvage: bool = False) -> list[XdfStream]:
    """All streams of an XDF file, in the order of their headers; streams of one name stay apart.

    Parameters
    ----------
    path : ``.xdf``, also gzipped (``.xdfz``). It is never altered.
    salvage : take the whole chunks of a cut-off or damaged file, with a warning, instead of refusing it. A file
        that merely lacks its footers (recorder killed) needs no salvage.

    Raises
    ------
    FileError
        No such file, or it cannot be read.
    InputError
        Not an XDF file, empty, no samples, cut off in its header; without ``salvage`` also cut off or damaged
        anywhere else.

    Examples
    --------
    >>> neural = next(s for s in read_xdf(Path("x.xdf")) if s.description.is_neural)      # doctest: +SKIP
    """
    scan, buffer = scan_xdf(path, keep_samples=True)
    check_whole(scan, salvage)
    if not any(stream.n_samples for stream in scan.streams.values()):
        raise InputError(f"{path} is empty: {len(scan.streams)} streams, but not one sample; record again")
    return [_stream(stream_id, stream, buffer) for stream_id, stream in scan.streams.items()]


def check_whole(scan: Scan, salvage: bool) -> None:
    """Refuse a damaged file, or warn of it where the caller asked for salvage."""
    if not scan.whole:
        if not salvage:
            raise InputError(f"{lost(scan)}; make a whole copy with: python -m bk_realtime record --repair {scan.path}")
        log.warning("%s", lost(scan))
    elif not scan.closed:
        log.warning("%s was not closed by its recorder (no footers); every whole chunk is used", scan.path)


def _stream(stream_id: int, scanned: StreamScan, buffer: Any) -> XdfStream:
    description = scanned.description
    n, counted = scanned.n_samples, scanned.footer_count
    times, offsets = np.asarray(scanned.clock_times), np.asarray(scanned.clock_offsets)
    if counted is not None and 0 <= counted < n and last_offset_is_odd(times, offsets):
        # liblsl adds a sample and a wrong clock offset when an outlet dies (pylsl#67)
        n, times, offsets = counted, times[:-1], offsets[:-1]
    values: StoredNumbers | StoredText
    if description.channel_format == "string":
        values = StoredText(scanned.stamps, scanned.rows, n)
    else:
        values = StoredNumbers(buffer, scanned.chunks, description, n)
    return XdfStream(
        stream_id=stream_id,
        description=description,
        clock_times=times,
        clock_offsets=offsets,
        xml=scanned.xml,
        values=values,
    )


def find_segments(stamps: np.ndarray, sfreq: float) -> tuple[tuple[int, int], ...]:
    """(start, stop) ranges without a gap; an irregular stream (``sfreq`` 0) is one segment.

    Parameters
    ----------
    stamps : (n,) seconds.
    sfreq : nominal rate in Hz.
    """
    if len(stamps) == 0:
        return ()
    breaks: list[int] = []
    if sfreq > 0:
        most = max(GAP_S, 0.5 / sfreq)
        for first in range(0, len(stamps) - 1, _BLOCK):  # in pieces: an hour of audio has a hundred million stamps
            steps = np.diff(stamps[first : first + _BLOCK + 1])
            breaks += (np.flatnonzero(np.abs(steps - 1 / sfreq) > most) + first + 1).tolist()
    edges = [0, *breaks, len(stamps)]
    return tuple(itertools.pairwise(edges))


def pick_stream(streams: Sequence[XdfStream], wanted: str, path: Path) -> XdfStream:
    """The one stream whose source id, name or type (without case) is ``wanted``, or whose number is ``#wanted``.

    Raises
    ------
    InputError
        None matches, or several do (then it asks for the source id, or for the number where even those are equal).
    """
    keys = [lambda s: s.description.source_id, lambda s: s.description.name, lambda s: s.description.type]
    listed = ", ".join(
        f"#{s.stream_id} {named(s.description.name)} (type {shown(s.description.type)}, "
        f"source_id {named(s.description.source_id)})"
        for s in streams
    )
    several = 0
    for key in [lambda s: f"#{s.stream_id}", *keys]:
        found = [s for s in streams if key(s).lower() == wanted.lower()]
        if len(found) == 1:
            return found[0]
        several = several or len(found)
    if several:
        raise InputError(
            f"{path}: {several} streams are called {named(wanted)}; choose one by its source_id or its number: {listed}"
        )
    raise InputError(f"{path}: no stream is called {named(wanted)}; it holds {listed}")
