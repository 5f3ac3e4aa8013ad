"""When a sound device counts as gone, and how long until it is tried again; times in seconds."""

from __future__ import annotations

from bk_realtime.sink.patience import Retries, has_begun, is_gone


def test_a_stream_has_three_seconds_to_begin_and_to_pause_once_more() -> None:
    assert not has_begun(now=53.0, opened=50.0)
    assert has_begun(now=53.01, opened=50.0)
    assert not is_gone(now=53.0, opened=50.0, played=0.0)  # of a stream before it
    assert is_gone(now=53.01, opened=50.0, played=0.0)
    assert not is_gone(now=56.0, opened=50.0, played=53.0)
    assert is_gone(now=56.01, opened=50.0, played=53.0)


def test_one_that_has_begun_is_gone_after_a_quarter_of_a_second() -> None:
    assert not is_gone(now=60.25, opened=50.0, played=60.0)
    assert is_gone(now=60.26, opened=50.0, played=60.0)


def tries(retries: Retries, begin: float, end: float) -> list[float]:
    """When it is tried between two moments, at steps of half a second; it never comes back."""
    found = []
    for k in range(int(2 * begin), int(2 * end)):
        if retries.due(k / 2):
            retries.tried(is_back=False)
            found.append(k / 2)
    return found


def test_tries_come_less_and_less_often() -> None:
    retries = Retries()
    retries.begin(100.0, late=0.0)
    assert tries(retries, 100.0, 120.0) == [100.5, 101.0, 102.0, 104.0, 109.0, 114.0, 119.0]
    retries.begin(120.0, late=0.0)  # lost once more
    assert tries(retries, 120.0, 123.0) == [120.5, 121.0, 122.0]


def test_one_that_came_back_is_tried_quickly_the_next_time() -> None:
    retries = Retries()
    retries.begin(100.0, late=0.0)
    tries(retries, 100.0, 110.0)
    assert retries.due(114.0)
    retries.tried(is_back=True)
    assert not retries.due(118.5)  # larger blocks that do not open: the wait of before still holds
    assert tries(retries, 119.0, 121.0) == [119.0, 119.5, 120.5]


def test_one_that_was_served_too_late_just_now_is_tried_at_once() -> None:
    retries = Retries()
    retries.begin(100.0, late=99.5)
    assert retries.due(100.0)
    retries.begin(200.0, late=199.0)  # a second ago is another matter
    assert not retries.due(200.0)
    assert retries.due(200.5)
