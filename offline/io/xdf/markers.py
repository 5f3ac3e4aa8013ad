"""Markers of an XDF file: events of text and numbers, and the edges of sampled trigger lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, is_brain, labelled
from bk_realtime.shown import named, shown
from offline.io.grid import Grid, regular_grid
from offline.io.markers import code_text, edges, is_marker_type, is_trigger, marker_text
from offline.io.xdf.audio import AUDIO_TYPES
from offline.io.xdf.neural import Neural
from offline.io.xdf.streams import Source, is_called, pick

_BUSY_S, _BUSY_N, _BUSY_SAME = 0.05, 1000, 0.9
"""Numbers without a rate that come this densely, and mostly repeat the one before, are a sampled line too."""
_DENSE = 0.5
_LATEST_S = 1e10
"""Seconds since 1970 are fewer than this for 300 years."""


def read_markers(
    sources: Sequence[Source], neural: Source, read: Neural, wanted: str | None, exclude: Sequence[str], path: Path
) -> tuple[list[tuple[float, str]], list[str]]:
    """Markers (time in seconds on the recorder's clock, text) of all marker streams and trigger channels, or of the
    stream or channel named; and notes.

    Marker streams are those of a marker type (``Markers``, ``Triggers``, ``TTL``, ``Events``, ``Stimulus``, no matter
    the case) and all streams of text without a rate. Trigger channels are those of the neural stream that are not used
    as brain and have a trigger's type or name; where all that gives nothing, those of other sampled streams.

    Raises
    ------
    InputError
        No stream or channel of the name that is wanted.
    """
    chosen = [s for s in sources if s is not neural and _is_marker_stream(s)]
    boxes = {s: found for s in sources if s is not neural and s not in chosen and (found := _box_lines(s))}
    lines = [
        i
        for i, channel in enumerate(neural.channels)
        if i not in read.montage.keep
        and is_trigger(channel.label, channel.type)
        and not any(i in labelled(neural.channels, label) for label in exclude)
    ]
    if wanted is not None:
        own = [] if is_called(sources, wanted) else labelled(neural.channels, wanted)
        boxes = {}
        chosen, lines = ([], own) if own else ([pick(sources, wanted, path)], [])
        if chosen and chosen[0] is neural:
            raise InputError(
                f"{path}: {named(wanted)} is the neural stream; name its trigger channel with --markers, one of "
                f"{', '.join(shown(c.label) for c in neural.channels)}"
            )
    notes: list[str] = []
    events: list[tuple[float, str]] = []
    for source in chosen:
        events += _sampled(source, path, notes) if _is_sampled(source) else _single(source, notes)
        notes += [f"markers: {note}" for note in source.breaks()]
    if lines:
        events += _line_events(neural, lines, read.grid, notes)
    if events and boxes:
        notes.append(f"markers: trigger channels of {', '.join(named(s.name) for s in boxes)} not read beside these")
        boxes = {}
    for source, columns in boxes.items():
        events += _sampled(source, path, notes, columns)
        notes += [f"markers: {note}" for note in source.breaks()]
        source.forget()
    kept = [(t, text) for t, text in events if np.isfinite(t) and abs(t) < _LATEST_S]
    if len(kept) < len(events):
        notes.append(f"markers: {len(events) - len(kept)} without a time left out")
    start, stop = read.grid.start_s, read.grid.start_s + read.grid.length / read.grid.rate
    if kept and not any(start <= t <= stop for t, _ in kept):
        notes.append(
            f"markers: all {len(kept)} lie outside the neural signal ({kept[0][0]:.1f} s, it lasts from {start:.1f} to "
            f"{stop:.1f} s): they were stamped by another clock"
        )
    return kept, notes


def _is_marker_stream(source: Source) -> bool:
    d = source.description
    return is_marker_type(d.type) or (source.is_text and d.sfreq == 0)


def _box_lines(source: Source) -> list[int]:
    """Trigger channels of a sampled stream that is neither brain nor sound (a box of inputs)."""
    if (
        source.is_text
        or len(source) < 2
        or source.description.sfreq <= 0
        or source.description.type.lower() in AUDIO_TYPES
    ):
        return []
    return [i for i, channel in enumerate(source.channels) if _is_line(channel)]


def _is_line(channel: ChannelInfo) -> bool:
    return not is_brain(channel.label, channel.type)[0] and is_trigger(channel.label, channel.type)


def _is_sampled(source: Source) -> bool:
    """Numbers at a regular rate, of which only the changes are events."""
    if source.is_text or len(source) < 2:
        return False
    stamps, rate = source.stamps, source.description.sfreq
    if rate > 0:
        return bool(len(stamps) >= _DENSE * rate * (stamps.max() - stamps.min()))
    if len(stamps) < _BUSY_N or not np.median(np.diff(stamps)) < _BUSY_S:
        return False
    numbers = source.columns()
    return bool((numbers[1:] == numbers[:-1]).all(axis=1).mean() > _BUSY_SAME)


def _single(source: Source, notes: list[str]) -> list[tuple[float, str]]:
    """One event a sample: text as it is or JSON in plain words, numbers exactly."""
    events = []
    told = False
    for stamp, row in zip(source.stamps.tolist(), source.rows(), strict=True):
        text = ";".join(marker_text(v) if isinstance(v, str) else code_text(v) for v in row)
        if source.is_text and not told and text != ";".join(row):
            told = True
            notes.append(f"markers: JSON of {named(source.name)} read as event;word, the first as {text[:80]!r}")
        events.append((stamp, text))
    return events


def _sampled(
    source: Source, path: Path, notes: list[str], columns: Sequence[int] | None = None
) -> list[tuple[float, str]]:
    """Edges of a stream of trigger lines, or of some of its channels."""
    rate = source.description.sfreq
    grid = None
    if rate > 0:
        try:  # counted samples have less jitter than their stamps
            grid = regular_grid(source.stamps, rate, f"{path.name}: {shown(source.name)}", starts=source.starts)
        except InputError:
            notes.append(f"markers: {named(source.name)} does not run at the rate that it states; its stamps are used")
    return _line_events(source, range(source.description.n_channels) if columns is None else columns, grid, notes)


def _line_events(
    source: Source, columns: Sequence[int], grid: Grid | None, notes: list[str]
) -> list[tuple[float, str]]:
    """Edges of channels, at the samples' places on the grid or, without one, at their stamps. Where several channels
    have some, each is named before its code."""
    numbers = source.columns(columns)
    if grid is not None:
        grid, kept = grid.of_kept()
        if len(kept) < len(numbers):  # what came twice has no edges of its own
            numbers = numbers[kept]
    found: dict[str, list[tuple[int, str]]] = {}
    for k, c in enumerate(columns):
        label = source.channels[c].label
        # a stream of one line has a name where its channel was given none
        name = source.name if source.description.n_channels == 1 and is_trigger(source.name) else label
        if events := edges(numbers[:, k], name, notes):
            found[label] = events
    if grid is None:
        times = source.stamps
    else:
        times = np.empty(len(numbers))
        for start, stop, at in grid.pieces:
            times[start:stop] = grid.start_s + (at + np.arange(stop - start)) / grid.rate
    several = len(found) > 1
    return [
        (float(times[i]), f"{label}={code}" if several else code)
        for label, events in found.items()
        for i, code in events
    ]
