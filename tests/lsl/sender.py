"""A process that sends a counter on every channel of a 500 Hz sEEG stream, and a marker every half second.

``python -m tests.lsl.sender SOURCE_ID [RATE]``; ends when its standard input closes, so it never outlives a test.
"""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import pylsl


def main() -> None:
    source_id, rate = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 500.0
    info = pylsl.StreamInfo("counter", "sEEG", 4, rate, "float32", source_id)
    info.set_channel_labels(["A1", "A2", "A3", "A4"])
    info.set_channel_units(["microvolts"] * 4)
    outlet = pylsl.StreamOutlet(info)
    marks = pylsl.StreamOutlet(pylsl.StreamInfo("marks", "Markers", 1, 0, "string", source_id + "-marks"))
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    print("sending", flush=True)
    n, start = 0, time.monotonic()
    while not ended.is_set():
        due = int((time.monotonic() - start) * rate) // 10 * 10
        if due > n:
            outlet.push_chunk(np.repeat(np.arange(n, due, dtype=np.float32)[:, None], 4, 1))
            for word in range(n // 250 + 1, due // 250 + 1):
                marks.push_sample([f"word {word}"])
            n = due
        ended.wait(0.005)


if __name__ == "__main__":
    main()
