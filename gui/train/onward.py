"""Whether a network begins as the decoder in use, by `offline.train --from`, and not with nothing."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from bk_realtime.shown import shown
from gui import theme
from gui.steps.labels import wrapped
from gui.train.choice import kind_of
from gui.train.plan import NETWORKS
from gui.words import later, tr

SAID = later(
    "the network begins as {name} and learns today's recordings alone, which that one must not have learnt; it is not "
    "compared with ridge: read both score cards"
)


class OnwardChoice(QWidget):
    """One choice, and in a sentence what comes of it; out of sight where the decoder in use is no network that can be
    trained here.

    ``changed`` : the operator has chosen otherwise.

    Attributes
    ----------
    kind : of the decoder in use, where that is one of the networks.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.kind, self._bundle = "", Path()
        self.wanted = QCheckBox(tr("go on from the decoder in use"))
        self.wanted.setToolTip(
            tr("Begin with the weights of the participant's network, contacts by label: for another day than it learnt")
        )
        self.wanted.toggled.connect(self._show)
        self.wanted.toggled.connect(self.changed)
        self.said = wrapped(tr("What the network begins with"), "soft")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.wanted)
        column.addWidget(self.said)
        self.offer(None)

    def offer(self, bundle: Path | None) -> None:
        """The decoder in use; another one than before is not chosen yet."""
        kind = kind_of(bundle)
        if (bundle or Path()) != self._bundle:
            self._bundle = bundle or Path()
            self.wanted.setChecked(False)
        self.kind = kind if kind in NETWORKS else ""
        self.setVisible(bool(self.kind))
        self._show()

    def bundle(self, network: bool) -> Path | None:
        """What the network begins as, where one is wanted; ``None``: nothing."""
        return self._bundle if network and self.kind and self.wanted.isChecked() else None

    def allow(self, possible: bool) -> None:
        """Whether it can be chosen: while a network is wanted, and nothing is trained."""
        self.wanted.setEnabled(possible)

    def _show(self) -> None:
        theme.set_text(self.said, tr(SAID).format(name=shown(self._bundle.name, 80)) if self.wanted.isChecked() else "")
        self.said.setVisible(self.wanted.isChecked())
