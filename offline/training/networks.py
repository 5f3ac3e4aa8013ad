"""`offline.ablation --networks`: networks of about one cost a frame beside ridge, over contiguous folds and seeds.

Each recording is a participant by itself; the folds tile all of it. What a finished training decoded of its fold is
kept in OUT/networks, so an interrupted table goes on where it stopped; OUT/run.toml says which one it is.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bk_realtime.config import SILENCE_WEIGHT, MelSettings, to_dict, write_toml
from bk_realtime.decoder.registry import EXPERIMENTAL, settings_class
from bk_realtime.errors import FileError, OptionError
from bk_realtime.features import feature_labels
from offline.data.contamination import Contamination
from offline.data.dataset import Corpus, build_corpus, common_labels, feature_reach_s, target_rows
from offline.data.fingerprint import fingerprint
from offline.data.known_content import fitted_only, refuse_copies
from offline.data.processed import process_recording
from offline.data.split import fold_splits
from offline.io.npz_file import load_npz
from offline.io.outputs import write_npz
from offline.io.recording import Recording
from offline.training.ablation import Ablation, refuse_another_run
from offline.training.candidates import untrained
from offline.training.corpus import screened
from offline.training.fitting import decode_part, fit_decoder, use_threads
from offline.training.network_scores import CELLS, NetworkRow, score_networks
from offline.training.progress import EpochProgress
from offline.training.recordings import read_recordings
from offline.training.run_folder import HASHES, RUN
from offline.training.settings import BASELINE

NETWORKS = (BASELINE, "gru", *EXPERIMENTAL)
"""Rows of the table; ridge and gru are what the others are held against."""
RESULTS = "networks.toml"


@dataclass(frozen=True)
class NetworksOf:
    """What was found on one recording: its rows, how long it is, how many features a frame has, and what is to be said
    of it."""

    name: str
    rows: list[NetworkRow]
    seconds: float
    n_features: int
    simulated: bool
    mark: str


@dataclass(frozen=True)
class Cell:
    """One training: which recording, which decoder, all but which fold, which seed."""

    recording: int
    kind: str
    fold: int
    seed: int

    def path(self, out: Path) -> Path:
        """What it decoded."""
        return out / CELLS / f"{self.recording + 1}.{self.kind}.fold_{self.fold + 1}.seed_{self.seed}.npz"


def run_networks(settings: Ablation, console: Console) -> list[NetworksOf]:
    """Train what is missing, score, and keep the figures in OUT/networks.toml.

    Raises
    ------
    BkError
        Folds or seeds that make no table, a table that exists already, ``resume`` of another one, or a recording that
        no decoder can be fitted on.
    """
    if settings.bands or settings.references:
        what = "--bands" if settings.bands else "--references"
        raise OptionError(f"--networks and {what}: expected one of them, got both")
    if not 2 <= settings.folds <= 20:
        raise OptionError(f"--folds {settings.folds}: expected 2 to 20")
    if not settings.seeds or len(set(settings.seeds)) < len(settings.seeds):
        raise OptionError(f"--seeds: expected at least one, each once, got {settings.seeds}")
    begun = any((settings.out / name).exists() for name in (RESULTS, RUN, CELLS))
    if begun and not settings.resume:
        raise FileError(f"{settings.out} holds an ablation; choose another --out or go on with --resume")
    use_threads(settings.machine)
    recordings = read_recordings(settings.recordings, settings.read.of(settings.features), console)
    prints = [fingerprint(recording) for recording in recordings]
    untold = refuse_copies(settings.recordings, prints, console)
    screens = [
        screened([one], common_labels([one]), settings.features, settings.contaminated, console) for one in recordings
    ]
    this = _identity(settings, recordings, [contamination for _, contamination in screens])
    if begun:
        refuse_another_run(this, settings.out)
    settings.out.mkdir(parents=True, exist_ok=True)
    write_toml(settings.out / RUN, this)
    found = []
    for i, (recording, (labels, contamination)) in enumerate(zip(recordings, screens, strict=True)):
        folds = _folds(settings, recording, labels)
        for fold in folds:  # refuses what is scored and trained on all the same
            fitted_only(replace(fold, fingerprints=(prints[i],)))
        for cell in _cells(settings, i):
            if not cell.path(settings.out).exists():
                _train(settings, cell, folds[cell.fold], console)
        truth = [y for fold in folds for _, y in fold.segments("test")]
        rate, n_features = float(folds[0].frame_rate), folds[0].features[0].shape[1]
        rows = [_kept(settings, i, kind) for kind in NETWORKS]
        scored = score_networks(dict(zip(NETWORKS, rows, strict=True)), truth, rate)
        seconds = sum(map(len, truth)) / rate
        found.append(NetworksOf(recording.name, scored, seconds, n_features, recording.simulated, contamination.mark))
    people = [
        {"name": one.name, "simulated": one.simulated, "rows": [row.as_dict() for row in one.rows]}
        | {"contaminated": audit.contaminated, "contamination": audit.verdict}
        for one, (_, audit) in zip(found, screens, strict=True)
    ]
    facts = {"folds": settings.folds, "seeds": list(settings.seeds), "leak_untold": untold, "recordings": people}
    write_toml(settings.out / RESULTS, facts)
    return found


def seeds_of(kind: str, seeds: tuple[int, ...]) -> tuple[int, ...]:
    """Ridge draws nothing, so that one seed tells all."""
    return seeds[:1] if kind == BASELINE else seeds


def _cells(settings: Ablation, recording: int) -> Iterator[Cell]:
    """Cheap ones first."""
    for kind in NETWORKS:
        for seed in seeds_of(kind, settings.seeds):
            for fold in range(settings.folds):
                yield Cell(recording, kind, fold, seed)


def _folds(settings: Ablation, recording: Recording, labels: tuple[str, ...]) -> list[Corpus]:
    """The recording cut for every fold, with guards as long as what the one with the longest view sees; each with the
    statistics of its own training part."""
    mel, features = MelSettings(), settings.features
    session = process_recording(recording, features, mel, labels)
    n_in = len(feature_labels(features, labels))
    field = max(decoder.receptive_field for kind in NETWORKS for decoder in untrained(kind, {}, n_in, mel.n_mels))
    first, stop = target_rows(session, mel, 0.0)
    whole = build_corpus([session], features, mel, labels, recording.sfreq, settings.split)
    reach_s = feature_reach_s(features, mel) + float(field / whole.frame_rate)
    cuts = fold_splits(stop - first, settings.folds, settings.split, whole.frame_rate, reach_s)
    return [build_corpus([session], features, mel, labels, recording.sfreq, splits=[cut]) for cut in cuts]


def _train(settings: Ablation, cell: Cell, corpus: Corpus, console: Console) -> None:
    """One training, and what it decodes of its fold into the cell's file."""
    name = f"{cell.kind}, fold {cell.fold + 1} of {settings.folds}, seed {cell.seed}"
    with tempfile.TemporaryDirectory(prefix="bk_network_") as folder:
        began = time.process_time()
        fit = fit_decoder(
            cell.kind,
            {},
            corpus,
            settings.optimiser,
            settings.augment,
            settings.machine,
            Path(folder),
            cell.seed,
            callbacks=(EpochProgress(name, console),),
        )
        took = time.process_time() - began
    decoded = np.concatenate(decode_part(fit.decoder, corpus))
    write_npz(cell.path(settings.out), {"decoded": decoded, "cpu_s": np.float64(took)})


