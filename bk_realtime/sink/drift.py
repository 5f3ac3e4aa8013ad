"""Two clocks, one buffer: a resampler with a variable ratio, and the controller that keeps a buffer at its level.

The amplifier's clock and the sound card's differ (50 ppm are 180 ms in an hour), so the buffer between them would run
over or dry. A PI controller on the smoothed fill turns the resampler's ratio by a fraction of a per cent instead.
Interpolation is a Kaiser-windowed sinc read from a table (J. O. Smith, *Digital Audio Resampling*, 2002).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

HALF = 16
"""Taps on either side: 32 taps hold images and aliases 75 dB down up to 0.41 of the rate (9 kHz at 22,050 Hz)."""
_PHASES = 512
_BETA = 8.0
SMOOTH_S = 1.0
"""Time constant of the low-pass on the fill."""
MAX_DEVIATION = 0.005
"""The ratio stays within half a per cent of nominal: 9 cents, and only for seconds after a start."""


def kernel(cutoff: float = 1.0) -> np.ndarray:
    """(_PHASES + 1, 2 * HALF) float32 windowed-sinc taps by fractional position.

    ``cutoff`` is relative to the input's half rate; below 1 it keeps a slower output free of aliases.
    """
    at = np.arange(2 * HALF) - (HALF - 1) - np.arange(_PHASES + 1)[:, None] / _PHASES
    window = np.i0(_BETA * np.sqrt(np.clip(1 - (at / HALF) ** 2, 0, None))) / np.i0(_BETA)
    taps = cutoff * np.sinc(cutoff * at) * window
    # unit gain at every phase: a constant stays one
    return np.asarray(taps / taps.sum(1, keepdims=True), np.float32)


@dataclass(frozen=True)
class ResamplerState:
    """What one step hands to the next.

    Attributes
    ----------
    held : input samples still needed, oldest first.
    position : where in ``held`` the next output lies, in input samples.
    """

    held: np.ndarray
    position: float


def resampler_state() -> ResamplerState:
    """Before the first sample: half a kernel of silence, so that the first output is the first input sample."""
    return ResamplerState(np.zeros(HALF - 1, np.float32), float(HALF - 1))


def resample(
    x: np.ndarray, state: ResamplerState, ratio: float, table: np.ndarray
) -> tuple[np.ndarray, ResamplerState]:
    """One step of variable-ratio resampling. Pure.

    Parameters
    ----------
    x : (n,) float32, any n.
    state : from :func:`resampler_state` or the step before.
    ratio : output samples per input sample; may differ from step to step.
    table : from :func:`kernel`.

    Returns
    -------
    (m,) float32, m about ``n * ratio``, ``HALF`` input samples late; and the next state.
    """
    held = np.concatenate([state.held, np.asarray(x, np.float32)])
    step = 1.0 / ratio
    # output j lies at position + j * step and needs HALF samples after it
    m = max(0, math.ceil((len(held) - HALF - state.position) / step))
    if m == 0:
        return np.zeros(0, np.float32), ResamplerState(held, state.position)
    at = state.position + step * np.arange(m)
    base = at.astype(np.int64)
    phase = (at - base) * _PHASES
    row = phase.astype(np.int64)
    weight = (phase - row).astype(np.float32)[:, None]
    windows = np.lib.stride_tricks.sliding_window_view(held, 2 * HALF)[base - (HALF - 1)]
    taps = table[row] * (1 - weight) + table[row + 1] * weight
    y = np.einsum("mk,mk->m", windows, taps)
    position = state.position + step * m
    drop = int(position) - (HALF - 1)
    return y, ResamplerState(held[drop:].copy(), position - drop)


@dataclass(frozen=True)
class LevelState:
    """State of :func:`hold_level`: seconds, smoothed error and its integral (a relative clock difference)."""

    error: float | None = None
    integral: float = 0.0


def hold_level(
    fill_s: float,
    target_s: float,
    elapsed_s: float,
    state: LevelState,
    period_s: float = 40.0,
    smooth_s: float = SMOOTH_S,
) -> tuple[float, LevelState]:
    """Factor on the resampler's ratio that brings the buffer to ``target_s`` and holds it there. Pure.

    A critically damped PI controller on the low-passed fill; the fill integrates the clock difference, so its
    integral term is that difference.

    Parameters
    ----------
    fill_s : how much waits now, in seconds, as a continuous quantity.
    target_s : how much should.
    elapsed_s : since the last call.
    period_s : how fast it acts; slow, so that jitter does not become pitch.
    smooth_s : time constant of the low-pass.
    """
    raw = fill_s - target_s
    error = raw if state.error is None else state.error + (raw - state.error) * -math.expm1(-elapsed_s / smooth_s)
    omega = 2 * math.pi / period_s
    wanted = 2 * omega * error + state.integral
    limited = max(-MAX_DEVIATION, min(MAX_DEVIATION, wanted))
    integral = state.integral
    if wanted == limited:  # no wind-up while at the limit
        integral += omega * omega * error * elapsed_s
    # more than wanted waits: make fewer samples of the same sound
    return 1.0 - limited, LevelState(error, integral)
