"""Two set-ups do not share one normalisation: recordings of one day whose levels lie apart are refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import BkError
from offline.data.split import SplitSettings
from offline.io.recording import Recording
from offline.training.corpus import load_corpus
from tests.synthetic import synthetic_recording


@pytest.fixture(scope="module")
def two() -> tuple[Recording, Recording]:
    return tuple(synthetic_recording(24.0, 5, seed=seed, name=f"r{seed}") for seed in (1, 2))


def load(*recordings: Recording, days: tuple[int, ...] = ()) -> None:
    split = SplitSettings(guard_s=1.0, min_part_s=2.0)
    paths = [Path(f"{one.name}.xdf") for one in recordings]
    load_corpus(paths, FeatureSettings(), MelSettings(), split, [("ridge", {})], recordings=recordings, days=days)


def changed(recording: Recording, gains: np.ndarray) -> Recording:
    return dataclasses.replace(recording, neural=(recording.neural * gains).astype(np.float32))


def test_another_gain_on_one_day_is_refused_and_on_another_day_it_is_not(two: tuple[Recording, Recording]) -> None:
    louder = changed(two[1], np.full(5, 10.0))
    with pytest.raises(BkError, match=r"^r1 and r2 count as of one day, .* by [2-9]\.\d of its deviations") as caught:
        load(two[0], louder)
    assert "\n" not in str(caught.value)
    with pytest.raises(BkError, match=r"^r1 and r2 count as of one day"):
        load(*[dataclasses.replace(two[0], neural=two[0].neural[::-1], name="r0")], two[0], louder, days=(1, 2, 2))
    load(two[0], louder, days=(1, 2))


def test_recordings_of_one_set_up_go_together_whatever_some_contacts_do(two: tuple[Recording, Recording]) -> None:
    load(*two)
    load(two[0], changed(two[1], np.array([1.3, 0.8, 30.0, 1.0, 1.2])))  # drift, and one loose contact
    bad = two[1].neural.copy()
    bad[:, 4] = 0.0
    load(two[0], dataclasses.replace(two[1], neural=bad))
