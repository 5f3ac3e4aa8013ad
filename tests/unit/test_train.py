"""`offline.train`: a bundle that decodes, honest score table, refusals."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import offline.training.recordings
import offline.training.run
from bk_realtime.chain import Chain
from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.decoder.registry import EXPERIMENTAL
from bk_realtime.errors import BkError
from bk_realtime.features import run_features
from bk_realtime.vocoder import build_vocoder
from bk_realtime.vocoder.learnt.mel_net import MelNet, NetSettings
from bk_realtime.vocoder.learnt.vocoder import save_learnt
from offline.io.recording import Recording
from offline.scoring.loudness import LOUDNESS, LOUDNESS_STEPS
from offline.scoring.mel import MEAN, ORACLE
from offline.train import main
from offline.training.settings import OptimiserSettings
from tests.synthetic import synthetic_recording
from tests.unit.train_runs import StopAfter, last_weights, reader, recording, run, settings

__all__ = ["reader", "recording"]  # fixtures

ROOT = Path(__file__).resolve().parents[2]


def test_ridge_bundle_decodes_the_recording(tmp_path: Path, recording: Recording) -> None:
    scores, text = run(settings(tmp_path / "m", decoder="ridge", set=("n_past=12",), save_predictions=True))
    bundle = load_bundle(tmp_path / "m")
    assert bundle.kind == "ridge"
    assert bundle.sureness is not None
    assert bundle.provenance["sureness"]["held_out"]["all"]["frames"] > 100
    assert "SIMULATED how sure: " in text
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


def test_gru_leaves_what_a_researcher_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores, text = run(settings(tmp_path / "m", figures=True))
    told = [json.loads(line)["progress"] for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [one["step"] for one in told if one["step"] != "gru"] == ["features", "ridge", "scores", "speech gate"]
    epochs = [one for one in told if one["step"] == "gru"]
    assert [one["done"] for one in epochs] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert [one["left_s"] is None for one in epochs] == [True, False, False, False, False]
    assert epochs[-1]["left_s"] == 0.0
    assert {"gru", "ridge", MEAN, ORACLE, LOUDNESS, LOUDNESS_STEPS} == set(scores)
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


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    for seed in (0, 1):
        run(settings(tmp_path / str(seed), seed=seed, optimiser=OptimiserSettings(epochs=1, segment_s=1.0)))
    one, two = (last_weights(tmp_path / n, "gru") for n in ("0", "1"))
    assert any(not torch.equal(tensor, two[name]) for name, tensor in one.items())


def test_ctrl_c_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(offline.training.run, "Pictures", lambda *_: StopAfter(1, KeyboardInterrupt))
    with pytest.raises(SystemExit) as caught:
        run(settings(tmp_path / "m", optimiser=OptimiserSettings(epochs=2, segment_s=1.0)))
    signal.signal(signal.SIGINT, handler)
    assert caught.value.code == 130
    assert "stopped after 1 epochs" in caplog.text
    assert (tmp_path / "m/training/gru/checkpoints/last.ckpt").exists()


def test_nothing_is_overwritten_unasked(tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    options = settings(tmp_path / "m", decoder="ridge", set=())
    run(options)
    with pytest.raises(BkError, match="--overwrite"):
        run(options)
    run(dataclasses.replace(options, overwrite=True, lead=50.0))
    assert load_bundle(tmp_path / "m").lead_ms == 50.0
    silent = dataclasses.replace(recording, audio=None)
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: silent)
    for changes in ({"overwrite": True}, {"out": tmp_path / "new"}):
        with pytest.raises(BkError, match="expected audio"):
            run(dataclasses.replace(options, **changes))
    assert load_bundle(tmp_path / "m").lead_ms == 50.0  # data that cannot be used cost nobody a decoder
    assert not (tmp_path / "new").exists()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter1.txt").write_text("years of work")
    with pytest.raises(BkError, match="something else"):
        run(dataclasses.replace(options, out=tmp_path / "thesis", overwrite=True))


def test_the_vocoder_is_checked_first_and_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "voice.safetensors"
    options = settings(
        tmp_path / "m", decoder="ridge", set=(), vocoder=VocoderSettings("learnt", 0.0, str(weights)), overwrite=True
    )
    with monkeypatch.context() as patch:
        patch.setattr(
            offline.training.recordings,
            "read_recording",
            lambda path: pytest.fail("read before it was checked"),
        )
        for spoil in (lambda: None, lambda: weights.write_bytes(b"no weights")):
            spoil()
            with pytest.raises(BkError, match="weights"):
                run(options)
    assert not (tmp_path / "m").exists()
    save_learnt(
        MelNet(NetSettings(channels=4, blocks=1, kernel=2, hidden=4, taps=2, experts=2), MelSettings()), weights
    )
    run(options)
    weights.unlink()
    bundle = load_bundle(tmp_path / "m")
    assert build_vocoder(bundle.vocoder, bundle.mel, bundle.path).lookahead == 0
    plain = dataclasses.replace(options, vocoder=VocoderSettings(), overwrite=False, resume=True)
    run(plain)  # a decoder whose vocoder is lost is not lost with it
    assert load_bundle(tmp_path / "m").vocoder.weights == ""


def test_lead_is_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neural activity that leads the sound by 150 ms foretells it: a lead of 150 ms costs nothing, of 600 ms much."""
    early = synthetic_recording(40.0, n_channels=4, lag_s=-0.15)
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: early)
    r = {
        lead: run(settings(tmp_path / f"m{lead}", decoder="ridge", set=(), lead=lead))[0]["ridge"]["r"]
        for lead in (0.0, 100.0, 600.0)
    }
    assert r[100.0] > 0.8
    assert abs(r[0.0] - r[100.0]) < 0.05
    assert r[600.0] < r[100.0] - 0.3


