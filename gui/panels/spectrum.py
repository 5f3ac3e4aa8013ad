"""Spectrum of the channels on the screen, over the last seconds, with the mains and its harmonics."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor

from bk_realtime.measures.spectrum import density, line_excess_db
from gui import theme
from gui.words import tr

SPAN_S = 4.0
"""Seconds that are looked at."""
MAINS_HZ = (50.0, 60.0)
MOST = 1 << 20
"""Numbers that are looked at: a fast or wide stream must not slow the window down."""
STANDS_OUT_DB = 10.0
"""A line so far above what is beside it is told."""


def mains_words(freqs: np.ndarray, middle: np.ndarray) -> str:
    """Which mains there is and how far above its surroundings, by the median channel's density; no word of it where
    none stands out."""
    found = []
    for mains in MAINS_HZ:
        above = float(line_excess_db(freqs, 10 * np.log10(np.maximum(middle, 1e-30)), mains))
        if above >= STANDS_OUT_DB:  # not so where it cannot be told
            words = tr("mains {mains:g} Hz: {above:.0f} dB above what is beside it")
            found.append(words.format(mains=mains, above=above))
    return " · ".join(found) or tr("no mains stands out")


class Spectrum(pg.PlotWidget):  # type: ignore[misc]
    """Median and highest of the channels on the screen, in dB; lines at 50 and 60 Hz and what is a multiple of the one
    that stands out."""

    def __init__(self) -> None:
        super().__init__(background=theme.WELL)
        self.setFixedHeight(130)
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Spectrum"))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(theme.LINE)
            axis.setTextPen(theme.SOFT)
            axis.setStyle(tickFont=theme.font(10), tickLength=-3)
        self.getAxis("left").setWidth(34)
        for mains in (50, 60, 100, 120, 150, 180):
            line = pg.InfiniteLine(
                mains, angle=90, pen=pg.mkPen(QColor(theme.FAINT), width=1, style=Qt.PenStyle.DotLine), movable=False
            )
            self.addItem(line, ignoreBounds=True)
        self._highest = self.plot(pen=pg.mkPen(QColor(theme.FAINT), width=1))
        self._middle = self.plot(pen=pg.mkPen(QColor(theme.ACCENT), width=1.5))
        self.words = ""

    def show_signals(self, values: np.ndarray, sfreq: float) -> None:
        """Draw that of (n, C) values, as they are on the screen."""
        every = max(1, round(values.size / MOST))
        freqs, power = density(values[-round(SPAN_S * sfreq) :, ::every], sfreq)
        known = np.isfinite(power).all(0)
        if not known.any():
            self.words = tr("not enough signal yet")
            return
        power = np.maximum(power[:, known], 1e-12)
        middle, highest = np.median(power, 1), power.max(1)
        shown = (freqs >= 2) & (freqs <= min(200.0, sfreq / 2))
        self._middle.setData(freqs[shown], 10 * np.log10(middle[shown]))
        self._highest.setData(freqs[shown], 10 * np.log10(highest[shown]))
        self.words = mains_words(freqs, middle) + (
            tr(" · one channel of {every}").format(every=every) if every > 1 else ""
        )
