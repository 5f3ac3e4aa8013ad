"""The window in use, for `window_use`: a session that comes and goes, all steps in turn, every knob.

Prints one JSON line for each cycle: seconds, MiB resident, objects of Qt's and of the window's own classes alive.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QSettings, QTimer
from PyQt6.QtWidgets import QApplication

from bk_realtime.heap import return_freed_memory, share_heap
from gui import theme
from gui.participant import Participant, Profiles, demo
from gui.step_names import STEPS
from gui.steps.running import Look
from gui.steps.shell import Shell

CYCLE = 40
"""Turns of a cycle: three quarters of them with a session, one without."""


@dataclass
class Borrowed:
    """In place of ``Running``: a session of another process, which is there or not as the bench says."""

    folder: Path
    session: str
    runs: bool = False
    participant: str = ""
    lsl: str = ""
    _was: bool = False

    def look(self) -> Look:
        """As it stands."""
        if self.runs:
            self._was = True
            return Look("running", "", self.folder, self.session)
        return Look("ended", f"saved in {self.folder}", self.folder, self.session, 0) if self._was else Look()

    def start(self, participant: Participant) -> None: ...

    def forget(self) -> None:
        """The session that ended is nobody's any more."""
        self._was = False

    def end(self) -> None: ...


class User:
    """Does something with the window at each turn.

    Parameters
    ----------
    shell : the window.
    running : its session.
    """

    def __init__(self, shell: Shell, running: Borrowed) -> None:
        self.shell, self.running, self.turns = shell, running, 0

    def turn(self) -> None:
        """One turn: the next step; in Speak something that is shown otherwise; a cycle's end puts the session away."""
        phase = self.turns % CYCLE
        self.running.runs = phase < 3 * CYCLE // 4
        if not self.running.runs:
            self.shell.speak.look_again()
            self.shell.speak.put_away()
        step = STEPS[(self.turns // 2) % len(STEPS)] if phase % 3 else "Speak"
        self.shell.go(step)
        window = self.shell.speak.session_window
        if window is not None:
            card, commander = window.trace_card, window.commander
            card.span.setCurrentIndex(self.turns % card.span.count())
            card.page.setCurrentIndex(self.turns % card.page.count())
            card.traces.step_sensitivity(1 if self.turns % 2 else -1)
            card.turn_page(1 if self.turns % 2 else -1)
            window.condition.ask("next")
            window.channels.fill()
            if commander is not None:
                commander.send("marker", text=f"turn {self.turns}")
                commander.send("gain", gain_db=float(-(self.turns % 6)))
                commander.send("unmute" if self.turns % 2 else "panic")
            window.keys.show_list()
            for box in window.keys._window.findChildren(type(window.keys._list)):
                box.close()
        self.shell.resize(1366 if self.turns % 2 else 1440, 768 if self.turns % 2 else 900)
        self.turns += 1


def alive() -> Counter[str]:
    """Objects of Qt's classes and of the window's own by class; what only waits for the collector is gone before."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    return Counter(
        type(one).__name__
        for one in gc.get_objects()
        if isinstance(one, QObject) or str(type(one).__module__).partition(".")[0] == "gui"
    )


def main(seconds: float, turn_s: float, session: str, folder: Path) -> None:
    """Use the window of the fake session for so long."""
    share_heap()
    return_freed_memory()  # as gui.app does
    app = QApplication(["BrainKaraoke"])
    theme.apply(app)
    with tempfile.TemporaryDirectory() as name:
        settings = QSettings(str(Path(name) / "window.ini"), QSettings.Format.IniFormat)
        running = Borrowed(folder, session)
        profiles: Any = Profiles(Path(name) / "profiles")
        shell = Shell(settings, demo(), profiles, running)  # type: ignore[arg-type]
        user, start, process = User(shell, running), time.monotonic(), psutil.Process()

        def turn() -> None:
            user.turn()
            if user.turns % CYCLE == 0:
                counts = alive()
                row = {
                    "seconds": time.monotonic() - start,
                    "MiB": process.memory_info().rss / 2**20,
                    "objects": counts.total(),
                    "classes": counts,
                }
                print(json.dumps(row), flush=True)
            if time.monotonic() - start > seconds:
                timer.stop()
                shell.leave()

        timer = QTimer()
        timer.timeout.connect(turn)
        timer.start(round(1e3 * turn_s))
        shell.show()
        app.exec()
        shell.join(10)
        sip.delete(shell)  # in this order, as gui.app does
        sip.delete(app)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
