"""A process that is an amplifier with bad habits on order, for `chaos`: `python -m tests.bench._chaos_amplifier ID`.

Sends noise on 8 channels at 1024 Hz in packets of 16. Orders come as lines on standard input: ``gap 0.2`` (seconds that
are missing), ``repeat`` (the last packet again), ``nan 0.5``, ``huge 0.5``, ``flat 2`` (samples of that kind),
``jump 30`` (the clock is set), ``burst 2`` (packets of 250 ms for so long), ``hold 1`` (nothing is sent, then all).
"""

from __future__ import annotations

import queue
import sys
import threading
import time

import numpy as np
import pylsl

from tests.lsl.outlets import make_outlet

SFREQ, N_CHANNELS, PACKET = 1024.0, 8, 16


class Amplifier:
    def __init__(self, source_id: str) -> None:
        self.outlet = make_outlet(source_id, "chaos", sfreq=SFREQ, n_channels=N_CHANNELS)
        self.rng = np.random.default_rng(0)
        self.until = {"nan": 0.0, "huge": 0.0, "flat": 0.0, "burst": 0.0, "hold": 0.0}
        self.missing = self.shift = 0.0
        self.last = np.zeros((PACKET, N_CHANNELS), np.float32)

    def obey(self, line: str) -> None:
        what, *rest = line.split()
        amount = float(rest[0]) if rest else 0.0
        if what == "gap":
            self.missing += amount
        elif what == "jump":
            self.shift += amount
        elif what == "repeat":
            self.outlet.push_chunk(self.last, pylsl.local_clock() + self.shift)
        else:
            self.until[what] = time.perf_counter() + amount

    def samples(self, n: int) -> np.ndarray:
        data = (30 * self.rng.standard_normal((n, N_CHANNELS))).astype(np.float32)
        now = time.perf_counter()
        if now < self.until["nan"]:
            data[:, :3] = np.nan
        if now < self.until["huge"]:
            data[:, 2:] = 1e30
        if now < self.until["flat"]:
            data[:, 1] = 0.0
        return data

    def run(self, orders: queue.SimpleQueue[str], ended: threading.Event) -> None:
        begun, sent = time.perf_counter(), 0
        while not ended.is_set():
            while not orders.empty():
                self.obey(orders.get())
            now = time.perf_counter()
            due = int((now - begun) * SFREQ) - sent
            skip = min(due, int(self.missing * SFREQ))
            if skip:
                sent, due, self.missing = sent + skip, due - skip, self.missing - skip / SFREQ
            packet = round(0.25 * SFREQ) if now < self.until["burst"] else PACKET
            if due >= packet and now >= self.until["hold"]:
                due -= due % packet
                data = self.samples(due)
                stamp = pylsl.local_clock() - (now - begun - (sent + due) / SFREQ) + self.shift
                self.outlet.push_chunk(data, stamp)
                self.last = data[-PACKET:]
                sent += due
            ended.wait(0.003)


def main() -> None:
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    ended = threading.Event()

    def read() -> None:
        for line in sys.stdin:
            orders.put(line)
        ended.set()

    amplifier = Amplifier(sys.argv[1])
    threading.Thread(target=read, daemon=True).start()
    print("ready", flush=True)
    amplifier.run(orders, ended)


if __name__ == "__main__":
    main()
