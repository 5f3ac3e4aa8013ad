"""`offline.train --from BUNDLE`: today's network starts from yesterday's weights, by label, and says so."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import offline.training.fitting
import offline.training.recordings
import offline.training.run
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings, read_toml
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.errors import BkError
from bk_realtime.session.bundle import fade_choice
from offline.data.dataset import build_corpus
from offline.data.kept_prints import kept_fingerprints
from offline.data.processed import process_recording
from offline.data.split import SplitSettings
from offline.io.recording import Recording
from offline.train import main
from offline.training.from_yesterday import Yesterday, feature_axes
from offline.training.run_folder import begin_run
from offline.training.settings import OptimiserSettings, Train
from tests.synthetic import synthetic_recording
from tests.unit.train_runs import StopAfter, last_weights, run
from tests.unit.train_runs import settings as train_settings

MEL, SHORT = MelSettings(), SplitSettings(guard_s=1.0, min_part_s=2.0)
ONE_EPOCH = OptimiserSettings(epochs=1, batch=4, segment_s=1.0)


def another_montage(recording: Recording) -> Recording:
    """The first contact lost, two written otherwise and on other inputs, one new."""
    order = [3, 1, 2, 5]
    return dataclasses.replace(recording, neural=recording.neural[:, order], labels=("EEG A4-REF", "A02", "A3", "N1"))


@pytest.fixture(scope="module")
def days() -> dict[str, Recording]:
    return {
        "d1.xdf": synthetic_recording(30.0, n_channels=4, seed=1, name="d1"),
        "d2.xdf": another_montage(synthetic_recording(30.0, n_channels=6, seed=2, name="d2")),
    }


@pytest.fixture(autouse=True)
def read(monkeypatch: pytest.MonkeyPatch, days: dict[str, Recording]) -> None:
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: days[Path(path).name])


def settings(out: Path, of: str = "d2.xdf", **changes: Any) -> Train:
    return train_settings(out, **{"recordings": (Path(of),), **changes})


@pytest.fixture(scope="module")
def yesterday(days: dict[str, Recording], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("yesterday") / "p01"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offline.training.recordings, "read_recording", lambda path, **_: days["d1.xdf"])
        run(settings(folder, "d1.xdf", optimiser=OptimiserSettings(epochs=2, batch=4, segment_s=1.0)))
    return folder


def today(out: Path, yesterday: Path, **changes: Any) -> Train:
    optimiser = OptimiserSettings(epochs=2, batch=4, segment_s=1.0)
    return settings(out, **{"carry_on": yesterday, "set": (), "optimiser": optimiser, **changes})


def test_it_starts_where_yesterday_ended(
    tmp_path: Path, yesterday: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[dict[str, Tensor], float]] = []
    fit = offline.training.fitting.fit_network

    def spied(decoder: Any, corpus: Any, optimiser: OptimiserSettings, *told: Any) -> Any:
        begun.append(({k: v.clone() for k, v in decoder.state_dict().items()}, optimiser.learning_rate))
        return fit(decoder, corpus, optimiser, *told)

    monkeypatch.setattr(offline.training.fitting, "fit_network", spied)
    _, text = run(today(tmp_path / "m", yesterday))
    was, now = load_bundle(yesterday), load_bundle(tmp_path / "m")
    assert now.labels == ("A4", "A2", "A3", "N1")
    ((start, rate),) = begun  # the ridge beside it starts from nothing
    assert rate == 0.25 * 2e-3
    old: dict[str, Tensor] = was.decoder.state_dict()  # type: ignore[attr-defined]
    assert torch.equal(start["project.weight"][:, :3], old["project.weight"][:, [3, 1, 2]])
    assert not start["project.weight"][:, 3].any()
    for name in ("project.bias", "gru.layers.0.weight_ih_l0", "head.weight"):
        assert torch.equal(start[name], old[name]), name
    statistics = [name for name in old if name.startswith("target.")]
    assert statistics
    assert not any(torch.equal(start[name], old[name]) for name in statistics)  # the sound is today's
    for said in (
        "1 of 4 channels lost since, or bad: A1",
        "1 channels are new and begin at weight 0: N1",
        "carried on from bundle p01, by channel labels; whether it is the same participant cannot be told",
    ):
        assert said in text, said
    told = now.provenance
    assert told["carried_on"] == {
        "bundle": "p01", "sha256": was.digest, "lost": ["A1"], "learning_rate_share": 0.25
    }  # fmt: skip
    assert [entry["name"] for entry in told["data"]] == ["d1.xdf", "d2.xdf"]
    assert len(kept_fingerprints(now.fingerprints, 2)) == 2
    assert set(now.scores) >= {"gru", "ridge", "test_seconds"}
    with pytest.raises(BkError, match="was trained on it"):
        run(today(tmp_path / "n", tmp_path / "m", recordings=(Path("d1.xdf"),)))
    assert "carried_on" not in load_bundle(tmp_path / "m/training/ridge/bundle").provenance


def test_weights_go_by_label_in_every_band(days: dict[str, Recording]) -> None:
    """With nothing learnt it decodes today as yesterday's network decodes the same contacts in its own order."""
    torch.manual_seed(0)
    features = FeatureSettings(more_bands=("beta",))
    recording = synthetic_recording(30.0, n_channels=3, seed=4)
    decoder = build_decoder("seq2seq", {"hidden": 8, "attention_window": 5}, 4, 80).eval().requires_grad_(False)
    bundle = Bundle(
        None, "seq2seq", features, MEL, VocoderSettings(), ("A3", "A1"), recording.sfreq, np.zeros(4), np.ones(4),
        decoder,
    )  # fmt: skip
    session = process_recording(recording, features, MEL, recording.labels)
    corpus = build_corpus([session], features, MEL, recording.labels, recording.sfreq, split=SHORT)
    assert feature_axes(bundle) == {"encoder.convs.0.conv.weight": 1}
    like = build_decoder("seq2seq", {"hidden": 8, "attention_window": 5}, 6, 80).eval().requires_grad_(False)
    like.load_state_dict(Yesterday(bundle, "", ()).weights(corpus))
    x = torch.from_numpy(corpus.features[0][None, :200])
    # today's features: A1 A2 A3 and their beta
    torch.testing.assert_close(like(x), decoder(x[..., [2, 0, 5, 3]]), rtol=1e-5, atol=1e-5)
    strange = dataclasses.replace(bundle, labels=("B1", "B2"))
    with pytest.raises(BkError, match="has 0 of the 2 channels"):
        Yesterday(strange, "", ()).weights(corpus)


