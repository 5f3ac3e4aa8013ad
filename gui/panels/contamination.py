"""One line: is the microphone's sound in the electrodes? In colour and in words."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QSizePolicy

from bk_realtime.session.status import Status
from bk_realtime.shown import shown
from bk_realtime.typed import shortened
from gui import theme
from gui.said import translated
from gui.words import later, tr

COLOURS = {"green": theme.GOOD, "yellow": theme.WARN, "red": theme.BAD, "grey": theme.SOFT}
LONGEST, TWO_LINES = 400, 76
"""Letters of the tooltip, and those that there is room for: many channels made a third line, and the first was cut."""
NOBODY = later("nobody listens")


class ContaminationLine(QLabel):
    """The newest light; grey where the status is too old to be believed."""

    def __init__(self) -> None:
        super().__init__(tr(NOBODY))
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setFixedHeight(38)
        self.setAccessibleName(tr("Contamination"))

    def show_status(self, status: Status, live: bool = True) -> None:
        """Show what the status says."""
        colour = COLOURS.get(status.contamination if live else "grey", theme.SOFT)
        said = shown(translated(status.contamination_text), LONGEST)
        theme.set_text(self, f"● {shortened(said, TWO_LINES) or tr(NOBODY)}")
        theme.set_tip(self, said)
        sheet = f"color: {colour}; font-weight: 600;"
        if self.styleSheet() != sheet:
            self.setStyleSheet(sheet)
