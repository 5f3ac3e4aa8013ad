"""`control`: panic on a running engine while 200 clients misbehave on its control channel, and the decoder beside it.

A row for each kind of attack: how long until a panic is confirmed on a connection that stands (as the window's does)
and on a new one, how many were not confirmed, and the frames and the age of data of the decoder meanwhile, against
what they are when nobody attacks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO

import numpy as np

from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient
from tests.bench._control_attackers import KINDS
from tests.lsl.outlets import Sender

N_CLIENTS, N_CHANNELS, SFREQ, PACKET = 200, 128, 1024, 16
TARGET_MS = 50.0


def run(quick: bool) -> list[dict]:
    """A row for nobody, for each kind, and for all kinds at once; ``value`` is the longest panic in ms."""
    seconds = 5.0 if quick else 20.0
    source_id = f"bench-{uuid.uuid4().hex[:8]}"
    labels = [f"A{i + 1}" for i in range(N_CHANNELS)]
    with (
        tempfile.TemporaryDirectory() as name,
        Sender(source_id=source_id, sfreq=SFREQ, n_channels=N_CHANNELS, packet=PACKET, labels=labels),
    ):
        folder = Path(name)
        command = [sys.executable, "-m", "tests.bench._latency_engine", name, f"bench-{uuid.uuid4().hex[:8]}"]
        engine = subprocess.Popen(
            [*command, source_id, str(N_CHANNELS), "none"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert engine.stdin is not None
        assert engine.stdout is not None
        try:
            if engine.stdout.readline().strip() != "ready":
                raise RuntimeError(f"the engine ended with exit code {engine.wait(10)}")
            while not (folder / "control.json").exists():
                time.sleep(0.05)
            with ControlClient.from_file(folder, timeout=10.0) as client:
                while client.request("status")["status"]["n_frames"] < 100:
                    time.sleep(0.1)
            return [_row(kind, folder, engine.stdin, engine.stdout, seconds) for kind in ("", *KINDS, "all at once")]
        finally:
            engine.stdin.close()
            engine.wait(60)


def _row(kind: str, folder: Path, told: IO[str], said: IO[str], seconds: float) -> dict:
    standing, fresh, missed = [], [], [0, 0]
    with ControlClient.from_file(folder) as window:
        window.connect(2.0)
        command = [sys.executable, "-m", "tests.bench._control_attackers", kind, str(folder), str(N_CLIENTS)]
        attackers = subprocess.Popen(command, stderr=subprocess.DEVNULL) if kind else None
        try:
            time.sleep(2.0)
            _tell(told, "reset")
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                standing.append(_panic(window))
                with ControlClient.from_file(folder) as other:
                    fresh.append(_panic(other))
                time.sleep(0.05)
            _tell(told, "report")
            engine = json.loads(said.readline())
        finally:
            if attackers is not None:
                attackers.kill()
                attackers.wait()
    missed = [sum(one is None for one in many) for many in (standing, fresh)]
    ms = [1e3 * np.array([one for one in many if one is not None] or [1e3]) for many in (standing, fresh)]
    age, total = engine["stages"]["age"], engine["stages"]["total"]
    detail = {
        "attack": kind or "nobody",
        "panics": len(standing),
        "p50": float(np.median(ms[0])),
        "p99": float(np.quantile(ms[0], 0.99)),
        "missed": missed[0],
        "new_p50": float(np.median(ms[1])),
        "new_max": float(ms[1].max()),
        "new_missed": missed[1],
        "frame_p99": total["p99"],
        "frame_max": total["max"],
        "age_p99": age["p99"],
        "age_max": age["max"],
        "underruns": engine["underruns"],
        "gaps": engine["gaps"],
    }
    value = float(ms[0].max())
    row = {"name": "control", "value": value, "unit": "ms", "baseline": TARGET_MS, "ratio": TARGET_MS / value}
    return {**row, "detail": detail}


def _panic(client: ControlClient) -> float | None:
    begin = time.perf_counter()
    try:
        client.request("panic")
    except BkError:
        return None
    return time.perf_counter() - begin


def _tell(told: IO[str], word: str) -> None:
    told.write(f"{word}\n")
    told.flush()
