"""The traces with their knobs: channels on the screen, sensitivity, length of the window."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QLabel, QPushButton

from bk_realtime.chunks import StreamDescription
from bk_realtime.shown import shown
from gui.look_back import LookBack
from gui.panels.display_menu import DisplayMenu
from gui.panels.traces import PAGES, Traces
from gui.theme import Card, set_text
from gui.views import Views
from gui.words import tr

SPANS_S = (3, 6, 10, 20)
AMPLE, ROOMY, TIGHT = 1080, 860, 580
"""Pixels under which the knobs that say or do the least give way to the others, and then all but the most needed."""


class TraceCard(Card):
    """Titled panel around :class:`Traces`. ``span_changed`` carries the seconds that all panels should show.

    Parameters
    ----------
    traces : those that are shown; of a file there is nothing to pause, and no other view.
    """

    span_changed = pyqtSignal(float)

    def __init__(self, traces: Traces | None = None) -> None:
        self.traces, live = traces or Traces(), traces is None
        super().__init__("sEEG", self.traces)
        traces = self.traces
        self.header.setSpacing(5)
        self.page = _choice([(tr("{n} rows").format(n=n), n) for n in PAGES], tr("Channels on the screen"))
        self.span = _choice([(f"{n} s", n) for n in SPANS_S], tr("Seconds on the screen"))
        self.span.setCurrentText(f"{traces.window_s:g} s")
        self._shown, self._scale = QLabel(""), QLabel("")
        for label, width in ((self._shown, 92), (self._scale, 84)):
            label.setObjectName("soft")
            label.setAccessibleName(
                tr("Which channels are shown") if label is self._shown else tr("Size of the traces")
            )
            label.setFixedWidth(width)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.own = _small(tr("own scale"), tr("Every channel to its own size"), checkable=True)
        up = _small("▲", tr("Previous channels (Page up, wheel)"))
        down = _small("▼", tr("Next channels (Page down, wheel)"))
        less = _small("−", tr("Smaller traces (Ctrl + wheel)"))
        more = _small("+", tr("Larger traces (Ctrl + wheel)"))
        names = (
            (up, tr("Channels before")),
            (down, tr("Channels after")),
            (less, tr("Smaller traces")),
            (more, tr("Larger traces")),
        )
        for button, name in names:
            button.setAccessibleName(name)
        auto = _small(tr("auto"), tr("Choose the sensitivity from the signals"))
        for widget in (self._shown, up, down, self.page, self._scale, less, more, auto, self.own, self.span):
            self.header.addWidget(widget)
        self._by_key = (up, down, less, more, auto)
        up.clicked.connect(lambda: self.turn_page(-1))
        down.clicked.connect(lambda: self.turn_page(1))
        less.clicked.connect(lambda: traces.step_sensitivity(1))
        more.clicked.connect(lambda: traces.step_sensitivity(-1))
        auto.clicked.connect(traces.auto)
        self.own.toggled.connect(traces.set_own_scale)
        self.page.currentIndexChanged.connect(lambda: traces.set_page(int(self.page.currentData())))
        self.span.currentIndexChanged.connect(lambda: self.span_changed.emit(float(self.span.currentData())))
        self.pause = _small(
            tr("pause"), tr("Let the pictures stand, or run on (Ctrl+P); the session goes on"), checkable=True
        )
        self.back = _small("◀", tr("Half a window back, up to 5 minutes (Ctrl+Left)"))
        self.forth = _small("▶", tr("Half a window forth, at last to now (Ctrl+Right)"))
        for button, name in (
            (self.back, tr("Earlier")),
            (self.forth, tr("Later")),
            (self.pause, tr("Pause the pictures")),
        ):
            button.setAccessibleName(name)
        self.map = _small(tr("map"), tr("High gamma by shaft, beside the figures (Ctrl+H)"), checkable=True)
        self.spectrum = _small(
            tr("spectrum"), tr("Spectrum of the channels on the screen, with mains (Ctrl+F)"), checkable=True
        )
        self.display = _small(
            tr("display"), tr("Montage and filters, on the screen only (Ctrl+D; Ctrl+B: next montage)")
        )
        self.display_menu = DisplayMenu(self.display)
        self.display.setMenu(self.display_menu)
        self.display_menu.asked.connect(traces.show_as)
        self._further = (self.own, self.spectrum, self.map, self.display) if live else (self.own,)
        for button in (self.back, self.forth, self.pause, self.display, self.map, self.spectrum):
            if live:
                self.header.addWidget(button)
            else:
                button.setParent(self)
                button.hide()
        traces.changed.connect(self._describe)
        self.page.setCurrentIndex(PAGES.index(traces.page))

    def show_past(self, look: LookBack) -> None:
        """Connect the buttons that pause and scroll."""
        self.pause.clicked.connect(look.pause)
        self.back.clicked.connect(lambda: look.turn(-1))
        self.forth.clicked.connect(lambda: look.turn(1))
        look.changed.connect(lambda: self.pause.setChecked(look.until is not None))

    def show_views(self, views: Views) -> None:
        """Connect the buttons that show further pictures."""
        self.map.toggled.connect(lambda on: views.show(views.map_card, on))
        self.spectrum.toggled.connect(lambda on: views.show(views.spectrum_card, on))

    def open(self, description: StreamDescription, title: str) -> None:
        """Show another stream."""
        set_text(self.title, title)
        set_text(
            self.hint,
            tr("{n} channels · {sfreq:g} Hz · {name}").format(
                n=description.n_channels, sfreq=description.sfreq, name=shown(description.name, 60)
            ),
        )
        self.traces.open(description)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        for widgets, least in (((self._shown, self._scale), AMPLE), (self._further, ROOMY), (self._by_key, TIGHT)):
            for widget in widgets:  # keys and wheel do without them
                widget.setVisible(self.width() >= least)

    def open_display(self) -> None:
        """Show the menu of montage and filters, also where there is no room for its button."""
        self.display_menu.popup(self.traces.mapToGlobal(QPoint(self.traces.width() // 2, 0)))

    def turn_page(self, pages: int) -> None:
        """Page through the channels."""
        self.traces.scroll_to(self.traces.first + pages * self.traces.page)

    def _describe(self) -> None:
        traces, shown = self.traces, self.traces.shown
        set_text(
            self._shown,
            tr("{first}–{last} of {n}").format(first=shown.start + 1, last=shown.stop, n=len(traces.rows))
            if traces.labels
            else "",
        )
        own = traces.own_scale or not traces.per_row
        set_text(self._scale, tr("own scale") if own else f"{traces.per_row:g} {traces.unit or tr('units')}/div")


def _choice(items: list[tuple[str, int]], name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for text, value in items:
        box.addItem(text, value)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box


def _small(text: str, tip: str, checkable: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName("small")
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
