"""Whether a panic is confirmed: who presses it knows within half a second, whatever became of the engine."""

from __future__ import annotations

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from bk_realtime.session.control import PANIC_S
from gui.words import tr


class PanicAnswer(QObject):
    """Waits for the word on a panic.

    ``said(text, confirmed)``: what there is to say of it; ``changed(doubt)``: a panic is not confirmed, and what to do;
    empty: it is after all.

    Attributes
    ----------
    doubt : the same, as it is now.
    """

    said = pyqtSignal(str, bool)
    changed = pyqtSignal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.doubt = ""
        self._unanswered = QTimer(self)  # of the window's own: whatever keeps the connection must not keep this word
        self._unanswered.setSingleShot(True)
        self._unanswered.setTimerType(Qt.TimerType.PreciseTimer)
        self._unanswered.setInterval(round(1e3 * PANIC_S))
        self._unanswered.timeout.connect(
            lambda: self._doubt(tr("No answer within {seconds:g} s.").format(seconds=PANIC_S))
        )

    def wait(self) -> None:
        """It was pressed. Pressed again, the first one's time runs on."""
        if not self.doubt and not self._unanswered.isActive():
            self._unanswered.start()

    def told(self, confirmed: bool, text: str) -> None:
        """The word on it: confirmed, or why it is not."""
        self._unanswered.stop()
        if confirmed:
            self._trust(text)
        else:
            self._doubt(text)

    def muted(self) -> None:
        """The engine says that it is muted: that ends every doubt."""
        if self.doubt:
            self._trust(tr("panic: the engine says that it is muted"))

    def _doubt(self, why: str) -> None:
        self.doubt = tr("PANIC NOT CONFIRMED, turn the loudspeaker off. {why}").format(why=why)
        self.said.emit(self.doubt, False)
        self.changed.emit(self.doubt)

    def _trust(self, text: str) -> None:
        doubted, self.doubt = self.doubt, ""
        self.said.emit(text, True)
        if doubted:
            self.changed.emit("")
