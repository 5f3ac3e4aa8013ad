"""Several live streams as one source: rows, events in their place, losses, late partners, and refusals."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.engine.active_faults import update_faults
from bk_realtime.errors import OptionError, StreamError
from bk_realtime.join import Joiner
from bk_realtime.session.events import make_event
from bk_realtime.session.settings import InletSettings
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.joined import JoinedSource, open_joined


class Script:
    """A source that gives what it is told to, then nothing."""

    def __init__(self, name: str, rate: float, seconds: float, source_id: str = "", host: str = "here") -> None:
        self.description = StreamDescription(
            name, "sEEG", source_id or name, rate, ("A1",), ("microvolts",), hostname=host
        )
        n = int(seconds * rate)
        self.x = np.random.default_rng(len(name)).standard_normal((n, 1)).astype(np.float32)
        self.stamps = 50 + np.arange(n) / rate
        self.at, self.limit, self.closed = 0, n, 0
        self.idle = threading.Event()
        """All that there is was handed over."""
        self.events: list[SourceEvent] = []
        self.error: StreamError | None = None

    def describe(self) -> StreamDescription:
        return self.description

    def pull(self, timeout: float) -> Chunk | None:
        if self.error is not None:
            raise self.error
        n = min(self.limit - self.at, max(1, round(0.016 * self.description.sfreq)))
        if n <= 0:
            self.idle.set()
            time.sleep(min(timeout, 0.001))
            return None
        piece = slice(self.at, self.at + n)
        self.at += n
        return Chunk(self.x[piece], piece.start, self.stamps[piece], 0.0, 0.0)

    def take_events(self) -> list[SourceEvent]:
        events = [e for e in self.events if e.index < self.at]
        for event in events:  # one by one: a test may put another one there meanwhile
            self.events.remove(event)
        return events

    def close(self) -> None:
        self.closed += 1


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def pulled(source: JoinedSource, n: int) -> tuple[list[Chunk], list[tuple[int, SourceEvent]]]:
    """Chunks until ``n`` rows are out, and the events with the row before which each came."""
    chunks: list[Chunk] = []
    events: list[tuple[int, SourceEvent]] = []
    deadline = time.monotonic() + 60
    while sum(map(len, chunks)) < n:
        assert time.monotonic() < deadline
        chunk = source.pull(0.02)
        at = chunk.first_index if chunk is not None else sum(map(len, chunks))
        events += [(at, e) for e in source.take_events()]
        for _, e in events:  # as the engine logs it
            json.dumps(make_event(e.kind, e.text, seconds=e.seconds, **e.details))
        if chunk is not None:
            chunks.append(chunk)
    return chunks, events


def test_rows_are_those_of_the_joiner() -> None:
    main, partner = Script("amp", 1000, 4), Script("stim", 2048, 4.2)
    source = JoinedSource(main, [partner], late_s=1e9)
    assert source.describe().labels == ("A1", "stim:A1")
    assert source.describe().sfreq == 1000
    chunks, events = pulled(source, 4000)
    source.close()
    joiner = Joiner(1000, 1, [(2048, 1)])
    joiner.push(0, main.x, main.stamps)
    joiner.push(1, partner.x, partner.stamps)
    np.testing.assert_array_equal(np.concatenate([c.data for c in chunks]), joiner.take().data[:4000])
    np.testing.assert_array_equal(np.concatenate([c.stamps for c in chunks]), main.stamps)
    assert [c.first_index for c in chunks] == np.cumsum([0, *map(len, chunks[:-1])]).tolist()
    begun = {e.details["stream"]: e.details["stamp"] for _, e in events if e.kind == "joined"}
    assert begun == {0: 50.0, 1: 50.0}
    (figures,) = source.joining().values()
    assert figures["drift_ppm"] == pytest.approx(0, abs=0.1)
    assert figures["residual_ms"] < 1e-3
    assert figures["late"] == 0
    assert main.closed
    assert partner.closed


def test_times_of_a_main_stream_whose_stamps_are_not_trusted_go_with_its_samples() -> None:
    class Untrusted(Script):
        def pull(self, timeout: float) -> Chunk | None:
            chunk = super().pull(timeout)
            late = chunk is not None and chunk.first_index >= 2000
            return dataclasses.replace(chunk, times=chunk.stamps + 7000) if chunk is not None and late else chunk

    main, partner = Untrusted("amp", 1000, 4), Script("stim", 2048, 4.2)
    source = JoinedSource(main, [partner], late_s=1e9)
    chunks, _ = pulled(source, 4000)
    source.close()
    assert chunks[0].times is None
    times = np.concatenate([c.stamps if c.times is None else c.times for c in chunks])
    np.testing.assert_array_equal(times, main.stamps + np.where(np.arange(4000) < 2000, 0, 7000))


def test_an_event_of_the_main_stream_comes_with_its_sample() -> None:
    main, partner = Script("amp", 1000, 3), Script("stim", 1000, 3.2)
    main.events = [SourceEvent("returned", 1503, 1.0, "back")]
    source = JoinedSource(main, [partner], late_s=1e9)
    chunks, events = pulled(source, 3000)
    source.close()
    assert [at for at, e in events if e.kind == "returned"] == [1503]
    assert 1503 in [c.first_index for c in chunks]


def test_the_end_of_all_streams_is_told_though_the_last_rows_wait_for_a_partner() -> None:
    main, partner = Script("amp", 1000, 3), Script("stim", 1000, 3)
    partner.limit = 2900  # one switch carries both: at its end the partner is a little behind, as it always is
    source = JoinedSource(main, [partner], late_s=0.15)
    pulled(source, 2800)
    until(lambda: source.pull(0.02) is None and main.at == 3000 and partner.idle.is_set())
    until(lambda: source.pull(0.02) is None)  # its last samples may have come between those two looks
    source.take_events()
    main.events = [SourceEvent("gap", 2998, 0.01, "gap"), SourceEvent("lost", 2999, 0.5, "nothing for 0.5 s")]
    assert source.pull(0.02) is None
    kinds = [e.kind for e in source.take_events()]
    assert kinds.count("lost") == 1  # else the session would be "running" for ever
    assert "gap" not in kinds  # it comes with its sample
    assert source.pull(0.02) is None
    assert not source.take_events()
    source.close()


def test_a_partner_that_is_lost_is_missing_and_told_and_taken_up_again() -> None:
    main, partner = Script("amp", 1000, 9), Script("stim", 1000, 9.2)
    main.limit, partner.limit = 0, 2000
    source = JoinedSource(main, [partner], late_s=0.1)
    assert source.pull(0.02) is None
    assert partner.idle.wait(60)  # it is the faster one, however busy the machine
    main.limit = 2000
    chunks, _ = pulled(source, 1800)
    partner.events.append(SourceEvent("lost", 0, 0.5, "stream 'stim': no sample for 0.5 s"))
    until(lambda: source._feeds[0]._events)
    main.limit = 5000
    more, events = pulled(source, 5000 - sum(map(len, chunks)))
    chunks += more
    lost = [e for _, e in events if e.kind == "joined"]
    assert lost[-1].details["active_fault"] == "joined stream stim"
    assert not [e for _, e in events if e.kind == "lost"]  # the session's stream goes on
    partner.idle.clear()
    partner.events.append(SourceEvent("returned", 0, 3.0, "stream 'stim' is back"))
    partner.limit = 9200
    until(lambda: partner.at == 9200 and partner.idle.is_set())  # its thread has caught up
    main.limit = 9000
    more, events = pulled(source, 4000)
    chunks += more
    source.close()
    events += [(9000, e) for e in source.take_events()]
    rows = np.concatenate([c.data for c in chunks])
    assert np.isfinite(rows[600:1980, 1]).all()
    assert np.isnan(rows[2000:5000, 1]).all()
    assert np.isfinite(rows[5050:8900, 1]).all()
    assert np.isfinite(rows[:, 0]).all()
    assert any(e.details.get("corrected") == "joined stream stim" for _, e in events)
    told = [r for _, e in events if e.kind == "late" for r in e.details["rows"]]
    assert told[-1][1] >= 5000
    figures = source.joining()["stim"]
    assert figures["late"] >= 3000
    assert figures["late"] + figures["missing"] == np.isnan(rows[:, 1]).sum()
    assert len(source._joiner.partners[0].late) == 1  # the rest was told


class Elsewhere(Script):
    """On a host whose clock is ``ahead`` seconds ahead, which nobody knows before it is ``known``."""

    known, ahead = False, 0.0

    def pull(self, timeout: float) -> Chunk | None:
        chunk = super().pull(timeout)
        if chunk is None:
            return None
        return dataclasses.replace(chunk, stamps=chunk.stamps + self.ahead, offset=-self.ahead if self.known else 0.0)


@pytest.mark.parametrize("ahead", [1e5, -1e5, 5.0, -0.05])
@pytest.mark.parametrize("which", ["main", "partner"])
def test_a_clock_that_becomes_known_later_joins_from_then_on_as_if_it_had_been_known(which: str, ahead: float) -> None:
    """A firewall that is opened in mid-session: the channels of that amplifier stayed missing to the end."""
    main = (Elsewhere if which == "main" else Script)("amp", 1000, 4, host="a")
    partner = (Elsewhere if which == "partner" else Script)("stim", 1000, 4.2, host="b")
    other = main if isinstance(main, Elsewhere) else partner
    assert isinstance(other, Elsewhere)
    other.ahead = ahead
    main.limit, partner.limit = 0, 2000
    source = JoinedSource(main, [partner], late_s=0.1)
    assert source.pull(0.02) is None
    assert partner.idle.wait(60)
    main.limit = 2000
    chunks, _ = pulled(source, 1700)
    other.known = True
    partner.idle.clear()
    partner.limit = 4200
    until(lambda: partner.at == 4200 and partner.idle.is_set())
    main.limit = 4000
    more, _ = pulled(source, 3900 - sum(map(len, chunks)))
    source.close()
    rows = np.concatenate([c.data for c in (*chunks, *more)])
    joiner = Joiner(1000, 1, [(1000, 1)])
    joiner.push(0, main.x, main.stamps)
    joiner.push(1, partner.x, partner.stamps)
    np.testing.assert_allclose(rows[2020:3900], joiner.take().data[2020:3900], atol=1e-3)


def test_a_partner_that_comes_back_as_another_stays_missing() -> None:
    main, partner = Script("amp", 1000, 2), Script("stim", 1000, 2)
    partner.error = StreamError("stream 'stim' came back with other channels")
    source = JoinedSource(main, [partner], late_s=0.1)
    main.limit = 0
    assert source.pull(0.02) is None
    source._feeds[0]._thread.join(60)  # it ends with the error
    main.limit = 2000
    chunks, events = pulled(source, 1800)
    source.close()
    assert np.isnan(np.concatenate([c.data for c in chunks])[:, 1]).all()
    (told,) = [e for _, e in events if "active_fault" in e.details]
    assert "came back with other channels" in told.text


def test_a_partner_at_a_wrong_rate_is_a_fault_until_it_is_right() -> None:
    main, partner = Script("amp", 1000, 3), Script("stim", 1000, 3)
    partner.events = [
        SourceEvent("rate", 100, 0.0, "the device runs at 1020 Hz", {"active_fault": "rate"}),
        SourceEvent("rate right", 2000, 0.0, "the device runs at 1000 Hz again", {"corrected": "rate"}),
    ]
    source = JoinedSource(main, [partner], late_s=1e9)
    _, events = pulled(source, 2900)
    source.close()
    wrong, right = (e for _, e in events if e.kind == "joined" and "what" in e.details)
    assert wrong.text == "'stim': the device runs at 1020 Hz"
    faults: dict[str, str] = {}
    update_faults(faults, make_event(wrong.kind, wrong.text, **wrong.details))
    assert faults == {"rate of joined stream stim": wrong.text}
    update_faults(faults, make_event(right.kind, right.text, **right.details))
    assert faults == {}


def test_what_was_guessed_of_each_stream_is_told() -> None:
    main, partner = Script("amp", 1000, 1), Script("stim", 1000, 1)
    partner.notes = ("left out, type AUX: X1",)  # type: ignore[attr-defined]
    guessed, renamed = JoinedSource(main, [partner]).notes
    assert guessed == "'stim': left out, type AUX: X1"
    assert "they are called 'stim:A1'" in renamed


def opener(*scripts: Script) -> Any:
    """Opens them in order; what it was asked for is in ``asked``."""
    left = list(scripts)

    def one(**which: str) -> Script:
        one.asked.append(which)  # type: ignore[attr-defined]
        return left.pop(0)

    one.asked = []  # type: ignore[attr-defined]
    return one


def test_which_streams_are_asked_for() -> None:
    """Without a name the main stream is the neural one that is not joined."""
    one = opener(Script("amp", 1000, 1), Script("stim", 1000, 1))
    open_joined(one, {"name": None}, ["stim"]).close()
    main, partner = one.asked
    assert "'seeg'" in main["predicate"]
    assert "not((name='stim' or source_id='stim'))" in main["predicate"]
    assert partner == {"predicate": "(name='stim' or source_id='stim')"}
    one = opener(Script("amp", 1000, 1), Script("stim", 1000, 1))
    open_joined(one, {"name": "amp"}, ["stim"]).close()
    assert one.asked[0]["name"] == "amp"


def test_one_source_id_for_two_is_refused_and_both_are_let_go() -> None:
    a, b = Script("amp", 1000, 1, "same"), Script("stim", 1000, 1, "same")
    with pytest.raises(StreamError, match="'amp' and 'stim' have one source_id"):
        open_joined(opener(a, b), {}, ["stim"])
    assert a.closed
    assert b.closed


@pytest.mark.parametrize("settings", [{"join": ("a", "a")}, {"join": ("",)}, {"join": ("a",), "name": "a"}])
def test_settings_that_name_a_stream_twice(settings: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="--join"):
        InletSettings(**settings)
