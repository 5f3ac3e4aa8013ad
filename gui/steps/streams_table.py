"""The streams that are around, one a row: what each says of itself, what was measured, and what it is used for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from bk_realtime.shown import shown
from gui.steps.survey import Seen
from gui.words import later, tr

COLUMNS = (
    later("Stream"),
    later("Type"),
    later("Channels"),
    later("Rate"),
    later("True rate"),
    later("Packet"),
    later("Age"),
    later("Use"),
)


class StreamsTable(QTableWidget):
    """One row can be chosen, by mouse and arrows."""

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._shown: list[Seen] = []
        self.setHorizontalHeaderLabels([tr(one) for one in COLUMNS])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(tr("Streams around"))
        self.setToolTip(tr("Choose one to decode it"))
        self.setTabKeyNavigation(False)  # Tab goes on, the arrows go through the rows
        self.setMinimumHeight(130)
        for header in (self.verticalHeader(), self.horizontalHeader()):
            if header is not None:
                header.setVisible(header is self.horizontalHeader())
                header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        if header is not None:
            header.setStretchLastSection(True)

    def show_streams(self, seen: Sequence[Seen], uses: Sequence[str]) -> None:
        """What is around, and what each is used for, in words."""
        if [one.uid for one in seen] != [one.uid for one in self._shown]:
            self.setRowCount(len(seen))
        self._shown = [*seen]
        for row, (one, use) in enumerate(zip(seen, uses, strict=True)):
            for column, text in enumerate(_cells(one, use)):
                item = self.item(row, column)
                if item is None:
                    self.setItem(row, column, QTableWidgetItem(text))
                elif item.text() != text:
                    item.setText(text)

    def chosen(self) -> Seen | None:
        """The stream whose row is chosen."""
        row = self.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None


def _cells(one: Seen, what: str) -> tuple[str, ...]:
    """Row of a stream."""
    return (
        shown(one.name, 40),
        shown(one.type, 20),
        str(one.n_channels),
        f"{one.rate:g} Hz" if one.rate else tr("irregular"),
        _figure(one.true_rate, "Hz", 1) if one.rate else "–",
        _figure(one.packet_ms, "ms", 0) if one.rate else "–",
        _age(one),
        what,
    )


def _age(one: Seen) -> str:
    if one.rate and one.silent_s > 2.0:
        return tr("nothing for {seconds:.0f} s").format(seconds=one.silent_s)
    return tr("other clock") if one.other_clock else _figure(one.age_ms, "ms", 0)


def _figure(value: float, unit: str, digits: int) -> str:
    return f"{value:.{digits}f} {unit}" if math.isfinite(value) else "–"
