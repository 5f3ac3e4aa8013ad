"""Colours, fonts and the style sheet of the window: dark and calm; the states are the only strong colours."""

from __future__ import annotations

from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

GROUND = "#0d1117"
CARD = "#141a22"
WELL = "#0f141b"
LINE = "#222b36"
TEXT = "#e8eef5"
SOFT = "#93a1b3"
FAINT = "#5b6878"
ACCENT = "#5ac8c8"
GOOD, IDLE, WARN, BAD = "#35b779", "#5f87b8", "#e9a23b", "#e5484d"

TRACE_TINTS = ("#8ecbe6", "#a9b4f5", "#94dcc0", "#e3cf9b")
"""One per electrode shaft, in turn."""
TRACE_MASKED = "#46505e"
"""Channels that the decoder does not use."""

STATE_COLOURS = {
    "running": GOOD,
    "muted": IDLE,
    "held": BAD,
    "starting": IDLE,
    "stale": WARN,
    "signal lost": BAD,
    "no sound": BAD,
    "stopped": "#6b7785",
    "silent engine": BAD,
    "panic not confirmed": BAD,
    "waiting": "#6b7785",
}

FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans", "Arial"]
"""The first that is installed is used; one of them is on every system."""

SHEET = f"""
QWidget {{ color: {TEXT}; }}
QMainWindow, QWidget#ground {{ background: {GROUND}; }}
QFrame#card {{ background: {CARD}; border: 1px solid {LINE}; border-radius: 10px; }}
QLabel#title {{ color: {SOFT}; font-size: 12px; font-weight: 600; letter-spacing: 0.4px; }}
QLabel#hint {{ color: {FAINT}; font-size: 12px; }}
QLabel#soft {{ color: {SOFT}; font-size: 13px; }}
QLabel#value {{ font-size: 15px; font-weight: 600; }}
QComboBox, QLineEdit {{ background: {WELL}; border: 1px solid {LINE}; border-radius: 6px; padding: 4px 8px; }}
QComboBox {{ font-size: 12px; min-height: 18px; color: {SOFT}; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ width: 0; height: 0; border-left: 4px solid {WELL}; border-right: 4px solid {WELL};
                         border-top: 5px solid {SOFT}; margin-right: 6px; }}
QComboBox QAbstractItemView {{ background: {CARD}; border: 1px solid {LINE}; selection-background-color: #26405a; }}
QLineEdit {{ font-size: 15px; min-height: 30px; selection-background-color: #26405a; }}
QLineEdit:focus {{ border: 1px solid {ACCENT}; }}
QPushButton {{ background: #1d2631; border: 1px solid #2c3846; border-radius: 8px; padding: 6px 16px;
               font-size: 15px; font-weight: 600; min-height: 30px; }}
QPushButton:hover {{ background: #263240; }}
QPushButton:pressed {{ background: #18202a; }}
QPushButton:disabled {{ color: {FAINT}; background: #161c24; border-color: {LINE}; }}
QPushButton#small {{ font-size: 12px; padding: 2px 9px; min-height: 20px; border-radius: 6px; color: {SOFT}; }}
QPushButton#small:checked {{ background: #26405a; color: {TEXT}; border-color: #35597c; }}
QPushButton#step {{ font-size: 14px; padding: 3px 12px; min-height: 24px; background: {CARD};
                    border: 2px solid {LINE}; }}
QPushButton#step:checked {{ background: #26405a; border-color: {ACCENT}; }}
QPushButton#step:focus {{ border-style: dashed; border-color: {TEXT}; }}
QCheckBox::indicator:unchecked, QListWidget::indicator:unchecked {{ width: 13px; height: 13px; background: {WELL};
                                  border: 1px solid {SOFT}; border-radius: 3px; }}
QPushButton:focus, QComboBox:focus {{ border-color: {ACCENT}; }}
QLabel#simulated {{ color: #f3c969; border: 1px solid #f3c969; border-radius: 6px; padding: 2px 10px;
                    font-size: 14px; font-weight: 700; }}
QPushButton#panic {{ background: #c9353b; border: 2px solid #ff7479; border-radius: 12px; }}
QPushButton#panic:hover {{ background: #dc3f45; }}
QPushButton#panic:pressed {{ background: #9d262b; }}
QPushButton#panic:disabled {{ background: #3a2226; border-color: #4b2c30; }}
QPushButton#panic QLabel:disabled {{ color: #8d6a6d; }}
QLabel#panicword {{ color: white; font-size: 25px; font-weight: 800; letter-spacing: 1px; }}
QLabel#panickeys {{ color: #ffd7d9; font-size: 12px; }}
QPushButton#unmute {{ background: #1f5f43; border-color: #2f8a61; }}
QPushButton#unmute:hover {{ background: #27734f; }}
QPushButton#armed {{ background: #7a4a12; border-color: {WARN}; }}
QSlider::groove:horizontal {{ height: 6px; background: {WELL}; border: 1px solid {LINE}; border-radius: 3px; }}
QSlider::sub-page:horizontal {{ background: #2f6f78; border-radius: 3px; }}
QSlider::handle:horizontal {{ background: {TEXT}; width: 18px; height: 18px; margin: -7px 0; border-radius: 9px; }}
QSlider::handle:horizontal:disabled {{ background: {FAINT}; }}
QTableWidget, QListWidget {{ background: {WELL}; border: 1px solid {LINE}; border-radius: 6px; font-size: 13px; }}
QHeaderView::section {{ background: {CARD}; color: {SOFT}; border: none; padding: 4px 8px; font-size: 12px; }}
QScrollArea {{ background: {GROUND}; }}
QScrollBar:vertical {{ background: {GROUND}; width: 8px; }}
QScrollBar::handle:vertical {{ background: #35414f; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
QToolTip {{ background: {CARD}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px; }}
"""


def apply(app: QApplication) -> None:
    """Give the application its look; the same on every desktop."""
    app.setStyle("Fusion")
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, GROUND),
        (roles.Base, WELL),
        (roles.AlternateBase, CARD),
        (roles.Button, CARD),
        (roles.Text, TEXT),
        (roles.WindowText, TEXT),
        (roles.ButtonText, TEXT),
        (roles.PlaceholderText, FAINT),
        (roles.Highlight, "#26405a"),
        (roles.HighlightedText, TEXT),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setFont(font(13))
    app.setStyleSheet(SHEET)


def font(pixels: int, bold: bool = False) -> QFont:
    """A font of a size in logical pixels."""
    result = QFont()
    result.setFamilies(FAMILIES)
    result.setPixelSize(pixels)
    result.setBold(bold)
    return result


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three bytes."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


class Card(QFrame):
    """A titled panel. ``header`` takes further widgets at its right, ``body`` the content."""

    def __init__(self, title: str, content: QWidget | None = None) -> None:
        super().__init__()
        self.setObjectName("card")
        self.title = QLabel(title)
        self.title.setObjectName("title")
        self.hint = QLabel("")
        self.hint.setObjectName("hint")
        self.header = QHBoxLayout()
        self.header.setSpacing(6)
        self.header.addWidget(self.title)
        self.header.addSpacing(6)
        self.header.addWidget(self.hint, 1)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # gives way, never pushes
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 8, 12, 10)
        self.body.setSpacing(6)
        self.body.addLayout(self.header)
        if content is not None:
            self.body.addWidget(content, 1)


def set_text(label: QLabel | QAbstractButton, text: str) -> None:
    """Set a label's text only where it changed: an unchanged label need not be painted."""
    if label.text() != text:
        label.setText(text)
