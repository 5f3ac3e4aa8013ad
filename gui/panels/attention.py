"""Where the decoder looks: attention weights over the newest encoder frames, one column a mel frame."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter

from bk_realtime.config import FRAME_RATE
from gui.panels.mel import Spectrogram
from gui.sweep import GUTTER
from gui.words import tr


class Attention(Spectrogram):
    """Weights of the past encoder frames, newest at the top. Shown only where the decoder has attention."""

    def __init__(self, window_s: float = 6.0) -> None:
        super().__init__(32, float(FRAME_RATE), 0.0, 1.0, "viridis", window_s)
        self.setMinimumHeight(44)

    def feed(self, stamps: np.ndarray, values: np.ndarray) -> None:
        # weights sum to one over the window; the square root keeps a broad focus visible beside a sharp one
        super().feed(stamps, np.sqrt(np.maximum(values, 0)))

    def draw_labels(self, painter: QPainter, height: int) -> None:
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(0, 0, GUTTER - 8, 16, flags, tr("now"))
        painter.drawText(0, height - 16, GUTTER - 8, 16, flags, f"−{1e3 * self.n_rows / self.sfreq:.0f} ms")
