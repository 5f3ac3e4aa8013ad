"""Several recordings scored together: who knows which one a frame is of has decoded nothing."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from bk_realtime.config import MelSettings
from offline.data.dataset import Corpus
from offline.scoring.loudness import partial_correlation
from offline.scoring.mel import mean_correlation, speech_mask
from offline.scoring.together import centred, partial, recording_of
from offline.training import ablation, run
from offline.training.auto import choose
from offline.training.corpus import load_corpus
from offline.training.score_table import advantage, score_all
from offline.training.seed_scores import SeedScores
from tests.synthetic import synthetic_recording
from tests.unit import train_runs

RATE = 22050 / 256
NEARER = 1.2
"""Natural log, 10 dB: a microphone that stood nearer in the second recording."""


def recording(seed: int, level: float) -> np.ndarray:
    """(2600, 20) log-mel: speech of two seconds, pauses of one."""
    rng = np.random.default_rng(seed)
    loud = np.arange(2600) % 260 < 170
    own = np.where(loud[:, None], 1.5, 0.2) * rng.standard_normal((2600, 20))
    return (np.where(loud, -3.0, -10.0)[:, None] + level + own).astype(np.float32)


TRUTH = [recording(0, 0.0), recording(1, NEARER)]
WHICH = [np.full((2600, 20), -5.0 + i, np.float32) for i in (0, 1)]
"""What decodes nothing but the recording that a frame is of."""
TRAINED = [recording(2, 0.0), recording(3, NEARER)]


def mixed(noise: float, of_recording: float) -> list[np.ndarray]:
    rng = np.random.default_rng(9)
    return [y + noise * rng.standard_normal(y.shape) + of_recording * i for i, y in enumerate(TRUTH)]


def test_which_recording_a_frame_is_of_scores_nothing() -> None:
    fooled = score_all({"which": WHICH}, TRUTH, TRAINED)["which"]
    assert fooled["r_speech"] > 0.3  # as one recording, it looks like a decoder
    told = score_all({"which": WHICH}, TRUTH, TRAINED, (0, 1))
    assert told["which"]["r_speech"] == told["which"]["r"] == told["which"]["r_partial"] == 0.0
    assert told["which"]["mcd_db"] == fooled["mcd_db"]
    good = score_all({"good": mixed(1.5, 0.0)}, TRUTH, TRAINED, (0, 1))["good"]
    assert good["r_speech"] == pytest.approx(np.sqrt(0.5), abs=0.02)


def test_nor_is_it_better_than_what_does_not_know_it() -> None:
    decoded = {"gru": mixed(1.5, NEARER), "ridge": mixed(1.5, -NEARER)}  # alike but for it
    assert advantage(decoded, TRUTH, "gru", "ridge", RATE)[0] > 0.02
    assert advantage(decoded, TRUTH, "gru", "ridge", RATE, (0, 1)) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert choose(decoded, TRUTH, RATE).members != ("ridge",)
    assert choose(decoded, TRUTH, RATE, of=(0, 1)).members == ("ridge",)
    kept = {kind: [(np.concatenate(mels), 0.0)] for kind, mels in decoded.items()}
    scores = SeedScores(kept, TRUTH, RATE, (0, 1))
    assert scores.gain("gru", "ridge")[0] == pytest.approx(0.0, abs=1e-9)
    assert scores.row("gru", "gru").r_speech == pytest.approx(scores.row("ridge", "ridge").r_speech)
    knows = SeedScores({"which": [(np.concatenate(WHICH), 0.0)]}, TRUTH, RATE, (0, 1)).row("which", "which")
    assert (knows.r_speech, knows.r_partial, knows.chance) == (0.0, 0.0, 0.0)


def test_a_training_of_two_recordings_is_scored_within_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (synthetic_recording(24.0, n_channels=3, seed=seed, name=f"r{seed}") for seed in (1, 2))
    other = dataclasses.replace(other, audio=other.audio * np.float32(np.exp(NEARER)))
    paths = (Path("r1.xdf"), Path("r2.xdf"))
    settings = train_runs.settings(tmp_path / "m", decoder="ridge", set=(), recordings=paths)

    def which(decoder: object, corpus: Corpus) -> list[np.ndarray]:
        of = corpus.segment_sessions("test")
        assert of == (0, 1)
        return [np.full_like(y, i) for i, (_, y) in zip(of, corpus.segments("test"), strict=True)]

    monkeypatch.setattr(run, "decode_part", which)
    result = run.train(settings, Console(file=io.StringIO()), [one, other])
    assert result is not None
    scores = result.scores["ridge"]
    assert scores["r"] == scores["r_speech"] == 0.0
    monkeypatch.setattr(ablation, "decode_part", which)
    corpus = load_corpus(
        paths, settings.features, MelSettings(), settings.split, [("ridge", {})], recordings=[one, other]
    )
    row = ablation._score_variant(ablation.Ablation(paths, tmp_path / "a"), corpus, "ridge", 0, Console())
    assert row["r"] == row["r_speech"] == 0.0


def test_pieces_of_one_recording_are_scored_as_before() -> None:
    pieces = [TRUTH[0][:700], TRUTH[0][900:]]
    decoded = [y + np.float32(0.5) * recording(7, 0.0)[: len(y)] for y in pieces]
    whole, truth = np.concatenate(decoded), np.concatenate(pieces)
    which = recording_of(pieces, (3, 3))
    assert centred(whole, which) is whole
    row = score_all({"own": decoded}, pieces, TRAINED, (3, 3))["own"]
    speech = np.concatenate([speech_mask(y) for y in pieces])
    assert row["r_speech"] == mean_correlation(whole, truth, speech)
    assert row["r_partial"] == partial_correlation(whole, truth, speech) == partial(whole, truth, speech, which)
