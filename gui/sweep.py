"""Sweep painting: a cursor runs over a standing picture and only the new strip is drawn.

Cost follows the samples that arrive, never the length shown: the strip is computed in NumPy, written into a QImage and
only its rectangle is put on the screen. All panels share one time axis (seconds on the LSL clock modulo the window
length), so that the same moment stands at the same place in every panel.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.strips import History, SweepClock, pack

GUTTER = 62
"""Width in logical pixels of the labels at the left."""
BLOCK = 192
"""Columns drawn at once when everything is redrawn."""

OLD = QColor(90, 96, 105, 170)
"""What lies over a picture of which nothing more comes."""


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
        self.window_s, self.waiting, self.note, self.old = window_s, "", "", False
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

    def set_old(self, old: bool) -> None:
        """Whether the picture is grey: nothing more comes of what it shows."""
        if old != self.old:
            self.old = old
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
            memory = cast(bytes, pixels.data)  # Qt takes any buffer; its type stubs name bytes alone
            image = QImage(memory, shape[1], shape[0], 4 * shape[1], QImage.Format.Format_RGB32)
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
            if self.old:
                painter.fillRect(part, OLD)
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
