"""Text size, look and language: kept at once, and used by another window where nothing would suffer from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QObject, QSettings
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QMainWindow

from gui import languages, look
from gui.language_names import LANGUAGES
from gui.theme_names import LIGHT
from gui.words import later, tr

KEYS = {"Ctrl++": 1, "Ctrl+=": 1, "Ctrl+-": -1, "Ctrl+0": 0}
"""Steps of the text size."""
OTHER_LOOK = "Ctrl+L"
LATER = later("used when the window opens next; a session goes on meanwhile, and is found again")


class Looks(QObject):
    """Shortcuts of a window, and what it does when another language is chosen.

    Parameters
    ----------
    window : whose they are.
    settings : where size, look and language are kept.
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
        size = tr("text size {new} %").format(new=new)
        if new == before == look.in_use():
            self._say(f"{size}: {tr('no other fits on this screen')}" if steps else size)
        else:
            self._open(size)

    def change_look(self) -> None:
        """Light instead of dark, or the other way round."""
        self._open(tr("light look") if look.other_look(self._settings) == LIGHT else tr("dark look"))

    def use_language(self, code: str) -> None:
        """Another language of the window's words."""
        if code != languages.in_use(self._settings):
            languages.keep(self._settings, code)
            self._open(tr("language {language}").format(language=LANGUAGES[code]))

    def _open(self, what: str) -> None:
        self._settings.sync()
        if self._anew is None or self._busy():
            self._say(f"{what}: {tr(LATER)}")
        else:
            self._anew()
