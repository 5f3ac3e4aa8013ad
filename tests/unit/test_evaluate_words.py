"""Words recognised: listeners hear what is there, are at chance where nothing is, and say what they cannot judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.vocoder import log_mel
from offline.data.trials import Trial
from offline.evaluate import main
from offline.evaluation import recogniser
from offline.evaluation.card import combine
from offline.evaluation.recogniser import Recogniser, installed
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import Segment
from offline.evaluation.segment_scores import score_segment
from offline.evaluation.word_guessers import DEAF, LENGTH, LEVEL, OWN_LOUDNESS, guessers, own_loudness
from offline.evaluation.words import (
    NEAREST,
    OTHERS,
    OWN,
    RECORDED,
    RECORDED_SOUND,
    SegmentWords,
    distances,
    word_scores,
    word_shapes,
)
from offline.inspection.session_picture import session_picture
from offline.scoring.loudness import LOUDNESS, loudness_oracles
from offline.scoring.mel import ORACLE, baselines, frame_level, speech_mask

RATE = 22050 / 256
QUICK = ScoreSettings(bootstrap=20, shifts=20, shuffles=0, sound_s=0, recogniser="none")


def session(n_words: int, takes: int, seed: int = 0) -> tuple[np.ndarray, tuple[Trial, ...]]:
    """(T, 80) log-mel of words (a smooth trajectory of their own each, a little other at every take) and pauses."""
    rng = np.random.default_rng(seed)
    slow, broad = np.hanning(15), np.hanning(9)
    parts, trials, at = [], [], 0
    trajectories = [rng.standard_normal((rng.integers(40, 70) + 30, 90)) for _ in range(n_words)]
    for word in rng.permutation(np.repeat(np.arange(n_words), takes)):
        trajectory = trajectories[word] + 0.3 * rng.standard_normal(trajectories[word].shape)
        smooth = np.apply_along_axis(np.convolve, 0, trajectory, slow, "same")
        smooth = np.apply_along_axis(np.convolve, 1, smooth, broad, "same")[15:-15, 5:85]
        pause = np.full((30, 80), -9.0) + 0.1 * rng.standard_normal((30, 80))
        parts += [pause, -3.0 + 0.8 * smooth / smooth.std()]
        trials.append(Trial(at + 10, at + 30 + len(smooth), f"w{word:02}"))
        at += 30 + len(smooth)
    return np.concatenate([*parts, pause]).astype(np.float32), tuple(trials)


def listened(decoded: np.ndarray, mel: np.ndarray, trials: tuple[Trial, ...]) -> dict[str, Any]:
    decoders = {"decoder": decoded, **baselines(mel, speech_mask(mel), [mel])}
    return combine([score_segment(Segment("test", mel, decoders, RATE, trials=trials), QUICK, 0)], (), simulated=True)


def smoothed(mel: np.ndarray) -> np.ndarray:
    """As a decoder makes it: blurred in time and frequency, and half as lively."""
    out = np.apply_along_axis(np.convolve, 0, mel, np.hanning(11) / np.hanning(11).sum(), "same")
    return (mel.mean(0) + 0.5 * (out - mel.mean(0))).astype(np.float32)


def verdict(card: dict[str, Any], check: str) -> dict[str, Any]:
    (found,) = [v for v in card["verdicts"] if v["check"] == check]
    return found


def test_smooth_decoder_is_understood_and_the_oracle_is_not() -> None:
    mel, trials = session(12, 1)
    card = listened(smoothed(mel), mel, trials)
    found = card["words"][NEAREST]
    assert (found["templates"], found["n_trials"], found["n_words"]) == (OWN, 12, 12)
    own, oracle = found["rows"]["decoder"], found["rows"][ORACLE]
    assert own["right"] >= 10
    assert own["low"] < own["share"] < own["high"] or own["share"] == 1.0
    assert own["p_value"] < 0.01
    assert own["rank"] < 0.1
    assert oracle["right"] <= 3
    assert verdict(card, f"words, {NEAREST}")["good"]
    counts = np.array(found["confusion"]["counts"])
    assert counts.sum() == 12
    assert np.trace(counts[:, :12]) == own["right"]
    assert [t["spoken"] for t in found["trials"]] == [t.label for t in trials]


def test_words_spoken_again_are_compared_with_other_takes() -> None:
    mel, trials = session(8, 3)
    card = listened(smoothed(mel), mel, trials)
    found = card["words"][NEAREST]
    assert (found["templates"], found["n_trials"], found["n_words"]) == (OTHERS, 24, 8)
    assert found["rows"][RECORDED_SOUND]["share"] > 0.9  # the ceiling: a recorded word is found among other takes
    assert found["rows"]["decoder"]["share"] > 0.7


@pytest.mark.parametrize("takes", [1, 3])
def test_noise_and_a_constant_are_at_chance(takes: int) -> None:
    right, n, passed = 0, 0, 0
    for seed in range(10):
        mel, trials = session(10, takes, seed)
        noise = np.random.default_rng(100 + seed).standard_normal(mel.shape)
        noise = np.apply_along_axis(np.convolve, 0, noise, np.ones(7), "same").astype(np.float32)
        spans = [Trial(t.first + 20, t.stop) for t in trials]
        shapes = {"decoder": word_shapes(noise, spans), RECORDED: word_shapes(mel, spans)}
        found = word_scores([SegmentWords([t.label for t in trials], [], shapes=shapes)])[NEAREST]
        own = found["rows"]["decoder"]
        right, n = right + own["right"], n + found["n_trials"]
        passed += own["share"] > own["p95"]
    assert right / n < 0.1 + 3 * np.sqrt(0.09 / n)
    assert passed <= 2
    card = listened(np.tile(mel.mean(0), (len(mel), 1)), mel, trials)
    assert card["words"][NEAREST]["rows"]["decoder"]["right"] == 0
    assert "NO words shown" in verdict(card, f"words, {NEAREST}")["text"]


def test_distance_is_that_of_a_plain_loop_and_blind_to_smoothing() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((5, 7, 3)), rng.standard_normal((4, 7, 3))
    got = distances(a, b)
    x, y = ((w - w.mean((0, 1))) / w.std((0, 1)) for w in (a, b))
    want = np.empty((5, 4))
    for i in range(5):
        for j in range(4):
            best: dict[tuple[int, int], tuple[float, int]] = {}
            for s in range(7):
                for t in range(7):
                    before = [best[k] for k in ((s - 1, t - 1), (s - 1, t), (s, t - 1)) if k in best] or [(0.0, 0)]
                    cost, length = min(before, key=lambda c: c[0])
                    best[s, t] = cost + float(np.linalg.norm(x[i, s] - y[j, t])), length + 1
            want[i, j] = best[6, 6][0] / best[6, 6][1]
    np.testing.assert_allclose(got, (want - want.mean(0)) / want.std(0), rtol=1e-9)
    np.testing.assert_allclose(distances(0.1 * a + 5.0, b), got, rtol=1e-9)


def test_few_words_are_not_scored_and_intervals_are_wilsons() -> None:
    mel, trials = session(4, 1)
    few, none = listened(mel, mel, trials), listened(mel, mel, ())
    assert few["words"] == none["words"] == {}
    assert "words: not scored, 4 words are too few" in few["notes"]
    assert any("no markers say which words" in note for note in none["notes"])
    mel, trials = session(14, 1)
    shapes = {k: word_shapes(mel, trials) for k in ("decoder", RECORDED)}
    labels = [t.label for t in trials]
    for right, low, high in ((1, 0.0127, 0.3147), (0, 0.0, 0.2153), (14, 0.7847, 1.0)):
        recognised = {"ear": {"decoder": [*labels[:right], *[""] * (14 - right)]}}
        row = word_scores([SegmentWords(labels, labels, recognised, {"ear": []}, shapes)])["ear"]["rows"]["decoder"]
        assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-4)


def test_segments_are_pooled() -> None:
    """Folds: the words of all of them are candidates of each."""
    mel, trials = session(12, 1)
    cut = trials[6].first - 5
    first = Segment("a", mel[:cut], {"decoder": smoothed(mel)[:cut]}, RATE, trials=trials[:6])
    moved = tuple(Trial(t.first - cut, t.stop - cut, t.label) for t in trials[6:])
    second = Segment("b", mel[cut:], {"decoder": smoothed(mel)[cut:]}, RATE, trials=moved)
    # no word was spoken in the third
    third = Segment("c", mel[:cut], {"decoder": smoothed(mel)[:cut]}, RATE)
    for parts in ((first, second), (third, first, second)):
        found = combine([score_segment(s, QUICK, 0) for s in parts], (), True)["words"][NEAREST]
        assert found["n_words"] == 12
        assert found["rows"]["decoder"]["right"] >= 10


def test_a_recogniser_that_hears_little_of_the_recorded_sound_gives_no_verdict() -> None:
    words = [f"w{i}" for i in range(8)]
    part = SegmentWords(
        words,
        words,
        recognised={"ear": {"decoder": [*words[:6], "", "w7"], RECORDED_SOUND: ["w1"] * 8}},
        unknown={"ear": ["w7"]},
        shapes={k: np.random.default_rng(0).standard_normal((8, 40, 24)) for k in ("decoder", RECORDED)},
    )
    found = word_scores([part])["ear"]
    assert found["left_out"] == ["w7"]
    assert (found["n_trials"], found["n_words"], found["rows"]["decoder"]["right"]) == (7, 7, 6)
    assert found["rows"][RECORDED_SOUND]["right"] == 1
    mel, trials = session(8, 1)
    scores = score_segment(Segment("a", mel, {"decoder": smoothed(mel)}, RATE, trials=trials), QUICK, 0)
    card = combine([replace(scores, words=part)], (), True)
    assert not any(v["check"] == "words, ear" for v in card["verdicts"])
    assert any("no verdict, it hears only 14% of the recorded words" in note for note in card["notes"])
    assert any("1 words left out: w7" in note for note in card["notes"])


def test_which_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed("none") == "none"
    with pytest.raises(BkError, match="expected auto, pocketsphinx or none"):
        installed("siri")
    monkeypatch.setattr(recogniser.importlib.util, "find_spec", lambda name: None)
    assert installed("auto") == "none"
    with pytest.raises(BkError, match=r"brainkaraoke\[words\]"):
        installed("pocketsphinx")


def test_recogniser_has_only_the_words_that_it_knows() -> None:
    pytest.importorskip("pocketsphinx")
    ear = Recogniser(["flower", "zwembad", "two words", ""])
    assert ear.unknown == ("", "two words", "zwembad")
    assert ear(np.zeros(22050, np.float32), 22050) == ""
    assert Recogniser(["zwembad"])(np.ones(22050, np.float32), 22050) == ""


@pytest.mark.shared_data
def test_recogniser_hears_real_words_in_any_order(shared_data: Path) -> None:
    """Single words by two real talkers, ten of a kind that are easily told apart."""
    pytest.importorskip("pocketsphinx")
    folder = shared_data / "speech" / "mrt_en_words"
    rows = [line.split("\t") for line in (folder / "words.tsv").read_text().splitlines()[1:]]
    wanted = {"pin", "sale", "came", "shook", "heath", "game", "bus", "raw", "lot", "pub"}
    found = {}
    for name, _, word, *_ in rows:
        if word in wanted and word not in found and (folder / f"{name}.flac").is_file():
            found[word] = soundfile.read(folder / f"{name}.flac", dtype="float32")
    assert len(found) >= 8
    ear = Recogniser(sorted(found))
    recognised = {word: ear(*found[word]) for word in sorted(found)}
    assert sum(a == b for a, b in recognised.items()) >= 0.8 * len(found)
    assert {word: ear(*found[word]) for word in reversed(recognised)} == recognised
    faint = {word: ear(soxr.resample(found[word][0] * 0.01, found[word][1], 48000), 48000) for word in recognised}
    assert sum(faint[w] == recognised[w] for w in recognised) >= len(recognised) - 1


@pytest.mark.shared_data
def test_a_real_session_of_words_against_itself(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sixty seconds of Dutch words: each is nearest to itself; silence is no word; markers must lie inside."""
    folder = shared_data / "speech" / "swpd_sub02_session"
    audio, rate = soundfile.read(folder / "sub02_session_16k.flac", dtype="float32", frames=16000 * 60)
    mel = log_mel(soxr.resample(audio, rate, 22050))
    soundfile.write(tmp_path / "y.wav", audio, rate)
    soundfile.write(tmp_path / "quiet.wav", 0.1 * audio, rate)
    options = ["--reference", str(tmp_path / "y.wav"), "--sound-s", "0", "--bootstrap", "20", "--shifts", "20"]
    table = folder / "sub02_words.tsv"
    assert main(["--decoded", str(tmp_path / "quiet.wav"), *options, "--markers", str(table)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "20 of 20 words right" in printed
    assert "80 of 100 words lie outside both files" in printed
    assert len(mel) > 5000
    (tmp_path / "late.tsv").write_text("onset\tduration\tword\n500\t1\took\n")
    with pytest.raises(SystemExit):
        main(["--decoded", str(tmp_path / "quiet.wav"), *options, "--markers", str(tmp_path / "late.tsv")])
    assert "no word with a length lies within the 60.0 s" in capsys.readouterr().err


def test_picture_of_a_session_with_and_without_microphone() -> None:
    mel, _ = session(12, 1)
    live = smoothed(mel)
    live[:30] = np.nan  # the recorder connected late
    voice = np.zeros(256 * len(mel), np.float32)
    for microphone, audio in ((mel, voice), (None, voice[:0])):
        data = session_picture("SIMULATED test", microphone, live, audio, MelSettings())
        assert data.startswith(b"\x89PNG")
        assert len(data) < 150_000


def loudness_only(mel: np.ndarray, seed: int = 5) -> np.ndarray:
    """The mean spectrum at the true level of every frame, with the unrest of noise."""
    curve = loudness_oracles(mel, speech_mask(mel), [mel])[LOUDNESS]
    return np.asarray(curve + 0.8 * np.random.default_rng(seed).standard_normal(mel.shape), np.float32)


@pytest.mark.parametrize(("n_words", "takes"), [(14, 1), (8, 3)])
def test_words_by_loudness_alone_are_not_shown_and_real_ones_are(n_words: int, takes: int) -> None:
    mel, trials = session(n_words, takes)
    found = listened(smoothed(mel), mel, trials)
    assert verdict(found, f"words, {NEAREST}")["good"]
    words = found["words"][NEAREST]
    assert words["rows"][DEAF]["share"] > 0.9
    assert set(words["guessers"]) == {LENGTH, LEVEL, DEAF}
    assert words["p_value"] == max(g["p_value"] for g in words["guessers"].values())
    card = listened(loudness_only(mel), mel, trials)
    said = verdict(card, f"words, {NEAREST}")
    assert not said["good"]
    assert "NO MORE THAN LENGTH AND LOUDNESS" in said["text"]
    assert card["words"][NEAREST]["rows"]["decoder"]["p_value"] <= 0.05  # what it passed until now


def test_a_listener_that_names_words_by_their_length_is_luck() -> None:
    """It hears which of four lengths a word has: many more right than by luck, none more than among words as long."""
    rng = np.random.default_rng(0)
    spoken = np.array([f"w{i:02}" for i in range(24)], dtype=object)
    length = np.repeat(np.arange(6), 4) * 10.0 + rng.random(24)
    passed = 0
    for _ in range(20):
        answers = [str(spoken[4 * (i // 4) + rng.integers(4)]) for i in range(24)]
        found = guessers(spoken, {"d": answers}, "d", {LENGTH: length})
        passed += found[LENGTH]["p_value"] <= 0.05
    assert passed <= 4
    assert guessers(spoken, {"d": list(spoken)}, "d", {LENGTH: length})[LENGTH]["p_value"] < 0.001
    alone = {"d": list(spoken), OWN_LOUDNESS: [*spoken[:18], *[""] * 6]}
    found = guessers(spoken, alone, "d", {})[OWN_LOUDNESS]
    assert found == {"share": 0.75, "p_value": pytest.approx(0.5**6)}
    alone[OWN_LOUDNESS] = list(spoken)
    assert guessers(spoken, alone, "d", {})[OWN_LOUDNESS]["p_value"] == 1.0


def test_what_is_left_of_a_decoder_in_its_own_loudness() -> None:
    mel, _ = session(8, 1)
    left = own_loudness(mel)
    assert left.shape == mel.shape
    assert np.corrcoef(frame_level(left), frame_level(mel))[0, 1] > 0.95
    same = np.argsort(frame_level(mel))[200:202]  # two frames of one level sound alike
    assert np.abs(np.diff(left[same], axis=0)).max() < 0.3
