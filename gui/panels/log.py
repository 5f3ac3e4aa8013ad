"""The last events of the session: faults, commands, markers."""

from __future__ import annotations

from collections import deque

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from bk_realtime.session.events import NO_FAULTS
from bk_realtime.session.status import parse_object
from gui import theme

KEPT = 50
ROW = 21


class EventPanel(QWidget):
    """Newest first, as many as fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(2 * ROW)
        self.lines: deque[tuple[float, str, str]] = deque(maxlen=KEPT)
        self._origin: float | None = None

    def add(self, stamp: float, message: str) -> str:
        """Take one event message; returns its kind."""
        values = parse_object(message)
        if values is None:
            kind, text = "event", message
        else:
            kind = str(values.get("event", values.get("kind", "event")))
            text = str(values.get("text", values.get("message", kind)))
        if self._origin is None:
            self._origin = stamp
        self.lines.appendleft((stamp - self._origin, kind, text))
        self.update()
        return kind

    def clear(self) -> None:
        """Forget everything: another session."""
        self.lines.clear()
        self._origin = None
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        if not self.lines:
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(QRect(0, 0, self.width(), ROW), middle, "nothing so far")
        for i, (seconds, kind, text) in enumerate(self.lines):
            y = i * ROW
            if y + ROW > self.height():
                break
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(QRect(0, y, 46, ROW), middle, f"{int(seconds) // 60}:{int(seconds) % 60:02d}")
            painter.setPen(QColor(theme.SOFT if kind in NO_FAULTS else theme.WARN))
            line = text if text.lower().startswith(kind.lower()) else f"{kind}: {text}"
            room = self.width() - 46
            painter.drawText(
                QRect(46, y, room, ROW), middle, metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            )
