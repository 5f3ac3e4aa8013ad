"""Stamps that are no time end no session, and no age is told by them."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.chunks import Chunk
from bk_realtime.source.gaps import StreamMonitor
from bk_realtime.source.no_time import NoTime
from bk_realtime.source.stamps import StampJudge

RATE, N = 1000.0, 10


def test_times_are_counted_on_from_the_last_one_or_back_from_arrival() -> None:
    no_time = NoTime(RATE)
    np.testing.assert_allclose(no_time.mended(np.full(3, np.nan), 50.0), [49.998, 49.999, 50.0])
    assert no_time.mended(np.array([70.0, 70.1]), 50.0) is None
    np.testing.assert_allclose(
        no_time.mended(np.array([np.inf, 71.0, -1e20, np.nan]), 50.0), [70.101, 71, 71.001, 71.002]
    )
    np.testing.assert_allclose(no_time.mended(np.full(2, 1e300), 50.0), [71.003, 71.004])


@pytest.mark.parametrize("first", [-1e17, 1e17, 1.76e18])
def test_stamps_too_large_to_tell_a_sample_from_the_next_are_no_times(first: float) -> None:
    """Joined streams waited for a later one, for ever."""
    no_time, three = NoTime(RATE), np.arange(3) / RATE
    np.testing.assert_allclose(no_time.mended(first + three, 50.0), [49.998, 49.999, 50.0])
    assert no_time.mended(4e12 + three, 50.0) is None
    assert len(set(4e12 + three)) == 3


@pytest.mark.parametrize("shift", [0.0, 1.79e9])
@pytest.mark.parametrize("bad", [np.nan, -np.inf, 1e300])
@pytest.mark.parametrize("where", [0, slice(None)])
def test_a_stream_goes_on_its_age_is_right_and_nothing_is_said_to_be_missing(
    bad: float, where: int | slice, shift: float
) -> None:
    no_time, monitor, judge = NoTime(RATE), StreamMonitor(RATE), StampJudge(RATE)
    said, missing = [], []
    for k in range(1100):
        taken = 5000 + (k * N + 1 + np.arange(N)) / RATE
        stamps = taken + shift
        if 300 <= k < 400 or k in (0, 97, 450):
            stamps[where] = bad
        at = float(taken[-1]) + 0.002
        mended = no_time.mended(stamps, at)
        chunk = Chunk(np.zeros((N, 1), np.float32), k * N, stamps if mended is None else mended, 0.0, at)
        missing += monitor.observe(chunk) if k else []
        times, events = judge.observe(chunk, timed=mended is None)
        said += [(e.kind, e.text.split(" (")[0]) for e in events]
        age = at - (chunk.stamps[-1] if times is None else times[-1])
        assert 0 <= age < 0.02
    assert not missing
    assert ("stamps", "the stream's time stamps are no times") in said
    assert said[-1][0] == ("stamps right" if not shift else "stamps")


@pytest.mark.parametrize("scale", [1e3, 0.0])
def test_stamps_that_are_useless_in_two_ways_by_turns_are_said_once(scale: float) -> None:
    no_time, judge, said = NoTime(RATE), StampJudge(RATE), 0
    for k in range(600):
        taken = 5000 + (k * N + 1 + np.arange(N)) / RATE
        stamps = scale * taken if k % 2 else np.full(N, np.nan)
        at = float(taken[-1]) + 0.002
        mended = no_time.mended(stamps, at)
        chunk = Chunk(np.zeros((N, 1), np.float32), k * N, stamps if mended is None else mended, 0.0, at)
        said += len(judge.observe(chunk, timed=mended is None)[1])
    assert said == 1
