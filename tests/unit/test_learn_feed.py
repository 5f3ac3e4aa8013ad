"""A recording learnt as it came: frames as training makes them, in any chunks, and what ends it."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.__main__ import main
from bk_realtime.chain import Chain
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.contamination.rolling import RED, Light
from bk_realtime.contamination.said import contamination_in_training
from bk_realtime.decoder.bundle import save_bundle
from bk_realtime.decoder.ridge import EVEN, RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.learning.bundle import learnt_bundle
from bk_realtime.learning.decision import STOP, TOO_LITTLE
from bk_realtime.learning.feed import BLOCK, PIECE_S, Feed
from bk_realtime.learning.on_clock import OnClock
from bk_realtime.learning.recording import open_recording
from bk_realtime.learning.words import in_words
from offline.data.dataset import build_corpus
from offline.data.processed import process_recording
from offline.io import read_recording
from tests.synthetic import synthetic_recording
from tests.xdf_files import Stream, write

RIDGE = RidgeSettings(n_past=5)
LATE_S, RATE = 0.3, float(MelSettings().frame_rate)


def session(folder: Path, leak: float = 0.0, seconds: float = 45.0, lost: tuple[float, float] = (0.0, 0.0)) -> Path:
    made = synthetic_recording(seconds, 4, 512.0, seed=3)
    neural = made.neural.copy()
    assert made.audio is not None
    at = np.arange(len(neural)) / 512.0
    neural[:, 1] += leak * np.interp(at, np.arange(len(made.audio)) / made.sample_rate, made.audio)
    first = round(LATE_S * made.sample_rate)  # the microphone is switched on later
    sound = made.audio[first:]
    stamps = 50.0 + LATE_S + np.arange(len(sound)) / made.sample_rate
    amplifier = Stream("amp", "sEEG", 512.0, neural, 50.0 + at, labels=list(made.labels))
    there = (stamps < 50.0 + lost[0]) | (stamps >= 50.0 + lost[1])
    sound, stamps = sound[there], stamps[there]
    return write(folder, amplifier, Stream("mic", "Audio", made.sample_rate, sound, stamps, units=("",)))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return session(tmp_path_factory.mktemp("learn"))


class Kept(Feed):
    """A feed that keeps the frames which the learner gets."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.kept: list[tuple[np.ndarray, ...]] = []
        add = self.learner.add
        self.learner.add = lambda *x: (self.kept.append(x), add(*x))[1]  # type: ignore[method-assign,func-returns-value]


def fed(path: Path, chunk_s: float) -> Kept:
    recorded = open_recording(path, "", "", None, None)
    d = recorded.description
    feed = Kept(d.labels, d.labels, d.sfreq, recorded.sound.description.sfreq, FeatureSettings(), RIDGE)
    seconds = 45.0
    for begin in np.arange(0.0, seconds, chunk_s):
        for stream, push in ((recorded.neural, feed.push_neural), (recorded.sound, feed.push_sound)):
            a, b = np.searchsorted(stream.stamps, (50.0 + begin, 50.0 + begin + chunk_s))
            rows = stream.data[a:b] if stream is recorded.neural else stream.data[a:b, 0]
            push(np.asarray(rows, np.float32), stream.stamps[a:b])
    return feed


def test_frames_are_those_of_training(path: Path) -> None:
    kept = fed(path, 0.5).kept
    features, mel = (np.concatenate([x[i] for x in kept]) for i in (0, 1))
    recording = read_recording(path)
    want = process_recording(recording, FeatureSettings(), MelSettings(), recording.labels)
    from offline.data.dataset import target_mel

    target = target_mel(want.audio, MelSettings())
    # the line through the stamps needs half a second: the feed's frame 0 is a later one, by a part of a frame
    alike = [np.corrcoef(target[k : k + 2000, 20], mel[BLOCK : BLOCK + 2000, 20])[0, 1] for k in range(300)]
    best = int(np.argmax(alike))
    assert np.corrcoef(target[best : best + 2000].ravel(), mel[BLOCK : BLOCK + 2000].ravel())[0, 1] > 0.98
    power = want.log_power[best : best + 2000]
    assert np.corrcoef(power.ravel(), features[BLOCK : BLOCK + 2000].ravel())[0, 1] > 0.98


