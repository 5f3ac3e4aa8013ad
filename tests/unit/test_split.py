"""Splits are contiguous, disjoint and guarded, for every length that is accepted."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.errors import BkError
from offline.data.split import Split, SplitSettings, fold_splits, learnt_whole, split_frames

RATE = Fraction(22050, 256)


def check(split: Split, n_frames: int, guard: int) -> None:
    parts = split.parts
    assert parts[0][0] >= 0
    assert parts[-1][1] <= n_frames
    assert all(b > a for a, b in parts)
    for (_, stop), (start, _) in itertools.pairwise(parts):
        assert start - stop >= guard


@given(st.integers(4000, 200_000), st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_three_parts(n_frames: int, guard_s: float, reach_s: float) -> None:
    split = split_frames(n_frames, SplitSettings(guard_s=guard_s), RATE, reach_s)
    check(split, n_frames, int(max(guard_s, reach_s) * RATE))
    assert split.test[1] == n_frames
    assert 0.1 < (split.test[1] - split.test[0]) / n_frames < 0.16


@given(st.integers(20_000, 200_000), st.integers(2, 10))
def test_folds_tile_the_recording(n_frames: int, n_folds: int) -> None:
    splits = fold_splits(n_frames, n_folds, SplitSettings(), RATE)
    assert [s.test[0] for s in splits] == [0, *(s.test[1] for s in splits[:-1])]
    assert splits[-1].test[1] == n_frames
    for split in splits:
        check(split, n_frames, int(2 * RATE))


@pytest.mark.parametrize(
    "call",
    [
        lambda: split_frames(1000, SplitSettings(), RATE),
        lambda: split_frames(5000, SplitSettings(), RATE, reach_s=30.0),
        lambda: split_frames(50000, SplitSettings(test=0.0), RATE),
        lambda: split_frames(50000, SplitSettings(validation=0.5, test=0.5), RATE),
        lambda: split_frames(50000, SplitSettings(guard_s=-1.0), RATE),
        lambda: fold_splits(50000, 1, SplitSettings(), RATE),
        lambda: fold_splits(2000, 5, SplitSettings(), RATE),
    ],
)
def test_refused_in_one_line(call) -> None:
    with pytest.raises(BkError) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_only_a_recording_of_which_nothing_chooses_and_nothing_is_scored_is_whole() -> None:
    whole = learnt_whole(100)
    assert whole.whole
    assert whole.ranges("training") == ((0, 100),)
    assert whole.ranges("validation") == whole.ranges("test") == ()
    assert not split_frames(5000, SplitSettings(), RATE).whole
    assert not Split(((0, 50),), (60, 70), (100, 100)).whole
    assert not Split(((0, 50),), (100, 100), (60, 70)).whole
