"""How sure the decoder is: hysteresis, its place in bundle and chain, what training makes of it, how it is judged."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import load_bundle, save_bundle
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.decoder.sureness import COVERED, Sureness, SurenessSettings
from bk_realtime.errors import BkError, InputError
from offline.scoring.sureness import (
    frame_error_db,
    head_inputs,
    knows,
    sureness_counts,
    sureness_figures,
    sureness_rows,
)
from offline.training.sureness import _fitted, expected_level, fit_sureness, sureness_line, withheld
from tests.contract.cases_sureness import head
from tests.engine_fakes import LABELS, noise, tiny_bundle
from tests.unit.test_speech_gate import corpus

RATE = 22050 / 256
PARTS = ("training", "validation")


def said(one: Sureness, x: np.ndarray) -> np.ndarray:
    return one.forward(torch.from_numpy(np.atleast_2d(x.astype(np.float64)))[None])[0].numpy()


def test_unsure_until_it_was_sure_for_a_while_and_where_nothing_is_known() -> None:
    one = head(1, unsure_below=0.3, sure_above=0.5, unsure_frames=2, sure_frames=3)
    x = np.random.default_rng(0).standard_normal((400, 3))
    x[100:140] *= 30.0  # stronger than all that it was fitted on
    x[200:240] = 0.0
    x[300, 1] = np.nan
    y = said(one, x)
    assert np.isfinite(y).all()
    assert np.all(y[:2, 2] == 1)
    for part in (y[100:140], y[200:240], y[300:343]):  # the last: its half a second
        assert np.all(part[:, 1] == 0)
        assert np.all(part[:, 0] == 9.0)
        assert np.all(part[1:, 2] == 1)
    flag, row = 1, 0
    for sure, unsure in y[:, 1:]:
        against = sure >= 0.5 if flag else sure < 0.3
        row = row + 1 if against else 0
        if row == (3 if flag else 2):
            flag, row = 1 - flag, 0
        assert unsure == flag
    assert set(y[:, 2]) == {0.0, 1.0}


def test_in_a_bundle_live_as_offline_and_one_of_before_cannot_tell(tmp_path: Path) -> None:
    plain = tiny_bundle(tmp_path / "plain")
    assert load_bundle(tmp_path / "plain").sureness is None
    without = Chain(plain, LABELS).push(noise(4000))
    assert without.sureness.shape == (0, 3)
    bundle = save_bundle(dataclasses.replace(plain, sureness=head(5, 8, passed=True)), tmp_path / "sure")
    assert bundle.sureness is not None
    assert bundle.sureness.settings.passed
    whole = Chain(bundle, LABELS).push(noise(4000))
    assert len(whole.sureness) == len(whole.features) > 50
    assert np.ptp(whole.sureness[:, 1]) > 0.3
    np.testing.assert_allclose(whole.sureness[:, 1], said(bundle.sureness, whole.features)[:, 1], atol=0.021)
    chain = Chain(bundle, LABELS)
    parts = [chain.push(part) for part in np.split(noise(4000), [7, 507, 508, 588, 2188])]
    np.testing.assert_array_equal(np.concatenate([p.sureness for p in parts]), whole.sureness)
    np.testing.assert_array_equal(whole.audio, without.audio)
    chain.reset()
    np.testing.assert_array_equal(chain.push(noise(4000)).sureness, whole.sureness)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"curve": torch.zeros(2, 4, dtype=torch.float64)}, "expected weight .* got"),
        ({"bias": torch.zeros(1)}, "float64 only"),
        ({"spread": torch.zeros(2, dtype=torch.float64)}, "deviations above 0"),
        ({"power": torch.tensor([1.0, -1.0], dtype=torch.float64)}, "ascending"),
        ({"threshold": torch.tensor([torch.nan], dtype=torch.float64)}, "finite"),
        ({"weight": torch.ones(5, 7, dtype=torch.float64)}, "expected sureness of 8 features, got 7"),
    ],
)
def test_a_file_that_is_none(change: dict[str, torch.Tensor], expected: str) -> None:
    one = head(5, 8)
    with pytest.raises(InputError, match=expected):
        Sureness.read(one.tensors() | change, one.metadata(), 8, "x")


def test_thresholds_that_do_not_go_together() -> None:
    one = head(5, 8)
    with pytest.raises(InputError, match="does not say how sure"):
        Sureness.read(one.tensors(), {"sureness": '{"unsure_below": 2}'}, 8, "x")
    with pytest.raises(BkError, match="at most sure_above"):
        SurenessSettings(unsure_below=0.5, sure_above=0.4)


def known_error(n: int, seed: int, honest: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (n, 4) whose first is the level, the error that goes with it (or with nothing), and speech."""
    rng = np.random.default_rng(seed)
    speech = np.convolve(rng.standard_normal(n), np.ones(40), "same") > 2.0
    x = 0.3 * rng.standard_normal((n, 4))
    x[:, 0] += 2.0 * speech
    slow = np.convolve(x[:, 0], np.ones(43) / 43)[:n]
    goes = 0.8 * speech - 0.4 * slow if honest else np.zeros(n)
    return x, np.exp(1.5 + goes + 0.2 * rng.standard_normal(n)), speech


