"""The traces as a display makes them: built beside the window, fed with what it keeps, with a past of its own."""

from __future__ import annotations

import math
import queue
from typing import TYPE_CHECKING

import numpy as np

from bk_realtime.watched import WatchedThread
from gui.display import Display
from gui.past import Past
from gui.strips import GAP_S, History
from gui.words import later, tr

if TYPE_CHECKING:
    from gui.display_chain import DisplayChain


class TraceDisplay:
    """What is shown in place of the samples as they came.

    The first one that is built takes seconds (it loads what computes): until then the traces stay as they are, and
    the words say so.
    """

    def __init__(self) -> None:
        self.wanted = Display()
        self.chain: DisplayChain | None = None
        self.failed, self.building = "", False
        self.history, self.past = History(1, 1), Past(1, 1.0)
        self._ready: queue.SimpleQueue[tuple[int, DisplayChain | str]] = queue.SimpleQueue()
        self._asked = 0

    @property
    def words(self) -> str:
        """What is shown, where it is not what came; empty where it is."""
        if self.wanted.plain:
            return ""
        if self.building:
            return tr("display: as recorded ({what}: loading)").format(what=self.wanted.words)
        if self.chain is None:
            return tr("display: as recorded ({why})").format(why=tr(self.failed))
        if self.chain.untold:
            what = Display("none", *self._edges()).words
            return tr("display: {what} ({why})").format(what=what, why=tr(self.chain.untold))
        return tr("display: {what}").format(what=self.wanted.words)

    def want(self, wanted: Display, labels: tuple[str, ...], sfreq: float, neural: bool) -> None:
        """Ask for one, for these channels; :meth:`take` says when it is there."""
        self.wanted, self.chain, self.failed = wanted, None, ""
        self._asked += 1
        self.building = not wanted.plain and neural and bool(labels)
        if self.building:
            WatchedThread(_build, "display filter", args=(self._ready, self._asked, wanted, labels, sfreq)).start()
        elif not wanted.plain:
            self.failed = later("no raw signals")

    def take(self) -> bool:
        """Whether the one that was asked for last has come, or failed, since the last call."""
        came = False
        while not self._ready.empty():
            asked, chain = self._ready.get()
            if asked == self._asked:
                came, self.building = True, False
                self.chain, self.failed = (None, chain) if isinstance(chain, str) else (chain, "")
        return came

    def begin(self, times: np.ndarray, values: np.ndarray, out: np.ndarray, sfreq: float, window_s: float) -> None:
        """Show what came so far, (n,) times and (n, C) values with holes as NaN, and what comes from now on."""
        assert self.chain is not None
        n_rows = len(self.chain.rows)
        self.history = History(n_rows, math.ceil(window_s * sfreq) + 64)
        self.past = Past(n_rows, sfreq)
        holes = np.flatnonzero(np.diff(times) > max(GAP_S, 3 / sfreq)) + 1
        for part in np.split(np.arange(len(times)), holes):
            self.chain.reset()
            self.keep(times[part], values[part], out)

    def restart(self, sfreq: float, window_s: float, keep: bool = False) -> None:
        """Another length of the window; or, without ``keep``, the stream begins anew."""
        assert self.chain is not None
        old = self.history
        self.history = History(len(self.chain.rows), math.ceil(window_s * sfreq) + 64)
        if keep:
            self.history.append(old.times, old.values)
        else:
            self.chain.reset()

    def keep(self, times: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
        """Take (n,) times and (n, C) values; (C,) channels that are in no reference."""
        assert self.chain is not None
        shown = self.chain.push(values, out)
        self.history.append(times, shown)
        self.past.append(times, shown)

    def skip(self, hole: np.ndarray) -> None:
        """Nothing came between two times."""
        assert self.chain is not None
        self.history.append(hole, np.full((2, len(self.chain.rows)), np.nan, np.float32))
        self.past.skip(hole)
        self.chain.reset()

    def forget(self) -> None:
        """Nothing that came before is on the axis any more."""
        assert self.chain is not None
        self.history.clear()
        self.past.clear()
        self.chain.reset()

    def _edges(self) -> tuple[float, float, float]:
        return self.wanted.high_pass, self.wanted.low_pass, self.wanted.notch


def _build(ready: queue.SimpleQueue, asked: int, display: Display, labels: tuple[str, ...], sfreq: float) -> None:  # type: ignore[type-arg]
    try:
        from gui.display_chain import build  # seconds, the first time

        ready.put((asked, build(display, labels, sfreq)))
    except Exception as error:  # the traces as recorded must go on, whatever cannot be loaded
        ready.put((asked, tr("cannot be made: {error}").format(error=error)))
