"""Chance by retraining: drawn without being asked where it costs little, said to be missing where it is not drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from offline.evaluation.jobs import Job, run_job
from offline.evaluation.segment import NULL_MEASURES
from offline.evaluation.store import JobResult, Store
from offline.evaluation.verdicts import LEAST_TRAININGS

MOST_S = 120.0
"""Seconds that they may take where nobody asked for them."""
OF_A_BUNDLE = (
    "chance, retrained: MISSING, a trained bundle is scored as it is; --folds 5, which trains anew, draws it"
    f" (--permutations {LEAST_TRAININGS})"
)
Done = tuple[Job, JobResult]


def moved_jobs(real: Sequence[Job], permutations: int) -> list[Job]:
    """The jobs of ``real`` on a brain moved in time, permutation by permutation."""
    return [replace(job, permutation=k + 1) for k in range(permutations) for job in real]


def drawn_by_default(
    real: Sequence[Done],
    n_at_once: int,
    store: Store,
    run: Callable[[Sequence[Job]], Sequence[JobResult]],
    try_out: Callable[[Job], object] = run_job,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[list[Done], str]:
    """Chance by retraining where all of it takes under :data:`MOST_S`, as two trainings tell.

    Parameters
    ----------
    real : finished jobs with the brain in place; networks say there how long their training took.
    n_at_once : processes.
    store : where finished jobs are found.
    run : runs jobs, in so many processes.
    try_out : runs one job in this process.

    Returns
    -------
    The finished jobs, none where it is not drawn, and a note for the card then.
    """
    jobs = moved_jobs([job for job, _ in real], LEAST_TRAININGS)
    kept = all(store.find(job.name, job.key) is not None for job in jobs)
    if not kept:
        total_s = max(float(result.values["fit"].get("seconds") or 0.0) for _, result in real)
        if total_s < MOST_S:
            try_out(jobs[0])  # reads the recording, which the others need not do again
            start = clock()
            try_out(jobs[1])
            total_s = clock() - start
        total_s *= len(jobs) / max(1, n_at_once)
        if total_s > MOST_S:
            times = f"{LEAST_TRAININGS} trainings of each fold would take about {total_s / 60:.0f} min"
            return [], f"chance, retrained: MISSING, {times}; --permutations {LEAST_TRAININGS} draws it"
    return list(zip(jobs, run(jobs), strict=True)), ""


def retrained_draws(own: Sequence[Done]) -> list[dict[str, float]]:
    """Scores of each permutation, mean over its folds."""
    draws = []
    for permutation in sorted({job.permutation for job, _ in own}):
        rows = [row for job, result in own if job.permutation == permutation for row in result.values["permuted"]]
        seconds = np.array([row["seconds"] for row in rows])
        draw = {}
        for measure in NULL_MEASURES:
            values = np.array([row[measure] for row in rows])
            good = np.isfinite(values)
            draw[measure] = float(np.average(values[good], weights=seconds[good])) if good.any() else float("nan")
        draws.append(draw)
    return draws
