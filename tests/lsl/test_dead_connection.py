"""A connection that the sender gave up and this side never heard of: what is recorded goes on over a new one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pylsl
import pytest

from bk_realtime.recorder import second_connection
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.recorder.second_connection import SecondConnections
from bk_realtime.xdf import read_xdf
from tests.lsl.outlets import make_outlet
from tests.lsl.second_host import SecondHost

pytestmark = pytest.mark.lsl


def poll_until(recorder: Recorder, true: Callable[[], object]) -> None:
    end = time.monotonic() + 240
    while not true():
        assert time.monotonic() < end, "not in time"
        recorder.poll()
        time.sleep(0.02)


def seconds(recorder: Recorder) -> SecondConnections:
    return recorder._finder._seconds


def opened(recorder: Recorder) -> list[tuple[str, bool]]:
    """Names of the streams that have a second connection, and whether it is open."""
    return [(s.description.name, c.inlet is not None) for s, c in list(seconds(recorder)._seconds.items())]


def test_signal_and_events_are_recorded_on_after_their_connections_died_unheard(
    tmp_path: Path, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_connection, "SURE_S", 0.5)
    said: list[str] = []
    streams = {f"{source_id}-amp": {}, f"{source_id}-cues": {"name": "cues", "type": "Markers", "sfreq": 0}}
    with SecondHost(50.0, 0.0, **streams) as host:
        recorder = Recorder(tmp_path / "x.xdf", f"starts-with(source_id,'{source_id}')", say=said.append)
        both = ("amp (sEEG)", "cues (Markers)")
        poll_until(recorder, lambda: all(recorder.counts.get(name, 0) > 3 for name in both))
        host.cut()
        poll_until(recorder, lambda: sum("was dead" in line for line in said) == 2)
        before = dict(recorder.counts)
        poll_until(recorder, lambda: all(recorder.counts[name] > before[name] + 3 for name in both))
        report = recorder.close()
    assert report is not None
    assert report["complete"]
    found = {s.description.name: s for s in read_xdf(recorder.path)}
    assert len(report["streams"]) == len(found) == 2  # under the number that they had
    counted = np.asarray(found["amp"].data)[:, -1]
    assert (np.diff(counted) > 0).all()  # none twice
    assert (np.diff(counted) > 1).sum() == 1  # one hole
    numbers = [int(row[0].split()[0]) for row in found["cues"].data]
    assert numbers == sorted(set(numbers))


def test_lone_events_whose_connection_died_unheard_are_recorded_on_and_none_is_left_behind(
    tmp_path: Path, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No signal of that machine tells of it, and it is announced all the while."""
    monkeypatch.setattr(second_connection, "EVENTS_S", 0.5)
    said: list[str] = []
    with SecondHost(50.0, 0.0, **{f"{source_id}-cues": {"name": "cues", "type": "Markers", "sfreq": 0}}) as host:
        recorder = Recorder(tmp_path / "x.xdf", f"starts-with(source_id,'{source_id}')", say=said.append)
        poll_until(recorder, lambda: recorder.counts.get("cues (Markers)", 0) > 3)
        host.cut()
        cut = pylsl.local_clock()
        poll_until(
            recorder,
            lambda: any(
                c.begun > cut and c.inlet is not None and c.inlet.samples_available()
                for c in list(seconds(recorder)._seconds.values())
            ),
        )
        report = recorder.close()  # long before it is sure
    assert report is not None
    assert report["complete"]
    assert sum("was dead" in line for line in said) == 1
    (found,) = read_xdf(recorder.path)
    numbers = [int(row[0].split()[0]) for row in found.data]
    assert numbers == sorted(set(numbers))
    assert (np.diff(numbers) > 1).sum() == 1  # one hole, and what came after it


def test_a_sender_that_pauses_goes_on_over_its_own_connection_and_no_sample_comes_twice(
    tmp_path: Path, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_connection, "SILENT_S", 0.1)
    monkeypatch.setattr(second_connection, "_is_far", lambda stream: True)
    said: list[str] = []
    recorder = Recorder(tmp_path / "x.xdf", f"starts-with(source_id,'{source_id}')", say=said.append)
    amp, cues = make_outlet(source_id, sfreq=100.0), make_outlet(source_id + "-cues", name="cues", sfreq=0.0)
    poll_until(recorder, lambda: len(recorder._streams) == 2)
    sent = 0  # of events, too: since the signal of their machine is silent they are doubted as well
    for _ in range(3):
        poll_until(recorder, lambda: any(n == "amp" and is_open for n, is_open in opened(recorder)))
        for outlet in (amp, cues):
            outlet.push_chunk(np.arange(sent, sent + 10)[:, None] + np.zeros(4, np.float32))
        sent += 10
        poll_until(recorder, lambda: list(recorder.counts.values()) == [sent, sent])  # noqa: B023
    recorder.close()
    assert not any("dead" in line for line in said)
    for stream in read_xdf(recorder.path):
        assert np.asarray(stream.data)[:, 0].tolist() == list(range(sent))


def test_after_this_machine_slept_events_are_doubted_until_one_comes(
    tmp_path: Path, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_connection, "_is_far", lambda stream: True)
    recorder = Recorder(tmp_path / "x.xdf", f"source_id='{source_id}'", say=lambda line: None)
    clock = [0.0]
    recorder._finder._seconds = SecondConnections(lambda: clock[0])
    cues = make_outlet(source_id, name="cues", sfreq=0.0)
    poll_until(recorder, lambda: recorder._streams and recorder._streams[0].drained)
    assert not seconds(recorder)._seconds
    clock[0] = 1200.0
    poll_until(recorder, lambda: seconds(recorder)._seconds)
    cues.push_sample([1.0, 2.0, 3.0, 4.0])
    poll_until(recorder, lambda: recorder.counts == {"cues (sEEG)": 1} and not seconds(recorder)._seconds)
    recorder.close()
