"""`offline.train`: a bundle that decodes, exact resume, honest score table, refusals."""

from __future__ import annotations

import dataclasses
import io
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import Callback
from rich.console import Console

import offline.train
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.errors import BkError
from bk_realtime.features import run_features
from offline.fitting import Machine
from offline.io.recording import Recording
from offline.lightning_module import OptimiserSettings
from offline.split import SplitSettings
from offline.train import Train, decoder_settings, main, train
from tests.synthetic import synthetic_recording

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def recording() -> Recording:
    return synthetic_recording(30.0, n_channels=4)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch, recording: Recording) -> None:
    """Recordings come from memory; the readers have tests of their own."""
    monkeypatch.setattr(offline.train, "read_recording", lambda path: recording)


def settings(out: Path, **changes: Any) -> Train:
    plain = Train(
        recordings=(Path("synthetic.xdf"),),
        out=out,
        model="gru",
        set=("hidden=8", "layers=1"),
        split=SplitSettings(guard_s=1.0, min_part_s=2.0),
        optimiser=OptimiserSettings(epochs=4, batch=4, segment_s=1.0),
        machine=Machine(accelerator="cpu", threads=1),
    )
    return dataclasses.replace(plain, **changes)


def run(options: Train) -> tuple[dict, str]:
    text = io.StringIO()
    scores = train(options, Console(file=text, width=200))
    return scores, text.getvalue()


def last_weights(folder: Path, model: str) -> dict[str, torch.Tensor]:
    """Weights after the last epoch, whichever epoch was best."""
    checkpoint = torch.load(folder / "training" / model / "checkpoints/last.ckpt", weights_only=True)
    return checkpoint["state_dict"]