def fitted(honest: bool) -> Sureness:
    x, error, speech = known_error(6000, 1, honest)
    weight = np.zeros((1, 4))
    weight[0, 0] = 1.0
    parts = {"weight": weight, "bias": np.zeros(1), **_fitted(head_inputs(weight, 0.0, x), error, speech)}
    return Sureness(SurenessSettings(), parts)


def test_it_covers_what_it_says_and_knows_more_than_a_constant_only_where_it_does() -> None:
    one = fitted(True)
    x, error, speech = known_error(6000, 2)
    whole = sureness_counts(sureness_rows(one, x, error), speech, RATE)
    figures = sureness_figures([whole])
    for where in ("all", "voiced"):
        for share in COVERED:
            assert figures[where][f"head_{100 * share:.0f}"] == pytest.approx(share, abs=0.03)
    assert figures["speech"]["constant_80"] < 0.7 < figures["speech"]["head_80"]
    assert figures["voiced"]["low"] > 0.1
    assert knows(figures)
    twice = sureness_figures([whole, whole])
    assert twice["all"]["frames"] == 12_000
    assert twice["all"]["gain"] == pytest.approx(figures["all"]["gain"])
    nothing = fitted(False)
    x, error, speech = known_error(6000, 2, honest=False)
    assert not knows(sureness_figures([sureness_counts(sureness_rows(nothing, x, error), speech, RATE)]))
    wrong = sureness_figures([sureness_counts(sureness_rows(one, x, error), speech, RATE)])
    assert not knows(wrong)


def test_the_error_of_a_frame_is_in_db() -> None:
    mel = np.random.default_rng(0).standard_normal((5, 40)).astype(np.float32)
    np.testing.assert_allclose(frame_error_db(mel + np.float32(np.log(10.0)), mel), 20.0, rtol=1e-5)
    np.testing.assert_array_equal(frame_error_db(mel, mel), 0.01)


def test_its_line_says_what_it_is_worth() -> None:
    assert sureness_line({"why": "x"}, True) == "SIMULATED how sure: cannot tell, x"
    assert sureness_line({"why": "x", "contaminated": True}, True).startswith("CONTAMINATED SIMULATED how sure: ")
    assert withheld()[0] is None
    assert "may know the parts that this is learnt and judged on" in sureness_line(withheld()[1], False)
    held = {"all": {"head_80": 0.81, "gain": 0.5, "low": 0.1}, "voiced": {"gain": 0.04}}
    text = sureness_line({"passed": True, "held_out": held}, False)
    assert "80 % interval holds 81% of the held-out frames; where speech is expected +0.04 nat" in text
    assert text.endswith("that it knows more is not shown")
    held["voiced"] |= {"low": -0.01, "high": 0.09}
    text = sureness_line({"passed": True, "held_out": held}, False)
    assert text.endswith("(95 % -0.01 to +0.09): speech from silence; that it knows more is not shown")
    held["voiced"]["low"] = 0.01
    assert sureness_line({"passed": True, "held_out": held}, False).endswith("(95 % +0.01 to +0.09)")
    del held["all"]["low"]
    text = sureness_line({"passed": False, "held_out": held}, False)
    assert "cannot tell, not shown to know more than a constant error on the held-out part (fewer" in text


def trained(coupling: float) -> tuple[Sureness | None, dict]:
    made = corpus(coupling)
    ridge = Ridge(RidgeSettings(), made.features[0].shape[1], made.mel[0].shape[1])
    ridge.fit(*([(torch.from_numpy(x), torch.from_numpy(y)) for x, y in made.segments(part)] for part in PARTS))
    return fit_sureness(ridge, made, expected_level(made))


def test_training_finds_one_where_the_brain_knows_of_speech() -> None:
    found, report = trained(2.0)
    assert found is not None
    assert report["passed"]
    assert found.settings.passed
    assert report["held_out"]["all"]["low"] > 0
    assert 0.6 < report["held_out"]["all"]["head_80"] < 0.95
    assert "cannot tell" not in sureness_line(report, True)


def test_training_claims_none_where_the_brain_knows_nothing() -> None:
    found, report = trained(0.0)
    assert found is None or not found.settings.passed
    assert "cannot tell" in sureness_line(report, False)
