"""When the recorder waits for a sender that may have been restarted, and that it never waits for good."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pylsl
import pytest
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, StreamError
from bk_realtime.recorder import finder as finder_module
from bk_realtime.recorder.clock_offsets import watch_clock
from bk_realtime.recorder.connecting import Opened
from bk_realtime.recorder.finder import StreamFinder
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.source import door
from bk_realtime.xdf import XdfWriter, info_xml


def outlet_info(uid: str) -> pylsl.StreamInfo:
    """A sender as it is seen on the network; all that are made here have one identity."""
    info = pylsl.StreamInfo("amp", "sEEG", 2, 100, "float32", "amp-1")
    info.uid = lambda: uid
    return info


class Silent:
    """An inlet whose sender says nothing."""

    def pull_chunk(self, dest_obj: np.ndarray, **_: object) -> tuple[np.ndarray, np.ndarray]:
        return dest_obj[:0], np.zeros(0)


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> RecordedStream:
    """What is recorded of sender A, quiet for a long time; no finder sees the network."""
    monkeypatch.setattr(pylsl, "ContinuousResolver", lambda **_: SimpleNamespace(results=list))
    said = StreamDescription("amp", "sEEG", "amp-1", 100.0, ("0", "1"), ("", ""), channel_format="float32")
    buffer = np.empty((16, 2), np.float32)
    clock = threading.Thread()  # not begun: nothing asks it for offsets
    return RecordedStream(1, Silent(), "A", said, buffer, pylsl.local_clock() - 60.0, clock=clock, drained=True)


def test_a_twin_that_goes_again_does_not_hold_the_stream_for_good(stream: RecordedStream) -> None:
    finder = StreamFinder("", [stream], print)
    finder.close()
    finder._known.add("A")
    finder._look([outlet_info("A")])
    assert not stream.hold
    finder._look([outlet_info("A"), outlet_info("B")])
    assert stream.hold
    stream.last_seen = pylsl.local_clock()  # held on, however it was when it began
    finder._look([outlet_info("A"), outlet_info("B")])
    assert stream.hold
    finder._look([outlet_info("A")])
    assert not stream.hold


def test_a_stream_is_held_before_the_rest_of_the_pass(stream: RecordedStream, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sender that does not answer takes seconds; meanwhile the recorder goes on pulling."""
    finder = StreamFinder("", [stream], print)
    finder.close()
    finder._known.add("A")
    held: list[bool] = []
    real = finder._reconnects

    def spied(*args: Any) -> bool:
        waiting = real(*args)
        held.append(stream.hold)
        return waiting

    monkeypatch.setattr(finder, "_reconnects", spied)
    finder._look([outlet_info("A"), outlet_info("B")])
    assert held == [True]


def test_a_held_stream_is_missed_aloud(stream: RecordedStream, tmp_path: Path) -> None:
    said: list[str] = []
    recorder = Recorder(tmp_path / "x.xdf", say=said.append)
    recorder._finder.close()
    recorder._writer = XdfWriter(recorder.path)
    recorder._streams.append(stream)
    stream.hold = True
    assert recorder.poll() == recorder.poll() == 0
    assert len(said) == 1
    assert said[0].startswith("warning: no samples of 'amp' for")
    recorder._writer.close()


def test_a_sender_that_came_back_changed_is_recorded_once(
    stream: RecordedStream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path / "x.xdf", say=lambda line: None)
    recorder._finder.close()
    recorder._writer, recorder._next_id = XdfWriter(recorder.path), 2
    recorder._streams.append(stream)
    now = outlet_info("B")  # at 100 Hz
    stream.description = replace(stream.description, sfreq=500.0)
    stream.uid, stream.new_xml, stream.inlet.time_correction = "B", now.as_xml(), lambda timeout: 0.0  # type: ignore
    again: list[str] = []
    finder = recorder._finder
    finder._known.add("B")
    monkeypatch.setattr(finder, "_open", lambda info: again.append(info.uid()))
    finder._stop.clear()  # its passes are made here
    renewed = recorder._renew(stream)
    assert (stream.lost, renewed.description.sfreq, renewed.uid) == (True, 100.0, "B")
    real = pylsl.local_clock
    for later in range(0, 60, 3):
        monkeypatch.setattr(pylsl, "local_clock", lambda later=later: real() + later)
        finder._look([now])
    assert again == []
    renewed.stop.set()
    renewed.clock.join(60.0)
    recorder._writer.close()


def test_senders_that_come_and_go_for_days_are_not_all_remembered(
    stream: RecordedStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder_module, "MOST_KNOWN", 8)
    monkeypatch.setattr(door, "MOST_SHUT", 8)
    finder = StreamFinder("", [stream], print)
    finder.close()
    here = [outlet_info("A"), outlet_info("refused and still here")]
    finder._refuse(here[1], BkError("no"))
    for k in range(50):
        finder._refuse(outlet_info(f"refused {k}"), BkError("no"))
        finder._look(here)
        assert len(finder._known) <= 10
        assert len(finder.door._shut) <= 10
    assert finder.door.admit(here) == here[:1]
    assert "A" in finder._known


def test_a_stream_without_clock_offsets_is_not_told_every_few_seconds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A busy machine answers late, and the next time in time."""

    def late(timeout: float) -> float:
        raise LslTimeout("the operation failed due to a timeout.")

    stop = threading.Event()
    stop.set()
    with XdfWriter(tmp_path / "x.xdf") as writer, caplog.at_level(logging.INFO, "bk_realtime"):  # what a command shows
        watch_clock(writer, 1, "amp", SimpleNamespace(time_correction=late), 5.0, stop, lambda: None)
    assert caplog.text == ""


@pytest.mark.parametrize(("n_channels", "kind"), [(8, "float32"), (2, "double64"), (2, "string")])
def test_a_header_of_other_samples_than_were_announced_is_refused(n_channels: int, kind: str) -> None:
    """Samples are written into room made by the header: too little of it would end the whole recorder."""

    def xml(n: int, of: str) -> str:
        return info_xml(StreamDescription("amp", "sEEG", "a", 100.0, ("x",) * n, ("uV",) * n, channel_format=of))

    announced = SimpleNamespace(as_xml=lambda: xml(2, "float32"))
    inlet: Any = None
    assert Opened(inlet, "u", xml(2, "float32"), announced).description.n_channels == 2
    with pytest.raises(StreamError, match=f"announces 2 channels of float32 and describes {n_channels} of {kind}"):
        Opened(inlet, "u", xml(n_channels, kind), announced).description  # noqa: B018
