"""How the Check step looks: matters with their marks, streams around, channels of the one that is decoded."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QResizeEvent
from PyQt6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.participant import MAINS_HZ, Participant
from gui.said import translated
from gui.steps.bar import SHADES
from gui.steps.findings import MICROPHONE, SIGNAL, TITLES, Finding, role
from gui.steps.labels import wrapped
from gui.steps.listening import ELECTRODES
from gui.steps.streams_table import StreamsTable
from gui.steps.survey import Seen, Survey
from gui.words import later, tr

MATTERS = (*TITLES.values(), MICROPHONE, SIGNAL, ELECTRODES)
USE = later("The stream that is chosen in the list goes into the participant's profile")
NOTHING_TO_USE = later("No stream is around that could be decoded: start the amplifier's LSL program")
SIMULATED_USE = later("This profile replays a recording: it decodes no stream that is around")
NARROW = 1000
"""Pixels under which the two columns stand above each other."""


class CheckView(QScrollArea):
    """Emits ``sound_chosen(name)``, ``mains_chosen(hz)``, ``channel_toggled(label, used)``; its attributes: buttons."""

    sound_chosen = pyqtSignal(str)
    mains_chosen = pyqtSignal(float)
    channel_toggled = pyqtSignal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.again, self.play = QPushButton(tr("Check again")), QPushButton(tr("Test tone…"))
        self.new, self.decoder = QPushButton(tr("New participant…")), QPushButton(tr("Decoder…"))
        self.again.setToolTip(tr("Look at decoder, signal, disk and sound card again"))
        self.new.setToolTip(tr("A profile of its own for somebody, from this one"))
        self.decoder.setToolTip(tr("Folder of the decoder that this participant's sessions use"))
        self.use = QPushButton(tr("Decode this stream"))
        self.play.setToolTip(tr("A soft tone on the sound device; it asks first"))
        self.use.setEnabled(False)
        self.use.setToolTip(tr(NOTHING_TO_USE))
        self.sound = QComboBox()
        self.sound.setAccessibleName(tr("Sound device"))
        self.sound.setToolTip(tr("Sound device of this participant"))
        self.sound.setMinimumContentsLength(12)
        self.sound.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sound.textActivated.connect(self.sound_chosen)
        self.mains = QComboBox()
        self.mains.setAccessibleName(tr("Mains frequency"))
        self.mains.setToolTip(tr("Mains of this country: decoders are trained without it, and it is looked for above"))
        for hz in MAINS_HZ:
            self.mains.addItem(tr("mains {hz:g} Hz").format(hz=hz), hz)
        self.mains.activated.connect(lambda row: self.mains_chosen.emit(self.mains.itemData(row)))
        self.words = wrapped(tr("What was done last"), "soft")
        self.refused = wrapped(tr("Streams that are refused"), "soft")
        self._rows: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        self.streams = StreamsTable()
        self.channels = QListWidget()
        self.channels.setAccessibleName(tr("Channels of the decoded stream"))
        self.channels.setToolTip(tr("A channel with a tick is decoded; without, it is left out"))
        self.channels.setMinimumHeight(120)
        self.channels.itemChanged.connect(
            lambda item: self.channel_toggled.emit(
                item.data(Qt.ItemDataRole.UserRole), item.checkState() == Qt.CheckState.Checked
            )
        )
        self._lay_out()

    # ---- what is shown -------------------------------------------------------------------------------------------
    def show_participant(self, participant: Participant) -> None:
        """Whose it is: what is chosen there."""
        self.show_devices([], participant.sound_device)
        self.show_chosen(participant)

    def show_chosen(self, participant: Participant) -> None:
        """What the profile says, where another choice was not kept."""
        self.sound.setCurrentText(participant.sound_device)
        self.mains.setCurrentIndex(MAINS_HZ.index(participant.mains_hz))

    def show_devices(self, names: Sequence[str], chosen: str) -> None:
        """Sound devices there are."""
        with QSignalBlocker(self.sound):
            self.sound.clear()
            self.sound.addItems(list(dict.fromkeys(("auto", "none", *names, chosen))))
            self.sound.setCurrentText(chosen)

    def show_findings(self, findings: Sequence[tuple[str, Finding]]) -> None:
        """Each matter's mark, words and remedy; matters that are not among them are hidden."""
        told = dict(findings)
        for title, labels in self._rows.items():
            finding = told.get(title)
            for label in labels:
                label.setVisible(finding is not None)
            if finding is None:
                continue
            shape, _, words = labels
            theme.set_text(shape, finding.mark.shape)
            shape.setStyleSheet(f"color: {SHADES[finding.mark]};")
            shape.setAccessibleName(f"{tr(title)}: {tr(finding.mark.word)}")
            theme.set_text(words, f"{finding.text}\n→ {finding.remedy}" if finding.remedy else finding.text)
        self._fit_height()

    def show_streams(self, survey: Survey, main: Seen | None, participant: Participant) -> None:
        """What is around."""
        self.streams.show_streams(survey.seen, [role(one, main, participant) for one in survey.seen])
        none = (
            "" if survey.seen else (tr("no streams yet: start the amplifier's LSL program") if survey.complete else "…")
        )
        self.use.setEnabled(bool(survey.seen) and not participant.simulated)
        tip = tr(SIMULATED_USE if participant.simulated else USE if survey.seen else NOTHING_TO_USE)
        if self.use.toolTip() != tip:
            self.use.setToolTip(tip)
        simulated = (
            tr("SIMULATED: the recording is replayed when the session starts") if participant.simulated else none
        )
        theme.set_text(self.refused, "\n".join([*filter(None, [simulated]), *survey.refused]))

    def chosen_stream(self) -> Seen | None:
        """The stream whose row is chosen."""
        return self.streams.chosen()

    def show_channels(self, channels: Sequence[tuple[str, str, bool]], leave_out: Sequence[str]) -> None:
        """(label, what becomes of it, whether it is read) of each channel; ticked: read, now or in training."""
        with QSignalBlocker(self.channels):
            self.channels.clear()
            for label, what, used in channels:
                out = label in leave_out
                item = QListWidgetItem(f"{label}: {tr('left out by you') if out else translated(what)}")
                item.setData(Qt.ItemDataRole.UserRole, label)
                item.setCheckState(Qt.CheckState.Unchecked if out or not used else Qt.CheckState.Checked)
                if not used:  # the decoder knows nothing of it
                    item.setFlags(Qt.ItemFlag.NoItemFlags)
                    item.setForeground(QColor(theme.SOFT))
                self.channels.addItem(item)

    def say(self, text: str) -> None:
        """One line on what was done last."""
        theme.set_text(self.words, text)

    # ---- layout --------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._fit_height()

    def _fit_height(self) -> None:
        """As high as wrapped lines need at this width, which a scroll area does not ask for."""
        whole, port = self.widget(), self.viewport()
        if whole is not None and port is not None:
            whole.setMinimumHeight(max(0, self._columns.minimumHeightForWidth(port.width())))

    def _lay_out(self) -> None:
        matters = QGridLayout()
        matters.setHorizontalSpacing(10)
        matters.setVerticalSpacing(6)
        matters.setColumnStretch(2, 1)
        for row, title in enumerate(MATTERS):
            shape, name, words = (
                wrapped(tr(title), "value"),
                QLabel(tr(title)),
                wrapped(tr("{title} in words").format(title=tr(title)), ""),
            )
            shape.setWordWrap(False)
            shape.setFixedWidth(20)
            for column, label in enumerate((shape, name, words)):
                matters.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop if column < 2 else Qt.AlignmentFlag(0))
            self._rows[title] = shape, name, words
        ready, around, inside = (
            theme.Card(tr("What a session needs")),
            theme.Card(tr("Streams around")),
            theme.Card(tr("Channels")),
        )
        around.hint.setText(tr("rates are measured; packets no finer than 20 ms"))
        inside.hint.setText(tr("click: leave out or take back"))
        ready.body.addLayout(matters)
        first, second = QHBoxLayout(), QHBoxLayout()
        for widget in (self.again, self.decoder, self.new):
            first.addWidget(widget)
        first.addStretch(1)
        second.addWidget(self.sound, 1)
        second.addWidget(self.play)
        second.addWidget(self.mains)
        ready.body.addLayout(first)
        ready.body.addLayout(second)
        ready.body.addWidget(self.words)
        around.body.addWidget(self.streams, 1)
        around.body.addWidget(self.refused)
        below = QHBoxLayout()
        below.addWidget(self.use)
        below.addStretch(1)
        around.body.addLayout(below)
        inside.body.addWidget(self.channels, 1)
        whole = QWidget()
        whole.setObjectName("ground")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, whole)
        self._columns.setContentsMargins(10, 0, 10, 0)
        self._columns.setSpacing(8)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(around, 3)
        right.addWidget(inside, 2)
        left = QVBoxLayout()
        left.addWidget(ready)
        left.addStretch(1)
        self._columns.addLayout(left, 2)
        self._columns.addLayout(right, 3)
        self.setWidget(whole)
