"""`offline.evaluate` on sound files: a decoded one beside its reference, and copy synthesis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.synthetic import synthetic_recording
from tests.unit.test_evaluate_cli import FAST, result, run, run_error


def test_pair_of_files(tmp_path: Path) -> None:
    audio = synthetic_recording(8.0, n_channels=1).audio
    assert audio is not None
    soundfile.write(tmp_path / "y.wav", audio, 22050)
    soundfile.write(tmp_path / "late.wav", np.roll(audio, 22050 // 2), 22050)
    options = ["--reference", str(tmp_path / "y.wav"), *FAST, "--sound-s", "5"]
    assert run("--decoded", tmp_path / "late.wav", "--out", tmp_path / "e", *options) == 0
    card = result(tmp_path / "e")["participants"]["late"]
    assert card["lag"]["best_s"] == pytest.approx(-0.5, abs=0.01)
    (alignment,) = [v for v in card["verdicts"] if v["check"] == "alignment"]
    assert not alignment["good"]
    assert card["decoders"]["decoded"]["stoi"]["value"] < 0.6


def test_copy_synthesis_of_a_file(tmp_path: Path) -> None:
    audio = synthetic_recording(3.0, n_channels=1).audio
    assert audio is not None
    soundfile.write(tmp_path / "a.wav", audio, 22050)
    soundfile.write(tmp_path / "word.wav", audio[:8000], 22050)
    assert run("--copy-synthesis", tmp_path, "--out", tmp_path / "e") == 0
    found = result(tmp_path / "e")["copy_synthesis"]
    assert found["mean"]["estoi"] > 0.5
    assert [row["file"] for row in found["files"]] == ["a.wav"]
    assert found["too_short"] == ["word.wav"]
    assert run_error("--copy-synthesis", tmp_path / "word.wav") == 2


def test_copy_synthesis_runs_on_the_device_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Named(Exception):
        pass

    def voice(*_: object, device: str = "none") -> None:
        raise Named(device)

    monkeypatch.setattr("bk_realtime.device.torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("bk_realtime.device.torch.cuda.device_count", lambda: 1)
    monkeypatch.setattr("offline.evaluation.copy_synthesis.Voice", voice)
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 8000)
    with pytest.raises(Named, match="cuda"):
        run("--copy-synthesis", tmp_path, "--device", "cuda")
