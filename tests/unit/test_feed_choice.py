"""Which streams the window opens, and what it makes of what arrives: its rules, without LSL."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gui import feed as module
from gui.feed import Feed, _predicate, _session_of
from gui.link import LONGEST_TEXT, Link, describe


class Info:
    """What LSL says of a stream that was found."""

    def __init__(self, name: str, source_id: str = "", uid: str = "", rate: float = 0.0, made: float = 0.0) -> None:
        self._values = (name, source_id, uid or f"{name} {source_id} {made}", rate, made)

    def name(self) -> str:
        return self._values[0]

    def source_id(self) -> str:
        return self._values[1]

    def uid(self) -> str:
        return self._values[2]

    def nominal_srate(self) -> float:
        return self._values[3]

    def created_at(self) -> float:
        return self._values[4]


def outlets(session: str, made: float = 0.0) -> list[Any]:
    return [
        Info(f"{module.OUTLET_PREFIX}{key}", f"bk-{session}-{key}", made=made) for key in ("status", "events", "mel")
    ]


def idle(session: str | None = None) -> Feed:
    """A feed whose thread does not run."""
    feed = Feed.__new__(Feed)
    feed.session, feed._pinned = session, session is not None
    feed._links, feed._queued, feed._neural = {}, set(), ("", "", "")
    feed._wake, feed._closing = threading.Event(), threading.Event()
    return feed


NOBODY = ("", "", "")


def test_the_session_that_began_last_and_all_of_its_streams() -> None:
    feed = idle()
    found = feed._wanted([*outlets("late", 5.0), *outlets("early", 1.0)], NOBODY)
    assert feed.session == "late"
    assert {key: info.source_id() for key, info in found.items()} == {
        "status": "bk-late-status",
        "events": "bk-late-events",
        "mel": "bk-late-mel",
    }
    feed._wanted([*outlets("late", 5.0), *outlets("later", 9.0)], NOBODY)
    assert feed.session == "late"  # it stays while that one lives
    feed._wanted(outlets("later", 9.0), NOBODY)
    assert feed.session == "later"


def test_a_session_that_was_asked_for_is_waited_for() -> None:
    feed = idle("mine")
    assert feed._wanted(outlets("other"), NOBODY) == {}
    assert feed.session == "mine"
    assert set(feed._wanted([*outlets("other", 9.0), *outlets("mine", 1.0)], NOBODY)) == {"status", "events", "mel"}


def test_of_two_streams_of_one_kind_the_newer_but_what_is_shown_stays() -> None:
    old = Info(f"{module.OUTLET_PREFIX}mel", "bk-s-mel", "old", made=1.0)
    new = Info(f"{module.OUTLET_PREFIX}mel", "bk-s-mel", "new", made=2.0)
    feed = idle("s")
    assert feed._wanted([new, old], NOBODY)["mel"].uid() == "new"
    feed._links["mel"] = SimpleNamespace(uid="old")  # type: ignore[assignment]
    assert feed._wanted([new, old], NOBODY)["mel"].uid() == "old"


@pytest.mark.parametrize(
    ("asked", "want"),
    [
        (("amp", "", ""), None),  # two have the name
        (("amp", "id-1", ""), "u1"),
        (("amp", "id-1", "u2"), "u2"),  # that outlet and no other
        (("other", "", ""), "u3"),
        (("", "", ""), None),
        (("marks", "", ""), None),  # no regular stream
        (("amp", "id-9", ""), None),
        (("amp", "", "u9"), None),
    ],
)
def test_the_neural_stream_is_the_one_that_is_decoded(asked: tuple[str, str, str], want: str | None) -> None:
    infos: list[Any] = [
        Info("amp", "id-1", "u1", 1000.0),
        Info("amp", "id-2", "u2", 1000.0),
        Info("other", "id-3", "u3", 500.0),
        Info("marks", "id-4", "u4", 0.0),
        Info(f"{module.OUTLET_PREFIX}audio", "bk-s-audio", "u5", 22050.0),
    ]
    found = idle("s")._wanted(infos, asked).get("neural")
    assert (found and found.uid()) == want


def test_what_is_opened_again() -> None:
    feed, info = idle("s"), Info("amp", "id", "u1", 1000.0)
    described = SimpleNamespace(sfreq=1000.0)
    assert feed._should_open("neural", info, {})
    feed._queued.add("neural")
    assert not feed._should_open("neural", info, {})
    feed._queued.clear()
    soon, before = time.monotonic() + 600, time.monotonic() - 600  # however long this takes
    link = SimpleNamespace(uid="u1", description=described, last_arrival=soon)
    feed._links["neural"] = link  # type: ignore[assignment]
    assert not feed._should_open("neural", info, {})
    assert feed._should_open("neural", Info("amp", "id", "u2", 1000.0), {})
    link.last_arrival = before
    assert feed._should_open("neural", info, {})
    assert feed._should_open("neural", info, {"neural": before})
    assert not feed._should_open("neural", info, {"neural": soon})  # not again and again
    described.sfreq = 0.0  # events come when they come
    assert not feed._should_open("neural", info, {})


def test_names_of_sessions_and_what_is_asked_of_lsl() -> None:
    assert _session_of(Info("x", "bk-a-mel-b-mel"), "mel") == "a-mel-b"
    asked = _predicate("it's", 'a"b', "")
    assert '''name="it's"''' in asked
    assert """source_id='a"b'""" in asked
    assert "uid" not in asked
    assert asked.startswith(f"(starts-with(name,'{module.OUTLET_PREFIX}') or type='")
    assert "name=" not in _predicate("""both ' and \"""", "", "")
    assert "uid='u'" in _predicate("", "", "u")


