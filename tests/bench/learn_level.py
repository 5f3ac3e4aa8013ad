"""How often `learn` says "works" where nothing is decoded, and how soon where something is: simulated sessions.

Features are simulated directly (tests/reading.py). Half of the sessions without a brain have an artefact that is locked
to the speech in every feature. Every session is a person reading for ten minutes, looked at after each window.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from scipy.stats import beta

from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.learning.decision import WORKS
from bk_realtime.learning.learner import Learner
from tests.reading import RATE, reading

MINUTES, STEP_S = 10.0, 5.0
SETTINGS = RidgeSettings(n_past=10)
KINDS: dict[str, dict[str, float]] = {
    "nothing": {},
    "artefact": {"artefact": 1.0},
    "coupled 0.3": {"coupling": 0.3},
    "coupled 1": {"coupling": 1.0},
}
N_SESSIONS = {"nothing": 200, "artefact": 200, "coupled 0.3": 20, "coupled 1": 20}


def first_claim(seed: int, **told: float) -> tuple[float, int]:
    """Seconds of reading after which it says "works" (0 where it never does), and windows looked at."""
    frames = reading(seed, MINUTES, **told)
    learner, step = Learner(frames[0].shape[1], frames[1].shape[1], SETTINGS), round(STEP_S * RATE)
    for start in range(0, len(frames[0]), step):
        learner.add(*(x[start : start + step] for x in frames))
        now = learner.progress()
        if now.decision.verdict == WORKS:
            return now.seconds, len(now.windows)
    return 0.0, len(learner.progress().windows)


def run(quick: bool) -> Iterator[dict[str, Any]]:
    """One row a kind of session; the baseline of what must not be claimed is 5 %."""
    for number, (kind, told) in enumerate(KINDS.items()):
        n = N_SESSIONS[kind] // (20 if quick else 1)
        first_seed = 100_000 * (number + 1)
        said = [first_claim(first_seed + i, **told) for i in range(n)]
        when = sorted(seconds for seconds, _ in said if seconds)
        high = float(beta.ppf(0.975, len(when) + 1, n - len(when))) if len(when) < n else 1.0
        detail = {
            "sessions": n,
            "seeds": f"{first_seed} to {first_seed + n - 1}",
            "claimed in": [first_seed + i for i, (seconds, _) in enumerate(said) if seconds][:10],
            "at most (95 %)": high,
            "median s": when[len(when) // 2] if when else float("nan"),
            "windows": sum(w for _, w in said) / n,
            **dataclasses.asdict(SETTINGS),
        }
        baseline = 0.05 if "coupling" not in told else 1.0
        share = len(when) / n
        yield {
            "name": f"learn_level {kind}",
            "value": share,
            "unit": "of sessions say works",
            "baseline": baseline,
            "ratio": share / baseline,
            "detail": detail,
        }
