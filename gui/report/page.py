"""The Report step: what was saved, whole or not, its figures and picture; checked and replayed from here."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, QUrl
from PyQt6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout

from gui import theme
from gui.participant import Participant
from gui.report.facts import Facts, facts_of, row_words, signature
from gui.report.look_page import LookPage
from gui.report.read_back import ReadBack
from gui.report.saved import PICTURE, Saved, all_saved, figures_in_words, files_in_words, learnt_by, worthless
from gui.report.view import ReportView
from gui.report.whole import Whole
from gui.report.whole import whole_by_recorder as by_recorder
from gui.steps.page import Mark, StepPage, StepState
from gui.words import later, tr

LOOK_MS = 500
ROWS_A_TURN = 4
"""Of the list, whose small files are read before the window goes on."""
BUSY = later("a session runs: nothing is read back meanwhile, so that it does not suffer")


class ReportPage(StepPage):
    """Looks at small files itself; whatever reads a recording is a process behind all others.

    Parameters
    ----------
    participant : whose sessions and recordings they are.
    """

    name = "Report"

    def __init__(self, participant: Participant) -> None:
        super().__init__(participant)
        self.view, self.reading = ReportView(), ReadBack(self)
        self.inside, self._stack = LookPage(participant), QStackedWidget()
        self.found: list[Saved] = []
        self.chosen: Saved | None = None
        self.whole = self.newest = Whole(None, "")
        self._facts: dict[Path, tuple[tuple[int, ...], Facts]] = {}
        self._unread: list[int] = []
        self._said, self._worthless = "", ""
        self.reading.went_on.connect(self._went_on)
        view = self.view
        view.check.clicked.connect(self.check_or_stop)
        view.open.clicked.connect(self.open_folder)
        view.replay.clicked.connect(self.replay)
        view.again.clicked.connect(self.look_around)
        view.chosen.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._stack.addWidget(view)
        self._stack.addWidget(self.inside)
        view.into.clicked.connect(self.look_into)
        view.file.clicked.connect(self.inside.ask_file)
        self.inside.looking.changed.connect(self._show_inside)
        self.inside.left.connect(lambda: self._stack.setCurrentWidget(view))
        self.setAcceptDrops(True)
        shortcut = QShortcut(QKeySequence("Ctrl+O"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.inside.ask_file)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._reader = QTimer(self)
        self._reader.timeout.connect(self.read_rows)
        self.look_around()

    # ---- step ----------------------------------------------------------------------------------------------------
    @property
    def runs(self) -> bool:
        """Whether something is read back now."""
        return self.reading.runs

    def state(self) -> StepState:
        """Whether the newest is whole."""
        if self.runs:
            return StepState(Mark.BUSY, tr("reading it back"), tr("Stop ends it"))
        if not self.found:
            return StepState(
                Mark.TODO,
                tr("nothing of {participant} was saved yet").format(participant=self.participant.name),
                tr("go to Record or Speak"),
            )
        if self.session_runs:
            return StepState(Mark.TODO, tr("a session runs"), tr("see Report when it has ended"))
        newest = self.newest
        if newest.whole and self._worthless:
            return StepState(Mark.LOOK, self._worthless, tr("see its figures"))
        if newest.whole:
            return StepState(Mark.DONE)
        return StepState(Mark.LOOK, newest.text, tr("Check it now reads it back"))

    def show_participant(self, participant: Participant) -> None:
        """Another one's."""
        if (participant.name, participant.out) != (self.participant.name, self.participant.out):
            self.reading.stop()
            self.reading.judged.clear()
            self.chosen, self._said = None, ""
        super().show_participant(participant)
        self.inside.show_participant(participant)
        self.look_around()

    def entered(self) -> None:
        """Look what was saved meanwhile."""
        self.look_around()
        self._timer.start(LOOK_MS)

    def saved(self) -> None:
        """The mark is of the newest."""
        self.look_around()

    def left(self) -> None:
        """What is read back goes on being read; nothing is played that nobody sees."""
        self.inside.silence()
        self._timer.stop()

    def silence(self) -> None:
        """PANIC."""
        self.inside.silence()

    def join(self, timeout: float) -> None:
        """For what was played."""
        self.inside.player.join(timeout)

    def shut(self) -> None:
        """The window goes."""
        self._timer.stop()
        self._reader.stop()
        self.reading.stop()
        self.inside.shut()

    # ---- what there is -------------------------------------------------------------------------------------------
    def look_around(self) -> None:
        """Read the folders again; the chosen one stays chosen, else the newest is."""
        newest = self.found[0].path if self.found else None
        self.found = all_saved(self.participant)
        kept = None if self.chosen is None else self.chosen.path
        if self.found and self.found[0].path != newest:
            kept = None  # there is a newer one
        row = next((n for n, one in enumerate(self.found) if one.path == kept), 0 if self.found else -1)
        if self.found:
            self.newest, self._worthless = self._judgement(self.found[0]), worthless(self.found[0])
        self.view.show_saved(self.found, [self._words(one) for one in self.found], row)
        self._unread = [n for n, one in enumerate(self.found) if self._kept(one) is None]
        self._reader.start(0)
        self._choose(row)

    def _kept(self, one: Saved) -> Facts | None:
        was, facts = self._facts.get(one.path, ((), None))
        return facts if facts is not None and was == signature(one) else None

    def _words(self, one: Saved) -> str:
        return row_words(one, self.participant.name, self._kept(one))

    def read_rows(self) -> None:
        """The next rows whose files were not read yet; hundreds of them must not hold the window."""
        for n in self._unread[:ROWS_A_TURN]:
            one = self.found[n]
            self._facts[one.path] = signature(one), facts_of(one)
            self.view.show_words(n, self._words(one))
        del self._unread[:ROWS_A_TURN]
        if not self._unread:
            self._reader.stop()

    def _choose(self, row: int) -> None:
        self.chosen = self.found[row] if 0 <= row < len(self.found) else None
        one, view = self.chosen, self.view
        if one is None:
            self.whole = Whole(None, "")
            theme.set_text(
                view.files, tr("sessions and recordings are saved in {folder}").format(folder=self.participant.out)
            )
            theme.set_text(view.figures, "")
            view.picture.show_file(None)
        else:
            self.whole = self._judgement(one)
            theme.set_text(view.files, files_in_words(one))
            learnt = learnt_by(self.participant.bundle, one)
            theme.set_text(view.figures, "\n".join([*([learnt] if learnt else []), *figures_in_words(one)]))
            picture = one.path / PICTURE if one.is_session else None
            view.picture.show_file(picture if picture is not None and picture.is_file() else None)
        self.look()

    def _judgement(self, one: Saved) -> Whole:
        """What was found just now, else what the recorder has found."""
        return self.reading.judged.get(one.path) or by_recorder(one)

    def look(self) -> None:
        """Twice a second: what can be done now."""
        if self.runs and self.session_runs:
            self.reading.stop()
            self._said = tr("stopped, because a session runs")
        view, one = self.view, self.chosen
        self.inside.look(self.session_runs)
        view.into.setEnabled(one is not None and bool(one.recordings) and not self.session_runs)
        view.file.setEnabled(not self.session_runs)
        view.show_whole(self.whole.whole, self.whole.text)
        theme.set_text(view.check, tr("Stop") if self.runs else tr("Check it now"))
        view.check.setEnabled(self.runs or (one is not None and bool(one.recordings) and not self.session_runs))
        view.open.setEnabled(one is not None)
        view.replay.setEnabled(one is not None and bool(one.recordings) and not self.session_runs and not self.runs)
        doing = tr("reading it back, behind all others") if self.runs else self._said
        theme.set_text(view.words, tr(BUSY) if self.session_runs and not doing else doing)

    # ---- one recording -------------------------------------------------------------------------------------------
    def look_into(self) -> None:
        """See and hear the first recording of the chosen one."""
        if self.chosen is not None and self.chosen.recordings:
            self.inside.open(self.chosen.recordings[0])

    def _show_inside(self) -> None:
        if self.inside.looking.path is not None:
            self._stack.setCurrentWidget(self.inside)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and _dropped(event) is not None and not self.session_runs:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        path = None if event is None else _dropped(event)
        if path is not None:
            self.inside.open(path)

    # ---- what can be done ----------------------------------------------------------------------------------------
    def open_folder(self) -> None:
        """In the desktop's file manager; where there is none, its path is said."""
        if self.chosen is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.chosen.folder))):
            self._said = tr("no file manager can be opened here; the folder is {folder}").format(
                folder=self.chosen.folder
            )
            self.look()

    def replay(self) -> None:
        """A session that decodes its first recording."""
        if self.chosen is not None and self.chosen.recordings:
            self.command.emit("replay", {"path": self.chosen.recordings[0]})

    def check_or_stop(self) -> None:
        """Judge the chosen one anew, or end that."""
        if self.runs:
            self.reading.stop()
            self._said = tr("stopped")
        elif self.chosen is not None and not self.session_runs:
            self._said = ""
            self.reading.begin(self.chosen)
        self.look()

    def _went_on(self) -> None:
        self._said = self.reading.said
        self.look_around()
        self.changed.emit()


def _dropped(event: QDropEvent) -> Path | None:
    """The one file of this machine that is dropped."""
    data = event.mimeData()
    urls = [] if data is None else data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
