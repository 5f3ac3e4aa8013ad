"""The markers of the last minutes, and in which columns of a picture they stand."""

from __future__ import annotations

import numpy as np

from gui.past import PAST_S

MOST = 2000


class Marks:
    """LSL times; bounded in number and age."""

    def __init__(self) -> None:
        self.times = np.empty(0)

    def add(self, time: float) -> None:
        """One more; what is older than the pictures go back is forgotten."""
        kept = self.times[self.times > time - PAST_S][-MOST + 1 :]
        self.times = np.append(kept, time)

    def columns(self, edges: np.ndarray) -> np.ndarray:
        """Indices of the columns, with (n + 1,) borders in LSL seconds, that a marker stands in."""
        at = np.searchsorted(edges, self.times, "right") - 1
        return np.unique(at[(at >= 0) & (at < len(edges) - 1)])
