"""Variable-ratio resampling and the control of the buffer's level, in simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.sink.drift import HALF, MAX_DEVIATION, LevelState, hold_level, kernel, resample, resampler_state

RATE = 22050


def run(x: np.ndarray, ratio: float, sizes: list[int]) -> np.ndarray:
    table, state, out, i = kernel(min(1.0, ratio)), resampler_state(), [], 0
    for n in [*sizes, len(x)]:
        y, state = resample(x[i : i + n], state, ratio, table)
        out.append(y)
        i += n
    return np.concatenate(out)


@pytest.mark.parametrize("ratio", [1.0, 1.00005, 0.9951, 1.0049, 48000 / 22050, 44100 / 22050])
@pytest.mark.parametrize("freq", [100.0, 1000.0, 4000.0, 8000.0])
def test_sine_keeps_60_db(ratio: float, freq: float) -> None:
    x = np.sin(2 * np.pi * freq * np.arange(8000) / RATE).astype(np.float32)
    y = run(x, ratio, [256] * 31)
    want = np.sin(2 * np.pi * freq * np.arange(len(y)) / ratio / RATE)
    edge = slice(4 * HALF, len(y) - 4 * HALF)
    snr = 10 * np.log10(np.sum(want[edge] ** 2) / np.sum((y - want)[edge] ** 2))
    assert snr > 65
    assert len(y) == pytest.approx((8000 - HALF) * ratio, abs=ratio + 1)


def test_slower_device_gets_no_aliases() -> None:
    n = 8000
    y = run(np.sin(2 * np.pi * 7000 * np.arange(n) / RATE).astype(np.float32), 8000 / RATE, [256] * 31)
    assert 20 * np.log10(np.abs(y[64:-64]).max()) < -60


@given(sizes=st.lists(st.integers(0, 700), max_size=20), ratio=st.floats(0.995, 1.005))
def test_chunking_does_not_matter(sizes: list[int], ratio: float) -> None:
    x = np.random.default_rng(0).standard_normal(6000).astype(np.float32)
    whole = run(x, ratio, [])
    parts = run(x, ratio, sizes)
    assert len(whole) > 5900
    assert len(whole) == len(parts)
    # only the position's rounding differs; at a whole sample it decides which neighbour the outermost tap takes along,
    # and for a slower device that tap is not quite 0
    outermost = np.abs(kernel(min(1.0, ratio))[0, -1]) * np.abs(x).max()
    np.testing.assert_allclose(parts, whole, atol=2e-5 + 3 * outermost)


def test_ratio_that_changes_is_seamless() -> None:
    """A sine through a wandering ratio: still a sine, of slowly changing pitch, without a step anywhere."""
    x = np.sin(2 * np.pi * 500 * np.arange(40_000) / RATE).astype(np.float32)
    table, state, out = kernel(), resampler_state(), []
    for i in range(0, len(x), 256):
        ratio = 1 + MAX_DEVIATION * np.sin(i / 3000)
        y, state = resample(x[i : i + 256], state, ratio, table)
        out.append(y)
    y = np.concatenate(out)[200:-200]
    steps = np.abs(np.diff(y, 2))
    assert steps.max() < 1.05 * (2 * np.pi * 500 / RATE * (1 + MAX_DEVIATION)) ** 2
    assert len(state.held) < 4 * HALF


def simulate(
    ppm: float, seconds: float, jitter_s: float, start_s: float, packet: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Writer of 256 samples at RATE, device that takes 256 at RATE (1 + ppm): fill before each write in seconds, and
    each correction."""
    rng = np.random.default_rng(1)
    device_rate = RATE * (1 + ppm * 1e-6)
    hop = 256 * packet
    n = int(seconds * RATE / hop)
    at = np.arange(1, n + 1) * hop / RATE
    at = np.maximum.accumulate(at + rng.uniform(0, jitter_s, n))
    written, state, last, target = start_s * device_rate, LevelState(), 0.0, 0.012
    fills, corrections = np.empty(n), np.empty(n)
    for k, now in enumerate(at):
        # taken in whole blocks; what is played within a block counts as gone, as SoundCard has it
        fills[k] = (written - now * device_rate) / device_rate
        corrections[k], state = hold_level(fills[k], target, now - last, state)
        written += hop * corrections[k]
        last = now
    return fills, corrections


@pytest.mark.parametrize("ppm", [50.0, -50.0, 300.0])
def test_latency_stays_for_an_hour(ppm: float) -> None:
    fills, corrections = simulate(ppm, 3600, jitter_s=0.004, start_s=0.03, packet=2)
    assert fills.min() > 0.0  # no underrun, from the first second
    settled = fills[-len(fills) // 2 :]
    assert abs(settled.mean() - 0.012) < 2e-4
    assert np.ptp(settled) < 0.006  # the jitter itself and no more
    assert corrections[-1000:].mean() == pytest.approx(1 + ppm * 1e-6, abs=1e-5)


def test_without_control_the_same_hour_fails() -> None:
    """The test above can fail: 50 ppm are 180 ms in an hour."""
    drift = 50e-6 * 3600
    assert drift > 0.17
    state = LevelState()
    correction, _ = hold_level(0.012 + drift, 0.012, 1.0, state)
    assert correction == 1 - MAX_DEVIATION


def test_pitch_is_steady_under_jitter() -> None:
    """Packets of 31 ms that arrive up to 15 ms late move the pitch by less than 2 cents."""
    _, corrections = simulate(20.0, 300, jitter_s=0.015, start_s=0.03, packet=3)
    cents = 1200 * np.log2(corrections[len(corrections) // 2 :])
    assert np.abs(cents).max() < 2


def test_level_control_is_pure_and_limited() -> None:
    state = LevelState(0.001, 2e-5)
    assert hold_level(9.0, 0.0, 1.0, state) == hold_level(9.0, 0.0, 1.0, state)
    for fill in (9.0, -9.0):
        s = LevelState()
        for _ in range(1000):
            c, s = hold_level(fill, 0.0, 0.1, s)
            assert abs(c - 1) <= MAX_DEVIATION + 1e-12
        assert s.integral == 0.0  # no wind-up
