"""The output guard sample by sample: bad values, constant offset, gain, loudness, true-peak limiter, gate.

One loop over samples with all state in arrays, so that any chunking gives the same and nothing is allocated.
"""

from __future__ import annotations

import numpy as np

from bk_realtime.compiled import njit
from bk_realtime.voice.loudness import N_SLOTS, weigh
from bk_realtime.voice.true_peak import BOUND, N_TAPS, peak_between

ABSURD = 32.0
"""No sample is taken for louder than 30 dB over full scale: it would ring in the offset filter."""
OVERDRIVE = 100.0
"""... nor, after the gain, than this times the ceiling: one absurd value must not deafen the limiter for long."""
SPREAD = 2
"""The limiter's gain is the least of five samples' gains, then the mean of five of these, so that it has no steps."""
DELAY = N_TAPS // 2 + 2 * SPREAD
"""Samples by which what comes out is late: the peak must be known before its first sample leaves."""

TARGET = 0.7
"""Part of the loudest power to which the fast level is turned down."""

# places in the state vector: mute gate 0..1, linear gain, limiter envelope, dying remainder of the last good sample,
# fade 0..1 after bad samples, newest value before offset and gain, the offset filter's two, A-weighted power (fast) and
# its held peak, energy of the last second without the slot in use
GATE, GAIN, ENVELOPE, REST, SOUND, LAST, DC_IN, DC_OUT, FAST, PEAK, SECOND = range(11)
N_STATE = 11
# places in the rates, each per sample, but for the two lengths: fade, gain, recovery of the limiter, of a bad sample's
# remainder, of a constant offset, of the fast level and of its peak; part of a second's room that a sample may take;
# samples a second, samples a slot
FADE, GAIN_RATE, RELEASE, DECAY, DC_DECAY, FAST_RATE, PEAK_DECAY, ROOM_RATE, RATE, SLOT = range(10)
N_RATES = 10


@njit
def _cosine(position):  # type: ignore[no-untyped-def]
    if position <= 0.0:
        return 0.0
    return 1.0 if position >= 1.0 else 0.5 - 0.5 * np.cos(np.pi * position)


@njit
def _shift_in(values, newest):  # type: ignore[no-untyped-def]
    for k in range(len(values) - 1):
        values[k] = values[k + 1]
    values[-1] = newest


@njit
def _highest(values):  # type: ignore[no-untyped-def]
    highest = 0.0
    for v in values:
        highest = max(highest, abs(v))
    return highest


@njit
def _repaired(v, state, rates):  # type: ignore[no-untyped-def]
    """``v``, or what is left of the last good sample where it is no number; sound fades in again afterwards."""
    if np.isfinite(v):
        state[REST] *= rates[DECAY]
        if abs(state[REST]) < 1e-12:
            state[REST] = 0.0
        state[SOUND] = min(1.0, state[SOUND] + rates[FADE])
        v = _cosine(state[SOUND]) * min(max(v, -ABSURD), ABSURD) + state[REST]
    else:
        state[REST] = state[LAST] * rates[DECAY]
        state[SOUND] = 0.0
        v = state[REST]
    state[LAST] = v
    return v


@njit
def _without_offset(v, state, rates):  # type: ignore[no-untyped-def]
    """First-order high-pass: a constant pushes a membrane aside and is not heard."""
    a = rates[DC_DECAY]
    y = 0.5 * (1.0 + a) * (v - state[DC_IN]) + a * state[DC_OUT]
    if abs(y) < 1e-30:
        y = 0.0
    state[DC_IN], state[DC_OUT] = v, y
    return y


@njit
def _loudness_gain(v, state, rates, weights, before, energy, loudest):  # type: ignore[no-untyped-def]
    """Gain that keeps any second of what comes out below ``loudest``, an A-weighted mean power.

    The fast level is turned down to 1.5 dB below it. What passes at a sudden onset is bounded by what the running
    second has room for: no sample may take more than a small part of that.
    """
    power = weigh(v, weights, before) ** 2
    state[FAST] += rates[FAST_RATE] * (power - state[FAST])
    state[PEAK] = max(power, state[PEAK] * rates[PEAK_DECAY])
    gain = 1.0
    if state[FAST] > TARGET * loudest:
        gain = np.sqrt(TARGET * loudest / state[FAST])
    if state[PEAK] > 0.0:
        room = max(0.0, loudest * rates[RATE] - state[SECOND] - energy) * rates[ROOM_RATE]
        gain = min(gain, np.sqrt(room / state[PEAK]))
    return gain


@njit
def guard(x, y, state, history, wanted, least, before, after, slots, clock, weights, rates, order):  # type: ignore[no-untyped-def]
    """Fill ``y`` from ``x``; returns how many samples needed holding down, and how many were no numbers.

    Parameters
    ----------
    x, y : (n,) float32.
    state : (N_STATE,) see above.
    history : (N_TAPS,) newest samples before the limiter, oldest first.
    wanted : (2 * SPREAD + 2,) newest gains, one between two samples.
    least : (2 * SPREAD + 1,) newest least gains.
    before, after : (9,) states of A-weighting before loudness and of what comes out.
    slots : (3, N_SLOTS) of what came out: A-weighted energy, highest sample, least gain of the limiter.
    clock : (2,) int64, slot in use and samples in it.
    weights : (10,) of :func:`~bk_realtime.voice.loudness.a_weighting`.
    rates : (N_RATES,) see above.
    order : gate step a sample, gain, ceiling, A-weighted mean power that no second exceeds (inf: not calibrated).
    """
    gate_step, gain, ceiling, loudest = order
    hits, bad = 0, 0
    for i in range(len(x)):
        v = np.float64(x[i])
        bad += not np.isfinite(v)
        v = _without_offset(_repaired(v, state, rates), state, rates)
        state[GAIN] += rates[GAIN_RATE] * (gain - state[GAIN])
        v = min(max(v * state[GAIN], -OVERDRIVE * ceiling), OVERDRIVE * ceiling)
        quieter = 1.0
        slot = clock[0]
        if loudest < np.inf:
            quieter = _loudness_gain(v, state, rates, weights, before, slots[0, slot], loudest)
        _shift_in(history, v)
        # most sound is so quiet that no wave through its samples could reach the ceiling: that need not be computed
        peak = 0.0 if _highest(history) * BOUND < ceiling else peak_between(history)
        hits += peak > ceiling
        state[ENVELOPE] = max(peak, ceiling + (state[ENVELOPE] - ceiling) * rates[RELEASE])
        _shift_in(wanted, min(quieter, ceiling / state[ENVELOPE]))
        _shift_in(least, np.min(wanted))
        held = np.mean(least)
        state[GATE] = min(1.0, max(0.0, state[GATE] + gate_step))
        # only rounding is left to cut
        out = min(max(history[N_TAPS - 1 - DELAY] * held, -ceiling), ceiling) * _cosine(state[GATE])
        y[i] = out
        if loudest < np.inf:
            slots[0, slot] += weigh(out, weights, after) ** 2
        slots[1, slot] = max(slots[1, slot], abs(out))
        slots[2, slot] = min(slots[2, slot], held)
        clock[1] += 1
        if clock[1] >= rates[SLOT]:
            clock[0], clock[1] = (slot + 1) % N_SLOTS, 0
            slots[0, clock[0]], slots[1, clock[0]], slots[2, clock[0]] = 0.0, 0.0, 1.0
            state[SECOND] = np.sum(slots[0])
    return hits, bad
