"""`soak`: a session of an hour, with an amplifier whose clock is 100 ppm fast and whose packets come late at random.

Real processes: `run` with engine and recorder on the demo bundle, an amplifier over LSL that sends the demo's SIMULATED
participant, a virtual sound card. Watched every two seconds, printed every minute: underruns, age, buffer, gaps, memory
of each process; and how late the bench itself was woken, which tells a machine that stood still from a session that
did. What every underrun waited for is printed as it comes. `BK_SOAK_S` sets the seconds (`--quick`: 45), BK_BUSY=2
spins two processes beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bk_realtime.priority import DECODE, real_time_priority
from bk_realtime.session.control import ControlClient
from bk_realtime.xdf.verify import verify_xdf
from tests.audio.virtual_card import Capture, VirtualCard
from tests.bench.live_latency import spinning

LATE_MS = (10, 20, 40)
PPM, JITTER_MS, EVERY_S, SETTLING_S = 100.0, 2.0, 2.0, 10.0
BLOCK_S = 300.0
"""The reserve before the card remembers five minutes: ages that are closer than this hang together."""
WARM_UP_S = 2 * BLOCK_S
"""It looks fifty times as far ahead as it has listened, six hours at most, so that it rises for seven minutes."""
BUNDLE = Path(__file__).resolve().parents[2] / "recordings" / "demo_seq2seq"


def run(quick: bool) -> list[dict]:
    """One row; ``value`` is the underruns after the first ten seconds, and there is nothing to beat but 0."""
    seconds = float(os.environ.get("BK_SOAK_S", "45" if quick else "3600"))
    with tempfile.TemporaryDirectory(prefix="bk-soak-") as folder, _surroundings(Path(folder)) as environ:
        with _woken_late() as late:
            samples, end = _session(Path(folder), environ, seconds)
    after = [s for s in samples if s["t"] >= SETTLING_S]
    warm = [s for s in samples if s["t"] >= WARM_UP_S] or after
    ages = np.array([np.nan if s["age_ms"] is None else s["age_ms"] for s in warm])
    at, blocks = _blocks(np.array([s["t"] for s in warm]), ages)
    slope, error = _slope(at / 3600, blocks)
    underruns = after[-1]["underruns"] - after[0]["underruns"]
    memory = {name: _growth(warm, name) for name in warm[0]["rss"]}
    detail = {
        "minutes": samples[-1]["t"] / 60,
        "ppm": PPM,
        "jitter_ms": JITTER_MS,
        "busy": int(os.environ.get("BK_BUSY", "0")),
        "load": float(np.mean([s["load"] for s in samples])),
        "woken_late_ms": {f"over {ms}": sum(1e3 * x > ms for x in late) for ms in LATE_MS},
        "woken_late_most_ms": 1e3 * max(late, default=0.0),
        "age_p50_ms": float(np.nanmedian(ages)),
        "age_p99_ms": float(np.nanquantile(ages, 0.99)),
        "age_ms_of_each_five_minutes": [round(x, 1) for x in blocks.tolist()],
        "age_ms_per_hour": slope,
        "standard_error": error,
        **{f"{name}_MiB_per_hour": value for name, value in memory.items()},
        **{f"{name}_MiB": after[-1]["rss"][name] / 2**20 for name in memory},
        **{k: after[-1][k] for k in ("gaps", "losses", "dropped_samples", "unwritten_samples")},
        "fault_counts": json.dumps(after[-1]["fault_counts"]),
        **end,
    }
    return [
        {"name": "soak", "value": underruns, "unit": "underruns", "baseline": 0, "ratio": 1 / (1 + underruns)}
        | {"detail": detail}
    ]


@contextmanager
def _woken_late() -> Iterator[list[float]]:
    """By how much a thread of the engine's priority, which asks for every fifth millisecond, was woken too late, in
    seconds, where that was over the least of :data:`LATE_MS`."""
    late: list[float] = []
    ended = threading.Event()

    def look() -> None:
        real_time_priority(DECODE, "the bench's own clock")
        while not ended.is_set():
            wanted = time.monotonic() + 0.005
            time.sleep(0.005)
            if (over := time.monotonic() - wanted) > LATE_MS[0] / 1e3:
                late.append(over)
                now = time.strftime("%H:%M:%S")
                print(f"{now}: the machine woke this bench {1e3 * over:.0f} ms too late", file=sys.stderr, flush=True)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield late
    finally:
        ended.set()
        thread.join()


@contextmanager
def _surroundings(folder: Path) -> Iterator[dict[str, str]]:
    """A virtual card and an LSL session of one's own; the environment that shows both."""
    surroundings = Path(tempfile.mkdtemp(prefix="bk-card-"))
    config = folder / "lsl_api.cfg"
    text = (Path(__file__).resolve().parents[1] / "lsl_loop.cfg").read_text()
    config.write_text(text.replace("bk_test", f"soak_{uuid.uuid4().hex[:6]}"))
    card = VirtualCard(surroundings)
    card.start()
    capture = Capture(card)
    capture.wait_for_data()
    # without a listener a null sink takes two seconds of sound at a time; an hour of its sound would fill the memory
    capture.keep_nothing()
    try:
        with spinning(int(os.environ.get("BK_BUSY", "0"))):
            yield {**card.environ, "LSLAPICFG": str(config)}
    finally:
        capture.close()
        card.kill()
        shutil.rmtree(surroundings, ignore_errors=True)


