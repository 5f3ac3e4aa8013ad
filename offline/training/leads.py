"""How well sound can be predicted ahead of the newest signal: one decoder a lead, on the same contiguous parts."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.progress import track

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.registry import settings_class
from bk_realtime.features import feature_labels
from offline.data.contamination import Contamination
from offline.data.dataset import build_corpus, common_labels
from offline.data.fingerprint import fingerprint
from offline.data.known_content import fitted_only, refuse_copies
from offline.data.processed import process_recording
from offline.data.settings import AugmentSettings, ContaminatedPolicy
from offline.data.split import SplitSettings
from offline.io.options import ReadOptions
from offline.training.candidates import untrained
from offline.training.corpus import screened
from offline.training.fitting import decode_part, fit_decoder, use_threads
from offline.training.recordings import read_recordings
from offline.training.score_table import score_all
from offline.training.settings import BASELINE, OptimiserSettings, TrainerSettings

NEGATIVE = (
    "Negative leads: the decoder has heard the sound before it says it. Half of the simulated shafts follow the sound "
    "as an ear does (by 50 to 140 ms), so that a negative lead gains there (ridge: +.06 inside speech), which says "
    "nothing of speaking; in a person, contacts that hear the own voice do the same, and nobody hears it who imagines."
)
"""Stands beside every table of leads."""


@dataclass(frozen=True)
class Lead:
    """Correlation with the recorded sound against lead."""

    recordings: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Recordings with neural data and audio."""
    leads: tuple[float, ...] = (-100.0, -50.0, 0.0, 50.0, 100.0, 150.0, 200.0)
    """Milliseconds after the newest signal that each decoder predicts."""
    decoder: str = BASELINE
    """Which decoder: ridge, gru, seq2seq, windowed, tcn, transformer or ssm; networks take minutes a lead."""
    out: Path | None = None
    """File for the figures (.json)."""
    contaminated: ContaminatedPolicy = "refuse"
    """What becomes of channels that hold the microphone's sound itself: refuse (nothing is trained), exclude (they are
    left out) or keep (all goes on, and the table says CONTAMINATED)."""
    seed: int = 0
    """Everything random in training."""
    overwrite: bool = False
    """Replace an existing file."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    optimiser: Annotated[OptimiserSettings, tyro.conf.arg(name="")] = field(default_factory=OptimiserSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    machine: Annotated[TrainerSettings, tyro.conf.arg(name="")] = field(default_factory=TrainerSettings)


def score_leads(
    settings: Lead, console: Console
) -> tuple[dict[float, dict[str, float]], bool, Contamination, list[str]]:
    """Fit and score a decoder for each lead, with the guards of the longest one for all.

    Returns
    -------
    lead in ms -> scores of its decoder on the held-out part, whether the participant is simulated, what the audit says
    of the channels, and of which recordings nobody can tell whether one stands in another.

    Raises
    ------
    BkError
        No such decoder, or recordings that no decoder can be fitted on.
    """
    settings_class(settings.decoder)  # refused before anything is read
    use_threads(settings.machine)
    mel = MelSettings()
    recordings = read_recordings(settings.recordings, settings.read.of(settings.features), console)
    prints = tuple(fingerprint(recording) for recording in recordings)
    untold = refuse_copies(settings.recordings, prints, console)
    labels, contamination = screened(
        recordings, common_labels(recordings), settings.features, settings.contaminated, console
    )
    sessions = [process_recording(r, settings.features, mel, labels) for r in recordings]
    longest = max(abs(lead) for lead in settings.leads) / 1000.0
    n_in = len(feature_labels(settings.features, labels))
    field = max(decoder.receptive_field for decoder in untrained(settings.decoder, {}, n_in, mel.n_mels))
    seen_s = field * mel.hop_length / mel.sample_rate
    scores: dict[float, dict[str, float]] = {}
    for lead in track(settings.leads, "leads", console=console):
        corpus = build_corpus(
            sessions,
            settings.features,
            mel,
            labels,
            recordings[0].sfreq,
            split=settings.split,
            lead_ms=lead,
            reach_s=longest - abs(lead) / 1000.0 + seen_s,
        )
        if not scores:  # all leads are cut nearly alike; refuses what is scored and trained on all the same
            fitted_only(replace(corpus, fingerprints=prints))
        with tempfile.TemporaryDirectory() as folder:
            fit = fit_decoder(
                settings.decoder,
                {},
                corpus,
                settings.optimiser,
                settings.augment,
                settings.machine,
                Path(folder),
                settings.seed,
            )
        reference, training = ([y for _, y in corpus.segments(part)] for part in ("test", "training"))
        of = corpus.segment_sessions("test")
        rows = score_all({settings.decoder: decode_part(fit.decoder, corpus)}, reference, training, of)
        scores[lead] = rows[settings.decoder]
    return scores, any(s.simulated for s in sessions), contamination, untold
