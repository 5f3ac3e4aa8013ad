"""What waits when a recording ends is written, what is not is said; and so are holes in what was received."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pylsl
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.recorder import recorder as recorder_module
from bk_realtime.recorder import whole
from bk_realtime.recorder.connecting import Opened
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.recorder.whole import LEFT_S
from bk_realtime.xdf import info_xml, verify_xdf

AMP = StreamDescription("amp", "sEEG", "a", 100.0, ("x",), ("microvolts",), channel_format="float32")


class Inlet:
    """Hands out chunks of 4 samples; each takes 0.4 s to be written, or is there when it was taken."""

    def __init__(self, clock: list[float], stamps: np.ndarray, waits: bool = True) -> None:
        self.clock, self.stamps, self.waits = clock, stamps, waits

    def pull_chunk(self, max_samples: int, dest_obj: np.ndarray, **_: Any) -> tuple[np.ndarray, np.ndarray]:
        stamps, self.stamps = self.stamps[:4], self.stamps[4:]
        self.clock[0] = self.clock[0] + 0.4 if self.waits or not len(stamps) else 1000.0 + stamps[-1]
        dest_obj[: len(stamps)] = 1.0
        return dest_obj[: len(stamps)], stamps

    def samples_available(self) -> int:
        return len(self.stamps)

    def time_correction(self, timeout: float) -> float:
        return 0.0


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> Recorder:
    monkeypatch.setattr(pylsl, "ContinuousResolver", lambda **_: SimpleNamespace(results=list))
    recorder = Recorder(tmp_path / "x.xdf", say=print)
    for module in (recorder_module, whole):
        monkeypatch.setattr(module, "pylsl", SimpleNamespace(local_clock=lambda: clock[0]))
    return recorder


def opened(inlet: Inlet) -> Opened:
    return Opened(inlet, "u", info_xml(AMP))  # type: ignore[arg-type]


def test_all_that_waits_for_a_slow_disk_is_written_at_the_end_and_of_a_stream_found_just_now_too(
    recorder: Recorder, clock: list[float]
) -> None:
    recorder._register(opened(Inlet(clock, np.arange(200) / 100)))
    recorder._finder.opened.put(opened(Inlet(clock, np.arange(40) / 100)))
    report = recorder.close()
    assert report is not None
    assert report["complete"]
    assert [s["n_samples"] for s in report["streams"]] == [200, 40]


def test_what_still_waits_after_half_a_minute_is_lost_and_said(recorder: Recorder, clock: list[float]) -> None:
    recorder._register(opened(Inlet(clock, np.arange(40_000) / 100)))
    report = recorder.close()
    assert report is not None
    assert not report["complete"]
    assert report["problems"] == [
        "'amp' is not all there: the disk was too slow, and what still waited after 30 s is lost"
    ]
    assert clock[0] - 1000 == pytest.approx(LEFT_S, abs=2)


def test_a_hole_in_what_was_received_is_said_and_kept(
    recorder: Recorder, clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    stamps = np.arange(2000) / 100
    stamps[1200:] += 130.0
    inlet = Inlet(clock, stamps, waits=False)
    recorder._register(opened(inlet))
    while len(inlet.stamps):
        recorder.poll()
    report = recorder.close()
    assert report is not None
    line = "of 'amp' 130.00 s are missing by its time stamps, in 1 place"
    assert f"warning: {line}\n" in capsys.readouterr().out
    assert report["complete"]  # all that was received
    assert report["holes"] == [line]
    assert line in recorder.path.with_name("x.xdf.check.toml").read_text()
    assert verify_xdf(recorder.path)["complete"]


def test_what_lsl_dropped_while_the_recorder_stood_still_is_a_hole() -> None:
    """It keeps two minutes and drops the oldest samples, without a word."""
    stream = RecordedStream(1, None, "u", AMP, None, 0.0)
    for k in range(0, 1200, 25):
        stream.last_seen = k / 100 + 0.3
        stream.found_hole((k + np.arange(25)) / 100)
    stream.last_seen += 250.0
    found = [stream.found_hole(142.0 + (k + np.arange(25)) / 100) for k in range(0, 12_000, 25)]
    assert sum(found) == stream.holes == 1
    assert stream.missing_s == pytest.approx(130.0)


def test_a_hole_in_fast_sound_is_found_among_some_of_its_stamps() -> None:
    stream = RecordedStream(1, None, "u", AMP, None, 0.0)
    stream.description = StreamDescription("mic", "Audio", "m", 44_100.0, ("x",), ("",))
    at = np.arange(20 * 44_100) / 44_100
    at[400_000:] += 0.3
    looked = 0
    for part in np.array_split(at, 83):  # of odd lengths
        stream.last_seen = part[-1] + 0.01
        stream.found_hole(part)
        assert stream._monitor is not None
        looked = stream._monitor._next_index or 0
    assert (stream.holes, looked) == (1, pytest.approx(20 * 500, rel=0.01))
    assert stream.missing_s == pytest.approx(0.3, abs=0.003)


@pytest.mark.parametrize("stamped", ["one stamp a packet of a quarter of a second", "fast by 0.5 %", "late packets"])
def test_odd_stamps_are_no_hole(stamped: str) -> None:
    n = np.arange(60_000)
    stamps = n / 1000
    if stamped.startswith("one"):
        stamps = n // 250 * 0.25
    elif stamped.startswith("fast"):
        last = n // 16 * 16 + 15
        stamps = last / 1005 - (last - n) / 1000
    else:
        stamps = stamps + np.repeat(np.random.default_rng(0).uniform(0, 0.08, 600), 100)
    stream = RecordedStream(1, None, "u", AMP, None, 0.0, threading.Event())
    stream.description = StreamDescription("amp", "sEEG", "a", 1000.0, ("x",), ("microvolts",))
    for k in range(0, len(n), 250):
        stream.last_seen = k / 1000 + 0.3
        assert not stream.found_hole(stamps[k : k + 250])
    assert stream.holes == 0