def _session(folder: Path, environ: dict[str, str], seconds: float) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What was seen every two seconds, and how it ended."""
    source_id, out, said = f"soak-{uuid.uuid4().hex[:8]}", folder / "out", folder / "said.txt"
    python = [sys.executable, "-m"]
    amplifier = subprocess.Popen(
        [*python, "tests.bench._soak_amplifier", source_id, str(PPM), str(JITTER_MS)],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert amplifier.stdout is not None
    assert amplifier.stdout.readline()
    command = [*python, "bk_realtime", "run", "--bundle", str(BUNDLE), "--source-id", source_id, "--headless"]
    with said.open("wb") as words:
        session = subprocess.Popen(
            [*command, "--unmuted", "--out", str(out)], env=environ, stdout=words, stderr=subprocess.STDOUT
        )
    try:
        control = _wait_for(out, session, said)
        samples = list(_watch(control, session, seconds))
        session.send_signal(signal.SIGINT)
        code = session.wait(300)
    finally:
        session.kill()
        amplifier.kill()
    reports = [verify_xdf(path) for path in sorted(control.glob("session*.xdf"))]
    size = sum(path.stat().st_size for path in control.glob("session*.xdf"))
    whole = bool(reports) and all(report["complete"] for report in reports)
    if code or not whole:
        print(said.read_text(errors="replace")[-2000:], file=sys.stderr)
    return samples, {"exit_code": code, "recording_whole": whole, "recording_MB": size / 1e6}


def _wait_for(out: Path, session: subprocess.Popen[bytes], said: Path) -> Path:
    """The session's folder, once the engine decodes."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and session.poll() is None:
        folder = next((p.parent for p in out.glob("*/control.json")), None)
        if folder is not None and _status(folder).get("state") == "running":
            return folder
        time.sleep(0.5)
    raise RuntimeError(f"the session did not start: {said.read_text(errors='replace')[-500:]}")


def _status(folder: Path) -> dict[str, Any]:
    with ControlClient.from_file(folder, timeout=5.0) as client:
        status: dict[str, Any] = client.request("status")["status"]
    return status


def _watch(folder: Path, session: subprocess.Popen[bytes], seconds: float) -> Iterator[dict[str, Any]]:
    begun, told, supervisor, known = time.monotonic(), -60.0, psutil.Process(session.pid), 0
    while (t := time.monotonic() - begun) < seconds and session.poll() is None:
        status = _status(folder)
        keys = ("underruns", "gaps", "losses", "dropped_samples", "unwritten_samples", "fault_counts", "buffer_ms")
        seen = {"t": t, "age_ms": status["age_ms"], "age_p99_ms": status["age_p99_ms"]}
        seen |= {key: status[key] for key in keys} | {"rss": _memory(supervisor), "load": os.getloadavg()[0]}
        events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
        underruns = [event["text"] for event in events if event["event"] == "underrun"]
        for text in underruns[known:]:
            print(f"{time.strftime('%H:%M:%S')}, {t:.0f} s: {text}", file=sys.stderr, flush=True)
        known = len(underruns)
        if t >= told + 60:
            told = t
            print(json.dumps(seen), file=sys.stderr, flush=True)
        yield seen
        time.sleep(EVERY_S)


def _memory(supervisor: psutil.Process) -> dict[str, int]:
    """Resident bytes of the session's processes, by what they are."""
    sizes = {"supervisor": supervisor.memory_info().rss}
    for child in supervisor.children(recursive=True):
        words = child.cmdline()
        name = next((n for n in ("engine", "record", "gui") if n in words), None)
        if name is not None:
            sizes[name] = sizes.get(name, 0) + child.memory_info().rss
    return sizes


def _blocks(t: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean time in seconds and mean value of each block of :data:`BLOCK_S` in which anything was heard."""
    heard = np.isfinite(values)
    t, values = t[heard], values[heard]
    which = (t // BLOCK_S).astype(int)
    each = [which == k for k in np.unique(which)]
    return np.array([t[own].mean() for own in each]), np.array([values[own].mean() for own in each])


def _slope(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Least-squares slope and its standard error."""
    if len(x) < 3:
        return float("nan"), float("nan")
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    left = y - y.mean() - slope * centred
    return slope, float(np.sqrt(left @ left / (len(x) - 2) / (centred @ centred)))


def _growth(samples: list[dict[str, Any]], name: str) -> float:
    hours = np.array([s["t"] / 3600 for s in samples if name in s["rss"]])
    return _slope(hours, np.array([s["rss"][name] for s in samples if name in s["rss"]]) / 2**20)[0]
