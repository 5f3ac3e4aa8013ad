"""How far a training is, as lines of JSON: for a program that shows it."""

from __future__ import annotations

import json
import math
import time


class Steps:
    """Prints one line a step where it is wanted, e.g. ``{"progress": {"step": "ridge", "done": 0.5, "left_s": 12.0}}``.

    Parameters
    ----------
    wanted : whether anything is printed at all.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def tell(self, step: str, done: float | None = None, left_s: float | None = None) -> None:
        """What is done now, which share of it is done, and for how many seconds more at most; None: nobody knows."""
        if not self._wanted:
            return
        told = None if left_s is None or not math.isfinite(left_s) else round(left_s, 1)
        part = None if done is None else round(done, 4)
        print(json.dumps({"progress": {"step": step, "done": part, "left_s": told}}), flush=True)


class Left:
    """Seconds that are left of steps of equal length, by those that were done.

    Parameters
    ----------
    first, total : steps done before, and in all.
    """

    def __init__(self, first: int, total: int) -> None:
        self._first, self._total, self._began = first, total, time.monotonic()

    def after(self, done: int) -> float:
        """When ``done`` of all are done."""
        return self.each(done) * max(0, self._total - done)

    def each(self, done: int) -> float:
        """Seconds that one step takes, when ``done`` of all are done."""
        return (time.monotonic() - self._began) / max(1, done - self._first)
