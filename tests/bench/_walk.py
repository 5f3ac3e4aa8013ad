"""Goes the whole way of the window by mouse and keyboard, in a process of its own: Check, Record, Train, Speak, Report.

`python -m tests.bench._walk PARTICIPANT [PICTURES]` opens the program as `bk-karaoke` does, clicks and types what a
person would, waits for what the window shows, prints one line of JSON a step, and goes on when it reads one. PICTURES:
folder for a picture each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6 import sip
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication, QWidget

from gui import theme
from gui.record.page import RecordPage
from gui.record.screen_view import PAUSE_SIGN
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
machine that stands still plays less."""
UNHEARD = 450
"""Frames decoded after PANIC, more than five seconds."""
TIMES = {"repeats": "5", "cross_s": "0.4", "word_s": "1.1", "gap_s": "0.6", "jitter_s": "0.1"}
"""Of the words: a run just longer than the 42 s that training needs."""


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

    def until(
        self,
        true: Callable[[], object],
        what: str,
        again: Callable[[], object] | None = None,
        never: Callable[[], object] = lambda: "",
    ) -> None:
        """Wait for what the window is to show.

        Parameters
        ----------
        again : done now, and every few seconds until then.
        never : why it will not come any more; empty as long as it may.
        """
        ends, next_try = time.monotonic() + PATIENCE_S, time.monotonic()
        while not true():
            why = never() or (time.monotonic() > ends and f"not within {PATIENCE_S:g} s")
            if why:
                self.picture("failed")
                raise SystemExit(f"on {self.shell.step}, waiting until {what}: {why}\n{self.said()}")
            if again is not None and time.monotonic() > next_try:
                next_try = time.monotonic() + AGAIN_S
                again()
            QTest.qWait(20)

    def said(self) -> str:
        """What the window says now, for who looks into a failure."""
        window = self.shell.speak.session_window
        lines = [f"{name}: {page.state()}" for name, page in self.shell.pages.items()]
        lines += [f"said last: {self.shell.notice!r}", f"session: {self.shell.speak.look}"]
        lines += (
            [] if window is None else [f"banner: {window.banner.words!r}, {window.banner.detail!r}", f"{self.status}"]
        )
        return "\n".join(lines)

    def tell(self, step: str, **values: Any) -> None:
        """A line of what was seen: marks and reasons above the page, and whether nobody is said to be decoded; and a
        picture."""
        bar, pages, window = self.shell.bar, self.shell.pages, self.shell.speak.session_window
        self.until(
            lambda: all(b.property("mark") == pages[name].state().mark.word for name, b in bar.buttons.items()),
            "the bar has the marks of the steps",
        )
        live = window is not None and self.shell.step == "Speak"
        simulated = window.banner.simulated if live and window is not None else bar.badge.isVisible()
        marks = {name: (b.property("mark"), b.accessibleDescription()) for name, b in bar.buttons.items()}
        told = {"seconds": round(time.monotonic() - self._began, 1), "simulated": simulated, "marks": marks}
        print(json.dumps({"step": step, **told, **values}, default=str), flush=True)
        self.picture(step)
        sys.stdin.readline()  # who listens to the card has noted how far it was

    def picture(self, name: str) -> None:
        """As it is painted now."""
        if self._pictures is not None:
            QTest.qWait(300)
            self._pictures.mkdir(parents=True, exist_ok=True)
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
        shown = set[str]()

        def word_shown() -> bool:
            """To the participant, on the page of a second screen."""
            shown.update([panel.page.view.text()] if panel.page.on_screen else [])
            return bool(shown - {"", PAUSE_SIGN})

        def over() -> bool:
            return word_shown() and panel.recorder.whole and not panel.busy

        def ended() -> str:
            return "" if panel.busy or panel.recorder.whole else f"the run has ended: {panel.controls.said.text()}"

        self.until(word_shown, "a word is shown", never=ended)
        self.tell("recording")
        self.until(over, "the run is over and its file was read back", never=ended)
        self.until(lambda: self.page(ReportPage).found, "Report knows what was saved")
        good, advice = panel.run.machine.tally.n_good, panel.controls.said.text()
        self.tell("recorded", good=good, shown=sorted(shown), advice=advice)

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
        self.until(lambda: self.shell.participant.bundle in page.results.trained.values(), "the decoder is used")
        self.tell("used", state=page.state())

    def speak(self) -> None:
        """A session: muted, let out, a marker, PANIC, its end."""
        self.go(4)
        page = self.shell.speak

        def over() -> str:
            """The recording that is replayed ends the session; here it is to be ended by its button."""
            return f"the session has ended: {page.look.text}" if page.look.state == "ended" else ""

        self.until(page.start.isEnabled, "a session can be started")
        self.tell("ready")
        self.click(page.start)
        has_status = "the session's window says how it is"
        self.until(lambda: page.session_window is not None and self.status is not None, has_status, never=over)
        self.until(lambda: self.status.muted and self.status.n_frames > 50, "it decodes, muted", never=over)
        self.tell("muted")
        controls = self.window.controls
        self.until(lambda: not self.status.muted, "the voice is let out", lambda: self.click(controls.mute), over)
        first, loud = self.status.n_frames, set[int]()

        def heard() -> bool:
            peak = self.status.peak_dbfs
            if self.status.n_frames > first and peak is not None and peak > LOUD_DBFS:
                loud.add(self.status.n_frames)
            return len(loud) >= OFTEN and self.status.n_frames > first + FRAMES

        self.until(heard, "there was something to hear", never=over)
        QTest.mouseClick(controls.marker, Qt.MouseButton.LeftButton)
        QTest.keyClicks(controls.marker, "heard it")
        QTest.keyClick(controls.marker, Qt.Key.Key_Return)
        self.tell("loud")
        panic = partial(QTest.keyClick, self.shell, Qt.Key.Key_Space)
        self.until(lambda: self.status.muted, "PANIC was heard", panic, over)
        self.tell("silenced")
        first = self.status.n_frames
        self.until(lambda: self.status.n_frames > first + UNHEARD, "it decodes on, muted", never=over)
        self.tell("unheard", frames=self.status.n_frames - first)

        def end() -> None:
            for _ in range(2):
                QTest.mouseClick(controls.stop, Qt.MouseButton.LeftButton)

        self.until(lambda: page.look.state == "ended", "the session has ended", end)
        self.until(lambda: self.page(ReportPage).found[0].is_session, "Report knows of the session")
        self.tell("spoken", said=page.look.text)

    def end_session(self) -> None:
        """One that a failure has left behind; it saves, and its logs are whole then."""
        page, ends = self.shell.speak, time.monotonic() + PATIENCE_S
        page._running.end()
        while page.busy and time.monotonic() < ends:
            QTest.qWait(100)

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
        walk.end_session()
        walk.shell.leave()
        walk.shell.join(60)
        sip.delete(walk.shell)
        sip.delete(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
