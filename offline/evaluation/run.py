"""One run of `offline.evaluate`: what was asked for computed, printed and written."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from bk_realtime.config import to_dict
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.files import write_text
from offline.data.provenance import code_version
from offline.evaluation.cards import ParticipantCard, bundle_card, pair_card, total_of, used_for_training
from offline.evaluation.copy_synthesis import score_vocoder
from offline.evaluation.figures import draw_figures
from offline.evaluation.folds import fold_cards, fold_jobs
from offline.evaluation.jobs import Job
from offline.evaluation.recogniser import installed
from offline.evaluation.report import card_marks, print_card, print_copy_synthesis, print_total
from offline.evaluation.settings import (
    EXIT_LEAK,
    RESULT,
    Evaluate,
    bundle_and_recordings,
    names_of,
    replace_jobs,
)
from offline.evaluation.store import plain
from offline.io.recording import Recording


def evaluate(settings: Evaluate, console: Console, already: list[Recording]) -> int:
    """Run, print, write; returns the exit code. The settings, and what they name, were checked before;
    ``already`` holds the first recording where it was read; it is taken out, so that no memory is held."""
    recogniser = installed(settings.scores.recogniser)
    settings = replace(settings, scores=replace(settings.scores, recogniser=recogniser))
    if settings.copy_synthesis:
        result = score_vocoder(settings.copy_synthesis, settings.vocoder, settings.device)
        print_copy_synthesis(console, result)
        _write(settings, {"copy_synthesis": result}, console)
        replace_jobs(settings)
        return 0
    if settings.decoded is not None:
        return _report(settings, console, [pair_card(settings)])
    if settings.folds:
        return _report(settings, console, _folds(settings, console, already))
    folder, paths = bundle_and_recordings(settings)
    assert folder is not None
    bundle = load_bundle(folder, settings.device)
    settings = replace(settings, read=settings.read.of(bundle.features))
    used = "" if settings.held_out else used_for_training(bundle, paths, settings.read, already)
    if used:
        print(used, file=sys.stderr)
        return EXIT_LEAK
    scored = []
    for name, path in zip(names_of(paths), paths, strict=True):
        with console.status(f"scoring {path}"):
            scored.append(bundle_card(settings, bundle, name, path, console))
    return _report(settings, console, scored)


def _folds(settings: Evaluate, console: Console, already: list[Recording]) -> list[ParticipantCard]:
    jobs, people, audits, untold = fold_jobs(settings, console, already)
    with Progress(console=console) as progress:
        task = progress.add_task("folds", total=len(jobs))

        def done(job: Job, kept: bool) -> None:
            progress.advance(task)
            progress.console.print(f"{job.name}{' (kept from before)' if kept else ''}", highlight=False)

        def more(n_jobs: int) -> None:
            progress.update(task, total=len(jobs) + n_jobs)

        return fold_cards(settings, jobs, people, audits, untold, done, more)


def _report(settings: Evaluate, console: Console, scored: Sequence[ParticipantCard]) -> int:
    simulated = any(s.card["simulated"] for s in scored)
    for s in scored:
        print_card(console, s.name, s.card)
    result: dict[str, Any] = {"simulated": simulated}
    if simulated:
        result["warning"] = "SIMULATED: these figures say that the software works, nothing about people"
    result["participants"] = {s.name: s.card for s in scored}
    if len(scored) > 1:
        marks = list(dict.fromkeys(mark for s in scored for mark in card_marks(s.card)))
        result["total"] = {"simulated": simulated, "marks": marks, **total_of(scored)}
        print_total(console, result["total"], simulated, "".join(f"{mark} " for mark in marks))
    _write(settings, result, console)
    if settings.out is not None:
        for s in scored:
            draw_figures(settings.out, s.name, s.card, s.segments)
    replace_jobs(settings)
    leaks = [(s.name, leak["finding"]) for s in scored for leak in s.card["leak_probe"] if leak["finding"]]
    for name, finding in leaks[:1]:
        print(f"{name}: {finding}", file=sys.stderr)
    return EXIT_LEAK if leaks else 0


def _write(settings: Evaluate, result: dict[str, Any], console: Console) -> None:
    if settings.out is None:
        return
    out = ("out", "overwrite", "workers", "scheduler", "cache", "read")
    used = {k: v for k, v in to_dict(settings).items() if k not in out} | settings.read.without_folders()
    for key in ("inputs", "copy_synthesis"):
        used[key] = [Path(p).name for p in used.get(key, [])]
    for key in {"decoded", "reference"} & set(used):
        used[key] = Path(used[key]).name
    values = {"format": 3, "code": code_version(), "settings": used, **result}
    write_text(settings.out / RESULT, json.dumps(plain(values), indent=1, allow_nan=False))
    console.print(f"written: {settings.out / RESULT}", highlight=False)
