"""What a window remembers from one time to the next: its place, its borders, how much is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSettings

if TYPE_CHECKING:
    from gui.window import Window

SPLIT = "split of five"
"""Borders of so many panels; those of before were of four."""


def restore(window: Window, settings: QSettings) -> None:
    """As it was left."""
    geometry, split = settings.value("geometry"), settings.value(SPLIT)
    if geometry is not None and window.isWindow():
        window.restoreGeometry(geometry)
    if split is not None:
        window.column.restoreState(split)
    for name, box in (("rows", window.trace_card.page), ("span", window.trace_card.span)):
        index = box.findData(settings.value(name, type=int))
        if index >= 0:
            box.setCurrentIndex(index)


def keep(window: Window, settings: QSettings) -> None:
    """For the next time."""
    if window.isWindow():
        settings.setValue("geometry", window.saveGeometry())
    settings.setValue(SPLIT, window.column.saveState())
    settings.setValue("rows", window.trace_card.page.currentData())
    settings.setValue("span", window.trace_card.span.currentData())
    settings.sync()
