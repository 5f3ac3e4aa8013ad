"""The arithmetic of sweep painting, without Qt: time axis, history, columns, anti-aliased spans."""

from __future__ import annotations

import math
import sys

import numpy as np

GAP_S = 0.15


class SweepClock:
    """Places chunks on a smooth time axis: sample counts carry it, stamps correct it slowly.

    Stamps jitter by milliseconds and step at packet edges; drawn as they are, traces would wobble. A deviation of more
    than ``GAP_S`` is no jitter: the axis jumps.
    """

    def __init__(self, sfreq: float) -> None:
        self.period = 1.0 / sfreq
        self._last: float | None = None

    def place(self, stamps: np.ndarray) -> tuple[np.ndarray, float]:
        """Times of one chunk's samples in seconds, and the seconds jumped before it (0: none, < 0: backwards)."""
        n, last = len(stamps), float(stamps[-1])
        if self._last is not None:
            expected = self._last + n * self.period
            error = last - expected
            if abs(error) <= max(GAP_S, 3 * self.period):
                # at most half a period a sample, so that time never runs backwards
                end = expected + max(0.1 * error, -0.5 * n * self.period)
                times = np.linspace(self._last, end, n + 1)[1:]
                self._last = end
                return times, 0.0
        else:
            error = 0.0
        self._last = last
        return last - self.period * np.arange(n - 1, -1, -1), error


class History:
    """The newest samples of a stream in time order, bounded; contiguous for slicing."""

    def __init__(self, n_rows: int, capacity: int) -> None:
        self.capacity = capacity
        self._times = np.empty(2 * capacity)
        self._values = np.empty((2 * capacity, n_rows), np.float32)
        self._end = 0

    def append(self, times: np.ndarray, values: np.ndarray) -> None:
        times, values = times[-self.capacity :], values[-self.capacity :]
        n = len(times)
        if self._end + n > len(self._times):
            keep = min(self.capacity, self._end)
            self._times[:keep] = self._times[self._end - keep : self._end]
            self._values[:keep] = self._values[self._end - keep : self._end]
            self._end = keep
        self._times[self._end : self._end + n] = times
        self._values[self._end : self._end + n] = values
        self._end += n

    def clear(self) -> None:
        self._end = 0

    def __len__(self) -> int:
        return self._end

    @property
    def times(self) -> np.ndarray:
        return self._times[: self._end]

    @property
    def values(self) -> np.ndarray:
        return self._values[: self._end]

    def since(self, time: float) -> tuple[np.ndarray, np.ndarray]:
        """Everything from the sample before ``time`` on."""
        start = max(0, int(np.searchsorted(self.times, time)) - 1)
        return self.times[start:], self.values[start:]


def column_range(times: np.ndarray, values: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value of each channel's polyline in each column.

    Parameters
    ----------
    times : (S,) seconds, increasing.
    values : (S, C); NaN breaks the line.
    edges : (n + 1,) seconds: borders of the columns.

    Returns
    -------
    low, high : (n, C); NaN where there is no line.
    """
    n, k = len(edges) - 1, np.searchsorted(times, edges)
    inside = (k > 0) & (k < len(times))
    right = np.clip(k, 1, len(times) - 1)
    left = right - 1
    weight = ((edges - times[left]) / np.maximum(times[right] - times[left], 1e-12))[:, None].astype(np.float32)
    at_edge = values[left] * (1 - weight) + values[right] * weight
    at_edge[~inside] = np.nan
    low, high = np.fmin(at_edge[:-1], at_edge[1:]), np.fmax(at_edge[:-1], at_edge[1:])
    filled = np.flatnonzero(k[1:] > k[:-1])
    if len(filled):
        body = values[: k[-1]]
        starts = k[:-1][filled]
        low[filled] = np.fmin(low[filled], np.minimum.reduceat(body, starts, axis=0))
        high[filled] = np.fmax(high[filled], np.maximum.reduceat(body, starts, axis=0))
    assert low.shape[0] == n
    return low, high


def draw_spans(
    background: np.ndarray, top: np.ndarray, bottom: np.ndarray, group: np.ndarray, colours: np.ndarray
) -> np.ndarray:
    """Draw vertical anti-aliased spans over a strip, all of them at once.

    The coverage of a span is a trapezoid in y; its first difference has four entries, so that one histogram and one
    cumulative sum draw any number of channels in the same time.

    Parameters
    ----------
    background : (H, n, 3) float32, 0 to 255.
    top, bottom : (n, C) float pixel rows, top <= bottom; NaN draws nothing.
    group : (C,) index of each channel's colour.
    colours : (G, 3) float32.
    """
    height, n, _ = background.shape
    present, group = np.unique(group, return_inverse=True)
    shape = (len(present), n, height + 2)
    column, channel = np.nonzero(top <= bottom)
    a = np.clip(top[column, channel], 0, height)
    b = np.clip(bottom[column, channel], 0, height)
    ia, ib = a.astype(np.intp), b.astype(np.intp)
    fa, fb = a - ia, b - ib
    base = (group[channel] * n + column) * (height + 2)
    ia += base
    ib += base
    index, weight = np.concatenate((ia, ia + 1, ib, ib + 1)), np.concatenate((1 - fa, fa, fb - 1, -fb))
    slope = np.bincount(index, weight, math.prod(shape)).reshape(shape)
    cover = np.minimum(np.cumsum(slope, axis=2)[..., :height], 1, dtype=np.float32)
    if len(present) == 1:
        picture: np.ndarray = background + cover[0].T[..., None] * (colours[present[0]] - background)
        return picture
    total = cover.sum(0)
    ink = np.tensordot(cover, colours[present], axes=(0, 0)) / np.maximum(total, 1)[..., None]
    ink += background.transpose(1, 0, 2) * (1 - np.minimum(total, 1))[..., None]
    mixed: np.ndarray = ink.transpose(1, 0, 2)
    return mixed


def pack(rgb: np.ndarray) -> np.ndarray:
    """(…, 3) float 0 to 255 -> (…) uint32 as QImage.Format_RGB32 wants it."""
    four = np.empty((*rgb.shape[:-1], 4), np.uint8)
    little = sys.byteorder == "little"
    four[..., 3 if little else 0] = 255
    four[..., slice(2, None, -1) if little else slice(1, None)] = rgb
    return four.view(np.uint32)[..., 0]
