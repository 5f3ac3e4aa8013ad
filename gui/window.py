"""The main window: takes what the feed brings, hands it to the panels, says what state the session is in."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSettings, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QMainWindow

from bk_realtime.session.status import Status
from gui import choices
from gui.arrivals import Arrivals
from gui.closing import Closing
from gui.commands import Commander
from gui.feed import STALL_S, Feed
from gui.keys import window_keys
from gui.layout import DETAILED, HIGH, LOW, LOWEST, NARROW, OnScreen, ground, side_column, traces_column
from gui.look_back import LookBack
from gui.panels.attention import Attention
from gui.panels.banner import Banner
from gui.panels.channels import ChannelsLine
from gui.panels.condition import ConditionLine
from gui.panels.contamination import ContaminationLine
from gui.panels.controls import Controls
from gui.panels.latency import Latency
from gui.panels.log import EventPanel
from gui.panels.mel import Mel
from gui.panels.microphone_mel import MicrophoneMel
from gui.panels.trace_card import TraceCard
from gui.panels.waveform import AS_HEARD, Waveform, loudness_text
from gui.panic_keys import PanicKeys
from gui.state_words import clock, detail, stream_words, subject, sureness_words
from gui.talk_key import TalkKey
from gui.theme import Card, set_text
from gui.views import Views
from gui.words import later, tr

TURN_MS = 30
"""33 pictures a second: what moves is seen to move."""
STATE_S, PLOT_S = 0.1, 1.0
NEWS_S = 20.0
LEAST = (640, 300)
"""Logical pixels: a hospital laptop at 200 %. With less than the panels ask for, these are cut, not the controls."""
SILENT_S = 1.0
"""Status older than this means that the engine does not answer."""
MEL_AS = later("80 bands · natural logarithm · fixed colours")


class Window(QMainWindow):
    """The window of one session.

    Parameters
    ----------
    feed : where streams come from; the window closes it.
    control : the engine's control file; ``None`` shows without controlling.
    settings : where geometry and choices are kept.
    inside : the window that this one is a part of: it has its keys, asks its question and hears ``left``.
    """

    commanded = pyqtSignal(str, bool, str)
    left = pyqtSignal()

    def __init__(
        self, feed: Feed, control: Path | None, settings: QSettings, inside: QMainWindow | None = None
    ) -> None:
        super().__init__()
        if inside is not None:
            self.setWindowFlags(Qt.WindowType.Widget)
        self.setWindowTitle("BrainKaraoke")
        self.feed, self.settings = feed, settings
        self.folder = None if control is None else control.parent
        self.status: Status | None = None
        self.simulated = False
        """Whether whoever started it knows that it is, until the engine says so itself."""
        self._stated_at = self._plotted_at = 0.0
        self.arrivals = Arrivals(self)
        self.banner, self.controls = Banner(), Controls()
        self.trace_card, self.mel, self.waveform = TraceCard(), Mel(), Waveform()
        self.traces = self.trace_card.traces
        self.attention, self.latency, self.log = Attention(), Latency(), EventPanel()
        self.contamination, self.condition, self.talk_key = ContaminationLine(), ConditionLine(), TalkKey(self)
        self.channels = ChannelsLine(self.traces)
        self.microphone = MicrophoneMel(feed.microphone)
        self.sweeps = (self.traces, self.microphone, self.mel, self.waveform, self.attention)
        self._mel_card, self._wave_card = (
            Card(tr("Decoded mel spectrogram"), self.mel),
            Card(tr("Voice"), self.waveform),
        )
        self._mel_card.hint.setText(tr(MEL_AS))
        self._wave_card.hint.setText(tr(AS_HEARD))
        self._attention_card, self.condition_card = (
            Card(tr("Attention"), self.attention),
            Card(tr("Condition"), self.condition),
        )
        self.microphone_card = Card(tr("Microphone mel spectrogram"), self.microphone)
        for card in (self._attention_card, self.condition_card, self.microphone_card):
            card.hide()
        self.column = traces_column(
            self.trace_card, self.microphone_card, self._mel_card, self._wave_card, self._attention_card
        )
        self.views = Views(self.traces)
        self.side = side_column(
            Card(tr("Age of what is heard"), self.latency),
            Card(tr("Microphone in the electrodes"), self.contamination),
            Card(tr("Channels"), self.channels),
            *self.views.cards,
            self.condition_card,
            Card(tr("Events"), self.log),
        )
        self.setCentralWidget(ground(self.banner, self.column, self.side, self.controls))
        self.trace_card.span_changed.connect(self._set_span)
        self.look_back = LookBack(self.sweeps)
        self.look_back.changed.connect(self._notes)
        self.trace_card.show_past(self.look_back)
        self.trace_card.show_views(self.views)
        self.commanded.connect(self.controls.show_result)
        self.controls.panic_doubted.connect(self.show_state)
        self.commander = None if control is None else Commander(control, self.commanded.emit)
        if self.commander is None:
            self.controls.set_view_only(tr("View only: opened without the session's control file (--control)."))
            self.channels.setEnabled(False)  # no menu may offer what cannot be done
        else:
            self.controls.command.connect(self._send)
            for panel in (self.condition, self.talk_key, self.channels):
                panel.command.connect(self._send)
        whole = inside or self
        self._closing = None if control is None else Closing(whole, control, self._mute, self._end, self.leave)
        self._leaving = self._shut = False
        self._on_screen = OnScreen(self)
        self.keys = window_keys(self, whole)
        self.panic_keys = PanicKeys(self, self.controls.send_panic)
        self.setMinimumSize(*LEAST)
        self.resize(1440, 900)
        choices.restore(self, self.settings)
        self._turns = QTimer(self)
        self._turns.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one loses a picture in twenty
        self._turns.timeout.connect(self.turn)
        self._turns.start(TURN_MS)
        self.show_state()

    # ---- turns of the timer --------------------------------------------------------------------------------------
    def turn(self) -> None:
        """Take what has arrived and draw it."""
        self.pull()
        self.paint()

    def pull(self) -> None:
        """Take what has arrived; no drawing."""
        for arrival in self.feed.poll():
            self.arrivals.take(arrival)
        self.microphone.pull()

    def paint(self) -> None:
        """Draw what is new."""
        for panel in self.sweeps:
            panel.advance()
        now = time.monotonic()
        if now - self._stated_at > STATE_S:
            self._stated_at = now
            self.show_state()
            self.look_back.tell()
            self.views.map.tell()
        if now - self._plotted_at > PLOT_S:
            self._plotted_at = now
            self.views.draw()
            self.latency.draw(now, (self.status or Status()).max_age_ms)
            self._notes()

    # ---- state ---------------------------------------------------------------------------------------------------
    @property
    def state(self) -> str:
        """The state shown: the engine's own word, unless it has none or does not speak."""
        if self.status is None:
            return "waiting"
        if self.status.state == "stopped":
            return "stopped"
        return "silent engine" if time.monotonic() - self.arrivals.status_at > SILENT_S else self.status.state

    def show_state(self) -> None:
        """Bring the banner up to date."""
        state, status, silent_s = self.state, self.status, time.monotonic() - self.arrivals.status_at
        self.controls.show_over(state == "stopped")
        if status is None:
            to_do = tr("start one with: python -m bk_realtime run --bundle …")
            self.banner.show_state(state, detail="", subject=to_do, simulated=self.simulated)
            return
        if state in ("silent engine", "stopped"):
            self.latency.show_status(time.monotonic(), status, live=False)
            self.contamination.show_status(status, live=False)
        news = status.message if time.monotonic() - self.arrivals.news_at < NEWS_S else ""
        words, recording = detail(state, status, silent_s), "recording" not in status.faults
        if self.controls.doubt and state != "stopped":
            state, words = "panic not confirmed", ""
        heard = (loudness_text(status), status.sound_sink) if state != "silent engine" else (tr(AS_HEARD),)
        set_text(self._wave_card.hint, "  ·  ".join(filter(None, heard)))
        set_text(self._mel_card.hint, sureness_words(status, state != "silent engine") or tr(MEL_AS))
        what = subject(state, status, self.feed.session or "", news)
        self.banner.show_state(state, words, what, status.simulated, clock(self.state, status), recording)
        self.setWindowTitle(f"{self.banner.words.capitalize()} – BrainKaraoke")

    def _notes(self) -> None:
        paused = self.look_back.words
        for key, panel in ((self.arrivals.showing, self.traces), ("mel", self.mel), ("audio", self.waveform)):
            gone = bool(key) and not self.feed.connected(key) and panel.head is not None
            silence = self.feed.silence(key) if key else 0.0
            panel.set_old(gone or silence > STALL_S)
            parts = (paused, stream_words(gone, silence) if self.state not in ("stopped", "waiting") else "")
            panel.set_note(" · ".join(filter(None, parts)))
        self.attention.set_note(paused)
        set_text(self.microphone_card.hint, self.microphone.tell(paused))
        waiting = tr("waiting for signals") if self.status is not None else tr("no engine yet")
        for sweep in self.sweeps:
            if sweep is not self.microphone:
                sweep.set_waiting(waiting)

    # ---- keys and commands ---------------------------------------------------------------------------------------
    def _send(self, command: str, values: dict[str, Any]) -> None:
        if self.commander is not None:
            self.commander.send(command, **values)

    def _mute(self) -> None:
        self._send("mute", {})

    def _end(self) -> None:
        self._send("stop", {})

    # ---- layout --------------------------------------------------------------------------------------------------
    def _set_span(self, seconds: float) -> None:
        for panel in self.sweeps:
            panel.set_window(seconds)

    # ---- end -----------------------------------------------------------------------------------------------------
    def leave(self) -> None:
        """Close without a question."""
        self._leaving = True
        if self.isWindow():
            self.close()
        else:
            self.left.emit()

    @property
    def live(self) -> bool:
        """Whether a session runs behind this window, as far as it knows."""
        return self.status is not None and self.state not in ("stopped", "waiting")

    def asks_first(self) -> bool:
        """Whether the window waits for an answer before it goes; then it has muted the voice and asked."""
        if self._closing is None or self.status is None or not self.live or self._leaving:
            return False
        self._closing.ask(self.status)
        return True

    def fit_cards(self) -> None:
        """What there is room for: the traces stay, and every button does."""
        high, wide = self.height(), self.width()
        blinded = self.status is not None and self.status.blinded  # the voice's picture shows what is heard
        self.side.setVisible(wide >= NARROW)
        self.latency.details.setVisible(high >= DETAILED)
        self.traces.setMinimumHeight(160 if high >= LOW else 120 if high >= LOWEST else 80)
        self._mel_card.setVisible(high >= LOWEST)
        self.microphone_card.setVisible(high >= HIGH and self.feed.microphone is not None)
        self._wave_card.setVisible(high >= LOW and not blinded)
        self._attention_card.setVisible(high >= LOW and self.arrivals.attends)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.fit_cards()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self.isWindow():
            self._on_screen.shown()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None and self.asks_first():
            event.ignore()
            return
        self.shut()
        super().closeEvent(event)

    def shut(self) -> None:
        """Stop, keep the choices, let go of streams and session; nothing the second time."""
        if self._shut:
            return
        self._shut = True
        self._turns.stop()
        choices.keep(self, self.settings)
        self.hide()
        self.keys.forget()
        self.panic_keys.forget()
        if self.commander is not None:
            self.commander.close()
        self.feed.close()
