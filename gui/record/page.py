"""The Record step: its panel in the window with the steps."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from gui import theme
from gui.participant import Participant
from gui.record.learn_card import LearnCard
from gui.record.panel import RecordPanel
from gui.record.recording import Recording
from gui.record.run_words import short_words
from gui.said import translated
from gui.steps.page import Mark, StepPage, StepState
from gui.words import tr


class RecordPage(StepPage):
    """Prompts and recorder; see :class:`~gui.record.panel.RecordPanel`, which small screens scroll."""

    name = "Record"

    def __init__(self, participant: Participant) -> None:
        super().__init__(participant)
        self.panel = RecordPanel(_recording(participant), lambda: self.elsewhere)
        self.panel.player.use(participant.sound_device, participant.safety)
        self.panel.form.take_list(participant.word_list)
        self.learning = LearnCard(participant)
        self.panel.right.addWidget(theme.Card(tr("Learning meanwhile"), self.learning))
        self.panel.changed.connect(self._follow)
        self.learning.learnt.connect(self._learnt)
        self.learning.use.connect(self._use)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def state(self) -> StepState:
        """Trouble first; done when a run has brought enough, or a file is saved whole."""
        panel = self.panel
        machine, recorder = panel.run.machine, panel.recorder
        if panel.trouble:
            return StepState(Mark.BLOCKED, panel.trouble, tr("the page of the step says more"))
        if panel.busy:
            good = 0 if machine is None else machine.tally.n_good
            what = (
                tr("silence")
                if panel.form.chosen_task == "silence"
                else tr("{good} good trials so far").format(good=good)
            )
            return StepState(Mark.BUSY, tr("recording: {what}").format(what=what))
        if recorder is not None and recorder.whole:
            if panel.too_short:
                return StepState(Mark.LOOK, short_words())
            lacking = "" if machine is None or machine.tally.enough else translated(machine.tally.lacking)
            if not lacking:
                return StepState(Mark.DONE)
            return StepState(Mark.LOOK, tr("saved, but {lacking}").format(lacking=lacking), tr("record another run"))
        if panel.form.needs_list and panel.form.path is None:
            return StepState(Mark.TODO, tr("no list of words"), tr("choose one, or the task Silence"))
        return StepState(Mark.TODO, tr("nothing is recorded yet"), tr("press Start"))

    def show_participant(self, participant: Participant) -> None:
        """Another participant's folder, streams, list, sound device and limits; a run under way is ended and saved.
        What was recorded stays in sight where only the decoder or the like is another."""
        same = _what_counts(participant) == _what_counts(self.participant)
        super().show_participant(participant)
        self.learning.for_participant(participant, same)
        self.panel.player.use(participant.sound_device, participant.safety)
        if same:
            return
        self.panel.for_participant(_recording(participant), participant.word_list)

    def occupies(self) -> str:
        """A run or a recorder."""
        return tr("a recording is under way: end it in Record first") if self.panel.busy else ""

    def silence(self) -> None:
        """PANIC: what is played stops."""
        self.panel.silence()

    def shut(self) -> None:
        """The window goes; the recorder ends by itself and saves."""
        self.learning.shut()
        self.panel.shut()

    def _follow(self) -> None:
        self.learning.follow(self.panel.recorder, self.panel.form.chosen_task == "speaking")

    def _learnt(self, bundle: Path, works: bool) -> None:
        """What was learnt goes into the profile where it works, or where there was no decoder."""
        if not self.session_runs and (works or self.participant.bundle is None):
            self._use(bundle)

    def _use(self, bundle: Path) -> None:
        self.command.emit("bundle", {"path": bundle})


def _what_counts(who: Participant) -> tuple[object, ...]:
    """All of a profile that a recording depends on."""
    return who.name, who.out, who.expect, who.source, who.stream, who.microphone, who.word_list, who.sound_device


def _recording(who: Participant) -> Recording:
    """No run begins without what training needs: brain signal, and the microphone where the profile has one."""
    if who.simulated:
        return Recording(who.name, who.out, who.expect, who.source)
    sound = {"none": "", "auto": "Audio"}.get(who.microphone, who.microphone)
    expect = tuple(dict.fromkeys(filter(None, (sound, *who.stream.join, *who.expect))))
    stream = who.stream
    return Recording(who.name, who.out, expect, brain=stream.source_id or stream.name or stream.type)
