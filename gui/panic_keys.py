"""Esc and Space silence where no shortcut comes to, too: over an open menu or dialog, and in a field of numbers."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

PANIC = (Qt.Key.Key_Space, Qt.Key.Key_Escape)


class PanicKeys(QObject):
    """Does ``panic``. A menu or a list is closed by both keys, a dialog by Esc; Space presses nothing in a dialog, and
    is a letter there only between words of a name.

    Parameters
    ----------
    parent : whose life it shares.
    panic : silence at once.
    """

    def __init__(self, parent: QObject, panic: Callable[[], object]) -> None:
        super().__init__(parent)
        self._panic: Callable[[], object] | None = panic
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def forget(self) -> None:
        """No key does anything any more."""
        self._panic = None

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if self._panic is None or not isinstance(event, QKeyEvent) or event.key() not in PANIC or event.modifiers():
            return False
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(watched, QAbstractSpinBox):
            event.ignore()  # it claims every letter, and takes no space: this one goes on to the shortcut
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        popup = QApplication.activePopupWidget()
        if popup is not None:
            if _is_letter(event, popup.focusProxy()):  # names that are offered while one is typed
                return False
            popup.close()
            self._silence(event)
            return True
        dialog = QApplication.activeModalWidget()
        if dialog is None or watched is not (QApplication.focusWidget() or dialog) or _is_letter(event, watched):
            return False
        self._silence(event)
        return event.key() == Qt.Key.Key_Space

    def _silence(self, event: QKeyEvent) -> None:
        if self._panic is not None and not event.isAutoRepeat():
            self._panic()


def _is_letter(event: QKeyEvent, field: QObject | QWidget | None) -> bool:
    """Whether a Space stands between words, and is not a second one in a row, which is what a hand in a hurry does."""
    if event.key() != Qt.Key.Key_Space or not isinstance(field, QLineEdit) or field.isReadOnly():
        return False
    before = field.text()[: field.cursorPosition()]
    return bool(before.strip()) and not before.endswith(" ")
