"""The feed on real LSL streams: it finds them, keeps up, lets go and comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pylsl
import pytest

from bk_realtime.source.door import look_once
from gui.feed import Feed
from gui.link import Arrival
from tests.gui.fake_engine import FakeEngine, outlet

pytestmark = pytest.mark.lsl
Wait = Callable[..., list[Arrival]]


@pytest.fixture
def quiet() -> Iterator[FakeEngine]:
    """A fake engine that sends only when told."""
    engine = FakeEngine(n_channels=4, sfreq=500.0)
    yield engine
    engine.close()


def wait(feed: Feed, enough: Callable[[list[Arrival]], bool], push: Callable[[], None] = lambda: None) -> list[Arrival]:
    """Poll until ``enough``; everything that arrived."""
    deadline, seen = time.monotonic() + 60, []
    while time.monotonic() < deadline:
        push()
        seen += feed.poll()
        if enough(seen):
            return seen
        time.sleep(0.02)
    raise AssertionError(f"not within a minute; seen {[(a.key, len(a.stamps)) for a in seen]}")


def close(feed: Feed) -> None:
    """No look around outlives its test: it holds ports that others need."""
    feed.close()
    assert feed.join(60)


def keys(arrivals: list[Arrival]) -> set[str]:
    return {a.key for a in arrivals}


def test_finds_the_sessions_streams_and_the_neural_one(quiet: FakeEngine, make_engine) -> None:
    make_engine(n_channels=2)
    feed = Feed(quiet.session)
    try:
        feed.follow_neural("FakeAmp", quiet.neural_id)  # the other engine's amplifier has the same name
        seen = wait(feed, lambda s: keys(s) == {"neural", "mel", "audio", "features", "status", "events"}, quiet.push)
        opened = {a.key: a.description for a in seen if a.opened}
        assert opened["neural"].source_id == quiet.neural_id
        assert opened["neural"].labels == ("A1", "A2", "A3", "A4")
        assert opened["neural"].units == ("microvolts",) * 4
        assert all(quiet.session in d.source_id for d in opened.values())
    finally:
        close(feed)


def test_takes_the_session_started_last_and_stays_with_it(make_engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engines = [make_engine(n_channels=2)]
    time.sleep(0.05)
    engines.append(make_engine(n_channels=2))
    shown = []

    def look_until_all_are_seen(predicate: str, seconds: float) -> list[pylsl.StreamInfo]:
        """One look may miss who stands still while it lasts."""
        count, deadline = len(engines), time.monotonic() + 60
        while time.monotonic() < deadline:
            infos = look_once(predicate, seconds)
            if all(any(engine.session in i.source_id() for i in infos) for engine in engines[:count]):
                shown.append(count)
                return infos
        raise AssertionError(f"{count} sessions, and not all are seen within a minute")

    monkeypatch.setattr("gui.feed.look_once", look_until_all_are_seen)
    feed = Feed()
    try:
        wait(feed, lambda s: "status" in keys(s), lambda: [engine.status() for engine in engines])
        assert feed.session == engines[1].session
        engines.append(make_engine(n_channels=2))
        wait(feed, lambda s: shown.count(3) > 1, feed._wake.set)  # the first look is made use of
        assert feed.session == engines[1].session
    finally:
        close(feed)


def test_a_stream_that_returns_with_another_montage_is_opened_anew(quiet: FakeEngine) -> None:
    feed = Feed(quiet.session)
    try:
        feed.follow_neural("FakeAmp", quiet.neural_id)
        wait(feed, lambda s: any(a.key == "neural" and len(a.stamps) for a in s), quiet.push)
        quiet.lose(engine=False)
        wait(feed, lambda s: not feed.connected("neural"), quiet.push)
        quiet.n_channels, quiet.sfreq = 6, 250.0
        quiet._labels = [f"Z{i}" for i in range(6)]
        quiet._mix, quiet._drift = np.zeros((4, 6), np.float32), np.zeros(6, np.float32)
        quiet.open(engine=False)
        seen = wait(feed, lambda s: any(a.key == "neural" and len(a.stamps) for a in s), quiet.push)
        opened = next(a for a in seen if a.key == "neural" and a.opened)
        assert (opened.description.sfreq, opened.description.labels[0]) == (250.0, "Z0")
    finally:
        close(feed)


def test_128_channels_at_1024_hz_lose_nothing(source_id: str) -> None:
    """A counter in one channel: what comes after the first sample is complete and in order."""
    out = outlet("Counter", "sEEG", 128, 1024.0, source_id)
    feed = Feed("nobody")
    feed.follow_neural("Counter", source_id)
    sent, start, newest = 0, 0.0, None

    def push() -> None:
        nonlocal sent, start
        if newest is None:  # not seen yet: little, for a queue holds four seconds
            due, start = sent + 8, time.monotonic() - (sent + 8) / 1024
        else:
            due = min(int((time.monotonic() - start) * 1024), newest + 2048)
        block = np.repeat(np.arange(sent, due, dtype=np.float32)[:, None], 128, axis=1)
        if len(block):
            out.push_chunk(block)
            sent = due

    def enough(seen: list[Arrival]) -> bool:
        nonlocal newest
        numbers = [float(a.data[-1, 77]) for a in seen if len(a.stamps)]
        newest = int(numbers[-1]) if numbers else None
        return sum(len(a.stamps) for a in seen) > 2048

    try:
        seen = wait(feed, enough, push)
        numbers = np.concatenate([a.data[:, 77] for a in seen])
        np.testing.assert_array_equal(numbers, numbers[0] + np.arange(len(numbers)))
    finally:
        close(feed)


def test_a_poll_after_a_long_pause_is_bounded_and_recent(quiet: FakeEngine) -> None:
    """A window that hung for a while shows the present, not the backlog."""
    feed = Feed(quiet.session)
    try:
        feed.follow_neural("FakeAmp", quiet.neural_id)
        wait(feed, lambda s: any(a.key == "neural" and len(a.stamps) for a in s), quiet.push)
        out = quiet.amplifier
        now = pylsl.local_clock()
        for i in range(20):  # 20 s at 500 Hz at once
            out.push_chunk(np.zeros((500, 4), np.float32), now - 19 + i)
        time.sleep(1)  # the hang
        seen = wait(feed, lambda s: any(a.stamps[-1] > now - 0.5 for a in s if a.key == "neural" and len(a.stamps)))
        assert sum(len(a.stamps) for a in seen if a.key == "neural") < 20 * 500
    finally:
        close(feed)


@pytest.mark.parametrize("name", ["it's", 'say "so"', "both ' and \"", "Amp(1) or true()"])
def test_names_with_quotes(source_id: str, name: str) -> None:
    out = outlet(name, "Odd", 2, 200.0, source_id)
    feed = Feed("nobody")
    try:
        feed.follow_neural(name, source_id)
        seen = wait(feed, lambda s: bool(s), lambda: out.push_chunk(np.zeros((4, 2), np.float32)))
        assert seen[0].description.name == name
    finally:
        close(feed)


def test_close_with_nothing_found_is_quick() -> None:
    took = []
    for _ in range(5):  # the best of some: a busy machine may take any time
        feed = Feed("nobody")
        start = time.monotonic()
        feed.close()
        took.append(time.monotonic() - start)
        feed._thread.join(60)
        assert not feed._thread.is_alive()
        if took[-1] < 0.5:
            return
    pytest.fail(f"close waits: {took}")
