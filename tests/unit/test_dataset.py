"""The decoder's view of recordings: alignment, statistics from training data only, lead, cache, several sessions."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import BkError
from bk_realtime.features import build_features, run_features
from bk_realtime.vocoder import log_mel
from offline.data import processed
from offline.data.dataset import Corpus, build_corpus, common_labels, target_mel
from offline.data.processed import process_recording
from offline.data.split import SplitSettings
from offline.io.recording import Recording
from offline.scoring.mel import mean_correlation
from tests.synthetic import synthetic_recording

FEATURES, MEL = FeatureSettings(), MelSettings()
SHORT = SplitSettings(guard_s=1.0, min_part_s=2.0)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return synthetic_recording(40.0, n_channels=4)


def corpus_of(*recordings: Recording, **options) -> Corpus:
    labels = common_labels(recordings)
    sessions = [process_recording(r, FEATURES, MEL, labels) for r in recordings]
    return build_corpus(sessions, FEATURES, MEL, labels, recordings[0].sfreq, split=SHORT, **options)


def test_same_numbers_as_the_live_operators(recording: Recording) -> None:
    corpus = corpus_of(recording)
    live = build_features(FEATURES, MEL, recording.labels, corpus.labels, recording.sfreq, corpus.mean, corpus.std)
    want = run_features(live, recording.neural)[corpus.first[0] :][: len(corpus.features[0])]
    np.testing.assert_array_equal(corpus.features[0], want.astype(np.float32))
    n = len(corpus.mel[0]) - 2  # the last windows reach past the recording
    np.testing.assert_allclose(corpus.mel[0][:n], log_mel(recording.audio)[:n], atol=1e-5)
    assert len(corpus.mel[0]) == len(corpus.features[0]) > 3400


def test_statistics_know_nothing_of_validation_and_test(recording: Recording) -> None:
    corpus = corpus_of(recording)
    (_, stop), *_ = corpus.splits[0].training
    boundary = int(stop * 256 / 22050 * 512)
    changed = recording.neural.copy()
    changed[boundary:] *= 50.0
    other = corpus_of(dataclasses.replace(recording, neural=changed))
    np.testing.assert_array_equal(other.mean, corpus.mean)
    np.testing.assert_array_equal(other.std, corpus.std)
    assert np.abs(other.features[0][-500:]).mean() > 2 * np.abs(corpus.features[0][-500:]).mean()
    training = corpus.segments("training")[0][0]
    np.testing.assert_allclose(training.mean(0), 0, atol=0.02)
    np.testing.assert_allclose(training.std(0), 1, atol=0.02)


@pytest.mark.parametrize("lead_ms", [-150.0, 0.0, 100.0])
def test_lead_moves_the_target(recording: Recording, lead_ms: float) -> None:
    corpus = corpus_of(recording, lead_ms=lead_ms)
    first, n = corpus.first[0], len(corpus.mel[0])
    whole, lag = log_mel(recording.audio), round(lead_ms / 1000 * 22050 / 256)
    assert mean_correlation(corpus.mel[0], whole[first + lag :][:n]) > 0.8
    for wrong in (-8, 8):
        start = max(0, -(first + lag + wrong))
        assert (
            mean_correlation(corpus.mel[0][start : n - 8], whole[first + lag + wrong + start :][: n - 8 - start]) < 0.75
        )


def test_target_mel_by_whole_frames_is_exact(recording: Recording) -> None:
    lead_ms = 1000.0 * 5 * 256 / 22050
    np.testing.assert_allclose(
        target_mel(recording.audio, MEL, lead_ms)[:-7], log_mel(recording.audio)[5:-2], atol=1e-4
    )
    np.testing.assert_allclose(
        target_mel(recording.audio, MEL, -lead_ms)[7:], log_mel(recording.audio)[2:-5], atol=1e-4
    )


def test_parts_of_several_recordings(recording: Recording) -> None:
    other = synthetic_recording(30.0, n_channels=5, seed=1, name="second")
    other = dataclasses.replace(other, bad=("A2",))
    corpus = corpus_of(recording, other)
    assert corpus.labels == ("A1", "A3", "A4")
    for part in ("training", "validation", "test"):
        assert len(corpus.segments(part)) == 2
    assert corpus.seconds("test") == pytest.approx(0.15 * (70 - 4), rel=0.05)


def test_audio_that_starts_later_and_ends_earlier(recording: Recording) -> None:
    cut = dataclasses.replace(recording, audio=recording.audio[5 * 22050 : 30 * 22050], audio_start_s=5.0)
    corpus = corpus_of(cut)
    assert 5.0 < corpus.first[0] * 256 / 22050 < 5.1
    assert len(corpus.mel[0]) * 256 / 22050 == pytest.approx(25.0, abs=0.2)
    whole = log_mel(recording.audio)
    np.testing.assert_allclose(corpus.mel[0][5:-5], whole[corpus.first[0] :][5 : len(corpus.mel[0]) - 5], atol=1e-2)


def test_cache_returns_the_same_and_notices_other_settings(recording: Recording, tmp_path: Path) -> None:
    first = process_recording(recording, FEATURES, MEL, recording.labels, tmp_path)
    again = process_recording(recording, FEATURES, MEL, recording.labels, tmp_path)
    np.testing.assert_array_equal(first.log_power, again.log_power)
    assert len(list(tmp_path.iterdir())) == 1
    process_recording(recording, dataclasses.replace(FEATURES, window_s=0.1), MEL, recording.labels, tmp_path)
    process_recording(recording, FEATURES, MEL, recording.labels[:2], tmp_path)
    process_recording(dataclasses.replace(recording, source_hash="0f"), FEATURES, MEL, recording.labels, tmp_path)
    process_recording(dataclasses.replace(recording, reading_hash="0f"), FEATURES, MEL, recording.labels, tmp_path)
    assert len(list(tmp_path.iterdir())) == 5


def test_cache_forgets_what_other_code_computed(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = process_recording(recording, FEATURES, MEL, recording.labels, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(processed, "run_features", lambda *_: pytest.fail("computed again"))
        process_recording(recording, FEATURES, MEL, recording.labels, tmp_path)
    named: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(processed, "run_features", lambda *_: first.log_power + 1)
        patch.setattr(processed, "source_digest", lambda *names: named.extend(names) or "an update")
        again = process_recording(recording, FEATURES, MEL, recording.labels, tmp_path)
    assert named == ["offline.data.processed", "offline.io"]
    np.testing.assert_array_equal(again.log_power, first.log_power + 1)


def test_refusals(recording: Recording) -> None:
    silent = dataclasses.replace(recording, audio=None)
    with pytest.raises(BkError, match="expected audio"):
        process_recording(silent, FEATURES, MEL, recording.labels)
    apart = dataclasses.replace(recording, audio_start_s=500.0)
    with pytest.raises(BkError, match="do not overlap"):
        process_recording(apart, FEATURES, MEL, recording.labels)
    with pytest.raises(BkError, match="'Z9'"):
        common_labels([recording], wanted=["Z9"])
    with pytest.raises(BkError, match="got none"):
        common_labels([recording], exclude=recording.labels)
    with pytest.raises(BkError, match="record longer"):
        build_corpus(
            [process_recording(recording, FEATURES, MEL, recording.labels)],
            FEATURES,
            MEL,
            recording.labels,
            Fraction(512),
            split=SplitSettings(min_part_s=6.0),
        )
