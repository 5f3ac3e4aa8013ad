"""Measures and resampling against slow, independent formulas."""

from __future__ import annotations

import json

import numpy as np
import pytest

from offline.data.trials import Trial
from offline.evaluation.store import plain, revived
from offline.scoring.measures import (
    frame_distortion,
    lag_correlations,
    warped_distortion,
    window_correlations,
)
from offline.scoring.mel import N_CEPSTRA, mean_correlation, mel_cepstral_distortion
from offline.scoring.resampling import (
    bootstrap_correlation,
    bootstrap_mean,
    circular_shift,
    draw_weights,
    units,
)
from offline.scoring.sound import score_sound, sound_blocks
from offline.scoring.speech_quality import have_pesq

RATE = 22050 / 256


def smooth(rng: np.random.Generator, n: int, n_mels: int = 6) -> np.ndarray:
    return np.apply_along_axis(np.convolve, 0, rng.standard_normal((n, n_mels)), np.ones(5) / 5, "same")


def test_lag_correlations_equal_rolling() -> None:
    rng = np.random.default_rng(0)
    x, y = smooth(rng, 101), smooth(rng, 101)
    y[:, 2] = 3.0  # a bin that does not vary is left out
    x[:, 3] = 1.0  # one that is not decoded counts as nothing
    mask = rng.random(101) < 0.4
    for m in (None, mask):
        want = [mean_correlation(np.roll(x, s, 0), y, m) for s in range(101)]
        np.testing.assert_allclose(lag_correlations(x, y, m), want, atol=1e-10)


def test_windows_hold_only_speech() -> None:
    rng = np.random.default_rng(1)
    x, y, mask = smooth(rng, 300), smooth(rng, 300), np.zeros(300, bool)
    mask[50:100] = mask[200:230] = True
    values, middles = window_correlations(x, y, mask, RATE)
    width, hop = 34, 9
    starts = [s for s in range(0, 300 - width + 1, hop) if mask[s : s + width].all()]
    assert len(starts) > 0
    np.testing.assert_array_equal(middles, np.array(starts) + 17)
    want = [np.mean([np.corrcoef(x[s : s + width, i], y[s : s + width, i])[0, 1] for i in range(6)]) for s in starts]
    np.testing.assert_allclose(values, want, rtol=1e-10)
    assert len(window_correlations(x[:20], y[:20], mask[:20], RATE)[0]) == 0


def test_distortion_with_and_without_warping() -> None:
    rng = np.random.default_rng(2)
    slow = smooth(rng, 60, 80)
    assert frame_distortion(slow, slow + 1.0).max() < 1e-9  # the level is left out
    other = smooth(rng, 60, 80)
    assert frame_distortion(slow, other).mean() == pytest.approx(mel_cepstral_distortion(slow, other), rel=1e-12)
    stretched = np.concatenate([np.repeat(slow[:20], 2, 0), slow[40:]])
    assert warped_distortion(slow, slow) == 0.0
    assert warped_distortion(stretched, slow) < 0.5 * mel_cepstral_distortion(stretched, slow)


def test_warping_equals_a_plain_loop() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((9, 80)), rng.standard_normal((9, 80))
    distance = np.array([[frame_distortion(x[None], y[None])[0] for y in b] for x in a])
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for i in range(9):
        for j in range(9):
            before = [best[k] for k in ((i - 1, j - 1), (i - 1, j), (i, j - 1)) if k in best] or [(0.0, 0)]
            cost, length = min(before, key=lambda c: c[0])
            best[i, j] = cost + distance[i, j], length + 1
    cost, length = best[8, 8]
    assert warped_distortion(a, b) == pytest.approx(cost / length, rel=1e-12)
    assert N_CEPSTRA == 24
    assert np.isnan(warped_distortion(a[:0], b[:0]))


def test_bootstrap_of_the_sample_itself_and_its_spread() -> None:
    rng = np.random.default_rng(4)
    y = smooth(rng, 600)
    x = y + smooth(rng, 600)
    unit = units(600, tuple(Trial(i, i + 10) for i in range(0, 600, 30)), RATE)
    assert unit.max() == 19
    mask = rng.random(600) < 0.5
    once = np.ones((1, 20))
    for m in (mask, np.ones(600, bool)):
        assert bootstrap_correlation(x, y, m, unit, once)[0] == pytest.approx(mean_correlation(x, y, m), rel=1e-12)
    picked = np.array([0, 0, 3, 7])  # a sample by hand
    weights = np.bincount(picked, minlength=20)[None].astype(float)
    rows = np.concatenate([np.flatnonzero(unit == u) for u in picked])
    got = bootstrap_correlation(x, y, np.ones(600, bool), unit, weights)[0]
    assert got == pytest.approx(mean_correlation(x[rows], y[rows]), rel=1e-10)
    values = rng.standard_normal(600)
    assert bootstrap_mean(values, unit, weights)[0] == pytest.approx(values[rows].mean())
    draws = bootstrap_correlation(x, y, np.ones(600, bool), unit, draw_weights(20, 400, rng))
    assert abs(draws.mean() - mean_correlation(x, y)) < 0.02
    assert 0.003 < draws.std() < 0.1


