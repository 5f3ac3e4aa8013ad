"""Bands beside high gamma: what they are called, what they hold, how late they are, and that nothing else changes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import signal

from bk_realtime.bands import without_bands
from bk_realtime.chain import Chain
from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings, from_dict, to_dict
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.engine.wiring import latency_budget
from bk_realtime.errors import BkError, OptionError
from bk_realtime.features import (
    Beside,
    LogPower,
    band_delays,
    build_features,
    feature_labels,
    group_delay_s,
    run_features,
)
from bk_realtime.stream import algorithmic_latency
from offline.data.dataset import feature_reach_s
from tests.engine_fakes import LABELS, noise, tiny_bundle

BANDS = FeatureSettings(more_bands=("low", "beta"))
RATE = 1024.0


def features(settings: FeatureSettings, x: np.ndarray, sfreq: float = RATE) -> np.ndarray:
    names = [f"A{i + 1}" for i in range(x.shape[1])]
    return run_features(build_features(settings, MelSettings(), names, names, sfreq), x)


def test_a_known_name_is_written_out_so_that_a_bundle_keeps_its_meaning() -> None:
    assert BANDS.more_bands == ("low:0.5-30:signal", "beta:12-30:power")
    assert from_dict(FeatureSettings, to_dict(BANDS)) == BANDS
    assert "more_bands" not in to_dict(FeatureSettings())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gamma",), "expected low or beta"),
        (("low:30-0.5:signal",), "low < high"),
        (("low:0.5-30:phase",), "kind of power or signal"),
        (("wide:1-60:signal",), "take its power"),
        (("beta", "beta:15-25:power"), "every name once"),
        (tuple(f"b{i}:1-{i + 2}:power" for i in range(9)), "at most 8"),
        (("a b:1-2:power",), "expected low"),
        (("low:..-2:power",), "low < high"),
        (("low:10.00001-10.00002:power",), "low < high"),  # the same, as it is written
    ],
)
def test_a_band_that_is_none_is_refused(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        FeatureSettings(more_bands=words)


def test_a_band_that_the_rate_does_not_hold_and_given_features_are_refused() -> None:
    with pytest.raises(OptionError, match="half the sampling rate"):
        features(FeatureSettings(more_bands=("fast:200-600:power",)), np.zeros((2000, 2)))
    with pytest.raises(OptionError, match="given features"):
        FeatureSettings(kind="given", more_bands=("low",))


def test_labels_tell_electrode_and_band() -> None:
    assert feature_labels(BANDS, ["A1", "A2"]) == ["A1", "A2", "A1_low", "A2_low", "A1_beta", "A2_beta"]
    assert without_bands(["A1", "A2", "A1_low", "A2_low"]) == [0, 1]
    assert without_bands(["A1_hg", "A2_hg"]) == [0, 1]
    assert without_bands(feature_labels(BANDS, ["A1", "A1_2", "B1"])) == [0, 1, 2]
    assert without_bands(["A1", "A1_2"]) == [0, 1]
    assert without_bands(["A1", "A1_2", "B1", ""]) == [0, 1, 2, 3]  # channels, no bands
    with pytest.raises(BkError, match="A1_low"):
        feature_labels(BANDS, ["A1", "A1_low"])


def test_the_main_band_is_the_same_to_the_bit_and_the_others_are_as_scipy_has_them() -> None:
    x = np.random.default_rng(0).normal(size=(5000, 2)).cumsum(0) * 5 + [1000, -3000]
    plain, found = features(FeatureSettings(), x), features(BANDS, x)
    np.testing.assert_array_equal(found[:, :2], plain)
    clock, notch = FrameClock(RATE), signal.tf2sos(*signal.iirnotch(50, 30, fs=RATE))
    ends = [clock.boundary(k) for k in range(len(found))]
    for columns, edges, kind in ((slice(2, 4), (0.5, 30), "signal"), (slice(4, 6), (12, 30), "power")):
        y = x
        for sos in (signal.butter(2, edges, "bandpass", fs=RATE, output="sos"), notch):
            y, _ = signal.sosfilt(sos, y, axis=0, zi=signal.sosfilt_zi(sos)[:, :, None] * y[0])
        if kind == "signal":
            want = np.array([y[a:b].mean(0) for a, b in zip([0, *ends], ends, strict=False)])
        else:
            n = round(2 / 12 * RATE)
            want = np.array([np.log((y[max(0, b - n) : b] ** 2).mean(0) + 1e-6) for b in ends])
        late = slice(16, None)
        np.testing.assert_allclose(found[late, columns], want[late], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("name", "freq"), [("low", 15.25), ("beta", 21.0)])
def test_declared_delay_is_the_measured_one(name: str, freq: float) -> None:
    """A slow packet comes out as much later as is declared."""
    at, t = 4.0, np.arange(round(8 * RATE)) / RATE
    x = np.exp(-0.5 * ((t - at) / 0.35) ** 2)[:, None] * np.stack(
        [np.cos(2 * np.pi * freq * t), np.sin(2 * np.pi * freq * t)], 1
    )
    settings = FeatureSettings(more_bands=(name,))
    y = features(settings, 1e3 * x)[:, 2:]
    energy = np.nan_to_num(np.exp(y) if name == "beta" else y**2).sum(1)
    clock = FrameClock(RATE)
    times = np.array([clock.boundary(k) for k in range(len(y))]) / RATE
    assert (energy * times).sum() / energy.sum() - at == pytest.approx(
        sum(band_delays(settings, RATE)[name]), abs=1.5e-3
    )


def test_delays_of_the_known_bands_are_those_in_the_docs() -> None:
    low, beta = band_delays(BANDS, RATE).values()
    assert [round(1e3 * s) for s in (*low, *beta)] == [10, 6, 24, 83]
    assert group_delay_s(BANDS, RATE) == group_delay_s(FeatureSettings(), RATE)


def test_mains_is_taken_out_of_a_band_that_ends_below_it() -> None:
    """An order of 2 lets 50 Hz through at a third: 40 µV of mains would be the loudest thing in the band."""
    t = np.arange(round(20 * RATE)) / RATE
    mains = 40 * np.sin(2 * np.pi * 50 * t)[:, None] * np.ones((1, 2))
    settings = FeatureSettings(more_bands=("low",))
    with_notch, without = (
        features(s, mains)[400:, 2:] for s in (settings, FeatureSettings(line_freq=0, more_bands=("low",)))
    )
    assert np.abs(with_notch).max() < 0.02 < 2 < np.abs(without).max()


def test_more_bands_cost_no_declared_latency() -> None:
    rate = Fraction(1024)
    plain, found = (
        build_features(s, MelSettings(), ["A1", "A2"], ["A1", "A2"], rate) for s in (FeatureSettings(), BANDS)
    )
    assert algorithmic_latency(found, rate) == algorithmic_latency(plain, rate)


def test_the_guard_between_parts_is_as_long_as_the_slowest_band_rings() -> None:
    mel = MelSettings()
    assert feature_reach_s(FeatureSettings(), mel) < 0.2
    assert feature_reach_s(BANDS, mel) == pytest.approx(2.4 + (mel.hop_length + mel.win_length) / mel.sample_rate)
    step = np.random.default_rng(0).normal(size=(20_480, 2)) * 1e-3  # no flat channel
    step[4096] = 100.0
    low = np.abs(features(FeatureSettings(more_bands=("low",)), step)[:, 2])
    after = low[round((4 + feature_reach_s(BANDS, mel)) * 86.13) :]
    assert after.max() < 0.01 * low.max()


def test_a_bundle_with_bands_goes_live_and_says_how_late_each_is(tmp_path) -> None:
    bundle = tiny_bundle(tmp_path / "b", features=BANDS)
    text = (bundle.path / "bundle.toml").read_text()
    assert "low:0.5-30:signal" in text
    assert "more_bands" not in (tiny_bundle(tmp_path / "plain").path / "bundle.toml").read_text()
    chain = Chain(load_bundle(bundle.path), LABELS)
    x = noise(3000)
    chain.adjust((bundle.labels[1],))
    whole = chain.push(x).features
    n = len(LABELS)
    assert whole.shape[1] == 3 * n
    assert not whole[:, 1::n].any()  # a masked electrode is missing in each band
    assert whole[20:, 0::n].any(0).all()
    chain.reset()
    pieces = np.concatenate([chain.push(x[a : a + 97]).features for a in range(0, len(x), 97)])
    np.testing.assert_array_equal(pieces, whole)
    assert set(chain.band_delays) == {"low", "beta"}
    budget = latency_budget(chain, 0.0)
    assert "band low, filter group delay" in budget
    assert "and 83.3 for what it is taken over" in budget


def test_beside_refuses_branches_that_do_not_go_together() -> None:
    fast, slow = LogPower(2, FrameClock(1024)), LogPower(2, FrameClock(512))
    with pytest.raises(ValueError, match="one frame index"):
        Beside([[fast], [slow]])
