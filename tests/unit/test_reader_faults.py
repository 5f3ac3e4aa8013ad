"""Every reader and command on damaged, empty, wrong and NaN-ridden input: one clear line, exit 2, nothing written."""

from __future__ import annotations

import dataclasses
import importlib
import warnings
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError
from offline.io import read_recording
from tests.unit import test_readers as good
from tests.unit.test_readers import AUDIO_RATE, MAKERS, NEURAL, SFREQ, SOUND, make_any

DEMO = Path(__file__).parents[2] / "recordings" / "demo.xdf"
KINDS = (*MAKERS, "fif", "edf", "vhdr")
HALF = len(NEURAL) // 2


def with_nan(first: int, stop: int) -> np.ndarray:
    x = NEURAL.copy()
    x[first:stop] = np.nan
    return x


NEURAL_FAULTS: dict[str, tuple[Callable[[], np.ndarray], str]] = {
    "no samples": (lambda: NEURAL[:0], r"\(0, 3\)|no neural stream with samples"),
    "all NaN": (lambda: with_nan(0, len(NEURAL)), "100% of the neural values are missing"),
    "mostly NaN": (lambda: with_nan(0, HALF + 500), "62% of the neural values are missing"),
    "infinite": (lambda: np.where(NEURAL > 100, np.inf, NEURAL), "infinite values"),
    "in volts, called µV": (lambda: NEURAL * np.float32(1e-6), "which no brain has|state different units"),
    "far too large": (lambda: NEURAL * np.float32(1e7), "which no brain has"),
}
TYPE_FAULTS: dict[str, tuple[Callable[[], np.ndarray], str]] = {
    "text": (lambda: NEURAL[:100].astype("S8"), "numbers"),
    "complex": (lambda: NEURAL.astype(np.complex64), "numbers"),
    "yes and no": (lambda: NEURAL > 0, "numbers"),
    "three axes": (lambda: NEURAL.reshape(-1, 3, 1), "numbers|shape"),
}


def one_line(error: pytest.ExceptionInfo[BkError], path: Path) -> str:
    text = str(error.value)
    assert "\n" not in text.strip()
    assert path.stem in text or path.parent.name in text
    return text


@pytest.mark.parametrize(
    ("kind", "fault"),
    [(k, f) for k in MAKERS for f in NEURAL_FAULTS if (k, f) not in {("nwb", "no samples"), ("nwb", "far too large")}],
)
def test_neural_numbers_that_no_step_could_use(
    kind: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, message = NEURAL_FAULTS[fault]
    monkeypatch.setattr(good, "NEURAL", make().astype(np.float32))
    monkeypatch.setattr(good, "N", len(good.NEURAL))
    monkeypatch.setattr(good, "WORDS", good.WORDS[: len(good.NEURAL)])
    path = MAKERS[kind](tmp_path)
    with pytest.raises(BkError, match=message) as caught:
        read_recording(path)
    one_line(caught, path)


@pytest.mark.parametrize("fault", TYPE_FAULTS)
@pytest.mark.parametrize("kind", ["npy", "hdf5"])
def test_arrays_of_another_type(kind: str, fault: str, tmp_path: Path) -> None:
    make, message = TYPE_FAULTS[fault]
    if kind == "npy":
        path = tmp_path / "p1_sEEG.npy"
        np.save(path, make())
    else:
        path = tmp_path / "session.h5"
        with h5py.File(path, "w") as file:
            file["ecog"], file["ecogSR"] = make(), SFREQ
    with pytest.raises(BkError, match=message) as caught:
        read_recording(path)
    one_line(caught, path)


@pytest.mark.parametrize("kind", KINDS)
def test_damage_anywhere_is_refused_or_harmless(kind: str, tmp_path: Path) -> None:
    """Cut, overwritten in the header, overwritten anywhere, a head with noise behind: never another exception."""
    path = make_any(kind, tmp_path)
    whole, rng, lines = path.read_bytes(), np.random.default_rng(4), []
    for trial in range(24):
        content = bytearray(whole)
        at = int(rng.integers(0, min(len(whole) - 64, 4096 if trial % 4 == 1 else len(whole))))
        if trial % 4 == 0:
            content = content[: at + 1]
        elif trial % 4 == 3:
            content = content[: 1 + at % 200] + rng.bytes(500)
        else:
            content[at : at + 16] = rng.bytes(16)
        path.write_bytes(bytes(content))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                recording = read_recording(path)
            except BkError as error:
                lines.append(str(error).strip())
                continue
        assert recording.n_channels > 0
    assert not any("\n" in line for line in lines)
    assert len(lines) >= 6  # a third of a file is missing, or its head: that is always seen


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nothing.xdf", b"", "the file is empty"),
        ("notes.xdf", b"Dear diary, today we recorded.\n", "does not begin like one"),
        ("notes.txt", b"Dear diary\n", "no reader for this file; expected one of .xdf"),
        ("table.csv", b"a,b\n1,2\n", "no reader for this file"),
        ("song.h5", b"RIFF\0\0\0\0WAVE", "does not begin like one"),
        ("head.xdf", b"XDF:", "p1|head.xdf"),
        ("head.edf", b"0       ", "head.edf"),
        ("head.vhdr", b"Brain Vision Data Exchange Header File Version 1.0\n", "no BrainVision header"),
        ("outside.vhdr", b"Brain Vision\nDataFile=../../etc/passwd\n", "expected the name of a file beside"),
    ],
)
def test_files_that_are_no_recordings(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BkError, match=message) as caught:
        read_recording(path)
    one_line(caught, path)


