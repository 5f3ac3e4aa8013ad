"""One stream that is put on the sample clock of another: its samples at the times of the other one's."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from bk_realtime.join.fractional import FractionalDelay
from bk_realtime.join.line import Line

_BACK_S = 1.0  # the main clock may step back by this much and still find its partner's samples
ANEW_S = 10.0
"""A clock that steps back by this much is another one: the machine of both streams was started anew."""


@dataclass
class Partner:
    """One of the other streams: its line, its samples of the last second, and what it gave so far.

    Attributes
    ----------
    missing : rows without its signal because samples of it are missing.
    late : (first, stop) rows that did not wait for it, oldest first; who has told of them takes them away but the last.
    n_late : how many these were so far.
    away : it is late now.
    """

    sfreq: float
    n_channels: int
    line: Line
    between: FractionalDelay
    missing: int = 0
    n_late: int = 0
    late: list[tuple[int, int]] = field(default_factory=list)
    away: bool = False

    def __post_init__(self) -> None:
        self._incoming = np.zeros((0, self.n_channels))
        self._data, self._times = np.zeros((0, self.n_channels)), np.zeros(0)
        self._runs = np.zeros(0, np.int64)
        self._run, self._newest, self._ended = 0, -math.inf, False
        # its own runs, and rows, that begin on another clock, by number, with the time before; the first of one belongs
        # to the first of the other
        self._anew_runs: list[tuple[int, float]] = []
        self._anew_rows: list[tuple[int, float]] = []
        self._placed_s = self._asked_s = -math.inf
        self._rows = np.zeros(0)  # times of rows that wait
        self._done: list[np.ndarray] = []
        self.n_done = 0  # rows that have their values, taken or not

    def push(self, data: np.ndarray, stamps: np.ndarray, keep_s: float) -> None:
        """Take samples in."""
        self.away = False
        self._incoming = np.concatenate([self._incoming, np.asarray(data, np.float64)])
        self._place(*self.line.push(stamps))
        if len(self._times) > keep_s * self.sfreq:  # the main stream is away
            self._forget(len(self._times) - int(keep_s * self.sfreq / 2))

    def finish(self) -> None:
        """There is nothing more."""
        self._place(*self.line.finish())
        self._ended = True

    def move(self, by_s: float) -> None:
        """Its stamps so far are to be read as later by so many seconds."""
        self.line.move(by_s)
        self._times, self._placed_s = self._times + by_s, self._placed_s + by_s
        self._anew_runs = [(n, t + by_s) for n, t in self._anew_runs]

    def move_rows(self, by_s: float) -> None:
        """The same of the times that were asked for."""
        self._rows, self._asked_s, self._newest = self._rows + by_s, self._asked_s + by_s, self._newest + by_s
        self._anew_rows = [(n, t + by_s) for n, t in self._anew_rows]

    def _place(self, times: np.ndarray, runs: np.ndarray) -> None:
        data, self._incoming = self._incoming[: len(times)], self._incoming[len(times) :]
        known = np.isfinite(times)
        data, times, runs = data[known], times[known], runs[known]
        _mark_clocks(self._anew_runs, runs, times, self._placed_s)
        self._placed_s = float(times[-1]) if len(times) else self._placed_s
        self._data = np.concatenate([self._data, data])
        self._times = np.append(self._times, times)
        self._runs = np.append(self._runs, runs)

    def ask(self, times: np.ndarray) -> None:
        """More rows, at these times on the common axis; NaN where the main stream's line is not known yet."""
        first, finite = self.n_done + len(self._rows), times[np.isfinite(times)]
        _mark_clocks(self._anew_rows, first + np.arange(len(times)), times, self._asked_s)
        self._asked_s = float(finite[-1]) if len(finite) else self._asked_s
        self._rows = np.append(self._rows, times)

    def advance(self) -> None:
        """Values for all rows that can be told."""
        while len(self._rows) and self._some():
            pass
        start = int(np.searchsorted(self._runs, self._run))
        stop = int(np.searchsorted(self._runs, self._run, "right"))
        reached = int(np.searchsorted(self._times[start:stop], self._newest - _BACK_S)) - self.between.half
        self._forget(start + max(0, reached))

    def give_up(self, first_row: int, until_s: float, most: int) -> None:
        """No longer wait for the rows before ``until_s``; all that are there, once it is late. Of those that are left
        the newest ``most`` wait, whatever the stamps are."""
        n = len(self._rows) if self.away else int((self._rows < until_s).sum())
        if self._anew_rows and until_s > -math.inf:  # nothing more comes on the clock of before
            n = max(n, self._anew_rows[0][0] - self.n_done)
        n = max(n, len(self._rows) - most)
        if n:
            self.away = True
            self.n_late += n
            if self.late and self.late[-1][1] == first_row:
                self.late[-1] = (self.late[-1][0], first_row + n)
            else:
                self.late.append((first_row, first_row + n))
            self._give(np.full((n, self.n_channels), np.nan), n)

    def take(self, n: int) -> np.ndarray:
        """(n, n_channels) oldest values that are there."""
        values = np.concatenate(self._done) if self._done else np.zeros((0, self.n_channels))
        self._done = [values[n:]]
        return values[:n]

    def _forget(self, n: int) -> None:
        if n > 0:
            self._data, self._times, self._runs = self._data[n:], self._times[n:], self._runs[n:]

    def _give(self, values: np.ndarray, n: int) -> None:
        rows = self._rows[:n]
        self._newest = max(self._newest, float(np.nanmax(rows, initial=-math.inf)))
        self._rows = self._rows[n:]
        self._done.append(values)
        self.n_done += n

    def _begin_anew(self) -> bool:
        """Go over to the other clock, where its own samples are on that too; False where they are not yet. Where they
        never are, the main clock alone was set back, and is itself again when it has caught up."""
        if self._anew_runs:
            self._anew_rows.pop(0)
            self._run, self._newest = max(self._run, self._anew_runs.pop(0)[0]), -math.inf
            return True
        there = self._rows >= self._anew_rows[0][1] - _BACK_S
        if there[0]:
            self._anew_rows.pop(0)
            return True
        return self._ended and self._nothing(_leading(~there))

    def _was_set_back(self, stop: int, row: float) -> bool:
        """Go over to the samples from ``stop`` on, where this clock alone was set, to that of the rows: they reach a
        row that follows on those of before. The clock of a machine that was started anew is behind for days."""
        if self._anew_rows or not (self._times[stop:] >= row).any():
            return False
        self._run = self._anew_runs.pop(0)[0]
        return True

    def _nothing(self, n: int) -> bool:
        """The next ``n`` rows have no sample of this stream."""
        if n:
            self.missing += n
            self._give(np.full((n, self.n_channels), np.nan), n)
        return n > 0

    def _some(self) -> bool:
        """The next rows of one kind; False where they must wait."""
        if self._anew_rows and self._anew_rows[0][0] <= self.n_done:  # less: rows were given up beyond it
            return self._begin_anew()
        rows, half = self._rows, self.between.half
        if self._anew_rows:
            rows = rows[: self._anew_rows[0][0] - self.n_done]
        start = int(np.searchsorted(self._runs, self._run))
        stop = int(np.searchsorted(self._runs, self._run, "right"))
        closed = stop < len(self._runs) or self._ended
        if not math.isfinite(rows[0]):
            return self._nothing(_leading(~np.isfinite(rows)))
        if stop == start and not closed:
            return False
        if stop == start and stop == len(self._runs):
            return self._nothing(len(rows))
        times = self._times[start:stop]
        newest = np.maximum.accumulate(np.append(self._newest, np.nan_to_num(rows, nan=-math.inf)))[1:]
        before = np.searchsorted(times, rows, "right") - 1
        early = (before < min(half, len(times)) - 1) | (rows < newest - _BACK_S)
        if early[0]:
            return self._nothing(_leading(early))
        inside = ~early & (before + half < len(times))
        if inside[0]:
            n = _leading(inside)
            at = before[:n]
            fraction = (rows[:n] - times[at]) / (times[at + 1] - times[at])
            self._give(self.between(self._data[start:stop], at, fraction), n)
            return True
        if not closed:
            return False
        if stop == len(self._runs):
            return self._nothing(len(rows))
        if self._anew_runs and self._anew_runs[0][0] == self._runs[stop]:
            return self._was_set_back(stop, float(rows[0])) or (
                bool(self._anew_rows or self._ended) and self._nothing(len(rows))
            )
        following = self._times[stop]
        if rows[0] < following:
            return self._nothing(_leading(~inside & ~early & (rows < following)))
        self._run = int(self._runs[stop])
        return True


def _mark_clocks(marks: list[tuple[int, float]], numbers: np.ndarray, times: np.ndarray, before: float) -> None:
    """Note where (T,) times, which follow on ``before``, step back so far that they are another clock's: number, and
    time before. A step forward onto that clock takes the mark away: it was only set for a while."""
    previous = np.append(before, times[:-1])
    for k in np.flatnonzero(np.abs(times - previous) > ANEW_S) if len(times) else ():
        if times[k] < previous[k]:
            marks.append((int(numbers[k]), float(previous[k])))
        elif marks and times[k] > marks[-1][1] - ANEW_S:
            marks.pop()


def _leading(true: np.ndarray) -> int:
    """How many are true before the first that is not."""
    false = np.flatnonzero(~true)
    return int(false[0]) if len(false) else len(true)
