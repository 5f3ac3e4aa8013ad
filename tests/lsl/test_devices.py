"""`devices` lists what is there, says plainly what is not, and ends with 0 either way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from rich.console import Console

import bk_realtime.commands.devices as module
from bk_realtime.__main__ import main
from bk_realtime.errors import BkError
from tests.lsl.outlets import make_outlet

pytestmark = pytest.mark.lsl


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Console", lambda **kwargs: Console(width=240, **kwargs))


def listed(capsys: pytest.CaptureFixture[str], *wanted: str) -> str:
    """What is printed, again until it holds ``wanted``: on a busy machine not every stream answers in time."""
    deadline = time.monotonic() + 60
    while True:
        assert main(["devices"]) == 0
        said = capsys.readouterr().out
        if all(words in said for words in wanted):
            return said
        assert time.monotonic() < deadline, said


def test_streams_and_sound_devices(
    source_id: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = {"index": 3, "name": "Card [USB]", "channels": 2, "sample_rate": 48e3, "latency_s": 0.0087, "default": True}
    monkeypatch.setattr("bk_realtime.sink.portaudio.output_devices", lambda: [card])
    outlets = [make_outlet(f"{source_id}-{i}", name=f"amp [{i}]", n_channels=7) for i in range(3)]
    said = listed(capsys, *(f"{source_id}-{i}" for i in range(3)))
    for i in range(len(outlets)):
        (line,) = [line for line in said.splitlines() if f"{source_id}-{i}" in line]
        for cell in (f"amp [{i}]", "sEEG", "7", "1000 Hz"):
            assert cell in line
    (line,) = [line for line in said.splitlines() if "Card [USB]" in line]
    for cell in ("3", "48000 Hz", "8.7 ms"):
        assert cell in line


def test_no_streams_there(tmp_path: Path) -> None:
    """In an LSL session of its own: in this one there may be what other tests of this process left."""
    ours, config = Path(os.environ["LSLAPICFG"]).read_text(encoding="utf-8"), tmp_path / "lsl.cfg"
    config.write_text(re.sub("SessionID = .*", f"SessionID = nobody_{uuid.uuid4().hex[:8]}", ours), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bk_realtime", "devices", "--timeout-s", "0.9"],
        env={**os.environ, "LSLAPICFG": str(config)}, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "LSL streams: none" in done.stdout


def test_no_sound_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("bk_realtime.sink.portaudio.output_devices", list)
    assert main(["devices", "--timeout-s", "0.1"]) == 0
    assert "Sound devices: none" in capsys.readouterr().out

    def broken() -> list:
        raise BkError("no sound device: PortAudio library not found")

    monkeypatch.setattr("bk_realtime.sink.portaudio.output_devices", broken)
    assert main(["devices", "--timeout-s", "0.1"]) == 0
    assert "PortAudio library not found" in capsys.readouterr().out