def test_sound_beside_a_recording(tmp_path: Path) -> None:
    """Wrong files beside are refused; a shorter sound is what it is, and said so where it counts."""
    path = make_any("fif", tmp_path)
    (tmp_path / "text.wav").write_text("la la la")
    (tmp_path / "folder.wav").mkdir()
    np.save(tmp_path / "nan.npy", np.full(192000, np.nan))
    np.save(tmp_path / "odd.npy", SOUND[:100_000])
    soundfile.write(tmp_path / "none.wav", np.zeros(0), AUDIO_RATE)
    soundfile.write(tmp_path / "short.wav", SOUND[: AUDIO_RATE // 2], AUDIO_RATE)
    for name, message in (
        ("text.wav", "not a readable sound file"),
        ("folder.wav", "no such audio file"),
        ("missing.wav", "no such audio file"),
        ("nan.npy", "not finite numbers"),
        ("odd.npy", "no usual audio rate; name it with --sample-rate"),
        ("none.wav", "expected audio samples"),
    ):
        with pytest.raises(BkError, match=message):
            read_recording(path, audio=tmp_path / name)
    from offline.data.align import aligned_audio

    short = read_recording(path, audio=tmp_path / "short.wav")
    with pytest.raises(BkError, match=r"share 0\.50 s; expected both on one clock"):
        aligned_audio(short)
    with pytest.raises(BkError, match=r"share 0\.00 s"):
        aligned_audio(dataclasses.replace(short, audio_start_s=60.0))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "empty file"),
        ("onset\tword\nnever\took\n", "row 2: expected columns onset and duration"),
        ("when\twhat\n1\took\n", "row 2: expected columns onset and duration"),
        ("onset\tduration\tword\nnan\t1\took\n", "expected finite times"),
    ],
)
def test_tables_of_cues(table: str, message: str, tmp_path: Path) -> None:
    path = make_any("fif", tmp_path)
    (tmp_path / "cues.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(BkError, match=message):
        read_recording(path, markers=tmp_path / "cues.tsv")


COMMANDS: dict[str, Callable[[Path, Path], list[str]]] = {
    "inspect": lambda path, out: [str(path), "--html", str(out / "r.html")],
    "preprocess": lambda path, out: [str(path), "--out", str(out / "f.npz")],
    "export": lambda path, out: [str(path), "--nwb", str(out / "x.nwb")],
    "decode": lambda path, out: [str(DEMO.parent / "demo_ridge"), str(path), "--out", str(out / "m.npz")],
    "evaluate": lambda path, out: [str(DEMO.parent / "demo_ridge"), str(path), "--out", str(out / "e")],
    "session_report": lambda path, out: [str(path)],
    "train": lambda path, out: [str(path), "--decoder", "ridge", "--out", str(out / "b")],
}


@pytest.mark.parametrize("what", ["missing", "folder", "text", "empty", "cut"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_ends_with_one_line_and_writes_nothing(
    command: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "p01.xdf", tmp_path / "out"
    out.mkdir()
    if what == "folder":
        path.mkdir()
    elif what != "missing":
        path.write_bytes({"text": b"no recording\n", "empty": b"", "cut": DEMO.read_bytes()[:3_000_000]}[what])
    with pytest.raises(SystemExit) as caught:
        importlib.import_module(f"offline.{command}").main(COMMANDS[command](path, out))
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert "p01" in error
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("command", ["inspect", "preprocess", "export", "decode", "evaluate"])
def test_outputs_that_cannot_be_are_refused_at_once(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file where a folder should be, found before anything is read: the recording need not exist."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SystemExit) as caught:
        importlib.import_module(f"offline.{command}").main(COMMANDS[command](tmp_path / "none.xdf", tmp_path / "file"))
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "expected a folder to write in" in error
    assert (tmp_path / "file").read_text() == "mine"


def test_nothing_is_overwritten_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, name in (("inspect", "r.html"), ("preprocess", "f.npz"), ("export", "x.nwb"), ("decode", "m.npz")):
        (tmp_path / name).write_text("mine")
        with pytest.raises(SystemExit):
            importlib.import_module(f"offline.{command}").main(COMMANDS[command](DEMO, tmp_path))
        assert "--overwrite" in capsys.readouterr().err
        assert (tmp_path / name).read_text() == "mine"
