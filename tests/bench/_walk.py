"""Goes the whole way of the window by mouse and keyboard, in a process of its own: Check, Record, Train, Speak, Report.

`python -m tests.bench._walk PARTICIPANT [PICTURES]` opens the program as `bk-karaoke` does, clicks and types what a
person would, waits for what the window shows, and prints one line of JSON a step. PICTURES: folder for a picture each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6 import sip
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication, QWidget

from gui import theme
from gui.record.page import RecordPage
from gui.report.page import ReportPage
from gui.steps.check import CheckPage
from gui.steps.opening import open_shell
from gui.steps.shell import Shell
from gui.train.page import TrainPage
from gui.window import Window

PATIENCE_S = 600.0
"""For each state: a training behind all others, and a first session that compiles, on two busy cores."""
AGAIN_S = 6.0
"""An engine that stood still for a second refuses what it hears late, and says so: a person asks again."""
SIZE = (1366, 768)
FRAMES, LOUD_DBFS, OFTEN = 300, -32.0, 25
"""Let out for so many frames, more than three seconds, and until so many status values told of a voice so loud: a
machine that stands still plays less. The demo's recording ends the session after 45 s."""
TIMES = {"repeats": "5", "cross_s": "0.4", "word_s": "1.0", "gap_s": "0.6", "jitter_s": "0.1"}
"""Of the words: as long as the recording of the simulated amplifier, which ends the run where it is over first;
training needs some 40 s."""


