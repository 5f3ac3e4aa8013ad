"""The settings of a run: task, list, order, timing, what is enough, and how the participant's page looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bk_realtime.prompts.settings import RANGES, SILENCE_S, TASKS, PromptSettings, Task
from bk_realtime.shown import shown
from gui.record.screen_view import LOOKS
from gui.words import later, tr

_NUMBERS = (
    ("repeats", later("Repeats"), later("How many times the list is shown")),
    ("seed", later("Seed"), later("The same seed gives the same order and the same jitter")),
    ("cross_s", later("Cross"), later("Seconds of the fixation cross before a word")),
    ("word_s", later("Word"), later("Seconds that a word stays on the page")),
    ("gap_s", later("Pause"), later("Seconds of the empty page after a word")),
    ("jitter_s", later("Jitter"), later("Up to so many seconds more of cross and pause")),
    ("break_every", later("Break every"), later("Trials between two breaks; 0: none")),
    ("enough_each", later("Enough: each"), later("Good trials of every word that are enough; 0: not asked")),
    ("enough_min", later("Enough: minutes"), later("Minutes of good trials that are enough; 0: not asked")),
)
_UNITS = {"s": " s", "min": later(" min"), "trials": later(" trials")}
SILENCE = later("Silence: {seconds:.0f} seconds of baseline in which nobody speaks")
TASK_NAMES = {"speaking": later("Speaking"), "listening": later("Listening"), "silence": later("Silence")}
LOOK_NAMES = {"dark": later("Dark"), "light": later("Light")}


class SettingsForm(QWidget):
    """Emits ``changed`` when anything that a run depends on is another."""

    changed = pyqtSignal()
    look_changed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.task = QComboBox()
        self.task.addItems([tr(TASK_NAMES[task]) for task in TASKS])
        self.task.setAccessibleName(tr("Task"))
        self.task.setToolTip(tr(SILENCE).format(seconds=SILENCE_S))
        self.list_name = QLabel(tr("no list"))
        self.list_name.setTextFormat(Qt.TextFormat.PlainText)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setObjectName("small")
        self.choose.setToolTip(tr("A CSV file with a column word, and where there are any clip and group"))
        self.choose.clicked.connect(self._choose)
        self.shuffled = QCheckBox(tr("Random order"))
        self.repeat_bad = QCheckBox(tr("Show bad ones again"))
        self.shuffled.setToolTip(tr("The order comes from the seed; without, the list is shown as it is"))
        self.repeat_bad.setToolTip(tr("Words whose trial was bad come once more at the end"))
        self.own = QCheckBox(tr("Record to a file of its own"))
        self.own.setToolTip(tr("Without: another recorder (a session's, LabRecorder) keeps the markers"))
        self.look = QComboBox()
        self.look.addItems([tr(LOOK_NAMES[look]) for look in LOOKS])
        self.look.setAccessibleName(tr("Page"))
        self.look.setToolTip(tr("Ground of the participant's page"))
        usual = PromptSettings()
        for box, on in ((self.shuffled, usual.shuffled), (self.repeat_bad, usual.repeat_bad), (self.own, True)):
            box.setChecked(on)
        self.numbers: dict[str, QSpinBox | QDoubleSpinBox] = {}
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.addRow(tr("Task"), self.task)
        form.addRow(tr("List"), self.choose)
        form.addRow(self.list_name)
        for name, label, tip in _NUMBERS:
            form.addRow(tr(label), self._number(name, tr(label), tr(tip), getattr(usual, name)))
        form.addRow(tr("Page"), self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 10, 0)  # the bar of a small window's scroll area lies there
        column.setSpacing(4)
        column.addLayout(form)
        for box in (self.shuffled, self.repeat_bad, self.own):
            column.addWidget(box)
            box.toggled.connect(self.changed)
        column.addStretch(1)
        self.task.currentIndexChanged.connect(self._task_changed)
        self.look.currentIndexChanged.connect(lambda n: self.look_changed.emit(tuple(LOOKS)[n]))

    @property
    def chosen_task(self) -> Task:
        """One of ``TASKS``."""
        return TASKS[self.task.currentIndex()]

    @property
    def needs_list(self) -> bool:
        """Whether the task shows or plays anything."""
        return self.chosen_task != "silence"

    def settings(self) -> PromptSettings:
        """What is set now."""
        values: dict[str, Any] = {name: box.value() for name, box in self.numbers.items()}
        return PromptSettings(shuffled=self.shuffled.isChecked(), repeat_bad=self.repeat_bad.isChecked(), **values)

    def take_list(self, path: Path | None) -> None:
        """Choose a list; whether it can be used is for the page to say."""
        self.path = path
        self.list_name.setText(tr("no list") if path is None else shown(path.name, 30))
        self.list_name.setToolTip("" if path is None else str(path))
        self.changed.emit()

    def _number(self, name: str, label: str, tip: str, value: float) -> QSpinBox | QDoubleSpinBox:
        low, high, unit = RANGES[name]
        box: QSpinBox | QDoubleSpinBox
        if isinstance(value, int):
            box = QSpinBox()
            box.setRange(int(low), int(high))
            box.setValue(value)
        else:
            box = QDoubleSpinBox()
            box.setDecimals(1)
            box.setSingleStep(0.1)
            box.setRange(low, high)
            box.setValue(value)
        box.setSuffix(tr(_UNITS.get(unit, "")))
        box.setToolTip(tip)
        box.setAccessibleName(label)
        box.valueChanged.connect(self.changed)
        self.numbers[name] = box
        return box

    def _task_changed(self) -> None:
        self.choose.setEnabled(self.needs_list)
        for box in self.numbers.values():
            box.setEnabled(self.needs_list)
        self.changed.emit()

    def _choose(self) -> None:
        start = str(self.path.parent) if self.path is not None else str(Path.home())
        name, _ = QFileDialog.getOpenFileName(
            self, tr("List of words or sentences"), start, tr("Lists (*.csv *.tsv *.txt)")
        )
        if name:
            self.take_list(Path(name))
