"""Other amplifiers' signals on the sample clock of the main one: rows of all channels, whatever the chunking."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bk_realtime.join.fractional import FractionalDelay
from bk_realtime.join.line import Line, LineSettings
from bk_realtime.join.partner import ANEW_S, Partner

LATE_S = 0.15
"""A partner this far behind the main stream, by the stamps, is not waited for."""
# beyond `late_s`, by number: the line puts rows half a packet ahead of the stamps, and packets are a second at most
_MOST_S = 1.0


class Joined(NamedTuple):
    """Rows on the main stream's samples.

    first_index : number of rows before these.
    data : (T, main channels + channels of the partners in order) float32, the main channels as they came. NaN where a
        partner has no sample: it has not begun, lost samples, or is late.
    stamps : (T,) the main stream's own stamps.
    """

    first_index: int
    data: np.ndarray
    stamps: np.ndarray


class Joiner:
    """Joins streams on their stamps. Push chunks of any of them, in any order, and take rows.

    What rows hold depends on samples and stamps alone, not on how they were cut or interleaved, except where ``take``
    does not wait for a partner that is ``late_s`` behind (counted in ``Partner.late``).

    Parameters
    ----------
    sfreq, n_channels : nominal rate in Hz and number of channels of the main stream, whose samples are the rows.
    partners : the same of the others.
    late_s : see above; infinite waits for ever. By number of samples rows wait a second longer at most: stamps may
        stand still, or run in other units.
    keep_s : samples of a partner that are kept while the main stream is away, in seconds.
    """

    def __init__(
        self,
        sfreq: float,
        n_channels: int,
        partners: Sequence[tuple[float, int]],
        late_s: float = math.inf,
        keep_s: float = math.inf,
        settings: LineSettings | None = None,
    ) -> None:
        self.late_s, self._keep_s = late_s, keep_s
        self.line = Line(sfreq, settings)
        self.partners = [Partner(r, n, Line(r, settings), FractionalDelay(r, sfreq)) for r, n in partners]
        self._data, self._stamps = np.zeros((0, n_channels), np.float32), np.zeros(0)
        self._n_out, self._newest = 0, -math.inf
        self._most = int(min((late_s + _MOST_S) * sfreq, sys.maxsize))

    @property
    def wait_s(self) -> float:
        """Declared: rows wait this long for samples of the partners that lie after them."""
        return max(p.between.half / p.sfreq for p in self.partners)

    def push(self, which: int, data: np.ndarray, stamps: np.ndarray) -> None:
        """Samples (T, channels) and their (T,) stamps in s, of the main stream (0) or of a partner (1, ...). Stamps of
        all are on one clock."""
        if not len(stamps):
            return
        if which:
            self.partners[which - 1].push(data, stamps, self._keep_s)
            return
        self._data = np.concatenate([self._data, np.asarray(data, np.float32)])
        self._stamps = np.append(self._stamps, stamps)
        newest = float(np.max(stamps))
        self._newest = newest if newest < self._newest - ANEW_S else max(self._newest, newest)
        self._ask(self.line.push(stamps).times)

    def move(self, which: int, by_s: float) -> None:
        """The clock of a stream (0: the main one) became known: its stamps so far are later by so many seconds. Rows
        from now on are as if it had been known from the start."""
        if which:
            self.partners[which - 1].move(by_s)
            return
        self.line.move(by_s)
        self._newest += by_s
        for partner in self.partners:
            partner.move_rows(by_s)

    def take(self) -> Joined:
        """All rows that are complete, or that do not wait any longer."""
        for partner in self.partners:
            partner.advance()
            partner.give_up(partner.n_done, self._newest - self.late_s, self._most)
        n = min(p.n_done for p in self.partners) - self._n_out
        data = np.concatenate([self._data[:n], *(p.take(n) for p in self.partners)], axis=1, dtype=np.float32)
        out = Joined(self._n_out, data, self._stamps[:n])
        self._data, self._stamps = self._data[n:], self._stamps[n:]
        self._n_out += n
        return out

    def finish(self) -> Joined:
        """The rest: nothing more will come."""
        self._ask(self.line.finish().times)
        for partner in self.partners:
            partner.finish()
        return self.take()

    def _ask(self, times: np.ndarray) -> None:
        for partner in self.partners:
            partner.ask(times)

    def drift_ppm(self, which: int) -> float:
        """How much faster partner ``which`` (1, ...) takes its samples than the main stream, each against its nominal
        rate, in parts per million."""
        return 1e6 * ((1 + self.line.slope) / (1 + self.partners[which - 1].line.slope) - 1)

    def offset_s(self, which: int) -> float:
        """How much later than the main stream partner ``which`` began, in s."""
        return self.partners[which - 1].line.start_s - self.line.start_s

    def residual_ms(self, which: int) -> tuple[float, float]:
        """Root mean square and most, in ms, of what the two lines did not follow, by whole seconds."""
        lines = (self.line, self.partners[which - 1].line)
        return 1e3 * math.hypot(*(x.residual_rms_s for x in lines)), 1e3 * sum(x.residual_max_s for x in lines)
