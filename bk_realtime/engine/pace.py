"""Whether decoding keeps up with the signal: computing time against the length of what was computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from bk_realtime.chain import STAGES
from bk_realtime.session.events import make_event

WINDOW_S = 1.0
"""The last chunks that took so long together tell how fast the decoder is."""
MIN_CHUNKS = 4
"""One chunk that took long is a stall, no slow decoder."""
MOST_CHUNKS = 200
"""No more are looked at: thousands of small ones would take longer to sum than to decode."""


class Pace:
    """Says that the decoder is slower than real time, and that it keeps up again.

    Each chunk is all the signal that waited, so what waits after it is what came while it was computed, at most. A
    decoder that takes longer for its signal than the signal lasts falls behind further with each chunk, until the
    sound is too old to be heard and what waits is dropped (:class:`~bk_realtime.session.settings.GapPolicy`).

    Parameters
    ----------
    note : takes the events.
    limit_s : further behind than this is said.
    """

    def __init__(self, note: Callable[[dict[str, Any]], None], limit_s: float) -> None:
        self._note, self._limit_s = note, limit_s
        self.slow = False
        """Whether the decoder is slower than real time."""
        self.behind_s = 0.0
        """How far decoding is behind the signal because of its computing time."""
        self._furthest_s = 0.0
        self._chunks: deque[tuple[float, float, Sequence[float]]] = deque()
        self._took_s = 0.0  # all of them

    def decoded(self, stages_s: Sequence[float], signal_s: float) -> None:
        """One chunk was decoded.

        Parameters
        ----------
        stages_s : seconds that each of :data:`~bk_realtime.chain.STAGES` took.
        signal_s : length of the chunk in seconds, without what was dropped.
        """
        took = sum(stages_s)
        self.behind_s = min(max(0.0, self.behind_s + took - signal_s), took)
        chunks = self._chunks
        chunks.append((took, signal_s, stages_s))
        self._took_s += took
        while len(chunks) > MIN_CHUNKS and (len(chunks) > MOST_CHUNKS or self._took_s - chunks[0][0] >= WINDOW_S):
            self._took_s -= chunks.popleft()[0]
        if not self.slow and self.behind_s <= self._limit_s:
            return
        factor = self._factor()
        if not self.slow and factor > 1.0:
            self.slow, self._furthest_s = True, 0.0
            totals = [sum(times) for times in zip(*(c[2] for c in self._chunks), strict=True)]
            most = STAGES[totals.index(max(totals))]
            text = (
                f"decoder slower than real time: {self.behind_s:.2f} s behind, {factor:.1f} s of computing for each "
                f"second of signal, most of it {most}; what is too old is not heard, what waits is dropped"
            )
            values = {"seconds": round(self.behind_s, 3), "factor": round(factor, 2), "stage": most}
            self._note(make_event("slow", text, active_fault="decoder", **values))
        self._furthest_s = max(self._furthest_s, self.behind_s)
        if self.slow and factor < 1.0 and self.behind_s < self._limit_s / 4:
            self.slow = False
            text = f"the decoder keeps up again; it was up to {self._furthest_s:.2f} s behind"
            self._note(make_event("keeps up", text, corrected="decoder", seconds=round(self._furthest_s, 3)))

    def _factor(self) -> float:
        """Seconds of computing for a second of signal, without the chunk that took longest; 0 where nobody can tell."""
        if len(self._chunks) < MIN_CHUNKS:
            return 0.0
        longest = max(self._chunks, key=lambda chunk: chunk[0])
        signal = sum(c[1] for c in self._chunks) - longest[1]
        return (sum(c[0] for c in self._chunks) - longest[0]) / signal if signal > 0 else 0.0
