"""The last minutes of a stream as they are drawn: lowest and highest value of short bins, in bounded memory."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

PAST_S = 300.0
"""So far back a panel can be scrolled."""
MOST_BINS = 200.0
"""Bins a second at most: two of them to a pixel where ten seconds are shown on a thousand."""
MOST_BYTES = 1 << 26
"""What one panel may keep; streams of very many channels get longer bins for it."""
BLOCK_S = 10.0


class Past:
    """A ring of blocks that forgets the oldest one whole.

    A bin is kept as two rows, its lowest value and then its highest, so that the line through them covers in every
    column what the line through all samples covers. A stream with few samples is kept as it is.

    Parameters
    ----------
    n_rows : values a sample.
    sfreq : samples a second.
    seconds : kept at least, once so much has come.
    """

    def __init__(self, n_rows: int, sfreq: float, seconds: float = PAST_S) -> None:
        bins = min(MOST_BINS, MOST_BYTES / (8.0 * n_rows * (seconds + BLOCK_S)))
        per_bin = math.ceil(sfreq / bins)
        self.per_bin = per_bin if per_bin > 2 else 1
        """Samples to a bin; 1: every sample is kept."""
        rows = sfreq if self.per_bin == 1 else 2 * sfreq / self.per_bin
        self._n_rows, self._size = n_rows, max(4, math.ceil(BLOCK_S * rows))
        self._blocks: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=math.ceil(seconds / BLOCK_S) + 1)
        self._filled = 0
        self._open_times = np.empty(0)
        self._open_values = np.empty((0, n_rows), np.float32)

    def append(self, times: np.ndarray, values: np.ndarray) -> None:
        """Take (n,) times and (n, n_rows) values, later than all before."""
        if self.per_bin == 1:
            self._store(times, values)
            return
        if len(self._open_times):
            times, values = np.concatenate((self._open_times, times)), np.concatenate((self._open_values, values))
        n = len(times) // self.per_bin
        whole = n * self.per_bin
        self._open_times, self._open_values = times[whole:].copy(), values[whole:].copy()
        if n:
            binned = values[:whole].reshape(n, self.per_bin, self._n_rows)
            at = times[:whole].reshape(n, self.per_bin)
            rows = np.stack((np.fmin.reduce(binned, 1), np.fmax.reduce(binned, 1)), 1)
            middle = at[:, self.per_bin // 2]
            self._store(np.stack((at[:, 0], middle), 1).ravel(), rows.reshape(2 * n, self._n_rows))

    def skip(self, times: np.ndarray | None = None) -> None:
        """Nothing was there at (n,) times, or right after the last sample: the line is broken."""
        if len(self._open_times):
            rows = np.stack((np.fmin.reduce(self._open_values, 0), np.fmax.reduce(self._open_values, 0)))
            self._store(self._open_times[[0, -1]], rows)
            self._open_times, self._open_values = self._open_times[:0], self._open_values[:0]
        if times is None:
            times = self._blocks[-1][0][self._filled - 1 : self._filled] if self._filled else np.empty(0)
        self._store(times, np.full((len(times), self._n_rows), np.nan, np.float32))

    def clear(self) -> None:
        """Forget everything."""
        self._blocks.clear()
        self._filled = 0
        self._open_times, self._open_values = self._open_times[:0], self._open_values[:0]

    @property
    def first(self) -> float | None:
        """Time of the oldest sample that is kept."""
        return float(self._blocks[0][0][0]) if self._blocks else None

    @property
    def n_bytes(self) -> int:
        """Memory that is kept."""
        return sum(times.nbytes + values.nbytes for times, values in self._blocks)

    def between(self, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
        """What lies from the last row before ``start`` to the first one after ``end``: (n,) and (n, n_rows)."""
        times, values = [], []
        for k, (t, v) in enumerate(self._blocks):
            n = self._filled if k == len(self._blocks) - 1 else len(t)
            after = None if k == len(self._blocks) - 1 else self._blocks[k + 1][0][0]
            if n == 0 or t[0] > end or (after is not None and after <= start):
                continue
            a = max(0, int(np.searchsorted(t[:n], start)) - 1)
            b = min(n, int(np.searchsorted(t[:n], end, "right")) + 1)
            times.append(t[a:b])
            values.append(v[a:b])
        if not times:
            return np.empty(0), np.empty((0, self._n_rows), np.float32)
        return np.concatenate(times), np.concatenate(values)

    def _store(self, times: np.ndarray, values: np.ndarray) -> None:
        at = 0
        while at < len(times):
            if not self._blocks or self._filled == self._size:
                block = np.empty(self._size), np.empty((self._size, self._n_rows), np.float32)
                self._blocks.append(block)
                self._filled = 0
            n = min(self._size - self._filled, len(times) - at)
            t, v = self._blocks[-1]
            t[self._filled : self._filled + n] = times[at : at + n]
            v[self._filled : self._filled + n] = values[at : at + n]
            self._filled += n
            at += n
