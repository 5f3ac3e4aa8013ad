"""sEEG traces: any number of channels in pages, drawn by sweeping."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QWheelEvent

from bk_realtime.chunks import StreamDescription
from bk_realtime.montage import loose_label
from gui.display import Display
from gui.panels.trace_display import TraceDisplay
from gui.panels.trace_picture import TracePicture
from gui.panels.trace_rows import TraceRows, units_of
from gui.strips import History
from gui.sweep import GUTTER

PAGES = (8, 16, 32, 64, 128, 256)
HIGH_PASS_S = 1.0
MEASURE_S = 2.0


class Traces(TracePicture):
    """Rows of traces. Wheel: scroll channels; Ctrl+wheel: sensitivity; Shift+wheel: of one trace; page keys: page.

    The slow part of each channel (time constant 1 s) is taken away, on the screen only, and so is what :meth:`show_as`
    asks for.
    """

    named = pyqtSignal(tuple, object)
    """The name of a row was clicked: the labels of its channels, and where on the screen."""

    def __init__(self, window_s: float = 6.0) -> None:
        self.display = TraceDisplay()
        self.unit = "µV"
        self._to_uv: np.ndarray | None = None
        self._neural = True
        self._out = np.zeros(0, bool)
        self._level: np.ndarray | None = None
        self._measured_at = 0.0
        super().__init__(window_s)
        self.setMinimumHeight(160)

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the stream's channels."""
        return self.rows.labels

    def open(self, description: StreamDescription) -> None:
        """Show this stream; keeps page, sensitivity and display where the montage is the same."""
        unit, scale = units_of(description)
        same = description.labels == self.labels and unit == self.unit
        as_before = same and description.sfreq == self.sfreq
        past, shown_past = self.past, self.display.past
        if not same:
            self.first, self.per_row, self.factors, self.chosen = 0, 0.0, {}, ""
            self.rows, before = TraceRows(description.labels), self.rows
            self.rows.masked, self.rows.features = before.masked, before.features
        self.unit, self._to_uv, self._neural = unit, scale, description.is_neural
        self._level = None
        self._measured_at = 0.0
        self.configure(len(self.labels), description.sfreq)
        if as_before:  # a stream that is back: what was seen before can still be looked at
            past.skip()
            self.past = past
            if self.display.chain is not None:
                self.display.restart(self.sfreq, self.window_s)
                shown_past.skip()
                self.display.past = shown_past
        else:
            self._ask()
        self._remeasure()
        self.tint()
        self._allocate()
        self.changed.emit()

    # ---- montage and filters of the display ----------------------------------------------------------------------
    def show_as(self, wanted: Display) -> None:
        """Show another montage or other filters, as soon as they are there. What is decoded and recorded stays."""
        if wanted != self.display.wanted:
            self.display.wanted = wanted
            self._ask()
            self.changed.emit()

    def _ask(self) -> None:
        self.display.want(self.display.wanted, self.labels, self.sfreq, self._neural)
        self._show_rows()

    def _show_rows(self) -> None:
        chain = self.display.chain
        if chain is None:
            self.rows.as_recorded()
        else:
            self.rows.set_rows(chain.rows, chain.names)
            h = self._history
            self.display.begin(h.times, h.values, self._out, self.sfreq, self.window_s)
        self._remeasure()
        self.tint()
        self.scroll_to(self.first)
        self.set_said(self.display.words)

    def advance(self) -> None:
        if self.display.take():
            self._show_rows()
        super().advance()

    def set_window(self, seconds: float) -> None:
        super().set_window(seconds)
        if self.display.chain is not None:
            self.display.restart(self.sfreq, seconds, keep=True)

    # ---- channels ------------------------------------------------------------------------------------------------
    def set_bad(self, bad: tuple[str, ...]) -> None:
        """Labels of the channels that the decoder masks; they are dimmed. The decoder's labels may be written otherwise
        than the stream's."""
        masked = frozenset(map(loose_label, bad))
        if masked != self.rows.masked:
            self.rows.masked = masked
            self.tint()

    def set_used(self, features: tuple[str, ...]) -> None:
        """Labels of the decoder's features (of a pair, such as A1-A2, both count); the others are drawn as unused."""
        if features != self.rows.features:
            self.rows.features = features
            self.tint()

    def word(self, row: int) -> str:
        """What there is to say of one: bad, unused, or nothing."""
        return self.rows.word(row)

    def tint(self) -> None:
        super().tint()
        self._out = self.rows.out

    def recent(self, seconds: float) -> np.ndarray:
        """(n, rows) values of what is on the screen over the last ``seconds``, as they are drawn."""
        return self._shown.values[-round(seconds * self.sfreq) :, self.first : self.first + len(self.shown)]

    def row_at(self, y: int) -> int | None:
        """The row at ``y`` (logical pixels); ``None`` where there is none."""
        row = int(y / max(1, self.height()) * len(self.shown))
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        row = None if event is None else self.row_at(int(event.position().y()))
        if event is None or row is None:
            return
        if event.position().x() < GUTTER:
            labels = tuple(self.labels[i] for i in self.rows.members[row])
            self.named.emit(labels, event.globalPosition().toPoint())
        else:
            self.choose(self.rows.names[row])

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        row = None if event is None else self.row_at(int(event.position().y()))
        if event is not None and row is not None and event.position().x() >= GUTTER:
            self.scale(self.rows.names[row], 0)

    # ---- samples -------------------------------------------------------------------------------------------------
    def feed(self, stamps: np.ndarray, values: np.ndarray) -> None:
        if not len(values):
            return
        uv = values if self._to_uv is None else values * self._to_uv
        there = np.isfinite(uv)
        if not there.all():
            uv = np.where(there, uv, np.nan)
        mean = np.where(there, uv, 0).sum(0) / np.maximum(there.sum(0), 1)
        if self._level is None or len(self._history) == 0:
            self._level = mean
        old = self._level
        keep = np.exp(-len(uv) / self.sfreq / HIGH_PASS_S)
        new = mean + keep * (old - mean)
        ramp = (np.arange(1, len(uv) + 1) / len(uv))[:, None]
        self._level = new
        super().feed(stamps, (uv - (old + ramp * (new - old))).astype(np.float32))
        if len(self._shown) > 0.5 * self.sfreq and abs(float(stamps[-1]) - self._measured_at) > MEASURE_S:
            self._measured_at = float(stamps[-1])
            self._measure()
            if self.per_row == 0.0:
                self.auto()

    def _forget(self) -> None:
        super()._forget()
        if self.display.chain is not None:
            self.display.forget()

    def _break(self, hole: np.ndarray) -> None:
        super()._break(hole)
        if self.display.chain is not None:
            self.display.skip(hole)

    def _keep(self, times: np.ndarray, values: np.ndarray) -> None:
        super()._keep(times, values)
        if self.display.chain is not None:
            self.display.keep(times, values, self._out)

    @property
    def _shown(self) -> History:
        return self._history if self.display.chain is None else self.display.history

    def _drawn(self, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
        if self.display.chain is None:
            return super()._drawn(start, end)
        return self._shown.since(start) if self.frozen is None else self.display.past.between(start, end)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None:
            return
        turned = event.angleDelta().y() or event.angleDelta().x()  # with Shift some systems turn it the other way
        if not turned:
            return
        steps, keys = -1 if turned > 0 else 1, event.modifiers()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.step_sensitivity(steps)
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            row = self.row_at(int(event.position().y()))
            if row is not None:
                self.choose(self.rows.names[row])
                self.scale(self.chosen, -steps)
        else:
            self.scroll_to(self.first + steps * max(1, self.page // 8))
        event.accept()
