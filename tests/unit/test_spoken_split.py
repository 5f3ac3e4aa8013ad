"""What chooses is spoken: a validation part in which nobody speaks goes back to where somebody does."""

from __future__ import annotations

import dataclasses
import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import offline.training.recordings
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.decoder.speech_frames import LEAST_SPEECH, speech_mask
from bk_realtime.errors import BkError
from offline.data.dataset import Corpus, build_corpus
from offline.data.processed import process_recording
from offline.data.split import Split, SplitSettings, learnt_whole, split_frames
from offline.data.spoken_split import MOST, with_speech
from offline.io.recording import Recording
from offline.training.auto import nested_splits
from offline.training.corpus import load_corpus
from tests.synthetic import synthetic_recording
from tests.unit import train_runs

RATE, SHORT = Fraction(22050, 256), SplitSettings(guard_s=1.0, min_part_s=2.0)
SHORTEST = 173


def level(n: int, *spoken: tuple[float, float]) -> np.ndarray:
    """Log-mel (n, 4) of a quiet room with words and pauses of half a second in the given shares of it."""
    mel = -9.0 + 0.2 * np.random.default_rng(0).standard_normal((n, 4))
    for first, stop in spoken:
        rows = np.arange(round(first * n), round(stop * n))
        mel[rows[rows // 43 % 2 == 0]] += 6.0
    return mel.astype(np.float32)


def count(split: Split, part: str, mel: np.ndarray) -> int:
    spoken = speech_mask(mel)
    return sum(int(spoken[a:b].sum()) for a, b in split.ranges(part))


@given(st.integers(2500, 20_000), st.floats(0.0, 0.6), st.floats(0.05, 1.0), st.floats(0.0, 3.0))
def test_it_moves_only_from_silence_into_speech_and_never_touches_what_is_scored(
    n: int, begins: float, lasts: float, reach_s: float
) -> None:
    mel = level(n, (begins, min(1.0, begins + lasts)))
    given_ = split_frames(n, SHORT, RATE, reach_s)
    (split,) = with_speech([given_], [mel], SHORTEST)
    speech = count(given_, "validation", mel[: given_.validation[1]])
    if speech >= LEAST_SPEECH:
        assert split == given_
    if split == given_:
        return
    assert split.test == given_.test
    assert split.validation[1] - split.validation[0] == given_.validation[1] - given_.validation[0]
    assert split.validation[0] < given_.validation[0]
    guard = given_.test[0] - given_.validation[1]
    assert all(b[0] - a[1] == guard for a, b in pairwise(split.parts))  # of which nested folds take theirs
    assert all(stop - start >= SHORTEST for start, stop in split.training)
    chooses, learns = (count(split, part, mel[: given_.validation[1]]) for part in ("validation", "training"))
    assert chooses >= LEAST_SPEECH
    assert chooses <= MOST * (chooses + learns)


def test_it_goes_to_the_nearest_place_that_has_enough() -> None:
    n = 10_000
    (split,) = with_speech([split_frames(n, SHORT, RATE)], [level(n, (0.0, 0.3))], SHORTEST)
    start, stop = split.validation
    assert start < 0.3 * n < stop  # the end of what is spoken, and the silence behind it
    assert len(split.training) == 2
    assert len(nested_splits(corpus_of(n, split), 4)) == 4


def corpus_of(n: int, split: Split) -> Corpus:
    rows = (np.zeros((n, 1), np.float32),)
    return Corpus((), ("A1",), Fraction(512), RATE, 0.0, rows, rows, (split,), (0,), np.zeros(1), np.ones(1))


def test_one_of_several_recordings_that_ends_in_silence_stays_and_so_does_a_day_before() -> None:
    n = 10_000
    cut, quiet, spoken = split_frames(n, SHORT, RATE), level(n, (0.0, 0.3)), level(n, (0.0, 1.0))
    assert with_speech([cut, cut], [quiet, spoken], SHORTEST) == (cut, cut)
    before, today = with_speech([learnt_whole(n), cut], [spoken, quiet], SHORTEST)
    assert before == learnt_whole(n)
    assert today != cut


def test_what_is_said_in_a_trial_that_is_marked_as_bad_does_not_choose() -> None:
    n = 10_000
    bad = dataclasses.replace(split_frames(n, SHORT, RATE), left_out=((2000, 3100),), shortest=SHORTEST)
    mel = level(n, (0.0, 0.3))
    (split,) = with_speech([bad], [mel], SHORTEST)
    assert split.left_out == bad.left_out
    assert count(split, "validation", mel) >= LEAST_SPEECH
    assert split.validation[0] < 2000


def too_long(recording: Recording) -> Recording:
    """It goes on after the last word."""
    assert recording.audio is not None
    sound = recording.audio.copy()
    last = round(0.6 * len(sound))
    sound[last:] = 0.002 * np.random.default_rng(0).standard_normal(len(sound) - last)
    return dataclasses.replace(recording, audio=sound)


def test_a_training_moves_it_says_so_and_leaves_other_recordings_as_they_were() -> None:
    mel, features = MelSettings(), FeatureSettings()
    made = synthetic_recording(30.0, n_channels=4)
    for recording in (made, too_long(made)):
        text = io.StringIO()
        console = Console(file=text, width=300)
        args = ([Path("r.xdf")], features, mel, SHORT, [("ridge", {}), ("gru", {})])
        corpus = load_corpus(*args, console=console, recordings=[recording])
        one = process_recording(recording, features, mel, recording.labels)
        field_s = 20 * mel.hop_length / mel.sample_rate  # what the ridge sees
        end = build_corpus([one], features, mel, recording.labels, recording.sfreq, SHORT, reach_s=field_s)
        chooses = np.concatenate([y for _, y in corpus.segments("validation")])
        assert speech_mask(chooses).sum() >= LEAST_SPEECH
        assert corpus.splits[0].test == end.splits[0].test
        if recording is made:
            assert corpus.splits == end.splits
            assert "validation part" not in text.getvalue()
            continue
        start, stop = (frame / float(RATE) for frame in corpus.splits[0].validation)
        said = f"so seconds {start:.0f} to {stop:.0f} are the validation part, which chooses penalty and epoch"
        assert text.getvalue().count(said) == 1
        assert "nobody speaks in the validation part" not in text.getvalue()


def test_a_bundle_says_where_it_was_chosen_and_a_run_of_before_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = too_long(synthetic_recording(30.0, n_channels=4))
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: recording)
    settings = train_runs.settings(tmp_path / "m", decoder="ridge", set=())
    train_runs.run(settings)
    bundle = load_bundle(tmp_path / "m")
    (entry,) = bundle.provenance["data"]
    assert entry["validation"][1] < entry["training"][1][0] < entry["held_out"][0]
    assert "note" not in bundle.provenance["fit"]  # its penalty was not told otherwise
    run = tmp_path / "m/training/run.toml"
    run.write_text(run.read_text().replace(" validation {}-{}".format(*entry["validation"]), ""))
    with pytest.raises(BkError, match="read it otherwise"):
        train_runs.run(dataclasses.replace(settings, resume=True))
