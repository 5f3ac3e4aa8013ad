"""The texts of a file's markers, above the pictures in which they are lines."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.report.opened import MarkersAt
from gui.sweep import GUTTER, SweepPanel
from gui.words import tr

HIGH = 20


class MarkerRow(QWidget):
    """Each text begins at its line and ends before the next one.

    Parameters
    ----------
    above : the picture whose axis it has.
    """

    def __init__(self, above: SweepPanel) -> None:
        super().__init__()
        self._panel, self._markers = above, MarkersAt()
        self.setFixedHeight(HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Markers"))

    def show_markers(self, markers: MarkersAt) -> None:
        """All there are."""
        self._markers = markers
        self.setVisible(bool(markers.times))
        self.update()

    def shown(self) -> list[tuple[int, str]]:
        """Where on this widget each text begins that is on the screen."""
        found = ((self._panel.x_at(t), text) for t, text in zip(*self._around(), strict=True))
        return [(x, text) for x, text in found if x is not None]

    def _around(self) -> tuple[tuple[float, ...], tuple[str, ...]]:
        until, times = self._panel.frozen or 0.0, np.asarray(self._markers.times)
        a, b = np.searchsorted(times, [until - self._panel.window_s, until])
        return self._markers.times[a : int(b)], self._markers.texts[a : int(b)]

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        placed = self.shown()
        painter.setPen(QColor(theme.MARK))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for k, (x, text) in enumerate(placed):
            end = placed[k + 1][0] - 4 if k + 1 < len(placed) else self.width()
            if end - x > 10:
                fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, end - x)
                painter.drawText(QRect(x, 0, end - x, HIGH), flags, fitting)
        painter.setPen(QColor(theme.SOFT))
        painter.drawText(QRect(0, 0, GUTTER - 8, HIGH), Qt.AlignmentFlag.AlignRight | flags, tr("markers"))
