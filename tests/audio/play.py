"""A process that plays a sine: `python -m tests.audio.play SECONDS [RATE] [NAME [FILE]]`; prints JSON lines.

With "inf" as SECONDS it plays until its standard input closes.

What was handed to the device goes to FILE (npz: sound, rate). An empty NAME is the default device.

PortAudio reads its surroundings once a process, so each test plays from one of its own.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import numpy as np

from bk_realtime.errors import BkError
from bk_realtime.sink.soundcard import SoundCard

HOP = 256


class Tapped(SoundCard):
    """Keeps what the callback hands to the device."""

    handed: list[np.ndarray]

    def _callback(self, outdata: np.ndarray, frames: int, _time: Any, status: Any) -> None:
        super()._callback(outdata, frames, _time, status)
        self.handed.append(outdata[:, 0].copy())


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    seconds = float(sys.argv[1])
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 22050
    device = (sys.argv[3] if len(sys.argv) > 3 else "") or None
    sys.setswitchinterval(0.0005)
    try:
        sink = Tapped(rate, device)
        sink.handed = []
        sink.start()
    except BkError as error:
        say(error=str(error))
        return
    say(started=sink.name, latency_s=sink.latency_s)
    ended = threading.Event()
    if seconds == np.inf:
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    begun, n = time.perf_counter(), 0
    fills = []
    while (now := time.perf_counter() - begun) < seconds and not ended.is_set():
        while n < now * rate:
            sink.write((0.5 * np.sin(2 * np.pi * 441 * np.arange(n, n + HOP) / rate)).astype(np.float32))
            n += HOP
            fills.append(sink.fill)
        for event in sink.events():
            say(at=now, **event)
        time.sleep(0.002)
    say(underruns=sink.underruns, skipped=sink._player.skipped, blocks=sink._player.blocks, fill=fills[-1])
    sink.close()
    sink.close()
    if len(sys.argv) > 4:
        np.savez(sys.argv[4], sound=np.concatenate(sink.handed), rate=sink._rate)
    say(closed=True)


if __name__ == "__main__":
    main()
