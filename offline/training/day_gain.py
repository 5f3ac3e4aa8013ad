"""`offline.ablation --days`: what the days before are worth for the last one of a participant, kept in a file.

Ridge and gru are trained in each way and decode the same held-out part of the last day, which none of them learnt.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bk_realtime.config import MelSettings, write_toml
from bk_realtime.errors import FileError, OptionError
from offline.data.dataset import Corpus, build_corpus, common_labels
from offline.scoring.loudness import partial_correlation
from offline.scoring.mel import mel_cepstral_distortion, speech_mask
from offline.scoring.paired import Gain, Paired
from offline.scoring.resampling import circular_shift
from offline.training.ablation import Ablation
from offline.training.corpus import load_corpus
from offline.training.fitting import decode_part, fit_decoder, use_threads
from offline.training.network_scores import N_SHIFTS
from offline.training.networks import seeds_of
from offline.training.progress import EpochProgress
from offline.training.recordings import read_recordings
from offline.training.settings import BASELINE, check_days

DAYS = "days.toml"
ALONE, AS_ONE, OWN, LAYERS = "last day alone", "as one day", "own normalisation", "input layers"
WAYS = {BASELINE: (ALONE, AS_ONE, OWN), "gru": (ALONE, AS_ONE, OWN, LAYERS)}
"""Decoder -> in which ways it is trained. A ridge has no layers."""


@dataclass(frozen=True)
class DayRow:
    """One decoder trained in one way; means over the seeds.

    Attributes
    ----------
    r_speech, r_partial, mcd_db : inside speech, the second with the recorded level taken off.
    spread : range of ``r_speech`` among the seeds; NaN of one seed.
    chance : 95th percentile of ``r_speech`` of the first seed at circular shifts.
    gain : r inside speech over the same decoder of the last day alone.
    cpu_s : CPU seconds of a training.
    """

    kind: str
    way: str
    r_speech: float
    spread: float
    r_partial: float
    mcd_db: float
    chance: float
    gain: Gain
    cpu_s: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what cannot be told is left out."""
        names = ("r_speech", "spread", "r_partial", "mcd_db", "chance", "cpu_s")
        numbers = {name: getattr(self, name) for name in names}
        numbers |= {f"gain{end}": x for end, x in zip(("", "_low", "_high"), self.gain, strict=True)}
        told = {name: round(float(value), 5) for name, value in numbers.items() if np.isfinite(value)}
        return {"decoder": self.kind, "way": self.way, **told}


@dataclass(frozen=True)
class DaysOf:
    """What was found: rows, seconds that are learnt of the days before and of the last one, and that are scored;
    whether a participant is simulated, and what is to be said of the channels; contacts that are good on every day,
    which all ways learn from, and that are on the last one."""

    rows: list[DayRow]
    before_s: float
    last_s: float
    scored_s: float
    simulated: bool
    mark: str
    contacts: tuple[int, int]


def run_days(settings: Ablation, console: Console) -> DaysOf:
    """Train in every way, score, and keep the figures in OUT/days.toml.

    Raises
    ------
    BkError
        Days that fit no recordings, figures that are there already, or recordings that no decoder can be fitted on.
    """
    path, given = settings.out / DAYS, check_days(settings.days, settings.recordings)
    if settings.bands or settings.references or settings.networks:
        raise OptionError(f"{given}: expected neither --bands, --references nor --networks beside it")
    theirs = {"--variants": "variants", "--folds": "folds", "--resume": "resume"}
    for option, name in theirs.items():
        if getattr(settings, name) != getattr(Ablation, name):
            raise OptionError(f"{given}: expected no {option} beside it, which it does not heed")
    if path.exists():
        raise FileError(f"{path} exists already; choose another --out")
    use_threads(settings.machine)
    recordings = read_recordings(settings.recordings, settings.read.of(settings.features), console)
    corpus = load_corpus(
        settings.recordings,
        settings.features,
        MelSettings(),
        settings.split,
        [(kind, {}) for kind in WAYS],
        read=settings.read,
        console=console,
        contaminated=settings.contaminated,
        recordings=recordings,
        days=settings.days,
        advice="; a channel that is only called otherwise counts as another one here",
    )
    ways = corpora(corpus, settings)
    decoded: dict[tuple[str, str], list[tuple[np.ndarray, float]]] = {}
    for kind, own in WAYS.items():
        for way in own:
            seeds = seeds_of(kind, settings.seeds)
            decoded[kind, way] = [_trained(settings, kind, way, ways[way], seed, console) for seed in seeds]
    rate, mark = float(corpus.frame_rate), corpus.contamination.mark
    rows = score_days(decoded, [y for _, y in corpus.segments("test")], rate)
    learnt = corpus.seconds("training"), ways[ALONE].seconds("training")
    simulated = any(session.simulated for session in corpus.sessions)
    today = common_labels([r for r, day in zip(recordings, settings.days, strict=True) if day == settings.days[-1]])
    contacts = len(corpus.labels), len(set(today) - set(corpus.contamination.excluded))
    found = DaysOf(rows, learnt[0] - learnt[1], learnt[1], corpus.seconds("test"), simulated, mark, contacts)
    settings.out.mkdir(parents=True, exist_ok=True)
    named = [{"name": p.name, "day": day} for p, day in zip(settings.recordings, settings.days, strict=True)]
    facts: dict[str, Any] = {"recordings": named, "seeds": list(settings.seeds)}
    facts |= {"simulated": simulated, "contaminated": bool(mark)}
    facts |= {"contacts": contacts[0], "contacts_of_last_day": contacts[1]}
    write_toml(path, {**facts, "rows": [row.as_dict() for row in rows]})
    return found


