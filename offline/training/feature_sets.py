"""What bands and references beside the main ones add: the same decoder with and without them, by contiguous folds.

What training holds out in the end is not touched: the folds are cut from the rest, as ``--decoder auto`` cuts them, so
that features may be chosen by it. All sets have the guards of the slowest one. The best of several sets looks better
than it is: what is taken has to gain something at 95 % of all sets that were compared (Bonferroni's correction).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from bk_realtime.bands import MAIN
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import feature_labels
from offline.data.dataset import Corpus, build_corpus, feature_reach_s
from offline.data.processed import ProcessedRecording
from offline.data.settings import AugmentSettings
from offline.data.split import SplitSettings
from offline.scoring.mel import speech_mask
from offline.scoring.paired import Paired
from offline.scoring.resampling import circular_shift, p95
from offline.scoring.together import centred, partial, recording_of
from offline.training.auto import nested_splits
from offline.training.fitting import decode_part, fit_decoder
from offline.training.settings import BASELINE, OptimiserSettings, TrainerSettings

N_SHIFTS = 100


@dataclass(frozen=True)
class FeatureRow:
    """One set of features.

    Attributes
    ----------
    bands, references : of ``more_bands`` and ``more_references``; none of either: high gamma alone.
    r_speech, r_partial : inside speech, and with the recorded level taken off.
    chance : 95th percentile of ``r_speech`` at circular shifts.
    gain : over high gamma alone, with its 95 % interval; of high gamma NaN.
    gain_partial : the same with the level taken off, without an interval.
    least : lower end of the gain's interval at 95 % of all sets that were compared, by Bonferroni's correction.
    """

    bands: tuple[str, ...]
    r_speech: float
    r_partial: float
    chance: float
    gain: tuple[float, float, float]
    gain_partial: float
    references: tuple[str, ...] = ()
    least: float = float("nan")

    @property
    def name(self) -> str:
        """As the table says it."""
        names = (*(word.partition(":")[0] for word in self.bands), *self.references)
        return " + ".join(["", *names]).strip() or MAIN

    @property
    def options(self) -> str:
        """How training is told to take it."""
        bands = f"--features.more-bands {' '.join(self.bands)} " if self.bands else ""
        references = f"--features.more-references {' '.join(self.references)}" if self.references else ""
        return (bands + references).strip()

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what cannot be told is left out."""
        values = {"r_speech": self.r_speech, "r_partial": self.r_partial, "chance": self.chance}
        values |= dict(zip(("gain", "gain_low", "gain_high"), self.gain, strict=True))
        values |= {"gain_partial": self.gain_partial, "gain_least": self.least}
        told = {key: round(float(value), 5) for key, value in values.items() if np.isfinite(value)}
        return {"bands": list(self.bands), "references": list(self.references), **told}


@dataclass(frozen=True)
class Folding:
    """How sets of features are compared.

    Attributes
    ----------
    folds : contiguous parts.
    reach_s : seconds that decoders see.
    """

    split: SplitSettings
    folds: int
    machine: TrainerSettings
    reach_s: float
    lead_ms: float = 0.0
    seed: int = 0


def feature_sets(plain: FeatureSettings, widest: FeatureSettings) -> list[FeatureSettings]:
    """``plain``; with each band and reference that only ``widest`` has; and all together."""
    bands = [word for word in widest.more_bands if word not in plain.more_bands]
    references = [word for word in widest.more_references if word not in plain.more_references]
    alone = [replace(plain, more_bands=(*plain.more_bands, word)) for word in bands]
    alone += [replace(plain, more_references=(*plain.more_references, word)) for word in references]
    return [plain, *alone, *([widest] if len(alone) > 1 else [])]


