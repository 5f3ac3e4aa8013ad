"""The keys for text size and look: kept at once, and used by another window where nothing would suffer from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QObject, QSettings
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QMainWindow

from gui import look

KEYS = {"Ctrl++": 1, "Ctrl+=": 1, "Ctrl+-": -1, "Ctrl+0": 0}
"""Steps of the text size."""
OTHER_LOOK = "Ctrl+L"
LATER = "used when the window opens next; a session goes on meanwhile, and is found again"


class Looks(QObject):
    """Shortcuts of a window.

    Parameters
    ----------
    window : whose they are.
    settings : where size and look are kept.
    least : its smallest width and height, in pixels at 100 %.
    busy : whether something is under way that another window would disturb.
    anew : opens another window in place of this one; ``None`` where somebody else opens it.
    say : told what became of a key.
    """

    def __init__(
        self,
        window: QMainWindow,
        settings: QSettings,
        least: tuple[int, int],
        busy: Callable[[], bool],
        anew: Callable[[], None] | None,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._least = window, settings, least
        self._busy, self._anew, self._say = busy, anew, say
        for keys, steps in KEYS.items():
            QShortcut(QKeySequence(keys), window).activated.connect(partial(self.resize, steps))
        QShortcut(QKeySequence(OTHER_LOOK), window).activated.connect(self.change_look)

    def resize(self, steps: int) -> None:
        """So many steps larger; 0: the usual size."""
        screen = self._window.screen()
        if screen is None:
            return
        before = look.size(self._settings)
        new = look.step(self._settings, steps, self._least, screen.availableGeometry())
        if new == before == look.in_use():
            self._say(f"text size {new} %" + (": no other fits on this screen" if steps else ""))
        else:
            self._open(f"text size {new} %")

    def change_look(self) -> None:
        """Light instead of dark, or the other way round."""
        self._open(f"{look.other_look(self._settings)} look")

    def _open(self, what: str) -> None:
        self._settings.sync()
        if self._anew is None or self._busy():
            self._say(f"{what}: {LATER}")
        else:
            self._anew()
