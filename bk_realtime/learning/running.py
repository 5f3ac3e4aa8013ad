"""A ridge from sums, with features that are standardised only when it is solved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bk_realtime.decoder.least_squares import RidgeSums, stack_past


class RunningRidge:
    """Takes contiguous stretches in and is solved whenever asked for.

    Parameters
    ----------
    n_past, n_in : frames stacked, and features a frame.
    """

    def __init__(self, n_past: int, n_in: int) -> None:
        self.n_past, self.n_frames = n_past, 0
        self._sums = RidgeSums(n_past)
        self._total, self._squares = np.zeros(n_in), np.zeros(n_in)

    def add(self, x: Tensor, y: np.ndarray, weights: np.ndarray | None = None) -> None:
        """Take a stretch: (T + n_past - 1, n_in) features whose first rows are only past, (T, n_out) targets and (T,)
        weights."""
        past = self.n_past - 1
        new = x[past:].numpy()
        self._total += new.sum(0)
        self._squares += np.square(new).sum(0)
        self.n_frames += len(new)
        targets = torch.from_numpy(np.concatenate([np.zeros((past, y.shape[1]), y.dtype), y]))
        counted = None if weights is None else torch.from_numpy(np.concatenate([np.zeros(past), weights]))
        self._sums.add(x, targets, counted)

    @property
    def known(self) -> bool:
        """Whether anything that counts was added."""
        return self._sums.weight > 0

    def mean_and_deviation(self) -> tuple[np.ndarray, np.ndarray]:
        """(n_in,) of the features so far, the deviation of a constant one being 1."""
        mean = self._total / self.n_frames
        spread = np.sqrt(np.maximum(self._squares / self.n_frames - np.square(mean), 0.0))
        return mean, np.where(spread > 1e-9, spread, 1.0)

    def solve(self, penalties: tuple[float, ...]) -> dict[float, tuple[Tensor, Tensor]]:
        """By penalty, weights and intercept for features as they were added; the penalty is on standardised ones."""
        return self._sums.solve(penalties, torch.from_numpy(1.0 / self.mean_and_deviation()[1]))

    def solve_toward(
        self, known: Tensor, counts: Sequence[float], targets: slice, penalty: float
    ) -> dict[float, tuple[Tensor, Tensor]]:
        """By frames that they stand for, weights and intercept that are drawn toward ``known`` ones, which take
        features standardised with :meth:`mean_and_deviation`. Each weighs what one that was added does on average: a
        minute of yesterday is one of speech and silence too. The ``penalty`` of :meth:`solve` is beside it."""
        each = self._sums.weight / self.n_frames
        scale = torch.from_numpy(1.0 / self.mean_and_deviation()[1])
        solved = self._sums.solve_toward(known, [each * count for count in counts], scale, targets, penalty)
        return dict(zip(counts, solved.values(), strict=True))

    def decode(self, x: Tensor, solved: tuple[Tensor, Tensor]) -> np.ndarray:
        """(T + n_past - 1, n_in) features -> (T, n_out)."""
        weight, bias = solved
        return np.asarray((stack_past(x, self.n_past) @ weight + bias).numpy())
