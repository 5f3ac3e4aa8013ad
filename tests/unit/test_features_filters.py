"""The causal filters against scipy, and what NaN does to them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import signal

from bk_realtime.config import FeatureSettings
from bk_realtime.errors import BkError
from bk_realtime.features import SosFilter, filter_sos, group_delay_s
from bk_realtime.features.filters import bandpass_sos, line_harmonics, notch_sos, sos_group_delay


def run(x: np.ndarray, settings: FeatureSettings | None = None, sfreq: float = 1024) -> np.ndarray:
    sos = filter_sos(settings or FeatureSettings(), sfreq)
    return SosFilter(sos, x.shape[1], sfreq).forward(torch.tensor(x)[None])[0].numpy()


def reference(x: np.ndarray, settings: FeatureSettings, sfreq: float) -> np.ndarray:
    """One scipy filter after the other, each in the steady state of its first sample."""
    stages = [signal.butter(settings.order, settings.band, "bandpass", fs=sfreq, output="sos")]
    for f in np.arange(settings.line_freq, settings.band[1] + 1, settings.line_freq):
        if f >= settings.band[0]:
            stages.append(signal.tf2sos(*signal.iirnotch(f, settings.notch_q, fs=sfreq)))
    for sos in stages:
        x, _ = signal.sosfilt(sos, x, axis=0, zi=signal.sosfilt_zi(sos)[:, :, None] * x[0])
    return x


@pytest.mark.parametrize(
    ("sfreq", "settings"),
    [
        (1024, FeatureSettings()),
        (2048, FeatureSettings(line_freq=60)),
        (512, FeatureSettings(band=(1.0, 200.0), order=2)),
    ],
)
def test_equals_scipy(sfreq: float, settings: FeatureSettings) -> None:
    x = np.random.default_rng(0).normal(size=(3000, 5)).cumsum(0) + 4000
    np.testing.assert_allclose(run(x, settings, sfreq), reference(x, settings, sfreq), rtol=1e-8, atol=1e-7)


def test_an_electrode_offset_does_not_ring() -> None:
    assert np.abs(run(np.full((500, 2), 25_000.0))).max() < 1e-6


@pytest.mark.parametrize(
    ("line", "band", "want"),
    [
        (50, (70, 170), [100, 150]),
        (60, (70, 170), [120]),
        (50, (70, 150), [100, 150]),
        (60, (1, 200), [60, 120, 180]),
        (50, (110, 140), []),
        (0, (70, 170), []),
    ],
)
def test_notches_only_inside_the_band(line: float, band: tuple[float, float], want: list[float]) -> None:
    assert line_harmonics(line, band) == want
    assert len(filter_sos(FeatureSettings(line_freq=line, band=band), 1024)) == 4 + len(want)


def test_line_noise_goes_and_the_band_stays() -> None:
    t = np.arange(4096) / 1024
    tones = np.stack([np.sin(2 * np.pi * f * t) for f in (50, 100, 110, 130, 150, 300)], 1)
    rms = run(tones)[2048:].std(0) * np.sqrt(2)
    assert (rms[[1, 4, 5]] < 0.01).all()
    assert rms[0] < 0.09  # outside the band the skirt alone works: -21 dB at 50 Hz
    np.testing.assert_allclose(rms[[2, 3]], 1, atol=0.08)


def test_nan_holds_the_last_value_and_reaches_no_other_channel() -> None:
    x = np.random.default_rng(1).normal(size=(400, 3)).cumsum(0)
    gap = slice(200, 220)  # 20 ms: shorter than the restart
    holed = x.copy()
    holed[gap, 1] = np.nan
    held = x.copy()
    held[gap, 1] = x[199, 1]
    got, want = run(holed), run(held)
    assert np.isnan(got[gap, 1]).all()
    want[gap, 1] = np.nan
    np.testing.assert_array_equal(got, want)


def test_a_channel_that_comes_back_elsewhere_starts_anew() -> None:
    x = np.random.default_rng(2).normal(size=(600, 2))
    x[100:300, 1] = np.nan
    x[300:, 1] += 9000
    got = run(x)
    np.testing.assert_allclose(got[300:, 1], reference(x[300:, 1:], FeatureSettings(), 1024)[:, 0], atol=1e-9)
    assert np.abs(got[300:]).max() < 10


def test_a_channel_that_starts_late_or_never() -> None:
    x = np.random.default_rng(3).normal(size=(300, 3)) + 500
    x[:40, 0] = np.nan
    x[:, 1] = np.nan
    got = run(x)
    assert np.isnan(got[:40, 0]).all()
    assert np.isnan(got[:, 1]).all()
    np.testing.assert_allclose(got[40:, 0], reference(x[40:, :1], FeatureSettings(), 1024)[:, 0], atol=1e-9)


def test_group_delay_equals_scipy_and_the_stated_number() -> None:
    for line in (0, 50):
        sos = filter_sos(FeatureSettings(line_freq=line), 1024)
        ba = signal.sos2tf(sos)
        _, want = signal.group_delay(ba, [110], fs=1024)
        assert sos_group_delay(sos, 110, 1024) == pytest.approx(want[0] / 1024, rel=1e-4)
    assert group_delay_s(FeatureSettings(line_freq=0), 1024) == pytest.approx(8.1e-3, abs=2e-4)
    assert 8e-3 < group_delay_s(FeatureSettings(), 1024) < 13e-3


def test_group_delay_of_another_band_is_at_its_middle_and_off_a_notch() -> None:
    settings = FeatureSettings(band=(80.0, 100.0), line_freq=0)
    assert group_delay_s(settings, 512) == pytest.approx(
        sos_group_delay(bandpass_sos((80, 100), 4, 512), 90, 512), rel=1e-6
    )
    on_notch = group_delay_s(FeatureSettings(band=(90.0, 109.0), line_freq=50), 512)
    assert 0 < on_notch < 0.1


@pytest.mark.parametrize(
    ("settings", "sfreq", "message"),
    [
        (FeatureSettings(), 256, "below half the sampling rate .128 Hz.*170"),
        (FeatureSettings(band=(170.0, 70.0)), 1024, "0 < low < high"),
        (FeatureSettings(band=(0.0, 70.0)), 1024, "0 < low < high"),
        (FeatureSettings(order=0), 1024, "order"),
        (FeatureSettings(line_freq=-50), 1024, "line_freq"),
        (FeatureSettings(notch_q=0), 1024, "notch_q"),
    ],
)
def test_impossible_filters_are_refused(settings: FeatureSettings, sfreq: float, message: str) -> None:
    with pytest.raises(BkError, match=message):
        filter_sos(settings, sfreq)


def test_no_notch_is_no_section() -> None:
    assert notch_sos([], 30, 1024).shape == (0, 6)
