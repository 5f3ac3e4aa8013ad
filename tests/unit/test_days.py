"""Several days of one participant: cut, normalised and learnt each by itself, for the decoder of the last one."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import offline.training.lightning_module
import offline.training.recordings
import offline.training.run
from bk_realtime.decoder.base import NetworkDecoder
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.decoder.speech_frames import speech_mask
from bk_realtime.errors import BkError
from bk_realtime.stream import Stream
from offline.data.dataset import Corpus, build_corpus, common_labels
from offline.data.processed import process_recording
from offline.data.provenance import provenance
from offline.data.settings import AugmentSettings
from offline.io.recording import Recording
from offline.train import main
from offline.training.corpus import not_moved
from offline.training.day_layers import DayLayers
from offline.training.lightning_module import DecoderModule
from tests.unit.train_runs import StopAfter, last_weights, run, weights
from tests.unit.two_days import FEATURES, MEL, ONE_EPOCH, SHORT, corpus, corpus_of, days, read, settings  # noqa: F401


def test_only_the_last_day_chooses_and_is_scored(corpus: Corpus, days: dict[str, Recording]) -> None:
    whole, last = (len(x) for x in corpus.features)
    assert corpus.splits[0].ranges("training") == ((0, whole),)
    assert [len(x) for x, _ in corpus.segments("training")] == [whole, corpus.splits[1].training[0][1]]
    assert len(corpus.segments("validation")) == len(corpus.segments("test")) == 1
    assert corpus.splits[1].test[1] == last
    as_one = corpus_of(days, ())
    assert corpus.splits[1] == as_one.splits[1]
    assert len(as_one.segments("test")) == 2
    assert (corpus.segment_days("training"), corpus.segment_days("test")) == ((1, 0), (0,))
    assert (as_one.segment_days("training"), as_one.days_before) == ((0, 0), ())
    assert corpus.days_before == (1,)


def test_each_day_has_a_normalisation_of_its_own(corpus: Corpus, days: dict[str, Recording]) -> None:
    for x, _ in corpus.segments("training"):
        np.testing.assert_allclose(x.mean(0), 0, atol=0.02)
        np.testing.assert_allclose(x.std(0), 1, atol=0.02)
    alone = build_corpus(corpus.sessions[1:], FEATURES, MEL, corpus.labels, corpus.sfreq, split=SHORT)
    np.testing.assert_array_equal(corpus.mean, alone.mean)
    np.testing.assert_array_equal(corpus.std, alone.std)
    pooled = corpus_of(days, ()).segments("training")
    assert abs(pooled[0][0].mean() - pooled[1][0].mean()) > 0.5  # what it is without


def test_another_gain_of_the_microphone_is_no_other_word(corpus: Corpus, days: dict[str, Recording]) -> None:
    as_one = corpus_of(days, ())
    np.testing.assert_array_equal(corpus.mel[1], as_one.mel[1])
    gain = corpus.mel[0] - as_one.mel[0]
    np.testing.assert_allclose(gain, gain[:1].repeat(len(gain), 0), atol=1e-4)  # one for all frames
    assert abs(gain[0].mean()) > 0.1
    rows = [slice(0, n) for n in (len(corpus.mel[0]), corpus.splits[1].training[0][1])]
    before, last = (c[r][speech_mask(u[r])].mean(0) for c, u, r in zip(corpus.mel, as_one.mel, rows, strict=True))
    np.testing.assert_allclose(before, last, atol=1e-3)
    assert corpus.mel[0].dtype == np.float32


@pytest.mark.parametrize("hum", [0, 1])
def test_days_without_silence_keep_their_spectrum_and_it_is_said(days: dict[str, Recording], hum: int) -> None:
    recordings = list(days.values())
    labels = common_labels(recordings)
    sessions = [process_recording(r, FEATURES, MEL, labels) for r in recordings]
    even = np.random.default_rng(0).normal(0, 0.1, len(sessions[hum].audio)).astype(np.float32)
    sessions[hum] = dataclasses.replace(sessions[hum], audio=even)
    made = build_corpus(sessions, FEATURES, MEL, labels, recordings[0].sfreq, split=SHORT, days=(1, 2))
    as_one = build_corpus(sessions, FEATURES, MEL, labels, recordings[0].sfreq, split=SHORT)
    np.testing.assert_array_equal(made.mel[0], as_one.mel[0])
    assert made.unmoved == (1,)
    assert not_moved(made).startswith("day 1 keeps the mean spectrum of its own microphone: speech cannot be told")
    assert provenance([Path("d1.xdf"), Path("d2.xdf")], made, 0)["days_not_moved"] == [1]


def test_days_that_are_moved_are_not_said(corpus: Corpus) -> None:
    assert corpus.unmoved == ()
    assert not_moved(corpus) == ""
    assert "days_not_moved" not in provenance([Path("d1.xdf"), Path("d2.xdf")], corpus, 0)


def test_a_day_without_a_good_trial_is_named(days: dict[str, Recording]) -> None:
    recordings = list(days.values())
    labels = common_labels(recordings)
    first, second = (process_recording(r, FEATURES, MEL, labels) for r in recordings)
    spoilt = dataclasses.replace(first, bad=((0, 10**6),))
    with pytest.raises(BkError, match="every trial of the training part of day 1 is marked bad"):
        build_corpus([spoilt, second], FEATURES, MEL, labels, recordings[0].sfreq, split=SHORT, days=(1, 2))


def test_the_last_day_passes_as_it_is_and_the_others_through_their_own() -> None:
    torch.manual_seed(0)
    layers = DayLayers(2, 3)
    x = torch.randn(3, 7, 3)
    day = torch.tensor([0, 1, 2])
    torch.testing.assert_close(layers(x, day), x, rtol=0, atol=0)
    torch.nn.init.normal_(layers.weight)
    mixed = layers(x, day)
    assert torch.equal(mixed[0], x[0])
    for k in (1, 2):
        torch.testing.assert_close(mixed[k], x[k] + x[k] @ layers.weight[k - 1].T)
    assert not torch.allclose(mixed[1], layers(x, torch.tensor([0, 2, 1]))[1])
    layers(x, torch.tensor([0, 2, 0])).square().sum().backward()
    assert layers.weight.grad is not None
    assert not layers.weight.grad[0].any()
    assert layers.weight.grad[1].any()


@pytest.mark.parametrize(
    ("kind", "sizes"), [("gru", {"hidden": 8}), ("seq2seq", {"hidden": 8, "lookahead": 2, "attention_window": 6})]
)
def test_a_layer_before_a_network_is_nothing_that_its_weights_cannot_be(kind: str, sizes: dict[str, Any]) -> None:
    """Why the last day needs none: decoding behind a layer, in any chunks, is decoding with other first weights."""
    torch.manual_seed(1)
    decoder = build_decoder(kind, sizes, 4, 80).eval().requires_grad_(False)
    layers = DayLayers(1, 4).requires_grad_(False)
    torch.nn.init.normal_(layers.weight, std=0.3)
    x = torch.randn(1, 60, 4)
    behind = decoder(layers(x, torch.tensor([1])))
    first = decoder.project.weight if kind == "gru" else decoder.encoder.convs[0].conv.weight
    assert not torch.allclose(decoder(x), behind, atol=1e-3)
    first.copy_(torch.einsum("oi...,ij->oj...", first, torch.eye(4) + layers.weight[0]))
    stream = Stream(decoder, x[:, :0])
    chunks = [stream.push(part) for part in x.split([1, 7, 0, 20, 32], 1)]
    torch.testing.assert_close(torch.cat([*chunks, stream.flush()], 1), behind, rtol=1e-5, atol=1e-5)


def test_a_segment_of_the_last_day_teaches_the_layers_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = build_decoder("gru", {"hidden": 4, "layers": 1}, 4, 80)
    assert isinstance(decoder, NetworkDecoder)
    decoder.fit_targets(torch.from_numpy(corpus.mel[1]))
    layers = DayLayers(1, 4)
    module = DecoderModule(decoder, ONE_EPOCH, AugmentSettings(), 86.0, 0, 4, layers)
    monkeypatch.setattr(DecoderModule, "teacher_forcing", 0.0)
    monkeypatch.setattr(module, "log", lambda *_, **__: None)
    found = []
    for day in (0, 1):
        layers.weight.grad = None
        x, mel = (torch.from_numpy(a[None, :80]) for a in (corpus.features[1], corpus.mel[1]))
        module.training_step((x, mel, torch.tensor([day])), 0).backward()
        assert layers.weight.grad is not None
        found.append(float(layers.weight.grad.abs().max()))
    assert found[0] == 0.0 < found[1]


def test_training_leaves_an_ordinary_bundle_of_the_last_day(
    tmp_path: Path, days: dict[str, Recording], corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    augment = offline.training.lightning_module.augment
    monkeypatch.setattr(
        offline.training.lightning_module, "augment", lambda x, s, rate, n: told.append(n) or augment(x, s, rate, n)
    )
    scores, text = run(settings(tmp_path / "m", save_predictions=True, day_layers=True))
    assert set(told) == {4}
    bundle = load_bundle(tmp_path / "m")
    assert (bundle.kind, bundle.labels) == ("gru", corpus.labels)
    np.testing.assert_array_equal(bundle.mean, corpus.mean)
    assert not any("days" in name for name in weights(tmp_path / "m"))
    assert bundle.provenance["fit"]["days_apart"]["1"] > 0
    yesterday, today = bundle.provenance["data"]
    assert (yesterday["day"], today["day"]) == (1, 2)
    assert bundle.provenance["left_out"] == ["A5", "A6"]
    n = len(corpus.features[0])
    first = corpus.first[0]
    assert (yesterday["training"], yesterday["validation"]) == ([[first, first + n]], [first + n, first + n])
    assert "held_out" not in yesterday
    assert today["held_out"] == [corpus.first[1] + frame for frame in corpus.splits[1].test]
    assert bundle.scores["test_seconds"] == pytest.approx(corpus.seconds("test"), abs=0.1)
    x, _ = corpus.segments("test")[0]
    with np.load(tmp_path / "m/training/predictions.npz") as kept:
        decoded = bundle.decoder.forward(torch.from_numpy(x)[None])[0].numpy()
        np.testing.assert_allclose(kept["gru"], decoded, atol=1e-4)
    assert np.isfinite(scores["ridge"]["r"])
    for said in (
        "days: the decoder is of day 2, which alone chooses and is scored; day 1 is learnt",
        "gru: day 1 is 0.",
        "channels left out, because not every recording has them as good ones: A5 (bad in d2), A6 (not in d1); "
        "--label-map of `offline.train` says which of them is only called otherwise",
        "SIMULATED",
    ):
        assert said in text, said


def test_without_layers_each_day_still_has_its_own_normalisation(tmp_path: Path, corpus: Corpus) -> None:
    _, text = run(settings(tmp_path / "m", optimiser=ONE_EPOCH))
    bundle = load_bundle(tmp_path / "m")
    np.testing.assert_array_equal(bundle.mean, corpus.mean)
    assert "days_apart" not in bundle.provenance["fit"]
    assert not any("days" in name for name in last_weights(tmp_path / "m", "gru"))
    assert [entry["day"] for entry in bundle.provenance["data"]] == [1, 2]
    assert "which alone chooses and is scored" in text
    assert "input layer" not in text


def test_resume_ends_with_the_same_weights_and_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = settings(tmp_path / "whole", day_layers=True)
    run(options)
    cut = dataclasses.replace(options, out=tmp_path / "cut")
    with monkeypatch.context() as patch:
        patch.setattr(offline.training.run, "Pictures", lambda *_: StopAfter(1))
        with pytest.raises(RuntimeError, match="power cut"):
            run(cut)
    with pytest.raises(BkError, match=r"--resume: days is \[2, 1\]"):
        run(dataclasses.replace(cut, days=(2, 1), resume=True))
    run(dataclasses.replace(cut, resume=True))
    whole, resumed = (last_weights(tmp_path / name, "gru") for name in ("whole", "cut"))
    assert whole.keys() == resumed.keys() >= {"days.weight"}
    assert whole["days.weight"].any()
    for name, tensor in whole.items():
        assert torch.equal(tensor, resumed[name]), name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--days", "1"], "--days 1: expected one for each of the 2 recordings"),
        (["--day-layers"], "--day-layers: expected --days beside it"),
        (["--days", "3", "3"], "--days 3 3: expected at least two different days"),
        (["--days", "2", "1"], "--days 2 1: day 2 is the last one, but d2.xdf, named last, is of day 1; name today's"),
        (
            ["--days", "1", "2", "--day-layers", "--decoder", "ridge"],
            "--day-layers: expected a network such as gru, or auto",
        ),
        (["--days", "1", "2", "--choose-bands", "low"], "expected no --choose-bands"),
    ],
)
def test_days_that_cannot_be_are_refused_in_one_line_before_anything_is_read(
    options: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        offline.training.recordings, "read_recording", lambda path: pytest.fail("read before it was checked")
    )
    with pytest.raises(SystemExit) as caught:
        main(["d1.xdf", "d2.xdf", "--out", str(tmp_path / "m"), *options])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert message in error
    assert not (tmp_path / "m").exists()
