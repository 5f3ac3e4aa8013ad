"""What lies over a picture: how it differs from what came, a note, the time cursor, and that it is old."""

from __future__ import annotations

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QColor, QPainter

from gui import theme

OLD = QColor(90, 96, 105, 170)
"""What lies over a picture of which nothing more comes."""
POINTED = QColor(255, 255, 255, 190)
HIGH = 22
"""Pixels of the line of text beside the cursor."""


def draw_over(
    painter: QPainter, field: QRect, waiting: str, x: int | None, text: str, note: str, said: str = ""
) -> None:
    """What there is of all that: words in place of a picture, the time cursor at ``x`` with its text, a note, and how
    what is shown differs from what came."""
    if waiting:
        painter.setFont(theme.font(15))
        painter.setPen(QColor(theme.FAINT))
        painter.drawText(field, Qt.AlignmentFlag.AlignCenter, waiting)
    if x is not None:
        _draw_cursor(painter, x, field, text)
    taken = _draw_note(painter, field.right() + 1, note) if note else 0
    if said:
        _draw_said(painter, field, said, field.width() - taken - 24)


def _draw_note(painter: QPainter, width: int, note: str) -> int:
    """A remark in a pill at the top right; the pixels that it takes."""
    painter.setFont(theme.font(15, bold=True))
    wide = painter.fontMetrics().horizontalAdvance(note) + 24
    pill = QRect(width - wide - 8, 6, wide, 26)
    painter.setPen(QColor(theme.WARN))
    painter.setBrush(QColor(theme.CARD))
    painter.drawRoundedRect(pill, 6, 6)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, note)
    return wide


def _draw_said(painter: QPainter, field: QRect, said: str, most: int) -> None:
    """Words at the top left, on a ground of their own so that they are read over any picture."""
    painter.setFont(theme.font(12))
    metrics = painter.fontMetrics()
    said = metrics.elidedText(said, Qt.TextElideMode.ElideRight, max(0, most))
    box = QRect(field.left() + 6, field.top() + 5, metrics.horizontalAdvance(said) + 12, HIGH)
    painter.fillRect(box, QColor(theme.CARD))
    painter.setPen(QColor(theme.SIMULATED))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)


def _draw_cursor(painter: QPainter, x: int, field: QRect, text: str) -> None:
    """The line at ``x``, and beside it at the bottom what it says, inside ``field``."""
    painter.setPen(POINTED)
    painter.drawLine(x, field.top(), x, field.bottom())
    if not text:
        return
    painter.setFont(theme.font(12))
    wide = painter.fontMetrics().horizontalAdvance(text) + 12
    left = x + 4 if x + 4 + wide <= field.right() else x - 4 - wide
    box = QRect(max(left, field.left()), field.bottom() - HIGH, wide, HIGH)
    painter.fillRect(box, QColor(theme.CARD))
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
