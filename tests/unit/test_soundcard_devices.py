"""Which device the sound comes back on after one has died."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import bk_realtime.sink.portaudio as backend
import bk_realtime.sink.soundcard as module
from bk_realtime.sink.soundcard import SoundCard
from tests.manual_clock import ManualClock
from tests.unit.test_soundcard import RATE, FakePortAudio


class Plugs(FakePortAudio):
    """Outputs that come and go; PortAudio sees them when it starts, and may fail to."""

    def __init__(self, *plugged: str) -> None:
        super().__init__()
        self.plugged = list(plugged)
        self.starts_that_fail = self.starts = 0
        self._initialize()

    def _initialize(self) -> None:
        self.starts += 1
        if self.starts_that_fail:
            self.starts_that_fail -= 1
            raise self.PortAudioError("Error initializing PortAudio: Unanticipated host error")
        self.names: list[str] | None = list(self.plugged)

    def _terminate(self) -> None:
        if self.names is None:
            raise self.PortAudioError("Error terminating PortAudio: PortAudio not initialized")
        self.names = None

    def query_devices(self, device: object = "all", kind: str | None = None) -> object:
        if self.names is None:
            raise self.PortAudioError("PortAudio not initialized")
        infos = [
            {**dict(super(Plugs, self).query_devices(None, "output")), "name": name, "index": k, "hostapi": k // 3}
            for k, name in enumerate(self.names)
        ]
        if kind is None:
            return infos
        if isinstance(device, str):
            return next(info for info in infos if device in info["name"])
        return infos[device or 0]  # type: ignore[call-overload]


class Loss:
    """A card whose stream ends, and the time that passes then."""

    def __init__(self, sd: Plugs, device: str | None) -> None:
        self.sd, self.clock, self.kinds = sd, ManualClock(50.0), list[str]()
        self.sink = SoundCard(RATE, device, clock=self.clock)
        self.sink.start()

    def wait(self, until: Callable[[], bool], step_s: float = 0.05) -> None:
        deadline = time.monotonic() + 60
        while not until():
            assert time.monotonic() < deadline, self.kinds
            self.clock.advance(step_s)
            time.sleep(0.002)

    def tries(self, n: int) -> None:
        """Until ``n`` more attempts to open have begun."""
        wanted = self.sd.starts + n
        self.wait(lambda: self.sd.starts >= wanted)

    def back(self) -> bool:
        self.kinds += [e["event"] for e in self.sink.events()]
        return "device back" in self.kinds


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Plugs, str | None], Loss]]:
    monkeypatch.setattr(module, "real_time_priority", lambda *_: "none in tests")
    begun: list[Loss] = []

    def on(sd: Plugs, device: str | None) -> Loss:
        for where in (module, backend):
            monkeypatch.setattr(where, "portaudio", lambda: sd)
        begun.append(Loss(sd, device))
        return begun[-1]

    yield on
    for loss in begun:
        loss.sink.close()


def test_a_sound_service_that_failed_to_start_is_asked_again(begin) -> None:
    sd = Plugs("Headphones USB")
    loss = begin(sd, None)
    sd.starts_that_fail = 2
    sd.streams[-1].finish()
    loss.wait(loss.back)
    assert sd.starts >= 4


@pytest.mark.parametrize("device", ["1", "Headphones", None])
def test_the_voice_never_goes_on_aloud(begin, device: str | None) -> None:
    """The participant's headphones are unplugged; then another device has their number, their words, their place."""
    sd = Plugs("HDMI", "Headphones USB", "Room of Headphones") if device else Plugs("Headphones USB", "Speakers")
    loss = begin(sd, device)
    sd.plugged.remove("Headphones USB")
    sd.streams[-1].finish()
    loss.tries(3)  # when the third has begun, two have ended
    assert len(sd.streams) == 1
    assert loss.sink.fill == 0
    sd.plugged.append("Headphones USB")
    loss.wait(loss.back)
    assert sd.streams[-1].settings["device"] == sd.plugged.index("Headphones USB")


