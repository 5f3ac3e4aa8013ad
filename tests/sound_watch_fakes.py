"""A sound server, a sound card and a session as the watch of the voice's place sees them; answers made up here."""

from __future__ import annotations

import math

import numpy as np

from bk_realtime.session.settings import SafetySettings
from bk_realtime.sink.sound_server import Heard, Place
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.sound_watch import SoundWatch
from tests.manual_clock import ManualClock

EAR = Place("usb", ("usb/",), words="Headset")
JACK = Place("pci", ("pci/headphones",), words="Built-in, Headphones")
ROOM = Place("pci", ("pci/speaker",), words="Built-in, Speakers")


class Server:
    """Answers as it is told to."""

    def __init__(self) -> None:
        self.answer: Heard | None = None
        self.missing = ""
        self.moves: list[str] = []

    def at(
        self,
        *places: Place,
        sinks: tuple[str, ...] = ("usb", "pci"),
        volume: float = 1.0,
        muted=False,
        stream=1,
        turned: float | None = None,
    ) -> None:
        self.answer = Heard(places, frozenset(sinks), volume, muted, frozenset({stream}), turned)

    def look(self) -> Heard | None:
        return self.answer

    def move(self, sink: str) -> bool:
        self.moves.append(sink)
        return True


class Card:
    """A sound card as the watch sees it."""

    def __init__(self, name: str = "default", host: str = "ALSA") -> None:
        self.name, self.host, self.socket, self.lost, self.hushed = name, host, name, False, 0
        self.streams, self.confirmed = 1, math.inf

    @property
    def kept_back(self) -> bool:
        return self.streams > self.confirmed

    def confirm(self, stream: int | None) -> None:
        self.confirmed = math.inf if stream is None else stream

    def hush(self) -> None:
        self.hushed += 1


class Session:
    def __init__(self, name: str = "default", **safety: float) -> None:
        self.guard = OutputGuard(SafetySettings(unmuted=True, **safety), 22050)  # type: ignore[arg-type]
        self.card, self.server, self.clock = Card(name), Server(), ManualClock(10.0)
        self.events: list[dict] = []
        self.watch = SoundWatch(self.guard, self.card, self.events.append, clock=self.clock)  # type: ignore[arg-type]

    def turn(self, seconds: float = 0.2) -> None:
        self.clock.advance(seconds)
        self.watch.turn(self.server, self.card)  # type: ignore[arg-type]

    def kinds(self) -> list[str]:
        return [event["event"] for event in self.events]

    @property
    def audible(self) -> bool:
        out = self.guard.process((0.1 * np.sin(2 * np.pi * np.arange(4410) / 22)).astype(np.float32))
        return bool(np.abs(out[-100:]).max() > 0.05)

    @property
    def words(self) -> str:
        return self.watch.figures()["sound_sink"]
