"""A recording as a source in the same process: paced by a clock, or as fast as it is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bk_realtime.chunk import Chunk, StreamDescription
from bk_realtime.clock import Clock
from bk_realtime.errors import BkError
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.gaps import StreamMonitor
from bk_realtime.source.schedule import track_of
from bk_realtime.source.units import in_microvolts
from bk_realtime.xdf import XdfStream, pick_stream, read_xdf


def pick_neural(streams: list[XdfStream], path: Path, stream: str | None = None) -> XdfStream:
    """The neural stream of a recording (type sEEG, iEEG, ECoG or EEG), or the one named.

    Raises
    ------
    BkError
        There is none, or several and none named; then it asks for the source_id.
    """
    if stream is not None:
        return pick_stream(streams, stream, path)
    neural = [s for s in streams if s.description.is_neural and len(s)]
    if len(neural) == 1:
        return neural[0]
    listed = ", ".join(
        f"{s.description.name!r} (type {s.description.type}, source_id {s.description.source_id!r})"
        for s in neural or streams
    )
    if neural:
        raise BkError(f"{path}: {len(neural)} neural streams: {listed}; choose one by its source_id with --stream")
    raise BkError(
        f"{path}: no neural stream with samples (expected type sEEG, iEEG, ECoG or EEG), it holds {listed}; "
        "name one with --stream"
    )


class RecordingSource:
    """A :class:`~bk_realtime.source.base.Source` over one stream of an XDF file.

    Parameters
    ----------
    path : recording.
    stream : source_id, name, type or ``#number`` of the stream; default: the neural one.
    chunk : samples per chunk.
    clock : paces the chunks as they were recorded, stamps shifted to its time; ``None``: as fast as pulled, stamps on
        the recording's own axis.
    unit : unit of all channels, instead of what the file says.
    salvage : take the whole part of a damaged file.

    Raises
    ------
    BkError
        The file cannot be read, no such stream, several, text instead of numbers, no rate, unknown unit.
    """

    def __init__(
        self,
        path: Path,
        stream: str | None = None,
        chunk: int = 32,
        clock: Clock | None = None,
        unit: str | None = None,
        salvage: bool = False,
    ) -> None:
        picked = pick_neural(read_xdf(path, salvage=salvage), path, stream)
        said = picked.description
        if said.channel_format == "string" or said.sfreq <= 0 or not len(picked):
            raise BkError(f"{path}: stream {said.name!r} has no regular rate or no samples; expected sampled numbers")
        self._description, self._scale = in_microvolts(said, unit)
        self._data, self._stamps, self._chunk, self._clock = picked.data, picked.stamps, chunk, clock
        self._due = track_of(picked).due
        self._start: float | None = None
        self._at = 0
        self._monitor = StreamMonitor(said.sfreq, live=False)
        self._events: list[SourceEvent] = []

    def describe(self) -> StreamDescription:
        """The stream's description; voltages in microvolts, as the chunks carry them."""
        return self._description

    @property
    def finished(self) -> bool:
        """Every sample has been pulled."""
        return self._at >= len(self._stamps)

    def pull(self, timeout: float) -> Chunk | None:
        """The next ``chunk`` samples, (T, n_channels) float32 in µV, once their last one is due; ``None`` when that is
        not within ``timeout`` s, and always at the end."""
        if self.finished:
            if self._clock is not None:
                self._clock.sleep(timeout)
            return None
        stop = min(self._at + self._chunk, len(self._stamps))
        shift = 0.0
        received = float(self._due[stop - 1])
        if self._clock is not None:
            if self._start is None:
                self._start = self._clock.now()
            shift = self._start - float(self._due[0])
            wait = received + shift - self._clock.now()
            self._clock.sleep(max(0.0, min(wait, timeout)))
            if wait > timeout:
                return None
            received = self._clock.now()
        part = slice(self._at, stop)
        data = self._data[part] if self._scale is None else self._data[part] * self._scale
        chunk = Chunk(data.astype(np.float32), self._at, self._stamps[part] + shift, 0.0, received)
        self._at = stop
        self._events += self._monitor.observe(chunk)
        return chunk

    def take_events(self) -> list[SourceEvent]:
        """Gaps, duplicates and clock jumps in the recording since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Let go of the samples."""
        self._at = len(self._stamps)
