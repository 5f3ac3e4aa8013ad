"""`live_latency`: LSL in to sound out on one machine, 128 channels at 1024 Hz in packets of 16 from another process.

Rows of one run on one sender: the inlet alone against the polling loop that most programs have, in turns; then the
real engine (features, Seq2Seq, vocoder, buffer, device), whose age of data is what a participant would hear, in its
two profiles and with half the lookahead between them, with the budget as a stack and its sum against what was measured.
BK_BUSY=2 in the environment spins two processes beside it. The sound goes to a virtual card where PulseAudio is
installed, else to a sink that only keeps the pace.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pylsl

from bk_realtime.sink.null import NullSink
from bk_realtime.source.inlet import LslInlet
from tests.audio.virtual_card import Capture, VirtualCard
from tests.lsl.outlets import Sender

N_CHANNELS, SFREQ, PACKET = 128, 1024, 16
HOP_S = 256 / 22050
TARGET_MS = 75.0
"""Last neural sample to sound, the class below which delayed auditory feedback does not disturb speech."""
ENGINES: dict[str, tuple[str, float | None]] = {
    "default": ("default", None),
    "default, half the lookahead": ("default", 5.8),
    "fast": ("fast", None),
}
"""Row -> profile, and ms that the vocoder looks ahead where it is not the profile's own."""


def run(quick: bool) -> list[dict]:
    """Four rows: ``path`` "inlet" against polling, and "LSL to ear" of each of :data:`ENGINES` against the target."""
    seconds, turns, source_id = (4.0, 2, _id()) if quick else (15.0, 4, _id())
    labels = [f"A{i + 1}" for i in range(N_CHANNELS)]
    with Sender(source_id=source_id, sfreq=SFREQ, n_channels=N_CHANNELS, packet=PACKET, labels=labels):
        ours: list[float] = []
        polled: list[float] = []
        for _ in range(turns):
            ours += _inlet(source_id, seconds / turns)
            polled += _polling(source_id, seconds / turns)
        said = {}
        with _card() as (environ, device), spinning(int(os.environ.get("BK_BUSY", "0"))):
            output = "none" if device == "none" else "auto"
            for name, told in ENGINES.items():
                said[name] = _engine(source_id, environ, output, 2 * seconds, *told)
    inlet, poll = _figures(ours), _figures(polled)
    rows = [_row(inlet["p99"], poll["p99"], path="inlet", **inlet, polled_p50=poll["p50"], polled_p99=poll["p99"])]
    default_p50 = said["default"]["stages"]["age"]["p50"]
    for name, one in said.items():
        age, stack = one["stages"]["age"], _stack(one)
        print(_as_text(name, stack, age), file=sys.stderr)
        keys = ("underruns", "gaps", "algorithmic_ms", "group_delay_ms", "device_ms")
        detail = {
            "device": device,
            "load": os.getloadavg()[0],
            **{k: age[k] for k in ("p50", "p99", "max")},
            "stack": stack,
            "sum_ms": sum(stack.values()),
            "default_to_this_p50": default_p50 / age["p50"],
            **{k: one[k] for k in keys},
            "compute_p99_ms": one["stages"]["total"]["p99"],
        }
        rows.append(_row(age["p99"], TARGET_MS, path=f"LSL to ear, {name}", **detail))
    return rows


def _stack(said: dict) -> dict[str, float]:
    """The budget in ms, first sample of a packet to ear: what is declared, and what waits in the buffer when the
    sound arrives that waited longest for its packet."""
    return {
        "packet": 1e3 * PACKET / SFREQ,
        "frame": said["algorithmic_ms"] - said["lookahead_ms"],
        "lookahead": said["lookahead_ms"],
        "compute": said["stages"]["total"]["p50"],
        "buffer": said["least_buffer_ms"],
        "card": said["device_ms"],
    }


