"""The window around the steps: one program from an unopened laptop to a heard voice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSettings, QTimer
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui import languages
from gui.keys import Keys
from gui.layout import OnScreen
from gui.participant import Participant, Profiles
from gui.step_names import STEPS
from gui.steps.bar import StepBar
from gui.steps.catalogue import PAGES
from gui.steps.looks import Looks
from gui.steps.page import StepPage
from gui.steps.pages import Pages
from gui.steps.running import Running
from gui.steps.silence import SilenceStrip
from gui.steps.speak import SpeakPage
from gui.steps.taking import Taking
from gui.window import LEAST
from gui.words import tr

STATE_MS = 300
USUAL = (1440, 900)


@dataclass(frozen=True)
class Attached:
    """The session of a window that `run` opens, or whoever knows its control file."""

    session: str | None
    control: Path | None


class Shell(QMainWindow):
    """Steps along the top, the page of one below them, PANIC always in sight.

    Parameters
    ----------
    settings : where geometry and choices are kept.
    participant : whose profile is used.
    profiles : all there are.
    running : starts sessions and finds them again.
    attached : the session that this window is for; it starts none of its own then.
    relaunch : called with a name where only a new process can use that participant's profile; it starts one.
    anew : called with a name, ``--step`` and a step to open another window like this one.
    """

    def __init__(
        self,
        settings: QSettings,
        participant: Participant,
        profiles: Profiles,
        running: Running,
        attached: Attached | None = None,
        relaunch: Callable[[str], None] | None = None,
        anew: Callable[..., None] | None = None,
    ) -> None:
        super().__init__()
        self.setWindowTitle("BrainKaraoke")
        self.settings, self.participant, self.profiles = settings, participant, profiles
        self._relaunch, self._leaving, self.notice = relaunch, False, ""
        self._taking = Taking(profiles, self.say)
        self._wired: QMainWindow | None = None
        self._warned, self._on_screen = "", OnScreen(self)
        self.bar, self.strip, self.stack = StepBar(STEPS), SilenceStrip(), QStackedWidget()
        self.pages = Pages()
        self.speak = SpeakPage(participant, None if attached else running, settings, self, self.why_not)
        for name in STEPS:
            self.pages[name] = self.speak if name == "Speak" else PAGES[name](participant, profiles)
            self.stack.addWidget(self.pages[name])
        self._lay_out()
        for name, page in self.pages.items():
            page.changed.connect(self.show_states)
            page.command.connect(self.obey)
            QShortcut(QKeySequence(f"Ctrl+{STEPS.index(name) + 1}"), self).activated.connect(
                lambda step=name: self.go(step)
            )
        self.keys = Keys(self)  # a session's window lists its own beside these
        self._alone = [
            self.keys.add(("Esc",), tr("PANIC: stops what is played"), self.silence),
            self.keys.add(("F1",), tr("this list"), self.keys.show_list),
        ]
        self._anew = anew
        self.looks = Looks(self, settings, LEAST, self._busy, None if anew is None else self._open_anew, self.tell)
        self.bar.language_chosen.connect(self.looks.use_language)
        self.bar.show_language(languages.in_use(settings))
        self.bar.chosen.connect(self.go)
        self.bar.participant_chosen.connect(self.choose)
        self.strip.pressed.connect(self.silence)
        self.speak.window_changed.connect(self._another_window)
        self.step = "Speak" if self.speak.busy else "Check"
        self._show_participants()
        if attached is not None:
            self.bar.who.setEnabled(False)
            self.speak.attach(attached.session, attached.control)
        else:
            self._another_window()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.show_states)
        self._timer.start(STATE_MS)
        self.setMinimumSize(LEAST[0], LEAST[1])
        self.resize(*USUAL)
        geometry = settings.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.go(self.step)

    # ---- steps ---------------------------------------------------------------------------------------------------
    def go(self, step: str) -> None:
        """Show a step."""
        self._tell_pages()
        before, page = self.stack.currentWidget(), self.pages[step]
        if step != self.step and isinstance(before, StepPage):
            before.left()
        self.step = step
        self.stack.setCurrentWidget(page)
        self.bar.show_step(step)
        page.entered()
        self.show_states()

    def show_states(self) -> None:
        """Bring marks and words up to date."""
        self._tell_pages()
        for name, page in self.pages.items():
            self.bar.show_state(name, page.state())
        window = self.speak.session_window
        self.bar.show_live(window is not None and self.step == "Speak")
        self.strip.setVisible(window is None or self.step != "Speak")
        self.strip.show_session(None if window is None else window.banner)

    def _tell_pages(self) -> None:
        if not self.pages.under_way():
            self._warned = ""
        self.pages.tell(self.speak.busy)

    def why_not(self) -> str:
        """Why no session can start now; empty where it can."""
        if self.participant.bundle is None:
            return tr("no decoder yet: train one, or choose its folder in Check")
        return self.pages.why_not()

    def obey(self, command: str, values: dict[str, Any]) -> None:
        """Do what a page asks for."""
        window = self.speak.session_window
        if command == "go":
            self.go(values["step"])
        elif command == "participant":
            self.choose(values["name"])
        elif command == "bundle":
            self.use_bundle(values["path"])
        elif command == "replay":
            self.replay(values["path"])
        elif window is not None and window.commander is not None:
            window.commander.send(command, **values)
        else:
            self.say(tr("{command}: no session runs").format(command=command))

    def replay(self, recording: Path) -> None:
        """Decode a recording with the participant's decoder, as a session that says SIMULATED."""
        why = tr("a session runs: end it first") if self.speak.busy else self.pages.under_way()
        if why:
            self.say(tr("not replayed: {why}").format(why=why))
            return
        self.speak.put_away()
        self.go("Speak")
        self.speak.start_replay(recording)

    def silence(self) -> None:
        """PANIC: the session, and whatever a page plays."""
        if self.speak.session_window is not None:
            self.speak.session_window.controls.send_panic()  # which is heard below, as its keys are
        else:
            self._silence_pages("panic", {})

    def _silence_pages(self, command: str, values: dict[str, Any]) -> None:
        for page in self.pages.values() if command == "panic" else ():
            page.silence()

    def _panic_doubted(self, text: str) -> None:
        """Beside the button of every other step, too: it may have been that one."""
        self.say(text or tr("panic: the engine has confirmed it"))
        self.show_states()

    def say(self, text: str) -> None:
        """One line at the bottom."""
        self.notice = text
        self.strip.say(text)

    def tell(self, text: str) -> None:
        """One line where it is seen on every step."""
        self.say(text)
        if self.speak.session_window is not None:
            self.speak.session_window.controls.show_result("", True, text)

    def _busy(self) -> bool:
        return self.speak.busy or bool(self.pages.under_way())

    def _open_anew(self) -> None:
        if self._anew is not None:
            self._anew(self.participant.name, "--step", self.step)
            self.leave()

    # ---- participants --------------------------------------------------------------------------------------------
    def choose(self, name: str) -> None:
        """Use another participant's profile, unless a session runs."""
        if (other := self._taking.another(name, self.speak.busy)) is not None:
            self._take(other)
        self._show_participants()

    def use_bundle(self, folder: Path) -> None:
        """Decode with this bundle from now on."""
        if (changed := self._taking.with_bundle(self.participant, folder, self.speak.busy)) is not None:
            self._take(changed)

    def _take(self, participant: Participant) -> None:
        self.settings.setValue("participant", participant.name)
        if participant.simulated != self.participant.simulated and self._relaunch is not None:
            self._relaunch(participant.name)
            self.leave()
            return
        self.participant = participant
        self.speak.put_away()
        for page in self.pages.values():
            page.show_participant(participant)
        self.show_states()

    def _show_participants(self) -> None:
        self.bar.show_participants(self.profiles.names(), self.participant.name, self.participant.simulated)

    # ---- end -----------------------------------------------------------------------------------------------------
    def leave(self) -> None:
        """Close without a question."""
        self._leaving = True
        self.close()

    def join(self, timeout: float) -> None:
        """Wait for what is under way in the background, so many seconds at most for each."""
        for page in self.pages.values():
            page.join(timeout)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        window = self.speak.session_window
        if window is not None and not self._leaving and event is not None and window.asks_first():
            event.ignore()
            return
        under_way = self.pages.under_way()
        if under_way and under_way != self._warned and not self._leaving and event is not None:
            event.ignore()
            self._warned = under_way
            self.say(tr("{under_way}; close again, and it ends with the window").format(under_way=under_way))
            return
        self.speak.call_off()
        self._timer.stop()
        self.settings.setValue("geometry", self.saveGeometry())
        self.hide()
        for page in self.pages.values():
            page.shut()
        self.settings.sync()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._on_screen.shown()

    def _another_window(self) -> None:
        window = self.speak.session_window
        if window is None:
            self.setWindowTitle("BrainKaraoke")
        elif window is not self._wired:
            window.left.connect(self.leave)
            window.windowTitleChanged.connect(self.setWindowTitle)
            window.controls.panic_doubted.connect(self._panic_doubted)
            window.controls.command.connect(self._silence_pages)
        self._wired = window
        for shortcut in self._alone:  # a session's window has its own
            shortcut.setEnabled(window is None)
        self.show_states()

    def _lay_out(self) -> None:
        whole = QWidget()
        whole.setObjectName("ground")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(whole)
