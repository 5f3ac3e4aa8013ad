"""sEEG traces: any number of channels in pages, drawn by sweeping."""

from __future__ import annotations

import re

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QWheelEvent

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.montage import bare_label, loose_label
from bk_realtime.montage.units import in_microvolts
from gui import theme
from gui.strips import column_range, draw_spans
from gui.sweep import GUTTER, SweepPanel

STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 3000, 5000, 10_000)
"""Sensitivities offered, µV per row (per division)."""
PAGES = (8, 16, 32, 64, 128, 256)
HIGH_PASS_S = 1.0
MEASURE_S = 2.0
WILD = 6.0
"""A channel so many times larger than the typical one is drawn dim and inside its own row, with an amber label."""
SPREADS = 5.0
"""Height of a row in standard deviations of a typical channel, where the sensitivity is chosen automatically."""
REACH = 2.2
"""A trace leaves its row by at most this many rows: one artefact must not cover the page."""


class Traces(SweepPanel):
    """Rows of traces. Wheel: scroll channels; Ctrl+wheel: sensitivity; page keys: page.

    The slow part of each channel (time constant 1 s) is taken away, on the screen only.
    """

    changed = pyqtSignal()
    """Page, sensitivity or stream changed: the header should say so."""
    named = pyqtSignal(str, object)
    """The name of a channel was clicked: its label, and where on the screen."""

    def __init__(self, window_s: float = 6.0) -> None:
        self.labels: tuple[str, ...] = ()
        self._unused: frozenset[int] = frozenset()
        self._names: tuple[str, ...] = ()
        self._keys: tuple[str, ...] = ()
        self.unit = "µV"
        self._to_uv: np.ndarray | None = None
        self.first, self.page, self.per_row = 0, 32, 0.0
        self.own_scale = False
        self.bad: frozenset[str] = frozenset()
        self._masked: frozenset[str] = frozenset()
        self._features: tuple[str, ...] = ()
        self._level: np.ndarray | None = None
        self._spread = np.ones(1, np.float32)
        self._wild = np.zeros(0, bool)
        self._measured_at = 0.0
        self._groups = np.zeros(1, int)
        super().__init__(1, 1000.0, window_s)
        self.setMinimumHeight(160)

    def open(self, description: StreamDescription) -> None:
        """Show this stream; keeps page and sensitivity where the montage is the same."""
        unit, scale = _in_microvolts(description)
        as_before = (description.labels, description.sfreq, unit) == (self.labels, self.sfreq, self.unit)
        past = self.past
        if description.labels != self.labels or unit != self.unit:
            self.first, self.per_row = 0, 0.0
        self.labels, self.unit, self._to_uv = description.labels, unit, scale
        self._names = tuple(bare_label(label) for label in self.labels)
        self._keys = tuple(loose_label(label) for label in self.labels)
        self._level = None
        self._spread = np.zeros(len(self.labels), np.float32)
        self._wild = np.zeros(len(self.labels), bool)
        self._measured_at = 0.0
        self.configure(len(self.labels), description.sfreq)
        if as_before:  # a stream that is back: what was seen before can still be looked at
            past.skip()
            self.past = past
        self._tint()
        self._allocate()
        self.update()
        self.changed.emit()

    def set_bad(self, bad: tuple[str, ...]) -> None:
        """Labels of the channels that the decoder masks; they are dimmed. The decoder's labels may be written otherwise
        than the stream's."""
        if frozenset(bad) != self.bad:
            self.bad = frozenset(bad)
            self._masked = frozenset(map(loose_label, bad))
            self._tint()
            self.invalidate()
            self.update()

    def set_used(self, features: tuple[str, ...]) -> None:
        """Labels of the decoder's features (of a pair, such as A1-A2, both count); the others are drawn as unused."""
        if features != self._features:
            self._features = features
            self._tint()
            self.invalidate()
            self.update()

    def word(self, channel: int) -> str:
        """What there is to say of one: bad, unused, or nothing."""
        key = self._keys[channel]
        return "bad" if key in self._masked else "unused" if channel in self._unused else ""

    def recent(self, seconds: float) -> np.ndarray:
        """(n, C) values of the channels on the screen over the last ``seconds``, as they are drawn."""
        return self._history.values[-round(seconds * self.sfreq) :, self.first : self.first + len(self.shown)]

    def label_at(self, y: int) -> str | None:
        """The channel whose row is at ``y`` (logical pixels); ``None`` where there is none."""
        row = int(y / max(1, self.height()) * len(self.shown))
        return self.labels[self.shown[row]] if 0 <= row < len(self.shown) else None

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.position().x() < GUTTER:
            label = self.label_at(int(event.position().y()))
            if label is not None:
                self.named.emit(label, event.globalPosition().toPoint())

    def feed(self, stamps: np.ndarray, values: np.ndarray) -> None:
        if not len(values):
            return
        uv = values if self._to_uv is None else values * self._to_uv
        there = np.isfinite(uv)
        if not there.all():
            uv = np.where(there, uv, np.nan)
        mean = np.where(there, uv, 0).sum(0) / np.maximum(there.sum(0), 1)
        if self._level is None or len(self._history) == 0:
            self._level = mean
        old = self._level
        keep = np.exp(-len(uv) / self.sfreq / HIGH_PASS_S)
        new = mean + keep * (old - mean)
        ramp = (np.arange(1, len(uv) + 1) / len(uv))[:, None]
        self._level = new
        super().feed(stamps, (uv - (old + ramp * (new - old))).astype(np.float32))
        if len(self._history) > 0.5 * self.sfreq and abs(float(stamps[-1]) - self._measured_at) > MEASURE_S:
            self._measured_at = float(stamps[-1])
            self._measure()
            if self.per_row == 0.0:
                self.auto()

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

    def set_page(self, page: int) -> None:
        """How many channels are on the screen at once."""
        self.page = page
        self.scroll_to(self.first)

    def scroll_to(self, first: int) -> None:
        """Show the channels from index ``first`` on."""
        self.first = min(max(first, 0), max(0, len(self.labels) - self.page))
        self.invalidate()
        self.update()
        self.changed.emit()

    @property
    def shown(self) -> range:
        """Indices of the channels on the screen."""
        return range(self.first, min(self.first + self.page, len(self.labels)))

    def _measure(self) -> None:
        """Size of each channel over the last seconds, and which ones stand out."""
        values = self._history.values[-int(3 * self.sfreq) :]
        if not len(values):
            return
        low, high = np.percentile(np.nan_to_num(values[:: max(1, len(values) // 500)]), [16, 84], axis=0)
        self._spread = (0.5 * (high - low)).astype(np.float32)
        wild = self._spread > WILD * self._typical()
        if (wild != self._wild).any():
            self._wild = wild
            self._tint()
            self.invalidate()
            self.update()

    def _typical(self) -> float:
        there = self._spread > 0
        return float(np.median(self._spread[there])) if there.any() else 1.0

    def _tint(self) -> None:
        shafts = [re.sub(r"[\d\s_]+.*$", "", name) for name in self._names]
        order = {shaft: i for i, shaft in enumerate(dict.fromkeys(shafts))}
        n = len(theme.TRACE_TINTS)
        used = _used(self._features, frozenset(self._keys))
        self._unused = frozenset(k for k, key in enumerate(self._keys) if used and key not in used)
        dim = (
            key in self._masked or k in self._unused or wild
            for k, (key, wild) in enumerate(zip(self._keys, self._wild, strict=True))
        )
        self._groups = np.array(
            [n if faint else order[shaft] % n for faint, shaft in zip(dim, shafts, strict=True)] or [0]
        )

    # ---- drawing -------------------------------------------------------------------------------------------------
    COLOURS = np.array([theme.rgb(c) for c in (*theme.TRACE_TINTS, theme.TRACE_MASKED)], np.float32)

    def strip(self, times: np.ndarray, values: np.ndarray, edges: np.ndarray, background: np.ndarray) -> np.ndarray:
        shown = slice(self.first, self.first + len(self.shown))
        low, high = column_range(times, values[:, shown], edges)
        background[:, ~np.isfinite(low).any(axis=1)] = self.MISSING
        row = background.shape[0] / max(1, len(self.shown))
        own = np.maximum(SPREADS * self._spread[shown], 1e-6)
        per_row = np.where(self._wild[shown] | self.own_scale, own, self.per_row or 100.0)
        centre = row * (np.arange(len(self.shown)) + 0.5)
        top = centre - row * np.clip(high / per_row, -REACH, REACH)
        bottom = centre - row * np.clip(low / per_row, -REACH, REACH)
        # rows of few pixels get lines thinner than a pixel: else all of them would merge into one bright field
        line = min(1.25 * self.devicePixelRatioF(), 0.22 * row)
        thin = np.maximum(0.0, line - (bottom - top)) / 2
        return draw_spans(background, top - thin, bottom + thin, self._groups[shown], self.COLOURS)

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
        every = max(1, int(np.ceil(11 / row)))
        for i, channel in enumerate(self.shown):
            if i % every:
                continue
            label, masked = self._names[channel], self._keys[channel] in self._masked
            word = self.word(channel)
            label = f"× {label}" if masked else f"({label})" if word else label
            tint = theme.rgb(theme.SOFT) if word else self.COLOURS[self._groups[channel]]
            tint = theme.rgb(theme.WARN) if self._wild[channel] and not masked else tint
            painter.setPen(QColor(*(int(0.85 * c) for c in tint)))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            label = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, GUTTER - 10)
            painter.drawText(0, min(max(int(row * (i + 0.5) - 9), -2), height - 16), GUTTER - 8, 18, flags, label)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or not event.angleDelta().y():
            return
        steps = -1 if event.angleDelta().y() > 0 else 1
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_sensitivity(steps)
        else:
            self.scroll_to(self.first + steps * max(1, self.page // 8))
        event.accept()


def _in_microvolts(description: StreamDescription) -> tuple[str, np.ndarray | None]:
    """Unit of the page and (n_channels,) factors to it (None: all 1), by the rule of the decoder's inlet; where that
    finds no voltage, the numbers as they come, with the unit that the stream states."""
    try:
        _, scale, _ = in_microvolts(description, None)
    except BkError:
        unit = next((u for u in description.units if u), "")
        return unit or ("µV" if description.is_neural else ""), None
    return "µV", None if scale is None else scale.astype(np.float32)


def _used(features: tuple[str, ...], keys: frozenset[str]) -> frozenset[str]:
    """Those of ``keys`` that a feature is made from; none where a feature's channel is not among them: a decoder that
    calls its channels otherwise (``--label-map``) does not tell which of the stream's it does without."""
    used: set[str] = set()
    for label in features:
        whole = loose_label(label)
        parts = {whole} if whole in keys else set(map(loose_label, label.split("-")))
        if not parts <= keys:
            return frozenset()
        used |= parts
    return frozenset(used)
