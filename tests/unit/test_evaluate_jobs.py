"""Jobs of an evaluation: what makes two the same, and the same numbers wherever they run."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

import offline.evaluation.jobs
from bk_realtime.sources import source_files
from offline.data.split import SplitSettings
from offline.evaluation.decoders import Recipe
from offline.evaluation.jobs import Job, run_jobs
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.store import JobResult, Store, plain
from offline.io import read_recording
from tests.dask_cluster import dask_address
from tests.synthetic import synthetic_recording
from tests.unit.test_evaluate_cli import write_h5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One recording (HDF5)."""
    folder = tmp_path_factory.mktemp("evaluate_jobs")
    write_h5(folder / "new.h5", synthetic_recording(24.0, n_channels=3, seed=1))
    return folder


def jobs_for(folder: Path) -> list[Job]:
    recording = read_recording(folder / "new.h5")
    split = SplitSettings(guard_s=1.0, min_part_s=1.0)
    recipe = Recipe(labels=recording.labels, decoder=(("n_past", 4),), split=split)
    scores = ScoreSettings(bootstrap=20, shifts=20, shuffles=1, sound_s=0)
    path = str(folder / "new.h5")
    return [
        Job("new", (path,), (recording.reading_hash,), recipe, fold, 2, permutation, 0, scores)
        for permutation in (0, 1)
        for fold in (0, 1)
    ]


def test_key_follows_from_what_changes_the_numbers(folder: Path, tmp_path: Path) -> None:
    job = jobs_for(folder)[0]
    assert job.key == replace(job, paths=("elsewhere.h5",)).key
    assert job.key == replace(job, recipe=replace(job.recipe, cache=str(tmp_path))).key
    others = [
        replace(job, seed=1),
        replace(job, hashes=("0" * 64,)),
        replace(job, recipe=replace(job.recipe, lead_ms=20.0)),
        replace(job, scores=replace(job.scores, shifts=30)),
    ]
    assert len({job.key, *(o.key for o in others)}) == 5


def test_a_job_is_done_again_when_its_code_changes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, job = Store(tmp_path), jobs_for(folder)[0]
    store.keep(job.name, job.key, JobResult({"fit": {"alpha": 1.0}}))
    found = store.find(job.name, replace(job).key)
    assert found is not None
    assert found.values == {"fit": {"alpha": 1.0}}
    digests = []
    monkeypatch.setattr(offline.evaluation.jobs, "source_digest", lambda *names: digests.append(names) or "other code")
    assert store.find(job.name, replace(job).key) is None
    computed_by = source_files(*digests[0])
    for name in ("evaluation.segment_scores", "scoring.measures", "data.split", "io.hdf5", "training.fitting"):
        assert f"offline.{name}" in computed_by
    assert {"bk_realtime.decoder.ridge", "bk_realtime.features.filters", "bk_realtime.vocoder.mel"} <= set(computed_by)


@pytest.mark.slow
def test_same_scores_in_one_process_two_processes_and_on_a_scheduler(folder: Path, tmp_path: Path) -> None:
    jobs = [replace(job, scores=replace(job.scores, sound_s=5.0)) for job in jobs_for(folder)[:3]]
    here = run_jobs(jobs, 0, store=Store(tmp_path / "jobs"))
    two = run_jobs(jobs, 2)
    with dask_address(tmp_path / "dask") as address:
        lab = run_jobs(jobs, scheduler=address)
    kept = run_jobs(jobs, store=Store(tmp_path / "jobs"))
    for results in (two, lab, kept):
        for a, b in zip(here, results, strict=True):
            assert json.dumps(plain(a.values)) == json.dumps(plain(b.values))
            assert len(a.segments) == len(b.segments)
            for own, other in zip(a.segments, b.segments, strict=True):
                np.testing.assert_equal(asdict(own), asdict(other))
