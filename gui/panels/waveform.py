"""The voice: lowest and highest sample in each column."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter

from gui import theme
from gui.sweep import GUTTER, SweepPanel, column_range, draw_spans


class Waveform(SweepPanel):
    """Sound as it goes to the loudspeaker, after gain, mute and limiter; full height is full scale."""

    COLOUR = np.array([theme.rgb(theme.ACCENT)], np.float32)

    def __init__(self, window_s: float = 6.0) -> None:
        super().__init__(1, 22050.0, window_s)

    def strip(self, times: np.ndarray, values: np.ndarray, edges: np.ndarray, background: np.ndarray) -> np.ndarray:
        low, high = column_range(times, values, edges)
        background[:, ~np.isfinite(low[:, 0])] = self.MISSING
        height = background.shape[0]
        top = height * (0.5 - 0.49 * np.clip(high, -1, 1))
        bottom = height * (0.5 - 0.49 * np.clip(low, -1, 1))
        thin = np.maximum(0.0, 1.4 * self.devicePixelRatioF() - (bottom - top)) / 2
        return draw_spans(background, top - thin, bottom + thin, np.zeros(1, int), self.COLOUR)

    def horizon(self, height: int) -> np.ndarray:
        return np.array([height // 2])

    def draw_labels(self, painter: QPainter, height: int) -> None:
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for y, text in ((8, "0 dBFS"), (height // 2, "0"), (height - 8, "0 dBFS")):
            painter.drawText(0, y - 8, GUTTER - 8, 16, flags, text)
