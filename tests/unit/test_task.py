"""Rows and chance that know the task: who knows when, or which word, is told apart from who heard what was said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offline.data.trials import Trial
from offline.evaluation.card import combine
from offline.evaluation.segment import Segment
from offline.evaluation.segment_scores import score_segment
from offline.evaluation.task import AVERAGE_WORD, ONSET, PREVIOUS, TAKES, TRIALS, swaps, task_rows
from offline.scoring.loudness import without_a_brain
from offline.scoring.mel import mean_correlation, speech_mask
from tests.unit.test_evaluate_words import QUICK, RATE, session, smoothed

SCORES = replace(QUICK, shifts=60)


def scene(n_words: int = 8, takes: int = 3) -> tuple[np.ndarray, np.ndarray, list[Trial], tuple[Trial, ...]]:
    """Log-mel, its speech, spoken trials and marked ones."""
    mel, trials = session(n_words, takes)
    mask = speech_mask(mel)
    spoken = []
    for t in trials:
        at = np.flatnonzero(mask[t.first : t.stop]) + t.first
        spoken.append(Trial(int(at[0]), int(at[-1]) + 1, t.label))
    return mel, mask, spoken, trials


def lines(decoded: np.ndarray, mel: np.ndarray, trials: tuple[Trial, ...]) -> dict[str, bool]:
    segment = Segment("test", mel, {"decoder": decoded, **without_a_brain(mel, [mel])}, RATE, trials=trials)
    card = combine([score_segment(segment, SCORES, 0)], (), simulated=True)
    assert {AVERAGE_WORD, ONSET, PREVIOUS} < set(card["decoders"])
    return {v["check"]: v["good"] for v in card["verdicts"]}


def test_rows_stand_at_the_onsets_and_never_hold_their_own_trial() -> None:
    mel, mask, spoken, _ = scene()
    rows = task_rows(mel, mask, spoken, RATE)
    trial = spoken[5]
    others = [t for i, t in enumerate(spoken) if t.label == trial.label and i != 5]
    n = min(t.stop - t.first for t in (trial, *others))
    want = np.mean([mel[t.first : t.first + n] for t in others], 0)
    np.testing.assert_allclose(rows[AVERAGE_WORD][trial.first : trial.first + n], want, atol=1e-5)
    before = spoken[4]
    np.testing.assert_array_equal(rows[PREVIOUS][trial.first : trial.first + 20], mel[before.first : before.first + 20])
    np.testing.assert_allclose(
        rows[ONSET][trial.first], np.mean([mel[t.first] for t in spoken if t != trial], 0), atol=1e-5
    )
    changed = mel.copy()
    changed[trial.first : trial.stop] += 5.0
    for name in rows:
        again = task_rows(changed, mask, spoken, RATE)[name]
        np.testing.assert_array_equal(again[trial.first : trial.first + n], rows[name][trial.first : trial.first + n])
    assert task_rows(mel, mask, spoken[:4], RATE) == {}
    assert AVERAGE_WORD not in task_rows(mel, mask, [replace(t, label="") for t in spoken], RATE)


def test_who_knows_when_and_who_knows_which_word_and_who_knows_what_was_said() -> None:
    mel, mask, spoken, trials = scene()
    rows = task_rows(mel, mask, spoken, RATE)
    template = lines(rows[ONSET], mel, trials)
    assert not template[TRIALS]
    average = lines(rows[AVERAGE_WORD], mel, trials)
    assert average[TRIALS]  # the word is right
    assert not average[TAKES]
    assert not average["claim"]
    honest = lines(smoothed(mel), mel, trials)
    assert honest[TRIALS]
    assert honest[TAKES]


def test_swaps_are_those_of_a_plain_loop() -> None:
    mel, mask, spoken, _ = scene(4, 2)
    decoded = smoothed(mel)
    found = swaps(decoded, mel, mask, spoken, 30, np.random.default_rng(0))
    assert set(found) == {TRIALS}  # four words said twice: sixteen orders say nothing at 5 %
    inside = np.zeros(len(mel), bool)
    for t in spoken:
        inside[t.first : t.stop] = mask[t.first : t.stop]
    assert found[TRIALS]["own"] == pytest.approx(mean_correlation(decoded, mel, inside))
    assert found[TRIALS]["size"] == inside.sum()
    assert found[TRIALS]["draws"].max() < found[TRIALS]["own"]
    assert swaps(decoded, mel, mask, spoken[:4], 30, np.random.default_rng(0)) == {}
