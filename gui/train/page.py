"""The Train step: recordings of this participant become decoders, each with its score card in words."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QVBoxLayout

from bk_realtime.errors import BkError
from bk_realtime.shown import shown
from gui import theme
from gui.participant import Participant
from gui.said import translated
from gui.steps.json_process import JsonProcess
from gui.steps.page import Mark, StepPage, StepState
from gui.train.curve import Learnt, learnt_of
from gui.train.plan import (
    BETTER,
    CURVE,
    LINEAR,
    NAMES,
    Phase,
    Progress,
    all_the_same,
    phases,
    progress_of,
    progress_words,
    remedy,
    span,
)
from gui.train.recorded import Recorded, recordings_of, usual
from gui.train.results import Results
from gui.train.view import NONE, TrainView
from gui.words import later, tr

LOOK_MS = 500
LEARNT = later("in use: {name}, learnt while it was recorded; not scored: press Train to have it judged")
SIMULATED = later("SIMULATED: every run replays one and the same recording, so train on one of them at a time")


class TrainPage(StepPage):
    """One training at a time, as processes of the lowest priority that end with the window.

    Parameters
    ----------
    participant : whose recordings they are.
    """

    name = "Train"

    def __init__(self, participant: Participant) -> None:
        super().__init__(participant)
        self.view, self.process = TrainView(), JsonProcess(self)
        self.results = Results(self.view, self._command_use)
        self.found: list[Recorded] = []
        self.queue: list[Phase] = []
        self._recordings, self._days = list[Path](), tuple[int, ...]()
        self._learnt: Learnt | None = None
        self.error, self._told = "", ""
        self._progress: Progress | None = None
        self._began = self._all_began = 0.0
        self._chosen: set[str] | None = None  # nobody has chosen: those that are usual
        self.process.said.connect(self._hear)
        self.process.ended.connect(self._ended)
        self.view.start.clicked.connect(self.begin)
        self.view.stop.clicked.connect(self.stop)
        self.view.anyway.clicked.connect(self._train_anyway)
        self.view.ticked.connect(self._choose)
        self.view.onward.changed.connect(self.look)
        self.view.network.toggled.connect(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self.look_for_recordings()

    # ---- step ----------------------------------------------------------------------------------------------------
    @property
    def runs(self) -> bool:
        """Whether a training is under way."""
        return bool(self.queue)

    def state(self) -> StepState:
        """How far the training is, or what it needs."""
        if self.runs:
            return StepState(Mark.BUSY, self._now(), tr("Stop ends it"))
        if self.error:
            return StepState(Mark.BLOCKED, self.error, remedy(self.error))
        used = self.participant.bundle
        if used is not None and (not self.results.trained or used in self.results.trained.values()):
            if against := self.results.doubts.get(used, ""):
                return StepState(
                    Mark.LOOK,
                    tr("in use, but {against}").format(against=translated(against)),
                    tr("read the score card"),
                )
            return StepState(Mark.DONE)  # there is a decoder, also one that was chosen in Check
        if self.results.trained:
            return StepState(
                Mark.LOOK, tr("trained, and not used yet"), tr("read the score card, then press Use this decoder")
            )
        why = self.refusal()
        if why:
            waits = self.found or self.session_runs or self.elsewhere
            return StepState(Mark.TODO, why, "" if waits else tr("go to Record"))
        return StepState(Mark.TODO, tr("nothing was trained here yet"), tr("press Train"))

    def refusal(self) -> str:
        """Why no training can begin, in one line; empty where it can."""
        if self.session_runs:
            return tr("a session runs: training waits until it has ended, so that it does not suffer")
        if self.elsewhere:
            return self.elsewhere
        if not self.found:
            return tr("nothing is recorded yet of {participant} in {out}").format(
                participant=self.participant.name, out=self.participant.out
            )
        return "" if self.view.chosen() else tr("tick the recordings to train on")

    def why_not(self) -> str:
        """A session waits for the training."""
        return (
            tr("a training is under way ({now}): stop it in Train, or wait").format(now=self._now())
            if self.runs
            else ""
        )

    def occupies(self) -> str:
        """A training takes computing time from whatever is recorded."""
        return tr("a training is under way: stop it in Train, or wait") if self.runs else ""

    def show_participant(self, participant: Participant) -> None:
        """Another one's recordings; where only the decoder is another, what was trained stays in sight."""
        same = (participant.name, participant.out) == (self.participant.name, self.participant.out)
        super().show_participant(participant)
        if not same:
            self.stop()
            self.error, self._chosen = "", None
            self.view.days.forget()
            self.results.clear()
        self.look_for_recordings()

    def entered(self) -> None:
        """Look what was recorded meanwhile."""
        self.look_for_recordings()
        self._timer.start(LOOK_MS)

    def saved(self) -> None:
        """There is a recording more."""
        self.look_for_recordings()

    def left(self) -> None:
        """A training goes on; there is nothing to paint."""
        if not self.runs:
            self._timer.stop()

    def shut(self) -> None:
        """The training ends with the window."""
        self._timer.stop()
        self.process.stop()
        self.queue.clear()

    # ---- training ------------------------------------------------------------------------------------------------
    def begin(self) -> None:
        """Train on what is ticked, where nothing speaks against it."""
        if self.runs or self.refusal():
            return
        self.error, self._told = "", ""
        self.results.begin()
        self._recordings, self._days = [Path(path) for path in self.view.chosen()], self.view.days.days
        self._all_began = time.monotonic()
        wanted = self.view.network.isChecked()
        begin = self.view.onward.bundle(wanted)
        network = self.view.onward.kind if begin else str(self.view.kind.currentData()) if wanted else ""
        self.queue = phases(self.participant, self._recordings, network, datetime.now(), self._days, begin)
        self._next()

    def _train_anyway(self) -> None:
        """The network that was not better, too."""
        if self.runs or self.refusal() or self.results.choice is None:
            return
        self.view.anyway.hide()
        self._all_began = time.monotonic()
        network = self.results.network
        self.queue = all_the_same(self.participant, self._recordings, network, datetime.now(), self._days)
        self._next()

    def stop(self) -> None:
        """End it at once; decoders that were trained before it stay."""
        if self.runs:
            self._told = tr("stopped while {said}; nothing is lost that was recorded").format(said=self.queue[0].said)
            self.queue.clear()
            self.process.stop()
            self.look()

    def look(self) -> None:
        """Twice a second: what is said of it."""
        if self.runs and self.session_runs:
            self.stop()
            self._told = tr("stopped, because a session runs: train again when it has ended")
        share = None if self._progress is None else self._progress.done
        self.view.show_progress(self.runs, share)
        said = f"{self.error}\n→ {remedy(self.error)}" if self.error else self._told
        theme.set_text(self.view.words, self._now() if self.runs else said)
        self.view.words.setStyleSheet(f"color: {theme.BAD if self.error and not self.runs else theme.TEXT};")
        why = "" if self.runs else self.refusal()
        note = tr(SIMULATED) if self.participant.simulated and not why else why
        theme.set_text(self.view.why, note)
        self.view.allow(self.runs, why)
        self.view.anyway.setEnabled(not self.runs and not self.session_runs and not self.elsewhere)
        bundle = self.participant.bundle
        learnt = "" if bundle is None or not bundle.name.endswith("_learnt") else bundle.name
        theme.set_text(self.view.none, tr(LEARNT).format(name=learnt) if learnt else tr(NONE))
        self.results.show_used(bundle, self.session_runs)

    def look_for_recordings(self) -> None:
        """Read the folder again."""
        self.found = recordings_of(self.participant)
        self.view.onward.offer(self.participant.bundle)
        self.view.days.mapped = self.participant.label_map is not None
        ticked = {str(path) for path in usual(self.found, self.participant.simulated)}
        self.view.show_recordings(self.found, ticked if self._chosen is None else self._chosen)
        self.look()

    def _choose(self) -> None:
        self._chosen = set(self.view.chosen())
        self.look()

    def _next(self) -> None:
        phase = self.queue[0]
        self._progress, self._learnt, self._began = None, None, time.monotonic()
        self._timer.start(LOOK_MS)
        self.process.start_behind(phase.module, *phase.words)
        self.look()
        self.changed.emit()

    def _hear(self, told: dict[str, Any]) -> None:
        self._progress = progress_of(told) or self._progress
        self._learnt = learnt_of(told) or self._learnt
        self.look()

    def _ended(self, good: bool, text: str) -> None:
        if not self.runs:
            return
        phase = self.queue.pop(0)
        try:
            if phase.kind == CURVE:  # a training needs none
                trouble, others = text or ("" if good else self.process.last), len(self._recordings) - 1
                self.results.show_curve(phase, self._learnt, others, trouble, self._mark)
            elif phase.scores:  # also where it ends with the code for a leak: the card says so
                self.results.show(phase)
                if phase.kind == BETTER or (phase.kind == LINEAR and self.participant.bundle is None):
                    self._use(phase.bundle)  # a ridge alone replaces nobody's decoder
            elif not good:
                raise BkError(text or self.process.last or tr("the training ended without a word"))
            elif phase.kind == BETTER and self.results.decide(phase, self._mark):  # ridge is there already
                self.queue = [one for one in self.queue if one.kind != BETTER]
                self._use(self.results.trained[tr(NAMES[LINEAR])])
        except BkError as error:
            found = text or (self.process.last if not good else "") or str(error)
            self.error = shown(f"{phase.said}: {translated(found)}", 600)
            self.queue.clear()
        if self.runs:
            self._next()
        else:
            self._told = self._told if self.error else self._done()
            self.look()
            self.changed.emit()

    def _use(self, bundle: Path) -> None:
        """Into the profile, unless the operator has chosen already or a session decodes."""
        if not self.results.by_hand and not self.session_runs and bundle != self.participant.bundle:
            self._command_use(bundle)

    def _command_use(self, bundle: Path) -> None:
        self.command.emit("bundle", {"path": bundle})

    @property
    def _mark(self) -> str:
        """Before all that is figures."""
        return tr("SIMULATED") + ": " if self.participant.simulated else ""

    def _done(self) -> str:
        text = tr("done in {time}: read the score card").format(time=span(time.monotonic() - self._all_began))
        return (
            tr("{text}; you have chosen the decoder").format(text=text)
            if self.results.by_hand
            else tr("{text}, then use the decoder or not").format(text=text)
        )

    def _now(self) -> str:
        return progress_words(self.queue[0], self._progress, time.monotonic() - self._began) if self.runs else ""
