"""Wrong inputs at the command line: one clear line on stderr, exit code 2, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml
from tests.engine_fakes import tiny_bundle
from tests.lsl.test_session import write_recording

pytestmark = pytest.mark.lsl


def run(module: str, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", module, *args], capture_output=True, text=True, timeout=240, check=False
    )
    return done.returncode, done.stderr


def assert_one_line(code: int, err: str, *words: str) -> None:
    lines = [line for line in err.splitlines() if line.strip()]
    assert code == 2, err
    assert len(lines) == 1, err
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0], err


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wrong")
    tiny_bundle(root / "model")
    good = write_recording(root / "good.xdf", 3).read_bytes()
    (root / "not.xdf").write_bytes(b"RIFF0000WAVE" * 20)
    (root / "empty.xdf").write_bytes(b"")
    (root / "header.xdf").write_bytes(good[:40])
    write_recording(root / "other_labels.xdf", 3, n_channels=4)
    write_recording(root / "other_rate.xdf", 3, sfreq=256)  # from 425 Hz on it is resampled
    mic_only = StreamDescription("mic", "Audio", "mic-1", 22050.0, ("mono",), ("",), "float32")
    writer = XdfWriter(root / "mic_only.xdf")
    writer.add_stream(1, info_xml(mic_only, {}))
    writer.write(1, np.arange(100) / 22050, np.zeros((100, 1), np.float32))
    writer.close()
    neural = StreamDescription("amp", "sEEG", "a", 1024.0, ("A1",), ("uV",), "float32")
    writer = XdfWriter(root / "twins.xdf")
    for i, source in enumerate(("a", "b"), 1):
        twin = StreamDescription("amp", "sEEG", source, 1024.0, ("A1",), ("uV",), "float32")
        writer.add_stream(i, info_xml(twin, {}))
        writer.write(i, np.arange(100) / 1024, np.zeros((100, 1), np.float32))
    writer.close()
    writer = XdfWriter(root / "silent.xdf")
    writer.add_stream(1, info_xml(neural, {}))
    writer.write(1, np.arange(2048) / 1024, np.zeros((2048, 1), np.float32))
    writer.close()
    return root


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("missing.xdf", ("missing.xdf",)),
        ("not.xdf", ("XDF",)),
        ("empty.xdf", ("empty",)),
        ("header.xdf", ()),
        ("mic_only.xdf", ("neural",)),
        ("twins.xdf", ("source",)),
        ("other_labels.xdf", ("lacks", "A5")),
        ("other_rate.xdf", ("256", "1024")),
    ],
)
def test_run_source(files: Path, tmp_path: Path, source: str, words: tuple[str, ...]) -> None:
    args = ["run", "--bundle", str(files / "model"), "--source", str(files / source), "--out", str(tmp_path / "out")]
    code, err = run("bk_realtime", *args, "--headless", "--sound-device", "none")
    assert_one_line(code, err, *words)
    assert not (tmp_path / "out").exists()


def test_no_stream_found(files: Path, tmp_path: Path) -> None:
    args = ["run", "--bundle", str(files / "model"), "--out", str(tmp_path), "--headless", "--timeout-s", "1"]
    code, err = run("bk_realtime", *args)
    assert_one_line(code, err, "no")


@pytest.mark.parametrize("harm", ["missing", "altered", "index"])
def test_bundle(files: Path, tmp_path: Path, harm: str) -> None:
    tiny_bundle(tmp_path / "model")
    weights = tmp_path / "model" / "model.safetensors"
    if harm == "missing":
        weights.unlink()
    elif harm == "altered":
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        weights.write_bytes(data)
    else:
        (tmp_path / "model" / "bundle.toml").unlink()
    args = ["run", "--bundle", str(tmp_path / "model"), "--source", str(files / "good.xdf"), "--headless"]
    code, err = run("bk_realtime", *args, "--out", str(tmp_path / "out"))
    assert_one_line(code, err)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_device_that_is_not_there(files: Path, tmp_path: Path) -> None:
    args = ["run", "--bundle", str(files / "model"), "--source", str(files / "good.xdf"), "--headless"]
    code, err = run("bk_realtime", *args, "--device", "cuda", "--out", str(tmp_path / "out"))
    assert_one_line(code, err, "CUDA")
    assert not (tmp_path / "out").exists()


def test_training_without_audio(files: Path, tmp_path: Path) -> None:
    code, err = run("offline.train", str(files / "silent.xdf"), "--decoder", "ridge", "--out", str(tmp_path / "m"))
    assert_one_line(code, err, "audio")
    assert not (tmp_path / "m").exists()


def test_unknown_command() -> None:
    code, err = run("bk_realtime", "fly")
    assert_one_line(code, err, "fly")


@pytest.mark.parametrize("command", [[], ["run"], ["replay"], ["record"], ["devices"], ["demo"]])
def test_help_is_readable(command: list[str]) -> None:
    argv = [sys.executable, "-m", "bk_realtime", *command, "--help"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("record", "--out", "r.xdf", "--timeout-s", "-1"), "--timeout-s"),
        (("record", "--out", "r.xdf", "--seconds", "nan"), "--seconds"),
        (("replay", "good.xdf", "--seconds", "-1"), "--seconds"),
        (("devices", "--timeout-s", "nan"), "--timeout-s"),
    ],
)
def test_times_out_of_range(args: tuple[str, ...], word: str) -> None:
    assert_one_line(*run("bk_realtime", *args), word, "expected 0 to")


def test_a_recording_that_no_folder_can_hold(files: Path) -> None:
    assert_one_line(*run("bk_realtime", "record", "--out", str(files / "not.xdf" / "r.xdf")), "name another place")


def test_a_predicate_that_is_none(tmp_path: Path) -> None:
    out = tmp_path / "r.xdf"
    code, err = run("bk_realtime", "record", "--out", str(out), "--predicate", "type='", "--timeout-s", "1")
    assert code == 2
    assert err.splitlines()[-1].startswith(
        "error: --predicate type=': expected an XPath 1.0 condition"
    )  # after liblsl's own
    assert not out.exists()
