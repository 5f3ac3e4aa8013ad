"""The field for markers and notes, in which Space is a letter only while somebody types."""

from __future__ import annotations

import time
from typing import Any

from pylsl import local_clock
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit

from bk_realtime.session.control import MARKER_LENGTH
from gui.words import later, tr

MARKER = later("Marker: what just happened?  Enter sends it, Esc is panic")
NOTE = later("Note: on what is going on.  Enter sends it, Esc is panic")
TYPING_S = 3.0
"""So long after the last letter a Space still belongs to the text."""


class MarkerField(QLineEdit):
    """A line of text that lets Space through to the panic key, but for one between words while they are typed: not in
    an empty field, not after a pause, and not a second one in a row, which is what a hand that is in a hurry does."""

    def __init__(self) -> None:
        super().__init__()
        self._typed_at = -TYPING_S
        self.begun_at = 0.0
        """LSL time of the first letter of what stands here."""
        self._is_note = False
        self.setPlaceholderText(tr(MARKER))
        self.setToolTip(tr("Ctrl+K, then Enter: a marker. Ctrl+N, then Enter: a note."))
        self.setAccessibleName(tr("Text of a marker or a note"))
        self.setMaxLength(MARKER_LENGTH)
        self.textEdited.connect(self._typed)
        self.textChanged.connect(self._cleared)

    def _typed(self) -> None:
        self.begun_at = self.begun_at or local_clock()
        self._typed_at = time.monotonic()

    def _cleared(self, text: str) -> None:
        if not text:
            self.begun_at = 0.0

    def write_note(self, note: bool) -> None:
        """What stands here, or is typed now, is a note, or else a marker."""
        self._is_note = note
        self.setPlaceholderText(tr(NOTE if note else MARKER))

    def take(self) -> dict[str, Any]:
        """Empty the field for the next marker; the values of the command ``marker`` that sends what stood there, none
        where nothing did. A note is of the moment at which it was begun."""
        text, begun, note = self.text().strip(), self.begun_at, self._is_note
        self.clear()
        self.clearFocus()
        self.write_note(False)
        if not text:
            return {}
        return {"text": f"note: {text}", "about": begun} if note else {"text": text}

    @property
    def takes_space(self) -> bool:
        """Whether a Space now is part of the text."""
        before = self.text()[: self.cursorPosition()]
        return bool(before.strip()) and before[-1] != " " and time.monotonic() - self._typed_at < TYPING_S

    def event(self, event: QEvent | None) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Space
            and not event.modifiers()
            and not self.takes_space
        ):
            event.ignore()
            return False  # a field claims every letter: this one goes on to the shortcut
        return super().event(event)
