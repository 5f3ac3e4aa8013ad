"""The window as it is, for `window_cost`: at its end it prints how many pictures of the traces were on the screen."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from PyQt6.QtGui import QPaintEvent

from gui.app import main
from gui.panels.traces import Traces


def count(opening_s: float) -> None:
    """Run it with the rest of the command line; pictures of its first ``opening_s`` seconds do not count."""
    start, times, shown = time.monotonic(), [], [None]
    paint = Traces.paintEvent

    def counted(self: Traces, event: QPaintEvent | None) -> None:
        paint(self, event)
        now = time.monotonic()
        if self._column != shown[0] and now - start > opening_s:  # one that shows nothing new is no picture
            shown[0] = self._column
            times.append(now)

    Traces.paintEvent = counted  # type: ignore[method-assign]
    try:
        main(sys.argv[2:])
    finally:
        apart = np.diff(times)
        rate = len(apart) / (times[-1] - times[0]) if len(apart) else 0.0
        slow = float(np.percentile(apart, 99)) if len(apart) else float("nan")
        print(json.dumps({"fps": rate, "apart_p99_ms": 1e3 * slow}), flush=True)


if __name__ == "__main__":
    count(float(sys.argv[1]))
