"""Looking into one recording: opened, scrubbed, played and decoded from here."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QFileDialog, QPushButton, QScrollArea, QVBoxLayout, QWidget

from bk_realtime.errors import BkError
from bk_realtime.shown import shown
from gui import theme
from gui.participant import Participant
from gui.report.looking import Looking
from gui.report.opened import FilePast
from gui.report.picture import picture_of, save_png, title_of
from gui.report.player import Player
from gui.report.viewer import Viewer, clock
from gui.words import later, tr

BUSY = later("a session runs: nothing is read, decoded or played meanwhile, so that it does not suffer")
FILES = later("Recordings (*.xdf *.xdfz *.nwb *.h5 *.hdf5 *.npy *.vhdr *.edf *.bdf *.fif);;All files (*)")


class LookPage(QWidget):
    """What is open is shown by a :class:`Viewer`. ``left()``: back to the list.

    Parameters
    ----------
    participant : whose sound device, limits and decoder are used.
    """

    left = pyqtSignal()

    def __init__(self, participant: Participant) -> None:
        super().__init__()
        self.participant, self.session_runs, self._said = participant, False, ""
        self.viewer, self.looking, self.player = Viewer(), Looking(self), Player()
        self._playing: FilePast | None = None
        viewer = self.viewer
        self.looking.changed.connect(self.show_state)
        self.looking.opened.connect(self._opened)
        self.looking.decoded.connect(self._decoded)
        self.player.at.connect(self._heard)
        self.player.ended.connect(self._ended)
        self.player.failed.connect(self._say)
        viewer.sought.connect(self._sought)
        viewer.back.clicked.connect(self.leave)
        viewer.file.clicked.connect(self.ask_file)
        viewer.decode.clicked.connect(self.ask_bundle)
        viewer.png.clicked.connect(self.ask_picture)
        viewer.play.clicked.connect(lambda: self.play(decoded=False))
        viewer.play_decoded.clicked.connect(lambda: self.play(decoded=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(viewer)
        column.addWidget(scroll)
        self.show_participant(participant)

    def show_participant(self, participant: Participant) -> None:
        """Another one's sound device, limits and decoder; what is open stays."""
        self.participant = participant
        self.player.use(participant.sound_device, participant.safety)

    # ---- what is asked -------------------------------------------------------------------------------------------
    def ask_file(self) -> None:
        """Let the user choose a recording."""
        start = self.looking.path.parent if self.looking.path else self.participant.out
        name, _ = QFileDialog.getOpenFileName(self, tr("Look into a recording"), str(start), tr(FILES))
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Look into it, unless a session runs."""
        if self.session_runs:
            self._say(tr(BUSY))
            return
        self.silence()
        self._said = ""
        self.viewer.clear()
        self.looking.open(path)

    def ask_bundle(self) -> None:
        """Let the user choose a decoder; again: end the decoding."""
        if self.looking.runs:
            self.looking.stop(tr("stopped"))
            return
        start = self.participant.bundle or self.participant.out
        name = QFileDialog.getExistingDirectory(self, tr("Decode with the decoder in this folder"), str(start))
        if name:
            self.decode(Path(name))

    def decode(self, bundle: Path) -> None:
        """Let a decoder make a voice of what is open."""
        self._said = ""
        if self.session_runs:
            self._say(tr(BUSY))
            return
        own = self.looking.path is not None and self.participant.out in self.looking.path.parents
        self.looking.decode(bundle, self.participant.label_map if own else None)

    def ask_picture(self) -> None:
        """Write a picture of this moment where the user says."""
        path, view = self.looking.path, self.viewer
        if path is None or view.opened is None:
            return
        seconds = f"{view.position:.1f}".replace(".", "_")
        usual = self.participant.out / f"{path.stem}{'_SIMULATED' if view.opened.view.simulated else ''}_{seconds}s.png"
        name, _ = QFileDialog.getSaveFileName(self, tr("Picture of this moment"), str(usual), tr("Pictures (*.png)"))
        if name:
            self.save_picture(Path(name if name.lower().endswith(".png") else f"{name}.png"))

    def save_picture(self, to: Path) -> None:
        """Write it, and say where."""
        view, opened = self.viewer, self.viewer.opened
        assert self.looking.path is not None
        assert opened is not None
        start = view.page_start
        title = title_of(
            opened.view,
            shown(self.looking.path.name),
            view.position,
            start,
            start + view.traces.window_s,
            opened.decoded,
        )
        try:
            save_png(picture_of(view, title), to)
        except BkError as error:
            self._say(str(error))
        else:
            self._say(tr("saved: {path}").format(path=shown(str(to), 300)))

    def play(self, decoded: bool) -> None:
        """Play from the cursor on, or stop what plays."""
        opened = self.viewer.opened
        sound = None if opened is None else opened.voice if decoded else opened.sound
        if self._playing is not None:
            self.silence()
        elif sound is not None and not self.session_runs:
            at_end = self.viewer.position >= len(sound.rows) / sound.rate - 0.1
            self._said = ""
            self._playing = sound
            self.player.play(sound, 0.0 if at_end else self.viewer.position)
        self.show_state()

    def silence(self) -> None:
        """Nothing is played any more."""
        self.player.stop()
        self._playing = None
        self.show_state()

    def leave(self) -> None:
        """Back to the list; what was open is let go of."""
        self.silence()
        self.viewer.clear()
        self.looking.close()
        self.left.emit()

    def shut(self) -> None:
        """The window goes."""
        self.player.stop()
        self.viewer.clear()
        self.looking.close()

    def look(self, session_runs: bool) -> None:
        """Twice a second: whether a session runs, which nothing here may disturb."""
        self.session_runs = session_runs
        if session_runs and (self.looking.runs or self._playing is not None):
            self.silence()
            self.looking.stop(tr("stopped, because a session runs"))
        self.show_state()

    # ---- what is shown -------------------------------------------------------------------------------------------
    def show_state(self) -> None:
        """Words and buttons, as things stand."""
        view, looking, opened = self.viewer, self.looking, self.viewer.opened
        name = "" if looking.path is None else shown(looking.path.name)
        if opened is not None:
            v = opened.view
            name += f"{'  ·  SIMULATED' if v.simulated else ''}  ·  {clock(v.seconds)} min"
            kind = tr("{n} features at {rate} Hz") if v.holds_features else tr("{n} channels at {rate} Hz")
            name += "  ·  " + kind.format(n=len(v.labels), rate=f"{v.sfreq:g}")
        theme.set_text(view.title, name)
        view.title.setStyleSheet(f"color: {theme.SIMULATED if opened and opened.view.simulated else theme.TEXT};")
        whole = looking.whole
        mark = "?" if whole.whole is None else "✓" if whole.whole else "✕"
        lines = [f"{mark}  {whole.text}"] if whole.text else []
        lines += [text for text in (looking.doing, self._said or (tr(BUSY) if self.session_runs else "")) if text]
        theme.set_text(view.told, "\n".join(lines))
        bad = whole.whole is False or bool(looking.error)
        view.told.setStyleSheet(f"color: {theme.BAD if bad else theme.SOFT};")
        theme.set_text(view.words, looking.words())
        free = not self.session_runs
        theme.set_text(view.decode, tr("Stop") if looking.runs else tr("Decode with…"))
        view.decode.setEnabled(free and (looking.runs or opened is not None))
        view.png.setEnabled(opened is not None)
        view.file.setEnabled(free)
        view.slider.setEnabled(opened is not None)
        self._show_playing(view.play, tr("Play sound"), None if opened is None else opened.sound)
        self._show_playing(view.play_decoded, tr("Play decoded voice"), None if opened is None else opened.voice)

    def _show_playing(self, button: QPushButton, words: str, sound: FilePast | None) -> None:
        plays = sound is not None and self._playing is sound
        theme.set_text(button, tr("Stop") if plays else words)
        button.setEnabled(sound is not None and not self.session_runs and (plays or self._playing is None))

    def _say(self, text: str) -> None:
        self._said = text
        self.show_state()

    def _opened(self) -> None:
        assert self.looking.file is not None
        self.viewer.show_file(self.looking.file)
        self.show_state()

    def _decoded(self) -> None:
        self.viewer.show_decoded()
        self.viewer.set_window(self.viewer.traces.window_s)
        self.show_state()

    def _heard(self, second: float) -> None:
        if self._playing is not None:
            self.viewer.seek(second)

    def _ended(self) -> None:
        if not self.player.runs:
            self._playing = None
            self.show_state()

    def _sought(self, second: float) -> None:
        if self._playing is not None:  # it goes on from there
            self.player.play(self._playing, second)

    # ---- keys ----------------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() in (Qt.Key.Key_P, Qt.Key.Key_V) and not event.modifiers() and not event.isAutoRepeat():
            self.play(decoded=event.key() == Qt.Key.Key_V)
        else:
            super().keyPressEvent(event)
