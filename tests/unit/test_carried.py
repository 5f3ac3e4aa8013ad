"""A ridge that goes on from yesterday: as much of it as today's own frames ask for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.least_squares import RidgeSums
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.features import baseline_statistics
from offline.training.carried import Frames, OtherDays

RATE = 50.0
SIZE = RidgeSettings(n_past=3, silence_weight=1.0)
TRUE = np.random.default_rng(0).standard_normal((6, 8))


def day(seconds: float, seed: int, true: np.ndarray = TRUE, noise: float = 3.0, level: float = 0.0) -> Frames:
    """Features that a fixed mixture of bins follows, under noise; the recording's own gain and level."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((int(seconds * RATE), len(true)))
    mel = x @ true + noise * rng.standard_normal((len(x), true.shape[1])) + level
    return Frames(3.0 * x - 5.0 + level, mel.astype(np.float32))


def test_sums_together_are_those_of_both() -> None:
    one, two, both, half = (RidgeSums(3) for _ in range(4))
    a, b = ((torch.from_numpy(d.power), torch.from_numpy(d.mel)) for d in (day(10, 1), day(8, 2)))
    one.add(*a)
    two.add(*b)
    both.add(*a)
    both.add(*b)
    half.add(*a)
    half.add(*b, torch.full((len(b[0]),), 0.5))
    for share, want in ((1.0, both), (0.5, half), (0.0, one)):
        got = one.and_also(two, share).solve((0.1,))[0.1][0]
        torch.testing.assert_close(got, want.solve((0.1,))[0.1][0])
    torch.testing.assert_close(RidgeSums(3).and_also(two, 2.0).solve((0.1,))[0.1][0], two.solve((0.1,))[0.1][0])
    with pytest.raises(InputError, match="sums of one size"):
        one.and_also(RidgeSums(4), 1.0)


def error(fit, true: np.ndarray = TRUE) -> float:
    """How far a fit is from the truth, in z-scores."""
    newest = fit.decoder.weight.numpy()[-len(true) :]
    return float(np.square(newest - true).mean())


def test_a_like_yesterday_helps_whatever_its_level_and_an_unlike_one_is_left() -> None:
    today = day(30, 3)
    carried, scratch = OtherDays([day(200, 4, level=7.0)], SIZE, FeatureSettings()).carry_on(today, 10, RATE)
    assert carried.share >= 0.3
    assert error(carried) < 0.5 * error(scratch)
    assert scratch.share == 0.0
    # the intercept is today's: yesterday stood seven nat higher
    assert np.abs(carried.decoder.bias.numpy() - today.mel.mean(0)).max() < 0.5
    other = np.random.default_rng(9).standard_normal(TRUE.shape)
    carried, again = OtherDays([day(200, 5, true=-TRUE + other)], SIZE, FeatureSettings()).carry_on(today, 10, RATE)
    assert carried.share <= 0.1
    torch.testing.assert_close(again.decoder.weight, scratch.decoder.weight)
    only, alone = OtherDays([], SIZE, FeatureSettings()).carry_on(today, 10, RATE)
    torch.testing.assert_close(only.decoder.weight, alone.decoder.weight)
    torch.testing.assert_close(alone.decoder.weight, scratch.decoder.weight)


def test_with_next_to_nothing_of_today_yesterday_alone_may_stand() -> None:
    carried, _ = OtherDays([day(600, 4)], SIZE, FeatureSettings()).carry_on(day(21, 6, noise=12.0), 5, RATE)
    assert carried.share >= 1.0
    with pytest.raises(InputError, match="of today or more to learn from, got 15 s"):
        OtherDays([], SIZE, FeatureSettings()).carry_on(day(15, 6), 5, RATE)


def test_silence_weighs_as_it_is_told_in_the_fit_and_in_the_choice() -> None:
    today = day(40, 7)
    today.mel[: len(today.mel) // 2] -= 30.0  # silence
    today.mel[len(today.mel) // 2 + 700 :] -= 30.0
    fits = [
        OtherDays([], RidgeSettings(3, weight), FeatureSettings()).carry_on(today, 10, RATE)[1] for weight in (1.0, 0.0)
    ]
    assert not torch.allclose(fits[0].decoder.weight, fits[1].decoder.weight, atol=1e-3)


def test_a_day_that_does_not_tell_speech_from_silence_counts_evenly_and_says_so() -> None:
    hiss = Frames((made := day(40, 7)).power, made.mel / 50.0)
    weighted, even = (OtherDays([], RidgeSettings(3, weight), FeatureSettings()) for weight in (0.25, 1.0))
    fits = [days.carry_on(hiss, 10, RATE)[1] for days in (weighted, even)]
    assert torch.equal(fits[0].decoder.weight, fits[1].decoder.weight)
    assert (weighted.even, even.even) == (True, False)


def test_bad_trials_teach_nothing() -> None:
    today = day(40, 8)
    spoiled = Frames(today.power.copy(), today.mel.copy(), ((100, 400),))
    spoiled.power[100:400] = 1e6
    spoiled.mel[100:400] = 1e6
    clean = Frames(today.power, today.mel, ((100, 400),))
    pair = [OtherDays([], SIZE, FeatureSettings()).carry_on(frames, 10, RATE)[1] for frames in (spoiled, clean)]
    np.testing.assert_allclose(pair[0].mean, pair[1].mean)
    torch.testing.assert_close(pair[0].decoder.weight, pair[1].decoder.weight)
    torch.testing.assert_close(pair[0].decoder.bias, pair[1].decoder.bias)


def test_a_baseline_keeps_what_it_cannot_know() -> None:
    rng = np.random.default_rng(0)
    powers = 5.0 + 2.0 * rng.standard_normal((400, 4))
    powers[:300, 1] = np.nan
    trained = np.array([0.0, 1.0, np.nan, 3.0]), np.array([1.0, 1.0, np.nan, 1000.0])
    (mean, std), kept = baseline_statistics(powers, trained)
    assert kept == 2
    np.testing.assert_allclose(mean[[0, 3]], powers[:, [0, 3]].mean(0))
    assert mean[1] == 1.0
    assert np.isnan(mean[2])
    assert std[3] == 100.0
    (mean, std), _ = baseline_statistics(powers, trained, with_deviation=False)
    np.testing.assert_array_equal(std, trained[1])
