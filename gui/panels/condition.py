"""The condition of an experiment in words, and the menu that changes it; blinded, it shows what the engine lets it."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from bk_realtime.session.status import Status
from bk_realtime.shown import shown
from gui import theme
from gui.words import later, tr

LONGEST = 60
"""Letters of a condition's name."""
BLINDED = later("blinded: the picture of the voice is hidden")


class ConditionLine(QWidget):
    """Emits ``command("condition", {"to": …})``."""

    command = pyqtSignal(str, dict)

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel("")
        self.words.setAccessibleName(tr("Condition of the experiment"))
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.change = QPushButton(tr("Change"))
        self.change.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.change.setToolTip(tr("Another condition. F6: the next one."))
        self.choices = QMenu(self)
        self.choices.triggered.connect(self._chosen)
        self.change.setMenu(self.choices)
        self._offered: tuple[str, ...] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.change)

    def show_status(self, status: Status) -> None:
        """Show what the status says."""
        theme.set_text(self.words, shown(status.condition, LONGEST))
        if status.conditions == self._offered:
            return
        self._offered = status.conditions
        self.choices.clear()
        for name, text in (("next", tr("next")), *((one, one) for one in status.conditions)):
            action = self.choices.addAction(shown(text, LONGEST).replace("&", "&&"))
            if action is not None:
                action.setData(name)

    def _chosen(self, action: QAction) -> None:
        self.ask(str(action.data()))

    def ask(self, name: str) -> None:
        """Ask for a condition by name, letter or ``next``."""
        if self.words.text():
            self.command.emit("condition", {"to": name})
