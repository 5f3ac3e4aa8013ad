"""Colours, fonts and the style sheet of the window, dark or light; the states are the only strong colours."""

from __future__ import annotations

import os
from html import escape

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
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

from gui import theme_names

LIGHT = os.environ.get(theme_names.LOOK) == theme_names.LIGHT
"""Settled before the first panel is loaded, see :mod:`gui.look`."""


def _of(dark: str, light: str) -> str:
    return light if LIGHT else dark


# What is read is at least 4.5 times as bright, or as dark, as what it stands on, in both looks; tests/gui/contrast.py
# measures it in the window itself.
GROUND = _of("#0d1117", "#f0f3f6")
CARD = _of("#141a22", "#ffffff")
WELL = _of("#0f141b", "#f7f9fb")
LINE = _of("#222b36", "#cdd5de")
TEXT = _of("#e8eef5", "#141b24")
SOFT = _of("#a3b0c0", "#3f4c5c")
FAINT = _of("#8795a8", "#556272")
OFF = _of("#5b6878", "#9aa5b1")
"""Of what cannot be used now."""
ACCENT = _of("#5ac8c8", "#086475")
GOOD, IDLE = _of("#3fc985", "#14653a"), _of("#7aa0d0", "#2a5486")
WARN, BAD = _of("#eda842", "#7f4900"), _of("#ff868a", "#a81c23")
SIMULATED = _of("#f3c969", "#704a00")
CHOSEN = _of("#1f3348", "#d6e6f5")
"""Ground of what is chosen."""
RAISED, EDGE, OVER, DOWN = (
    _of("#1d2631", "#e9eef3"),
    _of("#2c3846", "#b3bfcb"),
    _of("#263240", "#dde5ec"),
    _of("#18202a", "#d0dae3"),
)
"""A button: its face, its edge, its face under the pointer and pressed."""
STRONG = _of("#ffffff", "#0a0e13")
"""The state in large letters."""
ALARM = "#b92d33"
"""Ground under white words."""
GRID, MISSING, MARK = _of("#1a222c", "#e3e8ee"), _of("#2a161b", "#f6dcde"), _of("#c9a7ff", "#7442c8")
MASKED = _of("#46505e", "#b4bdc7")

TRACE_TINTS = (
    _of("#8ecbe6", "#1b6687"),
    _of("#a9b4f5", "#4450b8"),
    _of("#94dcc0", "#176a4c"),
    _of("#e3cf9b", "#77590b"),
)
"""One per electrode shaft, in turn."""
TRACE_MASKED = MASKED
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
QComboBox QAbstractItemView {{ background: {CARD}; border: 1px solid {LINE}; selection-background-color: {CHOSEN}; }}
QLineEdit {{ font-size: 15px; min-height: 30px; selection-background-color: {CHOSEN}; selection-color: {TEXT};
             placeholder-text-color: {FAINT}; }}
QPushButton {{ background: {RAISED}; border: 1px solid {EDGE}; border-radius: 8px; padding: 6px 16px;
               font-size: 15px; font-weight: 600; min-height: 30px; }}
QPushButton:hover {{ background: {OVER}; }}
QPushButton:pressed {{ background: {DOWN}; }}
QPushButton:disabled {{ color: {OFF}; background: {GROUND}; border-color: {LINE}; }}
QPushButton#small {{ font-size: 12px; padding: 2px 9px; min-height: 20px; border-radius: 6px; color: {SOFT}; }}
QPushButton#small:checked {{ background: {CHOSEN}; color: {TEXT}; border-color: {ACCENT}; }}
QPushButton#step {{ font-size: 14px; padding: 3px 12px; min-height: 24px; background: {CARD};
                    border: 2px solid {LINE}; }}
QPushButton#step:checked {{ background: {CHOSEN}; border-color: {ACCENT}; }}
QCheckBox {{ border: 2px solid transparent; border-radius: 4px; }}
QCheckBox::indicator:unchecked, QListWidget::indicator:unchecked {{ width: 13px; height: 13px; background: {WELL};
                                  border: 1px solid {SOFT}; border-radius: 3px; }}
QLabel#simulated {{ color: {SIMULATED}; border: 1px solid {SIMULATED}; border-radius: 6px; padding: 2px 10px;
                    font-size: 14px; font-weight: 700; }}
QLabel#afar {{ font-size: 22px; font-weight: 700; }}
QLabel#alarm {{ color: white; background: {ALARM}; border-radius: 6px; padding: 2px 10px; font-size: 14px;
                font-weight: 700; }}
