"""The clock of another machine: followed while it drifts, said when it is set or not told; this one is not asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pylsl
import pytest

from bk_realtime.recorder.recorder import Recorder
from bk_realtime.source import time_correction
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.inlet import LslInlet
from bk_realtime.xdf import read_xdf
from tests.lsl.second_host import HELD_UP_S, SecondHost, until

pytestmark = pytest.mark.lsl


@pytest.fixture
def inlet(request: pytest.FixtureRequest, source_id: str) -> Iterator[tuple[SecondHost, LslInlet, list[SourceEvent]]]:
    """An amplifier on another machine, whose clock runs as the test's parameter says, and what is said of it."""
    with SecondHost(50.0, getattr(request, "param", 0.0), **{source_id: {}}) as other:
        inlet = LslInlet(timeout=120.0, source_id=source_id, stall_s=30.0)
        yield other, inlet, []
        inlet.close()


def pull_until(inlet: LslInlet, events: list[SourceEvent], enough: Callable[[Any], object]) -> None:
    def pulled() -> object:
        chunk = inlet.pull(0.1)
        events.extend(inlet.take_events())
        return chunk is not None and enough(chunk)

    until(pulled)


@pytest.mark.parametrize("inlet", [3e-3], indirect=True, ids=["3000 ppm"])
def test_a_clock_that_drifts_is_followed_all_the_while(inlet: tuple[SecondHost, LslInlet, list[SourceEvent]]) -> None:
    other, source, events = inlet
    pull_until(source, events, lambda chunk: True)
    first = other.ahead()
    until(lambda: time.sleep(0.1) or other.ahead() - first > 0.012)
    ahead = other.ahead()
    pull_until(source, events, lambda chunk: -chunk.offset > ahead - 1e-3)
    assert not [e for e in events if e.kind == "clock"]  # nobody set it


def test_a_clock_that_was_set_is_said_once_and_stands_until_it_runs_steadily(
    inlet: tuple[SecondHost, LslInlet, list[SourceEvent]], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, source, events = inlet
    pull_until(source, events, lambda chunk: True)
    for by in (3.0, -0.3):
        monkeypatch.setattr(time_correction, "_STEADY_S", 1e9)
        events.clear()
        other.set_clock(by)
        pull_until(source, events, lambda chunk: any(e.kind == "clock" for e in events))
        ahead = other.ahead()
        pull_until(source, events, lambda chunk, ahead=ahead: abs(chunk.offset + ahead) < 2e-3)
        monkeypatch.setattr(time_correction, "_STEADY_S", 0.0)
        pull_until(source, events, lambda chunk: any(e.kind == "clock right" for e in events))
        told, right = (e for e in events if e.kind in ("clock", "clock right"))
        assert told.details == {"active_fault": "clock"}
        assert told.seconds == pytest.approx(by, abs=2 * HELD_UP_S)
        assert f"was set by {told.seconds:+.3f} s" in told.text
        assert "amplifier-pc" in told.text
        assert right.details == {"corrected": "clock"}


def test_a_host_that_does_not_tell_its_time_is_said(source_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_correction, "_STEADY_S", 0.0)
    with SecondHost(50.0, **{source_id: {}}) as other:
        other.silent(True)
        source = LslInlet(timeout=120.0, source_id=source_id, stall_s=30.0)
        (told,) = (e for e in source.take_events() if e.kind == "clock")
        assert "does not say what time it is" in told.text
        assert "firewall" in told.text
        events: list[SourceEvent] = []
        pull_until(source, events, lambda chunk: chunk.times is not None)
        assert [e.details["active_fault"] for e in events if e.kind == "stamps"] == ["stamps"]  # age goes by arrival
        other.silent(False)
        pull_until(source, events, lambda chunk: chunk.offset != 0.0 and chunk.times is None)
        assert [e.kind for e in events if e.kind.startswith("clock")] == ["clock right"]
        source.close()


def test_streams_of_this_machine_are_not_measured(source_id: str) -> None:
    class Inlet:
        def time_correction(self, timeout: float) -> float:
            raise AssertionError

    here = time_correction.TimeCorrection(Inlet(), socket.gethostname(), before=5.0)
    assert here.known
    assert here.wait(0.0)
    assert here.offset == 0.0
    here.close()


def test_until_it_is_measured_again_the_hosts_last_correction_stands() -> None:
    class Inlet:
        asked = threading.Event()

        def time_correction(self, timeout: float) -> float:
            self.asked.set()
            raise pylsl.util.TimeoutError

    again = time_correction.TimeCorrection(Inlet(), "amplifier-pc", before=5.0)
    assert Inlet.asked.wait(60)
    assert not again.known
    assert again.offset == 5.0
    again.close()


def test_what_lsl_repeats_while_the_host_does_not_answer_is_no_measurement(tmp_path: Path, source_id: str) -> None:
    """As behind a firewall that lets samples through: the recorder says so, see tests/unit/test_unclocked.py."""
    with SecondHost(50.0, 0.0, **{source_id: {}}) as other:
        recorder = Recorder(tmp_path / "x.xdf", f"source_id='{source_id}'", clock_every_s=0.1, say=lambda line: None)

        def polled(enough: Callable[[float], object]) -> bool:
            time.sleep(0.05)
            recorder.poll()
            return any(s.last_stamp and enough(s.clocked) for s in recorder._streams)

        until(lambda: polled(lambda clocked: clocked > recorder._streams[0].first_seen + 1))
        other.silent(True)
        until(lambda: polled(lambda clocked: pylsl.local_clock() - clocked > 5))  # LSL asks every two seconds
        silent_since = recorder._streams[0].clocked
        other.silent(False)
        until(lambda: polled(lambda clocked: clocked > silent_since))
        recorder.close()
    (stream,) = read_xdf(recorder.path)
    assert len(stream.clock_offsets) == len(set(stream.clock_offsets.tolist())) >= 2
