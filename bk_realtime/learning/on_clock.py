"""Samples of one stream on an even grid of its own clock: a time for each, and missing ones filled in."""

from __future__ import annotations

import itertools

import numpy as np

from bk_realtime.join import Line

LONGEST_S = 600.0
"""A longer hole is not filled: the clock goes on behind it."""
TWICE_S = 10.0
"""Stamps that go back by less are of samples that come twice; by more, somebody has set the clock."""


class OnClock:
    """Takes samples with jittered stamps, gives back rows without a gap.

    Parameters
    ----------
    sfreq : nominal rate in Hz.
    n_channels : values a row.
    missing : what stands where samples are missing.
    """

    def __init__(self, sfreq: float, n_channels: int, missing: float) -> None:
        self._line, self._missing = Line(sfreq), missing
        self._held = np.zeros((0, n_channels), np.float32)
        self._run, self._last_s = 0, np.nan
        self._twice = 0  # rows that are still to come a second time
        self.n = 0
        """Rows so far."""

    @property
    def rate(self) -> float:
        """Rows a second by the stamps, in Hz."""
        return self._line.rate

    def time_of(self, index: float) -> float:
        """Seconds on the axis of the stamps at which row ``index`` was taken, by the newest row."""
        return self._last_s + (index - (self.n - 1)) / self.rate

    def index_at(self, seconds: float) -> float:
        """The inverse of :meth:`time_of`."""
        return (self.n - 1) + (seconds - self._last_s) * self.rate

    def push(self, samples: np.ndarray, stamps: np.ndarray) -> np.ndarray:
        """(T, n_channels) with (T,) stamps in seconds -> the rows that are certain by now."""
        self._held = np.concatenate([self._held, samples.astype(np.float32)])
        placed = self._line.push(stamps)
        rows, self._held = self._held[: len(placed.times)], self._held[len(placed.times) :]
        timed = np.isfinite(placed.times)  # the first half second has no time yet
        rows, times, runs = rows[timed], placed.times[timed], placed.runs[timed]
        starts = np.flatnonzero(np.diff(runs, prepend=self._run)) if len(runs) else np.zeros(0, int)
        edges = [0, *(int(i) for i in starts if i), len(rows)]
        out = [np.zeros((0, rows.shape[1]), np.float32)]
        for start, stop in itertools.pairwise(edges):
            if stop <= start:
                continue
            piece = rows[start:stop]
            if self.n and runs[start] != self._run:
                hole = round((times[start] - self.time_of(self.n)) * self.rate)
                self._twice = -hole if -TWICE_S * self.rate <= hole < 0 else 0
                if 0 < hole <= LONGEST_S * self.rate:
                    out.append(np.broadcast_to(np.float32(self._missing), (hole, rows.shape[1])))
                    self.n += hole
            self._run = int(runs[start])
            known, self._twice = min(self._twice, len(piece)), max(0, self._twice - len(piece))
            if known == len(piece):  # the newest row is still the one before them
                continue
            piece = piece[known:]
            out.append(piece)
            self.n += len(piece)
            self._last_s = float(times[stop - 1])
        return np.concatenate(out)
