"""Bounded single-producer single-consumer ring of float32 samples between the decode thread and the sound card."""

from __future__ import annotations

import numpy as np


class Ring:
    """Lock-free between exactly one writer thread and one reader thread.

    The counters only grow and each has one owner, so neither side ever waits. The policy on overflow is
    drop-newest: the writer keeps what fits and is told how much that was. ``read`` allocates nothing.

    Parameters
    ----------
    capacity : samples; rounded up to a power of two.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"Ring: expected a capacity of at least 1 sample, got {capacity}")
        size = 1 << (capacity - 1).bit_length()
        self._data = np.zeros(size, np.float32)
        self._mask = size - 1
        self._written = 0
        self._read = 0

    @property
    def capacity(self) -> int:
        """Samples that fit."""
        return self._mask + 1

    @property
    def fill(self) -> int:
        """Samples written and not yet read."""
        return self._written - self._read

    @property
    def n_written(self) -> int:
        """Samples written so far. Writer thread, or as of a moment ago."""
        return self._written

    @property
    def n_read(self) -> int:
        """Samples read or skipped so far. Reader thread, or as of a moment ago."""
        return self._read

    def write(self, samples: np.ndarray) -> int:
        """Append ``(n,)`` float32; returns how many fitted, the others are dropped. Writer thread only."""
        n = min(len(samples), self.capacity - self.fill)
        start = self._written & self._mask
        first = min(n, self.capacity - start)
        self._data[start : start + first] = samples[:first]
        self._data[: n - first] = samples[first:n]
        self._written += n
        return n

    def read(self, out: np.ndarray) -> int:
        """Fill the front of ``out``; returns the number of samples copied. Reader thread only."""
        n = min(len(out), self.fill)
        start = self._read & self._mask
        first = min(n, self.capacity - start)
        out[:first] = self._data[start : start + first]
        out[first:n] = self._data[: n - first]
        self._read += n
        return n

    def skip(self, n: int) -> int:
        """Discard up to ``n`` of the oldest samples; returns how many. Reader thread only."""
        n = min(n, self.fill)
        self._read += n
        return n
