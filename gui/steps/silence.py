"""PANIC where the session's own buttons are not in sight: on every other step, and before there is a session."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gui import theme
from gui.panels.banner import Banner, Shape
from gui.words import tr

NARROW = 900
"""Pixels under which the session's state stands in smaller letters."""
LARGE, SMALL = 24, 17


class SilenceStrip(QWidget):
    """Emits ``pressed()``; beside the button the session as its banner has it, to be read across a room, and the last
    thing that was said."""

    pressed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.panic = QPushButton(tr("PANIC MUTE"))
        self.panic.setObjectName("panic")
        self.panic.setFont(theme.font(18, bold=True))
        self.panic.setMinimumWidth(170)
        self.panic.setFixedHeight(46)
        self.panic.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.panic.setAccessibleName(tr("Panic mute"))
        self.panic.pressed.connect(self.pressed)  # on the press: a finger that slips off must not cancel it
        self.shape, self.session, self.unrecorded, self.words = Shape(), QLabel(""), QLabel(""), QLabel("")
        self.session.setAccessibleName(tr("State of the session"))
        self.unrecorded.setObjectName("alarm")
        self.unrecorded.setText(tr("NOT RECORDING"))
        for widget in (self.shape, self.unrecorded):
            widget.hide()
        self.words.setObjectName("soft")
        self.words.setWordWrap(True)
        for label in (self.session, self.unrecorded, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 8)
        row.setSpacing(12)
        row.addWidget(self.panic)
        for widget in (self.shape, self.session, self.unrecorded):
            row.addWidget(widget)
        row.addWidget(self.words, 1)
        self._fit()

    def show_session(self, banner: Banner | None) -> None:
        """What the session's banner says, with its shape and whether it is recorded; ``None`` without a session."""
        theme.set_text(self.session, tr("no session") if banner is None else banner.words)
        self.shape.setVisible(banner is not None)
        self.unrecorded.setVisible(banner is not None and not banner.recording)
        if banner is not None:
            self.shape.show_state(banner.state)
        keys = tr("Space or Esc") if banner is not None else tr("Esc: stops what is played")
        self.panic.setToolTip(tr("Silence at once: {keys}").format(keys=keys))

    def say(self, text: str) -> None:
        """The last thing that was said."""
        theme.set_text(self.words, text)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        pixels = LARGE if self.width() >= NARROW else SMALL
        if self.session.font().pixelSize() != pixels:
            self.session.setFont(theme.font(pixels, bold=True))
