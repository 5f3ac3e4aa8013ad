"""How sure the decoder is, under contract."""

from __future__ import annotations

import numpy as np

from bk_realtime.decoder.sureness import Sureness, SurenessSettings
from tests.contract.harness import Case


def head(n_past: int, n_in: int = 3, seed: int = 4, **settings: float) -> Sureness:
    """Of made-up weights; sure and unsure many times on noise."""
    rng = np.random.default_rng(seed)
    parts = {
        "weight": rng.standard_normal((n_past, n_in)) / np.sqrt(n_past),
        "bias": np.array([0.1]),
        "threshold": np.array([0.2]),
        "curve": np.array([[1.0, 0.2, 0.1, 0.1, 0.0], [2.0, -0.3, 0.05, 0.2, 0.1]]),
        "ranges": np.array([[[-3.0, 0.2], [-1.0, 1.0], [-3.0, 2.0]], [[0.2, 3.0], [-1.0, 1.0], [-3.0, 2.0]]]),
        "power": np.array([-3.0, 1.0]),
        "within": np.array([[1.0, 1.5, 2.0], [1.0, 1.3, 1.6]]),
        "spread": np.array([0.4, 0.2]),
        "voiced_db": np.linspace(5.0, 9.0, 50),
        "constant": np.array([[1.5, 0.5], [2.0, 0.25]]),
        "constant_within": np.array([1.0, 2.0, 3.0]),
    }
    told = {"unsure_below": 0.6, "sure_above": 0.7, "unsure_frames": 2, "sure_frames": 2, **settings}
    return Sureness(SurenessSettings(**told), parts)  # type: ignore[arg-type]


CASES = {
    "sureness": Case(lambda: head(7)),
    "sureness without past": Case(lambda: head(1)),
}