def _as_text(profile: str, stack: dict[str, float], age: dict[str, float]) -> str:
    lines = [f"{profile}: first sample of a packet to ear, ms"]
    lines += [f"  {name:<10}{ms:6.1f}" for name, ms in stack.items()]
    lines.append(f"  {'sum':<10}{sum(stack.values()):6.1f}   measured p50 {age['p50']:.1f}, p99 {age['p99']:.1f}")
    return "\n".join(lines)


@contextmanager
def spinning(n: int) -> Iterator[None]:
    """``n`` processes that take all the time they get."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(n)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def _id() -> str:
    return f"bench-{uuid.uuid4().hex[:8]}"


def _row(value: float, baseline: float, **detail: object) -> dict:
    row = {"name": "live_latency", "value": value, "unit": "ms p99", "baseline": baseline, "ratio": baseline / value}
    return {**row, "detail": detail}


def _figures(seconds: list[float]) -> dict[str, float]:
    ms = 1e3 * np.array(seconds)
    p50, p99 = np.percentile(ms, [50, 99])
    return {"p50": float(p50), "p99": float(p99), "max": float(ms.max())}


def _measure(pull: Callable[[], tuple[np.ndarray, np.ndarray] | None], seconds: float) -> list[float]:
    """Age of each packet's last sample when a silent sink has taken it: that sample was stamped when it was sent."""
    sink, ages = NullSink(), []
    begin = time.perf_counter() + 0.5
    while (now := time.perf_counter()) < begin + seconds:
        got = pull()
        if got is not None:
            data, stamps = got
            sink.write(data[:, 0])
            if now > begin:
                # channel 0 counts samples
                ages += (pylsl.local_clock() - stamps[np.rint(data[:, 0]) % PACKET == PACKET - 1]).tolist()
    return ages


def _inlet(source_id: str, seconds: float) -> list[float]:
    inlet = LslInlet(source_id=source_id)

    def pull() -> tuple[np.ndarray, np.ndarray] | None:
        chunk = inlet.pull(0.1)
        return None if chunk is None else (chunk.data, chunk.stamps)

    ages = _measure(pull, seconds)
    inlet.close()
    return ages


def _polling(source_id: str, seconds: float) -> list[float]:
    """The loop of the tutorials: sleep a hop, pull what is there as lists."""
    inlet = pylsl.StreamInlet(pylsl.resolve_byprop("source_id", source_id, 1, 10.0)[0])

    def pull() -> tuple[np.ndarray, np.ndarray] | None:
        time.sleep(HOP_S)
        samples, stamps = inlet.pull_chunk()
        return (np.array(samples, np.float32), np.array(stamps)) if stamps else None

    return _measure(pull, seconds)


@contextmanager
def _card() -> Iterator[tuple[dict[str, str], str]]:
    """Environment that shows a sound card, and its name."""
    if shutil.which("pulseaudio") is None:
        yield dict(os.environ), "none"
        return
    folder = Path(tempfile.mkdtemp(prefix="bk-card-"))
    card = VirtualCard(folder)
    try:
        card.start()
        capture = Capture(card)
        capture.wait_for_data()
        yield card.environ, "virtual sound card"
        capture.close()
    finally:
        card.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _engine(
    source_id: str, environ: dict[str, str], output: str, seconds: float, profile: str, lookahead_ms: float | None
) -> dict:
    """Status of the real engine after ``seconds``, its start left out."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "tests.bench._latency_engine",
            folder,
            _id(),
            source_id,
            str(N_CHANNELS),
            output,
            profile,
            *([] if lookahead_ms is None else [str(lookahead_ms)]),
        ]
        engine = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert engine.stdin is not None
        assert engine.stdout is not None
        try:
            if engine.stdout.readline().strip() != "ready":
                raise RuntimeError(f"the engine ended with exit code {engine.wait(10)}")
            time.sleep(4.0)  # the sound server settles, the buffer finds its level
            print("reset", file=engine.stdin, flush=True)
            time.sleep(seconds)
            print("report", file=engine.stdin, flush=True)
            said: dict = json.loads(engine.stdout.readline())
        finally:
            engine.stdin.close()
            engine.wait(30)
    return said