QPushButton#panic {{ background: {ALARM}; color: white; border: 2px solid #ff7479; border-radius: 12px; }}
QPushButton#panic[large="true"] {{ min-height: 60px; }}
QPushButton#panic:hover {{ background: #a8272d; }}
QPushButton#panic:pressed {{ background: #8d2126; }}
QPushButton#panic:disabled {{ background: #3a2226; border-color: #4b2c30; }}
QPushButton#panic QLabel:disabled {{ color: #8d6a6d; }}
QLabel#panicword {{ color: white; font-size: 23px; font-weight: 800; letter-spacing: 1px; }}
QLabel#panickeys {{ color: #ffe3e4; font-size: 12px; }}
QPushButton#unmute {{ background: #1f5f43; color: white; border-color: #2f8a61; }}
QPushButton#unmute:hover {{ background: #276b4a; }}
QPushButton#unmute:disabled {{ color: {OFF}; background: {GROUND}; border-color: {LINE}; }}
QPushButton#armed {{ background: #7a4a12; color: white; border-color: #e9a23b; }}
QSlider {{ border: 2px solid transparent; border-radius: 6px; }}
QSlider::groove:horizontal {{ height: 6px; background: {WELL}; border: 1px solid {EDGE}; border-radius: 3px; }}
QSlider::sub-page:horizontal {{ background: #2f6f78; border-radius: 3px; }}
QSlider::handle:horizontal {{ background: {TEXT}; width: 18px; height: 18px; margin: -7px 0; border-radius: 9px; }}
QSlider::handle:horizontal:disabled {{ background: {OFF}; }}
QTableWidget, QListWidget {{ background: {WELL}; border: 1px solid {LINE}; border-radius: 6px; font-size: 13px;
                             selection-background-color: {CHOSEN}; selection-color: {TEXT}; }}
QHeaderView::section {{ background: {CARD}; color: {SOFT}; border: none; padding: 4px 8px; font-size: 12px; }}
QScrollArea {{ background: {GROUND}; }}
QScrollBar:vertical {{ background: {GROUND}; width: 8px; }}
QScrollBar::handle:vertical {{ background: {EDGE}; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
QToolTip {{ background: {CARD}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px; }}
QPushButton:focus {{ border: 2px solid {ACCENT}; padding: 5px 15px; }}
QPushButton#small:focus {{ border: 2px solid {ACCENT}; padding: 1px 8px; }}
QPushButton#step:focus {{ border: 2px dashed {STRONG}; padding: 3px 12px; }}
QPushButton#panic:focus {{ border: 4px solid white; }}
QPushButton#unmute:focus, QPushButton#armed:focus {{ border: 3px solid {STRONG}; }}
QComboBox:focus, QLineEdit:focus {{ border: 2px solid {ACCENT}; padding: 3px 7px; }}
QListWidget:focus, QTableWidget:focus {{ border: 2px solid {ACCENT}; }}
QCheckBox:focus, QSlider:focus {{ border: 2px solid {ACCENT}; }}
"""


def apply(app: QApplication) -> None:
    """Give the application its look; the same on every desktop."""
    app.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)  # a desktop's own would keep PANIC's keys
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
        (roles.Highlight, ACCENT),
        (roles.HighlightedText, GROUND),
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


class GivingWay(QLabel):
    """A line that gives way and never pushes: what has no room ends in an ellipsis."""

    def __init__(self) -> None:
        super().__init__("")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())
        style = self.style()
        assert style is not None
        flags, role = int(self.alignment() | Qt.TextFlag.TextSingleLine), self.foregroundRole()
        style.drawItemText(QPainter(self), self.contentsRect(), flags, self.palette(), self.isEnabled(), text, role)


class Card(QFrame):
    """A titled panel. ``header`` takes further widgets at its right, ``body`` the content."""

    def __init__(self, title: str, content: QWidget | None = None) -> None:
        super().__init__()
        self.setObjectName("card")
        self.title = QLabel(title)
        self.title.setObjectName("title")
        self.hint = GivingWay()
        self.hint.setObjectName("hint")
        self.header = QHBoxLayout()
        self.header.setSpacing(6)
        self.header.addWidget(self.title)
        self.header.addSpacing(6)
        self.header.addWidget(self.hint, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 8, 12, 10)
        self.body.setSpacing(6)
        self.body.addLayout(self.header)
        if content is not None:
            self.body.addWidget(content, 1)


def tip(text: str) -> str:
    """For a tooltip, words that others wrote: Qt would obey markup in them."""
    return f"<span>{escape(text)}</span>".replace("\n", "<br>") if "<" in text else text


def set_tip(widget: QWidget, text: str) -> None:
    """The same as a widget's tooltip."""
    widget.setToolTip(tip(text))


def set_text(label: QLabel | QAbstractButton, text: str) -> None:
    """Set a label's text only where it changed: an unchanged label need not be painted."""
    if label.text() != text:
        label.setText(text)
