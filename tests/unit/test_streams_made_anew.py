"""A stream that is opened again, or that the sound system made anew elsewhere, plays nothing before its place is known.

Sound card, guard and watch are the session's; the device and the sound server's answers are made up here.
"""

from __future__ import annotations

import numpy as np
import pytest

import bk_realtime.sink.portaudio as backend
import bk_realtime.sink.soundcard as module
from bk_realtime.session.settings import SafetySettings
from bk_realtime.sink.late import LateSoundCard
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.sound_server import Heard
from bk_realtime.sink.soundcard import SoundCard
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.sound_watch import HOLD, UNKNOWN_S, SoundWatch
from tests.manual_clock import ManualClock
from tests.sound_watch_fakes import EAR, ROOM, Server
from tests.unit.test_soundcard import HOP, RATE, FakePortAudio


class Bedside:
    """A voice that is heard on the headset, and what becomes of it."""

    def __init__(self, sd: FakePortAudio, host: str = "PulseAudio") -> None:
        sd.query_hostapis = lambda index: {"name": host}  # type: ignore[method-assign]
        self.sd, self.clock, self.server, self.events = sd, ManualClock(50.0), Server(), list[dict]()
        self.card = SoundCard(RATE, clock=self.clock)
        self.guard = OutputGuard(SafetySettings(unmuted=True), RATE)
        self.watch = SoundWatch(self.guard, self.card, self.events.append, clock=self.clock)
        self.card._open(sd)
        self.n = 0

    def turn(self) -> None:
        self.watch.turn(self.server, self.card)  # type: ignore[arg-type]

    def heard(self, frames: int = 60, late: bool = False) -> float:
        """Loudest sample that the device is given in that time, from its very next block on."""
        blocks = [self.sd.streams[-1].block(underflow=late)]
        for _ in range(frames):
            self.clock.advance(HOP / RATE)
            sine = 0.5 * np.sin(2 * np.pi * 441 * np.arange(self.n, self.n + HOP) / RATE)
            self.card.write(self.guard.process(sine.astype(np.float32)))
            self.n += HOP
            blocks += [self.sd.streams[-1].block() for _ in range(4)]
        return float(np.abs(np.concatenate(blocks)).max())


