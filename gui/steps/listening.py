"""Check's light: is the microphone's sound in the channels that are read? Heard by a process behind all others."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bk_realtime.shown import short
from gui.participant import Participant
from gui.said import translated
from gui.steps.findings import Finding
from gui.steps.json_process import JsonProcess
from gui.steps.page import Mark
from gui.words import later, tr

ELECTRODES = later("Sound in the electrodes")
"""Title of this matter."""
GREEN, YELLOW, RED = "green", "yellow", "red"
EVERY_S = "5"
APART = later("move the microphone and its cable away from the amplifier's, or leave these channels out")


class Listening(QObject):
    """Follows what Check looks at. ``changed()``: it heard something new."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process = JsonProcess(self)
        self.process.said.connect(self._hear)
        self.process.ended.connect(self._ended)
        self.colour, self.text = "", ""
        self._what: tuple[str, ...] = ()  # that is listened to now,
        self._of: tuple[str, ...] = ()  # and that colour and text are of

    def follow(self, participant: Participant, uid: str) -> None:
        """Listen to this stream as the profile has it, anew where either is another one; to be called again and again.

        Parameters
        ----------
        uid : of the stream that will be decoded; empty while there is none.
        """
        what = (uid, *words(participant)) if uid and participant.microphone != "none" else ()
        if what == self._what:
            return
        self.pause()
        if what:
            if what != self._of:
                self.forget()
            self._what = self._of = what
            self.process.start_behind("bk_realtime", *what[1:])

    def pause(self) -> None:
        """Listen no longer; what was heard of it stays known."""
        self.process.stop()
        self._what = ()

    def forget(self) -> None:
        """Listen no longer, and know nothing: what was heard was of somebody else, or of other channels."""
        self.pause()
        self._of, self.colour, self.text = (), "", ""

    @property
    def bad(self) -> bool:
        """Whether something was heard, now or before Check was left."""
        return self.colour in (YELLOW, RED)

    def finding(self, participant: Participant) -> Finding:
        """What is known of it."""
        if participant.microphone == "none":
            return Finding(Mark.TODO, tr("cannot tell: the profile has no microphone"))
        if self.bad:
            return Finding(Mark.LOOK, translated(self.text), tr(APART))
        if self.colour == GREEN:
            return Finding(Mark.DONE, translated(self.text))
        if not self._what:
            return Finding(Mark.TODO, tr("not listened to yet"))
        if not self.process.runs:
            return Finding(Mark.LOOK, translated(self.text), tr("press Check again"))
        return Finding(Mark.BUSY, translated(self.text) or tr("listening; let somebody speak"))

    def _hear(self, said: dict[str, Any]) -> None:
        if said.get("item") == "contamination":
            self.colour, self.text = str(said.get("colour", "")), short(str(said.get("text", "")), 300)
            self.changed.emit()

    def _ended(self, good: bool, text: str) -> None:
        del good  # it never ends by itself where it can tell
        if not self.bad:
            why = text or self.text or self.process.last or tr("it ended without a word")
            self.colour, self.text = "", short(why, 300)
        self.changed.emit()


def words(participant: Participant) -> tuple[str, ...]:
    """Command that listens as the participant's sessions read."""
    options = participant.untrained_options() if participant.bundle is None else participant.options()
    out = ("--leave-out", *participant.leave_out) if participant.leave_out else ()
    return ("preflight", *options, "--listen", EVERY_S, *out)
