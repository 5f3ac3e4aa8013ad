"""`window_use`: memory of the window over 30 minutes of use: all steps in turn, a session that comes and goes.

A fake engine in a process of its own sends 128 channels at 1024 Hz, mel, voice, status and events. Growth is from the
end of the warm-up on. `BK_USE_S` sets the seconds, `BK_TURN_S` those between two things that are done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

import numpy as np

WARM_UP = 0.2
"""Share of the time after which growth counts: fonts, compiled code and buffers are there by then."""
N_CHANNELS = 128


def run(quick: bool) -> list[dict]:
    """MiB of growth of the window, from medians of the first and the last fifth after the warm-up."""
    seconds = float(os.environ.get("BK_USE_S", "40" if quick else "1800"))
    turn_s = float(os.environ.get("BK_TURN_S", "0.2" if quick else "0.5"))
    with tempfile.TemporaryDirectory(prefix="bk-use-") as folder:
        engine = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.fake_engine", str(int(seconds + 60)), str(N_CHANNELS), folder, "24"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            session = engine.stdout.readline().split()[0]  # type: ignore[union-attr]
            command = [sys.executable, "-m", "tests.bench._used_window", str(seconds), str(turn_s), session, folder]
            window = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            rows = []
            for line in window.stdout:  # type: ignore[union-attr]
                rows.append(json.loads(line))
                print(f"# {rows[-1]['seconds']:.0f} s: {rows[-1]['MiB']:.1f} MiB", file=sys.stderr, flush=True)
            if window.wait(60) != 0:
                raise RuntimeError(f"the window ended with exit code {window.returncode}")
        finally:
            engine.kill()
            engine.wait()
    warm = [row for row in rows if row["seconds"] > WARM_UP * seconds] or rows
    fifth = max(1, len(warm) // 5)
    first, last = warm[:fifth], warm[-fifth:]
    size = [float(np.median([row["MiB"] for row in some])) for some in (first, last)]
    grown = {
        name: count - first[-1]["classes"].get(name, 0)
        for name, count in last[-1]["classes"].items()
        if count > first[-1]["classes"].get(name, 0)
    }
    return [
        {
            "name": "window_use",
            "value": size[1],
            "unit": "MiB resident",
            "baseline": size[0],
            "ratio": size[1] / size[0],
            "detail": {
                "grown_MiB": size[1] - size[0],
                "MiB_per_hour": (size[1] - size[0]) / max(1e-9, last[-1]["seconds"] - first[-1]["seconds"]) * 3600,
                "minutes": rows[-1]["seconds"] / 60,
                "cycles": len(rows),
                "first_MiB": rows[0]["MiB"],
                "objects": f"{first[-1]['objects']} -> {last[-1]['objects']}",
                "grown": grown or "none",
            },
        }
    ]
