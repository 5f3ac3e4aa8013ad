"""The picture of the traces: which rows are on the screen, how large each is, and how they are drawn."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter

from gui import theme
from gui.panels.trace_rows import TraceRows
from gui.strips import History, column_range, draw_spans
from gui.sweep import GUTTER, SweepPanel

STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 3000, 5000, 10_000)
"""Sensitivities offered, µV per row (per division)."""
WILD = 6.0
"""A channel so many times larger than the typical one is drawn dim and inside its own row, with an amber label."""
SPREADS = 5.0
"""Height of a row in standard deviations of a typical channel, where the sensitivity is chosen automatically."""
REACH = 2.2
"""A trace leaves its row by at most this many rows: one artefact must not cover the page."""
MOST_FACTOR = 64.0
"""A trace is drawn at most so many times larger or smaller than the others."""


class TracePicture(SweepPanel):
    """Rows of traces in pages, with one sensitivity for all and a factor for some.

    Parameters
    ----------
    window_s : seconds on the screen.
    """

    changed = pyqtSignal()
    """Page, sensitivity, display or stream changed: the header should say so."""
    COLOURS = TraceRows.COLOURS

    def __init__(self, window_s: float) -> None:
        self.rows = TraceRows(())
        self.first, self.page, self.per_row = 0, 32, 0.0
        self.own_scale = False
        self.chosen = ""
        """Name of the row whose own scale the keys change."""
        self.factors: dict[str, float] = {}
        """How many times larger than the others a row is drawn, where it is."""
        self._spread = np.ones(1, np.float32)
        super().__init__(1, 1000.0, window_s)

    @property
    def _shown(self) -> History:
        """The samples that are shown."""
        return self._history

    def tint(self) -> None:
        """Rows, masks or what stands out are others: colours anew."""
        self.rows.tint()
        self.invalidate()
        self.update()

    # ---- size ----------------------------------------------------------------------------------------------------
    def auto(self) -> None:
        """Choose the sensitivity from what is on the screen."""
        self._measure()
        wanted = SPREADS * self._typical()
        self.set_sensitivity(min(STEPS, key=lambda step: abs(np.log(step / max(wanted, 1e-9)))))

    def set_sensitivity(self, per_row: float) -> None:
        """µV per row."""
        self.per_row = float(min(max(per_row, STEPS[0]), STEPS[-1]))
        self.invalidate()
        self.changed.emit()

    def step_sensitivity(self, steps: int) -> None:
        """More (+) or fewer (-) µV per row, by steps of 1-2-5."""
        nearest = min(range(len(STEPS)), key=lambda i: abs(STEPS[i] - self.per_row))
        self.set_sensitivity(STEPS[min(max(nearest + steps, 0), len(STEPS) - 1)])

    def set_own_scale(self, own: bool) -> None:
        """Each channel to its own size instead of one sensitivity for all."""
        self.own_scale = own
        self._measure()
        self.invalidate()
        self.changed.emit()

    def choose(self, name: str) -> None:
        """The row whose own scale the keys change."""
        self.chosen = name
        self.update()

    def step_chosen(self, rows: int) -> None:
        """Choose the row so many below (+) or above (-), on the screen; the first one where none is chosen."""
        names = [self.rows.names[row] for row in self.shown]
        if names:
            at = names.index(self.chosen) + rows if self.chosen in names else 0
            self.choose(names[min(max(at, 0), len(names) - 1)])

    def scale(self, name: str, doublings: int) -> None:
        """Draw one row so many times twice as large (-: half as large) as now; 0: as large as the others."""
        if name not in self.rows.names:
            return  # none is chosen, or this montage has no such row
        before = self.factors.pop(name, 1.0)
        factor = min(max(before * 2.0**doublings, 1 / MOST_FACTOR), MOST_FACTOR) if doublings else 1.0
        if factor != 1.0:
            self.factors[name] = factor
        self.invalidate()
        self.update()

    def unscale(self) -> None:
        """All rows as large as the others."""
        self.factors.clear()
        self.invalidate()
        self.update()

    def set_page(self, page: int) -> None:
        """How many channels are on the screen at once."""
        self.page = page
        self.scroll_to(self.first)

    def scroll_to(self, first: int) -> None:
        """Show the channels from index ``first`` on."""
        self.first = min(max(first, 0), max(0, len(self.rows) - self.page))
        self.invalidate()
        self.update()
        self.changed.emit()

    @property
    def shown(self) -> range:
        """Indices of the rows on the screen."""
        return range(self.first, min(self.first + self.page, len(self.rows)))

    def _remeasure(self) -> None:
        self._spread = np.zeros(len(self.rows), np.float32)
        self._measure()

    def measured(self) -> np.ndarray:
        """(n, rows) values that say how large each row is: those of the last seconds."""
        return self._shown.values[-int(3 * self.sfreq) :]

    def _measure(self) -> None:
        """Size of each channel, and which ones stand out."""
        values = self.measured()
        if not len(values):
            return
        low, high = np.percentile(np.nan_to_num(values[:: max(1, len(values) // 500)]), [16, 84], axis=0)
        self._spread = (0.5 * (high - low)).astype(np.float32)
        wild = self._spread > WILD * self._typical()
        if (wild != self.rows.wild).any():
            self.rows.wild = wild
            self.tint()

    def _typical(self) -> float:
        there = self._spread > 0
        return float(np.median(self._spread[there])) if there.any() else 1.0

    # ---- drawing -------------------------------------------------------------------------------------------------
    def strip(self, times: np.ndarray, values: np.ndarray, edges: np.ndarray, background: np.ndarray) -> np.ndarray:
        shown = slice(self.first, self.first + len(self.shown))
        low, high = column_range(times, values[:, shown], edges)
        background[:, ~np.isfinite(low).any(axis=1)] = self.MISSING
        row = background.shape[0] / max(1, len(self.shown))
        own = np.maximum(SPREADS * self._spread[shown], 1e-6)
        per_row = np.where(self.rows.wild[shown] | self.own_scale, own, self.per_row or 100.0)
        if self.factors:
            per_row = per_row / [self.factors.get(name, 1.0) for name in self.rows.names[shown]]
        centre = row * (np.arange(len(self.shown)) + 0.5)
        top = centre - row * np.clip(high / per_row, -REACH, REACH)
        bottom = centre - row * np.clip(low / per_row, -REACH, REACH)
        # rows of few pixels get lines thinner than a pixel: else all of them would merge into one bright field
        line = min(1.25 * self.devicePixelRatioF(), 0.22 * row)
        thin = np.maximum(0.0, line - (bottom - top)) / 2
        return draw_spans(background, top - thin, bottom + thin, self.rows.groups[shown], self.COLOURS)

    def horizon(self, height: int) -> np.ndarray:
        n = len(self.shown)
        if n == 0 or height / n < 12:
            return np.empty(0, int)
        return (height / n * (np.arange(n) + 0.5)).astype(int)

    def draw_labels(self, painter: QPainter, height: int) -> None:
        n = len(self.shown)
        if n == 0:
            return
        row = height / n
        painter.setFont(theme.font(int(min(12, max(9, row * 0.7)))))
        every = max(1, math.ceil(11 / row))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        names = self.rows.names
        told = [(names[k] in self.factors) + 2 * (names[k] == self.chosen) for k in self.shown]
        for i in np.argsort(told, kind="stable"):  # where rows are narrow these stand over the others
            if i % every and not told[i]:
                continue
            channel = self.first + int(i)
            name = names[channel]
            label, tint = self.rows.label(channel, self.factors.get(name, 1.0))
            top = min(max(int(row * (i + 0.5) - 9), -2), height - 16)
            if told[i]:
                ground = theme.CHOSEN if name == self.chosen else theme.CARD
                painter.fillRect(2, top + 1, GUTTER - 4, 16, QColor(ground))
            painter.setPen(QColor(theme.TEXT) if name == self.chosen else QColor(*tint))
            label = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, GUTTER - 10)
            painter.drawText(0, top, GUTTER - 8, 18, flags, label)
