"""The page of a step that this version does not have: says so, with the command that does it today."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from gui import theme
from gui.participant import Participant
from gui.steps.page import Mark, StepPage, StepState


class Unbuilt(StepPage):
    """A step done on the command line.

    Parameters
    ----------
    participant : whose session this is.
    name : of the step.
    what : what the step is for, one sentence.
    line : the command that does it.
    """

    def __init__(self, participant: Participant, name: str, what: str, line: str) -> None:
        self.name = name
        super().__init__(participant)
        self.line = QLineEdit(line)
        self.line.setReadOnly(True)
        self.line.setCursorPosition(0)
        self.line.setAccessibleName(f"Command that does the {name} step")
        copy = QPushButton("Copy")
        copy.setToolTip("Copy the command")
        copy.clicked.connect(self.copy)
        said = QLabel(f"{what}\nThis step is not in the window in this version. Until it is, use this command:")
        said.setWordWrap(True)
        said.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(copy)
        card = theme.Card(name)
        card.body.addWidget(said)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)

    def copy(self) -> None:
        """Put the command where it can be pasted from."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.line.text())

    def state(self) -> StepState:
        """Never done here."""
        return StepState(Mark.TODO, "not in this version of the window", "use the command below")
