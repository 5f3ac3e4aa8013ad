"""Sums from which a ridge regression on stacked past frames is solved, whenever it is asked for: at the end of a
recording, or again and again while it grows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from bk_realtime.errors import InputError

BLOCK = 4096
"""Frames whose stacked copy exists at a time: bounds memory on long recordings."""
MOST_ENDS = 64
"""Ends of pieces that wait to be summed up."""
_ALL = slice(None)


def stack_past(x: Tensor, n_past: int) -> Tensor:
    """``(…, T, C) -> (…, T - n_past + 1, n_past * C)``: row t holds frames t, t + 1 … t + n_past - 1, oldest first."""
    return x.unfold(-2, n_past, 1).transpose(-1, -2).flatten(-2)


class RidgeSums:
    """Sufficient statistics of a ridge regression, in float64: what was added in any pieces and any order gives the
    same solution as all of it at once, to rounding.

    Frames that count once each are not stacked: their Gram matrix repeats along its diagonals but for the frames at
    both ends of a piece, so that products of one frame with those behind it, and these ends, say all of it.

    Parameters
    ----------
    n_past : frames stacked: the present one and the n_past - 1 before it.
    """

    def __init__(self, n_past: int) -> None:
        self.n_past = n_past
        self.weight = 0.0
        """Weight of all frames so far; their number where each counts once."""
        self._lagged: list[Tensor] = []
        """(n_in, n_past * n_in) products with the oldest stacked frame; what the ends add, from frame to frame."""
        self._ends: list[tuple[Tensor, Tensor]] = []
        """Flat frames behind and at the front of each piece since they were last summed up."""
        self._gram: list[Tensor] = []
        """(n_past * n_in, n_past * n_in), of frames that have weights."""
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
            seen = x[start : stop + first].double()
            rows = stack_past(seen, self.n_past)
            wanted = y[start + first : stop + first].double()
            if weights is not None:
                w = weights[start + first : stop + first].double()[:, None]
                left, weighted = rows * w, wanted * w
                _into(self._gram, [left.mT @ rows])
                _into(self._sums, [left.mT @ wanted, left.sum(0), weighted.sum(0)])
                self.weight += float(w.sum())
            else:
                if not self._lagged:
                    self._lagged = [x.new_zeros(n, m, dtype=torch.float64) for n, m in self._sizes(x.shape[1])]
                self._lagged[0] += seen[: len(rows)].mT @ rows
                if first:
                    # copies: a view would change with what the caller writes there next, and hold the whole block
                    self._ends.append((seen[len(rows) :].flatten().clone(), seen[:first].flatten().clone()))
                if len(self._ends) >= MOST_ENDS:
                    self._sum_ends()
                _into(self._sums, [rows.mT @ wanted, rows.sum(0), wanted.sum(0)])
                self.weight += float(len(rows))

    def forget(self, share: float) -> None:
        """Let everything so far count only ``share`` (0 … 1) as much against what comes."""
        self._sum_ends()
        self.weight *= share
        for kept in (*self._sums, *self._gram, *self._lagged):
            kept *= share

    def _sizes(self, n_in: int) -> tuple[tuple[int, int], tuple[int, int]]:
        edge = (self.n_past - 1) * n_in
        return (n_in, self.n_past * n_in), (edge, edge)

    def _sum_ends(self) -> None:
        if self._ends:
            behind, front = (torch.stack(rows) for rows in zip(*self._ends, strict=True))
            self._lagged[1].addmm_(behind.mT, behind).addmm_(front.mT, front, alpha=-1.0)
            self._ends = []

    def _whole_gram(self) -> Tensor:
        """(n_past * n_in, n_past * n_in) of all frames so far."""
        if not self._lagged:
            return self._gram[0].clone()
        self._sum_ends()
        n, n_in = self.n_past, len(self._lagged[0])
        ends = self._lagged[1].reshape(n - 1, n_in, n - 1, n_in)
        gram = ends.new_empty(n, n_in, n, n_in)
        gram[0] = self._lagged[0].reshape(n_in, n, n_in)
        for i in range(n - 1):  # a frame later: one more at the end, one less at the front
            torch.add(gram[i, :, i:-1], ends[i, :, i:], out=gram[i + 1, :, i + 1 :])
        for i in range(1, n):
            gram[i, :, :i] = gram[:i, :, i].permute(2, 0, 1)
        whole = gram.reshape(n * n_in, n * n_in)
        return whole.add_(self._gram[0]) if self._gram else whole

    def and_also(self, others: RidgeSums, share: float) -> RidgeSums:
        """Sums of both, each frame of ``others`` counting ``share`` (0 or more) as much as here; neither is changed.

        Raises
        ------
        InputError
            Of another number of features, targets or past frames.
        """
        both = RidgeSums(self.n_past)
        both.weight = self.weight + share * others.weight
        sizes = [sums._sums[0].shape for sums in (self, others) if sums._sums]
        if others.n_past != self.n_past or len(set(sizes)) > 1:
            told = " and ".join(str(tuple(size)) for size in sizes)
            raise InputError(f"ridge: expected sums of one size, got {told}, {self.n_past} and {others.n_past} frames")
        self._sum_ends()
        others._sum_ends()
        for own, mine, theirs in (
            (both._lagged, self._lagged, others._lagged),
            (both._gram, self._gram, others._gram),
            (both._sums, self._sums, others._sums),
        ):
            own += [part.clone() for part in mine]
            _into(own, [share * part for part in theirs])
        return both

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
        gram, cross, factors = self._standardised(scale)
        diagonal = gram.diagonal().clone()
        variance = float(diagonal.mean()) or 1.0
        weights = {}
        for p in penalties:
            gram.diagonal().copy_(diagonal + p * variance)
            weights[p] = _solve(gram, cross)
        return {p: self._with_intercept(weight, factors) for p, weight in weights.items()}

    def solve_toward(
        self,
        known: Tensor,
        counts: Sequence[float],
        scale: Tensor | None = None,
        targets: slice = _ALL,
        penalty: float = 0.0,
    ) -> dict[float, tuple[Tensor, Tensor]]:
        """The same, shrunk toward weights that are known from before too.

        Weights W of a day before are what is most likely before anything of this one was seen, each of them with the
        same doubt (Tikhonov; the posterior mean of a normal prior): least squares plus ``count * variance *
        ||weights - known||^2``, so that what is known fades as more is added, and the penalty stays. The intercept is
        of what was added alone.

        Parameters
        ----------
        known : (n_past * n_in, n_out) for features that were multiplied by ``scale``.
        counts : weight of frames that ``known`` stands for; ``inf``: as it is, only with an intercept of its own.
        scale : as in :meth:`solve`.
        targets : those that ``known`` is of.
        penalty : as in :meth:`solve`, beside it.

        Returns
        -------
        count -> ((n_past * n_in, n_out), (n_out,)) float64.

        Raises
        ------
        InputError
            Nothing with any weight was added, or ``known`` is of another size.
        """
        gram, cross, factors = self._standardised(scale)
        cross = cross[:, targets]
        if known.shape != cross.shape:
            raise InputError(f"ridge: expected known weights of {tuple(cross.shape)}, got {tuple(known.shape)}")
        diagonal = gram.diagonal().clone()
        variance = float(diagonal.mean()) or 1.0
        weights = {}
        for count in counts:
            if math.isinf(count):
                weights[count] = known
                continue
            share = count / self.weight * variance
            gram.diagonal().copy_(diagonal + share + penalty * variance)
            weights[count] = _solve(gram, cross + share * known)
        return {count: self._with_intercept(weight, factors, targets) for count, weight in weights.items()}

    def _standardised(self, scale: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
        """Covariance of the stacked features, that with the targets, and what each stacked feature was multiplied
        by."""
        if not self._sums or self.weight <= 0:
            raise InputError(f"ridge: expected training data longer than {self.n_past} frames, got none; record more")
        cross, mean_x, mean_y = (kept / self.weight for kept in self._sums)
        gram = self._whole_gram().div_(self.weight).addr_(mean_x, mean_x, alpha=-1.0)
        cross = cross - torch.outer(mean_x, mean_y)
        factors = None if scale is None else scale.double().repeat(self.n_past)[:, None]
        if factors is not None:
            gram, cross = gram.mul_(factors).mul_(factors.mT), factors * cross
        return gram, cross, factors

    def _with_intercept(self, weight: Tensor, factors: Tensor | None, targets: slice = _ALL) -> tuple[Tensor, Tensor]:
        _, mean_x, mean_y = (kept / self.weight for kept in self._sums)
        weight = weight if factors is None else factors * weight
        return weight, mean_y[targets] - mean_x @ weight


def _solve(matrix: Tensor, right: Tensor) -> Tensor:
    """Of a symmetric matrix, by Cholesky where it is positive, which takes two thirds of the time."""
    factor, failed = torch.linalg.cholesky_ex(matrix)
    return torch.linalg.solve(matrix, right) if int(failed) else torch.cholesky_solve(right, factor)


def _into(sums: list[Tensor], parts: list[Tensor]) -> None:
    """Add to what is there; at first nothing is."""
    for kept, part in zip(sums, parts, strict=False):
        kept += part
    sums.extend(parts[len(sums) :])
