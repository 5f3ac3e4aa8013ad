"""What happens again and again on a busy machine: the first time is said at once, what follows as one number."""

from __future__ import annotations

import math


class Counted:
    """When a counter is said, and how much of it.

    Parameters
    ----------
    every_s : seconds between two lines at least.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s, self._told, self._at = every_s, 0, -math.inf

    def due(self, now: float, total: int, last: bool = False) -> int:
        """How many are to be said now; 0: none, or not yet.

        Parameters
        ----------
        now : seconds on any clock.
        total : how many there were so far; a smaller one than before counts from 0.
        last : nothing is counted after this.
        """
        if total < self._told:
            self._told = 0
        n = total - self._told
        if not n or (now - self._at < self._every_s and not last):
            return 0
        self._told, self._at = total, now
        return n
