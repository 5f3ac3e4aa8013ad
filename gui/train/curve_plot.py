"""The learning curve drawn: r inside speech against minutes recorded."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor

from gui import theme
from gui.train.curve import Learnt
from gui.words import tr

HEIGHT = 150
BAND_ALPHA = 60


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]
    """Points as they were scored, the curve through them with its 95 % band, and now as a dotted line; what lies right
    of it is expected."""

    def __init__(self) -> None:
        super().__init__(background=theme.WELL)
        self.setFixedHeight(HEIGHT)
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Learning curve: r inside speech against minutes recorded"))
        for side, text in (("left", "r"), ("bottom", tr("minutes recorded"))):
            axis = self.getAxis(side)
            axis.setPen(theme.LINE)
            axis.setTextPen(theme.SOFT)
            axis.setStyle(tickFont=theme.font(10), tickLength=-3)
            axis.setLabel(text, color=theme.SOFT)
            axis.enableAutoSIPrefix(False)
        colour = QColor(theme.ACCENT)
        thin = pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine)
        self._low, self._high = self.plot(pen=thin), self.plot(pen=thin)
        band = QColor(colour)
        band.setAlpha(BAND_ALPHA)
        self.addItem(pg.FillBetweenItem(self._low, self._high, brush=band))
        self._middle = self.plot(pen=pg.mkPen(colour, width=2))
        self.dots = pg.ScatterPlotItem(size=6, brush=QColor(theme.TEXT), pen=None)
        self.addItem(self.dots)
        self._now = pg.InfiniteLine(0, angle=90, pen=pg.mkPen(QColor(theme.FAINT), style=Qt.PenStyle.DotLine))
        self.addItem(self._now)

    def show_learnt(self, told: Learnt) -> None:
        """Draw it."""
        minutes = told.minutes_a_second
        points = np.reshape(np.array(told.points, float), (-1, 2))
        curve = np.reshape(np.array(told.curve, float), (-1, 4))
        self.dots.setData(points[:, 0] * minutes, points[:, 1])
        at = curve[:, 0] * minutes
        self._middle.setData(at, curve[:, 1])
        self._low.setData(at, curve[:, 2])
        self._high.setData(at, curve[:, 3])
        self._now.setValue(told.seconds / 60)
        most = max(told.seconds / 60, *at, 1.0) if len(at) else max(told.seconds / 60, 1.0)
        values = np.concatenate([points[:, 1], curve[:, 1], [0.0]])
        self.setXRange(0, most, padding=0.02)
        self.setYRange(min(0.0, float(values.min())), max(0.2, float(values.max()) * 1.15), padding=0)
