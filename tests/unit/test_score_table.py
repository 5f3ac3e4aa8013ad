"""The table that ends a training: baselines score what they are worth, and equal is not called better."""

from __future__ import annotations

import numpy as np
import pytest

from offline.training.score_table import advantage, score_all, verdict


def test_verdict_is_plain() -> None:
    scores = {"gru": {"r_speech": 0.41}, "ridge": {"r_speech": 0.5}}
    assert "gru does NOT beat ridge" in verdict(scores, "gru", {"ridge": (-0.12, -0.05)})
    scores["ridge"]["r_speech"] = 0.4
    assert "gru is above, but does NOT clearly beat, ridge" in verdict(scores, "gru", {"ridge": (-0.02, 0.04)})
    scores["ridge"]["r_speech"] = 0.3
    assert "gru beats ridge" in verdict(scores, "gru", {"ridge": (0.06, 0.15)})


def test_advantage_tells_a_better_decoder_from_an_equal_one() -> None:
    rng = np.random.default_rng(0)
    loud = np.repeat(rng.random(60) < 0.5, 86)[:, None]
    truth = np.where(loud, -2.0, -11.0) + rng.standard_normal((60 * 86, 80))
    noisy = {name: truth + level * rng.standard_normal(truth.shape) for name, level in (("a", 2), ("b", 2), ("c", 1))}
    decoded = {name: [mel] for name, mel in noisy.items()}
    low, high = advantage(decoded, [truth], "a", "b", 86.13)
    assert low < 0 < high
    assert advantage(decoded, [truth], "c", "a", 86.13)[0] > 0.1
    short = {name: [mel[:400]] for name, mel in noisy.items()}
    assert np.isnan(advantage(short, [truth[:400]], "c", "a", 86.13)).all()


def test_baselines_score_what_they_are_worth() -> None:
    rng = np.random.default_rng(0)
    truth = -11 + 0.1 * rng.standard_normal((200, 80)).astype(np.float32)
    truth[50:120] += 6
    scores = score_all({"perfect": [truth]}, [truth], [truth])
    assert scores["perfect"]["r"] == pytest.approx(1.0)
    assert scores["perfect"]["mcd_db"] == 0.0
    assert scores["speech/silence oracle"]["r"] > 0.95
    assert scores["speech/silence oracle"]["r_speech"] == scores["mean spectrum"]["r"] == 0.0
