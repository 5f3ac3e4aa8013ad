"""The voice: lowest and highest sample in each column."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter

from bk_realtime.config import MelSettings
from bk_realtime.session.status import Status
from gui import theme
from gui.strips import column_range, draw_spans
from gui.sweep import GUTTER, SweepPanel
from gui.words import later, tr

AS_HEARD = later("as it is heard: after gain, mute and limiter")
SILENT_DBFS = -119.0
HELD_DB = 0.5
"""Less than this is not told as held down."""


def loudness_text(status: Status) -> str:
    """How loud the last second was, in words; sound pressure only where full scale was measured."""
    if status.peak_dbfs is None:
        return tr(AS_HEARD)
    silent, peak = status.peak_dbfs <= SILENT_DBFS, tr("peak {peak:.0f} dBFS").format(peak=status.peak_dbfs)
    parts = [tr("silent") if silent else peak]
    if status.level_db_spl is None or status.loudest_db_spl is None:
        parts.append(tr("dB SPL not calibrated"))
    else:
        said = tr("{level:.0f} dB SPL (A, 1 s), at most {loudest:.0f}")
        parts.append(said.format(level=max(status.level_db_spl, 0), loudest=status.loudest_db_spl))
    if (status.limiting_db or 0) > HELD_DB:
        parts.append(tr("held down by {limiting:.0f} dB").format(limiting=status.limiting_db))
    return tr("as it is heard: {parts}").format(parts=" · ".join(parts)).replace("-", "−")


class Waveform(SweepPanel):
    """Sound as it goes to the loudspeaker, after gain, mute and limiter.

    Full height is full scale; the square root of the amplitude is drawn, so that quiet speech is seen beside loud.
    """

    TICKS_DB = (0, -20)

    COLOUR = np.array([theme.rgb(theme.ACCENT)], np.float32)

    def __init__(self, window_s: float = 6.0) -> None:
        super().__init__(1, float(MelSettings().sample_rate), window_s)

    def strip(self, times: np.ndarray, values: np.ndarray, edges: np.ndarray, background: np.ndarray) -> np.ndarray:
        low, high = column_range(times, values, edges)
        background[:, ~np.isfinite(low[:, 0])] = self.MISSING
        height = background.shape[0]
        top, bottom = height * (0.5 - 0.49 * _shown(high)), height * (0.5 - 0.49 * _shown(low))
        thin = np.maximum(0.0, 1.4 * self.devicePixelRatioF() - (bottom - top)) / 2
        return draw_spans(background, top - thin, bottom + thin, np.zeros(1, int), self.COLOUR)

    def horizon(self, height: int) -> np.ndarray:
        ticks = np.array([_shown(10 ** (db / 20)) for db in self.TICKS_DB])
        return (height * (0.5 - 0.49 * np.concatenate((ticks, [0], -ticks)))).astype(int)

    def draw_labels(self, painter: QPainter, height: int) -> None:
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for db in self.TICKS_DB[: 2 if height >= 66 else 1]:
            for sign in (1, -1):
                y = round(height * (0.5 - 0.49 * sign * float(_shown(10 ** (db / 20)))))
                text = f"{db} dBFS".replace("-", "−")
                painter.drawText(0, min(max(y, 8), height - 8) - 8, GUTTER - 8, 16, flags, text)


def _shown(amplitude: np.ndarray | float) -> np.ndarray:
    """Place of an amplitude between -1 and 1."""
    return np.sign(amplitude) * np.sqrt(np.minimum(np.abs(amplitude), 1))
