"""What was generalised to: session or person, words heard before, what the speech mask decides, and the spread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offline.data.heard import word_hash, words_known
from offline.data.split import SplitSettings
from offline.data.trials import Trial
from offline.evaluation import decoders
from offline.evaluation.card import combine
from offline.evaluation.decoders import Recipe
from offline.evaluation.generalised import mask_scores, mask_verdict, spread, to_a_recording, words_heard
from offline.evaluation.recordings import process
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import Segment
from offline.evaluation.segment_scores import score_segment
from offline.scoring.mel import baselines, speech_mask
from tests.synthetic import synthetic_recording

RATE = 22050 / 256
QUICK = ScoreSettings(bootstrap=20, shifts=40, shuffles=0, sound_s=0, recogniser="none")


@pytest.mark.parametrize(
    ("name", "trained", "said"),
    [
        ("sub-02_ses-01", ("sub-01_ses-01", "sub-01_ses-02"), "another person (sub-02)"),
        ("sub-01_ses-03_x", ("sub-01_ses-01",), "another session of a person that it was trained on (sub-01, ses-03)"),
        ("sub-01_run-02", ("sub-01_run-01",), "another recording of a person that it was trained on"),
        ("monday", ("sub-01_ses-01",), "its name does not tell"),
        ("sub-01_ses-03", ("sunday",), "its name does not tell"),
    ],
)
def test_session_or_person_by_name(name: str, trained: tuple[str, ...], said: str) -> None:
    assert said in to_a_recording(name, trained)


def scored(seed: int, skill: float, **changes: object) -> Segment:
    """Sixteen words of which a decoder knows ``skill``."""
    rng = np.random.default_rng(seed)
    mel = np.full((1600, 20), -9.0) + 0.1 * rng.standard_normal((1600, 20))
    trials = tuple(Trial(a, a + 60, f"w{a // 100:02}") for a in range(20, 1600, 100))
    for t in trials:
        mel[t.first : t.stop] = -3 + np.cumsum(rng.standard_normal((60, 20)), 0) / 6
    decoded = skill * mel + np.cumsum(rng.standard_normal(mel.shape), 0) / 20
    rows = {"decoder": decoded, **baselines(mel, speech_mask(mel), [mel])}
    return replace(Segment("test", mel, rows, RATE, trials=trials), **changes)


def test_the_note_says_words_and_spread() -> None:
    known = tuple(f"w{k:02}" for k in range(12))
    parts = [score_segment(scored(k, 0.8, trained_words=known), QUICK, k) for k in range(3)]
    card = combine(parts, (), True, facts={"generalised": "held-out minutes"})
    (note,) = [n for n in card["notes"] if n.startswith("generalised to: held-out minutes")]
    assert "75% of its 48 words were heard in training" in note
    values = [p.decoders["decoder"].measures["r_speech"].value for p in parts]
    assert f"r inside speech of its 3 parts {min(values):.3f} to {max(values):.3f}" in note
    assert "spread over seeds is not known" in note
    assert spread(parts, "ridge") == "ridge draws nothing at random: no spread over seeds"
    (alone,) = [n for n in combine(parts[:1], (), True)["notes"] if n.startswith("generalised")]
    assert "what it was trained on is not known" in alone


def test_a_word_is_known_however_it_is_spelt() -> None:
    trials = [
        Trial(a, a + 60, label)
        for a, label in zip(range(20, 1600, 100), ("Ja", "ja", "caf\u00e9", "x") * 4, strict=True)
    ]
    heard = ("ja", "cafe\u0301")
    part = score_segment(scored(0, 0.8, trials=tuple(trials), trained_words=heard), QUICK, 0)
    assert words_heard([part]) == "75% of its 16 words were heard in training"
    kept = {"data": [{"words": " ".join(map(word_hash, heard))}]}
    assert words_known(kept, ["Ja", "ja", "caf\u00e9", "x"]) == ("Ja", "caf\u00e9", "ja")


def test_whole_recording_and_mask_have_lines() -> None:
    card = combine([score_segment(scored(0, 0.8), QUICK, 0)], (), True)
    lines = {v["check"]: v for v in card["verdicts"]}
    assert lines["whole recording"]["good"]
    assert "speech on and off alone" in lines["whole recording"]["text"]
    assert lines["speech mask"]["good"]
    assert "5 dB more" in lines["speech mask"]["text"]
    noise = combine([score_segment(scored(0, 0.0), QUICK, 0)], (), True)
    assert "NOT above chance" in {v["check"]: v for v in noise["verdicts"]}["whole recording"]["text"]


def test_r_that_hangs_on_the_mask_is_named() -> None:
    """A decoder that knows only the frames between two limits."""
    rng = np.random.default_rng(1)
    mel = scored(1, 0.0).reference
    found = mask_scores(mel + 0.1 * rng.standard_normal(mel.shape), mel)
    assert found["r_lower"] > 0.9
    assert found["r_higher"] > 0.9
    assert mask_verdict(found, 0.95, True)[0]
    assert "HANGS ON THE MASK" in mask_verdict(found | {"r_higher": 0.1}, 0.95, True)[1]
    assert mask_verdict(found | {"r_higher": 0.1}, 0.95, False)[0]


def test_folds_know_which_words_they_were_trained_on() -> None:
    recording = synthetic_recording(24.0, n_channels=2)
    words = ["cat", "dog", "cow", "owl", "bat", "ant", "elk", "hen", "fox", "pig", "bee", "ram"]
    recording.markers[:] = [
        (2.0 * k + at, f"{edge};{word}") for k, word in enumerate(words) for edge, at in (("start", 0.2), ("end", 1.4))
    ]
    split = SplitSettings(guard_s=1.0, min_part_s=1.0)
    recipe = Recipe(labels=recording.labels, decoder=(("n_past", 2),), split=split)
    item = process(recording, recipe.features, recipe.mel, recipe.labels)
    (segment,), _, _ = decoders.fold_segments([item], recipe, 0, 2, 0.0, 0, 0)
    said = {t.label for t in segment.trials}
    assert said
    assert segment.trained_words
    assert not said & set(segment.trained_words)
