"""A card that comes late and the questions to a sound server, answer by answer, on stand-ins; no thread, no server."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import bk_realtime.sink.late as late
import bk_realtime.sink.sound_server as module
from bk_realtime.errors import DeviceError
from bk_realtime.sink.late import LateSoundCard
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.sound_server import SoundServer
from tests.manual_clock import ManualClock

RATE = 22050


class Card:
    """A sound card that has been told what to say."""

    name, host, socket, lost, streams, kept_back = "USB", "ALSA", "usb/1", False, 3, True
    fill, latency_s, underruns = 77, 0.031, 5

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.fails: Exception | None = None

    def start(self) -> None:
        if self.fails is not None:
            raise self.fails
        self.calls.append("start")

    def write(self, samples: np.ndarray, good_for_s: float) -> None:
        self.calls.append((len(samples), good_for_s))

    def confirm(self, stream: int | None) -> None:
        self.calls.append(("confirm", stream))

    def hush(self) -> None:
        self.calls.append("hush")

    def events(self) -> list[dict[str, Any]]:
        return [{"event": "card"}]

    def close(self) -> None:
        self.calls.append("close")


class Broken(Exception):
    pass


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> tuple[LateSoundCard, Card, list[str]]:
    """A sink that has not looked yet, the card that it will find, and what PortAudio was told."""
    calls: list[str] = []
    sd = SimpleNamespace(
        PortAudioError=Broken,
        _terminate=lambda: calls.append("terminate"),
        _initialize=lambda: calls.append("initialize"),
    )
    monkeypatch.setattr(late, "portaudio", lambda: sd)
    card = Card()
    stand_in = NullSink(RATE, ManualClock(50.0), instead="no output at all")
    return LateSoundCard(lambda: card, stand_in), card, calls  # type: ignore[arg-type, return-value]


def test_before_the_device_comes_there_is_none(found: tuple[LateSoundCard, Card, list[str]]) -> None:
    sink, card, _ = found
    assert (sink.name, sink.host, sink.socket, sink.streams, sink.lost) == ("", "", "", 0, True)
    assert not sink.kept_back
    sink.confirm(1)
    sink.hush()
    sink.write(np.zeros(256, np.float32))
    assert card.calls == []
    assert sink.underruns == 0
    assert sink.sample_rate == RATE


def test_from_then_on_everything_is_the_devices(found: tuple[LateSoundCard, Card, list[str]]) -> None:
    sink, card, calls = found
    sink._inner = SimpleNamespace(underruns=2, events=list)  # type: ignore[assignment]
    sink.when_found = lambda: calls.append("muted")
    sink.kept_back_s = 300 / RATE
    assert sink.look()
    assert calls == ["terminate", "initialize", "muted"]
    assert (sink.name, sink.host, sink.socket, sink.lost) == ("USB", "ALSA", "usb/1", False)
    assert (sink.streams, sink.kept_back, sink.fill, sink.latency_s) == (3, True, 77, 0.031)
    assert sink.underruns == 7  # those of the time before too
    sink.confirm(None)
    sink.hush()
    for _ in range(3):  # the first 300 samples are dropped, a block at a time
        sink.write(np.zeros(256, np.float32), 0.2)
    assert card.calls == ["start", ("confirm", None), "hush", (256, 0.2)]
    said = sink.events()
    assert [e["event"] for e in said] == ["card", "device back"]
    assert said[1]["corrected"] == "sound"
    assert said[1]["text"] == (
        "sound device 'USB' was found; the voice goes there from now on, as soon as it is not muted"
    )
    card.lost = True
    assert sink.lost
    sink.close()  # it was never started: nothing to wait for
    assert card.calls[-1] == "close"


@pytest.mark.parametrize("error", [DeviceError("busy"), Broken("busy")])
def test_a_device_that_does_not_open_is_none(found: tuple[LateSoundCard, Card, list[str]], error: Exception) -> None:
    sink, card, _ = found
    card.fails = error
    assert not sink.look()
    assert sink.lost
    card.fails = None
    assert sink.look()


def test_it_looks_less_and_less_often_until_it_finds_one(found: tuple[LateSoundCard, Card, list[str]]) -> None:
    sink, _, _ = found
    waits: list[float] = []
    sink._closing = SimpleNamespace(wait=lambda s: waits.append(s) or len(waits) > 20)  # type: ignore[assignment]
    looks = iter([False] * 6 + [True])
    sink.look = lambda: next(looks)  # type: ignore[method-assign]
    sink._find()
    assert waits == [0.5, 1.0, 2.0, 5.0, 5.0, 5.0, 5.0]
    sink.look = lambda: False  # type: ignore[method-assign]
    waits.clear()
    sink._find()  # until it is closed
    assert len(waits) == 21


# ---- the sound server ----


class Pulse:
    """A server with two sinks and streams of two processes."""

    def __init__(self) -> None:
        self.connected, self.calls = True, list[Any]()
        self.fails = False
        self.sinks = [self._sink(1, "pci", 0.5), self._sink(2, "usb", 0.25)]
        self.inputs = [self._input(10, 1, "77", 1.5), self._input(11, 2, "5", 4.0), self._input(12, 9, "77", 8.0)]

    @staticmethod
    def _sink(index: int, name: str, volume: float) -> Any:
        return SimpleNamespace(
            index=index,
            name=name,
            description=name.upper(),
            owner_module=index,
            port_active=None,
            volume=SimpleNamespace(values=[volume, 0.1]),
            mute=0,
        )

    @staticmethod
    def _input(index: int, sink: int, pid: str, volume: float) -> Any:
        return SimpleNamespace(
            index=index,
            sink=sink,
            client=module._NONE,
            owner_module=99,
            proplist={"application.process.id": pid},
            volume=SimpleNamespace(values=[0.2, volume]),
            mute=0,
        )

    def connect(self, autospawn: bool, timeout: float) -> None:
        self.calls.append(("connect", autospawn, timeout))
        if self.fails:
            raise Broken
        self.connected = True

    def event_mask_set(self, *names: str) -> None:
        self.calls.append(names)

    def event_callback_set(self, callback: Any) -> None:
        self.callback = callback

    def event_listen(self, seconds: float) -> None:
        self.calls.append("listen")
        if self.fails:
            raise Broken
        with pytest.raises(StopIteration):
            self.callback(None)

    def sink_list(self) -> list[Any]:
        return self.sinks

    def sink_input_list(self) -> list[Any]:
        if self.fails:
            raise Broken
        return self.inputs

    def sink_input_move(self, stream: int, sink: int) -> None:
        self.calls.append((stream, sink))

    def close(self) -> None:
        self.calls.append("close")


@pytest.fixture
def asked() -> tuple[SoundServer, Pulse]:
    server, pulse = SoundServer(77), Pulse()
    if server._pulse is not None:
        server._pulse.close()
    server._pulse, server._failures, server._stop_listening = pulse, (Broken,), StopIteration
    server._changed, server._next_try = False, 0.0
    return server, pulse


def test_what_the_server_says_of_this_process(asked: tuple[SoundServer, Pulse]) -> None:
    server, pulse = asked
    heard = server.look()
    assert heard is not None
    assert heard.streams == {10}  # 11 is another's, 12 is given to a sink that has gone
    assert [p.sink for p in heard.places] == ["pci"]
    assert heard.sinks == {"pci", "usb"}
    assert (heard.volume, heard.muted) == (1.5, False)  # the largest of all channels, of the stream or its sink
    pulse.sinks[0].volume.values, pulse.sinks[1].mute = [0.3, 1.75], 1
    heard = server.look()
    assert heard is not None
    assert (heard.volume, heard.muted) == (1.75, False)
    pulse.sinks[0].mute = 1
    assert (server.look() or pytest.fail("silent")).muted
    pulse.sinks[0].mute, pulse.inputs[0].mute = 0, 1
    assert (server.look() or pytest.fail("silent")).muted
    pulse.inputs = []
    heard = server.look()
    assert heard is not None
    assert (heard.places, heard.volume, heard.muted) == ((), 1.0, False)
    pulse.fails = True
    assert server.look() is None


def test_it_connects_to_a_server_that_is_there_and_starts_none(
    asked: tuple[SoundServer, Pulse], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, pulse = asked
    now = [100.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=time.sleep))
    pulse.connected, pulse.fails = False, True
    assert server.look() is None
    assert server.look() is None  # not so soon again
    assert pulse.calls == [("connect", False, 1.0)]
    now[0] += 0.5
    pulse.fails = False
    assert server.look() is not None
    assert pulse.calls[1:] == [("connect", False, 1.0), ("sink", "sink_input", "server")]


def test_streams_are_moved_to_the_sink_of_that_name(asked: tuple[SoundServer, Pulse]) -> None:
    server, pulse = asked
    assert server.move("usb")
    assert pulse.calls == [(10, 2), (12, 2)]
    pulse.calls.clear()
    assert server.move("pci")
    assert pulse.calls == [(12, 1)]  # 10 is there already
    assert not server.move("gone")
    pulse.sinks.append(pulse._sink(3, "usb", 1.0))
    assert not server.move("usb")  # two of that name
    pulse.fails = True
    assert not server.move("pci")
    server._pulse = None
    assert not server.move("pci")


def test_waiting_ends_with_a_change_at_the_server_with_hurry_or_with_time(
    asked: tuple[SoundServer, Pulse], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, pulse = asked
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    pulse.callback = server._on_event
    server.wait(1.0)
    assert (pulse.calls, slept) == (["listen"], [])  # something changed
    server.wait(1.0)  # nobody has looked since
    assert pulse.calls == ["listen"]
    server.look()
    server.wait(1.0, hurry=lambda: True)
    assert pulse.calls == ["listen"]
    pulse.fails = True
    server._changed = False
    server.wait(1.0)
    assert pulse.calls == ["listen", "listen"]
    pulse.connected = False
    server.wait(0.05)
    assert slept == pytest.approx([0.02, 0.02, 0.01])
    server._pulse = None
    server.wait(0.02)
    assert slept[3:] == pytest.approx([0.02])
    assert math.isclose(now[0], 100.07)


def test_hanging_up_once(asked: tuple[SoundServer, Pulse]) -> None:
    server, pulse = asked
    server.close()
    server.close()
    assert pulse.calls == ["close"]
    assert server.look() is None
