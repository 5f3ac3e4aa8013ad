"""How old is what is heard, and where the time goes."""

from __future__ import annotations

from collections import deque

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bk_realtime.bands import MOST
from bk_realtime.session.status import QUANTILES, STAGES, Status
from bk_realtime.shown import shown
from gui import theme
from gui.words import later, tr

SPAN_S = 60.0
BUDGET = (
    ("algorithmic_ms", later("algorithmic"), later("Lookahead and frame length that the method itself needs; exact.")),
    ("group_delay_ms", later("filter group delay"), later("Delay of the band-pass in the middle of its band.")),
    ("measured_ms", later("measured"), later("Computation, buffers and sound device together.")),
    ("buffer_ms", later("  of it buffer"), later("Sound waiting in front of the card.")),
    ("device_ms", later("  of it device"), later("What the sound card says of itself.")),
    ("lead_ms", later("decoder's lead"), later("How far ahead of its signals the decoder was trained to speak.")),
)
STAGE_NAMES = {
    "features": later("features"),
    "decoder": later("decoder"),
    "vocoder": later("vocoder"),
    "total": later("total"),
}
COUNTS = (
    ("gaps", later("gaps"), later("Interruptions of the incoming stream.")),
    ("dropped_samples", later("dropped"), later("Samples skipped to catch up with the present.")),
    ("underruns", later("underruns"), later("Times that the sound card ran out of sound.")),
    ("limiter_hits", later("limited"), later("Samples held down to the ceiling.")),
)


