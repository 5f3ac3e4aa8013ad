"""Sums from which a ridge regression on stacked past frames is solved, whenever it is asked for: at the end of a
recording, or again and again while it grows."""

from __future__ import annotations

import torch
from torch import Tensor

from bk_realtime.errors import InputError

BLOCK = 4096
"""Frames whose stacked copy exists at a time: bounds memory on long recordings."""


def stack_past(x: Tensor, n_past: int) -> Tensor:
    """``(…, T, C) -> (…, T - n_past + 1, n_past * C)``: row t holds frames t, t + 1 … t + n_past - 1, oldest first."""
    return x.unfold(-2, n_past, 1).transpose(-1, -2).flatten(-2)


class RidgeSums:
    """Sufficient statistics of a ridge regression, in float64: what was added in any pieces and any order gives the
    same solution as all of it at once, to rounding.

    Parameters
    ----------
    n_past : frames stacked: the present one and the n_past - 1 before it.
    """

    def __init__(self, n_past: int) -> None:
        self.n_past = n_past
        self.weight = 0.0
        """Weight of all frames so far; their number where each counts once."""
        self._sums: list[Tensor] = []

    def add(self, x: Tensor, y: Tensor, weights: Tensor | None = None) -> None:
        """Take a contiguous piece in.

        The first ``n_past - 1`` frames of ``x`` are only the past of those behind them. Whoever adds a recording in
        pieces begins each with the last ``n_past - 1`` frames of the piece before.

        Parameters
        ----------
        x : (T, n_in) features.
        y : (T, n_out) targets of the same frames.
        weights : (T,) how much each frame counts, 0 or more; ``None``: each once.
        """
        first = self.n_past - 1
        for start in range(0, x.shape[0] - first, BLOCK):
            stop = min(start + BLOCK, x.shape[0] - first)
            rows = stack_past(x[start : stop + first].double(), self.n_past)
            wanted = y[start + first : stop + first].double()
            left = rows
            if weights is not None:
                w = weights[start + first : stop + first].double()[:, None]
                left, weighted = rows * w, wanted * w
                parts = [left.mT @ rows, left.mT @ wanted, left.sum(0), weighted.sum(0)]
                total = float(w.sum())
            else:
                parts, total = [rows.mT @ rows, rows.mT @ wanted, rows.sum(0), wanted.sum(0)], float(len(rows))
            for kept, part in zip(self._sums, parts, strict=False):  # none yet at first
                kept += part
            self._sums = self._sums or parts
            self.weight += total

    def forget(self, share: float) -> None:
        """Let everything so far count only ``share`` (0 … 1) as much against what comes."""
        self.weight *= share
        for kept in self._sums:
            kept *= share

    def solve(self, penalties: tuple[float, ...], scale: Tensor | None = None) -> dict[float, tuple[Tensor, Tensor]]:
        """Weights and intercept for each penalty: Hoerl & Kennard (1970), Technometrics 12(1).

        Parameters
        ----------
        penalties : relative to the mean variance of a stacked feature. The intercept is not penalised.
        scale : (n_in,) what each feature is multiplied by before it is penalised, for features that are standardised
            only now; the weights returned still take the features as they were added.

        Returns
        -------
        penalty -> ((n_past * n_in, n_out), (n_out,)) float64.

        Raises
        ------
        InputError
            Nothing longer than ``n_past`` frames, or nothing with any weight, was added.
        """
        if not self._sums or self.weight <= 0:
            raise InputError(f"ridge: expected training data longer than {self.n_past} frames, got none; record more")
        gram, cross, mean_x, mean_y = (kept / self.weight for kept in self._sums)
        gram = gram - torch.outer(mean_x, mean_x)
        cross = cross - torch.outer(mean_x, mean_y)
        factors = None if scale is None else scale.double().repeat(self.n_past)[:, None]
        if factors is not None:
            gram, cross = factors * gram * factors.mT, factors * cross
        variance = float(gram.diagonal().mean()) or 1.0
        eye = torch.eye(len(gram), dtype=torch.float64)
        weights = {p: _solve(gram + p * variance * eye, cross) for p in penalties}
        if factors is not None:
            weights = {p: factors * weight for p, weight in weights.items()}
        return {p: (weight, mean_y - mean_x @ weight) for p, weight in weights.items()}


def _solve(matrix: Tensor, right: Tensor) -> Tensor:
    """Of a symmetric matrix, by Cholesky where it is positive, which takes two thirds of the time."""
    factor, failed = torch.linalg.cholesky_ex(matrix)
    return torch.linalg.solve(matrix, right) if int(failed) else torch.cholesky_solve(right, factor)
