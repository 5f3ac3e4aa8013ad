"""Sweep painting: a cursor runs over a standing picture and only the new strip is drawn.

Cost follows the samples that arrive, never the length shown: the strip is computed in NumPy, written into a QImage and
only its rectangle is put on the screen. All panels share one time axis (seconds on the LSL clock modulo the window
length), so that the same moment stands at the same place in every panel.
"""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QEvent, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.canvas import Canvas
from gui.marks import Marks
from gui.overlay import OLD, draw_over
from gui.past import Past
from gui.strips import History, SweepClock, pack

GUTTER = 62
"""Width in logical pixels of the labels at the left."""
BLOCK = 192
"""Columns drawn at once when everything is redrawn."""


class SweepPanel(QWidget):
    """A picture over time with labels at its left. Subclasses say how a strip and the labels look.

    ``feed`` takes samples at any time; ``advance`` (on the paint timer) draws what is complete. ``freeze`` shows a
    moment of the last minutes instead, from left to right, while samples go on to be taken.
    """

    pointed = pyqtSignal(object)
    """The LSL time that the mouse is at; ``None`` where it has left the picture."""

    WELL = np.array(theme.rgb(theme.WELL), np.float32)
    GRID = np.array(theme.rgb(theme.GRID), np.float32)
    MISSING = np.array(theme.rgb(theme.MISSING), np.float32)
    CURSOR = np.uint32(0xFF000000 | int(theme.ACCENT[1:], 16))
    MARK = np.array(theme.rgb(theme.MARK), np.float32)

    def __init__(self, n_rows: int, sfreq: float, window_s: float = 6.0) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(44)
        self.window_s, self.waiting, self.note, self.old = window_s, "", "", False
        self.said = ""
        self.setMouseTracking(True)
        self.marks = Marks()
        self.frozen: float | None = None
        self.cursor_at: float | None = None
        self.cursor_text = ""
        self.canvas = Canvas()
        self._plain = self.canvas.pixels
        self.configure(n_rows, sfreq)

    def configure(self, n_rows: int, sfreq: float) -> None:
        """Start anew for a stream of this width and rate."""
        self.n_rows, self.sfreq = n_rows, sfreq
        self._clock = SweepClock(sfreq)
        self._history = History(n_rows, math.ceil(self.window_s * sfreq) + 64)
        self.past = Past(n_rows, sfreq)
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
        self._changed("note", text)

    def set_said(self, text: str) -> None:
        """How what is shown differs from what came, at the top left."""
        self._changed("said", text)

    def set_old(self, old: bool) -> None:
        """Whether the picture is grey: nothing more comes of what it shows."""
        self._changed("old", old)

    def set_waiting(self, text: str) -> None:
        """What to say while there is no picture at all."""
        self._changed("waiting", text)

    def _changed(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.update()

    def mark(self, time: float) -> None:
        """A vertical line at an LSL time."""
        self.marks.add(time)
        width, shown = self.canvas.width, self._column
        at = int(time / self.window_s * width)
        if self.frozen is not None or shown is None:
            self.invalidate()
        elif shown - width + self.canvas.ahead + 1 < at < shown:  # only what is there already; the rest comes with it
            self._paint(at - 1, min(at + 2, shown), self.window_s / width)

    def freeze(self, end: float | None) -> None:
        """Show the past up to the LSL time ``end``; ``None``: what comes in, as it comes."""
        if end != self.frozen:
            self.frozen, self._column = end, None
            self.invalidate()

    def set_cursor(self, time: float | None, text: str = "") -> None:
        """A line at an LSL time, over the picture, and what it says."""
        self._changed("cursor_at", time)
        self._changed("cursor_text", text)

    # ---- samples -------------------------------------------------------------------------------------------------
    def feed(self, stamps: np.ndarray, values: np.ndarray) -> None:
        """Take a chunk: (n,) stamps and (n, n_rows) values."""
        if len(stamps) == 0:
            return
        times, jump = self._clock.place(np.asarray(stamps, float))
        if jump < 0:  # the sender's clock was set back: what was drawn is no longer on this axis
            self._forget()
            self._column = None
            self._redraw = True
        elif jump > 0 and len(self._history):
            half = 0.5 * self._clock.period
            last = self._history.times[-1]
            self._break(np.array([last + half, max(times[0] - half, last + 2 * half)]))
        self._keep(times, np.asarray(values, np.float32))

    def _forget(self) -> None:
        """Nothing that came before is on the axis any more."""
        self._history.clear()
        self.past.clear()

    def _break(self, hole: np.ndarray) -> None:
        """Nothing came between two LSL times."""
        self._history.append(hole, np.full((2, self.n_rows), np.nan, np.float32))
        self.past.skip(hole)

    def _keep(self, times: np.ndarray, values: np.ndarray) -> None:
        """Samples, on the axis."""
        self._history.append(times, values)
        self.past.append(times, values)

    def _drawn(self, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
        """Times and values of what is drawn between two LSL times."""
        return self._history.since(start) if self.frozen is None else self.past.between(start, end)

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
        if not self.isVisible() or (self.frozen is None and not len(self._history)):
            return
        width = self.canvas.width
        per_column = self.window_s / width
        if self.frozen is not None:
            self._stand(self.frozen, width, per_column)
            return
        self.canvas.left = 0
        end = int(self._history.times[-1] / per_column)  # this one may still grow
        if self._column is None:
            self._column = max(end - width, int(self._history.times[0] / per_column))
        if self._redraw or end - self._column >= width:
            self._redraw = False
            self._plain = pack(self._background(1, None))
            self.canvas.pixels[:] = self._plain
            oldest = max(end - width + self.canvas.ahead, int(self._history.times[0] / per_column) + 1)
            for start in range(oldest, end, BLOCK):
                self._paint(start, min(start + BLOCK, end), per_column)
            self.update()
        elif end > self._column:
            self._paint(self._column, end, per_column)
        else:
            return
        self._column = end
        self._sweep(end, width)

    def _stand(self, until: float, width: int, per_column: float) -> None:
        """The picture of a moment, which does not move."""
        if not self._redraw:
            return
        self._redraw = False
        self._column = int(until / per_column)
        self.canvas.left = self._column - width
        for start in range(self.canvas.left, self._column, BLOCK):
            self._paint(start, min(start + BLOCK, self._column), per_column)
        self.update()

    def time_at(self, x: int) -> float | None:
        """LSL time of what stands at ``x`` (logical pixels of this widget); ``None`` beside the picture."""
        place = int((x - GUTTER) * self.devicePixelRatioF())
        column = None if self._column is None else self.canvas.column_at(place, self._column)
        return None if column is None else (column + 0.5) * self.window_s / self.canvas.width

    def x_at(self, time: float) -> int | None:
        """Where the LSL time stands, in logical pixels of this widget; ``None`` where it is not shown."""
        column = int(time / self.window_s * self.canvas.width)
        if self._column is None or not self.canvas.holds(column, self._column):
            return None
        return GUTTER + int(self.canvas.place(column) / self.devicePixelRatioF())

    def _paint(self, start: int, end: int, per_column: float) -> None:
        edges = np.arange(start, end + 1) * per_column
        times, values = self._drawn(edges[0], edges[-1])
        background = self._background(end - start, edges)
        if len(times) > 1:
            picture = pack(self.strip(times, values, edges, background))
        else:
            picture = pack(background)
        self.canvas.put(start, picture)
        self._expose(start, end)

    def _sweep(self, end: int, width: int) -> None:
        """The cursor and the dark gap ahead of it."""
        ahead = self.canvas.ahead
        x = np.arange(end, end + ahead) % width
        self.canvas.pixels[:, x] = self._plain
        self.canvas.pixels[:, x[: max(1, round(self.devicePixelRatioF()))]] = self.CURSOR
        self._expose(end, end + ahead)

    def _background(self, n: int, edges: np.ndarray | None) -> np.ndarray:
        height = self.canvas.pixels.shape[0]
        ground = np.empty((height, n, 3), np.float32)
        ground[:] = self.WELL
        ground[self.horizon(height)] = self.GRID
        if edges is not None:
            ground[:, np.floor(edges[1:]) > np.floor(edges[:-1])] = self.GRID
            ground[:, self.marks.columns(edges)] = self.MARK
        return ground

    def _expose(self, start: int, end: int) -> None:
        ratio = self.devicePixelRatioF()
        for a, b in self.canvas.spans(start, end):
            self.update(QRect(GUTTER + int(a / ratio) - 1, 0, int((b - a) / ratio) + 3, self.height()))

    # ---- Qt ------------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._allocate()

    def _allocate(self) -> None:
        ratio = self.devicePixelRatioF()
        if self.canvas.resize(max(1, int(self.height() * ratio)), max(1, int((self.width() - GUTTER) * ratio)), ratio):
            self._plain = pack(self._background(1, None))
            self.canvas.pixels[:] = self._plain
            self._column = None
            self._redraw = True

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        region = event.region() if event is not None else QRegion(self.rect())
        part = region.boundingRect().intersected(QRect(GUTTER, 0, self.width() - GUTTER, self.height()))
        if not part.isEmpty():
            self.canvas.draw(painter, part, GUTTER)
            if self.old:
                painter.fillRect(part, OLD)
        if region.intersects(QRect(0, 0, GUTTER, self.height())):
            painter.fillRect(QRect(0, 0, GUTTER, self.height()), QColor(theme.CARD))
            painter.setFont(theme.font(11))
            painter.setPen(QColor(theme.SOFT))
            self.draw_labels(painter, self.height())
        field = QRect(GUTTER, 0, self.width() - GUTTER, self.height())
        at = None if self.cursor_at is None else self.x_at(self.cursor_at)
        waiting = "" if len(self._history) else self.waiting
        draw_over(painter, field, waiting, at, self.cursor_text, self.note, self.said)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self.pointed.emit(self.time_at(int(event.position().x())))

    def leaveEvent(self, event: QEvent | None) -> None:
        self.pointed.emit(None)
