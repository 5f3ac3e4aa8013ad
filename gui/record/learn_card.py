"""Learning while it is recorded: `python -m bk_realtime learn` beside the recorder, and what it says, as a card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from bk_realtime.shown import shown
from gui import theme
from gui.participant import Participant
from gui.record.recorder_process import RecorderProcess
from gui.steps.json_process import JsonProcess
from gui.steps.labels import wrapped
from gui.train.choice import LINEAR, kind_of
from gui.train.curve import STOP, Learnt, learnt_of, more_words
from gui.words import tr

WORKS = "works"


class LearnCard(QWidget):
    """Follows a recorder: learns while it runs, in a process behind all others, and ends with it. Whatever becomes
    of it, the recording goes on.

    ``learnt(path, works)`` : the bundle of what was learnt is there; whether it is decoded beyond chance.
    ``use(path)`` : the operator wants to decode with it.
    """

    learnt = pyqtSignal(object, bool)
    use = pyqtSignal(object)

    def __init__(self, participant: Participant) -> None:
        super().__init__()
        self.participant = participant
        self.process = JsonProcess(self)
        self.process.said.connect(self._hear)
        self.process.other.connect(self._note)
        self.process.ended.connect(self._ended)
        self.told: Learnt | None = None
        self.bundle: Path | None = None
        self._path: Path | None = None  # of the recording that is learnt from
        self._trouble = self._noted = ""
        self._ending = False
        self.wanted = QCheckBox(tr("learn meanwhile"))
        self.wanted.setChecked(True)
        self.wanted.setToolTip(tr("Learn a decoder while it is recorded, behind all else: no sample depends on it"))
        self.onward = QCheckBox(tr("go on from the decoder in use"))
        self.onward.setToolTip(
            tr("Begin with the participant's decoder, not with nothing: by label, as far as it helps")
        )
        self.carried = wrapped(tr("Going on or from scratch"), "soft")
        self.enough, self.more = wrapped(tr("Enough"), "afar"), wrapped(tr("More minutes"), "soft")
        self.scores, self.state = wrapped(tr("Scores so far"), "soft"), wrapped(tr("Learning"), "soft")
        self.button = QPushButton(tr("Use this decoder"))
        self.button.setToolTip(tr("The participant's sessions decode with what was learnt while it was recorded"))
        self.button.clicked.connect(lambda: self.use.emit(self.bundle))
        self.button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.wanted)
        for one in (self.onward, self.enough, self.scores, self.carried, self.more, self.state, self.button):
            column.addWidget(one)
        self.show_now()

    def follow(self, recorder: RecorderProcess | None, speaking: bool) -> None:
        """Begin and end with this recorder; to be called again and again. ``speaking``: whether words are spoken."""
        if recorder is None:
            return
        over = recorder.ending or recorder.code is not None
        if self.process.runs and not self._ending and (over or recorder.path != self._path):
            self._ending, self._trouble = True, ""
            self.process.finish()
            self.show_now()
        elif not over and speaking and recorder.path != self._path and not self.process.runs:
            # with the recorder, before its first sample: this process takes seconds to start
            self._path = recorder.path
            self.told, self.bundle, self._ending = None, None, False
            self._trouble = self._noted = ""
            if self.wanted.isChecked() and self._possible:
                self.process.start(*self.command(recorder.path))
            self.show_now()

    def command(self, recording: Path) -> tuple[str, ...]:
        """What is run beside this recording."""
        who = self.participant
        words: tuple[str, ...] = ("learn", "--beside", str(recording), "--figures")
        if self.onward.isChecked() and kind_of(who.bundle) == LINEAR:
            words += ("--from", str(who.bundle))  # with its features
            words += () if who.label_map is None else ("--label-map", str(who.label_map))
        else:
            words += ("--line-freq", f"{who.mains_hz:g}")
        words += ("--microphone", who.microphone) if who.microphone not in ("none", "auto") else ()
        words += tuple(who.stream_options())
        return words + (("--exclude", *who.leave_out) if who.leave_out else ())

    def shut(self) -> None:
        """End at once; nothing is left."""
        self.process.stop()

    def for_participant(self, participant: Participant, same: bool) -> None:
        """``same``: it is the same recording; else what was learnt of the one before is nobody's."""
        self.participant = participant
        if not same:
            self.process.stop()
            self.told, self.bundle, self._trouble, self._path = None, None, "", None
        self.show_now()

    @property
    def _possible(self) -> bool:
        return self.participant.simulated or self.participant.microphone != "none"

    def _hear(self, said: dict[str, Any]) -> None:
        if isinstance(said.get("trouble"), str) and not self._ending:  # the streams of a run that is over go
            self._trouble = shown(said["trouble"], 200)
        told = learnt_of(said)
        if told is not None:
            self.told, self._trouble = told, ""
        if isinstance(said.get("bundle"), str) and self._path is not None:
            self.bundle = self._path.with_name(f"{self._path.stem}_learnt")
        self.show_now()

    def _note(self, line: str) -> None:
        """Why there is no bundle at the end is said in words."""
        self._noted = line

    def _ended(self, good: bool, text: str) -> None:
        if self.bundle is None:
            self._trouble = shown(text or self._noted or self._trouble or self.process.last, 200)
        else:
            self._trouble = ""  # the streams of a run that is over are gone
            self.learnt.emit(self.bundle, self.told is not None and self.told.verdict == WORKS)
        self.show_now()

    def show_now(self) -> None:
        """Paint what is known."""
        told = self.told
        mark = tr("SIMULATED") + ": " if self.participant.simulated and told is not None else ""
        theme.set_text(self.enough, "" if told is None else mark + _enough(told))
        theme.set_text(self.scores, "" if told is None else _scores(told))
        theme.set_text(self.carried, _carried(told))
        theme.set_text(self.more, "" if told is None else more_words(told))
        theme.set_text(self.state, self._state_words())
        bad = told is not None and told.verdict == STOP
        self.enough.setStyleSheet(f"color: {theme.BAD if bad else theme.TEXT};")
        in_use = self.bundle is not None and self.bundle == self.participant.bundle
        self.button.setVisible(self.bundle is not None)
        self.button.setEnabled(not in_use)
        theme.set_text(self.button, tr("In use") if in_use else tr("Use this decoder"))
        self.onward.setVisible(kind_of(self.participant.bundle) == LINEAR)
        for label in (self.enough, self.scores, self.carried, self.more, self.state):
            label.setVisible(bool(label.text()))

    def _state_words(self) -> str:
        if not self._possible:
            return tr("the profile has no microphone: nothing can be learnt meanwhile")
        if self._trouble:
            return self._trouble
        if self.bundle is not None:
            return tr("learnt, and not scored yet: Train judges it")
        if self.process.runs:
            return tr("ending: what was learnt becomes a decoder") if self._ending else tr("learning, behind all else")
        return ""


