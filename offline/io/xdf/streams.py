"""Streams of an XDF file: those of one sender that stopped and came back joined, the one that is meant chosen."""

from __future__ import annotations

import functools
import itertools
import zlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import rational_rate
from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, tell_apart
from bk_realtime.shown import named, shown
from bk_realtime.xdf import XdfStream, pick_stream
from bk_realtime.xdf.header import FORMATS
from offline.io.grid import MAX_FILL

OVERLAP_S = 0.1
"""Parts of one sender may overlap by this much: stamps jitter so."""
_LEAST_RATE = 0.01
NEURAL_BREAK = 1.0
"""Longest break of a neural stream, as a share of what was recorded: more than half missing is no recording."""


@dataclass(frozen=True, eq=False)
class Source:
    """One signal of a file: a stream, or several of one sender that stopped and came back, in order of time."""

    parts: tuple[XdfStream, ...]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def description(self) -> StreamDescription:
        return self.parts[0].description

    @property
    def name(self) -> str:
        return self.description.name

    @functools.cached_property
    def stamps(self) -> np.ndarray:
        """(n,) float64 s on the recorder's clock."""
        return self.parts[0].stamps if len(self.parts) == 1 else np.concatenate([p.stamps for p in self.parts])

    @property
    def is_text(self) -> bool:
        return self.description.channel_format == "string"

    @functools.cached_property
    def channels(self) -> Sequence[ChannelInfo]:
        """Label, stated type and unit of each channel; labels are unique."""
        d = self.description
        types = d.types or ("",) * d.n_channels
        return tell_apart([ChannelInfo(*told) for told in zip(d.labels, types, d.units, strict=True)])[0]

    @property
    def shape(self) -> tuple[int, int]:
        """Samples and channels."""
        return len(self), self.description.n_channels

    @property
    def dtype(self) -> np.dtype:
        """Number type that holds those of all parts."""
        return np.result_type(*(FORMATS[part.description.channel_format] for part in self.parts))

    def blocks(self) -> Iterator[np.ndarray]:
        """The numbers piece by piece, (m, n_channels) each; nothing is kept."""
        for part in self.parts:
            for block in part.blocks():
                yield block.astype(self.dtype, copy=False)

    def fingerprints(self, index: np.ndarray) -> np.ndarray:
        """(m,) checksums of the samples of rising indices (m,), by their values; the numbers are read for it."""
        out, first, done = np.empty(len(index), np.uint32), 0, 0
        for block in self.blocks():
            stop = int(np.searchsorted(index, first + len(block)))
            chosen = np.ascontiguousarray(block[index[done:stop] - first])
            out[done:stop] = [zlib.crc32(row) for row in chosen]
            first, done = first + len(block), stop
            if done == len(index):
                break
        return out

    def columns(self, which: Sequence[int] | None = None) -> np.ndarray:
        """(n, n_channels or len(which)) numbers, freshly read."""
        columns = list(range(self.description.n_channels) if which is None else which)
        out = np.empty((len(self), len(columns)), self.dtype)
        at = 0
        for block in self.blocks():
            out[at : at + len(block)] = block[:, columns]
            at += len(block)
        return out

    def rows(self) -> Iterator[Sequence[Any]]:
        """Text or numbers, one row a sample."""
        if not self.is_text:
            return itertools.chain.from_iterable(self.blocks())
        return itertools.chain.from_iterable(part.data for part in self.parts)

    def forget(self) -> None:
        """Let go of what was made of the file; it is made again when needed."""
        vars(self).pop("stamps", None)
        for part in self.parts:
            part.forget()

    @property
    def starts(self) -> list[int]:
        """First sample of each later part."""
        return list(itertools.accumulate(len(part) for part in self.parts[:-1]))

    def breaks(self) -> list[str]:
        """A line on the parts, where there are several."""
        if len(self.parts) == 1:
            return []
        gaps = [float(b.stamps[0] - a.stamps[-1]) for a, b in itertools.pairwise(self.parts)]
        lines = [
            f"stream {named(self.name)} stopped and came back: {len(self.parts)} parts on one time axis, "
            "not recorded for " + ", ".join(f"{gap:.3f} s" for gap in gaps)
        ]
        measured = [len(part.clock_times) > 0 for part in self.parts]
        if any(measured) and not all(measured):
            lines.append(
                f"part {measured.index(False) + 1} of {named(self.name)} has no clock offsets, others have: "
                "it is placed by its own stamps, which may be of another clock"
            )
        return lines

    def listed(self) -> str:
        """Itself in a list of choices."""
        d = self.description
        when = f", from {self.stamps.min():.1f} to {self.stamps.max():.1f} s" if len(self) else ""
        return (
            f"#{self.parts[0].stream_id} {named(d.name)} ({shown(d.type)}, {d.n_channels} channels, source id "
            f"{named(d.source_id)}{when})"
        )


