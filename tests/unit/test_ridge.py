"""Ridge: against an independent least-squares solution, and its choice of penalty."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bk_realtime.decoder.ridge import RidgeSettings, fit_ridge
from bk_realtime.errors import BkError


def size(n_past: int) -> RidgeSettings:
    """Targets here are numbers, no levels of a sound."""
    return RidgeSettings(n_past, silence_weight=1.0)


def signals(n: int, noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features, and targets that are a fixed linear function of this and the two frames before, plus noise."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 4))
    w = np.random.default_rng(99).standard_normal((3, 4, 2))
    past = np.concatenate([np.zeros((2, 4)), x])
    y = sum(past[2 - j : 2 - j + n] @ w[j] for j in range(3)) + 1.5
    return x, y + noise * rng.standard_normal(y.shape)


def pair(n: int, noise: float, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = signals(n, noise, seed)
    return torch.from_numpy(x), torch.from_numpy(y)


def test_equals_numpy_ridge() -> None:
    x, y = signals(5000, 0.5)
    penalty = 0.1
    ridge, _, _ = fit_ridge([(torch.from_numpy(x), torch.from_numpy(y))], [pair(300, 0.5, 1)], size(3), [penalty])
    rows = np.stack([np.concatenate([x[t - 2], x[t - 1], x[t]]) for t in range(2, len(x))])
    centred, wanted = rows - rows.mean(0), y[2:] - y[2:].mean(0)
    scale = np.mean(centred.var(0)) * penalty * len(rows)
    augmented = np.linalg.lstsq(
        np.concatenate([centred, np.sqrt(scale) * np.eye(12)]), np.concatenate([wanted, np.zeros((12, 2))]), rcond=None
    )[0]
    want = centred @ augmented + y[2:].mean(0)
    got = ridge.double().forward(torch.from_numpy(x)[None])[0, 2:].numpy()
    np.testing.assert_allclose(got, want, atol=2e-5)


def test_finds_a_linear_map() -> None:
    ridge, penalty, errors = fit_ridge([pair(3000, 0.0, 0), pair(2000, 0.0, 1)], [pair(500, 0.0, 2)], size(3))
    assert penalty == min(errors)
    x, y = pair(400, 0.0, 3)
    torch.testing.assert_close(ridge.forward(x.float()[None])[0], y.float(), atol=0.02, rtol=0)


def test_noise_asks_for_a_larger_penalty() -> None:
    few = fit_ridge([pair(60, 5.0, 0)], [pair(500, 0.0, 2)], size(12))[1]
    many = fit_ridge([pair(20000, 0.1, 0)], [pair(500, 0.0, 2)], size(12))[1]
    assert few > many


@pytest.mark.parametrize("seed", range(4))
def test_features_that_tell_nothing_leave_little_but_the_mean(seed: int) -> None:
    """Both go on for 20 frames, as brain and speech do, and so agree by chance: at 10, the largest penalty there once
    was, ridge still follows what is not there."""
    walk = np.cumsum(np.random.default_rng(seed).standard_normal((900, 26)), 0)
    slow = torch.from_numpy(walk[20:] - walk[:-20])
    training, validation = [(part[:, :20] / 20**0.5, part[:, 20:]) for part in (slow[:600], slow[600:])]
    _, penalty, errors = fit_ridge([training], [validation], size(12))
    mean = float((validation[1] - training[1].mean(0)).square().mean())
    assert penalty > 10
    assert errors[penalty] < 1.03 * mean
    assert errors[10.0] > 1.04 * mean


def test_too_little_data_is_refused() -> None:
    with pytest.raises(BkError, match="record more"):
        fit_ridge([pair(5, 0.0, 0)], [pair(50, 0.0, 1)], size(12))
