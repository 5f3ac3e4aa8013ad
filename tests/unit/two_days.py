"""Two SIMULATED days of one participant, and a training of both; whoever imports ``read`` too reads them by a path."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import offline.training.recordings
from bk_realtime.config import FeatureSettings, MelSettings
from offline.data.dataset import Corpus, build_corpus, common_labels
from offline.data.processed import process_recording
from offline.data.split import SplitSettings
from offline.io.recording import Recording
from offline.training.settings import OptimiserSettings, Train, TrainerSettings
from tests.synthetic import synthetic_recording

FEATURES, MEL = FeatureSettings(), MelSettings()
SHORT = SplitSettings(guard_s=1.0, min_part_s=2.0)
ONE_EPOCH = OptimiserSettings(epochs=1, batch=8, segment_s=1.0)
ONE_THREAD = TrainerSettings(accelerator="cpu", threads=1)


@pytest.fixture(scope="module")
def days() -> dict[str, Recording]:
    """Yesterday's amplifier gives three times as much, its microphone half; one contact is bad today, one is new."""
    first = synthetic_recording(30.0, n_channels=5, seed=1, name="d1")
    second = synthetic_recording(32.0, n_channels=6, seed=2, name="d2")
    assert first.audio is not None
    first = dataclasses.replace(first, neural=3.0 * first.neural, audio=0.5 * first.audio)
    return {"d1.xdf": first, "d2.xdf": dataclasses.replace(second, bad=("A5",))}


@pytest.fixture(autouse=True)
def read(monkeypatch: pytest.MonkeyPatch, days: dict[str, Recording]) -> None:
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: days[Path(path).name])


def settings(out: Path, **changes: Any) -> Train:
    plain = Train(
        recordings=(Path("d1.xdf"), Path("d2.xdf")),
        out=out,
        decoder="gru",
        days=(1, 2),
        set=("hidden=8", "layers=1"),
        split=SHORT,
        optimiser=OptimiserSettings(epochs=2, batch=4, segment_s=1.0),
        machine=ONE_THREAD,
    )
    return dataclasses.replace(plain, **changes)


def corpus_of(days: dict[str, Recording], of: tuple[int, ...], features: FeatureSettings = FEATURES) -> Corpus:
    recordings = list(days.values())
    labels = common_labels(recordings)
    sessions = [process_recording(r, features, MEL, labels) for r in recordings]
    return build_corpus(sessions, features, MEL, labels, recordings[0].sfreq, split=SHORT, days=of)


@pytest.fixture(scope="module")
def corpus(days: dict[str, Recording]) -> Corpus:
    return corpus_of(days, (1, 2))
