"""The Record step's panel: settings, what the participant sees, controls, the recorder and what it has brought."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from bk_realtime.errors import BkError
from bk_realtime.prompts.machine import TrialMachine
from bk_realtime.prompts.outlet import PromptOutlet
from gui import theme
from gui.record.clip_player import ClipPlayer
from gui.record.controls import RecordControls
from gui.record.figures_card import FiguresCard
from gui.record.layout import columns
from gui.record.participant_window import ParticipantWindow
from gui.record.plan import plan_of
from gui.record.prompt_run import PromptRun
from gui.record.recorder_process import RecorderProcess
from gui.record.recording import Recording
from gui.record.run_words import PLAYED_OUT, SAVED, SHORTEST_S, WAITING, advice, now_words, short_words
from gui.record.screen_view import ScreenView
from gui.record.settings_form import SettingsForm
from gui.words import tr

LOOK_MS = 100
TAIL_S = 2.0
"""Recorded after the last word: markers are on their way, and filters need it."""
CLOSING_S = 0.3
"""For the last markers on their way, where the window itself goes."""


class RecordPanel(QWidget):
    """Runs prompts and a recorder.

    ``changed()`` : :attr:`busy` or :attr:`trouble` may be another now.

    Parameters
    ----------
    recording : the participant's.
    why_not : why nothing is to be begun now, in one line; empty where it may.
    """

    changed = pyqtSignal()

    def __init__(self, recording: Recording, why_not: Callable[[], str] = lambda: "") -> None:
        super().__init__()
        self._why_not = why_not
        self.form, self.figures, self.mirror = SettingsForm(), FiguresCard(), ScreenView()
        self.page = ParticipantWindow()
        self.outlet: PromptOutlet | None = None  # from the first run on: no stream of ours before somebody wants it
        self.recording = recording
        self.run = PromptRun(self.page, self)
        self.player = ClipPlayer()
        self._machine: TrialMachine | None = None  # waits for the recorder
        self._next: tuple[Recording, Path | None] | None = None  # another participant's
        self._next_number, self._stops_at, self._resuming = 1, 0.0, False
        self._doubt = self._notes = self._problem = ""
        self.controls = RecordControls(self)
        self.right = columns(self, self.form, self.mirror, self.controls, self.figures)
        self._connect()
        self._look = QTimer(self)
        self._look.timeout.connect(self.look)
        self._look.start(LOOK_MS)
        self.show_state()

    def send(self, text: str, stamp: float) -> None:
        """One marker of the run."""
        assert self.outlet is not None
        self.outlet.send(text, stamp)

    @property
    def busy(self) -> bool:
        """A run or a recorder is under way."""
        return bool(self._machine or self._stops_at) or self.run.running or self.recording.alive

    @property
    def trouble(self) -> str:
        """What is wrong, in one line; empty where nothing is."""
        return self.recording.trouble(self.run.sent) or self._problem or self._doubt

    @property
    def recorder(self) -> RecorderProcess | None:
        """The newest."""
        return self.recording.recorder

    def for_participant(self, recording: Recording, words: Path | None) -> None:
        """Another participant; what runs for the one before is ended and saved first."""
        self._next = recording, words
        if self.busy:
            self.end()
        self.look()

    def begin(self) -> None:
        """Start the recorder, then, when all streams are in the file, the prompts."""
        if self.busy:
            return
        self._problem = self._why_not()
        if self._problem:
            self.show_state()
            return
        try:
            plan = plan_of(self.form, self.recording.simulated)
            self._notes = plan.notes
            self.outlet = self.outlet or PromptOutlet()
            if self.form.own.isChecked():
                self._start_recorder()
                self._next_number = 1
            self._machine = plan.machine(self._next_number)
        except BkError as error:
            self._problem = " ".join(str(error).split())
        else:
            self.run.player = self.player if plan.task == "listening" else None
            self.page.view.words = self.mirror.words = plan.task == "speaking"
            if not self.page.isVisible():
                self.open_page(False)
        self.show_state()

    def end(self) -> None:
        """Stop the prompts, and the recorder when the last markers are in the file."""
        self._machine, self._resuming = None, False
        self.run.stop()
        if self.run.machine is not None:
            self._next_number = self.run.machine.next_number
        self._stops_at = self._stops_at or time.monotonic() + TAIL_S
        self.show_state()

    def pause_or_resume(self) -> None:
        """Pause, or go on; with a new file where the recorder has died."""
        machine, self._problem = self.run.machine, ""
        if machine is None or not machine.running:
            return
        if not machine.waiting:
            self.run.pause()
        elif self.form.own.isChecked() and not self.recording.alive:
            try:
                self._start_recorder()
                self._resuming = True
            except BkError as error:
                self._problem = str(error)
        else:
            self.run.resume()
        self.show_state()

    def open_page(self, full: bool) -> None:
        """Show the participant's page on the chosen screen."""
        self.page.open_on(max(0, self.controls.screens.currentIndex()), full)
        if (window := self.window()) is not None:
            window.activateWindow()  # the keys stay with the operator

    def look(self) -> None:
        """Ten times a second: the recorder, and what waits for it."""
        r = self.recorder
        if r is not None:
            r.look()
            if r.code is not None and self.run.running and not self.run.machine_waits and self.form.own.isChecked():
                self.run.pause()  # nobody is to speak for a file that does not grow
            if r.code is not None and r.code != 0:
                self._machine, self._resuming = None, False
                if not self.run.running:
                    self.recording.stop()  # the simulated amplifier too
        if self.recording.replayed is not None and self.recording.alive and not self._stops_at:
            if self.recording.replayed:
                self._problem = tr("SIMULATED: the replay ended with code {replayed}; press Start again").format(
                    replayed=self.recording.replayed
                )
            self._notes = PLAYED_OUT
            self.end()  # nothing more comes
        ready = r is None or not self.form.own.isChecked() or self.recording.ready
        if ready and self._machine is not None:
            machine, self._machine = self._machine, None
            self.run.begin(machine)
        if ready and self._resuming:
            self._resuming = False
            self.run.resume()
        if self._stops_at and time.monotonic() >= self._stops_at:
            self._stops_at = 0.0
            self.recording.stop()
        if self._next is not None and not self.busy:
            self.recording, words = self._next
            self._next = None
            self.run.machine = None
            self.form.take_list(words)
        self.show_state()

    def show_state(self) -> None:
        """Paint what is new."""
        machine, running = self.run.machine, self.run.running
        self.figures.show_recorder(self.recorder, self.run.sent - self.recording.sent_before)
        self.figures.show_tally(None if machine is None or self.form.chosen_task == "silence" else machine.tally)
        c = self.controls
        self.form.setEnabled(not self.busy)
        c.start.setEnabled(not self.busy and (self.form.path is not None or not self.form.needs_list))
        ending = bool(self._stops_at) or (self.recorder is not None and self.recorder.ending)
        c.stop.setEnabled(self.busy and not ending)
        waits = machine is not None and machine.waiting
        c.pause.setEnabled(running)
        c.pause.setText(tr("Go on  P") if waits else tr("Pause  P"))
        kept = self.recording.alive or not self.form.own.isChecked()  # a verdict after the file's end is in no file
        for button in (c.bad, c.good, c.undo):
            button.setEnabled(machine is not None and self.form.chosen_task != "silence" and kept)
        theme.set_text(c.now, now_words(machine, self.form.chosen_task, self.run.clock))
        theme.set_text(c.said, self.trouble or tr(self._saved_words() or self._notes) or self._advice())
        c.said.setStyleSheet(f"color: {theme.BAD if self.trouble else theme.SOFT};")
        self.changed.emit()

    def shut(self) -> None:
        """The window goes: markers are closed; the recorder ends by itself and saves."""
        self._look.stop()
        self.player.stop()
        if self.run.running:
            self.run.stop()
            time.sleep(CLOSING_S)
        self.recording.stop()
        self.page.dismiss()

    def silence(self) -> None:
        """PANIC: what is played stops, and the prompts wait."""
        self.player.stop()
        if self.run.running and not self.run.machine_waits and self.run.player is not None:
            self.run.pause()

    def _start_recorder(self) -> None:
        assert self.outlet is not None
        self.recording.start(self.form.chosen_task, self.outlet.source_id, self.run.sent)

    @property
    def too_short(self) -> bool:
        """What was saved last is too short to train on."""
        r = self.recorder
        saved = r is not None and r.whole and not self.busy and self.form.chosen_task == "speaking"
        return saved and r is not None and r.figures["seconds"] < SHORTEST_S

    def _saved_words(self) -> str:
        if self.recorder is None or not self.recorder.whole or self.busy:
            return ""
        return short_words() if self.too_short else PLAYED_OUT if self._notes == PLAYED_OUT else SAVED

    def _advice(self) -> str:
        if self._machine is not None:
            return tr(WAITING)
        return advice(self.run.machine, self.form.path is None and self.form.needs_list, self.busy)

    def _set_look(self, look: str) -> None:
        self.page.view.set_look(look)
        self.mirror.set_look(look)

    def _mirror(self) -> None:
        machine = self.run.machine
        if machine is not None:
            self.mirror.show_screen(machine.screen)
        self.show_state()

    def _unheard(self, why: str) -> None:
        """A clip that nobody hears is no trial."""
        self._problem = why
        self.run.pause()

    def _set_doubt(self, text: str) -> None:
        self._doubt = text

    def _connect(self) -> None:
        c = self.controls
        for button, slot in (
            (c.start, self.begin),
            (c.stop, self.end),
            (c.pause, self.pause_or_resume),
            (c.bad, lambda: self.run.judge(True)),
            (c.good, lambda: self.run.judge(False)),
            (c.undo, self.run.undo),
            (c.show_page, lambda: self.open_page(False)),
            (c.full, lambda: self.open_page(True)),
        ):
            button.clicked.connect(slot)
        self.form.changed.connect(self.show_state)
        self.form.look_changed.connect(self._set_look)
        self.run.changed.connect(self._mirror)
        self.run.doubt.connect(self._set_doubt)
        self.run.done.connect(self.end)
        self.player.began.connect(self.run.heard)
        self.player.failed.connect(self._unheard)
