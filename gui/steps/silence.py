"""PANIC where the session's own buttons are not in sight: on every other step, and before there is a session."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gui import theme
from gui.panels.banner import Banner
from gui.words import tr


class SilenceStrip(QWidget):
    """Emits ``pressed()``; beside the button the session in words, and the last thing that was said."""

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
        self.session, self.words = QLabel(""), QLabel("")
        self.session.setObjectName("value")
        self.words.setObjectName("soft")
        self.words.setWordWrap(True)
        for label in (self.session, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 8)
        row.setSpacing(12)
        row.addWidget(self.panic)
        row.addWidget(self.session)
        row.addWidget(self.words, 1)

    def show_session(self, banner: Banner | None) -> None:
        """What the session's banner says; ``None`` without a session."""
        theme.set_text(self.session, tr("no session") if banner is None else banner.words)
        keys = tr("Space or Esc") if banner is not None else tr("stops what is played")
        self.panic.setToolTip(tr("Silence at once: {keys}").format(keys=keys))

    def say(self, text: str) -> None:
        """The last thing that was said."""
        theme.set_text(self.words, text)
