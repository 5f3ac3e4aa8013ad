"""Hold-to-talk: while the key T is held in the window, the engine is told so again and again."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

from bk_realtime.session.control import TALK_S
from bk_realtime.session.status import Status
from gui.words import tr

AGAIN_MS = round(1e3 * TALK_S / 4)
"""Between two words of a key that is held: three may be lost before the engine closes the voice."""


class TalkKey(QObject):
    """Emits ``command("talk", {"held": …})`` for a window; nothing in a session that is not held to talk.

    The key counts while the window is the active one: whoever clicks elsewhere lets go of it. In a field of text a T is
    a letter.
    """

    command = pyqtSignal(str, dict)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self.wanted, self.held = window, False, False
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(lambda: self.command.emit("talk", {"held": True}))
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def show_status(self, status: Status) -> None:
        """Whether the session is held to talk."""
        self.wanted = bool(status.talk)
        if not self.wanted:
            self._let_go()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None:
            return False
        kind = event.type()
        if kind in (QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate, QEvent.Type.Close):
            if watched is self._window.window() or kind == QEvent.Type.ApplicationDeactivate:
                self._let_go()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_T and not event.isAutoRepeat():
            if kind == QEvent.Type.KeyRelease:
                self._let_go()
            elif kind == QEvent.Type.KeyPress and self.wanted and not self._typing() and not self.held:
                self.held = True
                self.command.emit("talk", {"held": True})
                self._again.start()
        return False

    def _typing(self) -> bool:
        return isinstance(QApplication.focusWidget(), QLineEdit)

    def _let_go(self) -> None:
        if self.held:
            self.held = False
            self._again.stop()
            self.command.emit("talk", {"held": False})


def voice_words(status: Status) -> str:
    """Why nothing is heard though the voice is on; empty where it is."""
    if status.talk == "waiting":
        return tr("hold T to let the voice out")
    return tr("the speech gate is closed: no speech in the signals") if status.gate == "closed" else ""
