"""Streams that must not be missing: which a name means, what a recording lacks."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import OptionError
from bk_realtime.recorder import recorder as recorder_module
from bk_realtime.recorder.expected_watch import ExpectedWatch
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.session.expected import called, check_names, without_samples
from bk_realtime.session.settings import SessionSettings

ROWS = [
    {"name": "Microphone", "type": "Audio", "source_id": "usb-1", "n_samples": 10},
    {"name": "BrainKaraoke-audio", "type": "Audio", "source_id": "bk-s1-audio", "n_samples": 10},
    {"name": "Stimulus", "type": "Markers", "source_id": "psychopy", "n_samples": 0},
    {"name": "usb-1", "type": "Other", "source_id": "x", "n_samples": 1},
]


def names(wanted: str) -> list[str]:
    return [row["name"] for row in called(wanted, ROWS, lambda r: (r["name"], r["type"], r["source_id"]))]


def test_source_id_before_name_before_type() -> None:
    assert names("USB-1") == ["Microphone"]  # another stream is called so
    assert names("stimulus") == ["Stimulus"]
    assert names("markers") == ["Stimulus"]
    assert names("audio") == ["Microphone"]  # the decoded voice is no microphone
    assert names("BrainKaraoke-audio") == ["BrainKaraoke-audio"]  # unless it is named
    assert names("Mic") == []


def test_what_a_recording_lacks() -> None:
    assert without_samples(["Microphone"], ROWS) == []
    assert without_samples(["stimulus", "Camera", "audio"], ROWS) == [
        "'Stimulus' (type Markers) was expected and has not one sample",
        "'Camera' was expected and is not in the recording; it holds 'BrainKaraoke-audio', 'Microphone', 'usb-1'",
    ]
    back = [*ROWS, {**ROWS[2], "n_samples": 3}]  # it came back changed, or the recorder was started again
    assert without_samples(["Stimulus"], back) == []
    second = [*ROWS, {**ROWS[0], "source_id": "usb-2", "n_samples": 0}]
    assert without_samples(["audio"], second) == ["'Microphone' (type Audio) was expected and has not one sample"]
    assert without_samples(["Microphone"], []) == [
        "'Microphone' was expected and is not in the recording; it holds nothing"
    ]


@pytest.mark.parametrize("wrong", [("",), ("Mic", "mic"), (" ",)])
def test_names_that_mean_nothing(wrong: tuple[str, ...]) -> None:
    with pytest.raises(OptionError, match="--expect"):
        check_names(wrong)


def test_expected_streams_need_a_recording() -> None:
    with pytest.raises(OptionError, match="--expect goes with a recording"):
        SessionSettings(Path("m"), expect=("Mic",), record=False)


def stream(name: str, sfreq: float, seen: float) -> Any:
    about = StreamDescription(name, "Audio" if sfreq else "Markers", name.lower(), sfreq, ("m",), ("",))
    return SimpleNamespace(description=about, last_seen=seen, last_stamp=1.0, gone_since=None)


def test_a_stream_that_fails_is_said_once_and_again_when_it_is_back() -> None:
    said: list[tuple[str, dict[str, str]]] = []
    mic, cues = stream("Mic", 100.0, 0.0), stream("Cues", 0.0, 0.0)
    watch = ExpectedWatch(["Mic", "Cues", "Camera"], 3.0, [mic, cues], lambda text, **v: said.append((text, v)), 0.0)
    for now in range(1, 12):  # the markers send nothing, as they may
        mic.last_seen = min(float(now), 2.0) if now < 9 else float(now)
        watch.look(float(now))
    assert [v for _, v in said] == [
        {"active_fault": "expected Camera"},
        {"active_fault": "expected Mic"},
        {"corrected": "expected Mic"},
    ]
    assert said[0][0] == "Camera is expected and is not there"
    assert said[1][0] == "Mic is expected and has sent nothing for 4.0 s: it is announced still"
    assert said[2][0] == "Mic is back after 7.0 s"
    said.clear()
    mic.last_seen, cues.gone_since = 16.0, 12.5
    watch.look(16.0)  # the program that sends the markers was closed
    assert [(text.rpartition(": ")[2], v) for text, v in said] == [
        ("it is not announced any more", {"active_fault": "expected Cues"})
    ]
    mic_again = stream("Mic", 100.0, 17.0)  # came back changed: a further number of the same stream
    mic.last_seen = 0.0
    said.clear()
    ExpectedWatch(["Mic"], 3.0, [mic, mic_again, cues], lambda text, **v: said.append((text, v)), 0.0).look(17.0)
    assert said == []


def test_before_its_first_sample_nothing_is_said_of_a_stream() -> None:
    said: list[tuple[str, dict[str, str]]] = []
    mic = stream("Mic", 100.0, 0.0)
    mic.last_stamp = 0.0  # a replay that waits for the engine
    watch = ExpectedWatch(["Mic"], 3.0, [mic], lambda text, **v: said.append((text, v)), 0.0, resumed=True)
    watch.look(60.0)
    assert said == []
    mic.last_seen, mic.last_stamp = 61.0, 5.0
    watch.look(61.0)  # the recorder before this one may have said that it failed
    watch.look(62.0)
    assert said == [("Mic is back", {"corrected": "expected Mic"})]


def test_a_disk_that_is_slow_silences_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written after a stream was asked for takes five seconds: it was there when it was asked."""
    now, looked, beats = [100.0], [], []
    monkeypatch.setattr(recorder_module, "beat", lambda: beats.append(now[0]))
    monkeypatch.setattr(recorder_module.pylsl, "local_clock", lambda: now[0])
    recorder = Recorder.__new__(Recorder)
    vars(recorder).update(
        _finder=SimpleNamespace(opened=SimpleQueue()),
        _streams=[SimpleNamespace(lost=lost) for lost in (False, True, False)],
        _care=SimpleNamespace(look=looked.append),
    )

    def pull(_: object) -> int:
        now[0] += 5.0
        return 7

    monkeypatch.setattr(recorder, "_pull", pull)
    monkeypatch.setattr(recorder, "_follow", lambda _: None)
    monkeypatch.setattr(recorder, "_forget", lambda: None)
    assert recorder.poll() == 14
    assert looked == [100.0]
    assert beats == [105.0, 105.0, 110.0]  # one a stream: a round of many is no hang