def test_chunks_of_any_length_are_learnt_alike(path: Path) -> None:
    small, large = (fed(path, chunk_s) for chunk_s in (0.08, 2.0))
    n = min(len(small.kept), len(large.kept))
    assert n > 30
    for one, other in zip(small.kept[:n], large.kept[:n], strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        assert (one[2] == other[2]).mean() > 0.97  # the line through the stamps may bend in between
        np.testing.assert_allclose(one[1].mean(), other[1].mean(), atol=0.05)


def test_the_microphone_in_an_electrode_stops_it(tmp_path: Path) -> None:
    feed = fed(session(tmp_path, leak=40.0), 0.5)
    assert feed.light.colour == RED
    heard = feed.heard()
    assert heard.progress.decision.verdict == STOP
    assert "A2" in in_words(heard)
    assert "microphone in the electrodes: stop" in in_words(heard)


def test_what_was_learnt_is_a_bundle_at_once(path: Path, tmp_path: Path) -> None:
    """The learner's own ridge, for the features that an engine makes of the same stream."""
    feed = fed(path, 0.5)
    saved = save_bundle(learnt_bundle(feed, "read.xdf"), tmp_path / "learnt")
    ridge, mean, std = feed.learner.solution()
    np.testing.assert_array_equal(saved.mean, mean)
    np.testing.assert_array_equal(saved.std, std)
    assert (saved.labels, saved.sfreq, saved.gate) == (feed.labels, 512, None)
    x = torch.randn(1, 50, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    np.testing.assert_allclose(saved.decoder.forward(x.float()), ridge.forward(x), atol=1e-4)
    assert saved.provenance["learnt"]["recording"] == "read.xdf"
    assert saved.provenance["simulated"] is feed.simulated
    for simulated in (True, False):
        feed.simulated = simulated
        assert feed.heard().simulated is simulated
    assert "cannot be told: it was learnt while" in contamination_in_training(saved.provenance)
    neural = open_recording(path, "", "", None, None).neural
    assert np.isfinite(Chain(saved, saved.labels).push(np.asarray(neural.data[:1024], float)).mel).all()


def test_too_little_or_the_microphone_itself_is_no_bundle(tmp_path: Path) -> None:
    feed = Feed(["A1"], ["A1"], 512.0, 22050.0, FeatureSettings(), RIDGE)
    with pytest.raises(InputError, match="record more"):
        learnt_bundle(feed, "read.xdf")
    feed.light = Light(RED, text="A1 holds the sound")
    with pytest.raises(InputError, match="A1 holds the sound"):
        learnt_bundle(feed, "read.xdf")


def test_lost_samples_keep_both_on_one_clock() -> None:
    grid = OnClock(100.0, 1, np.nan)
    stamps = 7.0 + np.arange(2000) / 100.0
    stamps[1000:] += 0.5
    rows = np.concatenate(
        [grid.push(np.arange(a, a + 50, dtype=float)[:, None], stamps[a : a + 50]) for a in range(0, 2000, 50)]
    )
    missing = np.flatnonzero(np.isnan(rows[:, 0]))
    assert len(missing) == 50
    assert grid.time_of(grid.n - 1) == pytest.approx(stamps[int(rows[-1, 0])], abs=0.01)
    assert grid.time_of(missing[0] - 1) == pytest.approx(stamps[int(rows[missing[0] - 1, 0])], abs=0.02)
    assert grid.index_at(grid.time_of(123.0)) == pytest.approx(123.0)


def digital_silence(mel: np.ndarray) -> int:
    """Frames with nothing in them, as no microphone gives them."""
    return int((mel <= math.log(MelSettings().floor)).all(1).sum())


def test_sound_that_was_lost_is_no_silence(tmp_path: Path) -> None:
    """Six seconds without packets of the microphone: they were learnt as silence, live and in training."""
    path = session(tmp_path, lost=(25.0, 31.0))
    feed = fed(path, 0.5)
    mel = np.concatenate([x[1] for x in feed.kept])
    assert digital_silence(mel) < 0.1 * RATE  # of the blocks at its ends, which have nearly all of their sound
    assert 6.0 - 0.2 <= feed.heard().without_sound_s <= 9.0
    recording = read_recording(path)
    assert recording.unheard == pytest.approx(np.array([(75.0, 81.0)]), abs=0.02)
    assert "audio: 6.0 s were lost in gaps of 1 s or more: neither learnt nor scored" in recording.notes
    made = process_recording(recording, FeatureSettings(), MelSettings(), recording.labels)
    corpus = build_corpus([made], FeatureSettings(), MelSettings(), recording.labels, recording.sfreq)
    learnt = np.concatenate([y for part in ("training", "validation", "test") for _, y in corpus.segments(part)])
    assert digital_silence(learnt) == 0


@pytest.mark.parametrize("chunk", [7, 20, 50, 500])
def test_what_comes_twice_is_taken_once_in_any_chunks(chunk: int) -> None:
    """Two seconds that a sender repeats: in small chunks they were learnt twice, and decoded after they were learnt."""
    grid, stamps = OnClock(100.0, 1, np.nan), 7.0 + np.arange(2000) / 100.0
    sent = np.concatenate([np.arange(1000), np.arange(800, 2000)])
    pieces = [sent[a : a + chunk] for a in range(0, len(sent), chunk)]
    rows = np.concatenate([grid.push(piece[:, None].astype(float), stamps[piece]) for piece in pieces])
    np.testing.assert_array_equal(rows[:, 0], np.arange(50, 2000))  # the first half second has no time yet
    assert grid.time_of(grid.n - 1) == pytest.approx(stamps[-1], abs=0.01)


def test_a_clock_that_was_set_back_takes_nothing_away() -> None:
    grid, stamps = OnClock(100.0, 1, np.nan), 900.0 + np.arange(2000) / 100.0
    stamps[1000:] -= 300.0
    rows = np.concatenate(
        [grid.push(np.arange(a, a + 50, dtype=float)[:, None], stamps[a : a + 50]) for a in range(0, 2000, 50)]
    )
    np.testing.assert_array_equal(rows[:, 0], np.arange(50, 2000))
    assert grid.time_of(grid.n - 1) == pytest.approx(stamps[-1], abs=0.02)


def test_a_hole_of_minutes_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cable that was off for nine minutes comes back as one hole: of 128 channels it was gigabytes at once."""
    feed = Feed(["A1"], ["A1"], 512.0, 22050.0, FeatureSettings(), RIDGE)
    pieces, push = [], feed._features.push
    monkeypatch.setattr(feed._features, "push", lambda x: (pieces.append(x.shape[1]), push(x))[1])
    rows, stamps = np.random.default_rng(0).normal(0, 30, (2048, 1)), np.arange(2048) / 512.0
    feed.push_neural(rows, stamps)
    feed.push_neural(rows, stamps + 544.0)
    assert sum(pieces) > 540 * 512
    assert max(pieces) <= PIECE_S * 512


def test_frames_without_sound_are_given_up_and_said() -> None:
    feed = Feed(["A1"], ["A1"], 512.0, 22050.0, FeatureSettings(), RIDGE)
    for second in range(70):
        feed.push_neural(np.random.default_rng(second).normal(0, 30, (512, 1)), second + np.arange(512) / 512.0)
    heard = feed.heard()
    assert heard.without_sound_s > 5
    assert "no sound" in in_words(heard)
    assert heard.progress.decision.verdict == TOO_LITTLE


def test_sound_that_nobody_speaks_in_weighs_nothing_and_that_is_said(path: Path) -> None:
    feeds = []
    for ridge in (RIDGE, dataclasses.replace(RIDGE, silence_weight=1.0)):
        feed, rng = Feed(["A1"], ["A1"], 512.0, 22050.0, FeatureSettings(), ridge), np.random.default_rng(1)
        for second in range(32):
            feed.push_neural(rng.normal(0, 30, (512, 1)), second + np.arange(512) / 512.0)
            feed.push_sound(rng.normal(0, 0.01, 22050).astype(np.float32), second + np.arange(22050) / 22050.0)
        feeds.append(feed)
    hiss, even = feeds
    assert EVEN in in_words(hiss.heard())
    ridge = hiss.learner.solution()[0]
    assert ridge.settings.silence_weight == 1.0 != RIDGE.silence_weight
    np.testing.assert_allclose(ridge.weight, even.learner.solution()[0].weight, atol=1e-9)
    spoken = fed(path, 0.5)
    assert EVEN not in in_words(spoken.heard())
    assert spoken.learner.solution()[0].settings == RIDGE


def test_features_made_elsewhere_are_refused() -> None:
    with pytest.raises(InputError, match="expected a signal"):
        Feed(["A1"], ["A1"], 100.0, 22050.0, FeatureSettings(kind="given"), RIDGE)


def test_a_recording_without_sound_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = synthetic_recording(5.0, 2, 512.0)
    stamps = np.arange(len(made.neural)) / 512.0
    lone = write(tmp_path, Stream("amp", "sEEG", 512.0, made.neural, stamps, labels=list(made.labels)))
    with pytest.raises(SystemExit, match="2"):
        main(["learn", str(lone)])
    assert "0 sound streams" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["learn", str(lone), "--minutes", "3"])
    assert "--minutes" in capsys.readouterr().err


def test_channels_that_are_not_brain_by_type_are_learnt_from_when_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = synthetic_recording(5.0, 2, 512.0)
    assert made.audio is not None
    at, sounding = (np.arange(len(x)) / rate for x, rate in ((made.neural, 512.0), (made.audio, made.sample_rate)))
    amplifier = Stream("amp", "sEEG", 512.0, made.neural, at, labels=list(made.labels), types=("MISC", "MISC"))
    mic = Stream("mic", "Audio", made.sample_rate, made.audio, sounding, units=("",))
    path = write(tmp_path, amplifier, mic)
    with pytest.raises(SystemExit, match="2"):
        main(["learn", str(path), "--no-train"])
    said = capsys.readouterr().err
    assert "no brain channel" in said
    assert "--channels" in said
    assert "--label-map" not in said
    assert main(["learn", str(path), "--no-train", "--channels", *made.labels]) == 0