def test_set_and_loss(tmp_path: Path) -> None:
    options = settings(
        tmp_path, set=("hidden=16", "dropout=0.1", "attention=dot", "prenet=[4, 4]", "ridge.n_past=9"), loss="classes"
    )
    assert options.decoder_values("gru") == {
        "hidden": 16,
        "dropout": 0.1,
        "attention": "dot",
        "prenet": [4, 4],
        "target": "classes",
    }
    assert options.decoder_values("windowed") == {"target": "classes"}
    assert options.decoder_values("ridge") == {"n_past": 9}
    with pytest.raises(BkError, match=r"unknown key 'heads'.*hidden"):
        run(settings(tmp_path / "m", set=("heads=4",)))
    with pytest.raises(BkError, match="NAME=VALUE"):
        run(settings(tmp_path / "n", set=("hidden",)))


@pytest.mark.parametrize("options", [["--decoder", "hmm"], ["--decoder", "ridge", "--compare", "gru", "hmm"]])
def test_an_unknown_decoder_is_one_line_that_names_those_there_are(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        offline.training.recordings, "read_recording", lambda path: pytest.fail("read before it was checked")
    )
    with pytest.raises(SystemExit) as caught:
        main(["x.xdf", "--out", str(tmp_path / "m"), *options])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert all(name in error for name in ("'hmm'", "ridge", "gru", "seq2seq", "windowed")), error
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    "option",
    [
        ("--epochs", "-1"),
        ("--batch", "0"),
        ("--segment-s", "nan"),
        ("--lead", "nan"),
        ("--precision", "7"),
        ("--threads", "-1"),
    ],
)
def test_a_value_out_of_range_is_one_line_before_anything_is_read(
    option: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["x.xdf", "--out", str(tmp_path / "m"), *option])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert option[0].lstrip("-").replace("-", "_") in error
    assert option[1].lower() in error
    assert not (tmp_path / "m").exists()


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
    assert bundle.decoder.lookahead == 35
    assert bundle.decoder.block == 20


def test_networks_to_compare_train_as_any_other_and_go_live(tmp_path: Path, recording: Recording) -> None:
    sizes = ("hidden=8", "blocks=2", "transformer.hidden=8", "ssm.hidden=8", "ssm.layers=1", "ssm.states=4")
    options = settings(
        tmp_path / "m", decoder="tcn", optimiser=OptimiserSettings(epochs=1), compare=("transformer", "ssm"), set=sizes
    )
    scores, text = run(options)
    assert {*EXPERIMENTAL, "ridge"} < set(scores)
    assert "transformer inside speech" in text
    for folder in (tmp_path / "m", *(tmp_path / "m/training" / kind / "bundle" for kind in ("transformer", "ssm"))):
        bundle = load_bundle(folder)
        chain = Chain(bundle, recording.labels)
        mel = np.concatenate([chain.push(part).mel for part in np.array_split(recording.neural[:1024], 37)])
        whole = Chain(bundle, recording.labels).push(recording.neural[:1024]).mel
        assert len(mel) > 100
        np.testing.assert_array_equal(mel, whole)
    with pytest.raises(BkError, match="expected some of ridge, gru, seq2seq"):
        run(settings(tmp_path / "n", decoder="auto", set=("candidates=['ssm']",)))


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["x.xdf", "--out", str(tmp_path / "m"), "--decoder", "ridge", "--threads", "1"]
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


def free_port(among: range) -> int:
    for port in among:
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


@pytest.mark.slow
@pytest.mark.timeout(1500)  # two that load everything, beside whatever else two cores have to do
def test_two_processes_train_one_decoder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "offline.train", "recordings/demo.xdf", "--decoder", "gru", "--set", "hidden=4"]
    command += ["--epochs", "1", "--devices", "2", "--accelerator", "cpu", "--out", str(tmp_path / "m")]
    # one that no program is given by itself: of those the one that is found free may be taken before it is used
    env = {**os.environ, "MASTER_PORT": str(free_port(range(12000 + os.getpid() % 4000, 17000)))}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("held-out part, ") == 1  # the second process trains along and reports nothing
    assert load_bundle(tmp_path / "m").provenance["fit"]["epochs"] == 1
