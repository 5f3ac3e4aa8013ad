"""Clicks that are played, and how they are found again in what a wired input took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import correlate

_LONGEST_S = 0.6
"""A loop that takes longer is none for a voice."""
_WITHIN_S = 0.015
"""Clicks do not scatter further than this about their common delay."""
_TURNS = 200
_STRAIGHT_S = 0.2
"""Further from a straight line are no stamps of one clock and no sample missing."""
_GAPS_S = (0.3, 0.55)


@dataclass(frozen=True)
class LoopFigures:
    """Delays of the clicks that came back.

    Attributes
    ----------
    n_sent, n_found : clicks played, clicks found.
    delays_s : (n_found,) seconds from the moment that each was due at the ear by the device's own word.
    why : in words where they cannot be told from noise; empty otherwise.
    """

    n_sent: int
    n_found: int
    delays_s: np.ndarray
    why: str = ""


def click(sample_rate: float, low: bool = False) -> np.ndarray:
    """One period of a sine under a Hann window, peak 1: 1 kHz for a microphone, 100 Hz where ``low``, for a channel of
    an amplifier, which hears nothing above a few hundred Hz. No mean, so that a coupling capacitor lets it through."""
    n = round(sample_rate / (100.0 if low else 1000.0))
    if n < 4:
        raise ValueError(f"click: expected 4 samples or more a period, got {n} at {sample_rate:g} Hz")
    wave = np.sin(2 * np.pi * np.arange(n) / n) * np.hanning(n + 1)[:n]
    return np.asarray(wave / np.abs(wave).max(), np.float32)


def click_starts(n: int, sample_rate: int, seed: int = 0) -> np.ndarray:
    """(n,) sample numbers of clicks, 0.3 to 0.55 s apart at random, so that no echo fits a wrong one."""
    gaps = np.random.default_rng(seed).uniform(*_GAPS_S, n)
    return np.asarray(np.round(np.cumsum(gaps) * sample_rate), np.int64)


def find_clicks(sound: np.ndarray, stamps: np.ndarray, due: np.ndarray, low: bool = False) -> LoopFigures:
    """Look for clicks in a recorded channel.

    Matched filter, then the one delay at which most clicks agree; it counts only if none of 200 random trains of
    clicks of the same length agrees as well anywhere (p < 0.005). Then each click by itself, within 15 ms.

    Parameters
    ----------
    sound : (n,) samples of any unit.
    stamps : (n,) seconds on the clock of ``due``, one line with jitter.
    due : (n_clicks,) seconds at which each click was due at the ear.
    low : whether it was the low click.
    """
    n_sent = len(due)
    if len(sound) < 16 or not np.isfinite(sound).all() or not n_sent:
        return LoopFigures(n_sent, 0, np.zeros(0), "too few or no numbers came from the input")
    index = np.arange(len(sound), dtype=np.float64)
    period, start = np.polyfit(index, stamps - stamps[0], 1)  # chunks are stamped when they are sent: that is jitter
    times = float(stamps[0]) + start + period * index
    off = float(np.abs(stamps - times).max())
    if not period > 0 or off > _STRAIGHT_S:
        return LoopFigures(n_sent, 0, np.zeros(0), f"the input's time stamps jump by {1e3 * off:.0f} ms")
    rate = 1 / float(period)
    even = sound.astype(np.float64) - np.median(sound)
    wave = click(rate, low).astype(np.float64)
    matched = np.abs(correlate(even, wave, "valid"))
    wide = maximum_filter1d(matched, max(3, round(_WITHIN_S * rate)))
    lags = np.arange(-_WITHIN_S, _LONGEST_S, max(0.001, 1 / rate))

    def agreement(at: np.ndarray) -> np.ndarray:
        """(n_lags,) how loud the quieter half of the clicks is at each common delay; clicks outside count as silent."""
        i = np.round((at[:, None] + lags - times[0]) * rate).astype(int)
        inside = (i >= 0) & (i < len(wide))
        return np.asarray(np.median(np.where(inside, wide[np.clip(i, 0, len(wide) - 1)], 0.0), axis=0))

    scores = agreement(due)
    best = int(scores.argmax())
    rng, most = np.random.default_rng(1), 0.0
    for _ in range(_TURNS):
        most = max(most, float(agreement(np.sort(rng.uniform(due[0], due[-1], n_sent))).max()))
    if not scores[best] > 1.5 * most:
        return LoopFigures(n_sent, 0, np.zeros(0), "the clicks cannot be told from what else is on the input")
    delays, floor = [], 0.5 * float(scores[best])
    level = np.flatnonzero((scores > 0.95 * scores[best]) & (np.abs(lags - lags[best]) <= _WITHIN_S))
    lag = float(lags[level].mean())  # the middle of the plateau
    for moment in due + lag:
        low_i, high_i = (round((moment + s - times[0]) * rate) for s in (-_WITHIN_S, _WITHIN_S))
        low_i, high_i = max(0, low_i), min(len(matched), high_i + 1)
        if high_i - low_i < 3:
            continue
        at = low_i + int(matched[low_i:high_i].argmax())
        if matched[at] >= floor:
            delays.append(times[at] - (moment - lag))
    return LoopFigures(n_sent, len(delays), np.array(delays))
