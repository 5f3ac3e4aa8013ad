"""Features that were made elsewhere, brought from their own rate to one vector a mel frame."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bk_realtime.clock import FrameClock
from bk_realtime.compiled import njit
from bk_realtime.stream import Operator


class MeanState(NamedTuple):
    """total, held : (B, C) sum and number of the finite samples in the frame that is open. n : samples seen."""

    total: np.ndarray
    held: np.ndarray
    n: int


@njit
def _frame_mean(x, starts, ends, total, count, y):  # type: ignore[no-untyped-def]
    """Frame k is ``x[starts[k]:ends[k]]``, and before them what ``total`` holds; the last one stays open."""
    n_batch, _, n_channels = x.shape
    for b in range(n_batch):
        for k in range(len(ends)):
            for t in range(max(starts[k], 0), ends[k]):
                for c in range(n_channels):
                    v = x[b, t, c]
                    if v == v:
                        total[b, c] += v
                        count[b, c] += 1
            if k == len(ends) - 1:
                break
            least = (ends[k] - starts[k]) / 2
            for c in range(n_channels):
                y[b, k, c] = total[b, c] / count[b, c] if count[b, c] >= least else np.nan
                total[b, c] = 0.0
                count[b, c] = 0


class FrameMean(Operator):
    """``(B, T, C) -> (B, n_frames, C)`` mean of the samples that fall into each mel frame, float64.

    Frame ``k`` takes the samples from ``clock.boundary(k - 1)`` up to ``clock.boundary(k)``, so it exists the moment
    its boundary arrives. NaN samples are left out; a frame with less than half of its samples is NaN.

    Parameters
    ----------
    n_channels : C.
    clock : the frame index; the features' rate and the frame rate come from it.
    """

    def __init__(self, n_channels: int, clock: FrameClock) -> None:
        self.channels = (n_channels, n_channels)
        self.clock = clock
        self.ratio: Fraction = clock.frame_rate / clock.sfreq

    def n_out(self, n_in: int) -> int:
        return self.clock.n_frames(n_in)

    def init_state(self, batch: int) -> MeanState:
        shape = (batch, self.channels[0])
        return MeanState(np.zeros(shape), np.zeros(shape, np.int64), 0)

    def step(self, x: Tensor, state: MeanState) -> tuple[Tensor, MeanState]:
        n = state.n + x.shape[1]
        first, last = self.clock.n_frames(state.n), self.clock.n_frames(n)
        edges = np.array([self.clock.boundary(k) - state.n for k in range(first - 1, last)], np.int64)
        new = MeanState(state.total.copy(), state.held.copy(), n)
        y = np.empty((x.shape[0], last - first, self.channels[1]))
        _frame_mean(x.contiguous().numpy(), edges, np.append(edges[1:], x.shape[1]), new.total, new.held, y)
        return torch.from_numpy(y), new
