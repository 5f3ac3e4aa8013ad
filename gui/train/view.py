"""How the Train step looks: recordings to tick, progress, and a score card for each decoder."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bk_realtime.typed import shortened
from gui import theme
from gui.said import translated
from gui.steps.labels import wrapped
from gui.train.curve import Learnt
from gui.train.curve_plot import CurvePlot
from gui.train.days import DaysChoice
from gui.train.onward import OnwardChoice
from gui.train.plan import NETWORKS
from gui.train.recorded import Recorded
from gui.train.score_words import Answer
from gui.words import later, tr

NARROW = 1000
"""Pixels under which the two columns stand above each other."""
LONGEST = 260
"""Letters of the card's own words below an answer; all of them are in the tooltip."""
_PARTS = 1000
NONE = later("no decoder was trained here yet; its score card comes when the training is over")


class TrainView(QScrollArea):
    """Only widgets: the page says what they do."""

    ticked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Recordings to train on"))
        self.list.setToolTip(tr("Ticked recordings are trained on; Space ticks the chosen one"))
        self.list.setFixedHeight(130)
        self.list.itemChanged.connect(self._tick)
        self.days, self._found = DaysChoice(), list[Recorded]()
        self.days.changed.connect(self._mark_days)
        self.network = QCheckBox(tr("then a network"))
        self.network.setToolTip(
            tr("After the linear decoder, which takes seconds, train a network, and keep the better one of the two")
        )
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Which network"))
        self.kind.setToolTip(tr("GRU takes minutes; Seq2Seq several times as long, and may be better"))
        for kind, text in zip(NETWORKS, (tr("GRU: minutes"), tr("Seq2Seq: much longer")), strict=True):
            self.kind.addItem(text, kind)
        self.onward = OnwardChoice()
        self.start, self.stop = QPushButton(tr("Train")), QPushButton(tr("Stop"))
        self.start.setToolTip(tr("Train on the ticked recordings, in a process of its own behind all others"))
        self.stop.setToolTip(tr("End the training now; what was trained before stays"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the training"))
        self.bar.setFixedHeight(10)
        self.words = wrapped(tr("What the training does"), "")
        self.why = wrapped(tr("Why there is no training now"), "soft")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.kept, self.kept_why = wrapped(tr("Which decoder is kept"), "value"), wrapped(tr("Why it is kept"), "soft")
        self.anyway = QPushButton(tr("Train the network all the same"))
        self.anyway.setToolTip(
            tr("Train the network that was not better than ridge, to see its score card or to use it")
        )
        self.curve = CurvePlot()
        self.more, self.curve_words = (
            wrapped(tr("Whether more minutes would help"), "value"),
            wrapped(tr("The curve"), "soft"),
        )
        self.none = wrapped(tr("Score card"), "soft")
        self.none.setText(tr(NONE))
        self.uses: dict[str, QPushButton] = {}
        self._lay_out()

    # ---- what is shown -------------------------------------------------------------------------------------------
    def show_recordings(self, found: Sequence[Recorded], ticked: set[str]) -> None:
        """All there are, newest first; ``ticked``: paths of those to train on."""
        self._found = [*found]
        with QSignalBlocker(self.list):
            self.list.clear()
            for one in found:
                item = QListWidgetItem(one.words)
                item.setData(Qt.ItemDataRole.UserRole, str(one.path))
                item.setToolTip(theme.tip(str(one.path)))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                on = str(one.path) in ticked
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                self.list.addItem(item)
        self._offer_days()

    def chosen(self) -> list[str]:
        """Paths of the ticked ones, oldest first."""
        items = [item for i in range(self.list.count()) if (item := self.list.item(i)) is not None]
        on = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in reversed(on)]

    def _tick(self) -> None:
        self._offer_days()
        self.ticked.emit()

    def _offer_days(self) -> None:
        on = set(self.chosen())
        self.days.offer([one for one in reversed(self._found) if str(one.path) in on])
        self._mark_days()

    def _mark_days(self) -> None:
        """Which are of an earlier day stands in their lines."""
        earlier = self.days.earlier
        with QSignalBlocker(self.list):
            for one, item in zip(self._found, map(self.list.item, range(self.list.count())), strict=True):
                mark = f"  ·  {tr('earlier day')}" if str(one.path) in earlier else ""
                if item is not None:
                    item.setText(one.words + mark)

    def allow(self, runs: bool, why: str) -> None:
        """What can be pressed: Stop alone while a training ``runs``; Train where no ``why`` speaks against it."""
        self.start.setEnabled(not runs and not why)
        self.stop.setEnabled(runs)
        begins = self.onward.bundle(self.network.isChecked()) is not None  # of its own kind, then
        for widget in (self.list, self.network, self.days.which):
            widget.setEnabled(not runs)
        self.kind.setEnabled(not runs and not begins)
        if begins:
            self.kind.setCurrentIndex(self.kind.findData(self.onward.kind))
        self.onward.allow(not runs and self.network.isChecked())

    def show_progress(self, running: bool, share: float | None) -> None:
        """The bar: a share, or that nobody knows one."""
        self.bar.setVisible(running)
        self.bar.setRange(0, 0 if running and share is None else _PARTS)
        if share is not None:
            self.bar.setValue(round(share * _PARTS))

    def show_card(self, name: str, headline: str, answers: Sequence[Answer], where: str) -> QPushButton:
        """A score card below those that are there; its button uses the decoder."""
        card = theme.Card(name)
        head = wrapped(tr("How {name} was scored").format(name=name), "soft")
        head.setText(translated(headline))
        card.body.addWidget(head)
        for one in answers:
            question, said = translated(one.question), translated(one.answer)
            answer = wrapped(question, "value")
            answer.setText(f"{'?' if one.good is None else '✓' if one.good else '✕'}  {question}: {said}")
            answer.setStyleSheet(
                f"color: {theme.WARN if one.good is None else theme.GOOD if one.good else theme.BAD}; font-size: 14px;"
            )
            theme.set_tip(answer, one.why)
            why = wrapped(tr("{question}: why").format(question=question), "soft")
            why.setText(shortened(one.why, LONGEST))
            theme.set_tip(why, one.why)
            card.body.addWidget(answer)
            card.body.addWidget(why)
        use = QPushButton(tr("Use this decoder"))
        use.setToolTip(tr("The participant's sessions decode with {where}").format(where=where))
        use.setAccessibleName(tr("Use the decoder: {name}").format(name=name))
        self.uses[name] = use
        row = QHBoxLayout()
        row.addWidget(use)
        row.addStretch(1)
        card.body.addLayout(row)
        self._cards.addWidget(card)
        self.none.hide()
        return use

    def show_kept(self, line: str, why: str, anyway: bool) -> None:
        """Which decoder is kept and why; ``anyway``: whether the network can be trained all the same."""
        theme.set_text(self.kept, line)
        theme.set_text(self.kept_why, shortened(why, LONGEST))
        theme.set_tip(self.kept_why, why)
        for widget, shown in ((self.kept, line), (self.kept_why, why), (self.anyway, anyway)):
            widget.setVisible(bool(shown))

    def show_curve(self, told: Learnt | None, more: str, words: str) -> None:
        """The learning curve, and in words what it says; empty words: there is none yet."""
        if told is not None:
            self.curve.show_learnt(told)
        self.curve.setVisible(told is not None and bool(told.points))
        theme.set_text(self.more, more)
        theme.set_text(self.curve_words, words)
        self.learning.setVisible(bool(words))

    def clear_cards(self) -> None:
        """None is shown any more."""
        self.show_kept("", "", False)
        self.show_curve(None, "", "")
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.uses.clear()
        self.none.show()

    # ---- layout --------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _lay_out(self) -> None:
        recorded, scored = theme.Card(tr("Recordings"), self.list), theme.Card(tr("Score card"))
        self.learning = theme.Card(tr("Learning curve"), self.curve)
        self.learning.hint.setText(tr("linear decoder; right of the dotted line: expected"))
        self.learning.body.addWidget(self.more)
        self.learning.body.addWidget(self.curve_words)
        recorded.hint.setText(tr("tick those to train on"))
        recorded.body.addWidget(self.days)
        row = QHBoxLayout()
        for widget in (self.start, self.stop, self.network, self.kind):
            row.addWidget(widget)
        row.addStretch(1)
        recorded.body.addLayout(row)
        recorded.body.addWidget(self.onward)
        for below in (self.bar, self.words, self.why):
            recorded.body.addWidget(below)
        for above in (self.none, self.kept, self.kept_why):
            scored.body.addWidget(above)
        aside = QHBoxLayout()
        aside.addWidget(self.anyway)
        aside.addStretch(1)
        scored.body.addLayout(aside)
        scored.body.addLayout(self._cards)
        whole = QWidget()
        whole.setObjectName("ground")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, whole)
        self._columns.setContentsMargins(10, 0, 10, 0)
        self._columns.setSpacing(8)
        for cards in ((recorded, self.learning), (scored,)):
            column = QVBoxLayout()
            column.setSpacing(8)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        self.setWidget(whole)
        self.show_kept("", "", False)
        self.show_curve(None, "", "")
