"""Labels that the steps have in common."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel


def wrapped(name: str, style: str) -> QLabel:
    """An empty label that wraps, shows markup as it stands, and has a name for a screen reader."""
    label = QLabel("")
    label.setObjectName(style)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    return label
