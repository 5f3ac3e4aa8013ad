"""Folds, permutations and participants as jobs: in this process, in local processes, or on a dask cluster.

A job is seeded by what it is, never by where or when it runs, so the numbers are the same everywhere. Finished jobs are
kept (:mod:`offline.evaluation.store`) and taken from there when the same job comes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch

from bk_realtime.decoder.registry import decoder_class
from bk_realtime.sources import source_digest
from offline.evaluation.cluster import as_they_end
from offline.evaluation.decoders import Recipe, fold_segments
from offline.evaluation.recordings import read_for_folds
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment_scores import score_segment, simple_scores
from offline.evaluation.store import JobResult, Store
from offline.io.options import ReadOptions
from offline.scoring.mel import speech_mask
from offline.scoring.sound import Voice

CODE = ("offline.evaluation.jobs", "offline.io", "bk_realtime.decoder")
"""What computes a job, beside a decoder of another package; readers and decoders are imported by name when needed."""


@dataclass(frozen=True)
class Job:
    """One training and scoring: a fold of a participant, with the brain in place or (permutation > 0) moved in time.

    Attributes
    ----------
    participant : name for files and reports.
    paths, hashes : recordings of the participant and the hash of each one's reading (``Recording.reading_hash``).
    recipe : what to train.
    fold, n_folds : which part is scored.
    permutation : 0 for the real thing.
    seed : of the whole evaluation; the job's own follows from it.
    read : how to read the recordings, files named in full; part of their hashes.
    """

    participant: str
    paths: tuple[str, ...]
    hashes: tuple[str, ...]
    recipe: Recipe
    fold: int
    n_folds: int
    permutation: int = 0
    seed: int = 0
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    read: ReadOptions = field(default_factory=ReadOptions)

    @property
    def name(self) -> str:
        """File name without ending."""
        return f"{self.participant}_fold{self.fold + 1}of{self.n_folds}_permutation{self.permutation}"

    @cached_property
    def key(self) -> str:
        """SHA-256 of all that the result follows from: settings, content of the recordings, the code. Not the paths."""
        values = {k: v for k, v in asdict(self).items() if k not in ("paths", "read")}
        values["recipe"] = {k: v for k, v in values["recipe"].items() if k != "cache"}
        values["code"] = source_digest(*CODE, decoder_class(self.recipe.kind).__module__)
        return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def run_job(job: Job) -> JobResult:
    """Train and score; on one thread of torch, so that the numbers do not follow from the machine's cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _run(job)
    finally:
        torch.set_num_threads(threads)


def _run(job: Job) -> JobResult:
    recipe = job.recipe
    recordings = [
        read_for_folds(path, digest, recipe.features, recipe.mel, recipe.labels, recipe.cache, job.read)
        for path, digest in zip(job.paths, job.hashes, strict=True)
    ]
    seed = job_seed(job)
    shift = 0.0
    if job.permutation:  # one shift a permutation, the same in every fold
        shift = float(np.random.default_rng([job.seed, job.permutation]).uniform(0.1, 0.9))
    shuffles = 0 if job.permutation else job.scores.shuffles
    segments, leaks, report = fold_segments(recordings, recipe, job.fold, job.n_folds, shift, seed, shuffles)
    simulated = any(item.processed.simulated for item in recordings)
    values: dict[str, Any] = {"simulated": simulated, "fit": report, "leaks": [asdict(leak) for leak in leaks]}
    if job.permutation:
        values["shift"] = shift
        values["permuted"] = [
            {
                **simple_scores(s.decoded[recipe.kind], s.reference, speech_mask(s.reference), s.frame_rate),
                "seconds": len(s.reference) / s.frame_rate,
            }
            for s in segments
        ]
        return JobResult(values)
    voice = Voice(recipe.vocoder, recipe.mel) if job.scores.sound_s > 0 else None
    return JobResult(values, tuple(score_segment(s, job.scores, seed, voice) for s in segments))


def job_seed(job: Job) -> int:
    """Seed of a job: from the evaluation's seed and what the job is."""
    text = f"{job.seed} {job.participant} {job.fold} {job.n_folds} {job.permutation}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def run_jobs(
    jobs: Sequence[Job],
    workers: int = 0,
    scheduler: str = "",
    store: Store | None = None,
    done: Callable[[Job, bool], Any] | None = None,
) -> list[JobResult]:
    """Results of all jobs, in their order.

    Parameters
    ----------
    workers : local processes; 0 runs in this one.
    scheduler : address of a dask scheduler instead (``tcp://…``); its workers read the recordings by the same paths.
    store : where finished jobs are kept and found.
    done : called with each job as it ends, and whether it was found in ``store``.

    Raises
    ------
    BkError
        A job's own complaint, no dask where it is needed, no scheduler at the address.
    """
    store = store or Store(None)
    results: dict[int, JobResult] = {}
    for i, job in enumerate(jobs):
        found = store.find(job.name, job.key)
        if found is not None:
            results[i] = found
            if done is not None:
                done(job, True)
    missing = [i for i in range(len(jobs)) if i not in results]
    decoders = sorted({decoder_class(jobs[i].recipe.kind).__module__ for i in missing})
    for n, result in as_they_end(run_job, [jobs[i] for i in missing], workers, scheduler, (*CODE, *decoders)):
        i = missing[n]
        store.keep(jobs[i].name, jobs[i].key, result)
        results[i] = result
        if done is not None:
            done(jobs[i], False)
    return [results[i] for i in range(len(jobs))]
