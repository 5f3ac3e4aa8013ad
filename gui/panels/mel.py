"""Pictures over time: the decoded mel spectrogram, and the base that the attention panel shares."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter

from bk_realtime.config import FRAME_RATE, MelSettings
from gui import theme
from gui.sweep import GUTTER, SweepPanel

LOG_FLOOR = math.log(1e-5)
LOUD = 1.5
"""Upper end of the fixed colour range: natural-log magnitude of loud speech in the mel of this project."""


class Spectrogram(SweepPanel):
    """Rows (low ones at the bottom) x time in perceptually even colours over a fixed range.

    Parameters
    ----------
    n_rows, sfreq : as the stream says.
    low, high : values of the darkest and the brightest colour.
    colours : name of a pyqtgraph colour map.
    """

    def __init__(self, n_rows: int, sfreq: float, low: float, high: float, colours: str, window_s: float = 6.0) -> None:
        self.low, self.high = low, high
        table = pg.colormap.get(colours).getLookupTable(nPts=256, alpha=False).astype(np.float32)
        # the map's own black would be a hole in the panel: fade its first steps in from the well's colour
        fade = np.clip(np.arange(256) / 40.0, 0, 1)[:, None].astype(np.float32)
        # light silence beside light speech would be read wrongly: in the light look the colours begin dark, as they are
        self._table = table if theme.LIGHT else table * fade + self.WELL * (1 - fade)
        self._rows: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        super().__init__(n_rows, sfreq, window_s)

    def configure(self, n_rows: int, sfreq: float) -> None:
        super().configure(n_rows, sfreq)
        self._rows = None

    def strip(self, times: np.ndarray, values: np.ndarray, edges: np.ndarray, background: np.ndarray) -> np.ndarray:
        height = background.shape[0]
        if self._rows is None or len(self._rows[0]) != height:
            at = np.clip((height - 0.5 - np.arange(height)) / height * self.n_rows - 0.5, 0, self.n_rows - 1)
            below = np.minimum(at.astype(int), max(0, self.n_rows - 2))
            above = np.minimum(below + 1, self.n_rows - 1)
            self._rows = below, above, (at - below)[:, None].astype(np.float32)
        below, above, weight = self._rows
        # a frame stands for the time up to its own stamp
        k = np.searchsorted(times, 0.5 * (edges[1:] + edges[:-1]))
        there = k < len(times)
        frames = values[np.minimum(k, len(times) - 1)].T
        picture = frames[below] * (1 - weight) + frames[above] * weight
        level = (picture - self.low) / (self.high - self.low)
        there &= np.isfinite(frames).all(axis=0)
        index = np.clip(np.nan_to_num(level) * 255, 0, 255).astype(np.uint8)
        drawn: np.ndarray = self._table[index]
        drawn[:, ~there] = self.MISSING
        drawn[:, self.marks.columns(edges)] = self.MARK
        return drawn


class Mel(Spectrogram):
    """Decoded mel spectrogram: natural-log magnitudes on the Slaney scale."""

    F_MAX = 8000.0
    TICKS = (500, 1000, 2000, 4000, 8000)

    def __init__(self, window_s: float = 6.0) -> None:
        super().__init__(MelSettings().n_mels, float(FRAME_RATE), LOG_FLOOR, LOUD, "magma", window_s)

    def draw_labels(self, painter: QPainter, height: int) -> None:
        top = _slaney(self.F_MAX)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for f in self.TICKS[:: 1 if height >= 110 else -2]:  # few pixels: 8 kHz, 2 kHz, 500 Hz
            y = round(height * (1 - _slaney(f) / top))
            y = min(max(y, 8), height - 8)
            text = f"{f // 1000} kHz" if f >= 1000 else f"{f} Hz"
            painter.drawText(0, y - 8, GUTTER - 8, 16, flags, text)


def _slaney(frequency: float) -> float:
    """Place of a frequency on the Slaney mel scale, for the axis ticks only."""
    if frequency < 1000:
        return frequency * 3 / 200
    return 15 + 27 * math.log(frequency / 1000) / math.log(6.4)
