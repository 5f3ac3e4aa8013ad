"""`python -m offline.evaluate BUNDLE RECORDING…`: the score card that a single correlation cannot replace.

Ends with exit code 1 where the leak probe finds that the scored part was not kept away from training.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import tyro
from rich.console import Console
from rich.table import Table

from bk_realtime.config import MelSettings, to_dict
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.vocoder import log_mel
from offline.data.provenance import code_version, perhaps_trained_on, training_entry
from offline.evaluation.card import combine
from offline.evaluation.decoders import bundle_stretch
from offline.evaluation.figures import draw_figures
from offline.evaluation.folds import fold_cards
from offline.evaluation.jobs import plain
from offline.evaluation.pairs import pair_stretch
from offline.evaluation.recogniser import NONE, installed
from offline.evaluation.report import Scored, print_card, print_total
from offline.evaluation.settings import (
    RESULT,
    Evaluate,
    bundle_and_recordings,
    check,
    names_of,
    refuse_out,
    replace_jobs,
)
from offline.evaluation.stretch import MEASURES, score_stretch
from offline.io import read_recording
from offline.io.sound import read_sound_at, sound_files
from offline.scoring.sound import Voice, have_pesq
from offline.scoring.speech_quality import score

EXIT_LEAK = 1


def evaluate(settings: Evaluate, console: Console) -> int:
    """Run, print, write; returns the exit code."""
    check(settings)
    recogniser = installed(settings.scores.recogniser)
    settings = replace(settings, scores=replace(settings.scores, recogniser=recogniser))
    refuse_out(settings)
    if settings.copy_synthesis:
        return _copy_synthesis(settings, console)
    if settings.decoded is not None:
        scored = [_pair(settings)]
    elif settings.folds:
        scored = fold_cards(settings, general_notes(settings), console)
    else:
        used = _used_for_training(settings)
        if used:
            print(used, file=sys.stderr)
            return EXIT_LEAK
        scored = _bundle_cards(settings, console)
    return _report(settings, console, scored)


def _used_for_training(settings: Evaluate) -> str:
    """The line that refuses recordings which the bundle has learnt; empty where there are none."""
    bundle, paths = bundle_and_recordings(settings)
    assert bundle is not None
    for path in paths if not settings.held_out else []:
        if training_entry(bundle.provenance, read_recording(path)) is not None:
            return (
                f"LEAK: {path} was used to train {bundle.path} (same neural data); its scores would be those of data "
                "already seen: pass --held-out to score only the part that was kept aside, or name another recording"
            )
        if perhaps_trained_on(bundle.provenance, path):
            return (
                f"LEAK: {path} may have been used to train {bundle.path}, which learnt a recording of that name and "
                "dates from before bundles knew neural data by its hash: train it again, or name another recording"
            )
    return ""


def _bundle_cards(settings: Evaluate, console: Console) -> list[Scored]:
    bundle, paths = bundle_and_recordings(settings)
    assert bundle is not None
    torch.set_num_threads(1)
    voice = Voice(bundle.vocoder, bundle.mel, bundle.path) if settings.scores.sound_s > 0 else None
    scored = []
    for name, path in zip(names_of(paths), paths, strict=True):
        with console.status(f"scoring {path}"):
            recording = read_recording(path)
            stretch, leaks, notes = bundle_stretch(
                bundle, recording, settings.held_out, settings.scores.shuffles, settings.seed, settings.cache
            )
            scores = score_stretch(stretch, settings.scores, settings.seed, voice)
            card = combine([scores], leaks, recording.simulated, [*notes, *general_notes(settings)])
        if not leaks:
            card["verdicts"].insert(
                0,
                {
                    "check": "leak",
                    "good": True,
                    "text": "the recording's neural data is none that the bundle was trained on",
                },
            )
        scored.append(Scored(name, {"recordings": {path.name: recording.source_hash}, **card}, [scores]))
    return scored


def _pair(settings: Evaluate) -> Scored:
    assert settings.decoded is not None
    assert settings.reference is not None
    mel = MelSettings()
    stretch, notes = pair_stretch(settings.decoded, settings.reference, mel, settings.markers)
    voice = Voice(settings.vocoder, mel) if settings.scores.sound_s > 0 else None
    scores = score_stretch(stretch, settings.scores, settings.seed, voice)
    simulated = any("simulated" in p.name.lower() for p in (settings.decoded, settings.reference))
    return Scored(settings.decoded.stem, combine([scores], [], simulated, [*notes, *general_notes(settings)]), [scores])


def _copy_synthesis(settings: Evaluate, console: Console) -> int:
    """The vocoder alone, file by file."""
    mel = MelSettings()
    voice = Voice(settings.vocoder, mel)
    files = [file for path in settings.copy_synthesis for file in sound_files([path])]
    rows, short = [], []
    for path in files:
        clip = read_sound_at(path, mel.sample_rate)
        if len(clip) < mel.sample_rate // 2:
            short.append(path.name)
            continue
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            row = score(clip, voice(log_mel(clip, mel)), mel.sample_rate)
        if any("Not enough STFT frames" in str(w.message) for w in caught):
            row["estoi"] = float("nan")  # too little speech is no bad score
        rows.append({"file": path.name, **row})
    if not rows:
        raise BkError(f"{files[0]}: expected at least one sound of 0.5 s or more among {len(files)}, got none")
    keys = [k for k in rows[0] if k != "file"]
    columns = {k: np.array([row[k] for row in rows]) for k in keys}
    mean = {k: float(v[np.isfinite(v)].mean()) if np.isfinite(v).any() else float("nan") for k, v in columns.items()}
    table = Table(title=f"copy synthesis, vocoder {settings.vocoder.name}", title_justify="left")
    table.add_column("")
    for head in ("PESQ", "ESTOI", "LSD dB"):
        table.add_column(head, justify="right")
    for row in [*rows, {"file": "mean", **mean}]:
        table.add_row(str(row["file"]), *(f"{row[k]:.3f}" if np.isfinite(row[k]) else "-" for k in keys))
    console.print(table)
    if short:
        console.print(f"note: {len(short)} of {len(files)} sounds left out, shorter than 0.5 s", highlight=False)
    result = {"vocoder": to_dict(settings.vocoder), "files": rows, "mean": mean, "too_short": short}
    _write(settings, {"copy_synthesis": result}, console)
    replace_jobs(settings)
    return 0


def general_notes(settings: Evaluate) -> list[str]:
    """What is not scored, and why."""
    notes = []
    if settings.scores.sound_s == 0:
        notes.append("STOI, ESTOI, PESQ and a recogniser's words: not scored (--sound-s 0)")
    elif settings.scores.recogniser == NONE:
        notes.append("words by a speech recogniser: not scored, none is used: pip install 'brainkaraoke[words]'")
    if settings.scores.sound_s and not have_pesq():
        notes.append("PESQ: not scored, it is not installed: pip install 'brainkaraoke[score]'")
    return notes


def total_of(scored: Sequence[Scored], seed: int) -> dict[str, Any]:
    """Mean over participants with a bootstrap interval over them (three or more)."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(scored), (1000, len(scored)))
    decoders: dict[str, Any] = {}
    for name in scored[0].card["decoders"]:
        rows = [s.card["decoders"][name] for s in scored if name in s.card["decoders"]]
        decoders[name] = {}
        for measure in MEASURES:
            values = np.array([row[measure]["value"] for row in rows])
            whole = len(values) == len(scored) and np.isfinite(values).all()
            low, high = (
                np.percentile(values[draws].mean(1), (2.5, 97.5)) if whole and len(values) > 2 else (np.nan,) * 2
            )
            value = float(values.mean()) if whole else float("nan")
            decoders[name][measure] = {"value": value, "low": float(low), "high": float(high)}
    return {"n_participants": len(scored), "decoders": decoders}


