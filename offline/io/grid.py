"""From jittered time stamps to a regular grid: which sample belongs where, and at what rate the device really ran."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bk_realtime.errors import InputError
from offline.io.repeats import repeated

GAP_SAMPLES = 1.5
"""A jump of more than this many samples, beyond what jitter explains, is a gap."""
WINDOW_S = 1.0
"""A shift of the stamps is lasting when the second before it and the second after it differ so (more than a second
where pushes are rare)."""
SHORT_S = 10.0
"""Recordings shorter than this keep their nominal rate: jitter would be taken for drift."""
MAX_RATE_ERROR = 0.02
_BLOCK = 1 << 24
MAX_FILL = 4.0
"""More missing than this multiple of the recorded samples: the file is refused, not filled."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Placement of n recorded samples on ``length`` regular ones.

    Attributes
    ----------
    start_s, rate : grid point ``i`` is at ``start_s + i / rate``.
    length : grid points.
    pieces : (first sample, stop sample, first grid point) of each run without a gap; samples in none of them have no
        place.
    gaps : (start in seconds, missing samples) of each gap.
    """

    start_s: float
    rate: float
    length: int
    pieces: tuple[tuple[int, int, int], ...]
    gaps: tuple[tuple[float, int], ...] = ()
    notes: tuple[str, ...] = ()

    def lay_out(self, data: np.ndarray) -> np.ndarray:
        """(n, ch) float32 -> (length, ch) float32, NaN where nothing was recorded."""
        if len(self.pieces) == 1 and self.length == len(data):
            return data
        out = self.empty(data.shape[1])
        self.place(out, 0, data)
        return out

    def empty(self, n_channels: int) -> np.ndarray:
        """(length, n_channels) float32 to :meth:`place` samples in; NaN where nothing will be."""
        out = np.empty((self.length, n_channels), np.float32)
        filled = 0
        for start, stop, at in self.pieces:
            out[filled:at] = np.nan
            filled = at + stop - start
        out[filled:] = np.nan
        return out

    def place(self, out: np.ndarray, first: int, block: np.ndarray) -> None:
        """Put recorded samples ``first`` to ``first + len(block)`` where they belong."""
        for start, stop, at in self.pieces:
            a, b = max(start, first), min(stop, first + len(block))
            if a < b:
                out[at + a - start : at + b - start] = block[a - first : b - first]

    def of_kept(self) -> tuple[Grid, np.ndarray]:
        """The grid of those samples alone that have a place, and which they are."""
        ends = [0, *itertools.accumulate(stop - start for start, stop, _ in self.pieces)]
        pieces = tuple((a, b, at) for (a, b), (_, _, at) in zip(itertools.pairwise(ends), self.pieces, strict=True))
        return replace(self, pieces=pieces), np.concatenate([np.arange(a, b) for a, b, _ in self.pieces])


def regular_grid(
    stamps: np.ndarray,
    sfreq: float,
    where: str,
    least_gap_s: float = 0.0,
    option: str = "sfreq",
    starts: Sequence[int] = (),
    fingerprints: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Grid:
    """Lay samples on a regular grid by their stamps.

    Within a run without gaps samples are counted, never re-timed: a sample's position is its index. A gap is a lasting
    shift between stamps and sample count of more than 1.5 samples (single late pushes shift nothing lastingly). The
    true rate is the slope of a line through the stamps of all runs.

    Parameters
    ----------
    stamps : (n,) seconds on the recording's axis; may jitter and step back within a push.
    sfreq : nominal rate in Hz.
    where : for messages.
    least_gap_s : shortest gap to see in seconds, where that is longer than 1.5 samples (audio is pushed with more
        jitter than its samples are apart).
    option : of the reader that names the true rate, for messages.
    starts : first samples of later parts, where it is known that the recording was interrupted.
    fingerprints : tells samples of given indices apart by their values: those that came twice
        (:func:`~offline.io.repeats.repeated`) are left out the second time, and said. None: they are kept in order.

    Raises
    ------
    InputError
        Stamps that are no numbers, run at another rate than the nominal one, or lie so far apart that filling
        the gaps would make the recording more than five times as long.
    """
    n = len(stamps)
    if n == 0 or not np.isfinite(stamps).all():
        raise InputError(f"{where}: time stamps are missing or not numbers")
    twice = repeated(stamps, fingerprints) if fingerprints is not None else ()
    if len(twice):
        kept = np.delete(np.arange(n), twice)
        begins = sorted({int(k) for k in np.searchsorted(kept, starts) if k < len(kept)})
        grid = regular_grid(stamps[kept], sfreq, where, least_gap_s, option, begins)
        note = f"{len(twice)} samples ({len(twice) / grid.rate:.3f} s) came twice: left out the second time"
        return replace(grid, pieces=tuple(_where_they_were(grid, kept)), notes=(note, *grid.notes))
    # jitter is judged over all parts, without the breaks between them
    steps = _lasting_steps(_closed(stamps, starts, sfreq) if starts else stamps, sfreq, least_gap_s)
    edges = [0, *sorted({*starts, *steps}), n]
    rate = _slope(stamps, edges) if n > SHORT_S * sfreq else sfreq
    if not abs(rate / sfreq - 1) < MAX_RATE_ERROR:
        raise InputError(
            f"{where}: runs at {rate:.3f} Hz by its time stamps, its header says {sfreq:g} Hz; "
            f"expected both within 2 %; name the true rate with --{option.replace('_', '-')}, or {option} in NAME.toml "
            "beside it"
        )
    offset = [_middle(stamps, a, b, rate) for a, b in itertools.pairwise(edges)]
    pieces: list[tuple[int, int, int]] = []
    gaps: list[tuple[float, int]] = []
    notes: list[str] = []
    position, base = 0, offset[0]
    for (start, stop), at in zip(itertools.pairwise(edges), offset, strict=True):
        missing = round((at - base) * rate) - (position - start)
        if missing >= GAP_SAMPLES:
            gaps.append((float(stamps[start - 1]), missing))
            position += missing
        elif missing <= -GAP_SAMPLES:
            base = at - (position - start) / rate  # what follows is counted from here
            notes.append(f"time stamps jump back by {-missing / rate:.3f} s at sample {start}; samples kept in order")
        if position + stop - start > (1 + MAX_FILL) * n + 10 * sfreq:
            raise InputError(
                f"{where}: time stamps jump by {missing / rate:.0f} s at sample {start}; the parts belong to different "
                "recordings or clocks; split the file"
            )
        pieces.append((start, stop, position))
        position += stop - start
    if gaps:
        lost = sum(m for _, m in gaps)
        notes.insert(0, f"{len(gaps)} gaps, {lost} samples ({lost / rate:.3f} s) missing, filled with NaN")
    return Grid(offset[0], rate, position, tuple(pieces), tuple(gaps), tuple(notes))


def _where_they_were(grid: Grid, kept: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Pieces of the grid of samples ``kept``, by their number among all."""
    for start, stop, at in grid.pieces:
        cuts = np.flatnonzero(np.diff(kept[start:stop]) > 1) + 1 + start
        for a, b in itertools.pairwise([start, *cuts.tolist(), stop]):
            yield int(kept[a]), int(kept[b - 1]) + 1, at + a - start


