"""`chaos`: a thousand seeded faults in running sessions, any mix, 2 to 10 s apart; what goes wrong is counted.

Real processes: `run` with engine and recorder, an amplifier over LSL, a virtual sound card; two sessions at once,
each in an LSL session of its own, which takes about an hour (`--quick`: one session, 10 faults). Four at once starve
two cores. Wrong are: a crash, a hang, a session that does not decode again after a quiet while, a fault that left no
event, sound above the ceiling, a recording that is not whole without a word.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from pathlib import Path

CONFIG = Path(__file__).resolve().parents[1] / "lsl_loop.cfg"
SESSIONS, FAULTS = 20, 50
AT_ONCE = 2


def run(quick: bool) -> list[dict]:
    """One row; ``value`` is how much went wrong, ``baseline`` the number of faults."""
    sessions, faults = (1, 10) if quick else (SESSIONS, FAULTS)
    waiting, results = list(range(sessions)), []
    with tempfile.TemporaryDirectory(prefix="bk-chaos-") as folder:
        running: list[tuple[int, subprocess.Popen[str]]] = []
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                seed = waiting.pop(0)
                running.append((seed, _start(Path(folder) / str(seed), seed, faults)))
            seed, process = running.pop(0)
            out, _ = process.communicate()
            lines = out.strip().splitlines()
            result = json.loads(lines[-1]) if lines and process.returncode == 0 else None
            results.append(result or {"done": [], "problems": [f"bench: session {seed} ended {process.returncode}"]})
            for problem in results[-1]["problems"]:
                print(f"session {seed}: {problem}", file=sys.stderr, flush=True)
    done = Counter(name for result in results for name in result["done"])
    kinds = Counter(problem.partition(":")[0] for result in results for problem in result["problems"])
    n, wrong = sum(done.values()), sum(kinds.values())
    row = {"name": "chaos", "value": wrong, "unit": "gone wrong", "baseline": n, "ratio": n / max(1, wrong)}
    return [
        {
            **row,
            "detail": {
                "faults": n,
                "sessions": len(results),
                **{f"{k} gone wrong": v for k, v in kinds.items()},
                **done,
            },
        }
    ]


def _start(folder: Path, seed: int, faults: int) -> subprocess.Popen[str]:
    folder.mkdir()
    config = folder / "lsl_api.cfg"
    config.write_text(CONFIG.read_text().replace("bk_test", f"chaos_{seed}_{uuid.uuid4().hex[:6]}"))
    command = [sys.executable, "-m", "tests.bench._chaos_session", str(seed), str(faults), str(folder)]
    return subprocess.Popen(command, env={**os.environ, "LSLAPICFG": str(config)}, stdout=subprocess.PIPE, text=True)
