"""The chain as a whole, against an independent scipy version of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import signal

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import BkError
from bk_realtime.features import Cast, build_features, feature_labels, fit_statistics, run_features
from bk_realtime.stream import Pipeline
from tests.unit.test_features_power import frames_by_hand

LABELS = ["TRIG", "A2", "A1", "B1", "B2", "A3"]
WANTED = ["A1", "A2", "A3", "B1", "B2"]


def recording(n: int = 4000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 6)).cumsum(0) * 5 + np.arange(6) * 1000


def by_scipy(x: np.ndarray, reference: str) -> np.ndarray:
    x = x[:, [2, 1, 5, 3, 4]]
    if reference == "average":
        x = x - x.mean(1, keepdims=True)
    if reference == "shaft":
        x = np.hstack([x[:, :3] - x[:, :3].mean(1, keepdims=True), x[:, 3:] - x[:, 3:].mean(1, keepdims=True)])
    if reference == "bipolar":
        x = np.stack([x[:, 0] - x[:, 1], x[:, 1] - x[:, 2], x[:, 3] - x[:, 4]], 1)
    stages = [signal.butter(4, (70, 170), "bandpass", fs=1024, output="sos")]
    stages += [signal.tf2sos(*signal.iirnotch(f, 30, fs=1024)) for f in (100, 150)]
    for sos in stages:
        x, _ = signal.sosfilt(sos, x, axis=0, zi=signal.sosfilt_zi(sos)[:, :, None] * x[0])
    return frames_by_hand(x, 1024, 51)


@pytest.mark.parametrize("reference", ["none", "average", "bipolar", "shaft"])
def test_chain_equals_scipy(reference: str) -> None:
    settings = FeatureSettings(reference=reference)
    x = recording()
    got = run_features(build_features(settings, MelSettings(), LABELS, WANTED, 1024), x, block=777)
    want = by_scipy(x, reference)
    assert got.shape == want.shape == (len(want), len(feature_labels(settings, WANTED)))
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("normalisation", ["frozen", "running"])
def test_z_scored_chain_is_finite_and_standard_on_its_training_data(normalisation: str) -> None:
    settings = FeatureSettings(reference="average", normalisation=normalisation)
    x = recording(20_000)
    x[3000:3500, 1] = np.nan
    x[5000:6000, 2] = 12.5
    x[7000, 3] = np.inf
    raw = run_features(build_features(settings, MelSettings(), LABELS, WANTED, 1024), x)
    assert np.isnan(raw).any()
    got = run_features(build_features(settings, MelSettings(), LABELS, WANTED, 1024, *fit_statistics(raw)), x)
    assert np.isfinite(got).all()
    assert np.abs(got).max() <= 10
    assert np.abs(got.mean(0)).max() < 0.2
    np.testing.assert_allclose(got.std(0), 1, atol=0.2)


def test_a_dead_channel_leaves_the_others_alone() -> None:
    x = recording()
    spoilt = x.copy()
    spoilt[1500:, 1] = np.nan
    ops = build_features(FeatureSettings(), MelSettings(), LABELS, WANTED, 1024)
    clean, got = run_features(ops, x), run_features(ops, spoilt)
    others = [0, 2, 3, 4]
    np.testing.assert_array_equal(got[:, others], clean[:, others])
    assert np.isnan(got[-100:, 1]).all()


def test_chain_feeds_a_float32_decoder() -> None:
    ops = [*build_features(FeatureSettings(), MelSettings(), LABELS, WANTED, 1024), Cast(5)]
    pipe = Pipeline(ops, torch.zeros(0, dtype=torch.float64))
    assert pipe.push(torch.tensor(recording(100))[None]).dtype == torch.float32
    assert pipe.push(torch.zeros(1, 0, 6, dtype=torch.float64)).dtype == torch.float32


def test_no_samples_no_frames() -> None:
    ops = build_features(FeatureSettings(), MelSettings(), LABELS, WANTED, 1024)
    assert run_features(ops, np.zeros((0, 6), np.float32)).shape == (0, 5)


@pytest.mark.parametrize(
    ("change", "sfreq", "statistics", "message"),
    [
        ({}, 250, (None, None), "half the sampling rate"),
        ({}, 50, (None, None), "frame rate"),
        ({}, 0, (None, None), "marker stream"),
        ({"reference": "mastoid"}, 1024, (None, None), "reference"),
        ({"normalisation": "batch"}, 1024, (None, None), "normalisation"),
        ({"flat_s": -1.0}, 1024, (None, None), "flat_s"),
        ({"window_s": 0.0}, 1024, (None, None), "window_s"),
        ({"normalisation": "running", "running_s": 0.0}, 1024, (np.zeros(5), np.ones(5)), "running_s"),
        ({}, 1024, (np.zeros(4), np.ones(4)), "5 features, got 4"),
        ({}, 1024, (np.zeros(5), None), "together"),
    ],
)
def test_impossible_chains_are_refused(change, sfreq, statistics, message) -> None:
    with pytest.raises(BkError, match=message):
        build_features(replace(FeatureSettings(), **change), MelSettings(), LABELS, WANTED, sfreq, *statistics)
