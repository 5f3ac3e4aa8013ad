"""Who keeps the sound card: when a device is gone, how it comes back, what is said of it; on a clock turned by hand."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import pytest

from bk_realtime.sink.soundcard import SoundCard
from tests.card_by_hand import STEP_S, Listed, card, sd, watched  # noqa: F401 - fixtures
from tests.unit.test_soundcard import FakeStream


def test_the_priority_of_the_callback_is_said_once(sd: Listed, card: SoundCard) -> None:
    said = watched(card, sd, 51.0, lambda now: [sd.streams[-1].block(), None][1])
    assert [(e["event"], e["text"]) for e in said] == [("priority", "priority in tests")]


@pytest.mark.parametrize(
    ("plays_until", "lost_after"),
    [(0.0, 53.0), (52.0, 55.0), (53.0, 56.0), (54.0, 54.25)],
)
def test_a_device_is_gone_after_a_quarter_of_a_second_and_after_three_while_it_begins(
    sd: Listed, card: SoundCard, plays_until: float, lost_after: float
) -> None:
    sd.there = False
    lost: list[float] = []

    def each(now: float) -> None:
        if now <= plays_until:
            sd.streams[-1].block()
        if card.lost and not lost:
            lost.append(now - STEP_S)

    said = watched(card, sd, lost_after + 0.5, each)
    assert lost == [lost_after + STEP_S]  # the first turn that is later
    (event,) = [e for e in said if e["event"] == "device lost"]
    assert event["text"] == "sound device 'fake' stopped; trying to open it again"
    assert event["active_fault"] == "sound"
    assert not sd.streams[0].open


def test_a_stream_that_says_that_it_ended_is_gone_at_once(sd: Listed, card: SoundCard) -> None:
    def each(now: float) -> None:
        sd.streams[-1].block()
        if now == 51.0:
            sd.streams[0].finish()

    said = watched(card, sd, 51.25, each)
    assert [e["event"] for e in said if e["event"] != "priority"] == ["device lost"]
    assert card.lost


def test_a_lost_device_is_tried_less_and_less_often_and_said_once(sd: Listed, card: SoundCard) -> None:
    card._held_up.times = 2
    card._player.underruns = 3
    sd.there = False
    card._stream.finished = True  # lost in the first turn
    back: list[int] = []

    def each(now: float) -> None:
        sd.there = now >= 69.0
        if now > 69.25 and not card.lost:
            sd.streams[-1].block()
            back.append(1)

    said = watched(card, sd, 72.0, each)
    first = 50 + STEP_S
    assert [at - first for at in sd.at] == [0.5, 1.0, 2.0, 4.0, 9.0, 14.0, 19.0]
    kinds = [(e["event"], e.get("active_fault"), e.get("corrected")) for e in said if e["event"] != "priority"]
    assert kinds == [
        ("underrun", None, None),  # of the device
        ("underrun", None, None),  # of the buffer
        ("device lost", "sound", None),
        ("device missing", "sound", None),
        ("device back", None, "sound"),
    ]
    missing = next(e["text"] for e in said if e["event"] == "device missing")
    assert missing.startswith("sound device 'fake' is not back: sound device 'fake': expected one, found 0")
    assert next(e["text"] for e in said if e["event"] == "device back") == "sound goes on, on 'fake'"
    assert back
    assert card.underruns == 5  # those of the stream before are not forgotten
    # lost once more: tried quickly again, and said again
    card._stream.finished, sd.there = True, False
    said = watched(card, sd, 73.5, lambda now: None)
    assert [e["event"] for e in said if e["event"] != "priority"] == ["device lost", "device missing"]
    assert sd.at[-2] - (72.0 + STEP_S) == 0.5


@pytest.mark.parametrize(("ago_s", "waits_s"), [(0.5, 0.0), (1.5, 0.5)])
def test_a_device_that_stops_at_an_underrun_of_its_own_is_opened_again_at_once(
    sd: Listed, card: SoundCard, ago_s: float, waits_s: float
) -> None:
    card._held_up.last_s = 50.0 + STEP_S - ago_s
    card._stream.finished = True  # lost in the first turn
    said = watched(card, sd, 51.0, lambda now: [sd.streams[-1].block(), None][1])
    assert "device back" in [e["event"] for e in said]
    assert sd.at[0] - (50.0 + STEP_S) == pytest.approx(waits_s + STEP_S * (waits_s == 0.0))


def test_larger_blocks_that_do_not_open_are_a_lost_device(sd: Listed, card: SoundCard) -> None:
    card._player.underruns = 4
    sd.there = False
    card._enlarge(sd)
    said = card.events()
    assert [(e["event"], e.get("active_fault")) for e in said if e["event"] != "underrun"] == [
        ("device", "sound"),
        ("device lost", "sound"),
    ]
    assert card.lost
    assert card.underruns == 4
    card._note_counts(90.0)
    assert sum(event["count"] for event in [*said, *card.events()] if event["event"] == "underrun") == 4  # each once
    sd.there = True
    assert card._reopen(sd)
    assert not card.lost


@pytest.mark.parametrize("fails_at", ["open", "start"])
def test_larger_blocks_that_do_not_open_are_said_once(
    sd: Listed, card: SoundCard, fails_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown: list[float] = []

    def fails(stream: FakeStream) -> None:
        stream.open = True
        raise sd.PortAudioError("Device unavailable")

    def grows(now: float, *_: object, **__: object) -> bool:
        if now == 54.0:
            grown.append(now)
            sd.there = fails_at != "open"
            monkeypatch.setattr(FakeStream, "start", fails)
        return now == 54.0

    card._block.grows = grows  # type: ignore[method-assign]
    said = watched(card, sd, 55.0, lambda now: [sd.streams[-1].block(), None][1] if now < 54.0 else None)
    assert grown
    assert sum(e["event"] == "device lost" for e in said) == 1
    assert not any(stream.open for stream in sd.streams)


def test_closing_ends_the_stream_whatever_the_device_says(sd: Listed, card: SoundCard) -> None:
    stream = sd.streams[0]
    calls: list[str] = []
    stream.stop = lambda ignore_errors: calls.append("stop")  # type: ignore[method-assign]
    stream.abort = lambda ignore_errors: calls.append("abort")  # type: ignore[method-assign]

    def fails(ignore_errors: bool) -> None:
        calls.append("close")
        raise sd.PortAudioError("Unanticipated\n host error")

    stream.close = fails  # type: ignore[method-assign]
    card._shut(drain=True)
    card._shut()  # nothing is left to shut
    assert calls == ["stop", "close"]
    (event,) = card.events()
    assert (event["event"], event["text"]) == ("device", "closing the sound device: Unanticipated host error")
    card._open(sd)
    sd.streams[1].abort = lambda ignore_errors: calls.append("abort")  # type: ignore[method-assign]
    card._shut()
    assert calls[2] == "abort"
    card.close()  # never started: nothing to wait for


def test_the_end_of_the_stream_before_says_nothing_of_this_one(sd: Listed, card: SoundCard) -> None:
    """PortAudio tells of it in a thread of its own, maybe when the next one is open."""
    card._shut()
    card._open(sd)
    sd.streams[0].finish()
    said = watched(card, sd, 50.5, lambda now: [sd.streams[-1].block(), None][1])
    assert [e["event"] for e in said] == ["priority"]
    assert not card.lost
