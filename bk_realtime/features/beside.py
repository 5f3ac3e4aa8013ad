"""Several ways through the features side by side: one band or reference each, in step."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

from bk_realtime.stream import Operator


class Beside(Operator):
    """``(B, T, C) -> (B, n, sum of what the branches give)``: branch after branch along the channels.

    Every branch gives the same frames (or samples) at the same moment: it ends on the frame index, needs no future and
    fills no block. Nothing is held back for a slower filter; how late each band is,
    :func:`bk_realtime.features.band_delays` tells.

    Parameters
    ----------
    branches : operators in series, for each branch.

    Raises
    ------
    ValueError
        Branches of other inputs or frames, or with lookahead or a block.
    """

    def __init__(self, branches: Sequence[Sequence[Operator]]) -> None:
        self._branches = tuple(tuple(ops) for ops in branches)
        ratios = {_ratio(ops) for ops in self._branches}
        widths = {ops[0].channels[0] for ops in self._branches}
        if (
            len(ratios) != 1
            or len(widths) != 1
            or any(op.lookahead or op.block > 1 for o in self._branches for op in o)
        ):
            raise ValueError("Beside: expected branches of one input and one frame index, without lookahead or block")
        self.channels = (widths.pop(), sum(ops[-1].channels[1] for ops in self._branches))
        self.ratio = ratios.pop()

    def n_out(self, n_in: int) -> int:
        for op in self._branches[0]:
            n_in = op.n_out(n_in)
        return n_in

    def init_state(self, batch: int) -> tuple[tuple[Any, ...], ...]:
        return tuple(tuple(op.init_state(batch) for op in ops) for ops in self._branches)

    def step(self, x: Tensor, state: tuple[tuple[Any, ...], ...]) -> tuple[Tensor, tuple[tuple[Any, ...], ...]]:
        found, new = [], []
        for ops, states in zip(self._branches, state, strict=True):
            y, after = x, []
            for op, own in zip(ops, states, strict=True):
                y, own = op.step(y, own)
                after.append(own)
            found.append(y)
            new.append(tuple(after))
        return torch.cat(found, 2), tuple(new)


def _ratio(ops: Sequence[Operator]) -> Fraction:
    ratio = Fraction(1)
    for op in ops:
        ratio *= op.ratio
    return ratio
