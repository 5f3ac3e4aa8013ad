"""The Speak step: starts a session as processes of its own, and shows the window of the one that runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QSettings, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from bk_realtime.errors import BkError
from gui import theme
from gui.feed import Feed
from gui.microphone import microphone_of
from gui.participant import Participant
from gui.said import translated
from gui.state_words import detail
from gui.steps.page import Mark, StepPage, StepState
from gui.steps.running import Look, Running
from gui.train.recorded import replay_name
from gui.window import Window
from gui.words import tr

LOOK_MS = 200


class SpeakPage(StepPage):
    """Without a session, what would be started and a button; with one, its window.

    Parameters
    ----------
    participant : whose session this is.
    running : starts sessions and finds them again; ``None`` in a window that `run` itself has opened.
    settings : where the session's window keeps its choices.
    whole : the window that this page is in.
    why_not : why no session can start now, in one line; empty where it can.
    """

    name = "Speak"
    window_changed = pyqtSignal()
    """There is another session's window now, or none."""

    def __init__(
        self,
        participant: Participant,
        running: Running | None,
        settings: QSettings,
        whole: QMainWindow,
        why_not: Callable[[], str],
    ) -> None:
        super().__init__(participant)
        self._running, self._settings, self._whole, self._why_not = running, settings, whole, why_not
        self.session_window: Window | None = None
        self.look = Look()
        self._failed, self._fresh, self._simulated = "", False, False
        self._feeds: list[Feed] = []
        self.start = QPushButton(tr("Start session, muted"))
        self.start.setObjectName("unmute")
        self.start.setFixedHeight(56)
        self.start.setToolTip(tr("Start decoding and recording. Nothing is heard before you unmute."))
        self.start.clicked.connect(self.start_session)
        self.reason = _line(tr("Why the session cannot start"))
        self.plan = _line(tr("What would be started"))
        self.ended = _line(tr("How the last session ended"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._start_card())
        self.again = QPushButton(tr("New session"))
        self.again.clicked.connect(self.put_away)
        self._over = QWidget()
        over = QHBoxLayout(self._over)
        over.setContentsMargins(10, 0, 10, 0)
        over.addWidget(self.ended, 1)
        over.addWidget(self.again)
        self._over.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._over)
        column.addWidget(self._stack, 1)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look_again)
        if running is not None:
            self._timer.start(LOOK_MS)
            self.look_again()

    # ---- step ----------------------------------------------------------------------------------------------------
    @property
    def busy(self) -> bool:
        """Whether a session starts or runs."""
        if self._running is None:
            return True
        return self.look.state in ("starting", "running")

    def state(self) -> StepState:
        """What the session's own banner says, or why there is none."""
        window = self.session_window
        if window is not None and window.status is not None and not (self.look.state == "ended"):
            state = window.state
            if state in ("running", "muted"):
                return StepState(Mark.DONE)
            return StepState(Mark.LOOK, detail(state, window.status, 0.0) or window.banner.detail)
        if self.look.state == "ended":
            good = self.look.code in (0, None) and self.look.text.startswith("saved in ")
            return StepState(
                Mark.DONE if good else Mark.LOOK, translated(self.look.text), tr("see Report, or start a new session")
            )
        if self.busy:
            text = tr("the session starts; the first time it compiles for a minute or two")
            return StepState(Mark.BUSY, text)
        if self._failed:
            return StepState(Mark.BLOCKED, self._failed)
        why = self._why_not()
        return StepState(Mark.BLOCKED, why) if why else StepState(Mark.TODO, tr("no session runs"), tr("press Start"))

    def show_participant(self, participant: Participant) -> None:
        """Another participant's session would be started."""
        super().show_participant(participant)
        self._failed = ""
        self._show_plan()

    def shut(self) -> None:
        """Let the session's window go; the session goes on."""
        self._timer.stop()
        if self.session_window is not None:
            self.session_window.shut()

    def join(self, timeout: float) -> None:
        """Wait for the looks around the network that are under way, so many seconds each."""
        for feed in self._feeds:
            feed.join(timeout)

    # ---- session -------------------------------------------------------------------------------------------------
    def start_session(self) -> None:
        """Start one, where nothing speaks against it."""
        if self._running is None or self.busy or self._why_not():
            return
        self._start(self.participant)

    def start_replay(self, recording: Path) -> None:
        """Start one that decodes a recording, SIMULATED, whatever Check says of the streams around."""
        if self._running is None or self.busy:
            return
        who = self.participant
        self._start(dataclasses.replace(who, source=recording, session=replay_name(who)))

    def _start(self, participant: Participant) -> None:
        assert self._running is not None
        self._failed, self._fresh, self._simulated = "", True, participant.simulated
        try:
            self._running.start(participant)
        except BkError as error:
            self._failed = translated(str(error))
        self.look_again()

    def call_off(self) -> None:
        """End a session that is still starting."""
        if self._running is not None and self.look.state == "starting":
            self._running.end()

    def look_again(self) -> None:
        """Follow what became of the session."""
        if self._running is None:
            return
        self._feeds = [one for one in self._feeds if not one.join(0)]  # those of before, while they end
        before, self.look = self.look, self._running.look()
        if self.look.state == "running" and self.session_window is None and self.look.control is not None:
            self.attach(self.look.session, self.look.control)
        over = self.look.state == "ended"
        self._over.setVisible(over)
        if over:
            theme.set_text(self.ended, translated(self.look.text))
        self._show_plan()
        if self.look.state != before.state:
            self.changed.emit()

    def attach(self, session: str | None, control: Path | None) -> None:
        """Show the window of a session."""
        feed = Feed(session, microphone_of(None if control is None else control.parent))
        self._feeds.append(feed)
        window = Window(feed, control, self._settings, self._whole)
        window.controls.gain.setMaximum(round(self.participant.gain_most_db))
        for key, text in self.participant.marker_keys.items():
            window.keys.add(
                (key,), tr("marker: {text}").format(text=text), partial(self.command.emit, "marker", {"text": text})
            )
        if window.commander is not None and self._fresh:  # who found the session again may have unmasked some
            for label in self.participant.leave_out:
                window.commander.send("mask_channel", label=label, on=True, of_stream=True)
        self._fresh = False
        window.simulated = self._simulated or self.participant.simulated
        window.show_state()
        self.session_window = window
        self._stack.addWidget(window)
        self._stack.setCurrentWidget(window)
        self.window_changed.emit()

    def put_away(self) -> None:
        """Away with the window of a session that has ended: another can start."""
        if self._running is None or self.busy:
            return
        self._running.forget()
        window, self.session_window = self.session_window, None
        if window is not None:
            window.shut()
            self._stack.removeWidget(window)
            window.deleteLater()
        self._stack.setCurrentIndex(0)
        self.look_again()
        self.window_changed.emit()

    def _start_card(self) -> QWidget:
        card = theme.Card(tr("Session"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.start)
        row.addWidget(self.reason, 1)
        card.body.addWidget(self.plan)
        card.body.addLayout(row)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(10, 0, 10, 0)
        column.addWidget(card)
        column.addStretch(1)
        return whole

    def _show_plan(self) -> None:
        who = self.participant
        what = (
            tr("{who}, SIMULATED by {source}").format(who=who.name, source=who.source.name) if who.source else who.name
        )
        decoder = tr("no decoder yet") if who.bundle is None else tr("decoder {bundle}").format(bundle=who.bundle.name)
        theme.set_text(
            self.plan,
            tr("{what}  ·  {decoder}  ·  sound: {device}  ·  saved in {folder}").format(
                what=what, decoder=decoder, device=who.sound_device, folder=who.out
            ),
        )
        state = self.state()
        self.start.setEnabled(state.mark == Mark.TODO and not self.busy)
        theme.set_text(self.reason, "" if state.mark == Mark.TODO else state.reason)


def _line(name: str) -> QLabel:
    label = QLabel("")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    return label