def find_sources(streams: Sequence[XdfStream]) -> list[Source]:
    """The signals of a file in the order of their first headers: streams of one sender that follow each other in time
    are one; those that overlap are several senders.

    One sender: the same type, channels, units, format of numbers or text and rate, and the same source id or name. A
    break so long that more would be missing than the grid fills (for a neural stream: than was recorded) parts them.
    """
    groups = [[stream] for stream in streams]
    for key in (lambda d: d.source_id, lambda d: d.name):
        groups = _joined(groups, key)
    order = {id(stream): i for i, stream in enumerate(streams)}
    groups.sort(key=lambda group: min(order[id(stream)] for stream in group))
    return [Source(tuple(group)) for group in groups]


def pick(sources: Sequence[Source], wanted: str, path: Path) -> Source:
    """The one source whose source id, name or type (without case) is ``wanted``; ``#NUMBER`` takes one stream alone.

    Raises
    ------
    InputError
        None matches, or several do.
    """
    if wanted.startswith("#") and is_called(sources, wanted):
        return Source((pick_stream([part for s in sources for part in s.parts], wanted, path),))
    chosen = pick_stream([s.parts[0] for s in sources], wanted, path)
    return next(s for s in sources if s.parts[0] is chosen)


def is_called(sources: Sequence[Source], wanted: str) -> bool:
    """Whether :func:`pick` would find one or several."""
    key = wanted.lower()
    return any(
        key in (f"#{part.stream_id}", d.source_id.lower(), d.name.lower(), d.type.lower())
        for s in sources
        for part in s.parts
        for d in (part.description,)
    )


def choose(
    sources: Sequence[Source], wanted: str | None, path: Path, what: str, fits: Callable[[Source], bool]
) -> Source | None:
    """The source named, or the only one that fits; None where none does.

    Raises
    ------
    InputError
        None of that name, or several.
    """
    if wanted is not None:
        return pick(sources, wanted, path)
    found = [s for s in sources if fits(s)]
    if len(found) > 1:
        listed = ", ".join(s.listed() for s in found)
        raise InputError(
            f"{path}: {len(found)} {what} streams: {listed}; choose one with --{what}, by its source id, name or number"
        )
    return found[0] if found else None


def rate_of(source: Source, path: Path) -> Fraction:
    """Nominal rate; where the stream claims none (0 Hz) the measured one.

    Raises
    ------
    InputError
        Too few stamps to measure it.
    """
    if 0 < source.description.sfreq < _LEAST_RATE:
        raise InputError(
            f"{path}: stream {named(source.name)} states {source.description.sfreq:g} Hz; "
            f"expected at least {_LEAST_RATE} Hz; name the true rate with --sfreq or --sample-rate"
        )
    if source.description.sfreq > 0:
        return rational_rate(source.description.sfreq)
    stamps = source.stamps
    step = float(np.median(np.diff(stamps))) if len(stamps) > 10 else 0.0
    if len(stamps) > 10:
        # pushes share a stamp, or nearly: distant samples tell the rate where neighbours do not
        lag = len(stamps) // 4
        far = float(np.median(stamps[lag:] - stamps[:-lag])) / lag
        step = step if 0.98 < step / max(far, 1e-9) < 1.02 else far
    if not (np.isfinite(step) and step > 0):
        raise InputError(f"{path}: stream {named(source.name)} has no rate and too few stamps to measure one")
    return rational_rate(round(1 / step, 3))


def _joined(groups: list[list[XdfStream]], key: Callable[[StreamDescription], str]) -> list[list[XdfStream]]:
    """Groups of one key merged, where all of them follow each other in time."""
    classes: dict[Hashable, list[list[XdfStream]]] = {}
    for group in groups:
        d = group[0].description
        text = d.channel_format == "string"
        named = key(d)
        # a stream without a name, or without samples, is nobody's restart
        same = id(group) if not named or not any(map(len, group)) else 0
        what = (named, d.type.lower(), d.labels, d.units, d.types, d.sfreq, text, same)
        classes.setdefault(what, []).append(group)
    joined: list[list[XdfStream]] = []
    for found in classes.values():
        parts = list(itertools.chain.from_iterable(found))
        if len(found) > 1:
            parts.sort(key=lambda s: float(s.stamps[0]))
        joined += [parts] if len(found) > 1 and _follow(parts) else found
    return joined


def _follow(parts: list[XdfStream]) -> bool:
    """Whether parts in order of time neither overlap nor lie too far apart."""
    ranges = [(float(part.stamps.min()), float(part.stamps.max())) for part in parts if len(part)]
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(ranges)]
    recorded = sum(stop - start for start, stop in ranges)
    d = parts[0].description
    most = float("inf") if d.sfreq == 0 else recorded * (NEURAL_BREAK if d.is_neural else MAX_FILL)
    return all(gap >= -OVERLAP_S for gap in gaps) and sum(gaps) <= most
