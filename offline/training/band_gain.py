"""What bands and references beside the main ones add, for each recording by itself, kept in a file."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from bk_realtime.config import MelSettings, to_dict, write_toml
from bk_realtime.errors import FileError, OptionError
from bk_realtime.features import feature_labels
from offline.data.contamination import Contamination
from offline.data.dataset import common_labels
from offline.data.processed import process_recording
from offline.training.ablation import Ablation
from offline.training.candidates import untrained
from offline.training.corpus import screened
from offline.training.feature_sets import FeatureRow, Folding, choose_set, compare_sets
from offline.training.fitting import use_threads
from offline.training.recordings import read_recordings
from offline.training.settings import BASELINE
from offline.training.widest import widened

BANDS = "bands.toml"


@dataclass(frozen=True)
class BandsOf:
    """What was found on one recording."""

    name: str
    rows: list[FeatureRow]
    seconds: float
    folds: int
    simulated: bool
    audit: Contamination

    @property
    def mark(self) -> str:
        """What the title of its table begins with."""
        return self.audit.mark


def run_bands(settings: Ablation, console: Console) -> list[BandsOf]:
    """Compare bands and references on each recording by itself, and keep the figures in OUT/bands.toml.

    Raises
    ------
    BkError
        As :func:`~offline.training.feature_sets.compare_sets`; or figures that are there already.
    """
    path = settings.out / BANDS
    if path.exists():
        raise FileError(f"{path} exists already; choose another --out")
    if settings.features.kind == "given":
        raise OptionError("--bands, --references: expected a signal to filter, got --features.kind given")
    if not 2 <= settings.folds <= 20:
        raise OptionError(f"--folds {settings.folds}: expected 2 to 20")
    features = widened(settings.features, settings.bands, settings.references)
    use_threads(settings.machine)
    found, mel = [], MelSettings()
    for recording in read_recordings(settings.recordings, settings.read.of(features), console):
        labels, contamination = screened(
            [recording], common_labels([recording]), features, settings.contaminated, console
        )
        whole = process_recording(recording, features, mel, labels)
        n_in = len(feature_labels(features, labels))
        frames = max(d.receptive_field for d in untrained(BASELINE, {}, n_in, mel.n_mels))
        reach_s = frames * mel.hop_length / mel.sample_rate
        how = Folding(settings.split, settings.folds, settings.machine, reach_s, seed=settings.seeds[0])
        rows, seconds = compare_sets(
            [whole], labels, recording.sfreq, settings.features, features, how, console, recording.name
        )
        found.append(BandsOf(recording.name, rows, seconds, settings.folds, recording.simulated, contamination))
    settings.out.mkdir(parents=True, exist_ok=True)
    people = [
        {
            "name": person.name,
            "simulated": person.simulated,
            "contaminated": person.audit.contaminated,
            "contamination": person.audit.verdict,
            "chosen": list(choose_set(person.rows)[0].bands),
            "chosen_references": list(choose_set(person.rows)[0].references),
            "rows": [row.as_dict() for row in person.rows],
        }
        for person in found
    ]
    write_toml(path, {"features": to_dict(features), "folds": settings.folds, "recordings": people})
    return found
