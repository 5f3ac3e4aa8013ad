"""The menu that chooses what the traces are shown as."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QWidget

from gui.display import HIGH_PASS_HZ, LOW_PASS_HZ, MONTAGES, NOTCH_HZ, Display
from gui.words import tr


class DisplayMenu(QMenu):
    """One choice in each of four groups. ``asked`` carries the whole :class:`Display` that was chosen."""

    asked = pyqtSignal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.display = Display()
        self._actions: dict[str, dict[Any, QAction]] = {}
        self._add("montage", tr("Montage"), {name: tr(text) for name, text in MONTAGES.items()})
        for field, title, edges in (
            ("high_pass", tr("High-pass"), HIGH_PASS_HZ),
            ("low_pass", tr("Low-pass"), LOW_PASS_HZ),
            ("notch", tr("Notch, with its multiples"), NOTCH_HZ),
        ):
            self._add(field, title, {hz: f"{hz:g} Hz" if hz else tr("none") for hz in edges})

    def next_montage(self) -> None:
        """The next one, by key."""
        names = list(MONTAGES)
        self._ask("montage", names[(names.index(self.display.montage) + 1) % len(names)])

    def _add(self, field: str, title: str, choices: Mapping[Any, str]) -> None:
        if self._actions:
            self.addSeparator()
        heading = self.addAction(title)  # many styles draw no words on a section
        if heading is not None:
            heading.setEnabled(False)
        group = QActionGroup(self)
        self._actions[field] = {}
        for value, text in choices.items():
            action = QAction(text, self)
            action.setCheckable(True)
            action.setChecked(value == getattr(self.display, field))
            action.triggered.connect(lambda _, field=field, value=value: self._ask(field, value))
            group.addAction(action)
            self.addAction(action)
            self._actions[field][value] = action

    def _ask(self, field: str, value: Any) -> None:
        self.display = dataclasses.replace(self.display, **{field: value})
        self._actions[field][value].setChecked(True)
        self.asked.emit(self.display)
