"""Ridge from sums: any pieces give the same as all at once, and what counts less pulls less."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bk_realtime.decoder.least_squares import RidgeSums
from bk_realtime.decoder.ridge import EVEN, UNHEARD, Ridge, RidgeSettings, fit_ridge
from bk_realtime.decoder.speech_frames import frame_level, speech_mask
from bk_realtime.errors import BkError

N_PAST = 4


def pair(n: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 3))
    past = np.concatenate([np.zeros((1, 3)), x[:-1]])
    y = x @ rng.standard_normal((3, 2)) + past @ rng.standard_normal((3, 2)) + 0.3 * rng.standard_normal((n, 2))
    return torch.from_numpy(x), torch.from_numpy(y)


def solution(sums: RidgeSums, penalty: float = 0.1) -> np.ndarray:
    weight, bias = sums.solve((penalty,))[penalty]
    return torch.cat([weight, bias[None]]).numpy()


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(N_PAST, 399), max_size=12, unique=True), weigh=st.booleans())
def test_any_pieces_give_what_all_at_once_gives(cuts: list[int], weigh: bool) -> None:
    x, y = pair(400)
    weights = torch.from_numpy(np.random.default_rng(1).uniform(0, 1, 400)) if weigh else None
    whole, pieces = RidgeSums(N_PAST), RidgeSums(N_PAST)
    whole.add(x, y, weights)
    edges = [0, *sorted(cuts), 400]
    for start, stop in itertools.pairwise(edges):
        past = max(0, start - (N_PAST - 1))  # its past comes along
        pieces.add(x[past:stop], y[past:stop], None if weights is None else weights[past:stop])
    np.testing.assert_allclose(solution(pieces), solution(whole), rtol=0, atol=1e-9)
    assert pieces.weight == pytest.approx(whole.weight)


@pytest.mark.parametrize("n_past", [1, N_PAST], ids="past {}".format)
def test_many_short_pieces_among_weighted_ones_give_what_stacked_frames_give(n_past: int) -> None:
    x, y = pair(400)
    sums, plain = RidgeSums(n_past), RidgeSums(n_past)
    for start in range(n_past - 1, 398, 2):  # more pieces than ends wait
        weights = torch.full((n_past + 1,), 0.5, dtype=torch.float64) if start % 3 == 0 else None
        piece = slice(start - (n_past - 1), start + 2)
        sums.add(x[piece], y[piece], weights)
        plain.add(x[piece], y[piece], torch.ones(n_past + 1) if weights is None else weights)
        if start % 100 == 0:
            solution(sums)  # which leaves them as they were
        if start == 201:
            sums.forget(0.3)
            plain.forget(0.3)
    np.testing.assert_allclose(solution(sums), solution(plain), rtol=0, atol=1e-10)


def test_what_was_added_stays_though_the_caller_writes_over_it() -> None:
    x, y = (part.double() for part in pair(200))
    sums, again = RidgeSums(N_PAST), RidgeSums(N_PAST)
    again.add(x.clone(), y.clone())
    sums.add(x, y)
    x.fill_(1e3)
    y.fill_(1e3)
    np.testing.assert_array_equal(solution(sums), solution(again))


def test_a_frame_that_counts_twice_is_as_good_as_two() -> None:
    x, y = pair(200)
    twice, doubled = RidgeSums(N_PAST), RidgeSums(N_PAST)
    twice.add(x, y)
    twice.add(x, y)
    doubled.add(x, y, torch.full((200,), 2.0))
    np.testing.assert_allclose(solution(twice), solution(doubled), atol=1e-9)


def test_what_is_forgotten_counts_no_more() -> None:
    old, new = pair(300, 1), pair(300, 2)
    sums, fresh = RidgeSums(N_PAST), RidgeSums(N_PAST)
    sums.add(*old)
    before = solution(sums)
    sums.forget(1e-9)
    np.testing.assert_allclose(solution(sums), before, atol=1e-9)  # of one kind only: forgetting changes nothing
    sums.add(*new)
    fresh.add(*new)
    np.testing.assert_allclose(solution(sums), solution(fresh), atol=1e-6)


def test_without_anything_that_counts_it_is_refused() -> None:
    x, y = pair(50)
    sums = RidgeSums(N_PAST)
    with pytest.raises(BkError, match="record more"):
        sums.solve((0.1,))
    sums.add(x, y, torch.zeros(50))
    with pytest.raises(BkError, match="record more"):
        sums.solve((0.1,))


def speech_and_silence(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Features that mean one thing in speech and the opposite in silence, where there is three times as much of it."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    loud = np.arange(n) % 200 < 50
    mel = np.where(loud[:, None], -2.0 + 0.5 * x[:, :1], -9.0 - 0.5 * x[:, :1]) + np.zeros((1, 6))
    return torch.from_numpy(np.c_[x, loud]), torch.from_numpy(mel.astype(np.float32))


def test_silence_that_counts_less_leaves_more_to_speech() -> None:
    training, validation = [speech_and_silence(4000, 0)], [speech_and_silence(1000, 1)]
    x, mel = speech_and_silence(1000, 2)
    spoken = speech_mask(mel.numpy())
    assert 0.2 < spoken.mean() < 0.3
    error = {}
    for weight in (1.0, 0.25):
        ridge, penalty, errors = fit_ridge(training, validation, RidgeSettings(1, silence_weight=weight))
        assert penalty == min(errors, key=lambda p: errors[p])
        left = ridge.forward(x.float()[None])[0].numpy() - mel.numpy()
        error[weight] = [float(np.square(left[part]).mean()) for part in (spoken, ~spoken)]
        assert ridge.settings.silence_weight == weight
    assert error[0.25][0] < 0.7 * error[1.0][0]
    assert error[0.25][1] > error[1.0][1]


def test_where_nobody_speaks_in_validation_the_penalty_is_chosen_by_speech_and_it_is_said() -> None:
    rng = np.random.default_rng(5)

    def few_and_noisy(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        x, mel = speech_and_silence(n, seed)
        hiss = torch.from_numpy(rng.standard_normal((n, 1)).astype(np.float32))
        return torch.cat([x, torch.from_numpy(rng.standard_normal((n, 60)))], 1), mel + hiss

    training, (x, mel) = [few_and_noisy(200, 0), few_and_noisy(200, 3)], few_and_noisy(1000, 1)
    spoken = speech_mask(mel.numpy())
    settings = RidgeSettings(1, silence_weight=0.25)
    by_speech = fit_ridge(training, [(x[spoken], mel[spoken])], settings)[1]
    for quiet in ([(x[~spoken], mel[~spoken])], []):
        _, penalty, errors = fit_ridge(training, quiet, settings)
        assert penalty == min(errors, key=lambda p: errors[p])
        assert by_speech / 11 < penalty < 11 * by_speech  # 100 times less without
        assert Ridge(settings, 63, 6).fit(training, quiet) == {"penalty": penalty, "note": UNHEARD}
    assert Ridge(settings, 63, 6).fit(training, [(x[spoken], mel[spoken])]) == {"penalty": by_speech}


def test_where_nothing_tells_speech_from_silence_all_count_the_same_and_it_is_said() -> None:
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.standard_normal((2000, 2)))
    hiss = torch.from_numpy((-6.0 + 0.3 * rng.standard_normal((2000, 6)) + 0.2 * x[:, :1].numpy()).astype(np.float32))
    level = frame_level(hiss.numpy())
    assert 1.0 < np.ptp(np.percentile(level, (10, 95))) < 10.0
    rest = [(x[1500:], hiss[1500:])]
    fits = []
    for weight in (1.0, 0.25):
        ridge = Ridge(RidgeSettings(2, weight), 2, 6)
        fits.append((ridge, ridge.fit([(x[:1500], hiss[:1500])], rest)))
    (even, plain), (weighted, told) = fits
    assert torch.equal(even.weight, weighted.weight)
    assert weighted.settings.silence_weight == 1.0  # what its bundle will say
    assert told == {**plain, "note": EVEN}
    assert "note" not in plain
