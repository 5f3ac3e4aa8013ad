"""Bad samples become NaN here, once. NaN is the mask that every later stage carries and none spreads."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bk_realtime.compiled import njit
from bk_realtime.errors import OptionError
from bk_realtime.stream import Operator


class MaskState(NamedTuple):
    """last : (B, C) last finite value, NaN before any. same : (B, C) int64, finite samples since it last changed.
    finite : (B, C) bool, whether the newest sample was finite. off : (B, C) bool, masked whatever comes."""

    last: np.ndarray
    same: np.ndarray
    finite: np.ndarray
    off: np.ndarray


@njit
def _mask(x, y, last, same, finite, off, limit):  # type: ignore[no-untyped-def]
    n_batch, n_steps, n_channels = x.shape
    for b in range(n_batch):
        for t in range(n_steps):
            for c in range(n_channels):
                v = x[b, t, c]
                ok = np.isfinite(v)
                finite[b, c] = ok
                if ok:
                    same[b, c] = min(same[b, c] + 1, limit) if v == last[b, c] else 0
                    last[b, c] = v
                y[b, t, c] = v if ok and same[b, c] < limit and not off[b, c] else np.nan


class MaskBad(Operator):
    """``(B, T, C) -> (B, T, C)`` float64: bad samples as NaN, the others untouched.

    Bad are NaN, infinities, and every sample of a channel whose value has not changed for ``flat_s`` seconds
    (unplugged, railed or frozen), until it changes. Causal: the first ``flat_s`` of a flat piece pass.

    Parameters
    ----------
    n_channels : C.
    sfreq : Hz.
    flat_s : seconds; expected above 0.
    """

    def __init__(self, n_channels: int, sfreq: Fraction | float, flat_s: float = 0.25) -> None:
        if not flat_s > 0:
            raise OptionError(f"flat_s: expected seconds above 0, got {flat_s}; the default is 0.25")
        self.channels = (n_channels, n_channels)
        self._limit = max(1, round(flat_s * float(sfreq)))

    def init_state(self, batch: int) -> MaskState:
        shape = (batch, self.channels[0])
        return MaskState(
            np.full(shape, np.nan), np.zeros(shape, np.int64), np.ones(shape, np.bool_), np.zeros(shape, np.bool_)
        )

    def step(self, x: Tensor, state: MaskState) -> tuple[Tensor, MaskState]:
        new = MaskState(state.last.copy(), state.same.copy(), state.finite.copy(), state.off)
        y = np.empty(tuple(x.shape))
        _mask(x.contiguous().numpy(), y, new.last, new.same, new.finite, new.off, self._limit)
        return torch.from_numpy(y), new

    def bad(self, state: MaskState) -> np.ndarray:
        """(B, C) bool: channels masked at the newest sample, for the display and the log."""
        bad: np.ndarray = self.dead(state) | state.off
        return bad

    def dead(self, state: MaskState) -> np.ndarray:
        """(B, C) bool: channels that are flat or no number at the newest sample."""
        return ~state.finite | (state.same >= self._limit)

    @staticmethod
    def switched_off(state: MaskState, off: np.ndarray) -> MaskState:
        """The state with the channels of ``off`` (C,) bool masked from the next sample on, and no others."""
        return state._replace(off=np.tile(off, (len(state.off), 1)))
