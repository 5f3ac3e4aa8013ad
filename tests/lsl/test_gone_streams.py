"""Strangers that come and go beside an amplifier: nothing of theirs stays but what they have sent."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pylsl
import pytest

from bk_realtime.recorder import finder, release
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.xdf import read_xdf
from tests.lsl.outlets import make_outlet

pytestmark = pytest.mark.lsl
N = 8


def until(true: Callable[[], bool], recorder: Recorder, amplifier: pylsl.StreamOutlet) -> None:
    """Go on recording until then."""
    end = time.monotonic() + 240
    while not true():
        assert time.monotonic() < end
        amplifier.push_chunk(np.zeros((4, 4), np.float32))
        recorder.poll()
        time.sleep(0.02)


def test_streams_that_are_gone_give_back_threads_and_sockets(
    tmp_path: Path, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "ASK_AGAIN_S", 0.2)
    monkeypatch.setattr(finder, "_FORGET_S", 1.0)
    said: list[str] = []
    inlets: list[weakref.ref[pylsl.StreamInlet]] = []
    recorder = Recorder(tmp_path / "x.xdf", f"starts-with(source_id,'{source_id}')", say=said.append)
    amplifier = make_outlet(source_id + "-amp", sfreq=200.0)
    until(lambda: len(recorder._streams) == 1, recorder, amplifier)
    sent: dict[str, int] = {}

    def come(names: list[str]) -> None:
        outlets = [make_outlet(f"{source_id}-{name}", name=name, sfreq=0.0) for name in names]
        until(lambda: all(outlet.have_consumers() for outlet in outlets), recorder, amplifier)
        for name, outlet in zip(names, outlets, strict=True):
            outlet.push_sample([1.0, 2.0, 3.0, 4.0])
            sent[name] = sent.get(name, 0) + 1
        until(lambda: all(recorder.counts.get(f"{n} (sEEG)", 0) == sent[n] for n in names), recorder, amplifier)
        inlets.extend(weakref.ref(s.inlet) for s in recorder._streams if s.description.name in names)

    names = [f"stranger {k}" for k in range(N)]
    come(names)
    until(lambda: sum("let go" in line for line in said) == N, recorder, amplifier)
    # an inlet is gone when LSL has ended its threads and closed its sockets: the numbers of both in the whole process
    # go up and down with the search for streams
    until(lambda: all(inlet() is None for inlet in inlets), recorder, amplifier)
    assert len(inlets) == N
    assert sum(s.inlet is not None for s in recorder._streams) == 1
    come(names[:1])  # back: under its number in the file
    report = recorder.close()
    assert report is not None
    assert report["complete"]
    streams = {s.description.name: s for s in read_xdf(recorder.path)}
    assert len(report["streams"]) == len(streams) == N + 1
    assert [len(streams[name]) for name in names] == [2] + [1] * (N - 1)
