"""A-weighting (IEC 61672-1), as limits for the ear are stated, and how loud the last second was."""

from __future__ import annotations

import math

import numpy as np

from bk_realtime.compiled import njit

POLES_HZ = (20.598997, 20.598997, 107.65265, 737.86223)
"""Corners of the high-pass filters in series (IEC 61672-1, annex E)."""
ROLL_OFF_HZ = 12194.217
"""Double corner above which A-weighting falls again."""
SLOT_S = 0.01
N_SLOTS = 102
"""Slots of energy that are kept: one second wherever it begins, with the slots at both of its ends."""


def a_weighting(sample_rate: int) -> np.ndarray:
    """(10,) coefficients for :func:`weigh`: four high-passes as (b0, a1), and the fall towards high frequencies.

    The high-passes are bilinear. The double corner at 12 kHz lies above half of the usual rate, where the bilinear
    transform would bend it far down; one zero follows it to half a decibel instead. 0 dB at 1 kHz.
    """
    c = np.zeros(10)
    for i, corner in enumerate(POLES_HZ):
        t = math.tan(math.pi * corner / sample_rate)
        c[2 * i], c[2 * i + 1] = 1 / (1 + t), (1 - t) / (1 + t)
    # |1 + b e^-jw| / (1 + b) = wanted at 0.36 of the rate, where speech still is
    at = 0.36 * sample_rate
    square = (1 / (1 + (at / ROLL_OFF_HZ) ** 2)) ** 2
    half = (math.cos(2 * math.pi * at / sample_rate) - square) / (1 - square)
    c[8] = 1.0 if half * half < 1 else -half - math.copysign(math.sqrt(half * half - 1), -half)
    z = np.exp(-2j * np.pi * 1000 / sample_rate)
    gain = 1 + c[8] * z
    for b, a in c[:8].reshape(4, 2):
        gain *= b * (1 - z) / (1 - a * z)
    c[9] = 1 / abs(gain)
    return c


@njit
def weigh(v, c, state):  # type: ignore[no-untyped-def]
    """One sample A-weighted; ``state`` (9,) holds what it needs from the one before."""
    for i in range(4):
        b, a = c[2 * i], c[2 * i + 1]
        y = b * (v - state[2 * i]) + a * state[2 * i + 1]
        if abs(y) < 1e-30:
            y = 0.0  # numbers this small take a hundred times as long
        state[2 * i], state[2 * i + 1] = v, y
        v = y
    y = c[9] * (v + c[8] * state[8])
    state[8] = v
    return y


def decibels(power: float) -> float:
    """Power (full-scale sine: 0.5) as dB re full-scale sine; -120 at least."""
    return 10 * math.log10(max(power / 0.5, 1e-12))