class Inlet:
    """Blocks that wait, in turn."""

    def __init__(self, blocks: list[tuple[Any, Any]]) -> None:
        self.blocks, self.closed = blocks, 0

    def pull_chunk(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        return self.blocks.pop(0)

    def close_stream(self) -> None:
        self.closed += 1


def link(blocks: list[tuple[Any, Any]], rows: int | None = 3, offset: float = 0.0) -> Link:
    made = Link.__new__(Link)
    made.key, made.uid, made.inlet, made.offset = "neural", "u", Inlet(blocks), offset
    made.description, made.last_arrival, made.fresh = None, -1.0, True  # type: ignore[assignment]
    made.again = False
    made.buffer = None if rows is None else np.empty((rows, 2), np.float32)
    return made


def numbers(first: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(2 * first, 2 * (first + n), dtype=np.int16).reshape(n, 2), np.arange(first, first + n) / 10


def test_all_that_waits_is_taken_with_stamps_on_this_clock() -> None:
    opened = link([numbers(0, 3), numbers(3, 3), numbers(6, 1), numbers(0, 0), numbers(7, 2)], offset=100.0)
    first = opened.pull()
    assert first is not None
    assert first.opened
    np.testing.assert_array_equal(first.data, np.arange(14).reshape(7, 2))
    assert isinstance(first.data, np.ndarray)
    assert first.data.dtype == np.float32
    np.testing.assert_allclose(first.stamps, 100.0 + np.arange(7) / 10)
    assert opened.last_arrival > 0
    assert opened.pull() is None
    again = opened.pull()
    assert again is not None
    assert not again.opened
    np.testing.assert_allclose(again.stamps, [100.7, 100.8])


def test_a_stream_that_was_just_opened_is_shown_though_nothing_came() -> None:
    quiet = link([numbers(0, 0), numbers(0, 0)])
    first = quiet.pull()
    assert first is not None
    assert (first.opened, len(first.stamps), quiet.last_arrival) == (True, 0, -1.0)
    assert quiet.pull() is None


def test_a_text_that_is_too_long_is_left_out_with_its_stamp() -> None:
    texts = [["a"], ["x" * (LONGEST_TEXT + 1)], ["y" * LONGEST_TEXT]]
    got = link([(texts, [1.0, 2.0, 3.0])], rows=None, offset=0.5).pull()
    assert got is not None
    assert [len(text) for text in got.data] == [1, LONGEST_TEXT]
    assert got.stamps.tolist() == [1.5, 3.5]


def test_a_lost_stream_is_let_go_and_the_look_around_woken() -> None:
    import queue

    feed = idle("s")
    feed._ready = queue.SimpleQueue()
    lost, whole = link([]), link([numbers(0, 1)])
    lost.pull = lambda: (_ for _ in ()).throw(RuntimeError("lost"))  # type: ignore[method-assign]
    old = link([])
    feed._links = {"mel": lost, "neural": old}
    feed._queued.add("neural")
    feed._ready.put(whole)
    (arrival,) = feed.poll()
    assert arrival.opened
    assert (feed.connected("neural"), feed.connected("mel")) == (True, False)
    assert feed._links["neural"] is whole
    assert feed._queued == set()
    assert (lost.inlet.closed, old.inlet.closed, whole.inlet.closed) == (1, 1, 0)
    assert feed._wake.is_set()
    assert feed.silence("mel") == 0.0
    assert 0.0 <= feed.silence("neural") < 60.0


def test_another_neural_stream_is_followed_at_once_and_the_same_one_kept() -> None:
    feed = idle("s")
    shown = link([])
    feed._links["neural"] = shown
    feed.follow_neural("amp", "id")
    assert (feed._neural, feed.connected("neural"), shown.inlet.closed) == (("amp", "id", ""), False, 1)
    assert feed._wake.is_set()
    feed._wake.clear()
    feed._links["neural"] = shown
    feed.follow_neural("amp", "id")
    assert feed.connected("neural")
    assert not feed._wake.is_set()


def test_channels_without_names_get_numbers() -> None:
    class Described(Info):
        def channel_count(self) -> int:
            return 3

        def type(self) -> str:
            return "EEG"

        def get_channel_labels(self) -> list[str | None]:
            return ["A1", None]

        def get_channel_units(self) -> None:
            return None

    described = describe(Described("amp", "id", rate=250.0))  # type: ignore[arg-type]
    assert (described.labels, described.units, described.sfreq) == (("A1", "ch2", "ch3"), ("",) * 3, 250.0)
