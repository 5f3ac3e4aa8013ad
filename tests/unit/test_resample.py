"""Resampling to the decoder's rate: flat pass band, nothing folds into it, offsets and gaps do no harm."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import InputError
from bk_realtime.features import LogPower, MaskBad, Resample, SosFilter, build_features, run_features
from bk_realtime.features.resample import resampling_ratio
from bk_realtime.stream import algorithmic_latency

RATES = [2048.0, 1000.0, 2000.0, 4096.0, 512.0, 1200.0, 5000.0, 10_000.0]


def resampled(x: np.ndarray, rate: float, rate_out: float = 1024.0, pass_hz: float = 170.0) -> np.ndarray:
    op = Resample(x.shape[1], rate, rate_out, pass_hz)
    return op.forward(torch.from_numpy(x)[None])[0].numpy()


def tones(rate: float, freqs: list[float], seconds: float = 2.0) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return np.stack([np.sin(2 * np.pi * f * t) for f in freqs], 1)


@pytest.mark.parametrize("rate", RATES)
def test_the_band_passes_unchanged_and_in_time(rate: float) -> None:
    freqs = [1.0, 70.0, 110.0, 150.0, 170.0]
    got = resampled(tones(rate, freqs), rate)[200:-200]
    want = tones(1024.0, freqs)[200 : 200 + len(got)]
    gain = (got * want).sum(0) / (want**2).sum(0)
    assert np.abs(20 * np.log10(gain)).max() < 0.1
    assert np.abs(got - want).max() < 2e-3  # no delay is left: the lookahead makes up for all of it


@pytest.mark.parametrize("rate", [2048.0, 2000.0, 4096.0, 5000.0])
def test_what_would_fold_into_the_band_is_80_db_down(rate: float) -> None:
    freqs = [1024.0 - 160.0, 1024.0 - 110.0, 1024.0 + 100.0 if rate > 2300 else 940.0]
    got = resampled(tones(rate, freqs), rate)[200:-200]
    assert 20 * np.log10(np.sqrt(2) * got.std(0).max()) < -79


def test_images_of_a_slower_stream_are_80_db_down() -> None:
    got = resampled(tones(1000.0, [50.0, 110.0, 160.0], 4.0), 1000.0)[512:-512]
    left = got - tones(1024.0, [50.0, 110.0, 160.0], 4.0)[512 : 512 + len(got)]
    spectrum = np.abs(np.fft.rfft(left * np.hanning(len(left))[:, None], axis=0)) / len(left) * 4
    freqs = np.fft.rfftfreq(len(left), 1 / 1024)
    for channel, tone in enumerate((50.0, 110.0, 160.0)):
        assert spectrum[np.abs(freqs - tone) > 2, channel].max() < 1.5e-4


@pytest.mark.parametrize("rate", RATES)
def test_an_electrode_offset_stays_a_constant_from_the_first_sample_on(rate: float) -> None:
    got = resampled(np.full((round(rate), 2), 25_000.0), rate)
    assert len(got) == 1024
    assert np.abs(got - 25_000.0).max() < 1e-6


@pytest.mark.parametrize("rate", [2048.0, 1000.0, 512.0])
def test_missing_stays_missing_and_is_forgotten(rate: float) -> None:
    x = np.random.default_rng(0).normal(0, 10, (round(2 * rate), 2)) + 300
    clean = resampled(x, rate)
    a, b = round(0.9 * rate), round(1.1 * rate)
    x[a:b, 0] = np.nan
    got = resampled(x, rate)
    gone = np.flatnonzero(np.isnan(got[:, 0]))
    assert abs(gone[0] - 0.9 * 1024) <= 2
    assert abs(gone[-1] - 1.1 * 1024) <= 2
    assert len(gone) == gone[-1] - gone[0] + 1
    np.testing.assert_array_equal(got[:, 1], clean[:, 1])
    far = round(0.03 * 1024)  # longer than any half filter here
    np.testing.assert_array_equal(got[: gone[0] - far, 0], clean[: gone[0] - far, 0])
    np.testing.assert_array_equal(got[gone[-1] + far :, 0], clean[gone[-1] + far :, 0])
    beside = np.r_[got[gone[0] - 3 : gone[0], 0], got[gone[-1] + 1 : gone[-1] + 4, 0]]
    assert np.abs(beside - 300).max() < 60


@pytest.mark.parametrize(
    ("rate", "ratio"), [(2048, "1/2"), (1000, "128/125"), (2000, "64/125"), (4096, "1/4"), (512, "2"), (1200, "64/75")]
)
def test_ratio(rate: float, ratio: str) -> None:
    assert resampling_ratio(rate, 1024) == Fraction(ratio)


def test_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(InputError, match=r"1017.25 Hz cannot be brought to 1024 Hz.*set the amplifier to 1024 Hz"):
        Resample(1, 1017.25, 1024, 170.0)
    with pytest.raises(InputError, match=r"250 Hz cannot be brought to 1024 Hz.*up to 170 Hz.*at least 425 Hz"):
        Resample(1, 250, 1024, 170.0)
    with pytest.raises(InputError, match="above 0"):
        resampling_ratio(0, 1024)


def test_latency_is_a_few_milliseconds_and_declared() -> None:
    for rate, most_ms in ((2048, 6), (1000, 6), (2000, 6), (512, 17)):
        op = Resample(1, rate, 1024, 170.0)
        assert float(algorithmic_latency([op], Fraction(rate))) * 1e3 < most_ms
        assert float(algorithmic_latency([op], Fraction(rate))) >= op.lookahead / 1024


@pytest.mark.parametrize("rate", [2048.0, 1000.0])
def test_features_of_a_resampled_stream_are_those_of_the_native_one(rate: float) -> None:
    rng = np.random.default_rng(5)
    freqs, phases = rng.uniform(60, 180, 40), rng.uniform(0, 6, 40)

    def at(sfreq: float) -> np.ndarray:
        t = np.arange(round(4 * sfreq)) / sfreq
        power = 1 + 0.8 * np.sin(2 * np.pi * 2 * t)
        return (10 * power * np.sin(2 * np.pi * freqs[:, None] * t + phases[:, None]).sum(0))[:, None]

    settings = FeatureSettings()
    native = run_features(build_features(settings, MelSettings(), ["A1"], ["A1"], 1024), at(1024))
    ops = build_features(settings, MelSettings(), ["A1"], ["A1"], 1024, rate_in=rate)
    assert [type(op) for op in ops[1:]] == [MaskBad, Resample, SosFilter, LogPower]
    got = run_features(ops, at(rate))
    assert len(got) == len(native) == FrameClock(Fraction(1024)).n_frames(4096)
    assert np.nanmax(np.abs(got - native)[20:]) < 0.01


def test_a_flat_channel_is_masked_before_resampling() -> None:
    x = np.random.default_rng(0).normal(0, 10, (2000, 2))
    x[500:, 0] = x[500, 0]
    got = run_features(build_features(FeatureSettings(), MelSettings(), "ab", "ab", 1024, rate_in=1000), x)
    assert np.isnan(got[80:, 0]).all()
    assert np.isfinite(got[10:, 1]).all()
