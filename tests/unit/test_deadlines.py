"""What waits too long is never heard, whoever hangs: deadlines of waiting sound, the player, the card, the watch."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.session.events import EventList
from bk_realtime.sink.deadlines import Deadlines
from bk_realtime.sink.player import STALL_S, Player
from bk_realtime.sink.ring import Ring
from bk_realtime.sink.soundcard import SoundCard
from bk_realtime.voice.stall_watch import StallWatch
from tests.manual_clock import ManualClock
from tests.unit.test_soundcard import FakePortAudio, play, sd  # noqa: F401

RATE, HOP = 1000, 10
STRETCHES = st.lists(st.tuples(st.integers(1, 30), st.integers(-50, 200)), max_size=12)


@given(STRETCHES, st.lists(st.tuples(st.integers(0, 100), st.integers(0, 60)), max_size=12))
def test_a_sample_is_expired_once_its_own_deadline_has_passed(stretches, looks) -> None:
    deadlines, truth, written = Deadlines(RATE), [], 0
    for n, until in stretches:
        written += n
        deadlines.add(written, n, (until + 0.5) / RATE)
        truth += [(until + 0.5 + k) / RATE for k in range(n)]
    position, now = 0, 0.0
    for later, heard in looks:
        now += later / RATE
        want = 0
        while position + want < written and truth[position + want] < now:
            want += 1
        assert deadlines.expired(position, now) == want
        position = min(written, position + want + heard)


def test_no_deadline_and_an_unknown_one() -> None:
    deadlines = Deadlines(RATE, size=2)
    deadlines.add(5, 5, math.inf)
    deadlines.add(9, 4, math.nan)
    assert deadlines.full
    assert deadlines.expired(0, 1e12) == 0
    assert deadlines.expired(5, 0.0) == 4
    assert not deadlines.full


class Card:
    """A player and its ring; every sample says when it was made, in blocks of 10 ms."""

    def __init__(self, prefill: int = 2 * HOP) -> None:
        self.ring, self.now = Ring(1 << 12), 100.0
        self.player = Player(self.ring, RATE, prefill, slack=1 << 20)
        self.heard: list[np.ndarray] = []

    def write(self, n: int = HOP, good_for_s: float = 0.2) -> None:
        self.player.fed_s = self.now
        self.player.deadlines.add(self.ring.n_written + n, n, self.now + good_for_s)
        self.ring.write(np.full(n, self.now - 90.0, np.float32))

    def block(self) -> np.ndarray:
        out = np.full(HOP, np.nan, np.float32)
        self.player.read(out, self.now)
        self.now += HOP / RATE
        self.heard.append(out)
        return out


def test_a_writer_that_hangs_is_silence_after_100_ms_though_a_second_waits() -> None:
    card = Card()
    card.write(1000, good_for_s=math.inf)
    blocks = [card.block() for _ in range(30)]
    playing = sum(bool(b[0] > 9.9) for b in blocks[1:])
    assert 0.09 <= playing * HOP / RATE <= STALL_S
    assert not np.concatenate(blocks[20:]).any()
    assert card.ring.fill == 0
    assert (card.player.cuts, card.player.underruns) == (1, 0)
    fade = np.concatenate(card.heard)[HOP + 64 :]  # after the fade in
    assert np.abs(np.diff(fade)).max() < 10.0 / 63 + 1e-6
    card.write(3 * HOP)
    assert card.block().any()
    assert card.player.playing


def test_sound_too_old_is_not_played_though_the_writer_lives() -> None:
    """A card that stood still, or what was left over below the prefill: only what is new is heard."""
    card = Card()
    card.write(HOP)  # not enough to begin with
    card.now += 5.0
    card.write(HOP)
    assert not card.block().any()
    assert card.ring.fill == HOP
    card.write(HOP)
    assert card.block()[-1] > 14.9
    for _ in range(4):
        card.write(5 * HOP)
    card.now += 3.0  # the device took nothing for so long
    card.player.fed_s = card.now
    assert card.block()[0] > 9.0  # fades
    for _ in range(20):
        card.player.fed_s = card.now
        card.block()
    assert not np.concatenate(card.heard[-10:]).any()
    assert card.player.cuts == 1


def test_the_card_falls_silent_while_the_writing_thread_hangs(sd: FakePortAudio) -> None:  # noqa: F811
    """A real thread that hangs after it wrote a second of sound; then it goes on."""
    clock = ManualClock(50.0)
    sink = SoundCard(22050, clock=clock)
    sink.start()
    (stream,) = sd.streams
    play(sink, stream, clock, 1.0)
    hangs, goes_on = threading.Event(), threading.Event()

    def decode() -> None:
        sink.write(np.full(22050, 0.5, np.float32), 10.0)
        hangs.set()
        goes_on.wait(60.0)
        sink.write(np.full(2048, 0.25, np.float32), 10.0)

    thread = threading.Thread(target=decode)
    thread.start()
    assert hangs.wait(60.0)
    period = stream.blocksize / stream.settings["samplerate"]
    heard = []
    for _ in range(round(1.0 / period)):
        clock.advance(period)
        heard.append(stream.block()[:, 0])
    sound = np.concatenate(heard)
    at = round((STALL_S + 0.01) * 48000)
    assert sound[:at].any()
    assert not sound[at:].any()
    goes_on.set()
    thread.join(60.0)
    clock.advance(period)
    again = np.concatenate([stream.block()[:, 0] for _ in range(8)])
    assert again[-1] == pytest.approx(0.25, rel=0.02)
    sink.close()


def watch(away: bool = False) -> tuple[StallWatch, ManualClock, EventList]:
    clock, events = ManualClock(10.0), EventList()

    class Sink:
        def write(self, samples: np.ndarray, good_for_s: float = math.inf) -> None:
            assert not len(samples)
            assert good_for_s >= STALL_S

    sink: Any = Sink()
    return StallWatch(sink, clock, events.append, lambda: away), clock, events


def kinds(events: EventList) -> list[str]:
    return [e["event"] for e in events.take()]


def test_a_stall_is_said_once_while_it_lasts_and_when_it_is_over() -> None:
    stalls, clock, events = watch()
    stalls.beat()
    for _ in range(20):
        clock.advance(0.04)
        stalls.beat()
        stalls.look(0.0)
    assert kinds(events) == []
    for _ in range(20):
        clock.advance(0.1)
        stalls.look(0.0)
    (said,) = events.take()
    assert (said["event"], said["active_fault"]) == ("stalled", "decoding")
    assert said["text"] == "decoding stalled: nothing for 0.2 s; silent until it goes on"
    stalls.beat()
    stalls.look(0.0)
    (over,) = events.take()
    assert (over["event"], over["corrected"], over["seconds"]) == ("stall over", "decoding", 2.0)
    assert over["count"] == 1
    assert over["text"] == "decoding goes on; it stood still for 2.0 s"


def test_a_stall_that_nobody_saw_is_said_afterwards() -> None:
    stalls, clock, events = watch()
    stalls.beat()
    clock.advance(0.15)
    stalls.beat()
    stalls.look(0.0)
    assert kinds(events) == ["stalled", "stall over"]
    stalls.look(0.0)
    assert kinds(events) == []


def test_stalls_again_and_again_stand_and_are_said_in_one_line() -> None:
    stalls, clock, events = watch()
    stalls.beat()
    for _ in range(80):  # as many in a minute
        clock.advance(0.15)
        stalls.beat()
        for _ in range(15):
            clock.advance(0.04)
            stalls.beat()
            stalls.look(0.0)
    said = events.take()
    assert [e["event"] for e in said] == ["stalled", "stall over", "stalled"]
    for _ in range(150):
        clock.advance(0.04)
        stalls.beat()
        stalls.look(0.0)
    (over,) = events.take()
    assert over["corrected"] == "decoding"
    assert "79 times" in over["text"]
    assert over["count"] == 79


def test_a_long_packet_may_take_its_length(sd: FakePortAudio) -> None:  # noqa: F811
    """A quarter of a second of signal that takes 200 ms is no stall, nor is what waits thrown away meanwhile."""
    clock, events = ManualClock(50.0), EventList()
    sink = SoundCard(22050, clock=clock)
    sink._open(sd)
    stalls = StallWatch(sink, clock, events.append, lambda: False)
    sink.write(np.full(22050, 0.5, np.float32), 10.0)

    def heard(seconds: float) -> np.ndarray:
        blocks = []
        for _ in range(round(seconds * 48000 / sd.streams[0].blocksize)):
            clock.advance(sd.streams[0].blocksize / 48000)
            blocks.append(sd.streams[0].block()[:, 0])
            stalls.look(0.0)
        return np.concatenate(blocks)

    stalls.beat(takes_s=0.25)
    assert heard(0.2)[1000:].min() > 0.4
    stalls.beat()
    assert kinds(events) == []
    stalls.beat(takes_s=0.25)
    assert not heard(0.35)[-480:].any()  # but not longer
    assert kinds(events) == ["stalled"]


@pytest.mark.parametrize("away", [False, True])
def test_no_stall_while_the_engine_starts_or_the_signal_is_away(away: bool) -> None:
    stalls, clock, events = watch(away)
    for _ in range(3):
        stalls.beat(armed=away)
        clock.advance(5.0)
        stalls.look(0.0)
    assert kinds(events) == []
