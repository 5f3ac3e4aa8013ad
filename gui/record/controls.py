"""Buttons of a run, under the picture of what the participant sees."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PyQt6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.words import later, tr

KEYS = (
    ("P", later("pause, or go on (Record)")),
    ("B", later("the trial on the page, else the one before, is bad (Record)")),
    ("G", later("it is good after all (Record)")),
    ("U", later("take the last verdict back (Record)")),
)
"""Each presses its button; what it does."""


class RecordControls(QWidget):
    """Only widgets: the panel says what they do. The keys of ``KEYS`` press their buttons anywhere in ``keys_of``."""

    def __init__(self, keys_of: QWidget) -> None:
        super().__init__()
        self.start = _button(tr("Start"), tr("Start the recorder, then the prompts"))
        self.pause = _button(tr("Pause  P"), tr("Pause: a word on the page is aborted and comes again (P)"))
        self.stop = _button(tr("Stop"), tr("End the prompts and the recording; the file is read back"))
        self.bad = _button(tr("Bad  B"), tr("The trial on the page, else the one before, is bad (B)"))
        self.good = _button(tr("Good  G"), tr("It is good after all (G)"))
        self.undo = _button(tr("Undo  U"), tr("Take the last verdict back (U)"))
        self.show_page = _button(tr("Show page"), tr("Show the participant's page as a window on the chosen screen"))
        self.full = _button(tr("Full screen"), tr("Fill the chosen screen with the participant's page"))
        for button in (self.show_page, self.full):
            button.setObjectName("small")
        self.screens = QComboBox()
        self.screens.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.screens.setMinimumContentsLength(8)
        self.screens.setAccessibleName(tr("Screen of the participant's page"))
        self.screens.setToolTip(tr("Screen of the participant's page"))
        self.now, self.said = QLabel(""), QLabel("")
        self.now.setObjectName("soft")
        self.now.setAccessibleName(tr("What is shown now"))
        self.said.setAccessibleName(tr("What is to be done"))
        self.said.setMinimumHeight(36)  # two lines, always: the picture above must not jump
        for label in (self.now, self.said):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for (key, _), button in zip(KEYS, (self.pause, self.bad, self.good, self.undo), strict=True):
            shortcut = QShortcut(QKeySequence(key), keys_of)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        grid = QGridLayout()
        grid.setSpacing(6)
        for n, button in enumerate((self.start, self.pause, self.stop, self.bad, self.good, self.undo)):
            grid.addWidget(button, n // 3, n % 3)
        row = QHBoxLayout()
        row.addWidget(self.screens, 1)
        row.addWidget(self.show_page)
        row.addWidget(self.full)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.now)
        column.addLayout(grid)
        column.addLayout(row)
        column.addWidget(self.said)
        self.fill_screens()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self.fill_screens)
            app.screenRemoved.connect(self.fill_screens)

    def fill_screens(self) -> None:
        """All there are; the last one, which is the second where there are two, is chosen."""
        self.screens.clear()
        for n, screen in enumerate(QGuiApplication.screens(), 1):
            size = screen.geometry()
            self.screens.addItem(
                tr("Screen {n}: {width}×{height}").format(n=n, width=size.width(), height=size.height())
            )
        self.screens.setCurrentIndex(self.screens.count() - 1)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button
