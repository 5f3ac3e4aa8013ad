"""Scores against independent formulas and hand-made cases."""

from __future__ import annotations

import numpy as np

from bk_realtime.vocoder import log_mel
from offline.scoring.mel import (
    ORACLE,
    baselines,
    mean_correlation,
    mel_cepstral_distortion,
    pearson_per_bin,
    speech_mask,
)


def test_pearson_equals_numpy() -> None:
    rng = np.random.default_rng(0)
    y = rng.standard_normal((200, 5))
    x = y + rng.standard_normal((200, 5))
    mask = rng.random(200) < 0.5
    want = [np.corrcoef(x[mask, i], y[mask, i])[0, 1] for i in range(5)]
    np.testing.assert_allclose(pearson_per_bin(x, y, mask), want, rtol=1e-12)
    assert abs(mean_correlation(x, y, mask) - np.mean(want)) < 1e-12


def test_constant_guess_scores_nothing_and_constant_reference_is_left_out() -> None:
    rng = np.random.default_rng(1)
    y = rng.standard_normal((100, 2)).astype(np.float32)
    guess = np.tile(np.float32([-5.123456, 3.3]), (100, 1))
    np.testing.assert_array_equal(pearson_per_bin(guess, y), [0.0, 0.0])
    y[:, 1] = -11.5
    r = pearson_per_bin(y + 0.1 * rng.standard_normal((100, 2)), y)
    assert r[0] > 0.9
    assert np.isnan(r[1])
    assert np.isnan(mean_correlation(y[:2], y[:2]))


def test_distortion_of_a_known_cepstrum() -> None:
    """A cosine ripple of the log spectrum counts with its RMS in dB; a level does not count."""
    bins = np.arange(80)
    ripple = 0.3 * np.cos(np.pi * 5 * (bins + 0.5) / 80)
    reference = np.random.default_rng(2).standard_normal((50, 80))
    want = 20 / np.log(10) * np.sqrt(np.mean(ripple**2))
    assert abs(mel_cepstral_distortion(reference + ripple, reference) - want) < 1e-9
    assert mel_cepstral_distortion(reference + 4.0, reference) < 1e-9


def test_speech_mask_finds_bursts_over_any_background() -> None:
    rng = np.random.default_rng(3)
    for background in (0.0, 1e-4, 1e-3):
        audio = background * rng.standard_normal(22050 * 4)
        audio[22050 : 2 * 22050] += 0.1 * rng.standard_normal(22050)
        audio[3 * 22050 : 3 * 22050 + 8000] += 0.05 * rng.standard_normal(8000)
        mask = speech_mask(log_mel(audio.astype(np.float32)))
        truth = np.zeros(len(mask), bool)
        truth[86:172] = truth[258:290] = True
        assert (mask != truth).mean() < 0.03


def test_oracle_has_two_levels() -> None:
    rng = np.random.default_rng(4)
    mel = np.full((100, 80), -11.0) + 0.1 * rng.standard_normal((100, 80))
    mel[30:60] += 7.0
    mask = speech_mask(mel)
    oracle = baselines(mel, mask, [mel])[ORACLE]
    np.testing.assert_allclose(oracle[mask], np.tile(mel[30:60].mean(0), (30, 1)))
    assert mean_correlation(oracle, mel) > 0.95
    assert mean_correlation(oracle, mel, mask) == 0.0
