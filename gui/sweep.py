"""Sweep painting: a cursor runs over a standing picture and only the new strip is drawn.

Cost follows the samples that arrive, never the length shown: the strip is computed in NumPy, written into a QImage and
only its rectangle is put on the screen. All panels share one time axis (seconds on the LSL clock modulo the window
length), so that the same moment stands at the same place in every panel.
"""

from __future__ import annotations

import math
import sys

import numpy as np
from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui import theme

GUTTER = 62
"""Width in logical pixels of the labels at the left."""
GAP_S = 0.15
BLOCK = 192
"""Columns drawn at once when everything is redrawn."""


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
    return ink.transpose(1, 0, 2)


def pack(rgb: np.ndarray) -> np.ndarray:
    """(…, 3) float 0 to 255 -> (…) uint32 as QImage.Format_RGB32 wants it."""
    four = np.empty((*rgb.shape[:-1], 4), np.uint8)
    little = sys.byteorder == "little"
    four[..., 3 if little else 0] = 255
    four[..., slice(2, None, -1) if little else slice(1, None)] = rgb
    return four.view(np.uint32)[..., 0]


class SweepPanel(QWidget):
    """A picture over time with labels at its left. Subclasses say how a strip and the labels look.

    ``feed`` takes samples at any time; ``advance`` (on the paint timer) draws what is complete.
    """

    WELL = np.array(theme.rgb(theme.WELL), np.float32)
    GRID = np.array(theme.rgb("#1a222c"), np.float32)
    MISSING = np.array(theme.rgb("#2a161b"), np.float32)
    CURSOR = np.uint32(0xFF000000 | int(theme.ACCENT[1:], 16))
    MARK = np.array(theme.rgb("#c9a7ff"), np.float32)

    def __init__(self, n_rows: int, sfreq: float, window_s: float = 6.0) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(44)
        self.window_s, self.waiting, self.note = window_s, "", ""
        self._marks: list[float] = []
        self._pixels = self._plain = np.zeros((1, 1), np.uint32)
        self._image = QImage()
        self.configure(n_rows, sfreq)

    def configure(self, n_rows: int, sfreq: float) -> None:
        """Start anew for a stream of this width and rate."""
        self.n_rows, self.sfreq = n_rows, sfreq
        self._clock = SweepClock(sfreq)
        self._history = History(n_rows, math.ceil(self.window_s * sfreq) + 64)
        self._column: int | None = None
        self._redraw = True

    def set_window(self, seconds: float) -> None:
        """Change the seconds shown; what has been seen stays where it fits."""
        old, self.window_s = self._history, seconds
        self._history = History(self.n_rows, math.ceil(seconds * self.sfreq) + 64)
        self._history.append(old.times, old.values)
        self.invalidate()

    def invalidate(self) -> None:
        """Draw everything again at the next turn."""
        self._redraw = True

    def set_note(self, text: str) -> None:
        """A remark at the top right, e.g. that nothing arrives."""
        if text != self.note:
            self.note = text
            self.update()

    def set_waiting(self, text: str) -> None:
        """What to say while there is no picture at all."""
        if text != self.waiting:
            self.waiting = text
            self.update()

    def mark(self, time: float) -> None:
        """A vertical line at an LSL time."""
        self._marks = [m for m in self._marks if m > time - self.window_s] + [time]
        self.invalidate()

    # ---- samples -------------------------------------------------------------------------------------------------
    def feed(self, stamps: np.ndarray, values: np.ndarray) -> None:
        """Take a chunk: (n,) stamps and (n, n_rows) values."""
        if len(stamps) == 0:
            return
        times, jump = self._clock.place(np.asarray(stamps, float))
        if jump < 0:  # the sender's clock was set back: what was drawn is no longer on this axis
            self._history.clear()
            self._column = None
            self._redraw = True
        elif jump > 0 and len(self._history):
            half = 0.5 * self._clock.period
            hole = np.array([self._history.times[-1] + half, max(times[0] - half, self._history.times[-1] + 2 * half)])
            self._history.append(hole, np.full((2, self.n_rows), np.nan, np.float32))
        self._history.append(times, np.asarray(values, np.float32))

    @property
    def head(self) -> float | None:
        """LSL time of the newest sample."""
        return float(self._history.times[-1]) if len(self._history) else None

    # ---- drawing -------------------------------------------------------------------------------------------------
    def strip(self, times: np.ndarray, values: np.ndarray, edges: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Picture of some columns: (H, n, 3) float, from samples and column borders. Subclasses implement it."""
        raise NotImplementedError

    def horizon(self, height: int) -> np.ndarray:
        """Rows (pixels) with a faint horizontal line."""
        return np.empty(0, int)

    def draw_labels(self, painter: QPainter, height: int) -> None:
        """Labels in the gutter, in logical pixels."""

    def advance(self) -> None:
        """Draw the columns that have become complete and ask Qt for just their rectangle."""
        if not self.isVisible() or not len(self._history):
            return
        width = self._pixels.shape[1]
        per_column = self.window_s / width
        end = int(self._history.times[-1] / per_column)  # this one may still grow
        if self._column is None:
            self._column = max(end - width, int(self._history.times[0] / per_column))
        if self._redraw or end - self._column >= width:
            self._redraw = False
            self._plain = pack(self._background(1, None))
            self._pixels[:] = self._plain
            oldest = max(end - width + self._ahead(width), int(self._history.times[0] / per_column) + 1)
            for start in range(oldest, end, BLOCK):
                self._paint(start, min(start + BLOCK, end), per_column)
            self.update()
        elif end > self._column:
            self._paint(self._column, end, per_column)
        else:
            return
        self._column = end
        self._sweep(end, width)

    def _paint(self, start: int, end: int, per_column: float) -> None:
        edges = np.arange(start, end + 1) * per_column
        times, values = self._history.since(edges[0])
        background = self._background(end - start, edges)
        if len(times) > 1:
            picture = pack(self.strip(times, values, edges, background))
        else:
            picture = pack(background)
        width = self._pixels.shape[1]
        first = start % width
        room = min(width - first, end - start)
        self._pixels[:, first : first + room] = picture[:, :room]
        self._pixels[:, : end - start - room] = picture[:, room:]
        self._expose(start, end)

    def _sweep(self, end: int, width: int) -> None:
        """The cursor and the dark gap ahead of it."""
        ahead = self._ahead(width)
        x = np.arange(end, end + ahead) % width
        self._pixels[:, x] = self._plain
        self._pixels[:, x[: max(1, round(self.devicePixelRatioF()))]] = self.CURSOR
        self._expose(end, end + ahead)

    def _ahead(self, width: int) -> int:
        return max(6, width // 70)

    def _background(self, n: int, edges: np.ndarray | None) -> np.ndarray:
        height = self._pixels.shape[0]
        ground = np.empty((height, n, 3), np.float32)
        ground[:] = self.WELL
        ground[self.horizon(height)] = self.GRID
        if edges is not None:
            ground[:, np.floor(edges[1:]) > np.floor(edges[:-1])] = self.GRID
            for mark in self._marks:
                ground[:, (edges[:-1] <= mark) & (mark < edges[1:])] = self.MARK
        return ground

    def _expose(self, start: int, end: int) -> None:
        width, ratio = self._pixels.shape[1], self.devicePixelRatioF()
        first = start % width
        n = min(end - start, width)
        for a, b in ((first, min(first + n, width)), (0, max(0, first + n - width))):
            if b > a:
                left = int(a / ratio) - 1
                self.update(QRect(GUTTER + left, 0, int((b - a) / ratio) + 3, self.height()))

    # ---- Qt ------------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._allocate()

    def _allocate(self) -> None:
        ratio = self.devicePixelRatioF()
        shape = (max(1, int(self.height() * ratio)), max(1, int((self.width() - GUTTER) * ratio)))
        if shape != self._pixels.shape:
            pixels = np.zeros(shape, np.uint32)
            image = QImage(pixels.data, shape[1], shape[0], 4 * shape[1], QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(ratio)
            self._image, self._pixels = image, pixels  # together: the image does not keep its memory alive
            self._plain = pack(self._background(1, None))
            self._pixels[:] = self._plain
            self._column = None
            self._redraw = True

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        region = event.region() if event is not None else QRegion(self.rect())
        ratio = self._image.devicePixelRatio() or 1.0
        part = region.boundingRect().intersected(QRect(GUTTER, 0, self.width() - GUTTER, self.height()))
        if not part.isEmpty():
            source = QRectF((part.x() - GUTTER) * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
            painter.drawImage(QRectF(part), self._image, source)
        if region.intersects(QRect(0, 0, GUTTER, self.height())):
            painter.fillRect(QRect(0, 0, GUTTER, self.height()), QColor(theme.CARD))
            painter.setFont(theme.font(11))
            painter.setPen(QColor(theme.SOFT))
            self.draw_labels(painter, self.height())
        field = QRect(GUTTER, 0, self.width() - GUTTER, self.height())
        if self.waiting and not len(self._history):
            painter.setFont(theme.font(15))
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(field, Qt.AlignmentFlag.AlignCenter, self.waiting)
        if self.note:
            painter.setFont(theme.font(15, bold=True))
            width = painter.fontMetrics().horizontalAdvance(self.note) + 24
            pill = QRect(self.width() - width - 8, 6, width, 26)
            painter.setPen(QColor(theme.WARN))
            painter.setBrush(QColor(theme.CARD))
            painter.drawRoundedRect(pill, 6, 6)
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self.note)
