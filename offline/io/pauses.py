"""Parts of a recording whose starts the file states, laid on one axis: NaN for the pauses between them."""

from __future__ import annotations

import bisect

import numpy as np

from bk_realtime.errors import InputError
from offline.io.grid import GAP_SAMPLES, Grid
from offline.io.recording import MAX_MISSING


def whole(n: int, rate: float) -> Grid:
    """The grid of ``n`` samples without a pause, from 0 s."""
    return Grid(0.0, rate, n, ((0, n, 0),))


def place_parts(
    first: np.ndarray, start_s: np.ndarray, n: int, rate: float, where: str, slack_s: float = 0.0, least_s: float = 0.0
) -> Grid:
    """Lay parts on a regular grid that begins with the first of them, at 0 s.

    Inside a part samples are counted. A part that begins later than the one before it ends, by at least 1.5 samples,
    leaves a pause; one that begins earlier, within ``slack_s``, follows at once.

    Parameters
    ----------
    first : (k,) index of the first sample of each part, rising, the first 0.
    start_s : (k,) when each part began, in seconds on any axis.
    n : samples in all.
    rate : in Hz.
    where : file and kind of part, for messages.
    slack_s : a part may begin this much too early: clocks of computers are no better.
    least_s : shortest pause that is seen, where the starts are written coarsely.

    Raises
    ------
    InputError
        A start is no number, lies before the end of the part before it, or so far behind it that more than half of the
        recording would be missing.
    """
    first, start_s = np.asarray(first, np.int64), np.asarray(start_s, np.float64)
    if not np.isfinite(start_s).all():
        raise InputError(f"{where} {int(np.argmin(np.isfinite(start_s))) + 1} has no start; expected seconds")
    length = np.diff([*first.tolist(), n])
    late = np.diff(start_s) - length[:-1] / rate
    early = np.flatnonzero(late < -max(slack_s, least_s, GAP_SAMPLES / rate))
    if len(early):
        k = int(early[0]) + 1
        raise InputError(
            f"{where} {k + 1} begins at {start_s[k] - start_s[0]:.3f} s, before the one before it ends "
            f"({start_s[k - 1] - start_s[0] + length[k - 1] / rate:.3f} s); expected starts that go forward; "
            "split the file there, or correct its starts"
        )
    runs = np.concatenate([[0], np.flatnonzero(late >= max(least_s, GAP_SAMPLES / rate)) + 1])
    seconds = float(start_s[-1] - start_s[0]) + length[-1] / rate
    if n < (1 - MAX_MISSING) * seconds * rate - 1:
        k = int(runs[np.argmax(late[runs[1:] - 1]) + 1]) if len(runs) > 1 else len(first) - 1
        raise InputError(
            f"{where} {k + 1} begins {start_s[k] - start_s[k - 1]:.0f} s after the one before it: only "
            f"{n / rate:.1f} of {seconds:.0f} s would be recorded, expected at least half; split the file at its pauses"
        )
    stops = [*first[runs[1:]].tolist(), n]
    pieces: list[tuple[int, int, int]] = []
    gaps: list[tuple[float, int]] = []
    position = 0
    for run, stop in zip(runs.tolist(), stops, strict=True):
        begin = int(first[run])
        at = max(position, round(float(start_s[run] - start_s[0]) * rate))
        if at > position:
            gaps.append((position / rate, at - position))
        pieces.append((begin, stop, at))
        position = at + stop - begin
    lost = sum(missing for _, missing in gaps) / rate
    pauses = "1 pause" if len(gaps) == 1 else f"{len(gaps)} pauses"
    notes = [f"{pauses}, {lost:.3f} s not recorded, filled with NaN"] if gaps else []
    if slack_s and len(late) and late.min() <= -GAP_SAMPLES / rate:
        notes.append(f"a part begins {-late.min():.3f} s before the one before it ends: it follows at once")
    return Grid(0.0, rate, position, tuple(pieces), tuple(gaps), tuple(notes))


def axis_seconds(grid: Grid, sample: float) -> float:
    """When a sample, counted as recorded, lies on the axis of a grid, in seconds."""
    k = max(0, bisect.bisect_left(grid.pieces, sample + 0.5, key=lambda piece: piece[0]) - 1)
    begin, _, at = grid.pieces[k] if grid.pieces else (0, 0, 0)
    return grid.start_s + (at + sample - begin) / grid.rate
