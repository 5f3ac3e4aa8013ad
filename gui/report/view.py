"""How the Report step looks: what was saved, and beside it the chosen one's judgement, figures and picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImageReader, QPixmap, QResizeEvent
from PyQt6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.report.saved import Saved
from gui.steps.labels import wrapped
from gui.words import tr

NARROW = 1000
"""Pixels under which the two columns stand above each other."""
_WIDEST = 1600
_MOST_PIXELS = 50_000_000


class Picture(QLabel):
    """A picture as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = QPixmap()
        self.setAccessibleName(tr("Picture of the session"))
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_file(self, path: Path | None) -> None:
        """A PNG; none, or one that cannot be read, hides it."""
        self._whole = QPixmap() if path is None else _read(path)
        self.setVisible(not self._whole.isNull())
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            self.clear()
            return
        width = min(self.width(), self._whole.width())
        if width > 0 and self.pixmap().width() != width:
            self.setPixmap(self._whole.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))
            self.setFixedHeight(self.pixmap().height())


def _read(path: Path) -> QPixmap:
    """A picture, made smaller where it is very large; an empty one where it cannot be read."""
    reader = QImageReader(str(path))
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return QPixmap()
    if size.width() > _WIDEST:
        reader.setScaledSize(size.scaled(QSize(_WIDEST, size.height()), Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())


class ReportView(QScrollArea):
    """Emits ``chosen(row)``; the page says what the buttons do."""

    chosen = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What was saved, newest first"))
        self.list.setToolTip(tr("Up and Down choose; what is known of the chosen one stands beside the list"))
        self.list.setFixedHeight(150)
        self.list.currentRowChanged.connect(self.chosen)
        self.check, self.open = QPushButton(tr("Check it now")), QPushButton(tr("Open folder"))
        self.replay, self.again = QPushButton(tr("Replay this")), QPushButton(tr("Look again"))
        self.into, self.file = QPushButton(tr("Look into it")), QPushButton(tr("Open a file…"))
        tips = (
            (self.into, tr("See, scrub, hear and decode its first recording")),
            (self.file, tr("Look into any recording, of whomever (Ctrl+O), or drop one on this page")),
            (
                self.check,
                tr("Read every recording of it back, and make the session's report, in processes of their own"),
            ),
            (self.open, tr("Show the folder in the desktop's file manager")),
            (self.replay, tr("Start a session, SIMULATED, that decodes this recording with the participant's decoder")),
            (self.again, tr("Read the list again")),
        )
        for button, tip in tips:
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
        self.whole, self.words = (
            wrapped(tr("Whether it is whole"), "value"),
            wrapped(tr("What is done with it now"), ""),
        )
        self.files, self.figures = wrapped(tr("Where it was saved"), "soft"), wrapped(tr("Figures"), "")
        self.files.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.picture = Picture()
        self._lay_out()

    def show_saved(self, found: Sequence[Saved], words: Sequence[str], row: int) -> None:
        """All there is, each in words, and which one is chosen."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for one, text in zip(found, words, strict=True):
                item = QListWidgetItem(text)
                item.setToolTip(theme.tip(str(one.path)))
                self.list.addItem(item)
            self.list.setCurrentRow(row)

    def show_words(self, row: int, text: str) -> None:
        """A row in other words."""
        if (item := self.list.item(row)) is not None:
            item.setText(text)

    def show_whole(self, good: bool | None, text: str) -> None:
        """The judgement, in shape, colour and words."""
        theme.set_text(self.whole, f"{'?' if good is None else '✓' if good else '✕'}  {text}" if text else "")
        colour = theme.WARN if good is None else theme.GOOD if good else theme.BAD
        self.whole.setStyleSheet(f"color: {colour}; font-size: 14px;")

    # ---- layout --------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _lay_out(self) -> None:
        saved, one = theme.Card(tr("Saved"), self.list), theme.Card(tr("What it is worth"))
        saved.hint.setText(tr("newest first"))
        buttons = QGridLayout()
        buttons.setSpacing(6)
        for n, button in enumerate((self.into, self.file, self.check, self.open, self.replay, self.again)):
            buttons.addWidget(button, n // 2, n % 2)
        buttons.setColumnStretch(2, 1)
        saved.body.addLayout(buttons)
        saved.body.addWidget(self.words)
        for label in (self.whole, self.figures, self.files, self.picture):
            one.body.addWidget(label)
        whole = QWidget()
        whole.setObjectName("ground")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, whole)
        self._columns.setContentsMargins(10, 0, 10, 0)
        self._columns.setSpacing(8)
        for card, share in ((saved, 2), (one, 3)):
            column = QVBoxLayout()
            column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, share)
        self.setWidget(whole)
