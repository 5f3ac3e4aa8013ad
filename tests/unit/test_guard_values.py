"""Figures of the output guard by themselves: what the gain does, how high a wave is taken to be, A-weighting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice import output_guard, true_peak
from bk_realtime.voice.guard_kernel import DELAY
from bk_realtime.voice.loudness import POLES_HZ, ROLL_OFF_HZ, a_weighting, decibels
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.true_peak import BOUND, N_TAPS, peak_between

RATE = 22050


def test_a_new_gain_comes_on_as_an_exponential() -> None:
    tone = (0.2 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)).astype(np.float32)
    one, other = (OutputGuard(SafetySettings(unmuted=True), RATE) for _ in range(2))
    for guard in (one, other):
        guard.process(tone, 0.0)
    other.gain_db = -20.0
    before, after = one.process(tone, 0.0), other.process(tone, 0.0)
    heard = np.abs(before) > 0.05
    n = np.arange(RATE) - DELAY + 1
    want = np.where(n > 0, 0.1 + 0.9 * np.exp(-n / (output_guard.GAIN_S * RATE)), 1.0)
    np.testing.assert_allclose((after / np.where(heard, before, 1.0))[heard], want[heard], atol=2e-3)


WAVE = st.lists(st.floats(-1, 1), min_size=N_TAPS, max_size=N_TAPS)


@given(WAVE)
def test_a_wave_is_as_high_backwards_and_upside_down_and_never_above_its_bound(values: list[float]) -> None:
    x = np.array(values)
    peak = peak_between(x)
    assert peak_between(x[::-1].copy()) == pytest.approx(peak, rel=1e-12)
    assert peak_between(-x) == peak
    assert peak_between(0.25 * x) == pytest.approx(0.25 * peak, rel=1e-12)
    assert max(abs(x[5]), abs(x[6])) <= peak <= BOUND * np.abs(x).max(initial=0) + 1e-12


@pytest.mark.parametrize("at", range(N_TAPS))
def test_how_high_a_single_sample_is_taken_to_be(at: int) -> None:
    """Between its neighbours: the largest of the standard's taps; and its share in the margin near half the rate."""
    x = np.zeros(N_TAPS)
    x[at] = 1.0
    inside = 1.0 if at in (5, 6) else np.abs(true_peak.TAPS[:, at]).max()
    sixth = np.abs(np.array([1, 6, 15, 20, 15, 6, 1])) / 64
    share = max((sixth[at - first] for first in range(1, 5) if 0 <= at - first < 7), default=0.0)
    assert peak_between(x) == pytest.approx(1.012 * inside + 0.5 * share, rel=1e-9)


def test_at_half_the_rate_the_margin_is_half() -> None:
    x = (-1.0) ** np.arange(N_TAPS)
    inside = max(1.0, float(np.abs(true_peak.TAPS @ x).max()))
    assert peak_between(x) == pytest.approx(1.012 * inside + 0.5, rel=1e-9)


def test_the_interpolating_filter_is_the_standards() -> None:
    """ITU-R BS.1770-4, annex 2: four phases, an eighth of a sample beside the quarters, the last two mirrored."""
    np.testing.assert_allclose(true_peak.TAPS.sum(1), 1.0, atol=0.03)
    np.testing.assert_array_equal(true_peak.TAPS[3], true_peak.TAPS[0, ::-1])
    np.testing.assert_array_equal(true_peak.TAPS[2], true_peak.TAPS[1, ::-1])
    t = np.arange(N_TAPS)
    for phase in range(4):
        # where the phase lies, by its delay at low frequencies
        at = true_peak.TAPS[phase] @ t / true_peak.TAPS[phase].sum()
        for hertz in (0.02, 0.1, 0.2):
            got = true_peak.TAPS[phase] @ np.cos(2 * np.pi * hertz * (t - at) + 0.3)
            assert got == pytest.approx(np.cos(0.3), abs=0.06)


def weighting_db(hertz: float, rate: int) -> float:
    """What the coefficients do to a tone, by their transfer function."""
    c, z = a_weighting(rate), np.exp(-2j * np.pi * hertz / rate)
    gain = c[9] * (1 + c[8] * z)
    for b, a in c[:8].reshape(4, 2):
        gain *= b * (1 - z) / (1 - a * z)
    return float(20 * np.log10(abs(gain)))


def standard_db(hertz: float) -> float:
    """IEC 61672-1, annex E, against 1 kHz."""

    def size(f: float) -> float:
        return math.prod(f / math.hypot(f, pole) for pole in POLES_HZ) / (1 + (f / ROLL_OFF_HZ) ** 2)

    return 20 * math.log10(size(hertz) / size(1000.0))


@pytest.mark.parametrize("rate", [16000, 22050, 32000])
def test_a_weighting_follows_the_standard_up_to_a_third_of_the_rate(rate: int) -> None:
    assert weighting_db(1000.0, rate) == pytest.approx(0.0, abs=1e-9)
    for hertz in (50.0, 100.0, 200.0, 500.0, 2000.0, 4000.0):
        assert weighting_db(hertz, rate) == pytest.approx(standard_db(hertz), abs=0.6), hertz
    assert weighting_db(0.36 * rate, rate) == pytest.approx(standard_db(0.36 * rate), abs=0.1)
    c = a_weighting(rate)
    assert c.shape == (10,)
    assert abs(c[8]) <= 1.0  # its zero inside the circle: no later than it must be


def test_decibels_of_a_power() -> None:
    assert decibels(0.5) == 0.0
    assert decibels(0.05) == pytest.approx(-10.0)
    assert decibels(0.0) == decibels(1e-30) == -120.0
