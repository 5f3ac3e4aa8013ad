"""What every key does, and the list of them that F1 shows."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QMessageBox, QWidget

ELSEWHERE = (
    ("T, held", "let the voice out, where the session is held to talk"),
    ("wheel", "scroll channels"),
    ("Ctrl + wheel", "size of the traces"),
)
"""Keys that are no shortcuts."""


class Keys:
    """Shortcuts of a window, each with its words.

    Parameters
    ----------
    window : whose they are.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.listed: list[tuple[str, str]] = []
        """(keys, words) of each, in the order in which they were made."""
        self._list: QMessageBox | None = None

    def add(self, keys: tuple[str, ...], words: str, act: Callable[[], object], always: bool = False) -> None:
        """``act`` when one of ``keys`` goes down, once however long it is held; ``always``: wherever the focus is."""
        for key in keys:
            shortcut = QShortcut(QKeySequence(key), self._window)
            if always:
                shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
        self.listed.append((" or ".join(keys), words))

    def show_list(self) -> None:
        """All keys in a box beside the window, which goes on and can still be silenced."""
        rows = "".join(f"<tr><td><b>{k}</b>&nbsp;&nbsp;</td><td>{w}</td></tr>" for k, w in (*self.listed, *ELSEWHERE))
        box = QMessageBox(self._window)
        box.setWindowTitle("Keys")
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(f"<table>{rows}</table>")
        box.setModal(False)  # Space and Esc silence, also now
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in box.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box.show()
        self._list = box
