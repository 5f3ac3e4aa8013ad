"""What every step's page is: a widget with a name that says how far it is, and what to do next."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from gui.participant import Participant
from gui.words import later, tr


class Mark(Enum):
    """How far a step is: a shape, for who sees no colours, and its word."""

    DONE = ("✓", later("done"))
    BUSY = ("…", later("under way"))
    TODO = ("○", later("to do"))
    LOOK = ("!", later("look at it"))
    BLOCKED = ("✕", later("not possible"))

    @property
    def shape(self) -> str:
        """One letter."""
        return self.value[0]

    @property
    def word(self) -> str:
        """For a screen reader."""
        return self.value[1]


class StepState(NamedTuple):
    """A tick, or a reason with one thing to do about it.

    Attributes
    ----------
    mark : how far the step is.
    reason : why it is not done, in one line; empty where it is.
    remedy : the one thing to do; empty where there is nothing to do.
    """

    mark: Mark
    reason: str = ""
    remedy: str = ""


class StepPage(QWidget):
    """One step. It never blocks: whatever may take longer than 20 ms runs in a ``WatchedThread`` or a process.

    A page is made when the window opens, hears of another participant by :meth:`show_participant`, and is told when it
    comes to the front and when it leaves it. It tells the window around it by signals:

    ``changed()`` : :meth:`state` may be another now; the step bar asks again (it does so twice a second anyway).
    ``command(str, dict)`` : ``("go", {"step": "Speak"})`` shows another step; ``("participant", {"name": …})`` chooses
    one; any other is sent to the running session's engine, see ``COMMANDS`` of bk_realtime.session.control, e.g.
    ``("marker", {"text": …})``; without a session it is dropped and said.

    Keys: while a session runs, Space and Esc are PANIC everywhere, and win over a page's own shortcuts.

    Parameters
    ----------
    participant : whose session this is.

    Attributes
    ----------
    session_runs : whether a session starts or runs now; a page takes no computing time from it.
    elsewhere : what another page has under way, see :meth:`occupies`; empty: nothing.
    """

    name = ""
    """As it stands in the step bar."""
    changed = pyqtSignal()
    command = pyqtSignal(str, dict)

    def __init__(self, participant: Participant) -> None:
        super().__init__()
        self.participant = participant
        self.session_runs, self.elsewhere = False, ""
        self.setAccessibleName(tr("{step} step").format(step=tr(self.name)))

    def state(self) -> StepState:
        """How far the step is. Asked often: it only looks at what the page already knows."""
        return StepState(Mark.TODO)

    def show_participant(self, participant: Participant) -> None:
        """Another participant was chosen; forget what was found for the one before."""
        self.participant = participant

    def entered(self) -> None:
        """The page is in front now."""

    def left(self) -> None:
        """Another page is in front now."""

    def saved(self) -> None:
        """A recording, training or session has ended, whichever page is in front: there may be more to see."""

    def silence(self) -> None:
        """PANIC: whatever this page plays stops at once."""

    def why_not(self) -> str:
        """Why this step keeps a session from starting, in one line; empty where it does not."""
        return ""

    def occupies(self) -> str:
        """What this page has under way that no other page should begin something beside, with what to do about it."""
        return ""

    def join(self, timeout: float) -> None:
        """Wait for threads that :meth:`shut` has ended, so many seconds each."""

    def shut(self) -> None:
        """The window goes: end threads and processes that are the page's own; must not wait for long."""
