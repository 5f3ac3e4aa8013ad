"""The main window: takes what the feed brings, hands it to the panels, says what state the session is in."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QSettings, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from bk_realtime.config import FRAME_RATE
from bk_realtime.session.disk import in_words
from bk_realtime.session.status import Status
from gui.commands import Commander
from gui.feed import Arrival, Feed
from gui.panels.attention import Attention
from gui.panels.banner import Banner
from gui.panels.channels import ChannelsLine
from gui.panels.condition import BLINDED, ConditionLine
from gui.panels.contamination import ContaminationLine
from gui.panels.controls import Controls
from gui.panels.latency import Latency
from gui.panels.log import EventPanel
from gui.panels.mel import Mel
from gui.panels.trace_card import TraceCard
from gui.panels.waveform import AS_HEARD, Waveform, loudness_text
from gui.talk_key import TalkKey, voice_words
from gui.theme import Card, set_text

PULL_MS = 40
PAINT_MS = 50
STATE_S, PLOT_S = 0.1, 1.0
QUIET_S = 0.7
"""A stream silent for this long gets a note on its panel."""
STAND_IN_S = 3.0
"""Features are shown in place of raw signals that have not been found for this long."""
NEWS_S = 20.0
SILENT_S = 1.0
"""Status older than this means that the engine does not answer."""


class Window(QMainWindow):
    """The window of one session.

    Parameters
    ----------
    feed : where streams come from; the window closes it.
    control : the engine's control file; ``None`` shows without controlling.
    settings : where geometry and choices are kept.
    """

    commanded = pyqtSignal(str, bool, str)

    def __init__(self, feed: Feed, control: Path | None, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("BrainKaraoke")
        self.feed, self.settings = feed, settings
        self.status: Status | None = None
        self._status_at = self._news_at = self._stated_at = self._plotted_at = 0.0
        self._showing, self._told, self._told_at = "", ("", ""), 0.0
        self.banner, self.controls = Banner(), Controls()
        self.trace_card, self.mel, self.waveform = TraceCard(), Mel(), Waveform()
        self.traces = self.trace_card.traces
        self.attention, self.latency, self.log = Attention(), Latency(), EventPanel()
        self.contamination, self.condition, self.talk_key = ContaminationLine(), ConditionLine(), TalkKey(self)
        self.channels = ChannelsLine(self.traces)
        self.sweeps = (self.traces, self.mel, self.waveform, self.attention)
        self._lay_out()
        self.commanded.connect(self.controls.show_result)
        self.commander = None if control is None else Commander(control, self.commanded.emit)
        if self.commander is None:
            self.controls.set_view_only("View only: opened without the session's control file (--control).")
        else:
            self.controls.command.connect(self._send)
            for panel in (self.condition, self.talk_key, self.channels):
                panel.command.connect(self._send)
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.controls.send_panic)
        release = QShortcut(QKeySequence("Ctrl+R"), self)
        release.setAutoRepeat(False)
        release.activated.connect(self.controls.send_release)
        QShortcut(QKeySequence(Qt.Key.Key_F6), self).activated.connect(lambda: self.condition.ask("next"))
        for key, pages in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, 1)):
            QShortcut(QKeySequence(key), self).activated.connect(lambda p=pages: self.trace_card.turn_page(p))
        self._restore()
        self._pull_timer, self._paint_timer = QTimer(self), QTimer(self)
        self._pull_timer.timeout.connect(self.pull)
        self._paint_timer.timeout.connect(self.paint)
        self._pull_timer.start(PULL_MS)
        self._paint_timer.start(PAINT_MS)
        self.show_state()

    # ---- turns of the two timers ---------------------------------------------------------------------------------
    def pull(self) -> None:
        """Take what has arrived; no drawing."""
        for arrival in self.feed.poll():
            self._take(arrival)

    def paint(self) -> None:
        """Draw what is new."""
        for panel in self.sweeps:
            panel.advance()
        now = time.monotonic()
        if now - self._stated_at > STATE_S:
            self._stated_at = now
            self.show_state()
        if now - self._plotted_at > PLOT_S:
            self._plotted_at = now
            self.latency.draw(now, (self.status or Status()).max_age_ms)
            self._notes()

    def _take(self, arrival: Arrival) -> None:
        key, data = arrival.key, arrival.data
        if isinstance(data, list):
            if key == "status":
                self._take_status(data)
            elif key == "events":
                if arrival.opened:
                    self.log.clear()
                for stamp, text in zip(arrival.stamps, data, strict=True):
                    if self.log.add(float(stamp), text) == "marker":
                        self.traces.mark(float(stamp))
        elif key in ("neural", "features"):
            self._take_signals(arrival, data)
        else:
            panel = {"mel": self.mel, "audio": self.waveform, "attention": self.attention}[key]
            width, rate = arrival.description.n_channels, arrival.description.sfreq
            if arrival.opened and (panel.n_rows, panel.sfreq) != (width, rate):
                panel.configure(width, rate)
            if key == "attention" and self._attention_card.isHidden():
                self._attention_card.show()
            panel.feed(arrival.stamps, data)

    def _take_signals(self, arrival: Arrival, data: np.ndarray) -> None:
        """The raw signals, or the decoder's features where there never were any (decoding straight from a file)."""
        if arrival.key == "features":
            waited = self.status is not None and time.monotonic() - self._told_at > STAND_IN_S
            if self._showing == "neural" or self.feed.connected("neural") or not waited:
                return
        if arrival.opened or self._showing != arrival.key:
            self._showing = arrival.key
            title = "sEEG" if arrival.key == "neural" else "Features (z-scored high gamma)"
            self.trace_card.open(arrival.description, title)
        self.traces.feed(arrival.stamps, data)

    def _take_status(self, texts: list[str]) -> None:
        statuses = [s for s in map(Status.parse, texts) if s is not None]
        if not statuses:
            return
        if self.status is None or statuses[-1].message != self.status.message:
            self._news_at = time.monotonic()
        self.status, self._status_at = statuses[-1], time.monotonic()
        if (self.status.source, self.status.source_id) != self._told:
            self._told, self._told_at = (self.status.source, self.status.source_id), self._status_at
            self._showing = ""
        self.feed.follow_neural(*self._told)
        self.traces.set_bad(self.status.bad_channels)
        self.controls.show_status(self.status)
        self.talk_key.show_status(self.status)
        self.latency.show_status(self._status_at, self.status, live=True)
        self.contamination.show_status(self.status)
        self.condition.show_status(self.status)
        self.channels.show_status(self.status)
        self._condition_card.setVisible(bool(self.status.condition))
        self._condition_card.hint.setText(BLINDED if self.status.blinded else "")
        self._wave_card.setVisible(not self.status.blinded)  # it shows what is heard

    # ---- state ---------------------------------------------------------------------------------------------------
    @property
    def state(self) -> str:
        """The state shown: the engine's own word, unless it has none or does not speak."""
        if self.status is None:
            return "waiting"
        if self.status.state == "stopped":
            return "stopped"
        return "silent engine" if time.monotonic() - self._status_at > SILENT_S else self.status.state

    def show_state(self) -> None:
        """Bring the banner up to date."""
        state, status, detail = self.state, self.status, ""
        if status is None:
            self.banner.show_state(state, detail="", subject="start one with: python -m bk_realtime run --bundle …")
            return
        if state == "silent engine":
            detail = f"no status for {time.monotonic() - self._status_at:.0f} s: what is shown is old"
            self.latency.show_status(time.monotonic(), status, live=False)
            self.contamination.show_status(status, live=False)
        elif status.faults and state != "stopped":
            detail = "  ·  ".join(status.faults.values())
        elif state == "running":
            detail = voice_words(status)
        news = status.message if time.monotonic() - self._news_at < NEWS_S else ""
        disk = "" if status.disk_hours is None else f"disk for {in_words(status.disk_hours)}"
        parts = (news, self.feed.session or "", status.source, Path(status.bundle).name, disk)
        subject, recording = "  ·  ".join(p for p in parts if p), "recording" not in status.faults
        heard = (loudness_text(status), status.sound_sink) if state != "silent engine" else (AS_HEARD,)
        set_text(self._wave_card.hint, "  ·  ".join(filter(None, heard)))
        self.banner.show_state(state, detail, subject, status.simulated, _clock(status), recording)
        self.setWindowTitle(f"{self.banner.words.capitalize()} – BrainKaraoke")

    def _notes(self) -> None:
        for key, panel in ((self._showing, self.traces), ("mel", self.mel), ("audio", self.waveform)):
            if not key:
                continue
            gone = not self.feed.connected(key) and panel.head is not None
            silence = self.feed.silence(key)
            note = "stream gone" if gone else f"nothing for {silence:.0f} s" if silence > max(QUIET_S, 1.0) else ""
            panel.set_note(note if self.state not in ("stopped", "waiting") else "")
        waiting = "waiting for signals" if self.status is not None else "no engine yet"
        for sweep in self.sweeps:
            sweep.set_waiting(waiting)

    # ---- commands ------------------------------------------------------------------------------------------------
    def _send(self, command: str, values: dict[str, Any]) -> None:
        if self.commander is not None:
            self.commander.send(command, **values)

    # ---- layout --------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.trace_card.span_changed.connect(self._set_span)
        self._mel_card, self._wave_card = Card("Decoded mel spectrogram", self.mel), Card("Voice", self.waveform)
        self._mel_card.hint.setText("80 bands · natural logarithm · fixed colours")
        self._wave_card.hint.setText(AS_HEARD)
        self._attention_card = Card("Attention", self.attention)
        self._attention_card.hide()
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._left.setHandleWidth(8)
        self._left.setChildrenCollapsible(False)
        for card, share in ((self.trace_card, 52), (self._mel_card, 22), (self._wave_card, 13)):
            self._left.addWidget(card)
            self._left.setStretchFactor(self._left.count() - 1, share)
        self._left.addWidget(self._attention_card)
        self._left.setSizes([470, 190, 120, 110])
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(Card("Age of what is heard", self.latency))
        right.addWidget(Card("Microphone in the electrodes", self.contamination))
        right.addWidget(Card("Channels", self.channels))
        self._condition_card = Card("Condition", self.condition)
        self._condition_card.hide()
        right.addWidget(self._condition_card)
        right.addWidget(Card("Events", self.log), 1)
        side = QWidget()
        side.setLayout(right)
        side.setFixedWidth(330)
        right.setContentsMargins(0, 0, 0, 0)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self._left, 1)
        middle.addWidget(side)
        ground = QWidget()
        ground.setObjectName("ground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addLayout(middle, 1)
        column.addWidget(self.controls)
        self.setCentralWidget(ground)
        self.setMinimumSize(1150, 680)
        self.resize(1440, 900)

    def _set_span(self, seconds: float) -> None:
        for panel in self.sweeps:
            panel.set_window(seconds)

    # ---- memory --------------------------------------------------------------------------------------------------
    def _restore(self) -> None:
        geometry = self.settings.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        split = self.settings.value("split")
        if split is not None:
            self._left.restoreState(split)
        for name, box in (("rows", self.trace_card.page), ("span", self.trace_card.span)):
            index = box.findData(self.settings.value(name, type=int))
            if index >= 0:
                box.setCurrentIndex(index)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self._pull_timer.stop()
        self._paint_timer.stop()
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("split", self._left.saveState())
        self.settings.setValue("rows", self.trace_card.page.currentData())
        self.settings.setValue("span", self.trace_card.span.currentData())
        self.settings.sync()
        self.hide()
        if self.commander is not None:
            self.commander.close()
        self.feed.close()
        super().closeEvent(event)


def _clock(status: Status) -> str:
    """Decoded so far, as hours, minutes and seconds."""
    seconds = int((status.n_frames or 0) / float(FRAME_RATE))
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
