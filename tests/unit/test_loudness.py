"""Loudness limit: A-weighting as IEC 61672-1 has it, no second above it, nothing claimed without calibration."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bk_realtime.errors import OptionError
from bk_realtime.session.settings import SafetySettings
from bk_realtime.session.status import Status
from bk_realtime.voice import guard_kernel as kernel
from bk_realtime.voice.loudness import a_weighting, weigh
from bk_realtime.voice.output_guard import OutputGuard

RATE = 22050

# IEC 61672-1:2013, table 3: nominal A-weighting in dB, and what class 1 allows above and below
TABLE = [
    (31.5, -39.4, 1.5, 1.5),
    (63, -26.2, 1.0, 1.0),
    (125, -16.1, 1.0, 1.0),
    (250, -8.6, 1.0, 1.0),
    (500, -3.2, 1.0, 1.0),
    (1000, 0.0, 0.7, 0.7),
    (2000, 1.2, 1.0, 1.0),
    (4000, 1.0, 1.0, 1.0),
    (8000, -1.1, 1.5, 2.5),
    (10000, -2.5, 2.0, 3.0),
]


def weighted(y: np.ndarray, rate: int = RATE) -> np.ndarray:
    c, state = a_weighting(rate), np.zeros(9)
    return np.array([weigh(float(v), c, state) for v in y])


@pytest.mark.parametrize(("hertz", "nominal", "above", "below"), TABLE)
def test_a_weighting_within_class_1(hertz: float, nominal: float, above: float, below: float) -> None:
    t = np.arange(RATE) / RATE
    power = np.mean(weighted(np.sin(2 * np.pi * hertz * t))[RATE // 2 :] ** 2)
    assert -below < 10 * math.log10(power / 0.5) - nominal < above


def loudest_second(y: np.ndarray, full: float) -> float:
    """dB SPL of the loudest second wherever it begins."""
    energy = np.cumsum(np.concatenate([[0.0], weighted(y) ** 2]))
    return full + 10 * math.log10(max(float((energy[RATE:] - energy[:-RATE]).max()), 1e-12) / RATE / 0.5)


def sound(kind: str) -> np.ndarray:
    rng, n = np.random.default_rng(1), 3 * RATE
    t = np.arange(n) / RATE
    return {
        "tone": 0.45 * np.sin(2 * np.pi * 1000 * t),
        "sudden": np.where(t > 1.2, 0.45, 0.0) * np.sin(2 * np.pi * 3000 * t),
        "noise": 30 * rng.standard_normal(n),
        "bursts": rng.standard_normal(n) * (np.sin(2 * np.pi * 0.8 * t) > 0.5),
        "low": 0.45 * np.sin(2 * np.pi * 60 * t),
        "broken": np.where(rng.random(n) < 0.001, np.nan, rng.standard_normal(n)),
    }[kind].astype(np.float32)


@pytest.mark.parametrize("kind", ["tone", "sudden", "noise", "bursts", "low", "broken"])
@pytest.mark.parametrize(("full", "loudest"), [(90.0, 85.0), (112.0, 85.0), (100.0, 60.0)])
def test_no_second_is_louder_than_the_limit(kind: str, full: float, loudest: float) -> None:
    guard = OutputGuard(SafetySettings(unmuted=True, full_scale_db_spl=full, loudest_db_spl=loudest), RATE)
    y = np.concatenate([guard.process(block, 0.0) for block in np.array_split(sound(kind), 37)])
    assert loudest_second(y, full) <= loudest
    assert y.any()


def test_a_tone_above_the_limit_is_held_just_below_it_without_pumping() -> None:
    guard = OutputGuard(SafetySettings(unmuted=True, full_scale_db_spl=110.0), RATE)
    guard.process(sound("tone"), 0.0)
    last = guard.process(sound("tone")[:RATE], 0.0)
    assert guard.levels()["level_db_spl"] == pytest.approx(85 - 1.55, abs=0.1)
    peaks = np.abs(last).reshape(-1, 525).max(1)
    assert np.ptp(peaks) < 0.02 * peaks.mean()
    assert guard.levels()["limiting_db"] == pytest.approx(19.6, abs=0.1)


def test_sound_below_the_limit_is_not_touched() -> None:
    x = 0.3 * sound("tone")
    quiet = OutputGuard(SafetySettings(unmuted=True, full_scale_db_spl=100.0), RATE)
    free = OutputGuard(SafetySettings(unmuted=True), RATE)
    np.testing.assert_array_equal(quiet.process(x, 0.0), free.process(x, 0.0))


@pytest.mark.parametrize(
    ("second", "energy", "room"),
    [(0.0, 0.0, 50.0), (30.0, 0.0, 20.0), (30.0, 15.0, 5.0), (0.0, 50.0, 0.0), (40.0, 30.0, 0.0)],
)
def test_an_onset_gets_what_the_running_second_has_room_for(second: float, energy: float, room: float) -> None:
    """Its limit less what came out in it, that of the newest part included."""
    state, rates = np.zeros(kernel.N_STATE), np.zeros(kernel.N_RATES)
    state[[kernel.PEAK, kernel.SECOND]] = 4.0, second
    rates[[kernel.RATE, kernel.ROOM_RATE, kernel.PEAK_DECAY]] = 1000.0, 0.01, 1.0
    weights = a_weighting(RATE)
    gain = kernel._loudness_gain(0.0, state, rates, weights, np.zeros(9), energy, 0.05)
    assert gain == pytest.approx(np.sqrt(0.01 * room / 4.0))


def test_the_levels_that_are_told() -> None:
    """0.4 of full scale: -7.96 dBFS; a full-scale sine is 100 dB SPL here, so this is 92.04."""
    x = (0.4 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    told = SafetySettings(unmuted=True, full_scale_db_spl=100.0, loudest_db_spl=95.0)
    guard = OutputGuard(told, RATE)
    guard.process(x, 0.0)
    levels = guard.levels()
    assert levels["peak_dbfs"] == pytest.approx(-7.96, abs=0.02)
    assert levels["level_db_spl"] == pytest.approx(92.04, abs=0.1)
    assert levels["loudest_db_spl"] == 95.0
    assert levels["limiting_db"] == 0.0
    guard.mute()
    guard.process(x, 0.0)
    assert guard.levels()["peak_dbfs"] == -120
    assert guard.levels()["level_db_spl"] < 0
    assert Status.from_values({"state": "running", **levels}).level_db_spl == levels["level_db_spl"]


def test_nothing_is_claimed_without_a_calibration() -> None:
    guard = OutputGuard(SafetySettings(unmuted=True), RATE)
    guard.process(sound("noise"), 0.0)
    assert guard.levels()["level_db_spl"] is None
    assert guard.levels()["loudest_db_spl"] is None
    assert guard.levels()["limiting_db"] > 20
    with pytest.raises(OptionError, match="--loudest-db-spl goes with --full-scale-db-spl"):
        SafetySettings(loudest_db_spl=80.0)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "as it is heard: after gain, mute and limiter"),
        ({"peak_dbfs": -120.0}, "as it is heard: silent · dB SPL not calibrated"),
        (
            {"peak_dbfs": -11.7, "limiting_db": 0.0, "level_db_spl": 71.4, "loudest_db_spl": 85.0},
            "as it is heard: peak −12 dBFS · 71 dB SPL (A, 1 s), at most 85",
        ),
        (
            {"peak_dbfs": -6.0, "limiting_db": 3.2, "level_db_spl": -20.0, "loudest_db_spl": 85.0},
            "as it is heard: peak −6 dBFS · 0 dB SPL (A, 1 s), at most 85 · held down by 3 dB",
        ),
        ({"peak_dbfs": -6.0, "limiting_db": 3.2}, "peak −6 dBFS · dB SPL not calibrated · held down by 3 dB"),
    ],
)
def test_the_window_says_how_loud_it_is(told: dict[str, float], words: str) -> None:
    from gui.panels.waveform import loudness_text

    assert words in loudness_text(Status(**told))
