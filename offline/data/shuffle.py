"""A brain in random order: what is scored on it is chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

PIECE_S = 1.0


def shuffled_features(features: np.ndarray, frame_rate: float, n_draws: int, seed: int) -> Iterator[np.ndarray]:
    """``n_draws`` times the (T, n) features in pieces of 1 s in random order."""
    rng = np.random.default_rng([seed, 1])
    width = max(1, round(PIECE_S * frame_rate))
    pieces = [features[i : i + width] for i in range(0, len(features), width)]
    for _ in range(n_draws):
        yield np.concatenate([pieces[j] for j in rng.permutation(len(pieces))])
