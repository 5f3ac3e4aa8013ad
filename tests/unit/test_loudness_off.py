"""Loudness taken off: what knows the level alone is told no; what knows the spectrum stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.ndimage import uniform_filter1d

from bk_realtime.vocoder import log_mel
from offline.evaluation.card import combine
from offline.evaluation.loudness_line import CHECK
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import Segment
from offline.evaluation.segment_scores import score_segment
from offline.scoring.loudness import (
    LOUDNESS,
    LOUDNESS_STEPS,
    Loudness,
    loudness_oracles,
    partial_correlation,
    without_a_brain,
)
from offline.scoring.mel import frame_level, mean_correlation, speech_mask
from offline.training.score_table import score_all, score_table

RATE = 22050 / 256
QUICK = ScoreSettings(bootstrap=20, shifts=40, shuffles=0, sound_s=0)


def spoken(seconds: float = 30.0, seed: int = 0) -> np.ndarray:
    """Sound of words and pauses (n,): three formants that wander, a loudness that wanders too, spectra that tilt with
    it as a voice does."""
    rng = np.random.default_rng(seed)
    n = round(seconds * 22050)
    coarse = np.arange(n // 2205 + 2) * 2205

    def wander(low: float, high: float) -> np.ndarray:
        course = uniform_filter1d(rng.standard_normal(len(coarse)), 2)
        return np.interp(np.arange(n), coarse, low + (high - low) * (0.5 + 0.5 * np.tanh(course)))

    word = np.repeat(rng.random(len(coarse) // 5 + 1) < 0.6, 5 * 2205)[:n]
    loud = wander(0.02, 0.3) * uniform_filter1d(word.astype(float), 1500)
    sound = np.zeros(n)
    for low, high, weight in ((300, 800, 1.0), (900, 2300, 0.5), (2400, 3500, 0.3)):
        carrier = np.sin(np.cumsum(2 * np.pi * wander(low, high) / 22050))
        sound += weight * carrier * uniform_filter1d(rng.standard_normal(n), 20)
    return np.asarray(loud * sound + 2e-4 * rng.standard_normal(n), np.float32)


SOUND = spoken()
MEL = log_mel(SOUND)


def loud_noise(sound: np.ndarray, steps: int = 0) -> np.ndarray:
    """Log-mel of stationary noise that carries the loudness of the sound, or so many steps of it."""
    loud = np.sqrt(np.maximum(uniform_filter1d(np.square(sound, dtype=np.float64), 1024), 0.0))
    if steps:
        edges = np.quantile(loud[loud > np.median(loud)], np.arange(1, steps) / steps)
        loud = 10.0 ** (np.digitize(loud, [np.median(loud), *edges]) / 2 - 3)
    return log_mel((loud * np.random.default_rng(1).standard_normal(len(sound))).astype(np.float32))


def card_of(decoded: np.ndarray, mel: np.ndarray = MEL) -> dict[str, Any]:
    segment = Segment("test", mel, {"decoder": decoded, **without_a_brain(mel, [mel])}, RATE)
    return combine([score_segment(segment, QUICK, 0)], (), simulated=True)


def line(card: dict[str, Any], check: str) -> tuple[bool, str]:
    [found] = [v for v in card["verdicts"] if v["check"] == check]
    return found["good"], found["text"]


def test_what_the_level_explains_is_off_and_nothing_else() -> None:
    """Against least squares by hand: residuals on the same polynomials of both levels, then numpy's correlation."""
    mask = speech_mask(MEL)
    columns = [np.ones(mask.sum())]
    for level in (frame_level(MEL)[mask], MEL[mask].mean(1)):
        z = (level - level.mean()) / level.std()
        columns += [z**i for i in range(1, 5)]
    levels = frame_level(MEL)
    parts = np.array_split(np.argsort(levels, kind="stable"), 30)
    at = [levels[part].mean() for part in parts]
    curve = np.stack([np.interp(levels, at, [MEL[part, b].mean() for part in parts]) for b in range(80)], 1)
    blurred = [uniform_filter1d(curve, k, axis=0)[mask] for k in (9, 17, 35)]
    blurred = [c - c.mean(1, keepdims=True) for c in blurred]
    x = np.stack(columns, 1)
    decoded = (MEL + 3.0 * np.random.default_rng(2).standard_normal(MEL.shape)).astype(np.float32)
    want = []
    for b in range(80):
        known = np.column_stack([x, *(c[:, b] for c in blurred)])
        sides = [(a[:, b] - a.mean(1, dtype=float))[mask] for a in (decoded, MEL)]
        left = [side - known @ np.linalg.lstsq(known, side, rcond=None)[0] for side in sides]
        want.append(np.corrcoef(left[0], left[1])[0, 1])
    assert partial_correlation(decoded, MEL, mask) == pytest.approx(np.mean(want), abs=1e-4)
    loudness = Loudness.of(MEL, mask)
    np.testing.assert_allclose(loudness.common.T @ loudness.common, np.eye(9), atol=1e-9)
    level = np.tile(frame_level(MEL)[:, None], (1, 80))
    assert mean_correlation(level, MEL, mask) > 0.2
    assert partial_correlation(level, MEL, mask) == 0.0
    assert np.abs(loudness.off(level[mask])).max() < 1e-5


