"""The participant's page: a window with nothing on it but the prompt; for a second screen, never closed by a key."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from gui.record.screen_view import ScreenView
from gui.words import tr


class ParticipantWindow(QWidget):
    """It takes no keys: they stay with the operator's window. It closes only by :meth:`dismiss`.

    Attributes
    ----------
    view : what is on it.
    """

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setWindowTitle(tr("BrainKaraoke: participant"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._dismissed = False
        self.view = ScreenView()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.resize(960, 600)

    @property
    def on_screen(self) -> bool:
        """Whether anybody can see it."""
        handle = self.windowHandle()
        return self.isVisible() and not self.isMinimized() and handle is not None and handle.isExposed()

    def open_on(self, screen: int, full: bool) -> None:
        """Show it on a screen by its number, filling it or as a window."""
        self._dismissed = False
        screens = QGuiApplication.screens()
        chosen = screens[min(screen, len(screens) - 1)]
        self.setScreen(chosen)
        area = chosen.availableGeometry()
        self.move(area.topLeft())
        if full:
            self.setCursor(Qt.CursorShape.BlankCursor)
            self.setGeometry(chosen.geometry())
            self.showFullScreen()
        else:
            self.unsetCursor()
            self.showNormal()
            self.resize(min(960, area.width()), min(600, area.height()))
            self.move(area.center() - self.rect().center())

    def dismiss(self) -> None:
        """Close it."""
        self._dismissed = True
        self.close()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Not by Alt-F4 or the like: the participant would see the desktop."""
        if event is not None and not self._dismissed:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """No key does anything here."""
        if event is not None:
            event.ignore()
