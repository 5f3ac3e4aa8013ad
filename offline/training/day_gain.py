"""`offline.ablation --days`: what the days before are worth for the last one of a participant, kept in a file.

Ridge and gru are trained in each way and decode the same held-out part of the last day, which none of them learnt.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bk_realtime.config import MelSettings, write_toml
from bk_realtime.errors import FileError, OptionError
from offline.data.contamination import Contamination, worst_of
from offline.data.dataset import Corpus, build_corpus, common_labels
from offline.data.known_content import LEAK_UNTOLD, fitted_only
from offline.data.processed import process_recording
from offline.io.recording import Recording
from offline.scoring.paired import Gain
from offline.training.ablation import Ablation
from offline.training.corpus import load_corpus, screened
from offline.training.fitting import decode_part, fit_decoder, use_threads
from offline.training.networks import seeds_of
from offline.training.progress import EpochProgress
from offline.training.recordings import read_recordings
from offline.training.seed_scores import UNTOLD, SeedRow, SeedScores
from offline.training.settings import BASELINE, check_days

DAYS = "days.toml"
ALONE, AS_ONE, OWN, LAYERS = "last day alone", "as one day", "own normalisation", "input layers"
WAYS = {BASELINE: (ALONE, AS_ONE, OWN), "gru": (ALONE, AS_ONE, OWN, LAYERS)}
"""Decoder -> in which ways it is trained. A ridge has no layers."""
ALL = "last day alone, all contacts"
"""A further way where the last day has contacts that a day before lacks: what those cost is no gain of days."""


@dataclass(frozen=True)
class DayRow(SeedRow):
    """One decoder trained in one way.

    Attributes
    ----------
    gain : r inside speech over the same decoder of the last day alone, of the contacts that every day has.
    over_all : the same over that of all contacts of the last day; NaN where there are no more.
    """

    way: str
    gain: Gain
    over_all: Gain = UNTOLD

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what cannot be told is left out."""
        return {"way": self.way, **self.told({"gain": self.gain, "over_all": self.over_all})}


@dataclass(frozen=True)
class DaysOf:
    """What was found: rows, seconds that are learnt of the days before and of the last one, and that are scored;
    whether a participant is simulated, and what is to be said of the channels; contacts that are good on every day,
    which all ways but one learn from, and that are on the last one."""

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
    fitted_only(corpus)  # refuses what is scored and trained on all the same
    ways, contamination = corpora(corpus, settings), corpus.contamination
    whole = whole_day(corpus, recordings, settings, console)
    if whole is not None:
        ways[ALL], contamination = whole[0], worst_of(whole[1], contamination)
    decoded: dict[tuple[str, str], list[tuple[np.ndarray, float]]] = {}
    for kind, own in WAYS.items():
        for way in (*own, *([] if whole is None else [ALL])):
            seeds = seeds_of(kind, settings.seeds)
            decoded[kind, way] = [_trained(settings, kind, way, ways[way], seed, console) for seed in seeds]
    rate, mark = float(corpus.frame_rate), contamination.mark + (f"{LEAK_UNTOLD} " if corpus.untold else "")
    rows = score_days(decoded, [y for _, y in corpus.segments("test")], rate, corpus.segment_sessions("test"))
    learnt = corpus.seconds("training"), ways[ALONE].seconds("training")
    simulated = any(session.simulated for session in corpus.sessions)
    contacts = len(corpus.labels), len((corpus if whole is None else whole[0]).labels)
    found = DaysOf(rows, learnt[0] - learnt[1], learnt[1], corpus.seconds("test"), simulated, mark, contacts)
    settings.out.mkdir(parents=True, exist_ok=True)
    named = [{"name": p.name, "day": day} for p, day in zip(settings.recordings, settings.days, strict=True)]
    facts: dict[str, Any] = {"recordings": named, "seeds": list(settings.seeds)}
    facts |= {"simulated": simulated, "contaminated": contamination.contaminated}
    facts |= {"contamination": contamination.verdict, "leak_untold": list(corpus.untold)}
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


def whole_day(
    corpus: Corpus, recordings: Sequence[Recording], settings: Ablation, console: Console
) -> tuple[Corpus, Contamination] | None:
    """The last day alone with all contacts that are good on it, cut as it is among all days, and what the audit says of
    these; None where every day has them.

    Raises
    ------
    InputError
        One of them holds the sound itself, unless that is left out or kept.
    """
    last = [i for i, day in enumerate(corpus.days) if day == corpus.days[-1]]
    own = [recordings[i] for i in last]
    lost = set(common_labels(own)) - set(corpus.labels) - set(corpus.contamination.excluded)
    if not lost:
        return None
    labels, found = screened(own, common_labels(own), settings.features, settings.contaminated, console)
    if set(labels) <= set(corpus.labels):
        return None
    mel, cuts = MelSettings(), [corpus.splits[i] for i in last]
    sessions = [process_recording(recording, settings.features, mel, labels) for recording in own]
    return build_corpus(sessions, settings.features, mel, labels, corpus.sfreq, splits=cuts), found


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
    decoded: dict[tuple[str, str], list[tuple[np.ndarray, float]]],
    reference: list[np.ndarray],
    frame_rate: float,
    of: Sequence[int] = (),
) -> list[DayRow]:
    """Scores of every decoder in every way, the last day alone among them.

    Parameters
    ----------
    decoded : decoder and way -> for each seed what it decoded (T, n_mels) log-mel, and CPU seconds of a training.
    reference : recorded log-mel of the same segments.
    of : the recording that each of them is of; default one for all.
    """
    scores = SeedScores(decoded, reference, frame_rate, of)
    return [
        DayRow(
            **vars(scores.row((kind, way), kind)),
            way=way,
            gain=scores.gain((kind, way), (kind, ALONE)),
            over_all=scores.gain((kind, way), (kind, ALL)),
        )
        for kind, way in decoded
    ]
