"""The last events of the session: faults, commands, markers."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QMessageBox, QSizePolicy, QWidget

from gui import theme
from gui.panels.event_lines import EventLines, Line
from gui.words import tr

ROW = 21
TIMES = 58
"""Pixels of the time."""
LISTED = 20


class EventPanel(QWidget):
    """Newest first, as many as fit. A click shows the whole text of a line."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(4 * ROW)
        self.setAccessibleName(tr("Events"))
        self.setToolTip(tr("Click: the whole text. Ctrl+J: the last events with theirs."))
        self._events = EventLines()
        self.box: QMessageBox | None = None

    @property
    def lines(self) -> deque[Line]:
        """What there is, newest first."""
        return self._events.lines

    def add(self, stamp: float, message: str) -> str:
        """Take one event message with its LSL time; returns its kind, empty where it is here already."""
        kind = self._events.add(stamp, message)
        if self.lines:
            self.setAccessibleDescription(self.lines[0].words)
        self.update()
        return kind

    def set_clock(self, zero: float, settled: bool) -> None:
        """LSL time at which the banner's clock stood at 0; ``settled``: it runs, since there are frames."""
        self._events.set_zero(zero, settled)

    def clear(self, folder: Path | None = None) -> None:
        """Forget everything: another session, or a new link to this one, whose ``folder`` has what was before."""
        self._events = EventLines()
        if folder is not None:
            self._events.take_earlier(folder)
        self.update()

    def show_texts(self, lines: list[Line] | None = None) -> None:
        """Whole texts in a box beside the window, which goes on and can still be silenced."""
        lines = list(self.lines)[:LISTED] if lines is None else lines
        box = QMessageBox(self)
        box.setWindowTitle(tr("Events"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("\n".join(f"{line.time}  {line.words}" for line in lines) or tr("nothing so far"))
        box.setModal(False)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in box.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space and Esc silence, also now
        box.show()
        self.box = box

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            row = int(event.position().y() // ROW)
            if row < len(self.lines):
                self.show_texts([self.lines[row]])

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        if not self.lines:
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(QRect(0, 0, self.width(), ROW), middle, tr("nothing so far"))
        for i, line in enumerate(self.lines):
            y = i * ROW
            if y + ROW > self.height():
                break
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(QRect(0, y, TIMES, ROW), middle, line.time)
            painter.setPen(QColor(theme.WARN if line.fault else theme.SOFT))
            words, room = f"! {line.words}" if line.fault else line.words, self.width() - TIMES
            elided = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(TIMES, y, room, ROW), middle, elided)