class Latency(QWidget):
    """Age of data in large figures with its last minute, stage times, the latency budget and the fault counters."""

    def __init__(self) -> None:
        super().__init__()
        self._ages: deque[tuple[float, float]] = deque()
        self.age = QLabel("–")
        self.age.setFont(theme.font(64, bold=True))
        self.age.setAccessibleName(tr("Age of data in ms"))
        self.age.setTextFormat(Qt.TextFormat.RichText)
        self.age.setFixedSize(200, 76)
        self.extra = QLabel("")
        self.extra.setObjectName("soft")
        self.extra.setFixedSize(104, 40)
        self.extra.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        big = QHBoxLayout()
        big.setSpacing(8)
        big.addWidget(self.age)
        big.addStretch(1)
        big.addWidget(self.extra, 0, Qt.AlignmentFlag.AlignBottom)
        self.plot, self._curve, self._limit = _age_plot()
        self._cells: dict[str, QLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(big)
        layout.addWidget(self.plot, 1)
        layout.addSpacing(4)
        layout.addLayout(self._tiles())
        self.details = QWidget()
        """Stages and budget: they give way on a low screen to what needs an answer."""
        inner = QVBoxLayout(self.details)
        inner.setContentsMargins(0, 4, 0, 0)
        inner.addLayout(self._stage_grid())
        inner.addSpacing(4)
        inner.addLayout(self._rows(BUDGET, tr("Latency, ms")))
        self.bands = QLabel("")
        """How late each further band is; hidden without any."""
        self.bands.setObjectName("soft")
        self.bands.setTextFormat(Qt.TextFormat.PlainText)
        self.bands.setWordWrap(True)
        self.bands.setToolTip(tr("Delay of the filters in the middle of each band, and half of what it is taken over."))
        self.bands.setVisible(False)
        inner.addWidget(self.bands)
        layout.addWidget(self.details)

    def show_status(self, now: float, status: Status | None, live: bool) -> None:
        """Show the newest status; ``live`` is false where it is too old to be believed, or the session has ended: no
        figure of now stays then, and what was counted is grey."""
        age = status.age_ms if status is not None and live else None
        limit = status.max_age_ms if status is not None else 0.0
        colour = theme.FAINT
        if age is not None:
            colour = theme.GOOD if age <= 0.5 * limit else theme.WARN if age <= limit else theme.BAD
            self._ages.append((now, age))
        while self._ages and self._ages[0][0] < now - SPAN_S:
            self._ages.popleft()
        figure, unit = _age_text(age)
        unit = f"<span style='font-size:22px; font-weight:400; color:{theme.SOFT}'> {unit}</span>"
        theme.set_text(self.age, f"<span style='color:{colour}'>{figure}</span>{unit}")
        if status is None:
            return
        p99 = "" if status.age_p99_ms is None or not live else f"p99 {status.age_p99_ms:.0f} ms"
        theme.set_text(self.extra, "\n".join(filter(None, (p99, tr("limit {limit:.0f} ms").format(limit=limit)))))
        for stage in STAGES:
            for column in QUANTILES:
                value = status.stages.get(stage, {}).get(column) if live else None
                theme.set_text(self._cells[f"{stage}.{column}"], "–" if value is None else f"{value:.1f}")
        for key, *_ in BUDGET:
            value = getattr(status, key) if live else None
            theme.set_text(self._cells[key], "–" if value is None else f"{value:.1f}")
        late = [f"{shown(name, 12)} {ms:.1f}" for name, ms in [*status.band_delays_ms.items()][:MOST]]
        theme.set_text(self.bands, tr("further bands: {late}").format(late=", ".join(late)) if late else "")
        if self.bands.isHidden() == bool(late):
            self.bands.setVisible(bool(late))
        for key, *_ in COUNTS:
            count = getattr(status, key)
            cell = self._cells[key]
            theme.set_text(cell, "–" if count is None else f"{count:,}".replace(",", "\u202f"))
            shade = theme.FAINT if not live else theme.WARN if count and key != "limiter_hits" else theme.TEXT
            sheet = f"color: {shade};"
            if cell.styleSheet() != sheet:
                cell.setStyleSheet(sheet)

    def draw(self, now: float, limit: float) -> None:
        """Redraw the last minute of age; called about once a second, an ordinary plot is enough."""
        if not self._ages:
            return
        points = np.array(self._ages)
        self._curve.setData(points[:, 0] - now, points[:, 1])
        top = max(1.25 * limit, 1.1 * float(points[-600:, 1].max()))
        self.plot.setYRange(0, min(top, 5 * limit), padding=0)
        self._limit.setValue(limit)

    # ---- layout --------------------------------------------------------------------------------------------------
    def _cell(self, key: str, width: int = 60, height: int = 19) -> QLabel:
        cell = QLabel("–")
        cell.setObjectName("value")
        cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        cell.setFixedSize(width, height)  # a fixed size spares the whole window a new layout at each change
        self._cells[key] = cell
        return cell

    def _stage_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        head = QLabel(tr("Stages, ms"))
        head.setObjectName("title")
        grid.addWidget(head, 0, 0)
        for x, column in enumerate(QUANTILES, start=1):
            label = QLabel(column)
            label.setObjectName("hint")
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, 0, x)
        for y, stage in enumerate(STAGES, start=1):
            label = QLabel(tr(STAGE_NAMES.get(stage, stage)))
            label.setObjectName("soft")
            grid.addWidget(label, y, 0)
            for x, column in enumerate(QUANTILES, start=1):
                grid.addWidget(self._cell(f"{stage}.{column}"), y, x)
        grid.setColumnStretch(0, 1)
        return grid

    def _rows(self, rows: tuple[tuple[str, str, str], ...], title: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        head = QLabel(title)
        head.setObjectName("title")
        grid.addWidget(head, 0, 0)
        for y, (key, text, tip) in enumerate(rows, start=1):
            label = QLabel(tr(text))
            label.setObjectName("soft")
            label.setToolTip(tr(tip))
            grid.addWidget(label, y, 0)
            grid.addWidget(self._cell(key), y, 1)
        grid.setColumnStretch(0, 1)
        return grid

    def _tiles(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for x, (key, text, tip) in enumerate(COUNTS):
            cell = self._cell(key, 72, 24)
            cell.setFont(theme.font(20, bold=True))
            cell.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label = QLabel(tr(text))
            label.setObjectName("hint")
            label.setToolTip(tr(tip))
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(cell, 0, x)
            grid.addWidget(label, 1, x)
        return grid


def _age_text(age_ms: float | None) -> tuple[str, str]:
    """Figure and unit; an age of seconds is one at a glance."""
    if age_ms is None:
        return "–", "ms"
    if age_ms < 999.5:
        return f"{age_ms:.0f}", "ms"
    return (f"{age_ms / 1e3:.1f}" if age_ms < 99_950 else f"{age_ms / 1e3:.0f}"), "s"


def _age_plot() -> tuple[pg.PlotWidget, pg.PlotDataItem, pg.InfiniteLine]:
    plot = pg.PlotWidget(background=theme.WELL)
    plot.setMinimumHeight(40)
    plot.setMaximumHeight(84)
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(False, False)
    plot.hideButtons()
    plot.setXRange(-SPAN_S, 0, padding=0)
    plot.setFrameShape(plot.Shape.NoFrame)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(theme.LINE)
        axis.setTextPen(theme.FAINT)
        axis.setStyle(tickFont=theme.font(10), tickLength=-3)
    plot.getAxis("left").setWidth(30)
    plot.getAxis("bottom").setHeight(18)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    limit = pg.InfiniteLine(
        angle=0, pen=pg.mkPen(QColor(theme.WARN), width=1, style=Qt.PenStyle.DashLine), movable=False
    )
    plot.addItem(limit)
    limit.setValue(Status.max_age_ms)
    plot.setYRange(0, 1.25 * Status.max_age_ms, padding=0)
    curve = plot.plot(pen=pg.mkPen(QColor(theme.ACCENT), width=1.5), antialias=True)
    return plot, curve, limit
