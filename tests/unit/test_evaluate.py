"""The score card cannot be fooled: each way of looking good without decoding is named by the line meant for it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bk_realtime.clock import FrameClock
from bk_realtime.vocoder import log_mel
from offline.data.trials import Trial, inside, marked_trials, spoken_trials
from offline.evaluation.card import combine
from offline.evaluation.leak import LeakProbe, probe_split
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import Segment, SegmentScores
from offline.evaluation.segment_scores import score_segment
from offline.scoring.measures import detection, runs
from offline.scoring.mel import ORACLE, baselines, speech_mask
from tests.synthetic import synthetic_recording

RATE = 22050 / 256
QUICK = ScoreSettings(bootstrap=40, shifts=40, shuffles=0, sound_s=0)


@pytest.fixture(scope="module")
def mel() -> np.ndarray:
    """(T, 80) recorded log-mel of 16 s of words and pauses."""
    audio = synthetic_recording(16.0, n_channels=1).audio
    assert audio is not None
    return log_mel(audio)


def score(decoded: np.ndarray, mel: np.ndarray, **changes: Any) -> SegmentScores:
    decoders = {"decoder": decoded, **baselines(mel, speech_mask(mel), [mel])}
    return score_segment(Segment("test", mel, decoders, RATE, **changes), QUICK, 0)


def card_of(decoded: np.ndarray, mel: np.ndarray, leaks: tuple[LeakProbe, ...] = ()) -> dict[str, Any]:
    return combine([score(decoded, mel)], leaks, simulated=True)


def line(card: dict[str, Any], check: str) -> tuple[bool, str]:
    found = [v for v in card["verdicts"] if v["check"] == check]
    assert len(found) == 1, (check, card["verdicts"])
    return found[0]["good"], found[0]["text"]


def honest(mel: np.ndarray) -> np.ndarray:
    """A real decoder: speech found, half of the spectrum's trajectory, and loudness that is wrong all the time."""
    levels = baselines(mel, speech_mask(mel), [mel])[ORACLE]
    loudness = np.repeat(np.random.default_rng(1).standard_normal(len(mel) // 5 + 1), 5)[: len(mel), None]
    return (levels + 0.5 * (mel - levels) + 0.9 * loudness).astype(np.float32)


def test_an_honest_decoder_passes_every_line(mel: np.ndarray) -> None:
    card = card_of(honest(mel), mel, (LeakProbe(2.0, 0.5, 0.1, 0.0, 0.0),))
    assert [v for v in card["verdicts"] if not v["good"]] == []
    own = card["decoders"]["decoder"]
    for measure in ("r", "r_speech", "r_windows", "mcd_db", "mcd_warped_db"):
        assert own[measure]["low"] <= own[measure]["value"] <= own[measure]["high"], measure
    assert own["mcd_warped_db"]["value"] <= own["mcd_db"]["value"]
    assert card["detection"]["decoder"]["trials_detected"] > 0.9


def test_speech_silence_oracle_is_exposed_inside_speech(mel: np.ndarray) -> None:
    card = card_of(baselines(mel, speech_mask(mel), [mel])[ORACLE], mel)
    own = card["decoders"]["decoder"]
    assert own["r"]["value"] > 0.9  # the one figure that everybody publishes
    good, text = line(card, "inside speech")
    assert not good
    assert "ON AND OFF ONLY" in text
    assert own["r_speech"]["value"] == own["r_windows"]["value"] == 0.0
    assert not line(card, "windows")[0]
    assert not line(card, ORACLE)[0]
    assert line(card, "alignment")[0]
    assert line(card, "variation")[0]


def test_late_copy_is_exposed_by_the_alignment(mel: np.ndarray) -> None:
    card = card_of(np.roll(mel, 40, 0), mel)
    good, text = line(card, "alignment")
    assert not good
    assert "SHIFTED IN TIME" in text
    assert card["lag"]["best_s"] == pytest.approx(-40 / RATE)
    assert card["lag"]["r_best"] == pytest.approx(1.0)
    assert "TOO GOOD" in line(card, "credible")[1]


def test_small_shift_and_copy(mel: np.ndarray) -> None:
    """Two frames off is within what a decoder with a lead may do; a copy of the sound is too good to be true."""
    card = card_of(np.roll(mel, 2, 0), mel)
    assert line(card, "alignment")[0]
    assert card["lag"]["best_s"] == pytest.approx(-2 / RATE)
    assert not line(card_of(mel, mel), "credible")[0]
    for frames in (-8, -4, 4, 8):  # moved a little further, r inside speech is small; it is a copy still
        card = card_of(np.roll(mel, frames, 0), mel)
        assert not line(card, "credible")[0]
        assert not line(card, "claim")[0]


def test_constant_is_exposed_by_the_variation(mel: np.ndarray) -> None:
    for constant in (mel.mean(0), np.zeros(80), mel[speech_mask(mel)].mean(0)):
        card = card_of(np.tile(constant.astype(np.float32), (len(mel), 1)), mel)
        good, text = line(card, "variation")
        assert not good
        assert "CONSTANT" in text
        assert card["decoders"]["decoder"]["r"]["value"] == 0.0
        assert not line(card, "inside speech")[0]


def test_noise_is_not_above_chance(mel: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    noise = np.repeat(rng.standard_normal((len(mel) // 20 + 1, 80)), 20, 0)[: len(mel)]
    card = card_of(noise.astype(np.float32), mel)
    assert "NOT above chance" in line(card, "inside speech")[1]
    for measure, entry in card["chance"]["circular shift"].items():
        assert entry["n"] == 40
        assert entry["p_value"] > 0.02, measure


def test_random_frame_split_is_exposed_by_the_leak_probe(mel: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    order = rng.permutation(len(mel))
    n = len(mel) // 5
    probe = probe_split(mel, order[n:], np.sort(order[:n]), RATE, needed_s=0.4)
    assert probe.r_copy > 0.9
    assert probe.gap_s == 0.0
    assert probe.finding.startswith("LEAK")
    good, text = line(card_of(honest(mel), mel, (probe,)), "leak")
    assert not good
    assert text == probe.finding


def test_contiguous_split_needs_its_guard(mel: np.ndarray) -> None:
    n, guard = len(mel) // 4, round(0.5 * RATE)
    test = np.arange(n, 2 * n)
    guarded = np.concatenate([np.arange(n - guard), np.arange(2 * n + guard, len(mel))])
    clean = probe_split(mel, guarded, test, RATE, needed_s=0.4)
    assert clean.finding == ""
    assert clean.gap_s == pytest.approx(guard / RATE, abs=0.02)
    assert abs(clean.r_copy_speech) < 0.3
    touching = np.concatenate([np.arange(n), np.arange(2 * n, len(mel))])
    assert "0.000 s from scored ones" in probe_split(mel, touching, test, RATE, needed_s=0.4).finding


def test_blocks_of_a_word_and_duplicates_leak_too(mel: np.ndarray) -> None:
    """The same recording under another name lies far away in time, and is still the same frames."""
    twice = np.concatenate([mel, mel])
    probe = probe_split(twice, np.arange(len(mel)), np.arange(len(mel) + 100, 2 * len(mel)), RATE, needed_s=0.4)
    assert probe.duplicates == 1.0
    assert "as they are" in probe.finding


def test_folds_of_different_level_do_not_help_a_constant(mel: np.ndarray) -> None:
    """Each fold's mean is its own constant: pooled over folds that would correlate, by no merit of the decoder."""
    halves = mel[:600], mel[600:1200] + 2.0
    scores = [score(np.tile(half.mean(0), (len(half), 1)), half) for half in halves]
    card = combine(scores, (), simulated=False)
    assert card["decoders"]["decoder"]["r"]["value"] == 0.0


def test_detection_counts_false_activations() -> None:
    rate, mask = 100.0, np.zeros(2000, bool)
    mask[200:300] = mask[900:1000] = True
    decoded = np.full((2000, 4), -10.0)
    for a, b in ((210, 290), (400, 430), (600, 605), (1500, 1540), (1550, 1600)):
        decoded[a:b] = 0.0
    found = detection(decoded, mask, (Trial(150, 350), Trial(850, 1050), Trial(1200, 1300)), -20.0, rate)
    assert found["trials"] == 2  # nothing was spoken in the third
    assert found["trials_hit"] == 1
    assert found["false_activations"] == 2  # 50 ms is no activation, a hole of 100 ms does not make two
    assert found["speech_hit"] == 80
    assert found["seconds"] == 20.0
    assert runs(np.array([True, False, True, True])) == [(0, 1), (2, 4)]


def test_trials_by_markers_and_by_pauses() -> None:
    recording = synthetic_recording(10.0, n_channels=1)
    recording.markers[:] = [(1.0, "start;cat"), (2.0, "end;cat"), (3.0, "start;dog"), (4.0, "end;cow"), (5.0, "x")]
    clock = FrameClock(Fraction(512))
    (trial,) = marked_trials(recording, clock)
    assert (trial.first, trial.stop, trial.label) == (86, 172, "cat")
    assert inside((trial, Trial(60, 90)), 80, 200) == (Trial(6, 92, "cat"),)
    mask = np.zeros(500, bool)
    mask[[*range(100, 130), *range(150, 180), *range(300, 350)]] = True
    assert [(t.first, t.stop) for t in spoken_trials(mask, RATE)] == [(100, 180), (300, 350)]
    assert spoken_trials(np.zeros(5, bool), RATE) == ()
