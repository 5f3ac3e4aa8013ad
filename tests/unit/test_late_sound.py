"""A session that begins without a sound device, and the device that comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import bk_realtime.sink.late as late
import bk_realtime.sink.portaudio as backend
import bk_realtime.sink.soundcard as module
from bk_realtime.engine.wiring import open_sink
from bk_realtime.errors import BkError, DeviceError
from bk_realtime.session.settings import SafetySettings, SessionSettings
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.late import LateSoundCard
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.soundcard import SoundCard
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.sound_watch import SoundWatch
from tests.manual_clock import ManualClock
from tests.unit.test_soundcard_devices import Plugs

RATE, HOP = 22050, 256


@pytest.fixture
def sd(monkeypatch: pytest.MonkeyPatch) -> Plugs:
    sd = Plugs()
    sd.query_devices = lambda device="all", kind=None: query(sd, device, kind)  # type: ignore[method-assign]
    for where in (late, module, backend):
        monkeypatch.setattr(where, "portaudio", lambda: sd)
    monkeypatch.setattr(module, "real_time_priority", lambda *_: "none in tests")
    return sd


def query(sd: Plugs, device: object, kind: str | None) -> object:
    """As PortAudio does it: without an output there is no default one."""
    if kind is not None and not sd.names:
        raise sd.PortAudioError("Error querying device -1")
    return Plugs.query_devices(sd, device, kind)


@pytest.fixture
def sink(sd: Plugs) -> LateSoundCard:
    clock = ManualClock(50.0)
    stand_in = NullSink(RATE, clock, instead="no output at all")
    return LateSoundCard(lambda: SoundCard(RATE, clock=clock), stand_in)


def kinds(sink: AudioSink) -> list[str]:
    return [event["event"] for event in sink.events() if event["event"] != "priority"]


def test_the_device_that_comes_is_taken_and_stays(sd: Plugs, sink: LateSoundCard) -> None:
    _: AudioSink = sink
    assert kinds(sink) == ["no sound"]
    assert not sink.look()
    sink.write(np.ones(HOP, np.float32))
    assert (sink.name, sink.lost, sink.latency_s) == ("", True, 0.0)
    sd.starts_that_fail = 1
    assert not sink.look()
    sd.plugged.append("Headset")
    assert sink.look()
    assert (sink.name, sink.host, sink.socket, sink.lost) == ("Headset", "host 0", "Headset", False)
    (event,) = (event for event in sink.events() if event["event"] == "device back")
    assert event["corrected"] == "sound"
    assert "'Headset'" in event["text"]
    for _k in range(8):
        sink.write(np.full(HOP, 0.25, np.float32))
    assert sink.fill > 4 * HOP
    assert max(np.abs(sd.streams[0].block()).max() for _k in range(8)) == pytest.approx(0.25, abs=0.02)
    sink.close()
    assert not sd.streams[0].open


def test_a_device_that_does_not_open_is_tried_again(sd: Plugs, sink: LateSoundCard) -> None:
    sd.plugged.append("Headset")
    sd.there = False
    assert not sink.look()
    assert sink.lost
    sd.there = True
    assert sink.look()
    sink.close()


@pytest.mark.parametrize("unmuted", [True, False])
def test_it_is_muted_before_the_device_opens(sd: Plugs, sink: LateSoundCard, unmuted: bool) -> None:
    """Unless the session was to begin unmuted."""
    guard = OutputGuard(SafetySettings(unmuted=unmuted), RATE)
    SoundWatch(guard, sink, print)
    guard.unmute()
    sd.plugged.append("Headset")
    muted_at_opening: list[bool] = []
    opened = sd.OutputStream
    sd.OutputStream = lambda **settings: muted_at_opening.append(guard.muted) or opened(**settings)  # type: ignore
    assert sink.look()
    assert muted_at_opening == [not unmuted]
    sink.close()


def test_the_end_of_a_voice_that_was_unmuted_in_silence_is_not_heard(sd: Plugs, sink: LateSoundCard) -> None:
    """Where the machine is busy its last block and the fade come when the device plays already."""
    guard = OutputGuard(SafetySettings(unmuted=False), RATE)
    SoundWatch(guard, sink, print)
    guard.unmute()
    sine = (0.5 * np.sin(2 * np.pi * 441 * np.arange(HOP) / RATE)).astype(np.float32)
    for _ in range(20):
        last = guard.process(sine)
    assert np.abs(last).max() > 0.3
    sd.plugged.append("Headset")
    assert sink.look()
    sink.write(last)
    heard: list[float] = []
    for _ in range(60):
        sink.write(guard.process(sine))
        heard += [np.abs(sd.streams[0].block()).max() for _ in range(4)]
    assert max(heard) == 0.0
    guard.unmute()
    for _ in range(60):
        sink.write(guard.process(sine))
        heard += [np.abs(sd.streams[0].block()).max() for _ in range(4)]
    assert max(heard) > 0.1
    sink.close()


def test_auto_waits_for_a_device_and_a_name_is_refused(sd: Plugs, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = open_sink(SessionSettings(Path("model")), RATE)
    assert isinstance(sink, LateSoundCard)
    (event,) = sink.events()
    assert event["text"].endswith("until a sound device or server is found")
    sd.plugged.append("Headset")
    assert sink.look()
    assert isinstance(sink._inner, SoundCard)
    sink.close()
    sd.names = sd.plugged = []
    with pytest.raises(BkError, match="no output at all"):
        open_sink(SessionSettings(Path("model"), sound_device="Headset"), RATE)

    def missing() -> None:
        raise DeviceError("no sound device: install PortAudio")

    for where in (module, backend):  # nothing that can come while the session runs
        monkeypatch.setattr(where, "portaudio", missing)
    sink = open_sink(SessionSettings(Path("model")), RATE)
    assert isinstance(sink, NullSink)
    assert "PortAudio" in sink.events()[0]["text"]


def test_closed_while_it_looks(sd: Plugs, sink: LateSoundCard) -> None:
    sink.start()
    sink.close()
    sink.close()
    sink._finder.join(60.0)
    assert not sink._finder.is_alive()
    assert sd.streams == []


def test_a_search_that_fails_says_so_and_it_stands(sd: Plugs, sink: LateSoundCard, monkeypatch) -> None:
    monkeypatch.setattr(late, "RETRY_S", (0.0,))
    monkeypatch.setattr(sd, "_initialize", lambda: 1 / 0, raising=False)
    sink.start()
    sink._finder.join(60.0)
    assert not sink._finder.is_alive()
    said = sink.events()[-1]
    assert (said["event"], said["active_fault"]) == ("no sound", "sound")
    assert "ZeroDivisionError" in said["text"]
    sink.close()
