"""The state of the session in words and colour, readable across a room."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from gui import theme
from gui.words import later, tr

WORDS = {
    "running": later("RUNNING"),
    "muted": later("MUTED"),
    "held": later("HELD"),
    "starting": later("STARTING"),
    "stale": later("DATA STALE"),
    "signal lost": later("SIGNAL LOST"),
    "no sound": later("NO SOUND"),
    "stopped": later("STOPPED"),
    "silent engine": later("ENGINE NOT ANSWERING"),
    "waiting": later("WAITING FOR AN ENGINE"),
    "panic not confirmed": later("PANIC NOT CONFIRMED"),
}
DETAILS = {
    "running": later("voice is on"),
    "muted": later("decoding goes on, nothing is heard"),
    "held": later("the session keeps the sound back: see the faults"),
    "starting": later("the first frames are on their way"),
    "stale": later("signals are too old: the voice is faded out"),
    "signal lost": later("no samples from the electrodes: the voice is off"),
    "no sound": later("the sound card is gone: nothing is heard"),
    "stopped": later("the session has ended"),
    "silent engine": later("no status from the engine: what is shown is old"),
    "waiting": later("no session on this network yet; looking for one all the time"),
    "panic not confirmed": later("turn the loudspeaker off, or pull its plug; the engine is asked again and again"),
}


SHAPES = {
    "running": "disc",
    "muted": "bars",
    "starting": "ring",
    "waiting": "ring",
    "stopped": "square",
    "stale": "triangle",
}
"""What stands beside the word, so that nobody needs the colour; everything else is a cross."""


class Shape(QWidget):
    """What stands beside the word, alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(26, 26)
        self.state = "waiting"

    def show_state(self, state: str) -> None:
        """Another one."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(theme.STATE_COLOURS.get(self.state, theme.WARN))
        _draw_shape(painter, SHAPES.get(self.state, "cross"), QRectF(3, 3, 20, 20), colour)


class Banner(QWidget):
    """State at the left, what is decoded in the middle, SIMULATED badge at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(66)
        self.state, self.detail, self.subject, self.simulated, self.clock = "waiting", "", "", False, ""
        self.recording = True
        self.drawn = self.said(0, False)
        """What stands in the middle since it was painted last."""
        self.setAccessibleName(tr("State of the session"))

    def show_state(
        self,
        state: str,
        detail: str = "",
        subject: str = "",
        simulated: bool = False,
        clock: str = "",
        recording: bool = True,
    ) -> None:
        """Change what is said; unknown states are shown in their own words."""
        new = (state, detail or tr(DETAILS.get(state, "")), subject, simulated, clock, recording)
        if new != (self.state, self.detail, self.subject, self.simulated, self.clock, self.recording):
            self.state, self.detail, self.subject, self.simulated, self.clock, self.recording = new
            self.setAccessibleDescription(f"{self.words}: {self.detail}")
            theme.set_tip(self, "\n".join(filter(None, (self.words, self.detail, self.subject))))
            self.update()

    @property
    def words(self) -> str:
        return tr(WORDS.get(self.state, self.state.upper()))

    @property
    def colour(self) -> str:
        return theme.STATE_COLOURS.get(self.state, theme.WARN)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        colour = QColor(self.colour)
        wash = QLinearGradient(area.topLeft(), area.topRight())
        strong = self.state in ("stale", "held", "signal lost", "no sound", "silent engine", "panic not confirmed")
        for stop, alpha in ((0.0, 150 if strong else 80), (0.55, 70 if strong else 24), (1.0, 50 if strong else 10)):
            shade = QColor(colour)
            shade.setAlpha(alpha)
            wash.setColorAt(stop, shade)
        painter.setPen(QColor(colour.red(), colour.green(), colour.blue(), 140))
        painter.setBrush(QColor(theme.CARD))
        painter.drawRoundedRect(area, 10, 10)
        painter.setBrush(wash)
        painter.drawRoundedRect(area, 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        _draw_shape(painter, SHAPES.get(self.state, "cross"), QRectF(22, area.height() / 2 - 11, 22, 22), colour)
        painter.setPen(QColor(theme.STRONG))
        painter.setFont(theme.font(30, bold=True))
        words = self.words
        width = painter.fontMetrics().horizontalAdvance(words)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(60, 0, width + 4, area.height()), middle, words)
        right = area.width() - 16
        if self.simulated:
            right = self._badge(painter, right, area.height(), tr("SIMULATED"), theme.SIMULATED, 36) - 20
        if not self.recording:
            right = self._badge(painter, right, area.height(), tr("NOT RECORDING"), theme.ALARM, 255) - 20
        if self.clock:
            painter.setPen(QColor(theme.TEXT))
            painter.setFont(theme.font(22))
            clock_width = painter.fontMetrics().horizontalAdvance(self.clock) + 4
            painter.drawText(QRectF(right - clock_width, 0, clock_width, area.height()), middle, self.clock)
            right -= clock_width + 20
        x = 60 + width + 26
        y = 4.0
        self.drawn = self.said(int(right - x), strong)
        for colour_of, (pixels, high, lines) in zip(
            (theme.TEXT, theme.TEXT if strong else theme.SOFT), self.drawn, strict=True
        ):
            painter.setFont(theme.font(pixels))
            painter.setPen(QColor(colour_of))
            for line in lines:
                painter.drawText(QRectF(x, y, right - x, high), middle, line)
                y += high

    def said(self, room: int, wraps: bool) -> tuple[tuple[int, int, list[str]], tuple[int, int, list[str]]]:
        """Detail and subject as they are drawn: size of the letters and height of a line in pixels, lines.

        Parameters
        ----------
        room : pixels of a line.
        wraps : where one of them does not fit, both go over two smaller lines each, before anything is left out.
        """
        large, small = ((16, 29), (13, 28)), ((13, 15), (12, 14))
        texts = (self.detail, self.subject)
        metrics = [QFontMetrics(theme.font(pixels)) for pixels, _ in large]
        fits = all(m.horizontalAdvance(text) <= room for m, text in zip(metrics, texts, strict=True))
        sizes, most = (small, 2) if wraps and not fits else (large, 1)
        above, below = (
            (pixels, high, _lines(text, QFontMetrics(theme.font(pixels)), room, most))
            for (pixels, high), text in zip(sizes, texts, strict=True)
        )
        return above, below

    def _badge(self, painter: QPainter, right: float, height: float, text: str, colour: str, wash: int) -> float:
        """Draw one, filled with ``wash`` of 255 of its colour; where it ends at the left."""
        painter.setFont(theme.font(17, bold=True))
        width = painter.fontMetrics().horizontalAdvance(text) + 28
        box = QRectF(right - width, height / 2 - 17, width, 34)
        filling = QColor(colour)
        filling.setAlpha(wash)
        painter.setPen(QColor(colour))
        painter.setBrush(QColor(theme.CARD))
        painter.drawRoundedRect(box, 8, 8)
        painter.setBrush(filling)
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor("white" if wash > 127 else colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.left()


def _lines(text: str, metrics: QFontMetrics, room: int, most: int) -> list[str]:
    """Broken between words; what has no room in the last line ends in an ellipsis."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and metrics.horizontalAdvance(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines]


def _draw_shape(painter: QPainter, shape: str, box: QRectF, colour: QColor) -> None:
    """One of the shapes, filling ``box``."""
    painter.setBrush(colour)
    if shape == "disc":
        painter.drawEllipse(box)
    elif shape == "square":
        painter.drawRect(box)
    elif shape == "bars":
        for left in (0.1, 0.6):
            painter.drawRect(QRectF(box.left() + left * box.width(), box.top(), 0.3 * box.width(), box.height()))
    elif shape == "triangle":
        painter.drawPolygon(QPolygonF([QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]))
    else:
        painter.setPen(QPen(colour, 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if shape == "ring":
            painter.drawEllipse(box.adjusted(2, 2, -2, -2))
        else:
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())