def _closed(stamps: np.ndarray, starts: Sequence[int], sfreq: float) -> np.ndarray:
    """Stamps with every part moved so that it follows the one before it at once."""
    closed = stamps.copy()
    width = max(2, round(WINDOW_S * sfreq))
    for begin, start, stop in zip([0, *starts[:-1]], starts, [*starts[1:], len(stamps)], strict=True):
        before = closed[max(begin, start - width) : start]
        after = closed[start : min(stop, start + width)]
        floor = np.quantile(before - np.arange(-len(before), 0) / sfreq, 0.1)
        closed[start:] -= np.quantile(after - np.arange(len(after)) / sfreq, 0.1) - floor
    return closed


def _lasting_steps(stamps: np.ndarray, sfreq: float, least_gap_s: float) -> list[int]:
    """Indices of the first sample after each gap (or step back)."""
    n = len(stamps)
    if n < 3:
        return [i for i in range(1, n) if abs(stamps[i] - stamps[i - 1] - 1 / sfreq) > GAP_SAMPLES / sfreq]
    # the interval in use, from distant pairs: gaps and jitter fall out of the median
    lag = max(1, min(n // 2, round(SHORT_S * sfreq)))
    interval = float(np.median(stamps[lag:] - stamps[:-lag])) / lag
    if not abs(interval * sfreq - 1) < MAX_RATE_ERROR:
        interval = 1 / sfreq
    residual = np.arange(n, dtype=np.float64)
    residual *= -interval  # in place: an hour of audio has a hundred million stamps
    residual += stamps
    # a second, or as long as twenty pushes take: the earliest of few late pushes is still late
    pushes = 1 + len(_jumps(residual, 0.01 * interval))
    width = max(2, round(WINDOW_S * sfreq), min(n // 4, round(10 * sfreq), 20 * n // pushes))
    # stamps are late, never early: the low quantile of a second is steady where its mean is not
    floors = np.array([np.quantile(residual[i : i + width], 0.1) for i in range(0, n, width)])
    steps = np.diff(floors)
    noise = 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) if len(steps) > 4 else 0.0
    least = max(GAP_SAMPLES * interval, 6 * noise, least_gap_s)
    tops = np.array([np.quantile(residual[i : i + width], 0.95) for i in range(0, n, width)])
    spread = float(np.median(tops - floors))
    edges: list[int] = []
    last = 0
    for i in _jumps(residual, least / 2).tolist():
        before = np.quantile(residual[max(last, i - width) : i], 0.1)
        after = np.quantile(residual[i : i + width], 0.1)
        shift = float(after - before)
        if min(i - last, n - i) < width // 2:  # too little beside it to know its floor: only more than jitter counts
            shift = np.sign(shift) * max(0.0, abs(shift) - spread)
        # the step itself must carry the shift; a late push beside a true gap does not
        if abs(shift) > least and (residual[i] - residual[i - 1]) / shift > 0.5:
            edges.append(i)
            last = i
    return edges


def _jumps(residual: np.ndarray, least: float) -> np.ndarray:
    """Indices of samples that lie more than ``least`` from the one before."""
    found = [
        np.flatnonzero(np.abs(np.diff(residual[first : first + _BLOCK + 1])) > least) + first + 1
        for first in range(0, len(residual) - 1, _BLOCK)
    ]
    return np.concatenate([np.zeros(0, int), *found])


def _middle(stamps: np.ndarray, start: int, stop: int, rate: float) -> float:
    """Median time of sample 0 by the stamps of a run."""
    origin = np.arange(start, stop, dtype=np.float64)
    origin /= -rate
    origin += stamps[start:stop]
    return float(np.median(origin, overwrite_input=True))


def _slope(stamps: np.ndarray, edges: list[int]) -> float:
    """Samples per second: one least-squares slope for all runs, each with its own start."""
    top = bottom = 0.0
    for start, stop in itertools.pairwise(edges):
        mean = float(stamps[start:stop].mean())
        for first in range(start, stop, _BLOCK):
            last = min(stop, first + _BLOCK)
            index = np.arange(first - start, last - start) - (stop - start - 1) / 2
            top += float(index @ index)
            bottom += float(index @ (stamps[first:last] - mean))
    return top / bottom if bottom > 0 else float("nan")
