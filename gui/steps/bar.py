"""The five steps along the top, each with its mark, and in words what keeps the one in front from its tick."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.steps.page import Mark, StepState

SHADES = {
    Mark.DONE: theme.GOOD,
    Mark.BUSY: theme.ACCENT,
    Mark.TODO: theme.SOFT,
    Mark.LOOK: theme.WARN,
    Mark.BLOCKED: theme.BAD,
}


class StepBar(QWidget):
    """Emits ``chosen(step)`` and ``participant_chosen(name)``."""

    chosen = pyqtSignal(str)
    participant_chosen = pyqtSignal(str)

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(6)
        for number, name in enumerate(steps, 1):
            button = QPushButton(name)
            button.setObjectName("step")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setToolTip(f"{name} (Ctrl+{number})")
            button.clicked.connect(lambda _, step=name: self.chosen.emit(step))
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        self.badge = QLabel("SIMULATED")
        self.badge.setObjectName("simulated")
        self.badge.setToolTip("A recording is replayed: no amplifier, nobody is decoded.")
        self.badge.hide()
        self.who = QComboBox()
        self.who.setToolTip("Participant: whose profile is used")
        self.who.setAccessibleName("Participant")
        self.who.setMinimumWidth(90)
        self.who.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.who.setMinimumContentsLength(8)
        self.who.textActivated.connect(self.participant_chosen)
        self.words = QLabel("")
        self.words.setObjectName("soft")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumHeight(36)  # two lines, always: the page below must not jump
        self.words.setAccessibleName("What this step needs")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 0)
        column.setSpacing(4)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.words, 1)
        below.addWidget(self.badge)
        below.addWidget(self.who)
        column.addLayout(row)
        column.addLayout(below)

    def show_step(self, name: str) -> None:
        """Which step is in front."""
        self.buttons[name].setChecked(True)

    def show_state(self, name: str, state: StepState) -> None:
        """Mark a step; its reason and remedy go into words where it is in front, and to who points or listens."""
        button, said = self.buttons[name], words(state)
        theme.set_text(button, f"{state.mark.shape}  {name}")
        if button.property("mark") != state.mark.word:
            button.setProperty("mark", state.mark.word)
            button.setStyleSheet(f"color: {SHADES[state.mark]};")
        button.setAccessibleName(f"{name}: {state.mark.word}")
        button.setAccessibleDescription(said)
        number = list(self.buttons).index(name) + 1
        button.setToolTip(f"{name} (Ctrl+{number}): {said or state.mark.word}")
        if button.isChecked():
            theme.set_text(self.words, said)

    def show_participants(self, names: Sequence[str], chosen: str, simulated: bool) -> None:
        """Which participants there are, and whose profile is used."""
        with QSignalBlocker(self.who):
            self.who.clear()
            self.who.addItems(list(names))
            self.who.setCurrentText(chosen)
        self.badge.setVisible(simulated)


def words(state: StepState) -> str:
    """Reason and remedy in one line."""
    return " – ".join(part for part in (state.reason, state.remedy) if part)
