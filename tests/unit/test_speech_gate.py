"""The speech gate: hysteresis, its place in bundle and chain, what training makes of it, how it is judged."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.errors import BkError, OptionError
from offline.data.dataset import Corpus, build_corpus
from offline.data.processed import process_recording
from offline.scoring.speech_gate import gate_counts, gate_figures
from offline.training.gate import fit_gate, gate_line, opened
from tests.engine_fakes import LABELS, noise, tiny_bundle
from tests.synthetic import synthetic_recording

MEL = MelSettings()


def gate(n_in: int = 8, **settings: float) -> SpeechGate:
    weight = np.random.default_rng(1).standard_normal((5, n_in))
    return SpeechGate(GateSettings(**settings), weight, 0.0)  # type: ignore[arg-type]


def test_two_thresholds_and_a_least_time() -> None:
    """Opens at 0.8, stays while at least 0.4, three frames at least; what is no number closes it."""
    detector = SpeechGate(GateSettings(0.8, 0.4, min_open=3), np.ones((1, 1)), 0.0)
    p = np.array([0.5, 0.79, 0.81, 0.1, 0.1, 0.1, 0.9, 0.5, 0.5, 0.5, 0.41, 0.39, 0.9, 0.9, 0.9, 0.9, np.nan, 0.7])
    said = detector.forward(torch.from_numpy(np.log(p / (1 - p)))[None, :, None])[0].numpy()
    np.testing.assert_allclose(said[:, 0], p)
    assert said[:, 1].astype(int).tolist() == [0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0]


def test_thresholds_that_do_not_go_together() -> None:
    detector = gate(open_at=0.8, close_at=0.4)
    assert detector.with_thresholds(0.3, None).settings.close_at == 0.3
    assert detector.with_thresholds(None, 0.6).settings == GateSettings(0.8, 0.6)
    for wrong in ((0.3, 0.5), (1.5, None), (None, 0.9), (0.5, -0.1), (np.nan, None)):
        with pytest.raises(OptionError, match="to close at most that to open"):
            detector.with_thresholds(*wrong)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    plain = tiny_bundle(tmp_path / "plain")
    return save_bundle(dataclasses.replace(plain, gate=gate(open_at=0.9, passed=True)), tmp_path / "gated")


def test_it_comes_back_from_the_bundle_and_older_bundles_have_none(bundle: Bundle, tmp_path: Path) -> None:
    assert load_bundle(tmp_path / "plain").gate is None
    assert bundle.gate is not None
    assert bundle.gate.settings == GateSettings(open_at=0.9, passed=True)
    np.testing.assert_array_equal(bundle.gate.weight, gate().weight)
    # a bundle without one that takes its place says so, though the file of the other still lies there
    save_bundle(dataclasses.replace(bundle, gate=None), tmp_path / "gated", overwrite=True)
    assert load_bundle(tmp_path / "gated").gate is None


def test_a_damaged_gate_and_one_of_other_features_are_refused(bundle: Bundle, tmp_path: Path) -> None:
    path = tmp_path / "gated" / "gate.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(BkError, match="checksum differs"):
        load_bundle(tmp_path / "gated")
    for odd, words in ((gate(3), "gate of 8 features, got 3"), (gate(8, open_at=0.5), "not a speech gate")):
        if words.startswith("not"):
            odd.metadata = lambda: {"gate": "{}x"}  # type: ignore[method-assign]
        with pytest.raises(BkError, match=words) as caught:
            save_bundle(dataclasses.replace(bundle, gate=odd), tmp_path / "gated", overwrite=True)
        assert "\n" not in str(caught.value)


def test_the_chain_gates_in_any_chunks_as_offline(bundle: Bundle) -> None:
    x = noise(3000)
    whole = Chain(bundle, LABELS).push(x)
    chain, parts = Chain(bundle, LABELS), [0, 1, 7, 400, 401, 1600, 3000]
    pieces = [chain.push(x[a:b]) for a, b in itertools.pairwise(parts)]
    np.testing.assert_array_equal(np.concatenate([p.gate for p in pieces]), whole.gate)
    assert whole.gate.shape == (len(whole.features), 2)
    assert 0.05 < whole.gate[:, 1].mean() < 0.95
    chain.reset()
    np.testing.assert_array_equal(chain.push(x).gate, whole.gate)
    assert bundle.gate is not None
    assert (opened(bundle.gate, whole.features) == (whole.gate[:, 1] > 0)).mean() > 0.99  # float32 features
    assert Chain(dataclasses.replace(bundle, gate=None), LABELS).push(x).gate.shape == (0, 2)


def corpus(gain: float) -> Corpus:
    labels = tuple(f"A{i + 1}" for i in range(8))
    recording = synthetic_recording(120.0, gain=gain)
    processed = process_recording(recording, FeatureSettings(), MEL, labels)
    return build_corpus([processed], FeatureSettings(), MEL, labels, recording.sfreq)


def test_training_finds_a_gate_where_the_brain_knows_of_speech() -> None:
    found, report = fit_gate(corpus(2.0))
    assert found is not None
    assert report["passed"] is True
    assert found.settings.passed
    assert report["held_out"]["balanced"] > 0.8 > 0.65 > report["chance"]["balanced_p95"]
    assert report["held_out"]["missed_share"] < 0.1 < report["chance"]["missed_share"]
    assert "SIMULATED speech gate, held out: " in gate_line(report, True)
    assert "NOT " not in gate_line(report, True)
    assert gate_line({**report, "contaminated": True}, True).startswith(
        "CONTAMINATED SIMULATED speech gate, held out: "
    )
    for doubt in ("contaminated", "leak"):
        assert gate_line({**report, doubt: True}, True).endswith("; NOT used unasked: this says nothing")


def test_training_passes_no_gate_where_the_brain_knows_nothing() -> None:
    found, report = fit_gate(corpus(0.0))
    assert found is None or not found.settings.passed
    assert "why" in report or "NOT good enough" in gate_line(report, False)


def test_a_gate_that_is_hardly_ever_closed_is_false_in_every_silence() -> None:
    mask = np.zeros(1000, bool)
    mask[100:150] = mask[300:400] = mask[440:500] = True
    always = gate_counts(np.ones(1000, bool), mask, 100.0)
    assert (always["false"], always["missed"]) == (3, 0)  # before, between 150 and 300, after; not the pause of 0.4 s
    late = np.zeros(1000, bool)
    late[95:200] = late[290:540] = True  # up to half a second late is no fault
    assert gate_counts(late, mask, 100.0)["false"] == 0


def test_a_brain_that_knows_little_gets_no_gate_that_is_always_open() -> None:
    found, report = fit_gate(corpus(0.2))
    assert found is not None
    assert report["held_out"]["silence_kept"] > 0.7
    assert report["held_out"]["balanced"] > 0.75


def test_counts_of_a_gate() -> None:
    """Frames of 10 ms: two words of 0.5 s, the second with a pause of 0.1 s; a click that is no word."""
    mask = np.zeros(1000, bool)
    mask[100:150] = mask[400:420] = mask[430:460] = mask[700:705] = True
    is_open = np.zeros(1000, bool)
    is_open[110:160] = is_open[600:640] = is_open[900:910] = is_open[455:470] = True
    counts = gate_counts(is_open, mask, 100.0)
    assert counts == {
        "seconds": 10.0,
        "speech": 105,
        "speech_hit": 40 + 5,
        "silence": 895,
        "silence_kept": 895 - 10 - 10 - 40 - 10,
        "onsets": 2,
        "missed": 1,  # open 550 ms after the onset
        "late_s": 0.1,
        "false": 2,
    }
    figures = gate_figures([counts, counts])
    assert figures["missed_share"] == 0.5
    assert figures["false_per_hour"] == 720.0
    assert figures["late_ms"] == 100.0
    assert figures["balanced"] == pytest.approx((45 / 105 + 825 / 895) / 2)
    assert np.isnan(gate_figures([gate_counts(mask[:50], mask[:50], 100.0)])["missed_share"])
