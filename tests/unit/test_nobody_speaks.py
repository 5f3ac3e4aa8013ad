"""Where nobody speaks there is nothing inside speech: no figure of noise, and it is said."""

from __future__ import annotations

import dataclasses
import io
import json

import numpy as np
import pytest
from rich.console import Console

from bk_realtime.config import FRAME_RATE, FeatureSettings, MelSettings
from bk_realtime.decoder.speech_frames import LEAST_SPEECH, speech_mask
from offline.data.dataset import build_corpus
from offline.data.processed import process_recording
from offline.data.split import SplitSettings
from offline.evaluation.card import combine
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import Segment
from offline.evaluation.segment_scores import score_segment
from offline.evaluation.store import plain
from offline.scoring.loudness import without_a_brain
from offline.training.auto import choose
from offline.training.corpus import unspoken
from offline.training.score_table import score_all, score_table, verdict
from tests.synthetic import synthetic_recording

RATE = float(FRAME_RATE)


def noise(seed: int, seconds: float, words: tuple[float, ...] = ()) -> np.ndarray:
    """Log-mel of a quiet room (T, 20) with a word of 0.6 s at each of ``words``."""
    rng = np.random.default_rng(seed)
    mel = -9.0 + 0.3 * rng.standard_normal((round(seconds * RATE), 20))
    for at in words:
        word = mel[round(at * RATE) : round(at * RATE) + round(0.6 * RATE)]
        word += 5.0 + np.cumsum(rng.standard_normal(word.shape), 0) / 5
    return mel.astype(np.float32)


def test_noise_and_hum_are_no_speech_and_one_word_in_a_minute_is() -> None:
    assert not speech_mask(noise(0, 45.0)).any()
    assert not speech_mask(np.full((500, 20), -3.0, np.float32)).any()
    assert not speech_mask(np.zeros((0, 20), np.float32)).any()
    click = noise(1, 45.0)
    click[100 : 100 + LEAST_SPEECH // 2] += 8.0
    assert not speech_mask(click).any()
    found = np.flatnonzero(speech_mask(noise(2, 60.0, (30.0,))))
    assert RATE * 30.0 - 1 <= found[0] < found[-1] <= RATE * 30.6 + 1
    assert len(found) > LEAST_SPEECH


def test_a_training_says_that_nobody_speaks_where_it_chooses_and_scores() -> None:
    """A recording that goes on after the last word: its end chooses the penalty and is scored."""
    made, mel = synthetic_recording(30.0, n_channels=4), MelSettings()
    assert made.audio is not None
    sound = made.audio.copy()
    last = round(0.6 * len(sound))
    sound[last:] = 0.002 * np.random.default_rng(0).standard_normal(len(sound) - last)
    told = []
    for audio in (made.audio, sound):
        one = process_recording(dataclasses.replace(made, audio=audio), FeatureSettings(), mel, made.labels)
        split = SplitSettings(guard_s=1.0, min_part_s=2.0)
        corpus = build_corpus([one], FeatureSettings(), mel, made.labels, made.sfreq, split)
        reference, training = ([y for _, y in corpus.segments(part)] for part in ("test", "training"))
        told.append((unspoken(corpus), score_all({"ridge": [y + 0.1 for y in reference]}, reference, training)))
    (nothing, scores), (lines, silent) = told
    assert nothing == []
    assert np.isfinite(scores["ridge"]["r_speech"])
    assert [line[:36] for line in lines] == [
        "nobody speaks in the validation part",
        "nobody speaks in the test part (4 s)",
    ]
    assert all(not np.isfinite(row[m]) for row in silent.values() for m in ("r_speech", "r_partial", "mcd_db"))
    assert np.isfinite(silent["ridge"]["r"])
    console = Console(file=io.StringIO(), width=200)
    console.print(score_table(silent, 4.0, "ridge", True))
    assert "nan" not in console.file.getvalue()  # type: ignore[attr-defined]
    assert verdict(silent, "ridge", {"mean spectrum": (float("nan"),) * 2}).endswith("nobody speaks in that part.")


def test_a_card_of_what_nobody_speaks_in_claims_nothing() -> None:
    mel = noise(3, 40.0)
    decoded = mel + noise(4, 40.0)
    segment = Segment("silence", mel, {"decoder": decoded, **without_a_brain(mel, [noise(5, 40.0, (3.0, 9.0))])}, RATE)
    few = ScoreSettings(bootstrap=50, shifts=20, shuffles=0, sound_s=0.0)
    card = combine([score_segment(segment, few, 0)], [], True)
    said = {line["check"]: line for line in card["verdicts"]}
    assert said["inside speech"]["text"] == "CANNOT TELL, nobody speaks in what is scored"
    assert not said["claim"]["good"]
    assert card["speech_seconds"] == 0
    json.dumps(plain(card), allow_nan=False)


def test_a_fold_of_silence_counts_for_no_decoder() -> None:
    """Of a nested fold in which nobody speaks half of the noise was compared as speech."""
    spoken = noise(6, 40.0, tuple(np.arange(1.0, 38.0, 1.2)))
    quiet, rng = noise(7, 40.0), np.random.default_rng(8)
    ridge = [spoken + rng.standard_normal(spoken.shape), np.zeros_like(quiet)]
    gru = [ridge[0], quiet]  # knows the noise of the room, and nothing else more than ridge
    choice = choose({"ridge": ridge, "gru": gru}, [spoken, quiet], RATE)
    assert choice.members == ("ridge",)
    assert choice.validation["gru"] == pytest.approx(choice.validation["ridge"], abs=1e-9)
