"""Channels as the decoder has them: drift from training, masks, the baseline; a menu masks one or takes a baseline."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from bk_realtime.montage import loose_label
from bk_realtime.session.status import Status
from bk_realtime.shown import shown
from gui import theme
from gui.panels.traces import Traces
from gui.words import tr

SHOWN = 3
LONGEST = 16
"""Letters of one label: a longer word would make the column wider than there is room."""


class ChannelsLine(QWidget):
    """Emits ``command("mask_channel", …)`` and ``command("recalibrate", …)``.

    Parameters
    ----------
    traces : shows the channels that can be masked.
    """

    command = pyqtSignal(str, dict)

    def __init__(self, traces: Traces) -> None:
        super().__init__()
        self._traces, self._status = traces, Status()
        self.words = QLabel("")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAccessibleName(tr("Drift and masks of the channels"))
        self.button = QPushButton(tr("Channels"))
        self.button.setToolTip(tr("Mask a channel or take it back; take a new baseline"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self.fill)
        self.choices.triggered.connect(self._chosen)
        self.button.setMenu(self.choices)
        self.button.setToolTip(tr("Mask a channel, or take a baseline (Ctrl+T; or click a channel's name)"))
        self.one = QMenu(self)
        self.one.triggered.connect(self._chosen)
        traces.named.connect(self.ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)

    def show_status(self, status: Status) -> None:
        """Show what the status says."""
        self._status = status
        theme.set_text(self.words, channels_text(status))

    def open(self) -> None:
        """Show the menu of all channels."""
        if self.isEnabled():
            self.button.showMenu()

    def ask(self, labels: tuple[str, ...], place: QPoint) -> None:
        """Offer to mask the channels of the row whose name was clicked, or to unmask them: one click alone changes
        nothing."""
        if not self.isEnabled():
            return
        self.one.clear()
        for label in labels:
            key = loose_label(label)
            masked = next((one for one in self._status.masked_channels if loose_label(one) == key), None)
            if masked is not None:
                text, words = tr("Unmask {label}"), {"label": masked, "on": False}
            else:
                text = tr("Mask {label}: the decoder does without it")
                words = {"label": label, "on": True, "of_stream": True}
            self._offer(text.format(label=_named(label)), "mask_channel", words, self.one)
        self.one.popup(place)

    def fill(self) -> None:
        """Make the menu of what can be done now."""
        self.choices.clear()
        if self._status.recalibrating_s is None:
            self._offer(tr("Baseline of 2 minutes"), "recalibrate", {"do": "begin"})
        else:
            self._offer(tr("End the baseline"), "recalibrate", {"do": "end"})
            self._offer(tr("Give the baseline up"), "recalibrate", {"do": "cancel"})
        if self._status.recalibrated:
            self._offer(tr("Undo the recalibration"), "recalibrate", {"do": "undo"})
        masked = self._status.masked_channels
        for label in masked:
            self._offer(tr("Unmask {label}").format(label=_named(label)), "mask_channel", {"label": label, "on": False})
        for label in dict.fromkeys(self._traces.labels):  # of the stream: the decoder may call the channel otherwise
            if label not in masked:
                self._offer(
                    tr("Mask {label}").format(label=_named(label)),
                    "mask_channel",
                    {"label": label, "on": True, "of_stream": True},
                )

    def _offer(self, text: str, command: str, values: dict[str, object], menu: QMenu | None = None) -> None:
        action = (menu or self.choices).addAction(text)
        if action is not None:
            action.setData((command, values))

    def _chosen(self, action: QAction) -> None:
        self.command.emit(*action.data())


def _named(label: str) -> str:
    """As it stands in a menu, which would take an ampersand for a key."""
    return shown(label, 40).replace("&", "&&")


def channels_text(status: Status) -> str:
    """Drift, masks and baseline in a few words."""
    parts = []
    if status.recalibrating_s is not None:
        parts.append(tr("baseline: {seconds:.0f} s").format(seconds=status.recalibrating_s))
    elif status.recalibrated:
        parts.append(tr("recalibrated"))
    if status.drift:
        worst = list(status.drift.items())[:SHOWN]
        said = (f"{shown(label, LONGEST)} " + f"{value:+.1f}".replace("-", "−") for label, value in worst)
        parts.append(tr("drift") + " " + ", ".join(said))
    if status.masked_channels:
        few = ", ".join(shown(label, LONGEST) for label in status.masked_channels[:SHOWN])
        more = len(status.masked_channels) - SHOWN
        rest = tr(" and {n} more").format(n=more) if more > 0 else ""
        parts.append(tr("masked {few}").format(few=few) + rest)
    return " · ".join(parts)
