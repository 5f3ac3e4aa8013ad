"""Every vocoder on the same held-out clips, clean and degraded."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import OptionError
from bk_realtime.vocoder import build_vocoder
from offline.scoring.speech_quality import vocode_clip
from offline.vocoder_lab.griffin_lim import griffin_lim
from offline.vocoder_lab.material import check_held_out, marks_trained_on
from offline.vocoder_lab.scores import ScoreStore, opinion_scorer
from offline.vocoder_lab.settings import Report, VocoderTable
from offline.vocoder_lab.table_clips import CONDITIONS, DECODED, find_clips, held_out_files
from offline.vocoder_lab.table_text import by_voice, overview, table_line

Vocode = Callable[[np.ndarray], np.ndarray]
ORIGINAL = "the speech itself"


def methods(settings: VocoderTable, mel: MelSettings) -> dict[str, Callable[[], Vocode]]:
    """What makes every vocoder of the table, by its row name."""

    def operator(name: str, lookahead_ms: float, weights: Path | None = None) -> Callable[[], Vocode]:
        def build() -> Vocode:
            path = str(weights.resolve()) if weights else ""
            vocoder = build_vocoder(VocoderSettings(name, lookahead_ms, path), mel)
            return lambda frames: vocode_clip(vocoder, frames)

        return build

    hop_ms = 1000.0 * mel.hop_length / mel.sample_rate
    hops = (0.0, 0.5, 1.0, 1.5, 2.0)
    rows = {f"phase reconstruction, {h * hop_ms:.1f} ms": operator("phase", h * hop_ms) for h in hops}
    rows |= {f"learnt, {h * hop_ms:.1f} ms": operator("learnt", h * hop_ms, settings.weights) for h in hops}
    for path in settings.hifigan:
        label = path.resolve().parent.name.replace("hifigan", "HiFi-GAN").replace("_", " ").replace(" v", " V")
        for frames in (0, 1, 2):
            rows[f"{label}, {frames * hop_ms:.1f} ms"] = operator("hifigan", frames * hop_ms, path)
        rows[f"{label}, full lookahead"] = operator("hifigan", math.inf, path)
    rows["librosa Griffin-Lim 60, whole clip"] = lambda: lambda frames: griffin_lim(frames, 60, 0.0, mel)
    rows["librosa fast Griffin-Lim 60, whole clip"] = lambda: lambda frames: griffin_lim(frames, 60, 0.99, mel)
    return rows


def notes(settings: VocoderTable) -> list[str]:
    """What the reader must know of the conditions that are decoder output."""
    return [
        f"{condition}: out of fold, by a {DECODED[condition]} decoder of a SIMULATED participant for each voice "
        f"(coupling {settings.decoder_coupling:g}, {settings.decoder_minutes:g} minutes of the voice or what there is)."
        for condition in settings.conditions
        if condition in DECODED
    ]


def run_table(settings: VocoderTable, report: Report) -> tuple[str, str]:
    """Score what is missing; the table of everything, and those voice by voice, as Markdown."""
    torch.set_num_threads(1)
    mel = MelSettings()
    unknown = [name for name in settings.conditions if name not in CONDITIONS]
    if unknown or not settings.conditions:
        raise OptionError(f"conditions: expected some of {', '.join(CONDITIONS)}, got {unknown or 'none'}")
    known = marks_trained_on(settings.weights)
    if known is None:
        text = "does not say what it was trained on; that the clips are held out goes by --hold-out-every alone"
        report(f"{settings.weights} {text}")
    for voice in settings.voices:
        check_held_out(held_out_files(voice, settings.hold_out_every)[1], {str(settings.weights): known or ()})
    pairs = {name: find_clips(settings, name, mel, report) for name in settings.conditions}
    scores = ScoreStore(settings.work / "scores.json", pairs, opinion_scorer())
    rows = methods(settings, mel)
    for row, build in {ORIGINAL: None, **rows}.items():
        if settings.only and not any(part in row for part in settings.only):
            continue
        if any(part in row for part in settings.anew):
            scores.forget(row)
        wanted = list(pairs) if build is not None else list(pairs)[:1]  # the speech knows no condition
        missing = [name for name in wanted if not scores.have(row, name)]
        slow = build is not None and any(part in row for part in settings.time_anew)
        if not missing and not slow:
            continue
        vocode = build() if build is not None else None
        for name in missing:
            scores.rate(row, name, pairs[name], vocode, mel.sample_rate)
        if slow and vocode is not None:
            scores.time(row, wanted[0], pairs[wanted[0]], vocode)
        report(table_line(scores, row, list(pairs)))
    names = [ORIGINAL, *rows]
    return overview(scores, names, pairs, notes(settings)), by_voice(scores, names, pairs)
