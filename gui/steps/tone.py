"""The test tone of the Check step: it asks first, is soft, and PANIC stops it."""

from __future__ import annotations

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QMessageBox, QWidget

from gui.said import translated
from gui.steps.json_process import JsonProcess
from gui.words import tr


class Tone(QObject):
    """Emits ``said(text)``, one line on what becomes of it.

    Parameters
    ----------
    page : the question stands over it.
    """

    said = pyqtSignal(str)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self.process = JsonProcess(self)
        self.process.ended.connect(self._played)
        self.question: QMessageBox | None = None
        """While nobody has answered it."""

    def ask(self, device: str) -> None:
        """Ask whether ears are ready for it on this sound device; not while it is asked or played already."""
        if self.question is not None or self.process.runs:
            return
        box = QMessageBox(self._page)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Play a test tone?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("Two seconds of a soft tone on the sound device: {device}.").format(device=device))
        box.setInformativeText(tr("It swells and fades. Take headphones off the participant first."))
        play = box.addButton(tr("Play"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)

        def answered() -> None:  # also by its cross, which is no button
            self.question = None
            box.deleteLater()
            if box.clickedButton() is play:
                self.said.emit(tr("playing a soft tone; PANIC stops it"))
                self.process.start("tone", "--sound-device", device)

        box.finished.connect(answered)
        self.question = box
        box.open()

    def silence(self) -> None:
        """PANIC."""
        if self.process.runs:
            self.process.stop()
            self.said.emit(tr("the tone was stopped"))

    def shut(self) -> None:
        """The window goes."""
        self.process.stop()

    def _played(self, good: bool, text: str) -> None:
        self.said.emit(tr("the tone was played: did you hear it?") if good else translated(text))
