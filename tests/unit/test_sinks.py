"""The WAV file is valid at any moment; the silent sink keeps the pace of its clock."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.wav import WavSink
from tests.manual_clock import ManualClock

RATE = 22050


def sine(n: int, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(np.arange(n) * 2 * np.pi * 440 / RATE)).astype(np.float32)


@pytest.mark.parametrize(("sample_format", "step"), [("int16", 1 / 32767), ("float32", 0.0)])
def test_wav_holds_what_was_written(tmp_path: Path, sample_format: str, step: float) -> None:
    x = sine(3 * RATE + 77)
    sink: AudioSink = WavSink(tmp_path / "x.wav", RATE, sample_format)
    sink.start()
    for part in np.split(x, [1, 300, 300, 5000, 50_000]):
        sink.write(part)
    sink.close()
    sink.close()
    sink.write(x)  # too late: ignored
    y, rate = soundfile.read(tmp_path / "x.wav", dtype="float32")
    assert (rate, len(y), sink.events()) == (RATE, len(x), [])
    np.testing.assert_allclose(y * (32768 / 32767 if step else 1), x, atol=0.51 * step)


def test_wav_clips_and_survives_nan(tmp_path: Path) -> None:
    values = np.array([2.0, -2.0, np.nan, np.inf, -np.inf, 0.0], np.float32)
    for kind, expected in (("int16", [32767, -32767, 0, 0, 0, 0]), ("float32", [2.0, -2.0, 0.0, 0.0, 0.0, 0.0])):
        sink = WavSink(tmp_path / f"{kind}.wav", sample_format=kind)
        sink.write(values)
        sink.close()
        y, _ = soundfile.read(tmp_path / f"{kind}.wav", dtype=kind)
        assert y.tolist() == expected


def test_empty_wav_is_valid(tmp_path: Path) -> None:
    WavSink(tmp_path / "x.wav").close()
    assert len(soundfile.read(tmp_path / "x.wav")[0]) == 0


def test_wav_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"mine")
    with pytest.raises(BkError, match="exists already"):
        WavSink(tmp_path / "x.wav")
    assert (tmp_path / "x.wav").read_bytes() == b"mine"
    with pytest.raises(BkError, match="cannot be made"):
        WavSink(tmp_path / "none" / "x.wav")
    with pytest.raises(BkError, match="int16 or float32"):
        WavSink(tmp_path / "y.wav", sample_format="mp3")


WRITER = """
import sys, time, numpy as np
from pathlib import Path
from bk_realtime.sink.wav import WavSink
sink = WavSink(Path(sys.argv[1]), 22050, sys.argv[2])
for i in range(300):
    sink.write(np.full(256, 0.25, np.float32))
print("written", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("sample_format", ["int16", "float32"])
def test_wav_after_kill(tmp_path: Path, sample_format: str) -> None:
    path = tmp_path / "x.wav"
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), sample_format], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"written"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    y, rate = soundfile.read(path)
    assert rate == RATE
    assert 300 * 256 - RATE - 256 <= len(y) <= 300 * 256
    np.testing.assert_allclose(y, 0.25, atol=1e-4)
    # and nothing that was written is missing from the file behind the header
    assert path.stat().st_size >= 300 * 256 * (2 if sample_format == "int16" else 4)


class FullDisk(io.BytesIO):
    """Takes so many bytes, then no more."""

    room = 30_000

    def write(self, data: object) -> int:
        n = min(len(memoryview(data)), self.room)  # type: ignore[arg-type]
        if n == 0:
            raise OSError(28, "No space left on device")
        self.room -= n
        return super().write(memoryview(data)[:n])  # type: ignore[arg-type]


def test_full_disk_is_an_event_and_the_sound_goes_on(tmp_path: Path) -> None:
    sink = WavSink(tmp_path / "x.wav")
    sink._file.close()
    sink._file = FullDisk()  # type: ignore[assignment]
    for _ in range(200):
        sink.write(sine(256))
    (event,) = sink.events()
    assert event["event"] == "file"
    assert "No space left" in event["text"]
    sink.close()


def test_null_sink_follows_the_clock() -> None:
    clock = ManualClock()
    sink: AudioSink = NullSink(1000, clock, prefill_s=0.02)
    sink.start()
    sink.write(sine(10))
    clock.advance(5.0)
    assert (sink.fill, sink.underruns) == (10, 0)  # waits for its prefill
    sink.write(sine(20))
    assert sink.fill == 30
    clock.advance(0.0101)
    assert sink.fill == 20
    sink.write(sine(5))
    clock.advance(0.0151)
    sink.write(sine(5))
    assert (sink.fill, sink.underruns) == (15, 0)
    clock.advance(1.0)
    assert sink.fill == 0
    sink.write(sine(7))
    assert (sink.fill, sink.underruns) == (7, 1)
    clock.advance(1.0)
    sink.write(sine(13))
    assert (sink.fill, sink.underruns) == (20, 1)
    assert sink.events() == []
    sink.close()


def test_null_sink_overflow_is_on_record() -> None:
    sink = NullSink(1000, ManualClock())
    sink.write(sine(6000))
    assert sink.fill <= 4096
    (event,) = sink.events()
    assert event["event"] == "overflow"
