"""Where the cards of the Record step stand: settings, what the participant sees, and what is recorded."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.words import tr


def columns(panel: QWidget, form: QWidget, mirror: QWidget, controls: QWidget, figures: QWidget) -> QVBoxLayout:
    """Lay the panel out in three columns; returns the right one, in which there is room for further cards."""
    area = QScrollArea()
    area.setWidget(form)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    settings, recorded = theme.Card(tr("Settings"), area), theme.Card(tr("Recorded"), figures)
    seen = theme.Card(tr("What the participant sees"), mirror)
    seen.body.addWidget(controls)
    area.setMinimumWidth(form.minimumSizeHint().width())  # longer words in another language
    settings.setMinimumWidth(255)
    recorded.setMinimumWidth(190)
    right = QWidget()
    column = QVBoxLayout(right)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(recorded, 1)
    whole = QHBoxLayout(panel)
    whole.setContentsMargins(10, 0, 10, 0)
    whole.setSpacing(8)
    for card, share in ((settings, 3), (seen, 5), (right, 3)):
        whole.addWidget(card, share)
    return column
