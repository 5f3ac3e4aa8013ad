"""The waveform match by hand: which delays are sought, what chance is, chunks and groups that change nothing."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from bk_realtime.contamination import waveform as module
from bk_realtime.contamination.waveform import LOCKED_HZ, WaveformMatch, flattened

SFREQ = 500.0


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def matched(neural: np.ndarray, sound: np.ndarray, rate: float = SFREQ, low: float = 75.0, line: float = 0.0) -> list:
    return WaveformMatch((sound,), rate, SFREQ).match(neural, low, line)


@pytest.mark.parametrize("delay", [-149, -60, 0, 7, 90, 149])
def test_a_copy_is_found_at_any_delay_up_to_three_tenths_of_a_second(delay: int) -> None:
    """Samples of 2 ms, positive where the channel is behind."""
    sound = noise(0, 10_000)
    neural = noise(1, 10_000, 2)
    neural[:, 1] += 0.3 * np.roll(sound, delay)
    found = matched(neural, sound)[0]
    assert found.lag_s[1] == pytest.approx(delay / SFREQ, abs=0.001)
    assert found.z[1] > 10
    assert found.z[0] < 6.5


def test_a_copy_further_off_is_not_sought() -> None:
    sound = noise(0, 10_000)
    neural = noise(1, 10_000, 1) + 0.2 * np.roll(sound, 170)[:, None]
    assert matched(neural, sound)[0].z[0] < 6.5


def test_chance_is_what_delays_of_four_tenths_to_a_second_say() -> None:
    """A copy at 0.7 s makes chance wider, one at 0.35 s or at 1.2 s does not."""
    sound = noise(2, 20_000)
    own = noise(3, 20_000) + 0.5 * sound

    def z(delay: int) -> float:
        return float(matched((own + 0.5 * np.roll(sound, delay))[:, None], sound)[0].z[0])

    alone = z(0)
    assert z(350) < 0.4 * alone
    assert z(175) > 2 * z(350)
    assert z(600) > 2 * z(350)


def test_a_copy_between_two_samples_of_the_channel() -> None:
    """The sound at eight times the rate; 3 of 8 parts of a sample behind, and folded: all of the sound counts."""
    sound = noise(4, 80_000)
    for steps in (3, -5, 404):
        neural = noise(5, 10_000, 1) + 0.3 * np.roll(sound, steps)[::8, None]
        found = matched(neural, sound, 8 * SFREQ)[0]
        assert found.lag_s[0] == pytest.approx(steps / 8 / SFREQ, abs=0.0001)
        assert found.z[0] > 10


def test_chunks_and_groups_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = noise(6, 12_345)
    neural = noise(7, 12_345, 11) + np.linspace(0, 0.3, 11) * np.roll(sound, 12)[:, None]
    whole = matched(neural, sound)
    monkeypatch.setattr(module, "CHUNK_BLOCKS", 3)
    monkeypatch.setattr(module, "GROUP", 4)
    for one, other in zip(whole, matched(neural, sound), strict=True):
        np.testing.assert_allclose(one.z, other.z, rtol=0.02)
        np.testing.assert_allclose(one.lag_s[8:], other.lag_s[8:])
    np.testing.assert_allclose(whole[0].lag_s[6:], 12 / SFREQ, atol=0.001)


def test_all_of_a_recording_counts() -> None:
    """The copy is in the first second and a half only, in the middle or in the last: found as well as anywhere else."""
    n = 5000
    sound = noise(8, n)
    z = []
    for first in (0, 2000, n - 1500):
        neural = noise(9, n, 1)
        neural[first : first + 1500, 0] += sound[first : first + 1500]
        z.append(float(matched(neural, sound)[0].z[0]))
    assert min(z) > 8
    assert max(z) < 1.5 * min(z)


def test_the_second_match_is_that_above_200_hertz() -> None:
    sound = noise(10, 10_000)
    low = scipy.signal.sosfiltfilt(scipy.signal.butter(8, LOCKED_HZ - 40, fs=SFREQ, output="sos"), sound)
    high = scipy.signal.sosfiltfilt(scipy.signal.butter(8, LOCKED_HZ + 10, "highpass", fs=SFREQ, output="sos"), sound)
    neural = noise(11, 10_000, 2)
    neural[:, 0] += 0.5 * low
    neural[:, 1] += 0.5 * high
    all_of_it, above = matched(neural, sound)
    assert all_of_it.z[0] > 10
    assert above.z[0] < 6.5
    assert above.z[1] > 8
    below = scipy.signal.sosfiltfilt(scipy.signal.butter(8, 50, fs=SFREQ, output="sos"), sound)
    neural[:, 0] = noise(12, 10_000) + below
    assert matched(neural, sound)[0].z[0] < 6.5
    assert matched(neural, sound, low=20.0)[0].z[0] > 8


def test_the_mains_in_both_is_no_copy() -> None:
    t = np.arange(20_000) / SFREQ
    hum = sum(np.sin(2 * np.pi * f * t) for f in (100, 150, 200))
    sound, neural = noise(13, 20_000) + 20 * hum, noise(14, 20_000, 1) + 20 * hum[:, None]
    assert matched(neural, sound, line=50.0)[0].z[0] < 6.5
    swept = scipy.signal.sosfiltfilt(
        scipy.signal.butter(4, [110, 140], "bandpass", fs=SFREQ, output="sos"), noise(15, 20_000)
    )
    assert matched(neural + 3 * swept[:, None], sound + 3 * swept, line=50.0)[0].z[0] > 6.5


def test_several_sounds_come_in_their_order() -> None:
    first, second = noise(16, 10_000), noise(17, 10_000)
    neural = noise(18, 10_000, 1) + 0.4 * second[:, None]
    found = WaveformMatch((first, second), SFREQ, SFREQ).match(neural, 75.0, 0.0)
    assert [bool(m.z[0] > 6.5) for m in found] == [False, False, True, True]


def test_missing_samples_hide_only_themselves() -> None:
    sound = noise(19, 10_000)
    neural = noise(20, 10_000, 1) + 0.5 * sound[:, None]
    neural[2000:2300] = np.nan
    neural[::500] = np.nan
    assert matched(neural, sound)[0].z[0] > 15
    neural[:] = np.nan
    assert matched(neural, sound)[0].z[0] < 6.5


def test_flattening_by_hand() -> None:
    """Fifths of a second, half of each over the next: less the mean, through half a Hann window, every frequency of
    size one, through the same window, added up."""
    n, half = 430, 50
    x = noise(21, n, 2)
    x[:, 1] *= np.linspace(1, 100, n)
    window = np.sqrt(0.5 - 0.5 * np.cos(np.pi * np.arange(2 * half) / half))
    want = np.zeros((n + 6 * half, 2))
    padded = np.zeros((n + 6 * half, 2))
    padded[half : half + n] = x
    for first in range(0, n + half, half):
        piece = padded[first : first + 2 * half]
        spectrum = np.fft.rfft((piece - piece.mean(axis=0)) * window[:, None], axis=0)
        want[first : first + 2 * half] += np.fft.irfft(spectrum / np.abs(spectrum), 2 * half, axis=0) * window[:, None]
    got = flattened(x, SFREQ)
    assert got.shape == (n, 2)
    np.testing.assert_allclose(got[: n - half], want[half:n], atol=2e-4)


def test_flattening_makes_loud_and_quiet_alike_and_leaves_a_constant_and_what_is_missing_at_zero() -> None:
    x = noise(22, 2000, 3)
    np.testing.assert_allclose(flattened(1e4 * x, SFREQ), flattened(x, SFREQ), atol=1e-4)
    constant = next(c for c in np.arange(1e4, 2e4, 0.7, np.float32) if np.full(100, c).mean() != c)  # by rounding
    assert not flattened(np.full((2000, 1), constant), SFREQ)[100:1900].any()
    x[:, 0], x[1000, 1] = 7.3e5, np.nan
    got = flattened(x, SFREQ)
    assert not got[100:1900, 0].any()
    assert np.isfinite(got).all()
    assert not got[1000, 1]
    assert got[850, 1]
    assert got[1150, 1]
