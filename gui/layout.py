"""Where the panels of the window stand, and that all of it is on the screen."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QSplitter, QVBoxLayout, QWidget

SIDE_WIDTH = 352
"""What the figures need, and the bar by which they are scrolled."""
NARROW, DETAILED, HIGH, LOW, LOWEST = 780, 800, 600, 500, 440
"""Logical pixels of a session's window under which the side column; stages and budget; the microphone's mel; voice and
attention; the mel give way."""
SHARES = (52, 18, 22, 13, 0)
SIZES = (470, 130, 190, 120, 110)


def traces_column(*cards: QWidget) -> QSplitter:
    """Traces, the microphone's mel, mel, voice and attention above each other, with borders to drag."""
    column = QSplitter(Qt.Orientation.Vertical)
    column.setHandleWidth(8)
    column.setChildrenCollapsible(False)
    for k, card in enumerate(cards):
        column.addWidget(card)
        column.setStretchFactor(k, SHARES[k])
    column.setSizes(list(SIZES[: len(cards)]))
    return column


def side_column(*cards: QWidget) -> QScrollArea:
    """What is read beside them; on a low screen it scrolls, so that it never pushes a button off the screen."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setSpacing(8)
    column.setContentsMargins(0, 0, 0, 0)
    for card in cards:
        column.addWidget(card, 1 if card is cards[-1] else 0)
    side = QScrollArea()
    side.setWidget(inner)
    side.setWidgetResizable(True)
    side.setFrameShape(QFrame.Shape.NoFrame)
    side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    side.setFixedWidth(SIDE_WIDTH)
    side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner.setObjectName("ground")
    return side


def ground(banner: QWidget, left: QWidget, side: QWidget, controls: QWidget) -> QWidget:
    """The whole: banner on top, panels, controls at the bottom."""
    middle = QHBoxLayout()
    middle.setSpacing(8)
    middle.addWidget(left, 1)
    middle.addWidget(side)
    whole = QWidget()
    whole.setObjectName("ground")
    column = QVBoxLayout(whole)
    column.setContentsMargins(10, 10, 10, 10)
    column.setSpacing(8)
    column.addWidget(banner)
    column.addLayout(middle, 1)
    column.addWidget(controls)
    return whole


def fit_to_screen(window: QMainWindow) -> None:
    """Move and shrink a window, with its frame, until all of it is on its screen: its panic button is at the bottom."""
    screen = window.screen()
    if screen is None or window.isFullScreen() or window.isMaximized():
        return
    room, frame, inner = screen.availableGeometry(), window.frameGeometry(), window.geometry()
    more = frame.size() - inner.size()
    size = inner.size().boundedTo(room.size() - more)
    if size != inner.size():
        window.resize(size)
    left = max(room.left(), min(frame.left(), room.right() + 1 - size.width() - more.width()))
    top = max(room.top(), min(frame.top(), room.bottom() + 1 - size.height() - more.height()))
    if (left, top) != (frame.left(), frame.top()):
        window.move(left, top)


class OnScreen:
    """Keeps all of a window on its screen: whenever it is shown, and when it comes to another screen."""

    def __init__(self, window: QMainWindow) -> None:
        self._window, self._watched = window, False

    def shown(self) -> None:
        """The window is shown."""
        fit_to_screen(self._window)
        if not self._watched and (handle := self._window.windowHandle()) is not None:
            self._watched = True
            handle.screenChanged.connect(lambda _: fit_to_screen(self._window))


def between(widget: QWidget, least: int, most: int, height: int) -> None:
    """A widget of one height, in pixels, that gives way on a narrow screen."""
    widget.setFixedHeight(height)
    widget.setMinimumWidth(least)
    widget.setMaximumWidth(most)
