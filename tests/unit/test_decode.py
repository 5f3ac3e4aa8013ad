"""`offline.decode` and `offline.preprocess`: the live chain on files, and one file of what the decoder sees."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile
import torch

import offline.decode
import offline.preprocess
import offline.vocode
from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.errors import BkError
from bk_realtime.session.names import DECODED, DECODED_MEL, VOICE
from offline.data.decoding import decode_features, decode_recording
from offline.inspection.view_files import write_view
from offline.io.recording import Recording
from tests.synthetic import synthetic_recording
from tests.unit.test_bundle import make_bundle

KNOWN = {"name": "a.xdf", "sha256": f"{0:064x}", "held_out": [900, 1200]}
"""The recording, as training names it."""


@pytest.fixture(scope="module")
def recording() -> Recording:
    return synthetic_recording(17.0, n_channels=3, sfreq=512.0)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch, recording: Recording) -> None:
    for module in (offline.decode, offline.preprocess):
        monkeypatch.setattr(module, "read_recording", lambda path: recording)


@pytest.fixture
def bundle(recording: Recording, tmp_path: Path) -> Bundle:
    """An untrained GRU whose mel lies where speech does."""
    plain = dataclasses.replace(make_bundle("gru", hidden=8), labels=recording.labels, sfreq=recording.sfreq)
    plain.decoder.fit_targets(torch.randn(1000, 80) * 2 - 6)  # type: ignore[attr-defined]
    return save_bundle(plain, tmp_path / "m")


def test_decode_equals_live_pushes(bundle: Bundle, recording: Recording) -> None:
    short = dataclasses.replace(recording, neural=recording.neural[: 512 * 6])
    decoding = decode_recording(bundle, short)
    chain = Chain(bundle, short.labels)
    parts = [chain.push(short.neural[i : i + 37]) for i in range(0, len(short.neural), 37)] + [chain.flush()]
    for name in ("features", "mel", "audio"):
        live = np.concatenate([getattr(p, name) for p in parts])
        assert live.shape == getattr(decoding, name).shape
        np.testing.assert_allclose(live, getattr(decoding, name), atol=1e-4)
    assert len(decoding.audio) == 256 * len(decoding.mel)
    assert len(decoding.mel) == chain.frame_clock.n_frames(len(short.neural))


def test_decode_command(bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, wav = tmp_path / "d/mel.npz", tmp_path / "d/voice.wav"
    command = [str(bundle.path), "x.xdf", "--out", str(out), "--wav", str(wav)]
    assert offline.decode.main(command) == 0
    assert "times real time" in capsys.readouterr().out
    audio, rate = soundfile.read(wav)
    marks = "(CONTAMINATION: CANNOT TELL), (LEAK: CANNOT TELL), SIMULATED"
    with soundfile.SoundFile(wav) as file:
        assert file.comment == marks
    assert offline.vocode.main([str(out), "--out", str(tmp_path / "again.flac")]) == 0
    assert f"{marks}: so it says, too" in capsys.readouterr().out
    with soundfile.SoundFile(tmp_path / "again.flac") as file:
        assert file.comment == marks
    with np.load(out) as stored:
        assert stored["mel"].shape[1] == 80
        assert len(audio) == 256 * len(stored["mel"])
        assert stored["simulated"]
        assert "contaminated" not in stored
        assert stored["marks"].tolist() == ["(CONTAMINATION: CANNOT TELL)", "(LEAK: CANNOT TELL)", "SIMULATED"]
        assert str(stored["leak"]).startswith("LEAK: CANNOT TELL")
    said = {"contamination": {"verdict": "kept", "found": ["A1"], "reason": "planted"}}
    bad = save_bundle(dataclasses.replace(bundle, provenance=said), tmp_path / "bad")
    assert offline.decode.main([str(bad.path), "x.xdf", "--out", str(tmp_path / "bad.npz")]) == 0
    assert "in training: CONTAMINATED: the sound itself is in A1" in " ".join(capsys.readouterr().out.split())
    with np.load(tmp_path / "bad.npz") as stored:
        assert str(stored["contaminated"]).startswith("CONTAMINATED: ")
    assert rate == 22050
    bundled = save_bundle(dataclasses.replace(bundle, provenance={"data": [KNOWN]}), tmp_path / "known")
    assert offline.decode.main([str(bundled.path), "x.xdf", "--out", str(tmp_path / "known.npz")]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "LEAK: the decoder was trained on this recording (it has the neural data of a.xdf, by hash; frames 9" in told
    with np.load(tmp_path / "known.npz") as stored:
        assert stored["marks"].tolist() == ["(CONTAMINATION: CANNOT TELL)", "LEAK", "SIMULATED"]
        assert str(stored["leak"]).startswith("LEAK: ")
    with pytest.raises(SystemExit) as caught:
        offline.decode.main(command)
    assert caught.value.code == 2
    assert "--overwrite" in capsys.readouterr().err


def test_the_sound_itself_in_what_is_decoded_is_said_and_written(
    bundle: Bundle, recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    """Of the recording, whatever the bundle was trained on; without a microphone nobody can tell."""
    neural, sound = recording.neural.copy(), recording.audio
    assert sound is not None
    neural[:, 1] += 50 * np.interp(np.arange(len(neural)) / 512, np.arange(len(sound)) / recording.sample_rate, sound)
    planted = dataclasses.replace(recording, neural=neural, source_hash="1", reading_hash="")
    clean = save_bundle(
        dataclasses.replace(bundle, provenance={"contamination": {"verdict": "clean"}}), tmp_path / "clean"
    )

    def decoded(one: Recording, name: str) -> tuple[list[str], str]:
        monkeypatch.setattr(offline.decode, "read_recording", lambda path: one)
        assert offline.decode.main([str(clean.path), "x.xdf", "--out", str(tmp_path / name)]) == 0
        with np.load(tmp_path / name) as stored:
            assert ("contaminated" in stored) == ("CONTAMINATED" in stored["marks"])
            return stored["marks"].tolist(), str(stored["contamination"])

    marks, line = decoded(planted, "planted.npz")
    assert marks[0] == "CONTAMINATED"
    assert line.startswith("in what was decoded: CONTAMINATED: the sound itself is in A2 (")
    assert line in " ".join(capsys.readouterr().out.split())
    marks, line = decoded(dataclasses.replace(planted, audio=None), "deaf.npz")
    assert marks[0] == "(CONTAMINATION: CANNOT TELL)"
    marks, line = decoded(dataclasses.replace(recording, reading_hash=""), "clean.npz")
    assert marks == ["(LEAK: CANNOT TELL)", "SIMULATED"]
    assert line == "in what was decoded: no channel that is read holds the sound itself"


def test_decode_refuses_another_montage(bundle: Bundle, recording: Recording) -> None:
    other = dataclasses.replace(recording, labels=("A1", "A2", "C3"))
    with pytest.raises(BkError, match="lacks 1 of the 3"):
        decode_recording(bundle, other)
    slower = dataclasses.replace(recording, sfreq=400.0, neural_rate=0.0)  # type: ignore[arg-type]
    with pytest.raises(BkError, match=r"400 Hz.*at least 425 Hz"):
        decode_recording(bundle, slower)


@pytest.mark.parametrize("name", ["f.npz", "f.h5"])
def test_preprocess(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / name
    command = ["x.xdf", "--out", str(out), "--split.guard-s", "1", "--split.min-part-s", "2"]
    assert offline.preprocess.main(command) == 0
    if name.endswith("npz"):
        with np.load(out) as stored:
            features, mel, (start, stop) = stored["features"], stored["mel"], stored["training"]
    else:
        with h5py.File(out) as file:
            features, mel, (start, stop) = file["features"][:], file["mel"][:], file.attrs["training"]
            assert list(file.attrs["labels"]) == ["A1", "A2", "A3"]
    assert len(features) == len(mel) > 1400
    assert features.dtype == mel.dtype == np.float32
    np.testing.assert_allclose(features[start:stop].mean(0), 0, atol=1e-3)
    with pytest.raises(SystemExit):
        offline.preprocess.main(command)
    assert "--overwrite" in capsys.readouterr().err


def test_preprocess_without_audio_gives_the_same_features(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = ["--split.guard-s", "1", "--split.min-part-s", "2"]
    assert offline.preprocess.main(["x.xdf", "--out", str(tmp_path / "a.npz"), *short]) == 0
    silent = dataclasses.replace(recording, audio=None)
    monkeypatch.setattr(offline.preprocess, "read_recording", lambda path: silent)
    assert offline.preprocess.main(["x.xdf", "--out", str(tmp_path / "b.npz"), *short]) == 0
    with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
        assert "mel" not in b.files
        np.testing.assert_array_equal(a["features"], b["features"][: len(a["features"])])
        np.testing.assert_array_equal(a["mean"], b["mean"])


def test_preprocess_with_a_bundle_is_what_the_chain_sees(bundle: Bundle, recording: Recording, tmp_path: Path) -> None:
    out = tmp_path / "f.npz"
    assert offline.preprocess.main(["x.xdf", "--out", str(out), "--bundle", str(bundle.path)]) == 0
    want = decode_recording(load_bundle(bundle.path or ""), recording).features
    with np.load(out) as stored:
        np.testing.assert_allclose(stored["features"], want[: len(stored["features"])], atol=1e-5)
        assert stored["lead_ms"] == 50.0


@pytest.mark.parametrize("kind", ["ridge", "gru"])
def test_features_go_to_where_the_decoder_is(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = make_bundle(kind).decoder.to("meta")
    seen: list[torch.Tensor] = []

    def forward(x: torch.Tensor) -> torch.Tensor:
        seen.append(x)
        return torch.zeros(1, x.shape[1], 80)

    monkeypatch.setattr(decoder, "forward", forward)
    decode_features(decoder, np.zeros((7, decoder.channels[0]), np.float32))
    assert seen[0].device.type == "meta"


def test_what_a_window_shows_of_a_decoding(
    bundle: Bundle, recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mel and voice as plain numbers, how far it is as lines of JSON, and whether the decoder was trained on it."""
    view = tmp_path / "view"
    command = [str(bundle.path), "x.xdf", "--view", str(view)]
    with pytest.raises(SystemExit):  # no view to put it beside
        offline.decode.main(command)
    assert "offline.inspect --view" in capsys.readouterr().err
    view.mkdir()
    write_view(recording, view, lambda step, done: None)
    assert offline.decode.main(command) == 0
    told = [json.loads(line)["progress"] for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert told[-2] == {"step": "decoding", "done": 1.0, "left_s": None}
    decoding = decode_recording(bundle, recording)
    said = json.loads((view / DECODED).read_text())
    mel = np.fromfile(view / DECODED_MEL, "<f2").reshape(said["mel"]["n"], said["mel"]["n_mels"])
    np.testing.assert_allclose(mel, decoding.mel, atol=0.01)
    voice = np.fromfile(view / VOICE, "<i2") / 32767
    np.testing.assert_allclose(voice, np.clip(decoding.audio, -1, 1), atol=1e-4)
    assert said["memory"]["verdict"] == "cannot tell"  # this bundle keeps no fingerprints
    with pytest.raises(SystemExit):
        offline.decode.main(command[:2])
