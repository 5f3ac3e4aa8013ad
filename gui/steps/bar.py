"""The five steps along the top, each with its mark, and in words what keeps the one in front from its tick."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bk_realtime.typed import shortened
from gui import theme
from gui.keys import shown_keys
from gui.language_names import LANGUAGES
from gui.steps.page import Mark, StepState
from gui.words import later, tr

SHADES = {
    Mark.DONE: theme.GOOD,
    Mark.BUSY: theme.ACCENT,
    Mark.TODO: theme.SOFT,
    Mark.LOOK: theme.WARN,
    Mark.BLOCKED: theme.BAD,
}


NAMES = (later("Check"), later("Record"), later("Train"), later("Speak"), later("Report"))
"""The steps: keys, settings and options know them in English."""
LONGEST = 200
"""Letters of what is said below the steps; all of it is in the tooltip."""
WIDE = 860
"""Pixels from which the participant stands beside the steps, not below them."""


class StepBar(QWidget):
    """Emits ``chosen(step)``, ``participant_chosen(name)`` and ``language_chosen(code)``."""

    chosen = pyqtSignal(str)
    participant_chosen = pyqtSignal(str)
    language_chosen = pyqtSignal(str)

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(6)
        for number, name in enumerate(steps, 1):
            button = QPushButton(tr(name))
            button.setObjectName("step")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"{tr(name)} ({shown_keys(f'Ctrl+{number}')})")
            button.clicked.connect(lambda _, step=name: self.chosen.emit(step))
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        self._first, self._live = row, False
        self.badge = QLabel(tr("SIMULATED"))
        self.badge.setObjectName("simulated")
        self.badge.setToolTip(tr("A recording is replayed: no amplifier, nobody is decoded."))
        self.badge.hide()
        self.who = QComboBox()
        self.who.setToolTip(tr("Participant: whose profile is used"))
        self.who.setAccessibleName(tr("Participant"))
        self.who.setMinimumWidth(90)
        self.who.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.who.setMinimumContentsLength(8)
        self.who.textActivated.connect(self.participant_chosen)
        self.language = QComboBox()
        for code, its_own in LANGUAGES.items():
            self.language.addItem(code.upper(), code)
            self.language.setItemData(self.language.count() - 1, its_own, Qt.ItemDataRole.ToolTipRole)
        self.language.setToolTip(" · ".join(LANGUAGES.values()))  # who looks for it may not read the one in use
        self.language.setAccessibleName("Language, Taal, Sprache")
        self.language.activated.connect(lambda n: self.language_chosen.emit(self.language.itemData(n)))
        self.words = QLabel("")
        self.words.setObjectName("soft")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumHeight(36)  # two lines, always: the page below must not jump
        self.words.setAccessibleName(tr("What this step needs"))
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 0)
        column.setSpacing(4)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.words, 1)
        below.addWidget(self.language)
        self._second, self._simulated = below, False
        column.addLayout(row)
        column.addLayout(below)
        self._fit()

    def show_step(self, name: str) -> None:
        """Which step is in front."""
        self.buttons[name].setChecked(True)

    def show_state(self, name: str, state: StepState) -> None:
        """Mark a step; its reason and remedy go into words where it is in front, and to who points or listens."""
        button, said = self.buttons[name], words(state)
        theme.set_text(button, f"{state.mark.shape}  {tr(name)}")
        if button.property("mark") != state.mark.word:
            button.setProperty("mark", state.mark.word)
            button.setStyleSheet(f"color: {SHADES[state.mark]};")
        button.setAccessibleName(f"{tr(name)}: {tr(state.mark.word)}")
        button.setAccessibleDescription(said)
        number = list(self.buttons).index(name) + 1
        theme.set_tip(button, f"{tr(name)} ({shown_keys(f'Ctrl+{number}')}): {said or tr(state.mark.word)}")
        if button.isChecked():
            theme.set_text(self.words, shortened(said, LONGEST))
            theme.set_tip(self.words, said)

    def show_participants(self, names: Sequence[str], chosen: str, simulated: bool) -> None:
        """Which participants there are, and whose profile is used."""
        with QSignalBlocker(self.who):
            self.who.clear()
            self.who.addItems(list(names))
            self.who.setCurrentText(chosen)
        self._simulated = simulated
        self._fit()

    def show_language(self, code: str) -> None:
        """Which one is in use, or will be."""
        with QSignalBlocker(self.language):
            self.language.setCurrentIndex(self.language.findData(code))

    def show_live(self, live: bool) -> None:
        """Whether the session's own banner is below: it says all that is to be said, and nobody else is chosen."""
        if live != self._live:
            self._live = live
            self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= WIDE
        for place, widget in enumerate((self.badge, self.who), 1):
            (self._second if wide else self._first).removeWidget(widget)
            if wide:
                self._first.addWidget(widget)
            else:
                self._second.insertWidget(place, widget)
        self.language.setVisible(not self._live)
        self.words.setVisible(not self._live)
        self.badge.setVisible(self._simulated and not self._live)
        self.who.setVisible(wide or not self._live)


def words(state: StepState) -> str:
    """Reason and remedy in one line."""
    return " – ".join(part for part in (state.reason, state.remedy) if part)
