"""A 95 % interval holds what is true in 95 of 100, also of few blocks or participants, and counts nobody twice."""

from __future__ import annotations

import numpy as np
import pytest
from rich.console import Console

from offline.evaluation.card import _total
from offline.evaluation.cards import ParticipantCard, total_of
from offline.evaluation.report import print_total
from offline.evaluation.segment import MEASURES, Measured
from offline.scoring.resampling import bootstrap_mean, draw_weights

RUNS, BLOCKS = 400, 9
LEAST = 0.93
"""Of 400 intervals that hold what is true in 95 of 100, fewer hold it once in thirty times."""
PERCENTILES = {3: 0.74, BLOCKS: 0.88}
"""How many percentiles of a bootstrap hold, as these intervals once were: of three participants, of nine blocks."""


def cards(values: np.ndarray, names: tuple[str, ...], hashes: tuple[str, ...]) -> list[ParticipantCard]:
    return [
        ParticipantCard(
            n, {"recordings": {f"{n}.xdf": h}, "decoders": {"ridge": {m: {"value": v} for m in MEASURES}}}, []
        )
        for v, n, h in zip(values, names, hashes, strict=True)
    ]


def test_a_mean_over_three_participants_holds_what_is_true_in_95_of_100() -> None:
    rng, held = np.random.default_rng(0), []
    for _ in range(RUNS):
        total = total_of(cards(rng.normal(0.3, 0.1, 3), ("a", "b", "c"), ("1", "2", "3")))
        row = total["decoders"]["ridge"]["r_speech"]
        held.append(row["low"] <= 0.3 <= row["high"])
    assert np.mean(held) > LEAST


@pytest.mark.parametrize(("n", "share"), PERCENTILES.items())
def test_percentiles_of_a_bootstrap_hold_it_less_often(n: int, share: float) -> None:
    rng, held = np.random.default_rng(2), []
    for _ in range(RUNS):
        values = rng.normal(0.3, 0.1, n)
        low, high = np.quantile(bootstrap_mean(values, np.arange(n), draw_weights(n, 500, rng)), (0.025, 0.975))
        held.append(low <= 0.3 <= high)
    assert np.mean(held) == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize(
    ("names", "hashes", "people"),
    [
        (("a", "b", "c"), ("1", "2", "3"), 3),
        (("sub-01_ses-1", "sub-01_ses-2", "sub-02"), ("1", "2", "3"), 2),
        (("a", "b", "again"), ("1", "2", "1"), 2),
    ],
)
def test_recordings_of_one_participant_are_no_participants(
    names: tuple[str, ...], hashes: tuple[str, ...], people: int
) -> None:
    total = total_of(cards(np.array([0.2, 0.3, 0.4]), names, hashes))
    row = total["decoders"]["ridge"]["r"]
    assert (row["value"], total["n_participants"]) == (pytest.approx(0.3), people)
    assert bool(np.isfinite(row["low"])) == (people == 3)
    console = Console(width=200, record=True)
    print_total(console, total, False)
    text = console.export_text()
    assert ("no intervals over them" in text, f"{people} participant" in text) == (people < 3, True)


def test_a_value_on_the_card_holds_what_is_true_in_95_of_100() -> None:
    rng, held = np.random.default_rng(1), []
    for _ in range(RUNS):
        blocks = rng.normal(0.3, 0.1, BLOCKS)
        samples = bootstrap_mean(blocks, np.arange(BLOCKS), draw_weights(BLOCKS, 500, rng))
        row = _total([Measured(float(blocks.mean()), BLOCKS, samples, BLOCKS)])
        held.append(row["low"] <= 0.3 <= row["high"])
    assert np.mean(held) > LEAST
