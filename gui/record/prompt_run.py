"""A run of prompts in the window: the trial machine, its clock, the participant's page and the markers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pylsl
from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from bk_realtime.prompts.machine import Change, Screen, TrialMachine
from gui.record.participant_window import ParticipantWindow
from gui.words import later, tr

LATEST_MS = 250
"""A page that was not painted by then is not on a screen: markers go out all the same, and it is said."""
LATEST_SOUND_MS = 2000
UNHEARD = later("the sound card did not say when the clip began: its markers bear the program's time")
UNSEEN = later("the participant's page is not painted: markers bear the program's time, not the screen's")


class Sends(Protocol):
    """Takes a marker with its time on this machine's LSL clock."""

    def send(self, text: str, stamp: float) -> None:
        """One marker."""


class Plays(Protocol):
    """Plays clips, and says by :meth:`PromptRun.heard` when one begins."""

    def play(self, path: Path) -> None:
        """Begin with a clip."""

    def stop(self) -> None:
        """Silence."""


class PromptRun(QObject):
    """Shows what the machine says and sends its markers, in order, each once.

    ``changed()`` : something to show to the operator; ``doubt(str)`` : what is wrong with the times of markers, empty
    when it is well again; ``done()`` : everything was shown.

    Parameters
    ----------
    page : the participant's.
    outlet : takes the markers.
    clock : LSL clock in seconds.

    Attributes
    ----------
    player : plays the clips of a listening run, whose markers then wait for the sound; None: words are shown.
    """

    changed = pyqtSignal()
    doubt = pyqtSignal(str)
    done = pyqtSignal()

    def __init__(self, page: ParticipantWindow, outlet: Sends, clock: Callable[[], float] = pylsl.local_clock) -> None:
        super().__init__()
        self._page, self._outlet, self.clock = page, outlet, clock
        self.machine: TrialMachine | None = None
        self.player: Plays | None = None
        self._by_sound = False
        self.sent = 0
        self._waiting: list[str] = []
        self._due, self._late = QTimer(self), QTimer(self)
        for timer, slot in ((self._due, self._step), (self._late, self._give_up)):
            timer.setSingleShot(True)
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.timeout.connect(slot)
        page.view.painted.connect(self._painted)

    @property
    def running(self) -> bool:
        """Begun and not over; also while it is paused."""
        return self.machine is not None and self.machine.running

    @property
    def machine_waits(self) -> bool:
        """Paused, or in a break."""
        return self.machine is not None and self.machine.waiting

    def begin(self, machine: TrialMachine) -> None:
        """Start a run."""
        self.stop()
        self.machine = machine
        self._take(machine.begin(self.clock()))

    def pause(self) -> None:
        """Pause; nothing where it is paused or over."""
        if self.machine is not None:
            self._take(self.machine.pause(self.clock()))

    def resume(self) -> None:
        """Go on."""
        if self.machine is not None:
            self._take(self.machine.resume(self.clock()))

    def stop(self) -> None:
        """End it; all markers are sent when this returns."""
        if self.machine is not None:
            self._take(self.machine.stop(self.clock()))
        self._send()
        self._due.stop()

    def judge(self, bad: bool) -> None:
        """Mark the trial on the screen, else the one before."""
        if self.machine is not None:
            self._take(self.machine.judge(bad))

    def undo(self) -> None:
        """Take the last verdict back."""
        if self.machine is not None:
            self._take(self.machine.undo())

    def _step(self) -> None:
        if self.machine is not None:
            self._take(self.machine.step(self.clock()))
            self._arm()  # a timer may be a little early

    def _take(self, change: Change) -> None:
        if change.screen is not None:
            self._send()  # of the page before, should it never have been painted
            self._waiting = list(change.marks)
            self._page.view.show_screen(change.screen)
            self._sound(change.screen)
            self._late.start(LATEST_SOUND_MS if self._by_sound else LATEST_MS)
            self._arm()
        else:
            self._waiting += change.marks
            if not self._late.isActive():
                self._send()
        if change.screen is not None or change.marks:
            self.changed.emit()
        if change.screen == Screen("done"):
            self.done.emit()

    def _arm(self) -> None:
        if self.machine is None or self.machine.due is None:
            self._due.stop()
        else:
            self._due.start(max(0, round(1e3 * (self.machine.due - self.clock()))))

    def heard(self, stamp: float) -> None:
        """The clip begins at this time of the LSL clock, which may be a little ahead."""
        if self._by_sound:
            self._send(stamp)
            self.doubt.emit("")

    def _sound(self, screen: Screen) -> None:
        """Play the clip of a word, end that of any other page."""
        if self.player is None:
            return
        clip = None if screen.prompt is None else screen.prompt.clip
        self._by_sound = screen.kind == "word" and clip is not None
        if clip is not None and self._by_sound:
            self.player.play(clip)
        else:
            self.player.stop()

    def _painted(self) -> None:
        if not self._by_sound:
            self._send()
            self.doubt.emit("")

    def _give_up(self) -> None:
        self._send()
        self.doubt.emit(tr(UNHEARD if self._by_sound else UNSEEN))

    def _send(self, stamp: float | None = None) -> None:
        self._late.stop()
        stamp = self.clock() if stamp is None else stamp
        for text in self._waiting:
            self._outlet.send(text, stamp)
            self.sent += 1
        self._waiting = []
