"""Diagnosis before blame: units, header rates, missing ends and weak decoders are each called what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import soundfile
from scipy.ndimage import gaussian_filter1d

from bk_realtime.vocoder import log_mel
from offline.evaluate import main
from offline.evaluation.diagnosis import (
    alignment_verdict,
    best_lags,
    lag_chance,
    lag_reach,
    length_verdict,
    lengths,
    signal_level,
    units_verdict,
)
from offline.scoring.measures import lag_correlations
from tests.synthetic import synthetic_recording

RATE = 22050 / 256
MOST = 430


def rhythmic(seed: int, skill: float, late: int, seconds: float = 40.0) -> tuple[np.ndarray, np.ndarray]:
    """Recorded and decoded log-mel of a word a second; the decoder knows the rhythm ``late`` frames off, and ``skill``
    of the words."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    beat = (np.arange(n) / RATE % 1.0 < 0.5).astype(float)
    word = gaussian_filter1d(rng.standard_normal((n, 20)), 6, axis=0) * beat[:, None] * 6
    noise = gaussian_filter1d(rng.standard_normal((n, 20)), 10, axis=0) * 6
    return -9.0 + 4 * beat[:, None] + word, -9.0 + 2 * np.roll(beat, late)[:, None] + skill * word + noise


def aligned(decoded: np.ndarray, reference: np.ndarray) -> tuple[bool, str]:
    reach = min(MOST, (len(reference) - 1) // 2)
    around = lag_correlations(decoded, reference)
    curve = np.full(2 * MOST + 1, np.nan)
    curve[MOST - reach : MOST + reach + 1] = np.roll(around, reach)[: 2 * reach + 1]
    best = int(np.nanargmax(curve))
    lag = {"best_s": (best - MOST) / RATE, "r_best": curve[best], "r_here": curve[MOST]}
    reach = lag_reach(len(reference), MOST)
    return alignment_verdict(lag | best_lags(curve, lag_chance(around, MOST, RATE), reach))


def test_a_weak_decoder_of_rhythmic_words_is_not_told_to_check_clocks() -> None:
    blamed, weak = 0, 0
    for seed in range(10):
        reference, decoded = rhythmic(seed, 0.0, 28)
        good, text = aligned(decoded, reference)
        blamed += not good
        weak += "WEAK, not shifted" in text
    assert blamed <= 1
    assert weak >= 8


def test_a_real_shift_of_rhythmic_words_is_named() -> None:
    for seed in range(5):
        reference, decoded = rhythmic(seed, 0.7, 0)
        good, text = aligned(np.roll(decoded, 60, 0), reference)
        assert not good
        assert "SHIFTED IN TIME" in text
        assert "-697 ms" in text


def test_units_that_are_wrong_by_a_thousand_and_a_gain_by_ten() -> None:
    rng = np.random.default_rng(0)
    mean, std = rng.normal(3, 1, 12), np.full(12, 0.5)
    power = mean + std * rng.standard_normal((400, 12))
    power[:, 3] = np.nan
    assert units_verdict(signal_level(power, mean, std))[0]
    assert units_verdict(signal_level(power + 2 * np.log(1.8), mean, std))[0]
    for gain in (10.0, 0.1, 1e-6):
        good, text = units_verdict(signal_level(power + 2 * np.log(gain), mean, std))
        assert not good
        assert "UNITS OR GAIN" in text
        assert f"{gain:.1g} times" in text or f"{gain:.0f} times" in text
    assert not units_verdict(signal_level(np.full((5, 12), np.nan), mean, std))[0]


@pytest.fixture(scope="module")
def mel() -> np.ndarray:
    audio = synthetic_recording(16.0, n_channels=1).audio
    assert audio is not None
    return log_mel(audio)


def played(mel: np.ndarray, factor: float) -> np.ndarray:
    at = np.linspace(0, len(mel) - 1, round(len(mel) * factor)).astype(int)
    return mel[at]


@pytest.mark.parametrize(("header", "true"), [(22050, 16000), (44100, 22050), (16000, 22050)])
def test_a_wrong_header_rate_is_named(mel: np.ndarray, header: int, true: int) -> None:
    found = lengths(played(mel, true / header), mel, RATE)
    good, text = length_verdict(found)
    assert not good
    assert "WRONG HEADER RATE" in text
    assert found["rates"][0] / found["rates"][1] == pytest.approx(header / true, rel=0.01)
    assert found["r_level_played"] > 0.8


def test_a_missing_half_is_not_a_wrong_rate(mel: np.ndarray) -> None:
    for decoded in (mel[: len(mel) // 2], mel[len(mel) // 2 :]):
        found = lengths(decoded, mel, RATE)
        good, text = length_verdict(found)
        assert not good
        assert "only 50% of it is scored, the rest is MISSING" in text
        assert "rates" not in found
    assert length_verdict(lengths(mel, mel, RATE))[0]
    assert length_verdict(lengths(mel[:-20], mel, RATE))[0]


def test_the_card_says_it(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    audio = synthetic_recording(10.0, n_channels=1).audio
    assert audio is not None
    soundfile.write(tmp_path / "y.wav", audio, 22050)
    soundfile.write(tmp_path / "fast.wav", audio, 44100)
    options = ["--sound-s", "0", "--bootstrap", "20", "--shifts", "20"]
    assert main(["--decoded", str(tmp_path / "fast.wav"), "--reference", str(tmp_path / "y.wav"), *options]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "WRONG HEADER RATE" in printed
    assert printed.rindex("no claim:") > printed.rindex("length:")
