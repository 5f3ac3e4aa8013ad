"""Trials that are marked as bad are in no statistics, no training part and no score, and it is said."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import InputError
from offline.data.dataset import Corpus, build_corpus, common_labels
from offline.data.preprocessing import preprocess
from offline.data.processed import process_recording
from offline.data.provenance import provenance
from offline.data.split import Split, SplitSettings, without
from offline.data.trials import Trial, bad_trials, marked_trials
from offline.evaluation.left_out import without_bad
from offline.evaluation.segment import Segment
from offline.io.nwb_export import stimulus
from offline.io.recording import Recording
from tests.synthetic import synthetic_recording

FEATURES, MEL, SHORT = FeatureSettings(), MelSettings(), SplitSettings(guard_s=1.0, min_part_s=2.0)
RATE = float(MEL.frame_rate)


@pytest.fixture(scope="module")
def plain() -> Recording:
    return synthetic_recording(40.0, n_channels=4)


def with_trials(recording: Recording, *bad: int) -> Recording:
    """A word of a second every two seconds; those numbered ``bad`` are marked so."""
    start, marks = recording.neural_start_s, []
    for n in range(1, 20):
        marks += [(start + 2.0 * n, f"start;w{n % 3};#{n}"), (start + 2.0 * n + 1.0, f"end;w{n % 3};#{n}")]
        marks += [(start + 2.0 * n + 1.2, f"bad;{n}")] * (n in bad)
    return dataclasses.replace(recording, markers=marks)


def corpus_of(recording: Recording) -> Corpus:
    labels = common_labels([recording])
    session = process_recording(recording, FEATURES, MEL, labels)
    return build_corpus([session], FEATURES, MEL, labels, recording.sfreq, split=SHORT)


def test_numbered_trials_are_read_and_bad_ones_are_not(plain: Recording) -> None:
    recording = with_trials(plain, 3, 4)
    clock = FrameClock(recording.sfreq, MEL.sample_rate, MEL.hop_length)
    good, bad = marked_trials(recording, clock), bad_trials(recording, clock)
    assert len(good) == 17
    assert [(t.first, t.label) for t in bad] == [(round(6 * RATE), "w0"), (round(8 * RATE), "w1")]
    assert {t.label for t in good} == {"w0", "w1", "w2"}
    cues = stimulus(recording)
    assert set(cues) == {"", "w0", "w1", "w2"}


def test_good_recordings_give_what_they_gave(plain: Recording) -> None:
    before, after = corpus_of(plain), corpus_of(with_trials(plain))
    np.testing.assert_array_equal(before.mean, after.mean)
    assert before.splits == after.splits
    assert len(after.segments("training")) == 1


def test_bad_trials_are_in_no_part_and_in_no_statistics(plain: Recording) -> None:
    recording = with_trials(plain, 3, 18)
    corpus = corpus_of(recording)
    (first, split), rate = (corpus.first[0], corpus.splits[0]), RATE
    bad = [(round(6 * rate) - first, round(7 * rate) - first), (round(36 * rate) - first, round(37 * rate) - first)]
    assert list(split.left_out) == bad
    for part in ("training", "validation", "test"):
        for a, b in split.ranges(part):
            assert all(b <= x or a >= y for x, y in bad)
    assert len(split.ranges("training")) == 2
    assert sum(b - a for a, b in split.ranges("training")) == split.training[0][1] - (bad[0][1] - bad[0][0])
    spoilt = recording.neural.copy()
    a, b = (round(s * recording.neural_rate) for s in (6.3, 6.6))
    spoilt[a:b] *= 100.0
    again = corpus_of(dataclasses.replace(recording, neural=spoilt))
    np.testing.assert_allclose(again.mean, corpus.mean, rtol=2e-3)  # the filters ring a little after it
    ranges = provenance([Path("a")], corpus, 0)["data"][0]["training"]
    assert ranges == [[first + a, first + b] for a, b in split.ranges("training")]


def test_the_file_of_preprocess_names_them(plain: Recording) -> None:
    values = preprocess(with_trials(plain, 3), FEATURES, SHORT)
    first = values["first_frame"]
    assert values["left_out"].tolist() == [[round(6 * RATE) - first, round(7 * RATE) - first]]
    assert "left_out" not in preprocess(with_trials(plain), FEATURES, SHORT)
    silent = dataclasses.replace(with_trials(plain, 3), audio=None)
    assert preprocess(silent, FEATURES, SHORT)["left_out"].tolist() == [[round(6 * RATE), round(7 * RATE)]]


def test_a_part_of_which_nothing_is_left_is_refused(plain: Recording) -> None:
    with pytest.raises(InputError, match="every trial of the training part is marked bad"):
        corpus_of(with_trials(plain, *range(1, 20)))


def test_pieces() -> None:
    assert without((10, 50), ()) == ((10, 50),)
    assert without((10, 50), ((0, 12), (20, 25), (23, 30), (49, 60)), shortest=9) == ((30, 49),)
    assert Split(((0, 9),), (10, 12), (14, 20), left_out=((15, 16),)).ranges("test") == ((14, 15), (16, 20))


def test_scores_leave_them_out_and_later_trials_stay_where_they_are() -> None:
    frames = np.arange(20, dtype=np.float32)[:, None]
    segment = Segment(
        name="a",
        reference=frames,
        decoded={"ridge": frames + 100},
        frame_rate=10.0,
        trials=(Trial(0, 4, "x"), Trial(10, 14, "y")),
        recorded=np.repeat(np.arange(20), 3),
        sounds={"ridge": np.repeat(np.arange(20), 3)},
        shuffled=(frames,),
        gate=np.arange(20) % 2 == 0,
        gate_shuffled=(np.zeros(20, bool),),
    )
    assert without_bad(segment, [(30, 40), (-5, 0)]) is segment
    cut = without_bad(segment, [(5, 8)])
    assert cut.reference[:, 0].tolist() == [*range(5), *range(8, 20)]
    assert cut.decoded["ridge"][5, 0] == 108
    assert cut.trials == (Trial(0, 4, "x"), Trial(7, 11, "y"))
    assert cut.recorded is not None
    assert cut.recorded.tolist() == [n for n in cut.reference[:, 0] for _ in range(3)]
    assert len(cut.sounds["ridge"]) == 51
    assert len(cut.shuffled[0]) == len(cut.gate) == len(cut.gate_shuffled[0]) == 17