def test_resume_ends_with_the_same_weights(tmp_path: Path, yesterday: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = today(tmp_path / "whole", yesterday)
    run(options)
    cut = dataclasses.replace(options, out=tmp_path / "cut")
    with monkeypatch.context() as patch:
        patch.setattr(offline.training.run, "Pictures", lambda *_: StopAfter(1))
        with pytest.raises(RuntimeError, match="power cut"):
            run(cut)
    with pytest.raises(BkError, match="--resume: from is None"):
        run(dataclasses.replace(cut, carry_on=None, resume=True))
    moved = tmp_path / "elsewhere"
    shutil.copytree(yesterday, moved)
    run(dataclasses.replace(cut, carry_on=moved, resume=True))
    whole, resumed = (last_weights(tmp_path / name, "gru") for name in ("whole", "cut"))
    assert all(torch.equal(tensor, resumed[name]) for name, tensor in whole.items())
    assert "from" in read_toml(tmp_path / "cut/training/run.toml")


def test_no_scores_where_it_may_know_today(tmp_path: Path, yesterday: Path) -> None:
    was = load_bundle(yesterday)
    blind = save_bundle(dataclasses.replace(was, fingerprints={}), tmp_path / "blind")
    assert blind.path is not None
    shown, text = run(today(tmp_path / "m", blind.path, save_predictions=True))
    now = load_bundle(tmp_path / "m")
    doubt = "leak: CANNOT TELL whether the bundle knows today"
    before_the_table, table, _ = text.partition("held-out part, ")
    assert text.count(doubt) == 2
    assert table
    assert doubt in before_the_table[before_the_table.index("epoch(s)") :]
    assert (now.scores, now.fingerprints) == ({}, {})
    assert "cannot tell" in now.provenance["leak"]
    assert "gru" not in shown
    assert "ridge" in shown
    beside = load_bundle(tmp_path / "m/training/ridge/bundle").scores
    assert "ridge" in beside
    assert "gru" not in beside
    assert "inside speech (r" not in text  # no verdict over ridge
    with np.load(tmp_path / "m/training/predictions.npz") as kept:
        assert doubt in str(kept["leak"])
        assert str(kept["simulated"]) == "SIMULATED participant"
    # nor is said how sure it is: its errors on what it may know are too small
    assert now.sureness is None
    assert set(now.provenance["sureness"]) == {"why"}
    assert "SIMULATED how sure: cannot tell, the bundle that it started from may know" in " ".join(text.split())
    assert "the bundle that it started from may know" in fade_choice(now, False)
    assert load_bundle(tmp_path / "m/training/ridge/bundle").sureness is not None  # it started from nothing


def test_what_was_in_the_channels_yesterday_is_said_today(tmp_path: Path, yesterday: Path) -> None:
    was = load_bundle(yesterday)
    said = {"verdict": "kept", "reason": "planted", "found": ["A1"], "excluded": [], "suspect": []}
    bad = save_bundle(dataclasses.replace(was, provenance={**was.provenance, "contamination": said}), tmp_path / "bad")
    assert bad.path is not None
    for policy in ("refuse", "exclude"):
        with pytest.raises(BkError, match=r"bundle bad is CONTAMINATED.*--contaminated keep"):
            run(today(tmp_path / "m", bad.path, contaminated=policy))
    _, text = run(today(tmp_path / "m", bad.path, contaminated="keep", save_predictions=True))
    assert "CONTAMINATED held-out part" in text
    assert text.count("CONTAMINATED: the sound itself is in A1 (in the days before; planted)") == 2  # before, and after
    now, beside = load_bundle(tmp_path / "m"), load_bundle(tmp_path / "m/training/ridge/bundle")
    assert now.provenance["contamination"]["verdict"] == "kept"
    assert now.provenance["sureness"]["contaminated"] is True
    assert "CONTAMINATED SIMULATED how sure" in text
    assert "CONTAMINATED SIMULATED gru " in text  # than ridge
    with np.load(tmp_path / "m/training/predictions.npz") as kept:
        assert str(kept["contaminated"]).startswith("CONTAMINATED: the sound itself is in A1")
    # what started from nothing is clean, and says nothing of what did not
    assert ("gru" in now.scores, "gru" in beside.scores, "ridge" in beside.scores) == (True, False, True)
    assert "contaminated" not in {**beside.provenance["sureness"], **beside.provenance["gate"]}


@pytest.mark.parametrize(("words", "lookahead"), [((), 23.2), (("--vocoder.lookahead-ms", "11.6"), 11.6)])
def test_yesterdays_vocoder_is_kept_unless_another_is_named(
    words: tuple[str, ...], lookahead: float, tmp_path: Path, yesterday: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Train] = []
    monkeypatch.setattr(offline.training.run, "train", lambda settings, *_: told.append(settings))
    late = dataclasses.replace(load_bundle(yesterday), vocoder=VocoderSettings(lookahead_ms=23.2))
    spoken = save_bundle(late, tmp_path / "y")
    assert main(["d2.xdf", "--decoder", "gru", "--out", str(tmp_path / "m"), "--from", str(spoken.path), *words]) == 0
    assert told[0].vocoder.lookahead_ms == lookahead


@pytest.mark.parametrize(("named", "lookahead"), [(None, 23.2), (True, 11.6)])
def test_a_program_that_trains_keeps_it_too(
    named: bool | None, lookahead: float, tmp_path: Path, yesterday: Path
) -> None:
    late = dataclasses.replace(load_bundle(yesterday), vocoder=VocoderSettings(lookahead_ms=23.2))
    spoken = save_bundle(late, tmp_path / "y").path
    assert spoken is not None
    run(today(tmp_path / "m", spoken, vocoder_named=named, optimiser=ONE_EPOCH))
    assert load_bundle(tmp_path / "m").vocoder.lookahead_ms == lookahead


def test_what_cannot_be_started_from(
    tmp_path: Path, yesterday: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    was = load_bundle(yesterday)

    def bundle(name: str, **changes: Any) -> Path:
        saved = save_bundle(dataclasses.replace(was, **changes), tmp_path / name)
        assert saved.path is not None
        return saved.path

    running = bundle("running", features=dataclasses.replace(was.features, normalisation="running"))
    members = {"ridge": {"n_past": 2}, "gru": {"hidden": 8, "layers": 1}}
    averaged = bundle(
        "averaged", kind="average", decoder=build_decoder("average", members, 4, 80).eval().requires_grad_(False)
    )
    late = bundle("late", lead_ms=50.0)
    real = bundle("real", provenance={**was.provenance, "simulated": False})
    for place, changes, message in (
        (yesterday / "training/ridge/bundle", {}, "is a ridge; expected a network"),
        (yesterday, {"decoder": "seq2seq"}, "--decoder seq2seq: expected gru"),
        (running, {}, "running statistics"),
        (averaged, {}, "is an average; expected a network$"),
        (late, {}, "--lead 0: expected 50"),
        (real, {}, "is of a SIMULATED participant"),
        (yesterday, {"features": FeatureSettings(window_s=0.1)}, "expected those of bundle p01"),
        (yesterday, {"recordings": (Path("d1.xdf"),)}, "was trained on"),
    ):
        with pytest.raises(BkError, match=message):
            run(today(tmp_path / "m", place, **changes))
    faster = dataclasses.replace(days["d2.xdf"], sfreq=2 * days["d2.xdf"].sfreq)
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: faster)
    with pytest.raises(BkError, match="runs at 1024 Hz, bundle p01 was trained at 512"):
        run(today(tmp_path / "m", yesterday))
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "hidden=16"], "expected no --set and no --loss for gru"),
        (["--loss", "l1"], "expected no --set and no --loss"),
        (["--choose-bands", "low"], "expected no --choose-bands"),
        (["--days", "1"], "--days 1: expected at least two"),
    ],
)
def test_options_that_do_not_go_with_it_are_refused_before_anything_is_read(
    options: list[str],
    message: str,
    tmp_path: Path,
    yesterday: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        offline.training.recordings, "read_recording", lambda path, **_: pytest.fail("read before it was checked")
    )
    command = ["d2.xdf", "--decoder", "gru", "--out", str(tmp_path / "m"), "--from", str(yesterday)]
    with pytest.raises(SystemExit) as caught:
        main([*command, *options])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert message in error


def test_yesterday_is_never_written_over(tmp_path: Path, yesterday: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What today starts from is hashed after the recordings were read, and with --overwrite gone by then."""
    shutil.copytree(yesterday, tmp_path / "m")
    shutil.copytree(yesterday, tmp_path / "m/training/kept")
    (tmp_path / "link").symlink_to(tmp_path / "m")
    for place in ("m", "link", "m/training/kept"):
        out = ["--out", str(tmp_path / "m"), "--overwrite"]
        with pytest.raises(SystemExit) as caught:
            main(["d2.xdf", "--decoder", "gru", "--from", str(tmp_path / place), *out])
        assert caught.value.code == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "expected a bundle outside --out" in error
    gone = today(tmp_path / "m", tmp_path / "gone", overwrite=True)
    with pytest.raises(OSError, match="gone"):
        begin_run(gone, ["hash"])
    assert load_bundle(tmp_path / "m").digest == load_bundle(yesterday).digest


def test_a_bundle_that_is_none_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["d2.xdf", "--decoder", "gru", "--out", str(tmp_path / "m"), "--from", str(tmp_path / "none")])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "none" in error
