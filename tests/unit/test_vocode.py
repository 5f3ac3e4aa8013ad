"""`python -m offline.vocode`: any mel file becomes sound, or one clear line."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile

from bk_realtime.vocoder import log_mel
from offline.vocode import main
from offline.vocoder_lab.voiced import PIECE


@pytest.fixture
def mel() -> np.ndarray:
    t = np.arange(256 * (PIECE + 40)) / 22050
    voice = sum(np.cos(2 * np.pi * 130 * h * t) / h for h in range(1, 30)) * 0.1
    return log_mel((voice * (np.sin(2 * np.pi * 1.1 * t) > 0)).astype(np.float32))


@pytest.mark.parametrize("kind", ["npy", "npz", "h5"])
@pytest.mark.parametrize("suffix", ["wav", "mp3"])
def test_every_format(tmp_path: Path, mel: np.ndarray, kind: str, suffix: str, capsys) -> None:
    source, out = tmp_path / f"mel.{kind}", tmp_path / "sub" / f"x.{suffix}"
    if kind == "npy":
        np.save(source, mel)
    elif kind == "npz":
        np.savez(source, mel=mel, other=np.zeros(3))
    else:
        with h5py.File(source, "w") as file:
            file["mel"] = mel
    assert main([str(source), "--out", str(out)]) == 0
    audio, rate = soundfile.read(out)
    assert rate == 22050
    assert abs(len(audio) - 256 * len(mel)) <= (0 if suffix == "wav" else 2400)
    assert "lookahead 23.2 ms" in capsys.readouterr().out
    again = log_mel(audio[: 256 * len(mel)].astype(np.float32))[: len(mel)]
    voiced = (mel > -4) & (np.arange(len(mel))[:, None] < len(again))
    assert np.median(np.abs(again - mel[: len(again)])[voiced[: len(again)]]) < (0.3 if suffix == "wav" else 3.0)
    assert list(out.parent.iterdir()) == [out]


def test_refuses_to_overwrite(tmp_path: Path, mel: np.ndarray, capsys) -> None:
    source, out = tmp_path / "mel.npy", tmp_path / "x.wav"
    np.save(source, mel[:20])
    out.write_bytes(b"mine")
    with pytest.raises(SystemExit) as stop:
        main([str(source), "--out", str(out)])
    assert stop.value.code == 2
    assert "--overwrite" in capsys.readouterr().err
    assert out.read_bytes() == b"mine"
    assert main([str(source), "--out", str(out), "--overwrite", "--lookahead-ms", "0"]) == 0
    assert len(soundfile.read(out)[0]) == 20 * 256


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.zeros((80, 200), np.float32), "transpose"),
        (np.zeros((200, 40), np.float32), "80"),
        (np.full((200, 80), -70.0), "decibels"),
        (np.zeros((200, 80), np.int64), "int64"),
        (np.zeros((0, 80)), "shape"),
    ],
)
def test_wrong_arrays(tmp_path: Path, array: np.ndarray, word: str, capsys) -> None:
    source = tmp_path / "mel.npy"
    np.save(source, array)
    with pytest.raises(SystemExit) as stop:
        main([str(source), "--out", str(tmp_path / "x.wav")])
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert word in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [("none.npy", None, "no such file"), ("x.txt", b"a", ".npy"), ("x.npy", b"junk", "readable"), ("x.h5", b"a", "h5")],
)
def test_wrong_files(tmp_path: Path, name: str, content: bytes | None, word: str, capsys) -> None:
    source = tmp_path / name
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(SystemExit) as stop:
        main([str(source), "--out", str(tmp_path / "x.wav")])
    assert stop.value.code == 2
    assert word in capsys.readouterr().err


def test_missing_array_and_unknown_vocoder(tmp_path: Path, mel: np.ndarray, capsys) -> None:
    np.savez(tmp_path / "a.npz", audio=mel)
    np.save(tmp_path / "b.npy", mel)
    for args, word in (
        (["a.npz", "--out", "x.wav"], "'mel'"),
        (["b.npy", "--out", "x.aac"], ".wav"),
        (["b.npy", "--out", "x.wav", "--vocoder", "robot"], "phase"),
        (["b.npy", "--out", "b.npy/x.wav"], "is a file"),
        (["b.npy", "--out", "x.wav", "--vocoder", "hifigan", "--device", "cuda"], "hifigan"),
    ):
        with pytest.raises(SystemExit) as stop:
            main([str(tmp_path / args[0]), "--out", str(tmp_path / args[2]), *args[3:]])
        assert stop.value.code == 2
        assert word in capsys.readouterr().err


def test_frames_that_are_not_finite_are_reported(tmp_path: Path, mel: np.ndarray, capsys) -> None:
    mel[5:9] = np.nan
    np.save(tmp_path / "mel.npy", mel[:60])
    assert main([str(tmp_path / "mel.npy"), "--out", str(tmp_path / "x.wav")]) == 0
    assert "4 of 60 frames" in capsys.readouterr().out
    assert np.isfinite(soundfile.read(tmp_path / "x.wav")[0]).all()
