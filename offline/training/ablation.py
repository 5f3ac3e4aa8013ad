"""What each part of a decoder is worth: variants of it, trained and scored alike, their results kept in a file.

Finished variants are kept in OUT/ablation.toml, so an interrupted ablation goes on where it stopped; OUT/run.toml says
which one it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import tyro
from rich.console import Console

from bk_realtime.config import SILENCE_WEIGHT, FeatureSettings, MelSettings, read_toml, to_dict, write_toml
from bk_realtime.errors import FileError, OptionError
from bk_realtime.typed import said, value_of
from offline.data.dataset import Corpus
from offline.data.known_content import LEAK_UNTOLD, fitted_only
from offline.data.settings import AugmentSettings, ContaminatedPolicy
from offline.data.split import SplitSettings
from offline.io.options import ReadOptions
from offline.training.corpus import load_corpus
from offline.training.fitting import decode_part, fit_decoder, use_threads
from offline.training.progress import EpochProgress
from offline.training.run_folder import HASHES, RUN
from offline.training.score_table import CHOSEN, score_all
from offline.training.settings import BASELINE, OptimiserSettings, Train, TrainerSettings

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

RESULTS, RUNS = "ablation.toml", "runs"

AblationRows = dict[str, dict[str, float]]
"""``variant/seed`` -> r, r_speech, r_partial, mcd_db; of networks val_loss, parameters and best_epoch too."""


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
    bands: tuple[str, ...] = ()
    """In place of variants: what bands beside high gamma add to ridge, each alone and all, such as low beta."""
    references: tuple[str, ...] = ()
    """In place of variants: what references beside --features.reference add, of none, average and shaft; with --bands
    each of both alone, and all."""
    networks: bool = False
    """In place of variants: ridge, gru and three experimental networks of gru's cost a frame (tcn, transformer, ssm),
    for each recording by itself, over folds and seeds."""
    days: tuple[int, ...] = ()
    """In place of variants: what the days before are worth for the last one. The day that each recording of one
    participant is of, e.g. 1 2: ridge and gru are trained on the last day alone and in three ways on all, from the
    contacts that every day has; where the last one has more, on it alone with all of them too."""
    folds: int = 5
    """Contiguous folds that bands, references and networks are compared by."""
    resume: bool = False
    """Go on with a run that was interrupted."""
    contaminated: ContaminatedPolicy = "refuse"
    """What becomes of channels that hold the microphone's sound itself: refuse (nothing is trained), exclude (they are
    left out) or keep (all goes on, and the table says CONTAMINATED)."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    machine: TrainerSettings = field(default_factory=TrainerSettings)


def run_ablation(settings: Ablation, console: Console) -> tuple[AblationRows, bool, str]:
    """Train what is missing.

    Returns
    -------
    results, whether the participant is simulated, and what the title of their table begins with.

    Raises
    ------
    OptionError, FileError
        An unknown variant, a run that exists already, or ``resume`` of another run: other recordings or settings.
    """
    unknown = [name for name in settings.variants if name not in VARIANTS]
    if unknown:
        raise OptionError(f"variant {unknown[0]!r} is unknown: expected one of {', '.join(VARIANTS)}")
    path = settings.out / RESULTS
    begun = any((settings.out / name).exists() for name in (RESULTS, RUN, RUNS))
    if begun and not settings.resume:
        raise FileError(f"{settings.out} holds an ablation; choose another --out or go on with --resume")
    results = _kept(path) if path.exists() else {}
    use_threads(settings.machine)
    # guards as long as offline.train has them, whatever variants there are
    decoders = ((kind, dict[str, Any]()) for kind in (Train.decoder, BASELINE))
    corpus = load_corpus(
        settings.recordings,
        settings.features,
        MelSettings(),
        settings.split,
        decoders,
        read=settings.read,
        console=console,
        contaminated=settings.contaminated,
    )
    fitted_only(corpus)  # refuses what is scored and trained on all the same
    this = _ablation_identity(settings, corpus)
    if begun:
        refuse_another_run(this, settings.out)
    settings.out.mkdir(parents=True, exist_ok=True)
    write_toml(settings.out / RUN, this)
    simulated = any(session.simulated for session in corpus.sessions)
    for name in settings.variants:
        for seed in settings.seeds:
            key = f"{name}/{seed}"
            if key not in results:
                results[key] = _score_variant(settings, corpus, name, seed, console)
                facts: dict[str, Any] = {"optimiser": to_dict(settings.optimiser)}
                facts |= {"contamination": corpus.contamination.values()}
                facts |= {"simulated": simulated, "leak_untold": list(corpus.untold), "choice": CHOSEN}
                write_toml(path, {**facts, "results": results})
    return results, simulated, corpus.contamination.mark + (f"{LEAK_UNTOLD} " if corpus.untold else "")


def _ablation_identity(settings: Ablation, corpus: Corpus) -> dict[str, Any]:
    """What all rows of one table share; variants and seeds may be added."""
    settled = ("split", "features", "optimiser", "augment")
    run: dict[str, Any] = {name: to_dict(getattr(settings, name)) for name in settled}
    run["silence_weight"] = SILENCE_WEIGHT  # of ridge, whose default it is; it was 1 before
    names = [path.name for path in settings.recordings]
    if corpus.contamination.excluded:  # other channels, other figures
        run["left_out"] = list(corpus.contamination.excluded)
    if corpus.contamination.contaminated:
        run["contaminated"] = list(corpus.contamination.found)
    return {**run, "recordings": names, HASHES: [session.reading_hash for session in corpus.sessions]}


def _kept(path: Path) -> AblationRows:
    """Rows of before; a figure may be NaN where a variant could not be scored."""
    rows: AblationRows = value_of(dict[str, dict[str, Any]], read_toml(path), "results", str(path))
    for name, row in rows.items():
        for key, figure in row.items():
            if isinstance(figure, bool) or not isinstance(figure, int | float):
                raise OptionError(f"{path}: results.{said(name)}.{said(key)}: expected a number, got {said(figure)}")
    return rows


def refuse_another_run(this: dict[str, Any], out: Path) -> None:
    """Refuse to go on in ``out`` where it holds a table of something else than ``this``."""
    if not (out / RUN).exists():
        raise FileError(f"--resume: {out} does not say which recordings and settings it is of ({RUN}); run anew")
    before = read_toml(out / RUN)
    changed = next((k for k in {**this, **before} if this.get(k) != before.get(k)), None)
    if changed is not None:
        raise OptionError(
            f"--resume: {changed}: {this.get(changed)!r}, the run in {out} has {before.get(changed)!r}; "
            "expected the same recordings, read alike, and the same settings; choose another --out"
        )


def _score_variant(settings: Ablation, corpus: Corpus, name: str, seed: int, console: Console) -> dict[str, float]:
    kind, changes = VARIANTS[name]
    folder = settings.out / RUNS / f"{name.replace(' ', '_')}_{seed}"
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
    of = corpus.segment_sessions("test")
    scores = score_all({name: decode_part(fit.decoder, corpus)}, reference, training, of)[name]
    return {k: round(float(v), 5) for k, v in scores.items()} | {
        k: fit.report[k] for k in ("val_loss", "parameters", "best_epoch") if k in fit.report
    }
