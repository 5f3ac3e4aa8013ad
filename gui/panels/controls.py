"""Panic, mute, gain, marker, stop. Nothing asks back in a dialog: a dialog before a panic button is a fault."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from bk_realtime.session.settings import GAIN_RANGE_DB
from bk_realtime.session.status import Status
from gui import theme
from gui.layout import between
from gui.panels.marker_field import MarkerField
from gui.panels.panic_answer import PanicAnswer
from gui.words import tr

ARMED_MS = 4000
NOTE_WIDTH, MARKER_WIDTH, GAIN_WIDTH, RELEASE_WIDTH = 860, 753, 830, 184
"""Pixels under which there is no room for the button for notes, for the field for markers, and for the slider beside
the button that releases a held sound; what that one takes."""
HOLD_OFF_MS = 800
"""The slider follows the engine again this long after it was last moved by hand."""


class Controls(QWidget):
    """Buttons that emit ``command(name, values)``; they show what the engine says, not what was clicked.

    ``panic_doubted(text)``: a panic is not confirmed, and what to do; empty: it is after all.
    """

    command = pyqtSignal(str, dict)
    panic_doubted = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.panic = QPushButton()
        self.panic.setObjectName("panic")
        self.panic.setProperty("large", True)  # a style sheet's least height wins over the widget's own
        self.panic.setToolTip(tr("Silence at once. Space or Esc from anywhere in the window."))
        between(self.panic, 190, 250, 76)
        self.panic.setAccessibleName(tr("Panic mute"))
        self.mute = QPushButton(tr("Unmute"))
        self.mute.setToolTip(tr("Fade the voice in or out. Ctrl+M."))
        between(self.mute, 116, 140, 56)
        self.gain = QSlider(Qt.Orientation.Horizontal)
        self.gain.setRange(*map(round, GAIN_RANGE_DB))
        self.gain.setToolTip(tr("Volume of the voice. Ctrl+Up, Ctrl+Down."))
        self.gain.setAccessibleName(tr("Gain in dB"))
        between(self.gain, 60, 190, 30)
        self._gain_title, self.gain_text = QLabel(tr("Gain")), QLabel(tr("0 dB"))
        self.gain_text.setObjectName("value")
        self.gain_text.setMinimumWidth(64)
        self.marker = MarkerField()
        self.send = QPushButton(tr("Mark"))
        self.send.setToolTip(tr("Put the text on record as a marker of now. Enter."))
        self.note = QPushButton(tr("Note"))
        self.note.setToolTip(tr("Put the text on record as a note on the moment at which it was begun. Ctrl+N."))
        self.release = QPushButton()
        self.release.setObjectName("small")  # the longest name of a hold beside all others on a small screen
        self.release.setFixedHeight(56)
        self.release.setToolTip(
            tr("Let the sound out again that the session keeps back: see the faults above. Ctrl+R.")
        )
        self.release.setAccessibleName(tr("Release the sound that is held"))
        self.release.hide()
        self.stop = QPushButton(tr("End session"))
        self.stop.setToolTip(tr("End session and recording; asks for a second click. Ctrl+E, twice."))
        between(self.stop, 140, 170, 56)
        self.notice = QLabel("")
        self.notice.setObjectName("hint")
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # never pushes a button out
        self.marker.setMinimumWidth(60)
        for widget in (self.panic, self.mute, self.release, self.gain, self.send, self.note, self.stop):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Enter presses them: Space is the panic key on each
        self._muted, self._held = True, ""
        self._over = self._view_only = False
        self._disarm = QTimer(self)
        self._disarm.setSingleShot(True)
        self._disarm.setInterval(ARMED_MS)
        self._moved = QTimer(self)
        self._moved.setSingleShot(True)
        self._moved.setInterval(HOLD_OFF_MS)
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(8000)
        self._answer = PanicAnswer(self)
        self._answer.said.connect(self._say_answer)
        self._answer.changed.connect(self.panic_doubted)
        self._lay_out()
        self.panic.pressed.connect(self.send_panic)  # on the press: a finger that slips off must not cancel it
        self.mute.clicked.connect(self.send_mute)
        self.release.clicked.connect(self.send_release)
        self.gain.valueChanged.connect(self._on_gain)
        self.marker.returnPressed.connect(self._on_marker)
        self.send.clicked.connect(self._on_marker)
        self.note.clicked.connect(self.begin_note)
        self.stop.clicked.connect(self.send_stop)
        self._disarm.timeout.connect(self._calm)
        self._forget.timeout.connect(lambda: self._say("", True))
        self.show_muted(True)

    def send_panic(self) -> None:
        """Silence at once; who presses it knows within half a second whether it is."""
        self._answer.wait()
        self.command.emit("panic", {})

    def send_mute(self) -> None:
        """What the toggle offers."""
        if self.mute.isEnabled():
            self.command.emit("unmute" if self._muted else "mute", {})

    def turn_gain(self, decibels: int) -> None:
        """Louder or softer by so much, within the range."""
        if self.gain.isEnabled():
            self.gain.setValue(self.gain.value() + decibels)

    def send_release(self) -> None:
        """Let the sound out that is held, as the button says; nothing where none is."""
        if self._held and self.release.isEnabled():
            self.command.emit("release", {"hold": self._held})

    def show_status(self, status: Status) -> None:
        """Follow what the engine says."""
        self.show_muted(status.muted)
        if status.muted:
            self._answer.muted()
        self.show_held(status.holds[0] if status.holds else "")
        if status.gain_db is not None and not self._moved.isActive() and not self.gain.isSliderDown():
            with QSignalBlocker(self.gain):
                self.gain.setValue(round(status.gain_db))
            theme.set_text(self.gain_text, _decibels(status.gain_db))

    def show_muted(self, muted: bool) -> None:
        """The toggle offers the opposite of what is."""
        if muted == self._muted and self.mute.objectName():
            return
        self._muted = muted
        self.mute.setText(tr("Unmute") if muted else tr("Mute"))
        self._rename(self.mute, "unmute" if muted else "mute")

    def show_held(self, hold: str) -> None:
        """Offer to release what holds the sound; empty where nothing does."""
        if hold != self._held:
            self._held = hold
            self.release.setText(tr("Release: {hold}\nCtrl+R").format(hold=tr(hold)))
            self.release.setVisible(bool(hold))
            self._fit()

    def show_result(self, command: str, done: bool, text: str) -> None:
        """One line on what became of a command; it fades after a while."""
        if command == "talk" and done:  # said all the time while the key is held
            return
        if command == "panic":
            self._answer.told(done, text)
        elif not self.doubt:  # nothing stands before that
            self._say(text, done)

    @property
    def doubt(self) -> str:
        """That nobody has confirmed a panic, and what to do; empty where none waits for it."""
        return self._answer.doubt

    def _say_answer(self, text: str, confirmed: bool) -> None:
        self._say(text, confirmed)
        if not confirmed:
            self._forget.stop()  # it stays until it is confirmed

    def _say(self, text: str, done: bool) -> None:
        self.notice.setText(text)
        theme.set_tip(self.notice, text)
        self.notice.setStyleSheet(f"color: {theme.FAINT if done else theme.BAD};")
        self._forget.start()

    def set_view_only(self, reason: str) -> None:
        """No control channel: the buttons cannot do anything, and say so."""
        self._view_only = True
        for widget in (self.panic, self.mute, self.release, self.gain, self.marker, self.send, self.note, self.stop):
            widget.setEnabled(False)
            widget.setToolTip(reason)
        self._forget.stop()
        self.notice.setText(reason)

    def show_over(self, over: bool) -> None:
        """A session that has ended takes no command; panic stays, it stops what a page plays too."""
        if over == self._over or self._view_only:
            return
        self._over = over
        self._calm()
        for widget in (self.mute, self.release, self.gain, self.marker, self.send, self.note, self.stop):
            widget.setEnabled(not over)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """On a narrow window the field for markers gives way, then the slider: never a button under another."""
        free = self.width() - (RELEASE_WIDTH if self._held else 0)
        room = free >= MARKER_WIDTH
        self.marker.setVisible(room)
        self.send.setVisible(room)
        self.note.setVisible(free >= NOTE_WIDTH)
        tight = self.width() < GAIN_WIDTH and bool(self._held)
        for widget in (self.gain, self.gain_text, self._gain_title):
            widget.setVisible(not tight)
        self._row.setSpacing(8 if tight else 14)

    def _on_gain(self, value: int) -> None:
        self._moved.start()
        self.gain_text.setText(_decibels(value))
        self.command.emit("gain", {"gain_db": float(value)})

    def _on_marker(self) -> None:
        if values := self.marker.take():
            self.command.emit("marker", values)

    def begin_note(self) -> None:
        """The text is a note, and is sent; where there is none yet, what is typed now becomes one."""
        if not self.note.isEnabled():
            return
        self.marker.write_note(True)
        if self.marker.text().strip():
            self._on_marker()
        else:
            self.marker.setFocus()

    def send_stop(self) -> None:
        """End the session when asked twice within four seconds."""
        if not self.stop.isEnabled():
            return
        if self._disarm.isActive():
            self._calm()
            self.command.emit("stop", {})
        else:
            self._disarm.start()
            self.stop.setText(tr("Click again to end"))
            self._rename(self.stop, "armed")

    def _calm(self) -> None:
        self._disarm.stop()
        self.stop.setText(tr("End session"))
        self._rename(self.stop, "")

    @staticmethod
    def _rename(widget: QWidget, name: str) -> None:
        widget.setObjectName(name)
        style = widget.style()
        if style is not None:
            style.unpolish(widget)
            style.polish(widget)

    def _lay_out(self) -> None:
        face = QVBoxLayout(self.panic)
        face.setContentsMargins(0, 6, 0, 9)
        face.setSpacing(0)
        for name, text in (("panicword", tr("PANIC MUTE")), ("panickeys", tr("Space  or  Esc"))):
            label = QLabel(text)
            label.setObjectName(name)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            face.addWidget(label)
        gain = QGridLayout()
        gain.setVerticalSpacing(4)
        self._gain_title.setObjectName("title")
        gain.addWidget(self._gain_title, 0, 0)
        gain.addWidget(self.gain_text, 0, 1, Qt.AlignmentFlag.AlignRight)
        gain.addWidget(self.gain, 1, 0, 1, 2)
        marker = QHBoxLayout()
        marker.setSpacing(8)
        marker.addWidget(self.marker, 1)
        marker.addWidget(self.send)
        marker.addWidget(self.note)
        middle = QVBoxLayout()
        middle.setSpacing(2)
        middle.addLayout(marker)
        middle.addWidget(self.notice)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.panic)
        row.addWidget(self.mute)
        row.addWidget(self.release)
        row.addLayout(gain)
        row.addLayout(middle, 1)
        row.addWidget(self.stop)


def _decibels(value: float) -> str:
    return f"{value:+.0f} dB".replace("-", "−") if round(value) else "0 dB"