@pytest.fixture
def sd(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    fake = FakePortAudio()
    for where in (module, backend):
        monkeypatch.setattr(where, "portaudio", lambda: fake)
    monkeypatch.setattr(module, "real_time_priority", lambda *_: "none in tests")
    return fake


@pytest.fixture
def bedside(sd: FakePortAudio) -> Bedside:
    bedside = Bedside(sd)
    assert bedside.heard() > 0.4  # the first stream waits for nobody
    bedside.server.at(EAR)
    bedside.turn()
    assert bedside.heard() > 0.4
    return bedside


def run_dry(bedside: Bedside) -> None:
    """The device was served too late: ALSA's plug-in makes a new stream; the next call tells."""


def enlarge(bedside: Bedside) -> None:
    bedside.card._enlarge(bedside.sd)


def reopen(bedside: Bedside) -> None:
    bedside.card._lost = True
    bedside.card._shut()
    assert bedside.card._reopen(bedside.sd)


@pytest.mark.parametrize("again", [run_dry, enlarge, reopen])
def test_not_a_sample_gets_out_on_another_sink(bedside: Bedside, again) -> None:
    """However long the watch takes to look: here it comes to it after half a second only."""
    again(bedside)
    bedside.server.at(ROOM, stream=2)
    assert bedside.heard(40, late=again is run_dry) == 0.0
    assert bedside.guard.holds == ()  # nobody has looked yet
    bedside.turn()
    assert bedside.guard.holds == (HOLD,)
    assert bedside.heard() == 0.0
    bedside.server.at(EAR, stream=2)
    bedside.turn()
    assert bedside.heard() > 0.4


@pytest.mark.parametrize("again", [run_dry, enlarge, reopen])
def test_at_the_same_place_it_goes_on_with_the_next_look(bedside: Bedside, again) -> None:
    again(bedside)
    bedside.server.at(EAR, stream=2)
    assert bedside.heard(2, late=again is run_dry) == 0.0
    bedside.turn()
    assert bedside.heard() > 0.4
    assert [event["event"] for event in bedside.events] == ["sound place"]


def test_an_answer_of_before_says_nothing_of_the_stream_after(bedside: Bedside) -> None:
    """It runs dry while the server is asked."""
    was = bedside.server.answer

    def look() -> Heard | None:
        bedside.sd.streams[-1].block(underflow=True)
        return was

    bedside.server.look = look  # type: ignore[method-assign]
    bedside.turn()
    assert bedside.heard() == 0.0


@pytest.mark.parametrize("again", [run_dry, enlarge, reopen])
def test_without_a_sound_server_nothing_is_kept_back(sd: FakePortAudio, again) -> None:
    """A door to a sound server that cannot be asked: that is said, and the voice is heard."""
    bedside = Bedside(sd)
    bedside.server.missing = "libpulse.so.0: no such file"
    for _ in range(3):
        bedside.turn()
        bedside.clock.advance(UNKNOWN_S)
    assert [event["event"] for event in bedside.events] == ["sound unwatched"]
    again(bedside)
    assert bedside.heard(late=again is run_dry) > 0.4


def test_a_device_that_is_no_door_stays_where_it_is(sd: FakePortAudio) -> None:
    """When it ran dry it is still the same; opened again it may be its twin, which the next look finds."""
    bedside = Bedside(sd, host="ALSA")
    bedside.turn()
    assert bedside.heard(late=True) > 0.4
    enlarge(bedside)
    assert bedside.heard(2) == 0.0
    bedside.turn()
    assert bedside.heard() > 0.4


def test_the_operators_word_lets_it_out_where_the_server_hangs(bedside: Bedside) -> None:
    def frozen() -> Heard | None:
        assert bedside.heard(late=True) == 0.0
        bedside.clock.advance(UNKNOWN_S)
        bedside.watch.look(0.0)
        assert "does not answer" in bedside.events[-1]["text"]
        assert bedside.heard() == 0.0
        bedside.guard.release(HOLD)
        bedside.watch.look(0.0)
        assert bedside.heard() > 0.4
        return None

    bedside.server.look = frozen  # type: ignore[method-assign]
    bedside.turn()


def test_a_watch_that_fails_holds_what_it_kept_back(bedside: Bedside) -> None:
    """And says how it is let out; nothing is silent without a word."""
    assert bedside.heard(late=True) == 0.0
    bedside.server.look = lambda: 1 / 0  # type: ignore[method-assign]
    bedside.server.close = lambda: None  # type: ignore[attr-defined]
    bedside.watch._make_server = lambda: bedside.server  # type: ignore[assignment,return-value]
    bedside.watch.start()
    bedside.watch.close()
    assert [event["event"] for event in bedside.events[1:]] == ["sound unwatched", "sound moved"]
    assert f'release "{HOLD}"' in bedside.events[-1]["text"]
    bedside.watch.look(0.0)
    assert bedside.heard() == 0.0
    bedside.guard.release(HOLD)
    bedside.watch.look(0.0)
    assert bedside.heard() > 0.4
    assert bedside.heard(late=True) > 0.4  # nobody would let it out any more


def test_a_card_that_came_late_is_asked_the_same(sd: FakePortAudio) -> None:
    late = LateSoundCard(lambda: SoundCard(RATE), NullSink(RATE))
    late.confirm(3)
    assert (late.streams, late.kept_back) == (0, False)
    late._card = SoundCard(RATE)
    late._card._open(sd)
    late.confirm(0)
    assert (late.streams, late.kept_back, late._card.kept_back) == (1, True, True)
    late.confirm(None)
    assert not late.kept_back
