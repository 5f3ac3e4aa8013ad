"""`python -m offline.lead RECORDING…`: how well sound can be predicted ahead of the newest signal, lead by lead.

Motor activity precedes sound, so a decoder that predicts the sound of t + lead buys back the latency of buffers and
sound card. Each lead is a decoder of its own, trained and scored on the same contiguous parts.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import BkError, exit_cleanly
from offline.data.augment import AugmentSettings
from offline.data.dataset import ProcessedRecording, build_corpus, common_labels, load_session
from offline.data.provenance import refuse_duplicates
from offline.data.split import SplitSettings
from offline.io import read_recording
from offline.training.fitting import TrainerSettings, decode_part, fit_decoder
from offline.training.lightning_module import OptimiserSettings
from offline.training.score_table import score_all


@dataclass(frozen=True)
class Lead:
    """Correlation with the recorded sound against lead."""

    recordings: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Recordings with neural data and audio."""
    leads: tuple[float, ...] = (-100.0, -50.0, 0.0, 50.0, 100.0, 150.0, 200.0)
    """Milliseconds after the newest signal that each decoder predicts."""
    decoder: Literal["ridge", "gru", "seq2seq"] = "ridge"
    """Which decoder; networks take minutes a lead."""
    out: Path | None = None
    """File for the figures (.json)."""
    seed: int = 0
    overwrite: bool = False
    """Replace an existing file."""
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    optimiser: Annotated[OptimiserSettings, tyro.conf.arg(name="")] = field(default_factory=OptimiserSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    machine: Annotated[TrainerSettings, tyro.conf.arg(name="")] = field(default_factory=TrainerSettings)


def score_leads(settings: Lead, console: Console) -> tuple[dict[float, dict[str, float]], bool]:
    """Lead in ms -> scores of its decoder on the held-out part, and whether the participant is simulated. Guards are
    those of the longest lead for all."""
    mel = MelSettings()
    recordings = [read_recording(path) for path in settings.recordings]
    refuse_duplicates(settings.recordings, recordings)
    labels = common_labels(recordings)
    sessions: list[ProcessedRecording] = [load_session(r, settings.features, mel, labels) for r in recordings]
    longest = max(abs(lead) for lead in settings.leads) / 1000.0
    scores = {}
    for lead in track(settings.leads, "leads", console=console):
        corpus = build_corpus(
            sessions,
            settings.features,
            mel,
            labels,
            recordings[0].sfreq,
            split=settings.split,
            lead_ms=lead,
            reach_s=longest - abs(lead) / 1000.0,
        )
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
        reference = [y for _, y in corpus.segments("test")]
        training = [y for _, y in corpus.segments("training")]
        scores[lead] = score_all({settings.decoder: decode_part(fit.decoder, corpus)}, reference, training)[
            settings.decoder
        ]
    return scores, any(s.simulated for s in sessions)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Lead, prog="python -m offline.lead", args=argv)
    if not settings.recordings or not settings.leads:
        raise BkError("expected at least one recording and one lead, got none")
    if settings.out is not None and settings.out.exists() and not settings.overwrite:
        raise BkError(f"{settings.out} exists; choose another name or pass --overwrite")
    console = Console()
    scores, simulated = score_leads(settings, console)
    title = f"{settings.decoder}: r against lead" + (" (SIMULATED participant)" if simulated else "")
    table = Table(title=title, title_justify="left")
    for name in ("lead ms", "r", "r inside speech", "MCD dB inside speech"):
        table.add_column(name, justify="right")
    for lead, row in scores.items():
        table.add_row(f"{lead:+g}", f"{row['r']:.3f}", f"{row['r_speech']:.3f}", f"{row['mcd_db']:.2f}")
    console.print(table)
    if settings.out is not None:
        settings.out.parent.mkdir(parents=True, exist_ok=True)
        result = {
            "decoder": settings.decoder,
            "simulated": simulated,
            "leads": {f"{k:g}": v for k, v in scores.items()},
        }
        settings.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
