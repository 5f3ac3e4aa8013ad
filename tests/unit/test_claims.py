"""One claim at one level: a card with many lines, and nothing in it, claims no more often than a card with one."""

from __future__ import annotations

import numpy as np
import pytest

from offline.data.contamination import KEPT, Contamination
from offline.evaluation.claims import LEVEL, claim, counted, gate_shifts, step_down
from offline.evaluation.gate_card import gate_verdict
from offline.scoring.resampling import difference_interval


def test_the_largest_of_many_lines_is_right_in_one_of_twenty() -> None:
    """Six lines that hang together, one of them skewed: any claim at 5 %, where each alone would make 15 % or more."""
    rng = np.random.default_rng(0)
    claims, alone = 0, 0
    for _ in range(1000):
        values = 0.6 * rng.standard_normal((100, 1)) + rng.standard_normal((100, 6))
        values[:, 0] = np.exp(values[:, 0])
        claims += (step_down(values[0], values[1:]) <= LEVEL).any()
        alone += (values[0] > np.percentile(values[1:], 95, axis=0)).any()
    assert claims <= 50 + 3 * np.sqrt(1000 * 0.05 * 0.95)
    assert claims >= 25
    assert alone > 150


def test_step_down_finds_the_weaker_line_beside_a_strong_one() -> None:
    draws = np.random.default_rng(1).standard_normal((199, 3))
    p = step_down(np.array([9.0, 2.2, 0.0]), draws)
    assert p[0] == pytest.approx(1 / 200)
    assert p[0] <= p[1] <= p[2]
    assert p[1] <= LEVEL < p[2]
    assert (step_down(np.array([2.2, 0.0, 0.0]), draws)[0]) >= p[1]


def card(r: float, words_p: float | None = None, n: int = 100) -> dict:
    draws = np.random.default_rng(2).normal(0, 0.1, n).tolist()
    words = {} if words_p is None else {"ear": {"rows": {"d": {}}, "p_value": words_p}}
    entry = {"draws": draws, "n": n}
    return {"decoder": "d", "decoders": {"d": {"r_speech": {"value": r}}}, "words": words} | {
        "chance": {"circular shift": {"r_speech": entry}}
    }


def test_listeners_are_counted_beside_the_shifts() -> None:
    assert counted(card(0.5)) == {"inside speech": pytest.approx(1 / 101)}
    assert counted(card(0.5, 0.01)) == {"inside speech": pytest.approx(2 / 101), "words, ear": pytest.approx(0.02)}
    assert counted(card(float("nan"), 0.01)) == {"words, ear": 0.01}


def test_a_gate_moved_in_time() -> None:
    is_open, mask = np.zeros((2, 40), bool)
    is_open[5:15] = mask[8:18] = True
    hits = gate_shifts(is_open, mask, np.array([0, 3, 20]))
    assert hits.tolist() == [[7, 27], [10, 30], [0, 20]]


def test_a_gate_without_a_shuffled_brain_is_judged_by_its_shifts() -> None:
    own = {"missed_share": 0.1, "onsets": 20, "false_per_hour": 3, "balanced": 0.8}
    good, text = gate_verdict({"own": own, "chance": {}, "shifted": [0.5, 0.55, 0.6]})
    assert good
    assert "the same gate moved in time in up to 60%" in text
    assert not gate_verdict({"own": own | {"balanced": 0.55}, "chance": {}, "shifted": [0.5, 0.55, 0.6]})[0]
    assert "chance was not drawn" in gate_verdict({"own": own, "chance": {}})[1]


def test_interval_of_a_difference_over_few_blocks() -> None:
    """Nine blocks: 95 % of intervals hold the truth, where percentiles of the bootstrap hold it in some 90 %."""
    rng = np.random.default_rng(3)
    weights = rng.multinomial(9, np.full(9, 1 / 9), 400) / 9
    missed, by_percentile = 0, 0
    for _ in range(1000):
        values = rng.standard_normal(9)
        low, high = difference_interval(float(values.mean()), weights @ values, 9)
        missed += not low < 0 < high
        a, b = np.percentile(weights @ values, (2.5, 97.5))
        by_percentile += not a < 0 < b
    assert missed <= 50 + 3 * np.sqrt(1000 * 0.05 * 0.95)
    assert by_percentile > 85
    assert np.isnan(difference_interval(0.1, np.ones(5), 2)).all()


def lines(**good: bool) -> list[dict]:
    return [{"check": check.replace("_", " "), "good": value, "text": ""} for check, value in good.items()]


def test_the_claim_counts_only_lines_that_say_yes_and_yields_to_a_leak() -> None:
    made, p = card(0.5), {"inside speech": 0.01, "windows": 0.01}
    good, text = claim(made, p, lines(inside_speech=True, windows=False))
    assert good
    assert "inside speech (p = 0.010)" in text
    assert "windows" not in text
    for check in ("leak", "contamination", "alignment", "variation", "credible", "units", "length"):
        good, text = claim(made, p, lines(inside_speech=True, windows=True, **{check: False}))
        assert not good
        assert f"NO claim: {check} says no" in text
    untold = {"check": "leak", "good": False, "text": "CANNOT TELL by content"}
    good, text = claim(made, p, [*lines(inside_speech=True), untold])
    assert good
    assert "as far as leak can be told" in text
    assert "NOTHING is beyond chance" in claim(made, {"inside speech": 0.3}, lines(inside_speech=False))[1]
    assert (
        "TOO FEW TO TELL, 19 or more" in claim(card(0.1, n=10), {"inside speech": 0.3}, lines(inside_speech=False))[1]
    )


def test_a_contaminated_recording_gets_no_claim_and_its_channels_are_named() -> None:
    kept = Contamination(KEPT, ("A1", "A2"), reason="cohere with the microphone")
    said = {"check": "contamination", "good": False, "text": kept.line}
    good, text = claim(card(0.5), {"inside speech": 0.01}, [*lines(inside_speech=True), said])
    assert not good
    assert "NO claim: contamination says no" in text
    assert "A1, A2" in kept.line
