"""Which of the ticked recordings are of an earlier day: learnt as a whole, while today alone chooses and is scored."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.steps.labels import wrapped
from gui.train.plan import days_option
from gui.train.recorded import Recorded
from gui.words import later, tr

AS_ONE = later(
    "made on {n} days, which count as one: one normalisation for all of them, and the end of each recording is scored"
)
APART = later(
    "trains with {option}: what is of an earlier day is learnt as a whole, each day with a normalisation of its own; "
    "only today's recordings choose and are scored"
)
MAPPED = later("the profile's label_map is read for today's recordings alone")


def days_of(recordings: Sequence[Recorded], since: str) -> tuple[int, ...]:
    """``--days`` of `offline.train`: what was made on the date ``since`` or after it is of the last day, each date
    before it a day of its own.

    Parameters
    ----------
    recordings : oldest first.
    since : such as 2026-01-02; empty: all are of one day.

    Returns
    -------
    One for each recording; none where all are of one day.
    """
    before = sorted({one.date for one in recordings if one.date < since})
    if not before or recordings[-1].date < since:
        return ()
    last = len(before) + 1
    return tuple(before.index(one.date) + 1 if one.date < since else last for one in recordings)


class DaysChoice(QWidget):
    """One choice, and in a sentence what comes of it; out of sight where all recordings are of one date.

    ``changed`` : the operator has chosen otherwise.

    Attributes
    ----------
    mapped : whether the participant's channels are called by a label map.
    days : of the recordings that were offered last, as :func:`days_of` has them.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.mapped = False
        self.days: tuple[int, ...] = ()
        self._recordings: Sequence[Recorded] = ()
        self._since = self._newest = ""
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which recordings are of an earlier day"))
        self.which.setToolTip(
            tr("Earlier days may help to learn; their signal and microphone differ, so each is normalised by itself")
        )
        self.which.currentIndexChanged.connect(self._choose)
        self.said = wrapped(tr("What becomes of earlier days"), "soft")
        row, column = QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row.addWidget(self.which)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.said)
        self.hide()

    def offer(self, recordings: Sequence[Recorded]) -> None:
        """The ticked ones, oldest first. What was chosen stays, until there is a newer day than it was chosen for."""
        self._recordings = recordings
        dates = sorted({one.date for one in recordings})
        since = self._since if dates[-1:] == [self._newest] and self._since in dates[1:] else ""
        with QSignalBlocker(self.which):
            self.which.clear()
            self.which.addItem(tr("all are of today"), "")
            for date in reversed(dates[1:]):
                self.which.addItem(tr("before {date}: of an earlier day").format(date=date), date)
            self.which.setCurrentIndex(self.which.findData(since))
        self.setVisible(len(dates) > 1)
        self._show(since)

    def forget(self) -> None:
        """Another participant: nobody has chosen."""
        self._since = self._newest = ""

    @property
    def earlier(self) -> set[str]:
        """Paths of those that are of an earlier day."""
        if not self.days:
            return set()
        days = zip(self._recordings, self.days, strict=True)
        return {str(one.path) for one, day in days if day != self.days[-1]}

    def _choose(self) -> None:
        self._since = str(self.which.currentData() or "")
        self._newest = max((one.date for one in self._recordings), default="")
        self._show(self._since)
        self.changed.emit()

    def _show(self, since: str) -> None:
        self.days = days_of(self._recordings, since)
        if self.days:
            text = tr(APART).format(option=" ".join(days_option(self.days)))
            text += "; " + tr(MAPPED) if self.mapped else ""
        else:
            text = tr(AS_ONE).format(n=len({one.date for one in self._recordings}))
        theme.set_text(self.said, text)
