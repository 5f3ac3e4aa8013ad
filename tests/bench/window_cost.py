"""`window_cost`: decode time per frame of the real engine with its window open against headless, in turns."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pylsl

N_CHANNELS, SFREQ = 128, 1024
OPENING_S = 4.0
"""The window's own start is not part of its running cost."""


def run(quick: bool) -> list[dict]:
    """One row; the ratio is the decode p99 with the window over that without."""
    turns, seconds = (2, 5.0) if quick else (4, 20.0)
    session = f"bench{uuid.uuid4().hex[:8]}"
    headless, windowed, load = [], [], []
    with tempfile.TemporaryDirectory() as name, _amplifier() as source_id:
        folder = Path(name)
        command = ["-m", "tests.bench._window_engine", name, session, source_id, str(N_CHANNELS)]
        engine = _start(command, stdout=subprocess.PIPE)
        try:
            _expect(engine, "ready")
            time.sleep(2.0)
            for _ in range(turns):
                headless.append(_phase(engine, seconds))
                control = str(folder / "control.json")
                window = _start(["-m", "gui", "--session", session, "--control", control, "--size", "1440x900"])
                time.sleep(OPENING_S)
                process = psutil.Process(window.pid)
                before, start = process.cpu_times(), time.perf_counter()
                windowed.append(_phase(engine, seconds))
                after, elapsed = process.cpu_times(), time.perf_counter() - start
                load.append((after.user + after.system - before.user - before.system) / elapsed)
                window.terminate()
                if window.wait(20) != 0:
                    raise RuntimeError(f"the window ended with exit code {window.returncode}")
        finally:
            engine.stdin.close()
            engine.wait(30)
    with_p99, without_p99 = _median(windowed, "total", "p99"), _median(headless, "total", "p99")
    return [
        {
            "name": "window_cost",
            "value": with_p99,
            "unit": "ms p99",
            "baseline": without_p99,
            "ratio": with_p99 / without_p99,
            "detail": {
                "p50": _median(windowed, "total", "p50"),
                "p99": with_p99,
                "max": max(p["total"]["max"] for p in windowed),
                "headless_p50": _median(headless, "total", "p50"),
                "headless_max": max(p["total"]["max"] for p in headless),
                "age_p99": _median(windowed, "age", "p99"),
                "headless_age_p99": _median(headless, "age", "p99"),
                "window_cpu_percent_of_one_core": 100 * float(np.median(load)),
                "n_channels": N_CHANNELS,
                "turns": turns,
                "seconds_each": seconds,
            },
        }
    ]


def _start(arguments: list[str], stdout: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.DEVNULL, text=True
    )


def _expect(engine: subprocess.Popen[str], start: str) -> str:
    for line in engine.stdout:
        if line.startswith(start):
            return line
    raise RuntimeError(f"the engine ended with exit code {engine.wait()} before it said {start!r}")


def _phase(engine: subprocess.Popen[str], seconds: float) -> dict[str, dict[str, float]]:
    engine.stdin.write("reset\n")
    engine.stdin.flush()
    time.sleep(seconds)
    engine.stdin.write("report\n")
    engine.stdin.flush()
    return json.loads(_expect(engine, "{"))


def _median(phases: list[dict[str, dict[str, float]]], stage: str, figure: str) -> float:
    return float(np.median([p[stage][figure] for p in phases]))


@contextmanager
def _amplifier() -> Iterator[str]:
    """Noise like an amplifier's, 16 samples a packet, from a thread of this process, which does nothing else."""
    source_id = f"bench-{uuid.uuid4().hex}"
    info = pylsl.StreamInfo("BenchAmplifier", "sEEG", N_CHANNELS, SFREQ, pylsl.cf_float32, source_id)
    info.set_channel_labels([f"A{i + 1}" for i in range(N_CHANNELS)])
    info.set_channel_units(["microvolts"] * N_CHANNELS)
    info.desc().append_child_value("simulated", "true")
    outlet = pylsl.StreamOutlet(info)
    blocks = (30 * np.random.default_rng(0).standard_normal((64, 16, N_CHANNELS))).astype(np.float32)
    stop = threading.Event()

    def send() -> None:
        start, sent = pylsl.local_clock(), 0
        while not stop.wait(max(0.0, start + (sent + 1) * 16 / SFREQ - pylsl.local_clock())):
            outlet.push_chunk(blocks[sent % len(blocks)], start + (sent + 1) * 16 / SFREQ)
            sent += 1

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield source_id
    finally:
        stop.set()
        thread.join()