def _report(settings: Evaluate, console: Console, scored: Sequence[Scored]) -> int:
    simulated = any(s.card["simulated"] for s in scored)
    for s in scored:
        print_card(console, s.name, s.card)
    result: dict[str, Any] = {"simulated": simulated}
    if simulated:
        result["warning"] = "SIMULATED: these figures say that the software works, nothing about people"
    result["participants"] = {s.name: s.card for s in scored}
    if len(scored) > 1:
        result["total"] = total_of(scored, settings.seed)
        print_total(console, result["total"], simulated)
    _write(settings, result, console)
    if settings.out is not None:
        for s in scored:
            draw_figures(settings.out, s.name, s.card, s.stretches)
    replace_jobs(settings)
    leaks = [(s.name, leak["finding"]) for s in scored for leak in s.card["leak_probe"] if leak["finding"]]
    for name, finding in leaks[:1]:
        print(f"{name}: {finding}", file=sys.stderr)
    return EXIT_LEAK if leaks else 0


def _write(settings: Evaluate, result: dict[str, Any], console: Console) -> None:
    if settings.out is None:
        return
    settings.out.mkdir(parents=True, exist_ok=True)
    used = {
        k: v for k, v in to_dict(settings).items() if k not in ("out", "overwrite", "workers", "scheduler", "cache")
    }
    for key in ("inputs", "copy_synthesis"):
        used[key] = [Path(p).name for p in used.get(key, [])]
    for key in {"decoded", "reference", "markers"} & set(used):
        used[key] = Path(used[key]).name
    values = {"format": 1, "code": code_version(), "settings": used, **result}
    part = settings.out / (RESULT + ".part")
    part.write_text(json.dumps(plain(values), indent=1, allow_nan=False), encoding="utf-8")
    part.replace(settings.out / RESULT)
    console.print(f"written: {settings.out / RESULT}", highlight=False)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    return evaluate(tyro.cli(Evaluate, prog="python -m offline.evaluate", args=argv), Console())


if __name__ == "__main__":
    sys.exit(main())
