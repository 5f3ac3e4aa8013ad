"""When which samples of a recording are due: pure arithmetic over arrays, paced by any clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import Clock
from bk_realtime.errors import InputError
from bk_realtime.xdf import XdfStream

Action = Literal["send", "leave", "return"]

_ACTIONS: tuple[Action, ...] = ("send", "leave", "return")
_ROW = np.dtype([("due", "f8"), ("track", "i4"), ("start", "i8"), ("stop", "i8"), ("action", "i1")])
_SLICE_S = 0.05


@dataclass(frozen=True, eq=False)
class Track:
    """One stream on the recording's time axis.

    Attributes
    ----------
    stamps : (n,) float64 s, as they will be sent; they may step backwards.
    due : (n,) float64 s, when a sample leaves; never decreasing.
    data : (n, n_channels) array, or n rows of strings.
    outages : (from, to) s on the ``due`` axis while the stream's outlet does not exist.
    """

    description: StreamDescription
    xml: str
    stamps: np.ndarray
    due: np.ndarray
    data: Any
    outages: tuple[tuple[float, float], ...] = ()

    def __len__(self) -> int:
        return len(self.stamps)


@dataclass(frozen=True)
class Step:
    """What happens at ``due`` s: samples ``start`` to ``stop`` of a track leave, or its outlet goes or returns.

    ``shift`` is what the rounds of a loop have added to the time axis.
    """

    due: float
    track: int
    start: int = 0
    stop: int = 0
    action: Action = "send"
    shift: float = 0.0


def track_of(stream: XdfStream) -> Track:
    """A recorded stream as a track. A stamp that steps backwards waits for its predecessor, as it did live.

    Raises
    ------
    InputError
        A time stamp is no number.
    """
    bad = np.count_nonzero(~np.isfinite(stream.stamps))
    if bad:
        raise InputError(
            f"stream {stream.description.name!r}: expected time stamps in seconds, {bad} of {len(stream)} are "
            "no numbers; this recording cannot be replayed"
        )
    due = np.maximum.accumulate(stream.stamps) if len(stream) else stream.stamps
    return Track(stream.description, stream.xml, stream.stamps, due, stream.data)


def span(tracks: Sequence[Track]) -> tuple[float, float]:
    """First and last due time in s over all tracks.

    Raises
    ------
    ValueError
        No track has samples.
    """
    filled = [t for t in tracks if len(t)]
    if not filled:
        raise ValueError("expected at least one track with samples, got none")
    return min(float(t.due[0]) for t in filled), max(float(t.due[-1]) for t in filled)


def loop_range(tracks: Sequence[Track]) -> tuple[float, float]:
    """(begin, end) s of the segment that a loop repeats: that of the neural stream, else of the longest regular one.

    From its first sample to one interval after its last, so that this stream is seamless where the loop closes.
    """
    regular = [t for t in tracks if len(t) > 1 and t.description.sfreq > 0]
    if not regular:
        return span(tracks)[0], span(tracks)[1] + 1.0
    main = max(regular, key=lambda t: (t.description.is_neural, float(t.due[-1] - t.due[0])))
    return float(main.due[0]), float(main.due[-1]) + 1 / main.description.sfreq


def plan(tracks: Sequence[Track], begin: float, end: float, chunk_s: float, loop: bool = False) -> Iterator[Step]:
    """Every step from ``begin`` to before ``end`` in order of time; with ``loop`` again and again, without drift.

    A chunk holds what became due within one interval of ``chunk_s`` and leaves with its last sample, as from an
    amplifier that sends packets.

    Parameters
    ----------
    begin, end : s on the ``due`` axis.
    chunk_s : length of a chunk in s; 0 sends every sample by itself.
    """
    rows: list[tuple[float, int, int, int, int]] = []
    parts: list[np.ndarray] = []
    for number, track in enumerate(tracks):
        first, last = (int(i) for i in np.searchsorted(track.due, [begin, end]))
        due = track.due[first:last]
        if len(due):
            group = np.floor((due - begin) / chunk_s) if chunk_s > 0 else np.arange(len(due))
            stops = np.append(np.flatnonzero(np.diff(group)) + 1, len(due))
            part = np.empty(len(stops), _ROW)
            part["due"], part["track"], part["action"] = due[stops - 1], number, 0
            part["start"], part["stop"] = first + np.append(0, stops[:-1]), first + stops
            parts.append(part)
        for gone, back in track.outages:
            rows += [(t, number, 0, 0, k) for t, k in ((gone, 1), (back, 2)) if begin <= t < end]
    table = np.concatenate([*parts, np.array(rows, _ROW)])
    table = table[np.argsort(table["due"], kind="stable")]
    for round_ in itertools.count() if loop and len(table) else range(1):
        shift = round_ * (end - begin) if round_ else 0.0
        for row in table:
            due, number, start, stop, action = row.item()
            yield Step(due + shift, number, start, stop, _ACTIONS[action], shift)


def play(
    steps: Iterable[Step],
    clock: Clock,
    act: Callable[[Step], None],
    origin: float,
    speed: float = 1.0,
    start: float | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Do every step at its time: ``start + (due - origin) / speed`` on ``clock``; each time is absolute, so late steps
    do not delay those after them.

    Parameters
    ----------
    origin : recording time in s that falls on ``start``.
    start : clock time in s; now, if not given.
    stopped : asked at least every 50 ms while waiting.
    """
    start = clock.now() if start is None else start
    for step in steps:
        while (wait := start + (step.due - origin) / speed - clock.now()) > 0:
            if stopped():
                return
            clock.sleep(min(wait, _SLICE_S))
        if stopped():
            return
        act(step)