def test_ridge_bundle_decodes_the_recording(tmp_path: Path, recording: Recording) -> None:
    scores, text = run(settings(tmp_path / "m", model="ridge", set=("n_past=12",), save_predictions=True))
    bundle = load_bundle(tmp_path / "m")
    assert bundle.kind == "ridge"
    assert scores["ridge"]["r_speech"] > 0.5
    assert scores["ridge"]["r"] > scores["mean spectrum"]["r"] == 0.0
    assert bundle.scores["ridge"]["r"] == pytest.approx(scores["ridge"]["r"], abs=1e-4)
    assert "SIMULATED" in text
    assert bundle.provenance["simulated"]
    assert bundle.provenance["data"][0]["sha256"] == recording.source_hash
    features = run_features(bundle.feature_operators(recording.labels), recording.neural)
    mel = bundle.decoder.forward(torch.from_numpy(features).float()[None])[0].numpy()
    with np.load(tmp_path / "m/training/predictions.npz") as kept:
        live = mel[: len(recording.audio) // 256][-len(kept["ridge"]) :]  # the held-out part is the end
        np.testing.assert_allclose(kept["ridge"][20:], live[20:], atol=1e-4)
        assert kept["reference"].shape == kept["ridge"].shape


def test_gru_leaves_what_a_researcher_needs(tmp_path: Path) -> None:
    scores, text = run(settings(tmp_path / "m"))
    assert {"gru", "ridge", "mean spectrum", "speech/silence oracle"} == set(scores)
    assert "gru epoch 4/4" in text
    assert "ridge inside speech" in text
    work = tmp_path / "m/training/gru"
    assert {p.name for p in (work / "checkpoints").iterdir()} >= {"best.ckpt", "last.ckpt", "epoch=003.ckpt"}
    board = next((work / "tensorboard").glob("events*")).read_bytes()
    for tag in (b"val_loss", b"val_teacher_forced", b"mel", b"decoded", b"teacher_forcing", b"lr"):
        assert tag in board, tag
    assert load_bundle(tmp_path / "m/training/ridge/bundle").kind == "ridge"
    fit = load_bundle(tmp_path / "m").provenance["fit"]
    assert fit["epochs"] == 4
    assert 0 < fit["seconds_to_2_percent"] <= fit["seconds"]


class StopAfter(Callback):
    """Ends training as a crash in the next epoch would, or as Ctrl-C does."""

    def __init__(self, epochs: int, how: type[BaseException] = RuntimeError) -> None:
        self.epochs, self.how = epochs, how

    def on_train_epoch_start(self, trainer, pl_module) -> None:
        if trainer.current_epoch == self.epochs:
            raise self.how("power cut")


@pytest.mark.parametrize(
    ("model", "sizes"), [("gru", ("hidden=8",)), ("seq2seq", ("hidden=8", "lookahead=2", "attention_window=6"))]
)
def test_resume_ends_with_the_same_weights(
    model: Any, sizes: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = settings(tmp_path / "whole", model=model, set=sizes, optimiser=OptimiserSettings(epochs=2, segment_s=1.0))
    run(options)
    cut = dataclasses.replace(options, out=tmp_path / "cut")
    with monkeypatch.context() as patch:
        patch.setattr(offline.train, "Pictures", lambda *_: StopAfter(1))
        with pytest.raises(RuntimeError, match="power cut"):
            run(cut)
    assert not (tmp_path / "cut/bundle.toml").exists()
    run(dataclasses.replace(cut, resume=True))
    whole, resumed = last_weights(tmp_path / "whole", model), last_weights(tmp_path / "cut", model)
    assert whole.keys() == resumed.keys()
    for name, tensor in whole.items():
        assert torch.equal(tensor, resumed[name]), name
    one, two = (load_bundle(tmp_path / n).decoder.state_dict() for n in ("whole", "cut"))  # type: ignore[attr-defined]
    assert all(torch.equal(tensor, two[name]) for name, tensor in one.items())


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_bundle(folder).decoder.state_dict()  # type: ignore[attr-defined]


def test_resume_leaves_a_training_that_early_stopping_ended(tmp_path: Path) -> None:
    """With a learning rate that only harms, the first epochs are the best and patience ends the training."""
    optimiser = OptimiserSettings(epochs=9, segment_s=1.0, learning_rate=1.0, patience=2, warm_up=0.5)
    options = settings(tmp_path / "m", optimiser=optimiser)
    run(options)
    before, fit = weights(tmp_path / "m"), load_bundle(tmp_path / "m").provenance["fit"]
    assert fit["best_epoch"] + 2 == fit["epochs"] < 9
    (tmp_path / "m").rename(tmp_path / "moved")
    _, text = run(dataclasses.replace(options, out=tmp_path / "moved", resume=True))
    assert "gru epoch" not in text
    assert load_bundle(tmp_path / "moved").provenance["fit"] == fit
    assert all(torch.equal(tensor, before[name]) for name, tensor in weights(tmp_path / "moved").items())


def test_resume_elsewhere_knows_the_best_epoch_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after its best epochs and moved, a run goes on with worse ones: the best stays the best."""
    optimiser = OptimiserSettings(epochs=4, segment_s=1.0, learning_rate=1.0, patience=9, warm_up=0.5)
    options = settings(tmp_path / "whole", optimiser=optimiser)
    run(options)
    best = load_bundle(tmp_path / "whole").provenance["fit"]["best_epoch"]
    assert best < 4
    with monkeypatch.context() as patch:
        patch.setattr(offline.train, "Pictures", lambda *_: StopAfter(best))
        with pytest.raises(RuntimeError, match="power cut"):
            run(dataclasses.replace(options, out=tmp_path / "cut"))
    (tmp_path / "cut").rename(tmp_path / "moved")
    run(dataclasses.replace(options, out=tmp_path / "moved", resume=True))
    assert not list((tmp_path / "moved").rglob("last-v*"))
    fit = load_bundle(tmp_path / "moved").provenance["fit"]
    assert (fit["best_epoch"], fit["epochs"]) == (best, 4)
    assert all(torch.equal(tensor, weights(tmp_path / "whole")[n]) for n, tensor in weights(tmp_path / "moved").items())


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    for seed in (0, 1):
        run(settings(tmp_path / str(seed), seed=seed, optimiser=OptimiserSettings(epochs=1, segment_s=1.0)))
    one, two = (last_weights(tmp_path / n, "gru") for n in ("0", "1"))
    assert any(not torch.equal(tensor, two[name]) for name, tensor in one.items())


def test_ctrl_c_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(offline.train, "Pictures", lambda *_: StopAfter(1, KeyboardInterrupt))
    with pytest.raises(SystemExit) as caught:
        run(settings(tmp_path / "m", optimiser=OptimiserSettings(epochs=2, segment_s=1.0)))
    signal.signal(signal.SIGINT, handler)
    assert caught.value.code == 130
    assert "stopped after 1 epochs" in capsys.readouterr().err
    assert (tmp_path / "m/training/gru/checkpoints/last.ckpt").exists()


def test_resume_refuses_another_run(tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    run(settings(tmp_path / "m"))
    with pytest.raises(BkError, match="--resume: seed is 5"):
        run(settings(tmp_path / "m", resume=True, seed=5))
    other = dataclasses.replace(recording, source_hash="another")
    monkeypatch.setattr(offline.train, "read_recording", lambda path: other)
    with pytest.raises(BkError, match="another file of that name"):
        run(settings(tmp_path / "m", resume=True))


def test_nothing_is_overwritten_unasked(tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    options = settings(tmp_path / "m", model="ridge", set=())
    run(options)
    with pytest.raises(BkError, match="--overwrite"):
        run(options)
    run(dataclasses.replace(options, overwrite=True, lead=50.0))
    assert load_bundle(tmp_path / "m").lead_ms == 50.0
    silent = dataclasses.replace(recording, audio=None)
    monkeypatch.setattr(offline.train, "read_recording", lambda path: silent)
    for changes in ({"overwrite": True}, {"out": tmp_path / "new"}):
        with pytest.raises(BkError, match="expected audio"):
            run(dataclasses.replace(options, **changes))
    assert load_bundle(tmp_path / "m").lead_ms == 50.0  # data that cannot be used cost nobody a decoder
    assert not (tmp_path / "new").exists()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter1.txt").write_text("years of work")
    with pytest.raises(BkError, match="something else"):
        run(dataclasses.replace(options, out=tmp_path / "thesis", overwrite=True))


def test_lead_is_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neural activity that leads the sound by 150 ms foretells it: a lead of 150 ms costs nothing, of 600 ms much."""
    early = synthetic_recording(40.0, n_channels=4, lag_s=-0.15)
    monkeypatch.setattr(offline.train, "read_recording", lambda path: early)
    r = {
        lead: run(settings(tmp_path / f"m{lead}", model="ridge", set=(), lead=lead))[0]["ridge"]["r"]
        for lead in (0.0, 100.0, 600.0)
    }
    assert r[100.0] > 0.8
    assert abs(r[0.0] - r[100.0]) < 0.05
    assert r[600.0] < r[100.0] - 0.3


def test_set_and_loss(tmp_path: Path) -> None:
    options = settings(
        tmp_path, set=("hidden=16", "dropout=0.1", "attention=dot", "prenet=[4, 4]", "ridge.n_past=9"), loss="classes"
    )
    assert decoder_settings(options, "gru") == {
        "hidden": 16,
        "dropout": 0.1,
        "attention": "dot",
        "prenet": [4, 4],
        "target": "classes",
    }
    assert decoder_settings(options, "windowed") == {"target": "classes"}
    assert decoder_settings(options, "ridge") == {"n_past": 9}
    with pytest.raises(BkError, match=r"unknown key 'heads'.*hidden"):
        run(settings(tmp_path / "m", set=("heads=4",)))
    with pytest.raises(BkError, match="NAME=VALUE"):
        run(settings(tmp_path / "n", set=("hidden",)))


def test_classes_train(tmp_path: Path) -> None:
    scores, _ = run(settings(tmp_path / "m", loss="classes"))
    assert np.isfinite(scores["gru"]["r"])
    assert load_bundle(tmp_path / "m").decoder.settings.target == "classes"  # type: ignore[attr-defined]


def test_windowed_trains_beside_the_chosen_model(tmp_path: Path) -> None:
    sizes = ("hidden=8", "windowed.hidden=4", "windowed.encoder_layers=1", "windowed.window=20", "windowed.hop=20")
    options = settings(tmp_path / "m", optimiser=OptimiserSettings(epochs=1), compare=("windowed",), set=sizes)
    scores, text = run(options)
    assert {"gru", "windowed", "ridge"} < set(scores)
    assert "windowed inside speech" in text
    bundle = load_bundle(tmp_path / "m/training/windowed/bundle")
    assert bundle.decoder.latency == 35
    assert bundle.decoder.block == 20


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["x.xdf", "--out", str(tmp_path / "m"), "--model", "ridge", "--threads", "1"]
    assert main([*common, "--split.guard-s", "1", "--split.min-part-s", "2"]) == 0
    assert "held-out part" in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        main(common)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("error: ")
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "--lead" in capsys.readouterr().out


@pytest.mark.slow
def test_two_processes_train_one_decoder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "offline.train", "recordings/demo.xdf", "--model", "gru", "--set", "hidden=4"]
    command += ["--epochs", "1", "--devices", "2", "--accelerator", "cpu", "--out", str(tmp_path / "m")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("held-out part") == 1  # the second process trains along and reports nothing
    assert load_bundle(tmp_path / "m").provenance["fit"]["epochs"] == 1
