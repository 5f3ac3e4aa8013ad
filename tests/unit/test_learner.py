"""Learning while somebody reads: any pieces are the whole, sums are the batch, and what is claimed is there."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bk_realtime.contamination.rolling import GREEN, Light
from bk_realtime.decoder.ridge import RidgeSettings, fit_ridge
from bk_realtime.errors import InputError
from bk_realtime.features.normalise import ZScore, fit_statistics
from bk_realtime.learning.curve import expected_gain
from bk_realtime.learning.decision import LOOKS, NOT_YET, STOP, TOO_LITTLE, WORKED, WORKS, decide
from bk_realtime.learning.feed import Heard
from bk_realtime.learning.judge import WINDOW_S
from bk_realtime.learning.learner import LEADS, Learner
from bk_realtime.learning.progress import Progress
from bk_realtime.learning.window import Window, judge_window, shifted_correlations
from bk_realtime.learning.words import figures, in_words
from bk_realtime.measures.loudness import Loudness, partial_correlation
from bk_realtime.measures.mel import mean_correlation
from tests.reading import RATE, reading

SMALL = RidgeSettings(n_past=6)
USUAL = RidgeSettings().silence_weight
N_IN, N_MELS = 5, 8


def learnt(frames: tuple[np.ndarray, ...], cuts: list[int], wanted: RidgeSettings = SMALL) -> Learner:
    learner = Learner(frames[0].shape[1], frames[1].shape[1], wanted)
    for start, stop in itertools.pairwise([0, *sorted(cuts), len(frames[0])]):
        learner.add(*(x[start:stop] for x in frames))
    return learner


@pytest.fixture(scope="module")
def frames() -> tuple[np.ndarray, ...]:
    return reading(3, 1.6, coupling=0.5, n_in=N_IN, n_mels=N_MELS)


@settings(max_examples=4, deadline=None)
@given(cuts=st.lists(st.integers(0, 8000), max_size=20))
def test_any_pieces_give_the_same_to_the_last_bit(cuts: list[int], frames: tuple[np.ndarray, ...]) -> None:
    whole, pieces = learnt(frames, []), learnt(frames, [min(c, len(frames[0])) for c in cuts])
    assert pieces.progress() == whole.progress()
    assert whole.progress().windows
    assert torch.equal(pieces.solution()[0].weight, whole.solution()[0].weight)


@pytest.mark.parametrize("silence", [1.0, USUAL])
def test_learnt_piece_by_piece_is_fitted_at_once(frames: tuple[np.ndarray, ...], silence: float) -> None:
    features, mel, _ = frames
    wanted = RidgeSettings(n_past=6, silence_weight=silence)
    # speech as training finds it, by level
    from bk_realtime.decoder.speech_frames import speech_mask

    back = -min(LEADS)
    n = learnt((features, mel, speech_mask(mel)), [], wanted).n_learnt
    speech = np.zeros(len(mel), bool)
    speech[back - 5 : back + n] = speech_mask(mel[back - 5 : back + n])
    learner = learnt((features, mel, speech), [700, 701, 3000], wanted)
    ridge, mean, std = learner.solution(0.1)
    # the same frames, with the past of the first one, as offline.train fits them
    known = fit_statistics(features[back : back + n])
    np.testing.assert_allclose([mean, std], known, atol=1e-9)
    z = ZScore(*known).step(torch.from_numpy(features[back - 5 : back + n])[None], ())[0][0]
    target = torch.from_numpy(mel[back - 5 : back + n])
    batch, _, _ = fit_ridge([(z, target)], [(z, target)], wanted, (0.1,))
    np.testing.assert_allclose(ridge.weight, batch.weight.double(), atol=1e-6)
    np.testing.assert_allclose(ridge.bias, batch.bias.double(), atol=1e-6)


def test_a_shift_is_what_rolling_the_trajectory_gives() -> None:
    _, mel, speech = reading(1, 0.5, n_mels=N_MELS)
    rng = np.random.default_rng(0)
    decoded = mel + rng.standard_normal(mel.shape).astype(np.float32)
    loudness = Loudness.of(mel, speech)
    x, y = decoded[speech], mel[speech]
    r, partial = shifted_correlations(x, y, loudness)
    t = np.polynomial.legendre.legvander(np.linspace(-1, 1, len(x)), 2)
    slow = np.linalg.qr(t)[0]
    flat_x, flat_y = (a - slow @ (slow.T @ a) for a in (x.astype(float), y.astype(float)))
    for shift in (0, 1, 300):
        moved = np.roll(flat_x, shift, axis=0)
        assert r[shift] == pytest.approx(mean_correlation(moved, flat_y), abs=1e-6)
        expected = mean_correlation(loudness.off(moved), loudness.off(flat_y))
        assert partial[shift] == pytest.approx(expected, abs=1e-5)
    assert partial[0] == pytest.approx(partial_correlation(decoded, mel, speech), abs=0.05)


def test_what_knows_loudness_alone_is_above_chance_in_r_only() -> None:
    _, mel, speech = reading(2, 1.2, n_mels=N_MELS)
    rng = np.random.default_rng(0)
    level = mel.mean(1, keepdims=True) + 0.3 * rng.standard_normal((len(mel), 1))
    decoded = np.repeat(level, N_MELS, 1).astype(np.float32)
    found = judge_window(decoded, mel, speech, decoded, mel, RATE)
    assert found.follows
    assert not found.above


def test_a_coupled_brain_works_and_an_unrelated_one_does_not() -> None:
    works = learnt(reading(4, 3.0, coupling=1.0, n_mels=N_MELS), []).progress()
    assert works.decision.verdict == WORKS, works.decision
    assert works.gain is not None
    assert set(works.leads) == {1000 * lead / RATE for lead in LEADS}
    nothing = learnt(reading(5, 3.0, n_mels=N_MELS), []).progress()
    assert nothing.decision.verdict == NOT_YET
    assert len(nothing.windows) >= 2


def test_the_microphone_in_the_electrodes_stops_it_for_good() -> None:
    learner = learnt(reading(4, 3.0, coupling=1.0, n_mels=N_MELS), [])
    learner.contaminated("the sound itself is in A1")
    decision = learner.progress().decision
    assert decision.verdict == STOP
    assert decision.text.startswith("microphone in the electrodes: stop")


def test_too_little_speech_says_how_much_there_is() -> None:
    decision = learnt(reading(4, 0.7, n_in=N_IN, n_mels=N_MELS), []).progress().decision
    assert decision.verdict == TOO_LITTLE
    assert "of 60" in decision.text


def window(good: bool) -> Window:
    return Window(30.0, 0.5 if good else 0.0, 0.1, 0.5 if good else 0.0, 0.1)


def test_two_windows_running_are_needed_and_only_the_first_ones_are_looked_at() -> None:
    above, below = window(True), window(False)
    assert decide([above, below, above], WINDOW_S, 0.0).verdict == NOT_YET
    assert decide([below, above, above], WINDOW_S, 0.0).verdict == WORKS
    assert decide([above, above, below], WINDOW_S, 0.0).verdict == WORKS
    gone = decide([above, above, below, below], WINDOW_S, 0.0)  # what was shown was shown, and does not show any more
    assert (gone.verdict, "(1 and 2) were above chance, the newest two are not" in gone.text) == (WORKED, True)
    assert decide([above, above, below, below, above], WINDOW_S, 0.0).verdict == WORKS
    late = [below] * (LOOKS - 1) + [above] * 5
    assert decide(late, WINDOW_S, 0.0).verdict == NOT_YET
    assert (LOOKS - 1) * 0.05**2 <= 0.05 + 1e-12
    quiet = Window(30.0, 0.5, 0.1, 0.0, 0.1)
    assert "how loud" in decide([below, quiet], WINDOW_S, 0.0).text


def test_dead_channels_and_missing_samples_are_learnt_around() -> None:
    features, mel, speech = reading(4, 1.6, coupling=1.0, n_in=N_IN, n_mels=N_MELS)
    features[:, 1] = np.nan
    features[4000:4300] = np.nan
    learner = learnt((features, mel, speech), [])
    ridge, mean, std = learner.solution()
    assert torch.isfinite(ridge.weight).all()
    assert np.isnan(mean[1])
    assert np.isnan(std[1])
    assert np.isfinite(np.delete(mean, 1)).all()
    assert learner.progress().windows[0].r > 0
    told = in_words(Heard(learner.progress(), Light(GREEN), 0.0))
    assert "1 features had no signal in the first 20 s that were learnt and are left out" in told


def test_a_signal_that_is_another_one_than_at_first_is_learnt_anew() -> None:
    """An amplifier that was on before its electrodes were plugged in: nothing was ever learnt of what came then."""
    features, mel, speech = reading(4, 4.0, coupling=1.0, n_mels=N_MELS)
    alone = features.copy()
    first, late = round(25 * RATE), slice(round(100 * RATE), round(130 * RATE))
    alone[:first] = 0.4 * (features[:first] - 20 * features.std())
    progress = learnt((alone, mel, speech), []).progress()
    assert progress.decision.verdict == WORKS
    assert 25 < progress.anew_s < 60
    out = features.copy()
    out[late] -= 60 * features.std()  # half a minute unplugged ends nothing that was learnt
    learner = learnt((out, mel, speech), [])
    assert learner.progress().anew_s == 0
    assert learner.n_learnt == learnt((features, mel, speech), []).n_learnt


def test_what_worked_before_says_nothing_of_what_is_learnt_anew() -> None:
    """`works` handed over a bundle of the electrodes that hang on no head any more."""
    features, mel, speech = reading(4, 3.0, coupling=1.0, n_mels=N_MELS)
    off = np.random.default_rng(0).standard_normal(features.shape) - 60 * features.std()
    learner = learnt((features, mel, speech), [])
    assert learner.progress().decision.verdict == WORKS
    lines, told = list[str](), list[float | None]()
    for piece in np.array_split(np.arange(2 * len(mel)) % len(mel), 80):
        learner.add(off[piece], mel[piece], speech[piece])
        progress = learner.progress()
        if progress.anew_s and not progress.leads:
            heard = Heard(progress, Light(GREEN), 0.0)
            lines.append(in_words(heard))  # ended in an error, and the recording with it
            told.append(json.loads(figures(heard))["learnt"]["r"])
    assert len(lines) > 1
    assert not any("r inside speech" in line for line in lines)
    assert told == len(told) * [None]
    assert progress.anew_s > 300
    assert progress.decision.verdict != WORKS
    assert len(progress.windows) > 3  # they were looked at all the same
    assert 0 <= progress.judged_s < 30 * len(progress.windows)


def test_nothing_live_is_waited_for() -> None:
    features, mel, speech = reading(4, 1.6, n_in=N_IN, n_mels=N_MELS)
    dead = np.full_like(features, np.nan)
    learner = learnt((dead, mel, speech), [])
    assert learner.n_learnt == 0
    with pytest.raises(InputError, match="record more"):
        learner.solution()
    learner.add(features, mel, speech)
    assert learner.n_learnt > 0


def test_frames_of_another_stream_are_refused() -> None:
    learner = Learner(N_IN, N_MELS)
    with pytest.raises(InputError, match="one stream"):
        learner.add(np.zeros((3, N_IN + 1)), np.zeros((3, N_MELS), np.float32), np.zeros(3, bool))
    assert isinstance(learner.progress(), Progress)


def test_the_curve_tells_what_more_would_add() -> None:
    learnt_s = np.arange(10.0, 200.0, 10.0)
    rng = np.random.default_rng(0)
    gain = expected_gain(learnt_s, 0.5 - 4.0 / learnt_s + 0.005 * rng.standard_normal(len(learnt_s)), 200.0, 150.0)
    assert gain is not None
    assert gain.low < 4.0 / 200 - 4.0 / 350 < gain.high
    assert expected_gain(learnt_s[:5], learnt_s[:5], 60.0, 150.0) is None
