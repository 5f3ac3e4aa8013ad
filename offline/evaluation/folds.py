"""Cross-validation as jobs: every participant, fold and permutation, put together into cards."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.decoder.bundle_index import INDEX, read_index
from bk_realtime.decoder.registry import decoder_settings
from bk_realtime.errors import InputError
from bk_realtime.montage import bare_label
from bk_realtime.prompts.marks import bad_note
from offline.data.contamination import Contamination
from offline.data.dataset import common_labels
from offline.data.fingerprint import fingerprint
from offline.data.known_content import UNKNOWN, refuse_copies
from offline.data.provenance import refuse_duplicates
from offline.evaluation.card import chance_entry, combine
from offline.evaluation.cards import ParticipantCard, missing_scores
from offline.evaluation.cluster import have_dask
from offline.evaluation.decoders import Recipe
from offline.evaluation.jobs import Job, run_jobs
from offline.evaluation.leak import LeakProbe
from offline.evaluation.retrained import drawn_by_default, retrained_draws
from offline.evaluation.segment import NULL_MEASURES
from offline.evaluation.settings import JOBS, NEW_JOBS, Evaluate, bundle_and_recordings, names_of
from offline.evaluation.store import JobResult, Store
from offline.evaluation.verdicts import verdicts
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.recording import Recording
from offline.training.corpus import screened


def fold_cards(
    settings: Evaluate,
    jobs: Sequence[Job],
    people: dict[str, list[Recording]],
    audits: dict[str, Contamination],
    untold: dict[str, list[str]],
    done: Callable[[Job, bool], object],
    more: Callable[[int], object],
) -> list[ParticipantCard]:
    """Run all jobs of :func:`fold_jobs` and make one card a participant; ``done`` is that of :func:`run_jobs`, ``more``
    is told how many jobs chance by retraining adds where nobody said whether to draw it."""
    workers = settings.workers
    notes = missing_scores(settings.scores)
    bundle, _ = bundle_and_recordings(settings)
    notes += [] if bundle is None else chosen_notes(bundle, settings.decoder is None)
    if workers is None:
        workers = (os.cpu_count() or 1) if have_dask() else 0
        if not workers and not settings.scheduler:
            notes.append("dask is not installed (extra cluster): all jobs ran in one process")
    store = Store(None if settings.out is None else settings.out / (NEW_JOBS if settings.overwrite else JOBS))

    def run(wanted: Sequence[Job]) -> list[JobResult]:
        return run_jobs(wanted, workers, settings.scheduler, store, done)

    def run_more(wanted: Sequence[Job]) -> list[JobResult]:
        more(len(wanted))
        return run(wanted)

    finished = list(zip(jobs, run(jobs), strict=True))
    if settings.permutations is None:
        moved, missing = drawn_by_default(finished, workers, store, run_more)
        finished += moved
        notes += [missing] if missing else []
    elif not settings.permutations:
        notes.append("chance, retrained: MISSING (--permutations 0)")
    scored = []
    for name, recordings in people.items():
        own = [(job, result) for job, result in finished if job.participant == name]
        scored.append(_card(name, recordings, own, notes, audits[name], untold.get(name, [])))
    return scored


def chosen_notes(bundle: Path, own_kind: bool) -> list[str]:
    """What of a bundle's settings the scored folds themselves may have chosen; ``own_kind``: its kind of decoder is
    taken, too."""
    said = read_index(bundle / INDEX).provenance
    fit = said.get("fit")
    by_auto = own_kind and isinstance(fit, Mapping) and "chosen" in fit
    return [
        f"the bundle's {chosen} chosen in its training: where these recordings were in it, that choice has seen the "
        "folds, and their scores are that much too good"
        for chosen in ["features were"] * ("features_chosen" in said) + ["kind of decoder was"] * by_auto
    ]


def _card(
    name: str,
    recordings: Sequence[Recording],
    own: Sequence[tuple[Job, JobResult]],
    notes: list[str],
    contamination: Contamination,
    untold: list[str],
) -> ParticipantCard:
    real = [(job, result) for job, result in own if not job.permutation]
    segments = [s for _, result in real for s in result.segments]
    leaks = [LeakProbe(**leak) for _, result in real for leak in result.values["leaks"]]
    given = any(r.holds_features for r in recordings)
    notes = [*notes, *(f"{r.name}: {bad}" for r in recordings if (bad := bad_note(r.markers)))]
    if given:
        notes.append("leak by content between folds: CANNOT TELL from features; the signal they were made from could")
    simulated, facts = any(r.simulated for r in recordings), dict[str, Any](generalised=_where(own[0][0]))
    if untold:
        facts["content"] = {"verdict": UNKNOWN, "line": "; ".join(untold)}
    card = combine(segments, leaks, simulated, notes, given, contamination, facts)
    actual = card["decoders"][card["decoder"]]
    retrained = retrained_draws([(job, result) for job, result in own if job.permutation])
    if retrained:
        card["chance"]["retrained"] = {
            m: chance_entry(np.array([draw[m] for draw in retrained]), actual[m]["value"], m) for m in NULL_MEASURES
        }
        card["verdicts"] = verdicts(card)
    hashes = [r.source_hash for r in recordings]
    about = {
        "recordings": dict(zip(names_of(list(map(Path, own[0][0].paths))), hashes, strict=True)),
        "folds": own[0][0].n_folds,
        "fits": [result.values["fit"] for _, result in real],
    }
    return ParticipantCard(name, {**about, **card}, segments)


def _where(job: Job) -> str:
    """What folds generalise to."""
    n = len(job.paths)
    sessions = "of the session that it was trained on" if n == 1 else f"of {n} recordings, all of them trained on"
    return f"held-out minutes {sessions} ({job.n_folds} folds)"


def fold_jobs(
    settings: Evaluate, console: Console, already: list[Recording]
) -> tuple[list[Job], dict[str, list[Recording]], dict[str, Contamination], dict[str, list[str]]]:
    """Jobs of all participants, folds and permutations; the recordings of each participant, what the audit says of
    their channels, and of which recordings nobody can tell whether one stands in another. Says what their readers had
    to do. ``already`` holds the first recording where it was read; it is taken out."""
    folder, paths = bundle_and_recordings(settings)
    bundle = None if folder is None else load_bundle(folder, settings.device)
    settings = replace(settings, read=settings.read.of(settings.features if bundle is None else bundle.features))
    groups = [paths] if settings.together else [[p] for p in paths]
    names = ["together"] if settings.together and len(paths) > 1 else names_of([g[0] for g in groups])
    read = settings.read.anywhere()
    jobs: list[Job] = []
    people: dict[str, list[Recording]] = {}
    audits: dict[str, Contamination] = {}
    untold: dict[str, list[str]] = {}
    for name, group in zip(names, groups, strict=True):
        recordings = [already.pop() if already else read_recording(path, **settings.read.given()) for path in group]
        for path, recording in zip(group, recordings, strict=True):
            say_notes(recording, path, console)
        refuse_duplicates(group, recordings)
        if len(group) > 1:
            untold[name] = refuse_copies(group, [fingerprint(recording) for recording in recordings], console)
        hashes = tuple(r.reading_hash for r in recordings)
        if len({float(r.sfreq) for r in recordings}) > 1:
            raise InputError(f"{name}: recordings run at different rates; expected one rate for one decoder")
        recipe = _recipe(settings, bundle, recordings)
        labels, audits[name] = screened(recordings, recipe.labels, recipe.features, settings.contaminated)
        recipe = replace(recipe, labels=labels)
        absolute = tuple(str(p.absolute()) for p in group)  # links stay: what lies beside them belongs to the reading
        people[name] = recordings
        jobs += [
            Job(name, absolute, hashes, recipe, fold, settings.folds, permutation, settings.seed, settings.scores, read)
            for permutation in range((settings.permutations or 0) + 1)
            for fold in range(settings.folds)
        ]
    return jobs, people, audits, untold


def _labels(bundle: Bundle, read: ReadOptions, recording: Recording) -> list[str]:
    """The bundle's channels without those that the command line leaves out."""
    left_out = {bare_label(label).lower() for label in read.exclude}
    return [
        label
        for label in bundle.labels
        if label in recording.labels or not (read.channels or bare_label(label).lower() in left_out)
    ]


def _recipe(settings: Evaluate, bundle: Bundle | None, recordings: list[Recording]) -> Recipe:
    cache = "" if settings.cache is None else str(settings.cache.resolve())
    common: dict[str, Any] = {"optimiser": settings.optimiser, "split": settings.split, "cache": cache}
    if bundle is None:
        return Recipe(
            kind=settings.decoder or "ridge",
            features=settings.features,
            vocoder=settings.vocoder,
            labels=common_labels(recordings),
            **common,
        )
    kind = settings.decoder or bundle.kind
    sizes = tuple(sorted(decoder_settings(bundle.decoder).items())) if kind == bundle.kind else ()
    return Recipe(
        kind=kind,
        decoder=sizes,
        features=bundle.features,
        mel=bundle.mel,
        vocoder=bundle.vocoder if not bundle.vocoder.weights else settings.vocoder,
        labels=common_labels(recordings, _labels(bundle, settings.read, recordings[0])),
        lead_ms=bundle.lead_ms,
        **common,
    )