class Walk:
    """A person before the window.

    Parameters
    ----------
    shell : the window.
    pictures : folder for pictures; None: none are taken.
    """

    def __init__(self, shell: Shell, pictures: Path | None = None) -> None:
        self.shell, self._pictures, self._began = shell, pictures, time.monotonic()

    def page(self, kind: type[Any]) -> Any:
        """The page of this class."""
        return next(page for page in self.shell.pages.values() if isinstance(page, kind))

    @property
    def window(self) -> Window:
        """That of the session."""
        assert self.shell.speak.session_window is not None
        return self.shell.speak.session_window

    @property
    def status(self) -> Any:
        """What its engine said last."""
        return self.window.status

    # ---- hands and eyes ------------------------------------------------------------------------------------------
    def click(self, button: QAbstractButton) -> None:
        """With the mouse, on what can be seen and pressed."""
        self.until(lambda: button.isVisible() and button.isEnabled(), f"{button.text()!r} can be pressed")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_in(self, box: QWidget, text: str) -> None:
        """Another value into a field."""
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Tab)

    def go(self, number: int) -> None:
        """To a step, by its key."""
        name = list(self.shell.pages)[number - 1]
        QTest.keyClick(self.shell, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        self.until(lambda: self.shell.step == name, f"{name} is in front")

    def until(self, true: Callable[[], object], what: str, again: Callable[[], object] | None = None) -> None:
        """Wait for what the window is to show; ``again``: done now, and every few seconds until then."""
        ends, next_try = time.monotonic() + PATIENCE_S, time.monotonic()
        while not true():
            if time.monotonic() > ends:
                self.picture("failed")
                states = {name: page.state() for name, page in self.shell.pages.items()}
                raise SystemExit(f"waited {PATIENCE_S:g} s until {what}; said: {self.shell.notice!r}; {states}")
            if again is not None and time.monotonic() > next_try:
                next_try = time.monotonic() + AGAIN_S
                again()
            QTest.qWait(20)

    def tell(self, step: str, **values: Any) -> None:
        """A line of what was seen, and whether it was said that nobody is decoded; and a picture."""
        window = self.shell.speak.session_window
        live = window is not None and self.shell.step == "Speak"
        said = window.banner.simulated if live and window is not None else self.shell.bar.badge.isVisible()
        states = {name: page.state().mark.word for name, page in self.shell.pages.items()}
        told = {"seconds": round(time.monotonic() - self._began, 1), "simulated": said, "states": states}
        print(json.dumps({"step": step, **told, **values}, default=str), flush=True)
        self.picture(step)

    def picture(self, name: str) -> None:
        """As it is painted now."""
        if self._pictures is not None:
            QTest.qWait(300)
            self.shell.grab().save(str(self._pictures / f"{name}.png"))

    # ---- the way -------------------------------------------------------------------------------------------------
    def choose(self, name: str) -> None:
        """The participant, in the list above."""
        who = self.shell.bar.who
        who.setFocus()
        self.until(lambda: self.shell.participant.name == name, f"{name} is chosen", lambda: QTest.keyClicks(who, name))

    def check(self) -> None:
        """Look whether all is there."""
        page: CheckPage = self.page(CheckPage)
        self.until(lambda: len(page.findings) == 4 and not page.preflight.runs, "Check has looked at everything")
        self.tell("looked", found={name: finding.mark.word for name, finding in page.findings.items()})

    def record(self) -> None:
        """Words on the participant's page, to a file."""
        self.go(2)
        panel = self.page(RecordPage).panel
        for name, value in TIMES.items():
            self.type_in(panel.form.numbers[name], value)
        self.click(panel.controls.start)
        self.until(lambda: panel.run.running and panel.run.machine.screen.kind == "word", "a word is shown")
        self.tell("recording", page=panel.page.on_screen)
        self.until(lambda: panel.recorder.whole and not panel.busy, "the run is over and its file was read back")
        self.tell("recorded", good=panel.run.machine.tally.n_good, advice=panel.controls.said.text())

    def train(self) -> None:
        """A linear decoder, used by one click."""
        self.go(3)
        page: TrainPage = self.page(TrainPage)
        self.click(page.view.start)
        self.until(lambda: page.runs, "training runs")
        self.until(lambda: not page.runs, "training is over")
        self.tell("trained", said=page.view.words.text(), state=page.state())
        if not page.view.uses:
            raise SystemExit(f"nothing was trained: {page.view.words.text()}")
        self.click(next(iter(page.view.uses.values())))
        self.until(lambda: self.shell.participant.bundle in page.trained.values(), "the decoder is used")
        self.tell("used", state=page.state())

    def speak(self) -> None:
        """A session: muted, let out, a marker, PANIC, its end."""
        self.go(4)
        page = self.shell.speak
        self.until(page.start.isEnabled, "a session can be started")
        self.tell("ready")
        self.click(page.start)
        self.until(
            lambda: page.session_window is not None and self.status is not None, "the session's window says how it is"
        )
        self.until(lambda: self.status.muted and self.status.n_frames > 50, "it decodes, muted")
        self.tell("muted")
        controls = self.window.controls
        self.until(lambda: not self.status.muted, "the voice is let out", lambda: self.click(controls.mute))
        first, loud = self.status.n_frames, set[int]()

        def heard() -> bool:
            peak = self.status.peak_dbfs
            if self.status.n_frames > first and peak is not None and peak > LOUD_DBFS:
                loud.add(self.status.n_frames)
            return len(loud) >= OFTEN and self.status.n_frames > first + FRAMES

        self.until(heard, "there was something to hear")
        QTest.mouseClick(controls.marker, Qt.MouseButton.LeftButton)
        QTest.keyClicks(controls.marker, "heard it")
        QTest.keyClick(controls.marker, Qt.Key.Key_Return)
        self.tell("loud")
        self.until(lambda: self.status.muted, "PANIC was heard", lambda: QTest.keyClick(self.shell, Qt.Key.Key_Space))
        self.tell("silenced")

        def end() -> None:
            for _ in range(2):
                QTest.mouseClick(controls.stop, Qt.MouseButton.LeftButton)

        self.until(lambda: page.look.state == "ended", "the session has ended", end)
        self.tell("spoken", said=page.look.text)

    def report(self) -> None:
        """What was saved, and what it is worth."""
        self.go(5)
        page: ReportPage = self.page(ReportPage)
        self.tell("saved", whole=page.whole.whole, text=page.whole.text, chosen=page.chosen)
        self.click(page.view.check)
        self.until(lambda: page.runs, "it is read back")
        self.until(lambda: not page.runs, "it was read back")
        self.tell("checked", whole=page.whole.whole, text=page.whole.text, figures=page.view.figures.text())


def opened(name: str, pictures: str = "") -> Walk:
    """A person before a window that was just opened, with this participant chosen."""
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "BrainKaraoke", "window")
    shell = open_shell(settings, None, None, None, None)
    shell.resize(*SIZE)
    shell.show()
    QTest.qWaitForWindowExposed(shell, 60_000)
    shell.activateWindow()  # no window manager does it
    QTest.qWaitForWindowActive(shell, 60_000)
    walk = Walk(shell, Path(pictures) if pictures else None)
    walk.choose(name)
    return walk


def main(name: str, pictures: str = "", *steps: str) -> None:
    """Open, go the way, close; ``steps``: only those of it."""
    app = QApplication(["BrainKaraoke"])
    app.setApplicationName("BrainKaraoke")
    theme.apply(app)
    walk = opened(name, pictures)
    try:
        for step in steps or ("check", "record", "train", "speak", "report"):
            getattr(walk, step)()
    finally:
        walk.shell.speak._running.end()  # one that a failure has left behind
        walk.shell.leave()
        walk.shell.join(60)
        sip.delete(walk.shell)
        sip.delete(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