def _carried(told: Learnt | None) -> str:
    """Whether it is better to go on from the decoder in use; empty where nobody does."""
    if told is None or told.verdict == STOP or not told.carried_text:
        return ""
    if told.over_scratch is None:
        return tr("going on or from scratch: cannot be told yet")
    r, low, high = told.over_scratch
    if low > 0:
        line = tr("going on is better than from scratch")
    else:
        line = tr("going on is WORSE than from scratch") if high < 0 else tr("going on or from scratch: no difference")
    return f"{line} (r {r:+.3f}, 95 % {low:+.3f} … {high:+.3f})"


def _enough(told: Learnt) -> str:
    if told.verdict == STOP:
        return tr("STOP: the microphone is in the electrodes")
    return tr("enough: yes") if told.verdict == WORKS else tr("enough: no")


def _scores(told: Learnt) -> str:
    text = tr("{speech:.0f} s of speech in {seconds:.0f} s").format(speech=told.speech_s, seconds=told.seconds)
    if told.verdict == STOP:  # a figure of what hears the room says nothing
        return text
    if told.r is None or told.r_limit is None or told.partial is None or told.partial_limit is None:
        return text + "; " + shown(told.text, 200)
    r = tr("r inside speech {r:.2f} (chance up to {limit:.2f})").format(r=told.r, limit=told.r_limit)
    partial = tr("loudness taken off {r:.2f} ({limit:.2f})").format(r=told.partial, limit=told.partial_limit)
    return f"{text}; {r}; {partial}"