def test_few_trials_fall_back_to_blocks() -> None:
    five = tuple(Trial(k, k + 10) for k in (0, 100, 200, 300, 400))
    np.testing.assert_array_equal(units(500, five, RATE), np.repeat(np.arange(5), 100))
    np.testing.assert_array_equal(units(1000, five[:4], RATE), np.arange(1000) // round(5 * RATE))
    assert units(1000, (Trial(10, 20),), RATE).max() == round(1000 / (5 * RATE)) - 0
    np.testing.assert_array_equal(draw_weights(4, 50, np.random.default_rng(0)).sum(1), 4)


def test_circular_shift_is_chance() -> None:
    """Its 95th percentile is passed by about 5 % of unrelated decoders."""
    rng = np.random.default_rng(5)
    passed = 0
    for _ in range(40):
        y, x = smooth(rng, 400), smooth(rng, 400)
        null = circular_shift(x, y, np.ones(400, bool), RATE, 60, rng)
        passed += mean_correlation(x, y) > np.percentile(null["r"], 95)
    assert passed <= 7
    assert abs(null["r"].mean()) < 0.1
    assert set(null) == {"r", "r_speech", "r_partial", "r_windows", "mcd_db", "shift"}


def test_chance_never_holds_the_decoded_sound_in_its_place() -> None:
    """Every shift is a second or more either way: with decoded = recorded none scores a perfect 1."""
    rng = np.random.default_rng(7)
    for n, least in ((160, 40), (350, 86)):  # never more than a quarter of what there is
        x = rng.standard_normal((n, 6))
        null = circular_shift(x, x + 0.01 * rng.standard_normal(x.shape), np.ones(n, bool), RATE, 6 * n, rng)
        assert max(null[name].max() for name in ("r", "r_speech", "r_partial", "r_windows")) < 0.5
        assert null["mcd_db"].min() > 0.1
        assert len(np.unique(null["r"])) == n - 2 * least + 1  # all of them, and no others


def test_sound_scores_rank_noise_below_the_sound() -> None:
    rng = np.random.default_rng(6)
    t = np.arange(2 * 22050) / 22050
    voice = np.sin(2 * np.pi * 150 * t + 3 * np.sin(2 * np.pi * 4 * t)) * (0.2 + np.abs(np.sin(2 * np.pi * 1.5 * t)))
    voice = (voice + 0.3 * rng.standard_normal(len(t)) * np.abs(np.sin(2 * np.pi * 2 * t))).astype(np.float32) * 0.2
    same, noise = score_sound(voice, voice), score_sound(voice, 0.1 * rng.standard_normal(len(t)).astype(np.float32))
    assert same["stoi"] == pytest.approx(1.0, abs=1e-6)
    assert noise["stoi"] < 0.6
    assert noise["estoi"] < 0.5
    assert np.isfinite(same["pesq"]) == have_pesq()
    assert score_sound(voice, 0.5 * voice + 0.1) == score_sound(voice, 0.5 * voice + 0.1)  # to the last bit
    assert np.isnan(score_sound(voice[:2000], voice[:2000])["stoi"])  # too short is not a bad score
    mask = np.zeros(2000, bool)
    mask[500:800] = True
    blocks = sound_blocks(mask, RATE, 5.0)
    assert len(blocks) == 1
    assert mask[slice(*blocks[0])].sum() >= 0.6 * RATE


def test_json_round_trip() -> None:
    values = {
        "a": [1, 2.5, float("nan")],
        "b": {"c": np.float32(0.5), "d": np.array([1.0, np.inf])},
        "e": "x",
        "f": True,
    }
    text = json.dumps(plain(values), allow_nan=False)
    back = revived(json.loads(text))
    assert back["a"][:2] == [1, 2.5]
    assert np.isnan(back["a"][2])
    assert back["b"]["c"] == 0.5
    assert np.isnan(back["b"]["d"][1])
    assert back["e"] == "x"
    assert back["f"] is True
