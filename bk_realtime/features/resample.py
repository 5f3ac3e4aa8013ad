"""A stream of another rate brought to the decoder's: a rational polyphase filter, causal but for a small lookahead."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import NamedTuple

import numpy as np
import torch
from scipy import signal
from torch import Tensor

from bk_realtime.clock import rational_rate
from bk_realtime.compiled import njit
from bk_realtime.errors import InputError
from bk_realtime.stream import Operator

MOST_TERM = 1024
"""Largest number in a ratio of two rates; what needs more is no pair of usual rates (1017.25 Hz and 1024 Hz)."""
STOP_DB = 80.0
"""What would fold into the pass band is weaker by this much."""
PASS_SHARE = 0.4
"""Largest pass band as a share of the lower rate: nearer to half of it the filter would look far ahead."""


def resampling_ratio(rate_in: Fraction | float, rate_out: Fraction | float) -> Fraction:
    """``rate_out / rate_in`` in lowest terms; 2048 to 1024 Hz: 1/2, 1000 to 1024 Hz: 128/125.

    Raises
    ------
    InputError
        A rate is not above 0, or a term is above 1024.
    """
    if not (float(rate_in) > 0 and float(rate_out) > 0):
        raise InputError(f"expected rates above 0 Hz, got {float(rate_in):g} and {float(rate_out):g} Hz")
    ratio = rational_rate(rate_out) / rational_rate(rate_in)
    if max(ratio.numerator, ratio.denominator) > MOST_TERM:
        raise InputError(
            f"a signal of {float(rate_in):g} Hz cannot be brought to {float(rate_out):g} Hz: expected two rates whose "
            f"ratio has terms up to {MOST_TERM}, got {ratio}; set the amplifier to {float(rate_out):g} Hz or twice "
            "that, or train at its rate"
        )
    return ratio


class ResampleState(NamedTuple):
    """past : (B, n_past, C) newest input samples, NaN before the first. n : input samples seen."""

    past: np.ndarray
    n: int


@njit
def _resample(buf, first, start, y, taps, half, up, down):  # type: ignore[no-untyped-def]
    """Outputs ``start`` on, from input samples ``first`` on in ``buf``; ``taps`` at ``up`` times the input's rate."""
    n_batch, n_out, n_channels = y.shape
    held, total = np.empty(n_channels), np.empty(n_channels)
    for b in range(n_batch):
        for k in range(n_out):
            centre = (start + k) * down
            low, high = -((half - centre) // up), (centre + half) // up
            for c in range(n_channels):
                total[c] = 0.0
                held[c] = 0.0
                for i in range(low, high + 1):  # missing samples before the first known one are taken to be like it
                    if np.isfinite(buf[b, i - first, c]):
                        held[c] = buf[b, i - first, c]
                        break
            for i in range(low, high + 1):
                tap = taps[half + centre - i * up]
                for c in range(n_channels):
                    v = buf[b, i - first, c]
                    held[c] = v if np.isfinite(v) else held[c]
                    total[c] += tap * held[c]
            for c in range(n_channels):
                y[b, k, c] = total[c] if np.isfinite(buf[b, centre // up - first, c]) else np.nan


class Resample(Operator):
    """``(B, T, C) -> (B, ceil(T * ratio), C)`` float64: output ``j`` stands for the time of input ``j / ratio``.

    A linear-phase low-pass (Kaiser window): flat within 0.1 dB up to ``pass_hz``, and down by 80 dB from the lower
    rate minus ``pass_hz`` on, so that nothing folds into the pass band. What folds above it is left to the band-pass
    that follows, which keeps the filter short. A constant stays exactly constant, whatever an electrode's offset.

    Missing samples (NaN) stay missing: an output is NaN where the newest input sample at its time is. Around a gap the
    last known value, else the next one, stands in, and after the filter's length the gap is forgotten.

    Parameters
    ----------
    n_channels : C.
    rate_in, rate_out : Hz.
    pass_hz : upper edge of what must pass unchanged; at most 0.4 times the lower rate.

    Attributes
    ----------
    lookahead : half the filter's length, in output steps; nothing of the delay is left over.

    Raises
    ------
    InputError
        Rates whose ratio has large terms; a pass band that the lower rate does not hold.

    Examples
    --------
    >>> op = Resample(2, 2048, 1024, 170.0)
    >>> op.ratio, op.lookahead, op.n_out(2049)
    (Fraction(1, 2), 5, 1025)
    """

    silence = float("nan")  # nothing is known of what comes after the end

    def __init__(self, n_channels: int, rate_in: Fraction | float, rate_out: Fraction | float, pass_hz: float) -> None:
        self.channels = (n_channels, n_channels)
        self.ratio = resampling_ratio(rate_in, rate_out)
        self._up, self._down = self.ratio.numerator, self.ratio.denominator
        lower = float(min(rational_rate(rate_in), rational_rate(rate_out)))
        if not 0 < pass_hz <= PASS_SHARE * lower:
            raise InputError(
                f"a signal of {float(rate_in):g} Hz cannot be brought to {float(rate_out):g} Hz with all up to "
                f"{pass_hz:g} Hz in it: expected at least {pass_hz / PASS_SHARE:g} Hz; set the amplifier to a higher "
                "rate, or train with a lower band"
            )
        nyquist = float(rational_rate(rate_in)) * self._up / 2
        # a little below what is needed: with the cutoff at half the lower rate the outermost tap could be 0
        stop_hz = 0.95 * (lower - pass_hz)
        n_taps, beta = signal.kaiserord(STOP_DB, (stop_hz - pass_hz) / nyquist)
        self.lookahead = max(1, ceil((n_taps - 1) / 2 / self._down))
        self._half = self.lookahead * self._down
        taps = signal.firwin(2 * self._half + 1, (pass_hz + stop_hz) / 2, window=("kaiser", beta), fs=2 * nyquist)
        for phase in range(self._up):  # each on its own: a constant must not beat between the two rates
            taps[phase :: self._up] /= taps[phase :: self._up].sum()
        self._taps = np.ascontiguousarray(taps)
        self._n_past = 2 * self._half // self._up + 2

    def n_out(self, n_in: int) -> int:
        return -(-n_in * self._up // self._down)

    def init_state(self, batch: int) -> ResampleState:
        return ResampleState(np.full((batch, self._n_past, self.channels[0]), np.nan), 0)

    def step(self, x: Tensor, state: ResampleState) -> tuple[Tensor, ResampleState]:
        n = state.n + x.shape[1]
        start, stop = self.n_out(state.n), self.n_out(n)
        buf = np.concatenate([state.past, x.numpy()], 1)
        y = np.empty((x.shape[0], stop - start, self.channels[1]))
        _resample(buf, state.n - self._n_past, start - self.lookahead, y, self._taps, self._half, self._up, self._down)
        return torch.from_numpy(y), ResampleState(buf[:, len(buf[0]) - self._n_past :].copy(), n)
