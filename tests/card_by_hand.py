"""A sound card without its threads, on a device that is called by hand and a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import bk_realtime.sink.portaudio as backend
import bk_realtime.sink.soundcard as module
from bk_realtime.sink.soundcard import SoundCard
from tests.manual_clock import ManualClock
from tests.unit.test_soundcard import RATE, FakePortAudio

STEP_S = 0.125


class Listed(FakePortAudio):
    """Counts its starts; a rate of its own for each channel count."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = {(2, 48000)}
        self.asked: list[tuple[int, float]] = []
        self.at: list[float] = []
        self.clock = ManualClock(50.0)

    def check_output_settings(self, device: int, channels: int, dtype: str, samplerate: float) -> None:
        assert dtype == "float32"
        self.asked.append((channels, samplerate))
        if (channels, samplerate) not in self.takes:
            raise self.PortAudioError("Invalid sample rate")

    def _initialize(self) -> None:
        self.at.append(self.clock.now())


class Turns:
    """In place of the keeper's wait: each turn moves the clock and does what is due."""

    def __init__(self, sd: Listed, until: float, each: Callable[[float], None] = lambda now: None) -> None:
        self._clock, self._until, self._each = sd.clock, until, each

    def wait(self, seconds: float) -> bool:
        self._clock.advance(STEP_S)
        self._each(self._clock.now())
        return self._clock.now() >= self._until

    def set(self) -> None: ...


@pytest.fixture
def sd(monkeypatch: pytest.MonkeyPatch) -> Listed:
    fake = Listed()
    for where in (module, backend):
        monkeypatch.setattr(where, "portaudio", lambda: fake)
    monkeypatch.setattr(module, "real_time_priority", lambda *_: "priority in tests")
    return fake


@pytest.fixture
def card(sd: Listed) -> SoundCard:
    """Open, nobody watches it."""
    made = SoundCard(RATE, clock=sd.clock, ceiling=0.5)
    made._open(sd)
    return made


def watched(card: SoundCard, sd: Listed, until: float, each: Callable[[float], None] = lambda now: None) -> list[dict]:
    card._closing = Turns(sd, until, each)  # type: ignore[assignment]
    card._watch(sd)
    return card.events()
