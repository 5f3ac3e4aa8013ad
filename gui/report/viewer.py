"""A recording over time: traces, markers, sound, its mel and the decoded mel, with one cursor through all of them."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSlider, QVBoxLayout, QWidget

from bk_realtime.chunks import StreamDescription
from gui import theme
from gui.panels.mel import Mel
from gui.panels.trace_card import TraceCard
from gui.panels.traces import Traces
from gui.panels.waveform import Waveform
from gui.report.marker_row import MarkerRow
from gui.report.opened import FilePast, Opened
from gui.steps.labels import wrapped
from gui.sweep import SweepPanel
from gui.words import tr

TICKS = 100
"""Places of the slider a second."""
PAINT_MS = 40
NARROW, WORDS_WIDE = 1000, 300
"""Pixels under which the words give way to the pictures, and their width."""


class FileTraces(Traces):
    """Traces of a file; their size is measured on what is on the screen."""

    def measured(self) -> np.ndarray:
        until = self.frozen or self.window_s
        values = self.past.between(until - self.window_s, until)[1]
        return values if values.shape[1] == len(self.labels) else np.empty((0, len(self.labels)), np.float32)

    def show_file(self, opened: Opened) -> None:
        """Another file."""
        v = opened.view
        units = ("" if v.holds_features else "microvolts",) * len(v.labels)
        self.open(StreamDescription(v.name, "sEEG", "", v.sfreq, v.labels, units))
        self.past = opened.traces
        self.set_bad(v.bad)
        self.per_row = 0.0


class Words(QScrollArea):
    """Text beside the pictures, which gives way to them."""

    def __init__(self, text: QWidget) -> None:
        super().__init__()
        inside = QWidget()
        inside.setObjectName("ground")
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 0, 4, 0)
        column.addWidget(text)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumWidth(WORDS_WIDE)
        self.setAccessibleName(tr("What is in the file"))

    def sizeHint(self) -> QSize:
        return QSize(WORDS_WIDE, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class Viewer(QWidget):
    """Shows an :class:`Opened`; what its buttons do, the page says. ``sought(float)``: the cursor was set by hand."""

    sought = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.opened: Opened | None = None
        self.position, self.page_start = 0.0, -1.0
        self.traces, self.wave, self.mel, self.decoded = FileTraces(10.0), Waveform(10.0), Mel(10.0), Mel(10.0)
        self.panels: tuple[SweepPanel, ...] = (self.traces, self.wave, self.mel, self.decoded)
        self.card = TraceCard(self.traces)
        self.card.span.setCurrentText("10 s")
        self.card.span_changed.connect(self.set_window)
        self.markers = MarkerRow(self.traces)
        self.title, self.told = wrapped(tr("What is open"), "value"), wrapped(tr("What is done with it now"), "soft")
        self.words = wrapped(tr("What is in the file"), "")
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.back, self.file = QPushButton(tr("◀ List")), QPushButton(tr("Open a file…"))
        self.decode, self.png = QPushButton(tr("Decode with…")), QPushButton(tr("Picture…"))
        self.play, self.play_decoded = QPushButton(tr("Play sound")), QPushButton(tr("Play decoded voice"))
        tips = (
            (self.back, tr("Back to what was saved of this participant")),
            (self.file, tr("Look into another recording, of whomever (Ctrl+O), or drop it here")),
            (self.decode, tr("Let a decoder make a voice of it, in a process of its own behind all others")),
            (self.png, tr("Write a picture of this moment (PNG), with file, time and SIMULATED in its title")),
            (self.play, tr("Play from the cursor on, softly and never loud; again stops (P)")),
            (self.play_decoded, tr("Play what the decoder made of it, from the cursor on; again stops (V)")),
        )
        for button, tip in tips:
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            button.setObjectName("small")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider, self.clock = QSlider(Qt.Orientation.Horizontal), QLabel("")
        self.slider.setAccessibleName(tr("Place in the recording"))
        self.slider.setToolTip(tr("Left and Right: a tenth of a second; Page up and down: half of what is shown"))
        self.slider.valueChanged.connect(lambda value: self._by_hand(value / TICKS))
        self.clock.setObjectName("soft")
        self.clock.setAccessibleName(tr("Time of the cursor"))
        for panel in self.panels:
            panel.installEventFilter(self)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.paint)
        self._timer.start(PAINT_MS)

    # ---- what is shown -------------------------------------------------------------------------------------------
    def show_file(self, opened: Opened) -> None:
        """Another recording, from its beginning."""
        self.opened = opened
        v = opened.view
        self.traces.show_file(opened)
        theme.set_text(self.card.title, tr("Features") if v.holds_features else "sEEG")
        self._place(self.wave, opened.sound)
        self._place(self.mel, opened.mel)
        self.show_decoded()
        for panel in self.panels:
            panel.marks.times = np.asarray(v.markers.times)
        self.markers.show_markers(v.markers)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(1, round(v.seconds * TICKS)))
        self.page_start = -1.0
        self.seek(0.0)
        self.traces.auto()
        self.slider.setFocus()

    def show_decoded(self) -> None:
        """What a decoder has made of it since."""
        self._place(self.decoded, None if self.opened is None else self.opened.decoded_mel)
        self.play_decoded.setVisible(self.opened is not None and self.opened.voice is not None)

    def _place(self, panel: SweepPanel, past: FilePast | None) -> None:
        holder = self._holders[panel]
        holder.setVisible(past is not None)
        if past is not None:
            panel.configure(past.rows.shape[1], past.rate)
            panel.past = past
            panel.invalidate()
            assert self.opened is not None
            panel.marks.times = np.asarray(self.opened.view.markers.times)

    def named_panels(self) -> list[tuple[str, SweepPanel]]:
        """Pictures that are shown, from the top, and their titles."""
        holders = ((panel, self._holders[panel]) for panel in self.panels)
        return [(holder.title.text(), panel) for panel, holder in holders if not holder.isHidden()]

    def clear(self) -> None:
        """Let go of the files."""
        self.opened = None
        for panel in self.panels:
            panel.freeze(None)
            panel.configure(1, 100.0)

    # ---- time ----------------------------------------------------------------------------------------------------
    def seek(self, second: float) -> None:
        """The cursor to a second of the recording; the pictures turn a page where it is on another one."""
        if self.opened is None:
            return
        self.position = min(max(second, 0.0), self.opened.view.seconds)
        window = self.traces.window_s
        start = int(self.position / window) * window
        if start != self.page_start:
            self.page_start = start
            self.opened.centre(start, start + window)
            for panel in self.panels:
                panel.freeze(start + window)
                panel.invalidate()
            self.markers.update()
        for panel in self.panels:
            panel.set_cursor(self.position)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(self.position * TICKS))
        at, end = clock(self.position), clock(self.opened.view.seconds)
        theme.set_text(self.clock, tr("{at} of {end}").format(at=at, end=end))

    def set_window(self, seconds: float) -> None:
        """How many seconds are shown at once."""
        for panel in self.panels:
            panel.set_window(seconds)
        self.slider.setSingleStep(TICKS // 10)
        self.slider.setPageStep(round(seconds * TICKS / 2))
        self.page_start = -1.0
        self.seek(self.position)

    def paint(self) -> None:
        """Draw what has changed; a picture that stands costs nothing."""
        for panel in self.panels:
            panel.advance()

    def _by_hand(self, second: float) -> None:
        self.seek(second)
        self.sought.emit(self.position)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """A click, or a drag, in any picture sets the cursor."""
        if isinstance(watched, SweepPanel) and isinstance(event, QMouseEvent):
            if event.buttons() & Qt.MouseButton.LeftButton:
                at = watched.time_at(int(event.position().x()))
                if at is not None:
                    self._by_hand(at)
        return False

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._beside.setVisible(self.width() >= NARROW)
        self.markers.update()

    # ---- layout --------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self._holders: dict[SweepPanel, theme.Card] = {self.traces: self.card}
        pictures = QVBoxLayout()
        pictures.setSpacing(4)
        pictures.addWidget(self.card, 5)
        self.card.body.addWidget(self.markers)
        for panel, title, share in (
            (self.wave, tr("Sound"), 1),
            (self.mel, tr("Mel of the sound"), 2),
            (self.decoded, tr("Decoded mel"), 2),
        ):
            card = theme.Card(title, panel)
            card.body.setContentsMargins(12, 3, 12, 4)
            card.body.setSpacing(1)
            self._holders[panel] = card
            pictures.addWidget(card, share)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.decode, self.png, self.file, self.back):
            head.addWidget(button)
        for widget in (self.play, self.play_decoded):
            foot.addWidget(widget)
        foot.addWidget(self.slider, 1)
        foot.addWidget(self.clock)
        self._beside = Words(self.words)
        middle = QHBoxLayout()
        middle.addLayout(pictures, 1)
        middle.addWidget(self._beside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 0, 10, 2)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(self.told)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)
        self.set_window(10.0)


def clock(second: float) -> str:
    """12:03.4, for people."""
    tenths = round(second * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
