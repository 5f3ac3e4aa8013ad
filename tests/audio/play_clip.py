"""`python -m tests.audio.play_clip FILE`: plays it as the Record step does; prints when it was said to begin."""

from __future__ import annotations

import sys
from pathlib import Path

import pylsl
from PyQt6.QtCore import QCoreApplication, Qt

from gui.record.clip_player import ClipPlayer


def main() -> None:
    app = QCoreApplication([])
    player, said = ClipPlayer(), []
    player.began.connect(lambda stamp: said.append(stamp - asked), Qt.ConnectionType.DirectConnection)
    player.failed.connect(lambda why: said.append(why), Qt.ConnectionType.DirectConnection)
    asked = pylsl.local_clock()
    player.play(Path(sys.argv[1]))
    player.join(60)
    app.processEvents()
    print(said)


if __name__ == "__main__":
    main()
