"""The leak probe and the split by hand: every number of small cases, and each limit from both sides."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from bk_realtime.errors import InputError, OptionError
from offline.data.split import Split, SplitSettings, fold_splits, guard_frames, split_frames
from offline.evaluation.leak import LeakProbe, duplicate_share, probe_split
from offline.scoring.mel import mean_correlation, speech_mask

RATE = Fraction(10)


def test_three_parts_of_a_hundred_seconds() -> None:
    """1000 frames at 10 Hz: 960 without two guards of 2 s; 15 % of that to validate, 10 % to test."""
    settings = SplitSettings(validation=0.15, test=0.10, guard_s=2.0)
    split = split_frames(1000, settings, RATE)
    assert split == Split(((0, 720),), (740, 884), (904, 1000))
    assert split.parts == ((0, 720), (740, 884), (904, 1000))
    assert [split.ranges(name) for name in ("training", "validation", "test")] == [
        ((0, 720),),
        ((740, 884),),
        ((904, 1000),),
    ]


def test_the_guard_is_the_longer_of_what_is_asked_and_what_is_seen() -> None:
    assert guard_frames(SplitSettings(guard_s=2.0), RATE, 0.5) == 20
    assert guard_frames(SplitSettings(guard_s=0.0), RATE, 0.51) == 6  # never a part of a frame less
    assert guard_frames(SplitSettings(guard_s=0.0), RATE, 0.0) == 0
    with pytest.raises(OptionError, match=r"at least 0, got -0\.5"):
        guard_frames(SplitSettings(guard_s=-0.5), RATE, 0.0)
    assert split_frames(1000, SplitSettings(guard_s=0.0), RATE, 4.0).validation[0] - 644 == 40


def test_folds_validate_at_the_end_of_the_longer_piece() -> None:
    settings = SplitSettings(validation=0.15, test=0.25, guard_s=1.0, min_part_s=5.0)
    first, second, third, fourth = fold_splits(1000, 4, settings, RATE)
    # 740 frames left, a fifth of that (0.15 / 0.75) to validate
    assert first == Split(((260, 842),), (852, 1000), (0, 250))
    # 240 before and 490 after: 146 of the longer one
    assert second == Split(((0, 240), (510, 844)), (854, 1000), (250, 500))
    assert third == Split(((0, 334), (760, 1000)), (344, 490), (500, 750))
    assert fourth == Split(((0, 582),), (592, 740), (750, 1000))


def test_what_is_too_short_says_what_it_got() -> None:
    settings = SplitSettings(validation=0.2, test=0.1, guard_s=2.0, min_part_s=5.0)
    assert split_frames(550, settings, RATE).test == (499, 550)
    assert split_frames(540, settings, RATE).test == (490, 540)  # 5.0 s are enough
    with pytest.raises(InputError, match=r"recording of 53 s: expected at least 5 s .* 2\.0 s between, got .*, 4\.9 s"):
        split_frames(530, settings, RATE)
    with pytest.raises(InputError, match=r"got 0\.0, 0\.0, 0\.0 s"):  # less than the guards: no negative seconds
        split_frames(10, settings, RATE)
    with pytest.raises(InputError, match=r"got 0\.0, 0\.0, 10\.0 s"):
        fold_splits(200, 2, SplitSettings(guard_s=15.0), RATE)


@pytest.mark.parametrize(("validation", "test"), [(0.0, 0.2), (0.9, 0.01), (0.2, 0.0), (0.2, 0.9), (0.5, 0.45)])
def test_shares_that_leave_nothing_are_refused(validation: float, test: float) -> None:
    with pytest.raises(OptionError, match="expected"):
        split_frames(10**6, SplitSettings(validation=validation, test=test), RATE)


@pytest.mark.parametrize(("validation", "test"), [(0.01, 0.2), (0.89, 0.05), (0.5, 0.44)])
def test_shares_that_leave_something_are_taken(validation: float, test: float) -> None:
    split = split_frames(10**6, SplitSettings(validation=validation, test=test), RATE)
    assert split.validation[1] - split.validation[0] == int((10**6 - 40) * validation)


def test_two_folds_are_enough() -> None:
    assert len(fold_splits(1000, 2, SplitSettings(), RATE)) == 2


@pytest.fixture(scope="module")
def mel() -> np.ndarray:
    """(400, 8) that moves slowly, with pauses."""
    rng = np.random.default_rng(0)
    slow = np.cumsum(rng.standard_normal((400, 8)), axis=0) * 0.3
    slow[(np.arange(400) // 40) % 2 == 1] -= 30.0
    return slow


def test_the_nearest_training_frame_is_copied(mel: np.ndarray) -> None:
    training = np.r_[0:100, 250:300]
    test = np.r_[110:130, 240:245, 320:330]
    probe = probe_split(mel, training, test, 10.0, 0.5)
    nearest = np.r_[np.full(20, 99), np.full(5, 250), np.full(10, 299)]
    assert probe.gap_s == pytest.approx((6 - 1) / 10.0)  # frame 244 to 250: five frames lie between
    copy, reference = mel[nearest], mel[test]
    assert probe.r_copy == pytest.approx(mean_correlation(copy, reference))
    assert probe.r_copy_speech == pytest.approx(mean_correlation(copy, reference, speech_mask(reference)))
    assert probe.needed_s == 0.5
    assert probe.duplicates == 0.0


@pytest.mark.parametrize(
    ("training", "test", "gap_frames"),
    [
        (np.r_[0:100], np.r_[100:200], 0),
        (np.r_[0:100], np.r_[103:200], 3),
        (np.r_[200:300], np.r_[100:198], 2),
        (np.array([50]), np.r_[60:70], 9),
        (np.array([50]), np.r_[30:45], 5),
        (np.r_[0:50, 60:100], np.array([54]), 4),
        (np.r_[0:50, 60:100], np.array([56]), 3),
    ],
)
def test_the_gap_is_what_lies_between(mel: np.ndarray, training, test, gap_frames: int) -> None:
    assert probe_split(mel, training, test, 10.0, 0.5).gap_s == pytest.approx(gap_frames / 10.0)


def test_no_training_frame_in_the_recording(mel: np.ndarray) -> None:
    assert probe_split(mel, np.zeros(0, int), np.r_[0:50], 10.0, 0.5) == LeakProbe(None, 0.5, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (LeakProbe(1.0, 1.0, 0.9, 0.5, 0.05), ""),
        (LeakProbe(None, 1.0, 0.9, 0.5, 0.05), ""),
        (LeakProbe(2.0, 1.0, 0.0, 0.0, 0.06), "LEAK: 6% of the scored speech frames stand in the training data"),
        (
            LeakProbe(0.99, 1.0, 0.123, 0.2, 0.0),
            "lie 0.990 s from scored ones, one frame sees 1.000 s; .* r 0.123 with",
        ),
        (LeakProbe(2.0, 1.0, 0.0, 0.51, 0.0), r"scores r 0.510 inside speech .* \(limit 0.5\)"),
        (LeakProbe(None, 1.0, 0.0, 0.51, 0.0), "scores r 0.510 inside speech"),
    ],
)
def test_what_counts_as_a_leak(probe: LeakProbe, words: str) -> None:
    assert bool(probe.finding) == bool(words)
    assert re.search(words, probe.finding)
    assert probe.to_dict()["finding"] == probe.finding


def test_the_share_of_frames_that_were_learnt(mel: np.ndarray) -> None:
    """Of the spoken frames alone; to a hundredth in every bin; in whatever recording they stand."""
    spoken = mel[speech_mask(mel)]
    test = mel[:120]
    mask = speech_mask(test)
    assert duplicate_share([mel], test) == 1.0
    assert duplicate_share([mel + 0.05], test) == 0.0
    assert duplicate_share([np.round(mel, 2) + 0.004], np.round(test, 2)) == 1.0
    half = np.flatnonzero(mask)[: mask.sum() // 4]
    assert duplicate_share([spoken[:0], mel[half]], test) == pytest.approx(len(half) / mask.sum())
    one_bin = mel.copy()
    one_bin[:, 3] += 1.0
    assert duplicate_share([one_bin], test) == 0.0
    assert duplicate_share([], test) == 0.0
