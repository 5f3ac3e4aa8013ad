"""`offline.train --resume`: the same weights, wherever the folder is, and refusals."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch

import offline.training.recordings
import offline.training.run
from bk_realtime.config import MelSettings, VocoderSettings, read_toml, write_toml
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.errors import BkError
from bk_realtime.vocoder.learnt.vocoder import MelNet, NetSettings, save_learnt
from offline.io.recording import Recording
from offline.train import main
from offline.training.settings import OptimiserSettings
from tests.unit.train_runs import StopAfter, last_weights, reader, recording, run, settings, weights

__all__ = ["reader", "recording"]  # fixtures


@pytest.mark.parametrize(
    ("model", "sizes"), [("gru", ("hidden=8",)), ("seq2seq", ("hidden=8", "lookahead=2", "attention_window=6"))]
)
def test_resume_ends_with_the_same_weights(
    model: Any, sizes: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = settings(
        tmp_path / "whole", decoder=model, set=sizes, optimiser=OptimiserSettings(epochs=2, segment_s=1.0)
    )
    run(options)
    cut = dataclasses.replace(options, out=tmp_path / "cut")
    with monkeypatch.context() as patch:
        patch.setattr(offline.training.run, "Pictures", lambda *_: StopAfter(1))
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
        patch.setattr(offline.training.run, "Pictures", lambda *_: StopAfter(best))
        with pytest.raises(RuntimeError, match="power cut"):
            run(dataclasses.replace(options, out=tmp_path / "cut"))
    (tmp_path / "cut").rename(tmp_path / "moved")
    run(dataclasses.replace(options, out=tmp_path / "moved", resume=True))
    assert not list((tmp_path / "moved").rglob("last-v*"))
    fit = load_bundle(tmp_path / "moved").provenance["fit"]
    assert (fit["best_epoch"], fit["epochs"]) == (best, 4)
    assert all(torch.equal(tensor, weights(tmp_path / "whole")[n]) for n, tensor in weights(tmp_path / "moved").items())


def test_resume_refuses_another_run(tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    run(settings(tmp_path / "m"))
    with pytest.raises(BkError, match="--resume: seed is 5"):
        run(settings(tmp_path / "m", resume=True, seed=5))
    other = dataclasses.replace(recording, source_hash="another")
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: other)
    with pytest.raises(BkError, match="another file of that name"):
        run(settings(tmp_path / "m", resume=True))
    noted = read_toml(tmp_path / "m/training/run.toml")
    write_toml(tmp_path / "m/training/run.toml", {k: v for k, v in noted.items() if k != "sha256"} | {"compare": []})
    with pytest.raises(BkError, match="does not say which recordings"):  # as one begun before it said so
        run(settings(tmp_path / "m", resume=True))


def test_resume_keeps_the_vocoder_unless_another_is_named(tmp_path: Path) -> None:
    weights = tmp_path / "voice.safetensors"
    sizes = NetSettings(channels=4, blocks=1, kernel=2, hidden=4, taps=2, experts=2)
    save_learnt(MelNet(sizes, MelSettings()), weights)
    out = tmp_path / "m"
    command = ["x.xdf", "--out", str(out), "--decoder", "ridge", "--threads", "1", "--split.guard-s", "1"]
    command += ["--split.min-part-s", "2"]
    assert main([*command, "--vocoder.name", "learnt", "--vocoder.weights", str(weights)]) == 0
    spoken = load_bundle(out).vocoder
    assert spoken.name == "learnt"
    (out / "bundle.toml").unlink()  # as where training was cut off
    assert main([*command, "--resume"]) == 0
    assert load_bundle(out).vocoder == spoken
    weights.unlink()  # the bundle has its own
    assert main([*command, "--resume"]) == 0
    assert load_bundle(out).vocoder == spoken
    assert main([*command, "--resume", "--vocoder.name", "phase"]) == 0
    assert load_bundle(out).vocoder == VocoderSettings()
