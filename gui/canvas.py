"""A picture in memory whose columns go round: every column of time has its place, and only that is drawn again."""

from __future__ import annotations

from typing import cast

import numpy as np
from PyQt6.QtCore import QRect, QRectF
from PyQt6.QtGui import QImage, QPainter


class Canvas:
    """Pixels that NumPy writes and Qt reads, in one memory.

    Attributes
    ----------
    pixels : (height, width) uint32, as :func:`gui.strips.pack` makes them.
    image : the same for Qt; empty until there was a first :meth:`resize`.
    left : the column of time that stands at the left edge, and so does each that is a whole width away from it.
    """

    def __init__(self) -> None:
        self.pixels = np.zeros((1, 1), np.uint32)
        self.image = QImage()
        self.left = 0

    @property
    def width(self) -> int:
        """Columns that there is room for."""
        return self.pixels.shape[1]

    @property
    def ahead(self) -> int:
        """Columns from the cursor on that are dark in a running picture: what stood there is the oldest of it."""
        return max(6, self.width // 70)

    def resize(self, height: int, width: int, ratio: float) -> bool:
        """Room for so many pixels, ``ratio`` of them in a logical one; False where it is as large already."""
        if (height, width) == self.pixels.shape:
            return False
        pixels = np.zeros((height, width), np.uint32)
        memory = cast(bytes, pixels.data)  # Qt takes any buffer; its type stubs name bytes alone
        image = QImage(memory, width, height, 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        self.image, self.pixels = image, pixels  # together: the image does not keep its memory alive
        return True

    def place(self, column: int) -> int:
        """Where a column of time stands, in pixels from the left edge."""
        return (column - self.left) % self.width

    def holds(self, column: int, end: int) -> bool:
        """Whether a column of time is on the picture, whose newest one is the last before ``end``."""
        return end - self.width <= column < end

    def column_at(self, place: int, end: int) -> int | None:
        """The column of time at a place, in pixels from the left edge, the newest one being the last before ``end``;
        ``None`` beside the picture."""
        if not 0 <= place < self.width:
            return None
        return end - 1 - (end - 1 - self.left - place) % self.width

    def draw(self, painter: QPainter, part: QRect, left: int) -> None:
        """Paint the ``part`` (logical pixels) of a widget on which the picture begins at ``left``."""
        ratio = self.image.devicePixelRatio() or 1.0
        source = QRectF((part.x() - left) * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
        painter.drawImage(QRectF(part), self.image, source)

    def put(self, start: int, picture: np.ndarray) -> None:
        """Write (height, n) pixels as the columns of time from ``start`` on."""
        first, n = self.place(start), picture.shape[1]
        room = min(self.width - first, n)
        self.pixels[:, first : first + room] = picture[:, :room]
        self.pixels[:, : n - room] = picture[:, room:]

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """Pixels from and to which these columns of time stand: one pair, or two where they go round the edge."""
        width, first = self.width, self.place(start)
        stop = first + min(end - start, width)
        return [(a, b) for a, b in ((first, min(stop, width)), (0, stop - width)) if b > a]
