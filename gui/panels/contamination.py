"""One line: is the microphone's sound in the electrodes? In colour and in words."""

from __future__ import annotations

from PyQt6.QtWidgets import QLabel

from bk_realtime.session.status import Status
from gui import theme
from gui.said import translated
from gui.words import later, tr

COLOURS = {"green": theme.GOOD, "yellow": theme.WARN, "red": theme.BAD, "grey": theme.SOFT}
NOBODY = later("nobody listens")


class ContaminationLine(QLabel):
    """The newest light; grey where the status is too old to be believed."""

    def __init__(self) -> None:
        super().__init__(tr(NOBODY))
        self.setWordWrap(True)
        self.setFixedHeight(38)
        self.setAccessibleName(tr("Contamination"))

    def show_status(self, status: Status, live: bool = True) -> None:
        """Show what the status says."""
        colour = COLOURS.get(status.contamination if live else "grey", theme.SOFT)
        theme.set_text(self, f"● {translated(status.contamination_text) or tr(NOBODY)}")
        self.setToolTip(translated(status.contamination_text))
        sheet = f"color: {colour}; font-weight: 600;"
        if self.styleSheet() != sheet:
            self.setStyleSheet(sheet)
