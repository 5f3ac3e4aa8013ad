"""The Check step: is all there that a session needs? Each matter good, or with a reason and one thing to do."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QFileDialog, QInputDialog, QVBoxLayout

from bk_realtime.errors import BkError
from gui.participant import DEMO, Participant, Profiles
from gui.said import translated
from gui.steps.check_view import CheckView
from gui.steps.findings import (
    ITEMS,
    MICROPHONE,
    SIGNAL,
    TITLES,
    Finding,
    decoded,
    of_microphone,
    of_preflight,
    of_signal,
)
from gui.steps.json_process import JsonProcess
from gui.steps.listening import ELECTRODES, Listening
from gui.steps.page import Mark, StepPage, StepState
from gui.steps.survey import Survey
from gui.steps.tone import Tone
from gui.words import later, tr

SHOW_MS = 250
FOUND = later("not checked yet: this window found the session running, and has not looked around itself")
UNTRAINED = later("go on to Record, then Train; or choose the folder of one with Decoder…")
OWN = later("Choose New… first: the demo stays as it ships")


class CheckPage(StepPage):
    """Looks at streams all the time while it is in front, and asks `preflight` for the rest.

    Parameters
    ----------
    participant : whose session this is.
    profiles : where what is chosen here is kept.
    """

    name = "Check"

    def __init__(self, participant: Participant, profiles: Profiles) -> None:
        super().__init__(participant)
        self._profiles = profiles
        self.survey: Survey | None = None
        self._surveys: list[Survey] = []
        self.findings: dict[str, Finding] = {}
        self._main = ""
        self._found_one = False
        self.preflight, self.tone = JsonProcess(self), Tone(self)
        self.listening = Listening(self)
        self.listening.changed.connect(self._heard)
        self.preflight.said.connect(self._take)
        self.preflight.ended.connect(self._checked)
        self.view = CheckView()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        view = self.view
        view.again.clicked.connect(self.check)
        view.play.clicked.connect(lambda: self.tone.ask(self.participant.sound_device))
        self.tone.said.connect(view.say)
        view.new.clicked.connect(self._new)
        view.decoder.clicked.connect(self._choose_decoder)
        view.use.clicked.connect(self._use_stream)
        view.sound_chosen.connect(lambda name: self.keep(sound_device=name))
        view.mains_chosen.connect(lambda hz: self.keep(mains_hz=hz))
        view.channel_toggled.connect(self._leave_out)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.show_now)
        self.view.show_participant(participant)

    # ---- step ----------------------------------------------------------------------------------------------------
    def state(self) -> StepState:
        """The first thing that is not good."""
        if self.session_runs:
            self._found_one = self._found_one or not self.findings
            if all(item in self.findings for item in ITEMS):
                return StepState(Mark.DONE)
            return StepState(Mark.TODO, self._untold)
        for name, finding in self._all():
            if finding.mark is Mark.BLOCKED:
                return StepState(Mark.BLOCKED, f"{tr(name)}: {finding.text}", finding.remedy)
        if self.preflight.runs and any(item not in self.findings for item in ITEMS):
            return StepState(Mark.BUSY, tr("checking decoder, signal, disk and sound card"))
        if any(item not in self.findings for item in ITEMS):
            return StepState(Mark.TODO, self._untold, tr("go to Check"))
        for name, finding in self._all():
            if finding.mark is Mark.LOOK:
                return StepState(Mark.LOOK, f"{tr(name)}: {finding.text}", finding.remedy)
        return StepState(Mark.DONE)

    @property
    def _untold(self) -> str:
        return tr(FOUND) if self._found_one else tr("not checked yet")

    def why_not(self) -> str:
        """Why no session can start, in one line; empty where it can."""
        mark, reason, remedy = self.state()
        if self.session_runs or mark in (Mark.DONE, Mark.LOOK):  # nothing is looked at meanwhile
            return ""
        return f"{reason}; {remedy}" if remedy else reason

    def show_participant(self, participant: Participant) -> None:
        """Check anew for another one, and for another decoder: nobody is to come back from Train for that."""
        super().show_participant(participant)
        self._main, looked = "", bool(self.findings) or self.preflight.runs
        self.view.show_participant(participant)
        self.preflight.stop()
        self.listening.forget()
        self.findings.clear()
        if self.survey is not None or looked:
            self.check()

    def entered(self) -> None:
        """Look around while the page is in front: a session has its own eyes."""
        if self.session_runs:
            self.view.say(tr("a session runs: nothing is looked at meanwhile, so that it does not suffer"))
            self.show_now()
            return
        self.view.say("")
        if self.survey is None:
            self.survey = Survey()
            self._surveys = [*(one for one in self._surveys if not one.join(0)), self.survey]
        if not self.findings and not self.preflight.runs:
            self.check()
        self._timer.start(SHOW_MS)

    def left(self) -> None:
        """Let go of the streams."""
        self._timer.stop()
        self.listening.pause()
        if self.survey is not None:
            self.survey.stop()
            self.survey = None

    def silence(self) -> None:
        """Stop the tone."""
        self.tone.silence()

    def shut(self) -> None:
        """End what is under way."""
        self.left()
        self.preflight.stop()
        self.tone.shut()

    def join(self, timeout: float) -> None:
        """Wait for the looks around that are under way, so many seconds each."""
        for survey in self._surveys:
            survey.join(timeout)

    # ---- checks --------------------------------------------------------------------------------------------------
    def check(self) -> None:
        """Ask `preflight` again."""
        if self.session_runs:
            return
        self.findings.clear()
        self.listening.forget()
        self.view.show_channels([], self.participant.leave_out)
        who = self.participant
        if who.bundle is None:
            self.findings["decoder"] = Finding(Mark.LOOK, tr("none yet"), tr(UNTRAINED))
        self.preflight.start("preflight", *(who.untrained_options() if who.bundle is None else who.options()))
        self.show_now()
        self.changed.emit()

    def _take(self, said: dict[str, Any]) -> None:
        item = said.get("item")
        if item not in ITEMS:
            return
        self.findings[str(item)] = of_preflight(said, self.participant.mains_hz)
        if item == "sound":
            self.view.show_devices([str(d) for d in said.get("devices") or ()], self.participant.sound_device)
        if item == "stream":
            self.view.show_channels(said.get("channels") or [], self.participant.leave_out)
        self.show_now()

    def _checked(self, good: bool, text: str) -> None:
        for item in ITEMS:
            if item not in self.findings:
                missing = translated(text) or tr("could not be told, see what was found before")
                self.findings[item] = Finding(Mark.BLOCKED, missing, tr("press Check again"))
        self.show_now()
        self.changed.emit()

    def _all(self) -> list[tuple[str, Finding]]:
        """Every matter by its title."""
        waiting = Finding(Mark.BUSY, tr("checking")) if self.preflight.runs else Finding(Mark.TODO, tr("not checked"))
        rows = [(TITLES[item], self.findings.get(item, waiting)) for item in ITEMS]
        seen = () if self.survey is None else self.survey.seen
        if self.survey is not None:
            rows.append((MICROPHONE, of_microphone(self.participant, seen)))
            if not self.participant.simulated:
                one = decoded(self.participant, seen)
                rows.append((SIGNAL, of_signal(one, self.participant.mains_hz)))
        if self.listening.bad or (self.survey is not None and not self.participant.simulated):
            rows.append((ELECTRODES, self.listening.finding(self.participant)))
        return rows

    def _heard(self) -> None:
        self.show_now()
        self.changed.emit()

    def show_now(self) -> None:
        """Bring the page up to date."""
        survey = self.survey
        self.view.show_findings(self._all())
        if survey is None:
            return
        main = None if self.participant.simulated else decoded(self.participant, survey.seen)
        self.view.show_streams(survey, main, self.participant)
        uid = "" if main is None else main.uid
        if survey.complete and uid != self._main and not self.participant.simulated:  # it came, went or was changed
            self._main = uid
            if not self.preflight.runs and uid:
                self.check()
        if not self.preflight.runs:  # one after the other: both read the stream
            self.listening.follow(self.participant, uid)

    # ---- choices -------------------------------------------------------------------------------------------------
    def keep(self, **changes: Any) -> None:
        """Change the profile, on disk too, and check with it."""
        if self.participant.name == DEMO:
            self.view.say(tr(OWN))
            self.view.show_chosen(self.participant)
            return
        try:
            changed = dataclasses.replace(self.participant, **changes)
            self._profiles.save(changed)
        except BkError as error:
            self.view.say(str(error))
            return
        self.command.emit("participant", {"name": changed.name})

    def _new(self) -> None:
        box = QInputDialog(self)
        box.setWindowTitle(tr("New participant"))
        box.setLabelText(tr("Name: letters, digits, '.', '_' and '-'. No real names: it becomes part of file names."))
        box.textValueSelected.connect(self.make)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def make(self, name: str) -> None:
        """A profile of this name, with nothing chosen yet."""
        try:
            if name in self._profiles.names():
                raise BkError(tr("{name}: there is one of that name; choose it above").format(name=name))
            self._profiles.save(Participant(name, microphone="auto"))
        except BkError as error:
            self.view.say(str(error))
            return
        self.command.emit("participant", {"name": name})

    def _choose_decoder(self) -> None:
        if self.participant.name == DEMO:
            self.view.say(tr(OWN))
            return
        box = QFileDialog(self, tr("Folder of the decoder, as offline.train writes it"))
        box.setFileMode(QFileDialog.FileMode.Directory)
        box.fileSelected.connect(lambda path: self.keep(bundle=Path(path)))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _use_stream(self) -> None:
        one = self.view.chosen_stream()
        if one is None:
            self.view.say(tr("choose a stream in the list first"))
        else:
            stream = dataclasses.replace(self.participant.stream, name=one.name, source_id=one.source_id)
            self.keep(stream=stream)

    def _leave_out(self, label: str, used: bool) -> None:
        left = [one for one in self.participant.leave_out if one != label]
        self.keep(leave_out=tuple(left if used else [*left, label]))
