"""`python -m tests.audio.play_report`: plays a tone of full scale as the Report step does, whatever gain a profile has;
prints where it was, and what went wrong."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QCoreApplication, Qt

from bk_realtime.session.settings import SafetySettings
from gui.report.opened import FilePast
from gui.report.player import Player

RATE, SECONDS = 22_050, 2.0


def main() -> None:
    app = QCoreApplication([])
    player, said = Player(), []
    player.use("auto", SafetySettings(gain_db=20.0, ceiling_dbfs=0.0))
    player.at.connect(said.append, Qt.ConnectionType.DirectConnection)
    player.failed.connect(said.append, Qt.ConnectionType.DirectConnection)
    tone = np.round(32767 * np.sin(2 * np.pi * 440 * np.arange(round(SECONDS * RATE)) / RATE)).astype("<i2")
    player.play(FilePast(tone[:, None], RATE, 0.5, 1 / 32767), 0.0)
    player.join(120)
    app.processEvents()
    print(said)


if __name__ == "__main__":
    main()