def test_one_device_of_several_sound_systems_stays_with_its_own(begin) -> None:
    """Windows lists each device once for every sound system."""
    sd = Plugs("Headphones", "Speakers", "HDMI", "Headphones", "Speakers", "HDMI")
    loss = begin(sd, "3")
    sd.streams[-1].finish()
    loss.wait(loss.back)
    assert [stream.settings["device"] for stream in sd.streams[:2]] == [3, 3]


def test_twins_come_back_while_nothing_was_plugged(begin) -> None:
    """Two equal monitors, names that MME cuts short: the same number is the same device while the list is the same."""
    sd = Plugs("Monitor", "Monitor", "Speakers")
    loss = begin(sd, "1")
    sd.streams[-1].finish()
    loss.wait(loss.back)
    assert [stream.settings["device"] for stream in sd.streams] == [1, 1]
    loss.kinds.clear()
    sd.plugged.append("Monitor")
    sd.streams[-1].finish()
    loss.tries(3)
    assert len(sd.streams) == 2
    loss.back()
    assert loss.kinds.count("device missing") == 1  # said once, with the reason
    sd.plugged.pop()
    loss.wait(loss.back)


HEADSET = "USB Headset: Audio (hw:{},0)"


def test_an_hour_unplugged_and_back_under_another_number(begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number in its name and in the list is another one then; a device that has its old one is not it."""
    monkeypatch.setattr(module, "_CHECK_S", 0.0005)
    sd = Plugs("HDMI: 0 (hw:0,3)", HEADSET.format(1))
    loss = begin(sd, "USB Headset")
    sd.plugged.pop()
    sd.streams[-1].finish()
    loss.wait(lambda: loss.sink.lost, 0.0)
    began = loss.clock.now()
    while loss.clock.now() - began < 3600:
        before = sd.starts
        loss.clock.advance(5.1)
        loss.sink.write(np.ones(256, np.float32))
        loss.wait(lambda before=before: sd.starts > before, 0.0)  # every 5 s, however long this machine takes
        if loss.clock.now() - began > 1800:
            sd.plugged[1:] = ["Speakers: Audio (hw:1,0)"]
    assert sd.starts > 600
    assert (len(sd.streams), loss.sink.fill) == (1, 0)
    said = loss.sink.events()
    assert [event["event"] for event in said if event["event"] != "priority"] == ["device lost", "device missing"]
    assert all(event["active_fault"] == "sound" for event in said[-2:])
    sd.plugged.append(HEADSET.format(2))
    loss.wait(loss.back)
    assert sd.streams[-1].settings["device"] == 2
    assert loss.sink.name == HEADSET.format(2)
    sd.plugged[2] = HEADSET.format(7)  # and once more
    sd.streams[-1].finish()
    loss.kinds.clear()
    loss.wait(loss.back)
    assert loss.sink.name == HEADSET.format(7)


def test_the_twin_of_an_unplugged_device_is_not_taken(begin) -> None:
    """Two equal headsets, one of them on another head."""
    sd = Plugs(HEADSET.format(1), HEADSET.format(2))
    loss = begin(sd, "0")
    sd.plugged.pop(0)
    sd.streams[-1].finish()
    loss.tries(3)
    assert len(sd.streams) == 1
    sd.plugged.insert(0, HEADSET.format(1))
    loss.wait(loss.back)
    assert sd.streams[-1].settings["device"] == 0


def test_a_twin_that_came_meanwhile_makes_it_unclear(begin) -> None:
    sd = Plugs(HEADSET.format(1))
    loss = begin(sd, "0")
    sd.plugged.append(HEADSET.format(2))
    sd.streams[-1].finish()
    loss.tries(3)
    assert len(sd.streams) == 1
    sd.plugged.pop()
    loss.wait(loss.back)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("USB Audio: - (hw:1,0)", "USB Audio: - (hw:12,0)", True),
        ("USB Audio: - (hw:1,0)", "USB Audio: - (hw:1,3)", False),
        ("Headphones (USB Audio)", "Headphones (2- USB Audio)", True),
        ("Headphones (2- USB Audio)", "Headphones (3- USB Audio)", True),
        ("Monitor 1", "Monitor 2", False),
    ],
)
def test_names_without_their_number(one: str, other: str, same: bool) -> None:
    assert (backend.same_name(one) == backend.same_name(other)) is same
