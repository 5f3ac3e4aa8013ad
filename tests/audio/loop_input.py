"""A process that is an input wired to the virtual card: `python -m tests.audio.loop_input NAME`, in the card's
environment. Sends what the card plays as an LSL stream of type Audio,
on its second channel, until its standard input closes."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pylsl

from tests.audio.virtual_card import SINK, in_time

RATE = 16000


def main() -> None:
    info = pylsl.StreamInfo(sys.argv[1], "Audio", 2, RATE, "float32", f"{sys.argv[1]}-id")
    info.set_channel_labels(["nothing", "AUX1"])
    outlet = pylsl.StreamOutlet(info)
    command = ["parec", "-d", f"{SINK}.monitor", "--format=float32le", f"--rate={RATE}", "--channels=1", "--raw"]
    parec = subprocess.Popen(in_time([*command, "--latency-msec=5"]), stdout=subprocess.PIPE)
    threading.Thread(target=lambda: (sys.stdin.read(), parec.kill()), daemon=True).start()
    assert parec.stdout is not None
    rest = b""
    print("ready", flush=True)
    while data := parec.stdout.read1(4096):  # type: ignore[attr-defined]
        data = rest + data
        n = len(data) // 4
        rest = data[4 * n :]
        if n:
            sound = np.frombuffer(data[: 4 * n], np.float32)
            outlet.push_chunk(np.stack([np.zeros_like(sound), sound], axis=1))


if __name__ == "__main__":
    main()