def corpora(corpus: Corpus, settings: Ablation) -> dict[str, Corpus]:
    """What is learnt in each way, from a corpus of several days: cut alike, and scored on the same part."""
    last = [i for i, day in enumerate(corpus.days) if day == corpus.days[-1]]

    def of(sessions: list[int]) -> Corpus:
        chosen, cuts = [corpus.sessions[i] for i in sessions], [corpus.splits[i] for i in sessions]
        return build_corpus(chosen, settings.features, MelSettings(), corpus.labels, corpus.sfreq, splits=cuts)

    own = replace(corpus, days=())
    return {ALONE: of(last), AS_ONE: of(list(range(len(corpus.days)))), OWN: own, LAYERS: corpus}


def _trained(
    settings: Ablation, kind: str, way: str, corpus: Corpus, seed: int, console: Console
) -> tuple[np.ndarray, float]:
    """What one training decodes of the held-out part (T, n_mels), and its CPU seconds."""
    with tempfile.TemporaryDirectory(prefix="bk_days_") as folder:
        began = time.process_time()
        fit = fit_decoder(
            kind,
            {},
            corpus,
            settings.optimiser,
            settings.augment,
            settings.machine,
            Path(folder),
            seed,
            callbacks=(EpochProgress(f"{kind}, {way}, seed {seed}", console),),
        )
        took = time.process_time() - began
    return np.concatenate(decode_part(fit.decoder, corpus)), took


def score_days(
    decoded: dict[tuple[str, str], list[tuple[np.ndarray, float]]], reference: list[np.ndarray], frame_rate: float
) -> list[DayRow]:
    """Scores of every decoder in every way, the last day alone among them.

    Parameters
    ----------
    decoded : decoder and way -> for each seed what it decoded (T, n_mels) log-mel, and CPU seconds of a training.
    reference : recorded log-mel of the same segments.
    """
    truth, speech = np.concatenate(reference), np.concatenate([speech_mask(y) for y in reference])
    paired = Paired(truth, speech, frame_rate)
    each = {key: [paired.r(mel) for mel, _ in seeds] for key, seeds in decoded.items()}
    # seeds are averaged in each draw
    drawn = {key: np.mean([paired.samples(mel) for mel, _ in seeds], axis=0) for key, seeds in decoded.items()}
    rows = []
    for (kind, way), seeds in decoded.items():
        moved = circular_shift(seeds[0][0], truth, speech, frame_rate, N_SHIFTS, np.random.default_rng(0))
        own, alone = each[kind, way], each[kind, ALONE]
        gain: Gain = (float("nan"),) * 3
        if way != ALONE:
            more = float(np.mean(own) - np.mean(alone))
            gain = paired.interval(more, drawn[kind, way] - drawn[kind, ALONE])
        rows.append(
            DayRow(
                kind,
                way,
                float(np.mean(own)),
                float(np.ptp(own)) if len(own) > 1 else float("nan"),
                float(np.mean([partial_correlation(mel, truth, speech) for mel, _ in seeds])),
                float(np.mean([mel_cepstral_distortion(mel, truth, speech) for mel, _ in seeds])),
                float(np.nanpercentile(moved["r_speech"], 95)),
                gain,
                float(np.mean([cpu_s for _, cpu_s in seeds])),
            )
        )
    return rows
