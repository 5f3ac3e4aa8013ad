"""Log band power on the global frame index."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bk_realtime.clock import FrameClock
from bk_realtime.compiled import njit
from bk_realtime.errors import OptionError
from bk_realtime.stream import Operator

EPS = 1e-6
"""µV² added to every power: 1 nV rms, far below any amplifier's noise, so it only bounds the logarithm."""


class PowerState(NamedTuple):
    """past : (B, window, C) newest samples, NaN before the first. n : samples seen."""

    past: np.ndarray
    n: int


@njit
def _log_power(past, x, ends, least, y):  # type: ignore[no-untyped-def]
    window, n_channels = past.shape[1:]
    total, count = np.empty(n_channels), np.empty(n_channels)
    for b in range(len(x)):
        for k in range(len(ends)):
            total[:] = 0.0
            count[:] = 0.0
            for t in range(ends[k] - window, ends[k]):
                row = x[b, t] if t >= 0 else past[b, window + t]
                for c in range(n_channels):
                    v = row[c]
                    valid = v == v
                    total[c] += v * v if valid else 0.0
                    count[c] += 1.0 if valid else 0.0
            for c in range(n_channels):
                y[b, k, c] = np.log(total[c] / count[c] + EPS) if count[c] >= least else np.nan


class LogPower(Operator):
    """``(B, T, C) µV -> (B, n_frames, C)`` natural log of mean square (µV²), float64.

    Frame ``k`` looks at the ``window_s`` that end at ``clock.boundary(k)``, so it exists the moment its boundary
    arrives. NaN samples are left out; a frame with less than half of its window (also before the first sample) is NaN.

    Parameters
    ----------
    n_channels : C.
    clock : the frame index; neural and frame rate come from it.
    window_s : seconds; at least one sample.
    """

    def __init__(self, n_channels: int, clock: FrameClock, window_s: float = 0.05) -> None:
        self.window = round(window_s * float(clock.sfreq))
        if self.window < 1:
            raise OptionError(
                f"window_s: expected at least one sample ({1 / float(clock.sfreq):g} s), got {window_s:g} s; "
                "the default is 0.05"
            )
        self.channels = (n_channels, n_channels)
        self.clock = clock
        self.ratio: Fraction = clock.frame_rate / clock.sfreq

    def n_out(self, n_in: int) -> int:
        return self.clock.n_frames(n_in)

    def init_state(self, batch: int) -> PowerState:
        return PowerState(np.full((batch, self.window, self.channels[0]), np.nan), 0)

    def step(self, x: Tensor, state: PowerState) -> tuple[Tensor, PowerState]:
        n = state.n + x.shape[1]
        frames = range(self.clock.n_frames(state.n), self.clock.n_frames(n))
        ends = np.array([self.clock.boundary(k) - state.n for k in frames], np.int64)
        y = np.empty((x.shape[0], len(ends), self.channels[1]))
        samples = x.contiguous().numpy()
        _log_power(state.past, samples, ends, self.window / 2, y)
        past = np.concatenate([state.past[:, x.shape[1] :], samples[:, -self.window :]], 1)
        return torch.from_numpy(y), PowerState(past, n)
