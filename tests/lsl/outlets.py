"""A process that is an amplifier: `python -m tests.lsl.outlets '{"source_id": ..., "sfreq": ..., ...}'`.

Sends a counter in channel 0 (and the counter plus the channel's index in the others) until its input closes. The stamps
say when each sample was due, as an amplifier's do: where the machine holds the process up, samples come late and
nothing is missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pylsl


class Sender:
    """The process, from the test's side. Settings are the keyword arguments of :func:`make_outlet`, plus ``packet``
    and ``first`` (the counter's first value)."""

    def __init__(self, **settings: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lsl.outlets", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == b"ready"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def make_outlet(
    source_id: str,
    name: str = "amp",
    type: str = "sEEG",  # noqa: A002 - LSL's own word
    sfreq: float = 1000.0,
    n_channels: int = 4,
    channel_format: str = "float32",
    unit: str | None = "microvolts",
    labels: list[str] | None = None,
    desc: dict[str, str] | None = None,
) -> pylsl.StreamOutlet:
    """An outlet with the metadata conventions of XDF."""
    info = pylsl.StreamInfo(name, type, n_channels, sfreq, channel_format, source_id)
    if labels != []:
        info.set_channel_labels(labels or [f"A{i + 1}" for i in range(n_channels)])
    if unit is not None:
        info.set_channel_units([unit] * n_channels)
    for key, value in (desc or {}).items():
        info.desc().append_child_value(key, value)
    return pylsl.StreamOutlet(info)


def counter(first: int, n: int, n_channels: int) -> np.ndarray:
    """(n, n_channels) what the process sends from sample ``first``."""
    return (first + np.arange(n))[:, None] + np.arange(n_channels)


def main() -> None:
    settings = json.loads(sys.argv[1])
    packet, sent = settings.pop("packet", 16), settings.pop("first", 0)
    outlet = make_outlet(**settings)
    sfreq, n_channels = settings.get("sfreq", 1000.0), settings.get("n_channels", 4)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    print("ready", flush=True)
    start, begun = sent, pylsl.local_clock()
    while not ended.is_set():
        due = begun + (sent + packet - start) / sfreq
        # until the very moment: what a sender that looks now and then adds would be called the product's delay
        if (early := due - pylsl.local_clock()) > 0:
            ended.wait(early)
            continue
        outlet.push_chunk(counter(sent, packet, n_channels), due)
        sent += packet


if __name__ == "__main__":
    main()
