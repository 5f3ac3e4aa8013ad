"""Cells of the decoder table: one decoder, trained on all but one fold of one SIMULATED participant, scored on it."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bk_realtime.clock import FrameClock, rational_rate
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import FileError
from bk_realtime.features import feature_labels
from bk_realtime.files import write_text
from offline.data.dataset import Corpus, build_corpus, common_labels, feature_reach_s, target_rows
from offline.data.processed import ProcessedRecording, process_recording
from offline.data.provenance import code_version
from offline.data.settings import AugmentSettings
from offline.data.split import SplitSettings, fold_splits
from offline.evaluation.store import plain, revived
from offline.io.npz_file import load_npz
from offline.io.outputs import write_npz
from offline.scoring.mel import speech_mask
from offline.scoring.resampling import circular_shift
from offline.simulation.session import Simulate, simulate
from offline.training.candidates import untrained
from offline.training.fitting import decode_part, fit_decoder
from offline.training.score_table import score_all
from offline.training.settings import OptimiserSettings, TrainerSettings

DECODERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ridge": ("ridge", {"silence_weight": 1.0}),
    "ridge, silence 1/4": ("ridge", {"silence_weight": 0.25}),
    "gru": ("gru", {}),
    "auto": ("auto", {}),
    "seq2seq": ("seq2seq", {}),
}
"""Row of the table -> kind of decoder and what differs from its defaults."""
BASELINE = "ridge"
N_SHIFTS = 40
SHIFTED = ("r_speech", "r_partial")
FEATURES, MEL, SPLIT = FeatureSettings(), MelSettings(), SplitSettings()


@dataclass(frozen=True)
class People:
    """How the participants are made; one table has one kind of them."""

    speech: Path
    words: Path | None
    channels: int = 64
    seconds: float | None = None
    folds: int = 5
    epochs: int = 0


@dataclass(frozen=True)
class Cell:
    """One figure of the table."""

    decoder: str
    coupling: float
    participant: int
    fold: int

    @property
    def key(self) -> tuple[str, float, int, int]:
        return self.decoder, self.coupling, self.participant, self.fold

    @property
    def name(self) -> str:
        decoder = "".join(c if c.isalnum() else "_" for c in self.decoder)
        return f"{decoder}.coupling_{self.coupling:g}.participant_{self.participant}.fold_{self.fold}"

    def path(self, folder: Path) -> Path:
        return folder / f"{self.name}.json"


@functools.lru_cache(maxsize=1)
def processed(people: People, participant: int, coupling: float, cache: Path) -> tuple[ProcessedRecording, list[str]]:
    """Log power and sound of a participant's session, computed once; the labels of the good channels."""
    entry = cache / f"coupling_{coupling:g}.participant_{participant}.npz"
    settings = Simulate(
        (people.speech,),
        Path("never_written.xdf"),
        words=people.words,
        channels=people.channels,
        seconds=people.seconds,
        coupling=coupling,
        participant=participant,
        seed=participant,
    )
    name = f"SIMULATED participant {participant}"
    if entry.exists():
        kept = load_npz(entry)
        labels = json.loads(bytes(kept["labels"]).decode())
        edges = int(kept["audio_frames"][0]), int(kept["audio_frames"][1])
        return ProcessedRecording(name, kept["log_power"], kept["audio"], edges, "", "", "", True), labels
    recording = simulate(settings).recording(name)
    labels = list(common_labels([recording]))
    made = process_recording(recording, FEATURES, MEL, labels)
    arrays = {
        "log_power": made.log_power,
        "audio": made.audio,
        "audio_frames": np.array(made.audio_frames),
        "labels": np.frombuffer(json.dumps(labels).encode(), np.uint8),
    }
    write_npz(entry, arrays)
    return made, labels


@functools.lru_cache(maxsize=1)  # decoders of one fold follow each other
def fold_corpus(people: People, participant: int, coupling: float, fold: int, cache: Path) -> Corpus:
    """A session cut for one of the contiguous folds, with the same guards for every decoder of the table."""
    session, labels = processed(people, participant, coupling, cache)
    sfreq = rational_rate(Simulate.sfreq)
    rate = FrameClock(sfreq, MEL.sample_rate, MEL.hop_length).frame_rate
    n_in = len(feature_labels(FEATURES, labels))
    kinds = [made for kind, told in DECODERS.values() for made in untrained(kind, told, n_in, MEL.n_mels)]
    frames = max(decoder.receptive_field for decoder in kinds)
    first, stop = target_rows(session, MEL, 0.0)
    reach = feature_reach_s(FEATURES, MEL) + float(frames / rate)
    split = fold_splits(stop - first, people.folds, SPLIT, rate, reach)[fold]
    return build_corpus([session], FEATURES, MEL, labels, sfreq, splits=[split])


def compute(people: People, cell: Cell, cache: Path) -> dict[str, Any]:
    """Train, decode, score."""
    corpus = fold_corpus(people, cell.participant, cell.coupling, cell.fold, cache)
    kind, told = DECODERS[cell.decoder]
    with tempfile.TemporaryDirectory(prefix="bk_cell_") as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        fit = fit_decoder(
            kind,
            told,
            corpus,
            OptimiserSettings(epochs=people.epochs),
            AugmentSettings(),
            TrainerSettings(accelerator="cpu", threads=1),
            Path(folder),
            seed=0,
        )
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    decoded = decode_part(fit.decoder, corpus)
    reference, training = ([y for _, y in corpus.segments(part)] for part in ("test", "training"))
    rows = score_all({cell.decoder: decoded}, reference, training)
    truth, mel = np.concatenate(reference), np.concatenate(decoded)
    rng = np.random.default_rng([cell.participant, cell.fold])
    moved = circular_shift(mel, truth, speech_mask(truth), float(corpus.frame_rate), N_SHIFTS, rng)
    return {
        "simulated": True,
        "decoder": cell.decoder,
        "coupling": cell.coupling,
        "participant": cell.participant,
        "fold": cell.fold,
        "scores": rows.pop(cell.decoder),
        "without_a_brain": rows,
        "chance": {measure: moved[measure].tolist() for measure in SHIFTED},
        "fit": fit.report,
        "seconds": wall,
        "cpu_seconds": cpu,
        "training_s": corpus.seconds("training"),
        "test_s": corpus.seconds("test"),
        "channels": corpus.features[0].shape[1],
        "code": code_version(),
    }


def computed(people: People, cache: Path, cell: Cell) -> dict[str, Any]:
    """A cell, on one thread: CPU seconds of several would not be seconds of one."""
    torch.set_num_threads(1)
    return compute(people, cell, cache)


@contextlib.contextmanager
def only_one(out: Path) -> Iterator[None]:
    """Nobody else fills the same table meanwhile."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FileError(f"{out}: another process fills this table; expected none: wait for it, or --show") from None
        yield


def keep(cell: Cell, folder: Path, values: dict[str, Any]) -> None:
    """Write a cell in one step."""
    write_text(cell.path(folder), json.dumps(plain(values), allow_nan=False))


def kept_cells(folder: Path) -> list[dict[str, Any]]:
    """All cells that are there."""
    return [
        revived(json.loads(path.read_text()))
        for path in sorted(folder.glob("*.json"))
        if not path.name.endswith(".part.json")
    ]
