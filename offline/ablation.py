"""`python -m offline.ablation RECORDING… --out DIR`: what each part of the Seq2Seq decoder is worth.

Every variant is trained on the same parts of the same recordings with the same settings, decodes the same held-out part
running free, and is scored as `offline.train` scores. Several seeds show how much of a difference is chance. Finished
variants are kept in DIR/ablation.toml, so an interrupted run goes on where it stopped with --resume; DIR/run.toml says
which run that is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import tyro
from rich.console import Console
from rich.table import Table

from bk_realtime.config import FeatureSettings, MelSettings, read_toml, to_dict, write_toml
from bk_realtime.errors import BkError, exit_cleanly
from offline.data.augment import AugmentSettings
from offline.data.dataset import Corpus
from offline.data.split import SplitSettings
from offline.train import Train, load_corpus
from offline.training.fitting import TrainerSettings, decode_part, fit_decoder
from offline.training.lightning_module import OptimiserSettings
from offline.training.progress import EpochProgress
from offline.training.run_folder import HASHES, RUN
from offline.training.score_table import score_all

VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "ridge": ("ridge", {}),
    "gru": ("gru", {}),
    "seq2seq": ("seq2seq", {}),
    "attention off": ("seq2seq", {"attention": "none"}),
    "location off": ("seq2seq", {"attention": "additive"}),
    "dot-product": ("seq2seq", {"attention": "dot"}),
    "prenet off": ("seq2seq", {"prenet": []}),
    "feedback off": ("seq2seq", {"feedback": False}),
    "postnet off": ("seq2seq", {"postnet_layers": 0}),
    "lookahead 5": ("seq2seq", {"lookahead": 5}),
    "lookahead 10": ("seq2seq", {"lookahead": 10}),
    "lookahead 20": ("seq2seq", {"lookahead": 20}),
    "classes": ("seq2seq", {"target": "classes"}),
    "windowed": ("windowed", {}),
}
"""Name -> decoder kind and what differs from its default settings."""

RESULTS, WORK = "ablation.toml", "runs"
COLUMNS = ("r", "r_speech", "mcd_db")


@dataclass(frozen=True)
class Ablation:
    """Train the Seq2Seq decoder with parts left out or exchanged, and compare."""

    recordings: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Recordings with neural data and audio."""
    out: Path
    """Folder for ablation.toml and the training runs."""
    variants: tuple[str, ...] = tuple(VARIANTS)
    """Which ones, by name."""
    seeds: tuple[int, ...] = (0,)
    """Every variant is trained once per seed."""
    resume: bool = False
    """Go on with a run that was interrupted."""
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    machine: TrainerSettings = field(default_factory=TrainerSettings)


def run(settings: Ablation, console: Console) -> dict[str, dict[str, float]]:
    """Train what is missing; results by ``variant/seed``, each with r, r_speech, mcd_db and val_loss.

    Raises
    ------
    BkError
        An unknown variant, a run that exists already, or ``resume`` of another run: other recordings or settings.
    """
    unknown = [name for name in settings.variants if name not in VARIANTS]
    if unknown:
        raise BkError(f"variant {unknown[0]!r} is unknown: expected one of {', '.join(VARIANTS)}")
    path = settings.out / RESULTS
    begun = any((settings.out / name).exists() for name in (RESULTS, RUN, WORK))
    if begun and not settings.resume:
        raise BkError(f"{settings.out} holds an ablation; choose another --out or go on with --resume")
    results: dict[str, dict[str, float]] = read_toml(path)["results"] if path.exists() else {}
    torch.set_num_threads(settings.machine.threads or torch.get_num_threads())
    train = Train(settings.recordings, settings.out, split=settings.split, features=settings.features)
    corpus = load_corpus(train, MelSettings(), console)
    this = _run_of(settings, corpus)
    if begun:
        _refuse_another(this, settings.out)
    settings.out.mkdir(parents=True, exist_ok=True)
    write_toml(settings.out / RUN, this)
    for name in settings.variants:
        for seed in settings.seeds:
            key = f"{name}/{seed}"
            if key not in results:
                results[key] = _score(settings, corpus, name, seed, console)
                write_toml(path, {"optimiser": to_dict(settings.optimiser), "results": results})
    _print(console, settings, results, any(s.simulated for s in corpus.sessions))
    return results


def _run_of(settings: Ablation, corpus: Corpus) -> dict[str, Any]:
    """What all rows of one table share; variants and seeds may be added."""
    run = {name: to_dict(getattr(settings, name)) for name in ("split", "features", "optimiser", "augment")}
    names = [path.name for path in settings.recordings]
    return {**run, "recordings": names, HASHES: [session.reading_hash for session in corpus.sessions]}


def _refuse_another(this: dict[str, Any], out: Path) -> None:
    if not (out / RUN).exists():
        raise BkError(f"--resume: {out} does not say which recordings and settings it is of ({RUN}); run anew")
    before = read_toml(out / RUN)
    changed = next((k for k in this if this[k] != before.get(k)), None)
    if changed is not None:
        raise BkError(
            f"--resume: {changed}: {this[changed]!r}, the run in {out} has {before.get(changed)!r}; "
            "expected the same recordings, read alike, and the same settings; choose another --out"
        )


def _score(settings: Ablation, corpus: Corpus, name: str, seed: int, console: Console) -> dict[str, float]:
    kind, changes = VARIANTS[name]
    folder = settings.out / WORK / f"{name.replace(' ', '_')}_{seed}"
    fit = fit_decoder(
        kind,
        changes,
        corpus,
        settings.optimiser,
        settings.augment,
        settings.machine,
        folder,
        seed,
        resume=settings.resume,
        callbacks=(EpochProgress(f"{name}, seed {seed}", console),),
    )
    reference, training = ([y for _, y in corpus.segments(part)] for part in ("test", "training"))
    scores = score_all({name: decode_part(fit.decoder, corpus)}, reference, training)[name]
    return {k: round(float(v), 5) for k, v in scores.items()} | {
        k: fit.report[k] for k in ("val_loss", "parameters", "best_epoch") if k in fit.report
    }


def _print(console: Console, settings: Ablation, results: dict[str, dict[str, float]], simulated: bool) -> None:
    title = "ablation, held-out part" + (" (SIMULATED participant)" if simulated else "")
    table = Table(title=f"{title}, {len(settings.seeds)} seed(s)", title_justify="left")
    for column in ("variant", "r", "r inside speech", "range", "MCD dB"):
        table.add_column(column, justify="left" if column == "variant" else "right")
    for name in settings.variants:
        rows = np.array([[results[f"{name}/{seed}"][c] for c in COLUMNS] for seed in settings.seeds])
        mean, spread = rows.mean(0), np.ptp(rows[:, 1])
        table.add_row(name, f"{mean[0]:.3f}", f"{mean[1]:.3f}", f"{spread:.3f}", f"{mean[2]:.2f}")
    console.print(table)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Ablation, prog="python -m offline.ablation", args=argv)
    if not settings.recordings:
        raise BkError("recordings: expected at least one file to train on, got none")
    run(settings, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