def _kept(settings: Ablation, recording: int, kind: str) -> list[tuple[np.ndarray, float]]:
    """For each seed: what was decoded of all folds, none of it learnt (T, n_mels), and CPU seconds of a training."""
    rows = []
    for seed in seeds_of(kind, settings.seeds):
        paths = [Cell(recording, kind, fold, seed).path(settings.out) for fold in range(settings.folds)]
        kept = [load_npz(path, ("decoded", "cpu_s")) for path in paths]
        rows.append((np.concatenate([one["decoded"] for one in kept]), float(np.mean([one["cpu_s"] for one in kept]))))
    return rows


def _identity(settings: Ablation, recordings: list[Recording], found: list[Contamination]) -> dict[str, Any]:
    """What all cells of one table share; seeds may be added."""
    values: dict[str, Any] = {
        name: to_dict(getattr(settings, name)) for name in ("split", "features", "optimiser", "augment")
    }
    values |= {"networks": list(NETWORKS), "folds": settings.folds, "silence_weight": SILENCE_WEIGHT}
    values |= {"sizes": {kind: to_dict(settings_class(kind)()) for kind in NETWORKS}}
    values |= {"precision": settings.machine.precision}
    values |= {"recordings": [path.name for path in settings.recordings]}
    values |= {HASHES: [recording.reading_hash or recording.source_hash for recording in recordings]}
    left_out = [label for contamination in found for label in contamination.excluded]
    kept = [label for contamination in found if contamination.contaminated for label in contamination.found]
    return {**values, **({"left_out": left_out} if left_out else {}), **({"contaminated": kept} if kept else {})}
