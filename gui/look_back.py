"""Pause, the last five minutes, and one time cursor through all panels: of what is shown, never of the session."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QObject, pyqtSignal

from gui.past import PAST_S
from gui.sweep import SweepPanel
from gui.words import tr

TURN = 0.5
"""Part of the window that one step back or forth goes."""
STEP = 0.01
"""Part of the window that one step of the cursor goes."""


class LookBack(QObject):
    """Where in time the panels stand. ``changed`` says that they stand elsewhere.

    Parameters
    ----------
    panels : all of one time axis; the first one says what the cursor is at.
    """

    changed = pyqtSignal()

    def __init__(self, panels: Sequence[SweepPanel]) -> None:
        super().__init__()
        self._panels = panels
        self._cursor: float | None = None
        for panel in panels:
            panel.pointed.connect(self.point)

    @property
    def until(self) -> float | None:
        """LSL time at the right edge; ``None`` where the panels run."""
        return self._panels[0].frozen

    @property
    def now(self) -> float | None:
        """LSL time of the newest sample of any panel; ``None`` before the first one."""
        return max((panel.head for panel in self._panels if panel.head is not None), default=None)

    @property
    def words(self) -> str:
        """That the picture stands, and how far back; empty where it runs."""
        if self.until is None or self.now is None:
            return ""
        return tr("PAUSED: {seconds:.0f} s ago").format(seconds=max(0.0, self.now - self.until))

    def pause(self, paused: bool = True) -> None:
        """Let the panels stand as they are, or run on with what comes now."""
        if paused and self.until is None and self.now is not None:
            self._freeze(self.now)
        elif not paused and self.until is not None:
            self._freeze(None)

    def toggle(self) -> None:
        """Pause, or run on."""
        self.pause(self.until is None)

    def turn(self, pages: float) -> None:
        """Half a window back (-1) or forth (1); forth of the newest sample it runs on."""
        now, until = self.now, self.until
        if now is None or (until is None and pages > 0):
            return
        wanted = (now if until is None else until) + pages * TURN * self._panels[0].window_s
        self._freeze(None if wanted >= now else max(wanted, self._oldest(now)))

    def oldest(self) -> None:
        """As far back as there is anything."""
        if (now := self.now) is not None:
            self._freeze(self._oldest(now))

    def point(self, time: float | None) -> None:
        """The cursor to an LSL time, in every panel; ``None``: away with it."""
        self._cursor = time
        self.tell()

    def step(self, steps: int) -> None:
        """The cursor by so many hundredths of a window; it begins at the newest sample shown."""
        end = self.until if self.until is not None else self.now
        if end is not None:
            at = end if self._cursor is None else self._cursor
            width = self._panels[0].window_s
            self.point(min(max(at + steps * STEP * width, end - width), end - STEP * width))

    def tell(self) -> None:
        """Draw the cursor, and say beside it how long ago that is."""
        at, now = self._cursor, self.now
        if at is not None and now is not None and at < now - PAST_S - self._panels[0].window_s:
            self._cursor = at = None
        for k, panel in enumerate(self._panels):
            panel.set_cursor(
                at,
                "" if k or at is None or now is None else tr("{seconds:.2f} s ago").format(seconds=max(0.0, now - at)),
            )

    def _oldest(self, now: float) -> float:
        firsts = [panel.past.first for panel in self._panels if panel.past.first is not None]
        return min(max(min(firsts, default=now), now - PAST_S) + self._panels[0].window_s, now)

    def _freeze(self, until: float | None) -> None:
        for panel in self._panels:
            panel.freeze(until)
        self.changed.emit()
