"""Closing the window by hand: the voice is muted first, then it is asked what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QPushButton, QWidget

from bk_realtime.session.status import Status
from gui.words import tr


class Closing:
    """Asks, once, before a window over a live session goes.

    Parameters
    ----------
    window : what is closed.
    control : the session's control file; it names the way back.
    mute, end : silence the voice; end the session.
    leave : close the window without another question.
    """

    def __init__(
        self,
        window: QWidget,
        control: Path,
        mute: Callable[[], object],
        end: Callable[[], object],
        leave: Callable[[], object],
    ) -> None:
        self._window, self._control = window, control
        self._mute, self._end, self._leave = mute, end, leave
        self.box: QMessageBox | None = None

    def ask(self, status: Status) -> None:
        """Mute, then ask. The answer comes later: nothing waits for it."""
        if not status.muted:
            self._mute()
        if self.box is not None:
            return
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Close the window?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("The voice is muted. The session itself goes on, and is recorded, without this window."))
        box.setInformativeText(
            tr(
                "Without a window nobody sees what goes wrong, and there is no panic button.\nThe way back:  "
                "python -m gui --control {control}"
            ).format(control=self._control)
        )
        keep = box.addButton(tr("Keep the window"), QMessageBox.ButtonRole.RejectRole)
        close = box.addButton(tr("Close it, session goes on"), QMessageBox.ButtonRole.DestructiveRole)
        end = box.addButton(tr("End the session"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        self._wire(box, close, end)
        self.box = box
        box.open()  # modal, and nothing is loud: it was muted

    def _wire(self, box: QMessageBox, close: QPushButton | None, end: QPushButton | None) -> None:

        def answered() -> None:  # also by its cross, which is no button
            button = box.clickedButton()
            self.box = None
            box.deleteLater()
            if button is end:
                self._end()
            if button in (close, end):
                self._leave()

        box.finished.connect(answered)
