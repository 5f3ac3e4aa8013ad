"""What the participant sees: one word or sentence in large type, a cross, or nothing; in any script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from PyQt6.QtCore import QRect, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout
from PyQt6.QtWidgets import QSizePolicy, QWidget

from bk_realtime.prompts.machine import Screen
from gui import theme
from gui.words import tr

LOOKS = {"dark": ("#000000", "#f4f4f4"), "light": ("#ffffff", "#101010")}
"""Ground and letters."""
_LARGEST, _SMALLEST = 0.30, 0.02
"""Letters as shares of the page's height."""
_FLAGS = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
PAUSE_SIGN = "• • •"


class ScreenView(QWidget):
    """Paints a :class:`~bk_realtime.prompts.machine.Screen`.

    ``painted`` is emitted when a new one was handed to the display: after Qt has flushed it, as near to the light as a
    program comes. The screen itself adds up to two of its frames.

    Attributes
    ----------
    words : whether words are shown; while clips are played there is a cross in their place.
    """

    painted = pyqtSignal()

    def __init__(self, look: str = "dark") -> None:
        super().__init__()
        self.words = True
        self._look, self._screen, self._fresh = look, Screen("blank"), False
        self._fit: tuple[str, QRect, QFont] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 70)
        self.setAccessibleName(tr("What the participant sees"))

    def show_screen(self, screen: Screen) -> None:
        """Show another one."""
        self._screen, self._fresh = screen, True
        self.setAccessibleDescription(self.text() or screen.kind)
        self.update()

    def set_look(self, look: str) -> None:
        """Light or dark."""
        self._look = look
        self.update()

    def text(self) -> str:
        """The letters on the page now."""
        screen = self._screen
        if screen.kind == "word" and screen.prompt is not None and self.words:
            return screen.prompt.word
        return PAUSE_SIGN if screen.kind in ("break", "pause") else ""

    @property
    def crossed(self) -> bool:
        """Whether the fixation cross is on the page."""
        return self._screen.kind == "cross" or (self._screen.kind == "word" and not self.words)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Qt paints."""
        ground, letters = LOOKS[self._look]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(ground))
        painter.setPen(QColor(letters))
        text = self.text()
        if self.crossed:
            self._cross(painter, QColor(letters))
        elif text:
            painter.setFont(self._font(text))
            painter.drawText(self._inner(), _FLAGS, text)
        painter.end()
        if self._fresh:
            self._fresh = False
            QTimer.singleShot(0, self.painted)  # when Qt comes back to its loop, this page has been flushed

    def _cross(self, painter: QPainter, colour: QColor) -> None:
        side, thick = 0.10 * self.height(), max(2.0, 0.012 * self.height())
        middle = QRectF(self.rect()).center()
        painter.fillRect(QRectF(middle.x() - side / 2, middle.y() - thick / 2, side, thick), colour)
        painter.fillRect(QRectF(middle.x() - thick / 2, middle.y() - side / 2, thick, side), colour)

    def _inner(self) -> QRect:
        dx, dy = round(0.06 * self.width()), round(0.06 * self.height())
        return self.rect().adjusted(dx, dy, -dx, -dy)

    def _font(self, text: str) -> QFont:
        """The largest font in which all of the text fits."""
        if self._fit is not None and self._fit[:2] == (text, self.rect()):
            return self._fit[2]
        inner, low, high = self._inner(), max(6, round(_SMALLEST * self.height())), round(_LARGEST * self.height())
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _fits(text, theme.font(middle), inner) else (low, middle - 1)
        self._fit = text, self.rect(), theme.font(low)
        return self._fit[2]


def _fits(text: str, font: QFont, inner: QRect) -> bool:
    """Whether a text wrapped between words fits; none of its words is cut."""
    found = QFontMetrics(font).boundingRect(inner, _FLAGS, text)
    return found.width() <= inner.width() and found.height() <= inner.height()


def missing_letters(texts: Iterable[str], font: QFont | None = None) -> list[str]:
    """Letters that no font of this machine can show, in order of first use."""
    missing = []
    for letter in dict.fromkeys(c for text in texts for c in text):
        if letter.isspace() or unicodedata.category(letter) == "Cf":
            continue
        layout = QTextLayout(letter, font or theme.font(40))
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        if any(0 in run.glyphIndexes() for run in layout.glyphRuns()):
            missing.append(letter)
    return missing
