"""`window_cost`: the window's pictures a second beside the real engine, and what it costs the decoder, in turns.

Two rows: 128 channels at 1024 Hz and 256 at 2048 Hz, all of them on the screen, ten seconds wide. Decode time per frame
with the window open against headless, one after the other, again and again; at least 30 pictures a second are wanted.
"""

from __future__ import annotations

import json
import os
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

INPUTS = ((128, 1024), (256, 2048))
SPAN_S = 10
OPENING_S = 4.0
"""The window's own start is not part of its running cost."""


def run(quick: bool) -> list[dict]:
    """One row an input; the ratio is the decode p99 with the window over that without."""
    return [_beside(n_channels, sfreq, *((2, 5.0) if quick else (4, 20.0))) for n_channels, sfreq in INPUTS]


def _beside(n_channels: int, sfreq: int, turns: int, seconds: float) -> dict:
    session = f"bench{uuid.uuid4().hex[:8]}"
    headless, windowed, load, pictures = [], [], [], []
    with tempfile.TemporaryDirectory() as name, _amplifier(n_channels, sfreq) as source_id:
        folder = Path(name)
        look = {**os.environ, "XDG_CONFIG_HOME": str(_choices(folder, n_channels))}
        command = ["-m", "tests.bench._window_engine", name, session, source_id, str(n_channels), str(sfreq)]
        engine = _start(command)
        try:
            _expect(engine, "ready")
            time.sleep(2.0)
            for _ in range(turns):
                headless.append(_phase(engine, seconds))
                shown = ["--session", session, "--control", str(folder / "control.json"), "--size", "1440x900"]
                window = _start(["-m", "tests.bench._counted_window", str(OPENING_S), *shown], look)
                time.sleep(OPENING_S)
                process = psutil.Process(window.pid)
                before, start = process.cpu_times(), time.perf_counter()
                windowed.append(_phase(engine, seconds))
                after, elapsed = process.cpu_times(), time.perf_counter() - start
                load.append((after.user + after.system - before.user - before.system) / elapsed)
                window.terminate()
                pictures.append(json.loads(_expect(window, "{")))
                if window.wait(20) != 0:
                    raise RuntimeError(f"the window ended with exit code {window.returncode}")
        finally:
            engine.stdin.close()
            engine.wait(30)
    with_p99, without_p99 = _median(windowed, "total", "p99"), _median(headless, "total", "p99")
    pairs = [w["total"]["p99"] / h["total"]["p99"] for w, h in zip(windowed, headless, strict=True)]
    return {
        "name": f"window_cost {n_channels} x {sfreq} Hz",
        "value": with_p99,
        "unit": "ms p99",
        "baseline": without_p99,
        "ratio": with_p99 / without_p99,
        "detail": {
            "pictures_a_second": float(np.median([p["fps"] for p in pictures])),
            "worst_turn": min(p["fps"] for p in pictures),
            "apart_p99_ms": float(np.median([p["apart_p99_ms"] for p in pictures])),
            "ratio_of_pairs": float(np.median(pairs)),
            "p50": _median(windowed, "total", "p50"),
            "p99": with_p99,
            "max": max(p["total"]["max"] for p in windowed),
            "headless_p50": _median(headless, "total", "p50"),
            "headless_max": max(p["total"]["max"] for p in headless),
            "age_p99": _median(windowed, "age", "p99"),
            "headless_age_p99": _median(headless, "age", "p99"),
            "window_cpu_percent_of_one_core": 100 * float(np.median(load)),
            "turns": turns,
            "seconds_each": seconds,
            "machine_load": os.getloadavg()[0],
        },
    }


def _choices(folder: Path, n_channels: int) -> Path:
    """Where a window of this bench finds what it was left with: all channels on the screen, ten seconds wide."""
    place = folder / "config" / "BrainKaraoke" / "window.ini"
    place.parent.mkdir(parents=True)
    place.write_text(f"[General]\nrows={n_channels}\nspan={SPAN_S}\n")
    return folder / "config"


def _start(arguments: list[str], environ: dict[str, str] | None = None) -> subprocess.Popen[str]:
    said = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, *arguments], text=True, env=environ, **said)


def _expect(process: subprocess.Popen[str], start: str) -> str:
    for line in process.stdout:
        if line.startswith(start):
            return line
    raise RuntimeError(f"{process.args[2]} ended with exit code {process.wait()} before it said {start!r}")


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
def _amplifier(n_channels: int, sfreq: int) -> Iterator[str]:
    """Noise like an amplifier's, 64 packets a second, from a thread of this process, which does nothing else."""
    source_id = f"bench-{uuid.uuid4().hex}"
    info = pylsl.StreamInfo("BenchAmplifier", "sEEG", n_channels, sfreq, pylsl.cf_float32, source_id)
    info.set_channel_labels([f"A{i + 1}" for i in range(n_channels)])
    info.set_channel_units(["microvolts"] * n_channels)
    info.desc().append_child_value("simulated", "true")
    outlet, packet = pylsl.StreamOutlet(info), sfreq // 64
    blocks = (30 * np.random.default_rng(0).standard_normal((64, packet, n_channels))).astype(np.float32)
    stop = threading.Event()

    def send() -> None:
        start, sent = pylsl.local_clock(), 0
        while not stop.wait(max(0.0, start + (sent + 1) * packet / sfreq - pylsl.local_clock())):
            outlet.push_chunk(blocks[sent % len(blocks)], start + (sent + 1) * packet / sfreq)
            sent += 1

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield source_id
    finally:
        stop.set()
        thread.join()
