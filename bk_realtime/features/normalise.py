"""Z-scores with statistics of the training data, frozen or as the start of causal running ones."""

from __future__ import annotations

import copy
import itertools
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bk_realtime.compiled import njit
from bk_realtime.config import FRAME_RATE
from bk_realtime.errors import InputError, OptionError
from bk_realtime.stream import Operator

CLIP = 10.0
"""Z-scores end here: an artefact is large, not enormous."""
LEAST = 0.5
"""A feature with fewer good frames than this part of a baseline keeps its statistics."""
FLOOR = 0.1
"""A deviation of a baseline is at least this part of the training deviation."""


_GROUP = 16


def fit_statistics(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation ``(C,)`` float64 of training features ``(n_frames, C)``, NaN left out.

    A channel without two finite frames, or a constant one, gets NaN, which :class:`ZScore` turns into zeros.
    """
    if features.shape[1] > _GROUP:  # an hour of many channels would lie here five times
        # never one column alone, which NumPy sums in another order
        edges = np.linspace(0, features.shape[1], -(-features.shape[1] // _GROUP) + 1).astype(int)
        means, stds = zip(*(fit_statistics(features[:, a:b]) for a, b in itertools.pairwise(edges)), strict=True)
        return np.concatenate(means), np.concatenate(stds)
    x = np.asarray(features, np.float64)
    finite = np.isfinite(x)
    count = finite.sum(0)
    safe = np.where(count > 1, count, np.nan)
    mean = np.where(finite, x, 0).sum(0) / safe
    std = np.sqrt((np.where(finite, x - mean, 0) ** 2).sum(0) / safe)
    dead = ~(std > 1e-9)
    return np.where(dead, np.nan, mean), np.where(dead, np.nan, std)


def baseline_statistics(
    powers: np.ndarray,
    trained: tuple[np.ndarray, np.ndarray],
    before: tuple[np.ndarray, np.ndarray] | None = None,
    with_deviation: bool = True,
) -> tuple[tuple[np.ndarray, np.ndarray], int]:
    """Statistics that a baseline puts in the place of the training's.

    A feature with less than :data:`LEAST` of its frames keeps what it had, and one that training knew nothing of stays
    unknown: the decoder never learnt it. No deviation falls below :data:`FLOOR` of the training's.

    Parameters
    ----------
    powers : (n_frames, n_features) log power of the baseline, NaN where masked.
    trained : mean and deviation (n_features,) in training.
    before : those in force until now; default the training's.
    with_deviation : whether the deviation follows too.

    Returns
    -------
    Mean and deviation (n_features,), and how many features keep theirs.
    """
    old_mean, old_std = before or trained
    mean, std = fit_statistics(powers)
    enough = np.isfinite(powers).mean(0) >= LEAST if len(powers) else np.zeros(powers.shape[1], bool)
    use = enough & np.isfinite(mean) & np.isfinite(std) & np.isfinite(trained[0]) & np.isfinite(trained[1])
    std = np.maximum(std, FLOOR * trained[1]) if with_deviation else old_std
    return (np.where(use, mean, old_mean), np.where(use, std, old_std)), int(len(use) - use.sum())


class RunningState(NamedTuple):
    """mean, var : (B, C)."""

    mean: np.ndarray
    var: np.ndarray


@njit
def _frozen(x, y, mean, std, clip):  # type: ignore[no-untyped-def]
    n_batch, n_steps, n_channels = x.shape
    for b in range(n_batch):
        for t in range(n_steps):
            for c in range(n_channels):
                z = (x[b, t, c] - mean[c]) / std[c]
                y[b, t, c] = 0.0 if np.isnan(z) else min(max(z, -clip), clip)


@njit
def _running(x, y, mean, var, floor, rate, clip):  # type: ignore[no-untyped-def]
    n_batch, n_steps, n_channels = x.shape
    for b in range(n_batch):
        for t in range(n_steps):
            for c in range(n_channels):
                d, std = x[b, t, c] - mean[b, c], np.sqrt(var[b, c])
                z = d / std
                if np.isnan(z):
                    y[b, t, c] = 0.0
                    continue
                z = min(max(z, -clip), clip)
                y[b, t, c] = z
                d = z * std  # an artefact moves the statistics no further than the clipped value would
                mean[b, c] += rate * d
                var[b, c] = max((1 - rate) * (var[b, c] + rate * d * d), floor[c])


class ZScore(Operator):
    """``(B, T, C) -> (B, T, C)`` float64: ``(x - mean) / std``, clipped to ±10, NaN as 0 (the training mean).

    A channel that had no statistics in training (NaN mean or std, or std 0) is 0 for good.

    Parameters
    ----------
    mean, std : (C,) statistics of the training features.
    mode : ``frozen``, or ``running``: exponential statistics that start from these, per channel. Each frame is scored
        with what was known before it and then counts; NaN frames do not. The update is West's (1979) weighted one;
        the deviation never falls below a tenth of the training deviation.
    running_s : time constant in seconds.
    frame_rate : frames per second of ``x``; for ``running``.
    """

    def __init__(
        self,
        mean: np.ndarray,
        std: np.ndarray,
        mode: str = "frozen",
        running_s: float = 60.0,
        frame_rate: Fraction | float = FRAME_RATE,
    ) -> None:
        if mode not in ("frozen", "running"):
            raise OptionError(f"normalisation: expected frozen or running, got {mode!r}")
        if mode == "running" and not running_s > 0:
            raise OptionError(f"running_s: expected seconds above 0, got {running_s}; the default is 60")
        m, s = (np.array(v, np.float64) for v in (mean, std))
        if m.ndim != 1 or m.shape != s.shape:
            raise InputError(f"normalisation: expected a mean and a deviation per feature, got {m.shape} and {s.shape}")
        known = np.isfinite(m) & np.isfinite(s) & (s > 0)
        if not known.any():
            raise InputError("normalisation: expected statistics of at least one live channel, every one is missing")
        self.channels = (len(m), len(m))
        self.mode = mode
        self._mean, self._std = np.where(known, m, np.nan), np.where(known, s, np.nan)
        self._floor = self._std**2 / 100
        self._rate = float(-np.expm1(-1 / (running_s * float(frame_rate))))

    def with_statistics(self, mean: np.ndarray, std: np.ndarray) -> ZScore:
        """The same with other statistics."""
        new = copy.copy(self)
        known = np.isfinite(mean) & np.isfinite(std) & (std > 0)
        new._mean, new._std = np.where(known, mean, np.nan), np.where(known, std, np.nan)
        new._floor = new._std**2 / 100
        return new

    def init_state(self, batch: int) -> RunningState | tuple[()]:
        if self.mode == "frozen":
            return ()
        return RunningState(np.tile(self._mean, (batch, 1)), np.tile(self._std**2, (batch, 1)))

    def step(self, x: Tensor, state: RunningState | tuple[()]) -> tuple[Tensor, RunningState | tuple[()]]:
        y = np.empty(tuple(x.shape))
        samples = x.contiguous().numpy()
        if not isinstance(state, RunningState):
            _frozen(samples, y, self._mean, self._std, CLIP)
            return torch.from_numpy(y), state
        new = RunningState(state.mean.copy(), state.var.copy())
        _running(samples, y, new.mean, new.var, self._floor, self._rate, CLIP)
        return torch.from_numpy(y), new
