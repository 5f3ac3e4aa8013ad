"""High gamma now, as it stands on the shafts: a row a shaft, a cell a contact, deepest at the left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from bk_realtime.bands import without_bands
from bk_realtime.montage.contacts import parse_contact
from gui import theme
from gui.words import tr

LIMIT = 3.0
"""Deviations from the training mean at which the colours end."""
SMOOTH_S = 0.15
"""Time constant: what is shown can be followed by eye."""
LEFT, ROW = 46, 15


def place(labels: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Shafts in their order, and (n, 2) row and column of each label; one without a number stands in a row of its own,
    a pair (A1-A2) at its first contact."""
    shafts: list[str] = []
    found = []
    for label in labels:
        contact = parse_contact(label) or parse_contact(label.partition("-")[0])
        shaft, number = contact or (label, 0)
        if shaft not in shafts:
            shafts.append(shaft)
        found.append((shafts.index(shaft), number))
    at = np.array(found, int).reshape(-1, 2)
    for row in range(len(shafts)):
        here = at[:, 0] == row
        order = {number: k for k, number in enumerate(sorted(set(at[here, 1])))}
        span = at[here, 1].max() - at[here, 1].min()
        if span >= 4 * len(order):  # numbers that are no contacts, such as feature 712
            at[here, 1] = [order[number] for number in at[here, 1]]
        else:
            at[here, 1] -= at[here, 1].min()
    return shafts, at


class ShaftMap(QWidget):
    """The decoder's own features, z-scored by its training, over a fixed range of colours."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("High gamma by shaft"))
        self._table = pg.colormap.get("CET-D1A").getLookupTable(nPts=256, alpha=False)
        self.shafts: list[str] = []
        self._at = np.zeros((0, 2), int)
        self.values = np.zeros(0)
        self._shown: list[int] = []
        self._n_features = 0
        self._keep = 0.0
        self.setFixedHeight(ROW)

    def open(self, labels: Sequence[str], rate: float) -> None:
        """Show features of these labels, which come ``rate`` times a second."""
        self._shown = without_bands(labels)  # of every electrode the main band, whose name the map bears
        self.shafts, self._at = place([labels[i] for i in self._shown])
        self._n_features = len(labels)
        self.values = np.full(len(self._shown), np.nan)
        self._keep = float(np.exp(-1 / (rate * SMOOTH_S))) if rate > 0 else 0.0
        self.setFixedHeight(max(1, len(self.shafts)) * ROW + 14)
        self.update()

    def feed(self, frames: np.ndarray) -> None:
        """Take (n, n_features) z-scores."""
        if frames.shape[1:] != (self._n_features,) or not len(frames):
            return
        frames = frames[:, self._shown]
        weights = self._keep ** np.arange(len(frames) - 1, -1, -1)[:, None] * (1 - self._keep)
        there = np.isfinite(frames)
        old = np.where(np.isfinite(self.values), self.values, 0.0)
        new = old * self._keep ** len(frames) + (weights * np.where(there, frames, 0.0)).sum(0)
        self.values = np.where(there[-1], new, np.nan)

    def tell(self) -> None:
        """Draw what has come, and say the strongest."""
        if self.isVisible():
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(11))
        if not len(self.values):
            painter.setPen(QColor(theme.FAINT))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, tr("no features yet"))
            return
        columns = int(self._at[:, 1].max()) + 1
        wide = (self.width() - LEFT) / columns
        painter.setPen(QColor(theme.SOFT))
        metrics = painter.fontMetrics()
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, shaft in enumerate(self.shafts):
            name = metrics.elidedText(shaft, Qt.TextElideMode.ElideRight, LEFT - 6)
            painter.drawText(QRectF(0, row * ROW, LEFT - 6, ROW), flags, name)
        painter.setPen(Qt.PenStyle.NoPen)
        for (row, column), value in zip(self._at, self.values, strict=True):
            box = QRectF(LEFT + column * wide + 0.5, row * ROW + 0.5, max(1.0, wide - 1), ROW - 1)
            if np.isfinite(value):
                index = int(np.clip((value / LIMIT + 1) / 2, 0, 1) * 255)
                painter.fillRect(box, QColor(*(int(c) for c in self._table[index])))
            else:  # masked: a hole, not a colour
                painter.fillRect(box, QColor(theme.WELL))
        painter.setPen(QColor(theme.FAINT))
        scale = tr("−{limit:g} to {limit:g} training deviations, mean of {ms:.0f} ms").format(
            limit=LIMIT, ms=1e3 * SMOOTH_S
        )
        painter.drawText(QRectF(LEFT, len(self.shafts) * ROW, self.width() - LEFT, 14), 0, scale)
