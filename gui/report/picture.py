"""One moment of a recording as a picture file: all panels below each other, and a title that says what it is."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPixmap

from bk_realtime.errors import FileError
from bk_realtime.files import atomic
from gui import theme
from gui.report.opened import Decoded, View
from gui.report.viewer import Viewer, clock

MARKS = ("SIMULATED", "LEAK", "CONTAMINAT", "OWN VOICE")
"""In a title they are seen at once."""
MARGIN, TITLE_HIGH, NAME_HIGH = 12, 34, 20


def title_of(view: View, file: str, position: float, start: float, end: float, decoded: Decoded | None) -> str:
    """File, time, and what nobody may take it for."""
    parts = [file, f"{clock(position)} ({clock(start)} to {clock(min(end, view.seconds))})"]
    if view.simulated:
        parts.append("SIMULATED: no person was recorded")
    if decoded is not None:
        parts.append(f"decoded by {decoded.bundle}")
        if decoded.memory.verdict == "found":
            parts.append("LEAK: it was trained on this signal")
        parts += [mark for mark in decoded.marks if mark not in ("LEAK", "SIMULATED")]
    return "  ·  ".join(parts)


def picture_of(viewer: Viewer, title: str) -> QImage:
    """What is on the screen, without its buttons; in twice the size where the screen has twice the pixels. The title
    stands in the picture and in its file."""
    viewer.paint()
    rows: list[tuple[str, QPixmap]] = []
    for name, panel in viewer.named_panels():
        rows.append((name, panel.grab()))
        if panel is viewer.traces and viewer.markers.isVisible():
            rows.append(("", viewer.markers.grab()))
    ratio = rows[0][1].devicePixelRatio()
    size = [(round(pixels.width() / ratio), round(pixels.height() / ratio)) for _, pixels in rows]
    high = TITLE_HIGH + sum(h + (NAME_HIGH if name else 0) for (name, _), (_, h) in zip(rows, size, strict=True))
    wide = max(w for w, _ in size) + 2 * MARGIN
    image = QImage(round(wide * ratio), round((high + MARGIN) * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.CARD))
    painter = QPainter(image)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(QColor(theme.SIMULATED if any(mark in title for mark in MARKS) else theme.TEXT))
    pixels_high = 16
    while pixels_high > 8 and _wide(painter, title, pixels_high) > wide - 2 * MARGIN:
        pixels_high -= 1
    painter.drawText(QRect(MARGIN, 0, wide - 2 * MARGIN, TITLE_HIGH), left, title)
    painter.setPen(QColor(theme.SOFT))
    painter.setFont(theme.font(12, bold=True))
    y = TITLE_HIGH
    for (name, pixmap), (_, h) in zip(rows, size, strict=True):
        if name:
            painter.drawText(QRect(MARGIN, y, wide, NAME_HIGH), left, name)
            y += NAME_HIGH
        painter.drawPixmap(MARGIN, y, pixmap)
        y += h
    painter.end()
    image.setText("Title", title)
    image.setText("Software", "BrainKaraoke")
    return image


def save_png(image: QImage, path: Path) -> None:
    """Write it whole or not at all.

    Raises
    ------
    FileError
        It cannot be written.
    """
    try:
        with atomic(path) as part:
            if not image.save(str(part), "PNG"):
                raise FileError(f"{path}: the picture cannot be written; choose another folder")
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror or error}); choose another folder") from None


def _wide(painter: QPainter, text: str, pixels: int) -> int:
    painter.setFont(theme.font(pixels, bold=True))
    return painter.fontMetrics().horizontalAdvance(text)
