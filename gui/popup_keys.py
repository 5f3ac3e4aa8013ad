"""Esc and Space silence also while a menu or a list is open, which takes Esc for itself."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication

PANIC = (Qt.Key.Key_Space, Qt.Key.Key_Escape)


class PopupKeys(QObject):
    """Closes what is open, and does ``panic``.

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
        if event is None or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        popup = QApplication.activePopupWidget()
        if popup is None or self._panic is None or event.key() not in PANIC or event.modifiers():
            return False
        popup.close()
        if not event.isAutoRepeat():
            self._panic()
        return True
