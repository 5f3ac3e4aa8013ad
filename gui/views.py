"""Further pictures in the side column, which are there when they are asked for: high gamma by shaft, spectrum."""

from __future__ import annotations

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QScrollArea

from gui.panels.shaft_map import ShaftMap
from gui.panels.spectrum import SPAN_S, Spectrum
from gui.panels.traces import Traces
from gui.theme import Card, set_text
from gui.words import tr


class Views:
    """Two cards that are hidden at first.

    Parameters
    ----------
    traces : whose channels on the screen the spectrum is of.
    """

    def __init__(self, traces: Traces) -> None:
        self._traces = traces
        self.map, self.spectrum = ShaftMap(), Spectrum()
        self.map_card, self.spectrum_card = (
            Card(tr("High gamma by shaft"), self.map),
            Card(tr("Spectrum, dB"), self.spectrum),
        )
        for card in self.cards:
            card.hide()
        self._asked, self._placed = self.map_card, QTimer(self.map_card)
        self._placed.setSingleShot(True)
        self._placed.timeout.connect(self._into_sight)

    @property
    def cards(self) -> tuple[Card, Card]:
        """Both, from above."""
        return self.map_card, self.spectrum_card

    def show(self, card: Card, shown: bool) -> None:
        """Show one, where it can be seen, or put it away."""
        card.setVisible(shown)
        if shown:
            self._asked = card
            self._placed.start(0)  # when it has got its place

    def _into_sight(self) -> None:
        card, above = self._asked, self._asked.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(card, 0, 0)

    def draw(self) -> None:
        """Bring the spectrum up to date; called about once a second."""
        if self.spectrum.isVisible() and self._traces.labels:
            self.spectrum.show_signals(self._traces.recent(SPAN_S), self._traces.sfreq)
            set_text(self.spectrum_card.hint, self.spectrum.words)
