"""A process that is an amplifier for `soak`: `python -m tests.bench._soak_amplifier ID PPM JITTER_MS`.

Sends the SIMULATED recording of the demo again and again, in packets of 16, on a clock that is PPM fast; every packet
comes late by a random time (exponential, JITTER_MS on average, 40 at most, in order). Ends when its input closes.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pylsl

from bk_realtime.priority import CALLBACK, real_time_process
from bk_realtime.xdf.reader import read_xdf
from tests.lsl.outlets import make_outlet

PACKET, LATEST_MS = 16, 40.0
DEMO = Path(__file__).resolve().parents[2] / "recordings" / "demo.xdf"


def main(source_id: str, ppm: float, jitter_ms: float) -> None:
    """Send until standard input closes."""
    stream = next(s for s in read_xdf(DEMO) if s.description.type == "sEEG")
    data, sfreq = np.asarray(stream.data, np.float32), stream.description.sfreq
    data = data[: len(data) // PACKET * PACKET]
    labels, rng = list(stream.description.labels), np.random.default_rng(0)
    outlet = make_outlet(source_id, "SOAK, SIMULATED", sfreq=sfreq, n_channels=data.shape[1], labels=labels)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    real_time_process(CALLBACK, "amplifier")  # a device does not wait for this machine's other processes
    print("ready", flush=True)
    begun, sent, late = pylsl.local_clock(), 0, 0.0
    while not ended.is_set():
        taken = begun + (sent + PACKET) / (sfreq * (1 + 1e-6 * ppm))
        # in order: one that is late makes those behind it late, until they have caught up
        late = max(taken + min(rng.exponential(jitter_ms), LATEST_MS) / 1e3, late)
        time.sleep(max(0.0, late - pylsl.local_clock()))
        first = sent % len(data)
        outlet.push_chunk(data[first : first + PACKET], taken)
        sent += PACKET


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