def compare_sets(
    sessions: Sequence[ProcessedRecording],
    labels: Sequence[str],
    sfreq: Fraction,
    features: FeatureSettings,
    widest: FeatureSettings,
    how: Folding,
    console: Console,
    name: str,
) -> tuple[list[FeatureRow], float]:
    """Ridge of ``features`` and of what :func:`feature_sets` puts beside them, trained and scored by contiguous folds.

    Parameters
    ----------
    sessions : with the features of ``widest``.

    Returns
    -------
    Rows, ``features`` first; and the seconds that were decoded.

    Raises
    ------
    InputError
        Too short recordings for so many folds.
    """
    mel = MelSettings()
    names, reach, sets = feature_labels(widest, labels), feature_reach_s(widest, mel), feature_sets(features, widest)
    rows: list[FeatureRow] = []
    seconds, plain = 0.0, np.zeros(0)
    for own in track(sets, f"features, {name}", console=console):
        # what is behind a frame of the slowest set, for all
        reach_s = how.reach_s + reach - feature_reach_s(own, mel)
        parts = [only_features(session, names, feature_labels(own, labels)) for session in sessions]
        corpus = build_corpus(parts, own, mel, labels, sfreq, how.split, lead_ms=how.lead_ms, reach_s=reach_s)
        folds = [  # each with the statistics of its own training parts
            build_corpus(parts, own, mel, labels, sfreq, splits=splits, lead_ms=how.lead_ms)
            for splits in nested_splits(corpus, how.folds)
        ]
        decoded, truth = _by_folds(folds, how)
        rate, mels = float(corpus.frame_rate), np.concatenate(truth)
        # one loudness a recording; of several, each piece has that of its own
        speech = speech_mask(mels) if len(sessions) == 1 else np.concatenate([speech_mask(y) for y in truth])
        plain, seconds = (plain if rows else decoded), len(mels) / rate
        which = recording_of(truth, [i for fold in folds for i in fold.segment_sessions("test")])
        row = _row(decoded, plain, mels, speech, rate, len(sets) - 1 if rows else 0, which)
        rows.append(replace(row, bands=own.more_bands, references=own.more_references))
    return rows, seconds


def choose_set(rows: Sequence[FeatureRow]) -> tuple[FeatureRow, str]:
    """The set to take, and why in a sentence: the best of those that have more over the first one than noise makes the
    best of so many sets have."""
    plain, *others = rows
    stays = f"{MAIN} {plain.name} stays" if plain.bands or plain.references else f"{MAIN} alone is taken"
    best = max(rows, key=lambda row: np.nan_to_num(row.r_speech, nan=-1.0))
    if not np.isfinite(plain.r_speech):
        return plain, f"{stays}: too little speech to compare"
    if best is plain:
        return plain, f"{stays}: nothing adds anything"
    sure = [row for row in others if row.least > 0 and row.r_speech > row.chance]
    taken = max(sure, key=lambda row: row.r_speech, default=None)
    shown = taken or best
    if np.isnan(shown.least):
        gain = f"{shown.gain[0]:+.3f} of {shown.name}"
        return plain, f"{stays}: too little speech to say how sure the {gain} is"
    among = f" as one of {len(others)} compared" if len(others) > 1 else ""
    said = f"{shown.gain[0]:+.3f}, at least {shown.least:+.3f}{among}"
    if taken is None and best.least > 0:
        return plain, f"{stays}: with {best.name} it is not above chance"
    if taken is None:
        return plain, f"{stays}: what it gains by {best.name} may be noise ({said})"
    text = f"{MAIN} {taken.name} is taken ({said}): {taken.options}"
    if taken.gain_partial <= 0:
        text += "; with the level taken off it adds nothing, so it may be loudness only, or movement with the speech"
    return taken, text


def only_features(recording: ProcessedRecording, names: list[str], wanted: list[str]) -> ProcessedRecording:
    """A recording whose features have these ``names``, with those ``wanted`` of them alone, in that order."""
    return replace(recording, log_power=recording.log_power[:, [names.index(name) for name in wanted]])


def _by_folds(folds: list[Corpus], how: Folding) -> tuple[np.ndarray, list[np.ndarray]]:
    """Decoded log-mel (T, n_mels) of all folds, none of it learnt, and the recorded one of each piece."""
    decoded: list[np.ndarray] = []
    truth: list[np.ndarray] = []
    given = (OptimiserSettings(), AugmentSettings(), how.machine)  # of which ridge takes nothing
    for part in folds:
        with tempfile.TemporaryDirectory() as folder:
            fit = fit_decoder(BASELINE, {}, part, *given, Path(folder), how.seed)
        decoded += decode_part(fit.decoder, part)
        truth += [y for _, y in part.segments("test")]
    return np.concatenate(decoded), truth


def _row(
    decoded: np.ndarray,
    plain: np.ndarray,
    truth: np.ndarray,
    speech: np.ndarray,
    rate: float,
    n_sets: int,
    which: np.ndarray,
) -> FeatureRow:
    parts = [partial(mel, truth, speech, which) for mel in (decoded, plain)]
    ours, theirs = (centred(mel, which, speech) for mel in (decoded, truth))
    moved = circular_shift(ours, theirs, speech, rate, N_SHIFTS, np.random.default_rng(0))
    chance = p95(moved["r_speech"])
    paired = Paired(truth, speech, rate, which=which)
    if not n_sets:
        return FeatureRow((), paired.r(decoded), parts[0], chance, (float("nan"),) * 3, float("nan"))
    gain, (_, least, _) = (paired.over(decoded, plain, compared) for compared in (1, n_sets))
    return FeatureRow((), paired.r(decoded), parts[0], chance, gain, parts[0] - parts[1], least=least)
