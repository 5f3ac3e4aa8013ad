"""Features that were made elsewhere: their mean in each mel frame, settings that fit, a bundle that lives on them."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings, from_dict, read_toml, to_dict
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.features import FrameMean, build_features, feature_labels, fit_statistics, group_delay_s, run_features
from tests.unit.test_bundle import make_bundle

GIVEN = FeatureSettings(kind="given")
LABELS = ["A1_hg", "A1_beta", "A2_hg"]


def means_by_hand(x: np.ndarray, rate: Fraction) -> np.ndarray:
    """Frame k from its own definition: the samples after boundary k - 1 up to boundary k, half of them at least."""
    out, k = [], 0
    while (end := (k + 1) * 256 * rate // 22050) <= len(x):
        part = x[k * 256 * rate // 22050 : end]
        count = (~np.isnan(part)).sum(0)
        total = np.nansum(part, 0)
        out.append([t / n if n >= len(part) / 2 else np.nan for t, n in zip(total, count, strict=True)])
        k += 1
    return np.array(out)


@pytest.mark.parametrize("rate", [Fraction(22050, 256), Fraction(100), Fraction(200), Fraction(1000, 3), Fraction(500)])
def test_frame_mean_equals_framing_by_hand(rate: Fraction) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(700, 4)) * [1, 1e3, 1e-6, 1] + [0, 5e4, 0, -20]
    x[rng.random(x.shape) < 0.3] = np.nan
    got = FrameMean(4, FrameClock(rate)).forward(torch.tensor(x)[None])[0].numpy()
    assert len(got) == FrameClock(rate).n_frames(700)
    np.testing.assert_allclose(got, means_by_hand(x, rate), rtol=1e-12, atol=1e-12)


def test_features_at_the_frame_rate_stay_as_they_are() -> None:
    x = np.random.default_rng(2).normal(size=(300, 3))
    ops = build_features(GIVEN, MelSettings(), LABELS, LABELS, Fraction(22050, 256))
    np.testing.assert_array_equal(run_features(ops, x), x)


def test_frames_hold_nothing_that_came_later() -> None:
    """A step at sample 80 of 200 Hz is in the frames that close after it, and in none before."""
    x = np.zeros((400, 1))
    x[80:] = 1.0
    y = FrameMean(1, FrameClock(200)).forward(torch.tensor(x)[None])[0, :, 0].numpy()
    first = next(k for k in range(400) if FrameClock(200).boundary(k) > 80)
    assert (y[:first] == 0).all()
    assert (y[first + 1 :] == 1).all()


def test_chain_of_given_features_is_select_mask_mean_and_score() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(1000, 3)) * [1, 40, 1e-4] + [-9, 0, 3]
    x[400:450, 1] = np.nan
    x[600:700, 0] = 7.0  # frozen
    wanted = ["A2_hg", "A1_hg", "A1_beta"]
    plain = run_features(build_features(GIVEN, MelSettings(), LABELS, wanted, 100), x)
    mean, std = fit_statistics(plain)
    z = run_features(build_features(GIVEN, MelSettings(), LABELS, wanted, 100, mean, std), x)
    assert feature_labels(GIVEN, wanted) == wanted
    assert np.isfinite(z).all()
    np.testing.assert_allclose(z.mean(0), 0, atol=1e-9)
    at = slice(FrameClock(100).n_frames(640), FrameClock(100).n_frames(690))
    assert (z[at, 1] == 0).all()
    assert np.isnan(plain[FrameClock(100).n_frames(410) : FrameClock(100).n_frames(445), 2]).all()
    running = dataclasses.replace(GIVEN, normalisation="running")
    assert np.isfinite(run_features(build_features(running, MelSettings(), LABELS, wanted, 100, mean, std), x)).all()


def test_too_slow_or_resampled_features_are_refused() -> None:
    with pytest.raises(InputError, match=r"80 Hz is below the frame rate 86\.13 Hz.*features at 100 Hz"):
        build_features(GIVEN, MelSettings(), LABELS, LABELS, 80)
    with pytest.raises(InputError, match=r"not resampled: expected them at 100 Hz, got 200 Hz"):
        build_features(GIVEN, MelSettings(), LABELS, LABELS, 100, rate_in=200)


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("reference", "average", "features.reference average"),
        ("line_freq", 60.0, "features.line-freq 60.0"),
        ("notch_q", 10.0, "features.notch-q"),
        ("band", (70.0, 150.0), "features.band 70.0 150.0"),
        ("order", 2, "features.order 2"),
        ("window_s", 0.1, "features.window-s 0.1"),
    ],
)
def test_settings_of_filters_that_nobody_applies_are_refused(name: str, value: object, option: str) -> None:
    with pytest.raises(OptionError, match=f"^{option}.*taken as they are"):
        dataclasses.replace(GIVEN, **{name: value})
    dataclasses.replace(FeatureSettings(), **{name: value})


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(OptionError, match="settings: kind: expected high-gamma or given, got 'raw'"):
        from_dict(FeatureSettings, {"kind": "raw"})


def test_kind_is_written_only_where_it_is_given() -> None:
    """So that bundles and unfinished runs of before, which lack it, stay what they are, and new ones go to old
    programs."""
    assert "kind" not in to_dict(FeatureSettings())
    assert to_dict(GIVEN)["kind"] == "given"
    assert from_dict(FeatureSettings, to_dict(GIVEN)) == GIVEN
    assert from_dict(FeatureSettings, to_dict(FeatureSettings())) == FeatureSettings()


def given_bundle(folder: Path, rate: int = 100) -> Bundle:
    plain = make_bundle("ridge")
    n = len(plain.mean)
    labels = tuple(f"A{i + 1}_hg" for i in range(n))
    return save_bundle(dataclasses.replace(plain, features=GIVEN, labels=labels, sfreq=Fraction(rate)), folder)


def test_a_bundle_of_given_features_comes_back_and_decodes_live(tmp_path: Path) -> None:
    bundle = load_bundle(given_bundle(tmp_path / "b").path or "")
    assert bundle.features == GIVEN
    assert read_toml(tmp_path / "b" / "bundle.toml")["features"]["kind"] == "given"
    stream = StreamDescription("hg", "Features", "id", 100.0, bundle.labels, ("",) * len(bundle.labels))
    bundle.check(stream)  # no unit is asked for
    with pytest.raises(BkError, match=r"runs at 200 Hz, the decoder expects features at 100 Hz"):
        bundle.check(dataclasses.replace(stream, sfreq=200.0))
    with pytest.raises(BkError, match="lacks 1 of the"):
        bundle.check(dataclasses.replace(stream, labels=("X_hg", *bundle.labels[1:])))
    x = np.random.default_rng(4).normal(size=(300, len(bundle.labels)))
    chain = Chain(bundle, bundle.labels)
    whole, rest = chain.push(x), chain.flush()
    chain.reset()
    parts = [chain.push(x[i : i + 7]) for i in range(0, 300, 7)] + [chain.flush()]
    want = np.concatenate([whole.mel, rest.mel])
    np.testing.assert_allclose(np.concatenate([p.mel for p in parts]), want, atol=1e-5)
    assert len(want) == FrameClock(100).n_frames(300)
    assert chain.group_delay_s is None
    assert group_delay_s(GIVEN, 100) is None
