"""Chance by retraining is drawn without being asked where it is cheap, and said to be missing elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import h5py
import pytest

import offline.evaluation.folds
from offline.evaluate import main as evaluate
from offline.evaluation.decoders import Recipe
from offline.evaluation.jobs import Job
from offline.evaluation.retrained import LEAST_TRAININGS, drawn_by_default
from offline.evaluation.store import JobResult, Store
from tests.synthetic import synthetic_recording


def finished(fit: dict[str, object]) -> list[tuple[Job, JobResult]]:
    """Two folds of one participant, and what their trainings report."""
    jobs = [Job("p", ("p.h5",), ("hash",), Recipe(), fold, 2) for fold in (0, 1)]
    return [(job, JobResult({"fit": fit})) for job in jobs]


class Runs:
    """Runs nothing, and a clock that a job advances by ``job_s``."""

    def __init__(self, job_s: float) -> None:
        self.job_s, self.now, self.tried, self.ran = job_s, 0.0, list[Job](), list[Job]()

    def try_out(self, job: Job) -> None:
        self.now += self.job_s * (10 if not self.tried else 1)  # the first one reads the recording
        self.tried.append(job)

    def run(self, jobs: Sequence[Job]) -> list[JobResult]:
        self.ran += jobs
        return [JobResult({"permuted": []}) for _ in jobs]

    def drawn(self, fit: dict[str, object], n_at_once: int = 0, store: Store | None = None) -> str:
        moved, note = drawn_by_default(
            finished(fit), n_at_once, store or Store(None), self.run, self.try_out, lambda: self.now
        )
        assert bool(note) == (not moved)
        assert [job for job, _ in moved] == self.ran
        return note


def test_cheap_trainings_are_drawn() -> None:
    runs = Runs(3.0)  # 38 trainings, 114 s
    assert runs.drawn({"alpha": 1.0}) == ""
    assert {(job.fold, job.permutation) for job in runs.ran} == {
        (fold, k) for fold in (0, 1) for k in range(1, LEAST_TRAININGS + 1)
    }


def test_what_takes_over_two_minutes_is_missing_and_said() -> None:
    runs = Runs(3.5)  # 133 s
    assert runs.drawn({}) == (
        "chance, retrained: MISSING, 19 trainings of each fold would take about 2 min; --permutations 19 draws it"
    )
    assert Runs(3.5).drawn({}, n_at_once=2) == ""  # 67 s in two processes


def test_nothing_is_tried_where_a_fit_says_that_it_took_long() -> None:
    runs = Runs(1.0)
    assert "about 95 min" in runs.drawn({"seconds": 150.0})
    assert not runs.tried


def test_what_an_earlier_run_drew_is_taken_up_without_a_trial(tmp_path: Path) -> None:
    store, runs = Store(tmp_path), Runs(100.0)
    for job, _ in finished({}):
        for k in range(LEAST_TRAININGS):
            kept = Job(job.participant, job.paths, job.hashes, job.recipe, job.fold, 2, k + 1)
            store.keep(kept.name, kept.key, JobResult({"permuted": []}))
    assert runs.drawn({"seconds": 1e4}, store=store) == ""
    assert not runs.tried


@pytest.mark.parametrize("cheap", [True, False])
def test_folds_draw_it_by_default_or_say_that_it_is_missing(
    tmp_path: Path, cheap: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not cheap:
        missing = "chance, retrained: MISSING, it takes long"
        monkeypatch.setattr(offline.evaluation.folds, "drawn_by_default", lambda *_: ([], missing))
    else:  # whatever this machine takes for a training
        real = offline.evaluation.folds.drawn_by_default
        monkeypatch.setattr(offline.evaluation.folds, "drawn_by_default", lambda *a: real(*a, clock=lambda: 0.0))
    recording = synthetic_recording(16.0, n_channels=2, seed=1)
    with h5py.File(tmp_path / "s.h5", "w") as file:
        file["ecog"], file["ecogSR"] = recording.neural, 512.0
        file["audio"], file["audioSR"] = recording.audio, recording.sample_rate
        file["ecog"].attrs["unit"] = "uV"
    quick = ["--split.min-part-s", "1", "--split.guard-s", "1", "--bootstrap", "20", "--shifts", "20"]
    command = ["--folds", "2", "--workers", "0", *quick, "--shuffles", "0", "--sound-s", "0"]
    assert evaluate([str(tmp_path / "s.h5"), *command, "--out", str(tmp_path / "e")]) == 0
    card = json.loads((tmp_path / "e" / "evaluation.json").read_text())["participants"]["s"]
    assert ("retrained" in card["chance"]) == cheap
    assert any("retrained: MISSING" in note for note in card["notes"]) == (not cheap)
    if cheap:
        assert card["chance"]["retrained"]["r_speech"]["n"] == LEAST_TRAININGS