def test_two_levels_that_are_one_curve_are_taken_off_once() -> None:
    mel = np.tile(np.random.default_rng(3).uniform(-9, -2, 400)[:, None], (1, 80))
    mask = np.ones(400, bool)
    assert Loudness.of(mel, mask).common.shape == (400, 5)
    assert np.isnan(partial_correlation(mel, mel, mask))  # nothing is left to correlate with


def test_too_little_speech_tells_nothing() -> None:
    mask = np.zeros(len(MEL), bool)
    mask[:99] = True
    assert np.isnan(partial_correlation(MEL, MEL, mask))
    short = np.concatenate([MEL[speech_mask(MEL)][:80], MEL[~speech_mask(MEL)][:80]])
    good, text = line(card_of(short, short), CHECK)
    assert not good
    assert "CANNOT TELL" in text


@pytest.mark.parametrize("steps", [0, 3])
def test_noise_as_loud_as_the_speech_passes_r_and_not_the_partial(steps: int) -> None:
    card = card_of(loud_noise(SOUND, steps)[: len(MEL)])
    own = {m: v["value"] for m, v in card["decoders"]["decoder"].items()}
    assert own["r_speech"] > 0.15
    assert abs(own["r_partial"]) < 0.06
    assert line(card, "inside speech")[0]  # what it passed until now
    good, text = line(card, CHECK)
    assert not good
    assert "NOTHING BEYOND LOUDNESS" in text


def test_oracles_of_loudness_pass_r_and_not_the_partial() -> None:
    half = len(MEL) // 2
    mask = speech_mask(MEL[half:])
    for name, mel in loudness_oracles(MEL[half:], mask, [MEL[:half]]).items():
        assert mean_correlation(mel, MEL[half:], mask) > 0.2, name
        assert abs(partial_correlation(mel, MEL[half:], mask)) < 0.04, name
    steps = loudness_oracles(MEL[half:], mask, [MEL[:half]])[LOUDNESS_STEPS]
    assert len(np.unique(steps, axis=0)) == 4
    card = card_of(loudness_oracles(MEL, speech_mask(MEL), [MEL])[LOUDNESS])
    assert not line(card, CHECK)[0]
    assert set(card["loudness_alone"]) > {LOUDNESS, LOUDNESS_STEPS}


def test_a_decoder_of_the_spectrum_passes_with_interval_and_chance() -> None:
    rng = np.random.default_rng(4)
    blurred = uniform_filter1d(MEL, 9, axis=0) + 4.0 * uniform_filter1d(rng.standard_normal(MEL.shape), 9, axis=0)
    card = card_of(blurred.astype(np.float32))
    good, text = line(card, CHECK)
    assert good, text
    own, chance = card["decoders"]["decoder"]["r_partial"], card["chance"]["circular shift"]["r_partial"]
    assert own["low"] < own["value"] < own["high"]
    assert chance["n"] == 40
    assert chance["p95"] < own["low"]
    assert len(card["per_bin"]["decoder"]["r_partial"]) == 80


def test_the_table_of_a_training_has_it_too() -> None:
    scores = score_all({"perfect": [MEL], "noise": [loud_noise(SOUND)[: len(MEL)]]}, [MEL], [MEL])
    assert scores["perfect"]["r_partial"] == pytest.approx(1.0)
    assert abs(scores["noise"]["r_partial"]) < 0.06 < 0.15 < scores["noise"]["r_speech"]
    assert {LOUDNESS, LOUDNESS_STEPS} < set(scores)
    table = score_table(scores, 30.0, "perfect", simulated=True)
    assert "r loudness off" in [str(column.header) for column in table.columns]


def test_the_claim_of_a_card_needs_more_than_loudness() -> None:
    """Loudness is beyond chance in several lines; the claim says no all the same."""
    card = card_of(loudness_oracles(MEL, speech_mask(MEL), [MEL])[LOUDNESS])
    assert line(card, "inside speech")[0]
    assert not line(card, "claim")[0]
