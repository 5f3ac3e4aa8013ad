"""Memory over an hour of the engine: its own loop, chores, outlets, status and files with the demo's decoder.

The hour is simulated: its 310,078 frames are decoded as fast as they can be, the collector off as in a session. A
recorder and a window beside it, in processes of their own, take what the outlets send. ``--quick`` decodes what fits
into 40 seconds, the engine alone.
"""

from __future__ import annotations

import contextlib
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import torch

from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.xdf import read_xdf
from tests.engine_hour import EngineHour

ROOT = Path(__file__).resolve().parents[2]
HOUR_S, WARM_UP_S = 3600.0, 120.0


def run(quick: bool) -> list[dict]:
    """MiB at the end of engine, recorder and window, as resident; baseline = after two minutes of signal."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    bundle = load_bundle(ROOT / "recordings" / "demo_seq2seq")
    signal = next(s for s in read_xdf(ROOT / "recordings" / "demo.xdf") if s.description.is_neural)
    sizes: list[tuple[float, dict[str, float]]] = []
    limit = time.monotonic() + 40 if quick else float("inf")  # a crowded machine: fewer frames, and the detail says so
    warm_up_s = WARM_UP_S / 8 if quick else WARM_UP_S
    with tempfile.TemporaryDirectory() as folder:
        hour = EngineHour(Path(folder), bundle, signal.description, np.asarray(signal.data, np.float32))
        hour.run(1.0)  # the outlets appear; what is compiled is compiled
        with contextlib.nullcontext({}) if quick else _others(Path(folder), hour.engine.session.id) as others:
            processes = {"engine": psutil.Process(), **others}

            def each_s(at: float) -> bool:
                if at % 10 == 0:
                    sizes.append((at, {name: p.memory_info().rss / 2**20 for name, p in processes.items()}))
                if at % 300 == 0 and not quick:
                    print(f"# {at:.0f} s: {sizes[-1][1]}", file=sys.stderr, flush=True)
                return at > warm_up_s and time.monotonic() > limit

            hour.run(HOUR_S, each_s)
            unreachable = gc.collect()
            gc.enable()
        frames = hour.engine.core.n_frames
        hour.close()
    torch.set_num_threads(threads)
    warm = next(size for at, size in sizes if at >= warm_up_s)
    later = [size for at, size in sizes if at >= warm_up_s]
    return [
        {
            "name": f"memory {name}",
            "value": sizes[-1][1][name],
            "unit": "MiB",
            "baseline": warm[name],
            "ratio": sizes[-1][1][name] / warm[name],
            "detail": {
                "frames": frames,
                "minutes": sizes[-1][0] / 60,
                "most_MiB_above_baseline": max(size[name] for size in later) - warm[name],
                "only_the_collector_frees": unreachable if name == "engine" else None,
            },
        }
        for name in warm
    ]


@contextlib.contextmanager
def _others(folder: Path, session: str) -> Iterator[dict[str, psutil.Process]]:
    """A recorder and a window of the session."""
    commands = {
        "recorder": ["bk_realtime", "record", "--out", str(folder / "x.xdf")],
        "window": ["gui", "--session", session],
    }
    commands["recorder"] += ["--predicate", f"starts-with(source_id,'bk-{session}')"]
    running = {
        name: subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.DEVNULL)
        for name, command in commands.items()
    }
    try:
        time.sleep(20)  # whoever came later would miss the beginning, no more
        yield {name: psutil.Process(process.pid) for name, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
            process.wait()
