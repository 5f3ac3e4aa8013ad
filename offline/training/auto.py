"""`--decoder auto`: which decoder, or average of decoders, by nested validation over all that may be learnt from.

What is not held out is cut into contiguous folds; of several days what is not held out of the last one, for the days
before are learnt in every fold. Every candidate is trained on all but one, decodes that one, and so has decoded all of
it without having learnt it. The best of the candidates and of their averages is taken where it is above ridge inside
speech by more than noise makes the best of so many, else ridge; then it is trained anew on the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from lightning.pytorch.callbacks import Callback

from bk_realtime.config import to_dict
from bk_realtime.decoder.average import Average
from bk_realtime.errors import InputError
from offline.data.dataset import Corpus
from offline.data.recut import recut
from offline.data.settings import AugmentSettings
from offline.data.split import Part, Split, SplitSettings
from offline.scoring.mel import speech_mask
from offline.scoring.paired import Gain, Paired
from offline.scoring.together import recording_of
from offline.training import fitting
from offline.training.candidates import auto_settings
from offline.training.settings import BASELINE, OptimiserSettings, TrainerSettings

LEAST_S = 2.0
"""Shortest part of a nested fold, in seconds: as long as a training segment."""


@dataclass(frozen=True)
class Choice:
    """What was taken and why.

    Attributes
    ----------
    members : kinds; several are averaged.
    validation : candidate or average -> r inside speech over all folds.
    gain : of what was taken, else of the best, over ridge inside speech, with its interval at 95 % of all that were
        compared; NaN where nothing could be told.
    best : what was taken, else the one with the highest r.
    why : in a sentence.
    """

    members: tuple[str, ...]
    validation: dict[str, float]
    gain: Gain
    best: str
    why: str

    @property
    def name(self) -> str:
        return " + ".join(self.members)


def fit_auto(
    values: dict[str, Any],
    corpus: Corpus,
    optimiser: OptimiserSettings,
    augmentation: AugmentSettings,
    machine: TrainerSettings,
    folder: Path,
    seed: int,
    resume: bool,
    callbacks: Sequence[Callback],
) -> fitting.Fit:
    """Choose, and train what was chosen; arguments as for :func:`offline.training.fitting.fit_decoder`."""
    settings = auto_settings(values)

    def fit(kind: str, part: Corpus, name: str) -> list[fitting.Fit]:
        sizes, fits = to_dict(getattr(settings, kind)), []
        for i in range(settings.count(kind)):
            where = folder / name / (f"{kind}_{i + 1}" if i else kind)
            told = (part, optimiser, augmentation, machine, where, seed + i, resume, callbacks)
            fits.append(fitting.fit_decoder(kind, sizes, *told))
        return fits

    decoded: dict[str, list[np.ndarray]] = {kind: [] for kind in settings.kinds}
    reference: list[np.ndarray] = []
    of: list[int] = []
    reason = ""
    try:
        folds = nested_splits(corpus, settings.folds)
    except InputError as error:
        folds, reason = [], str(error)
    for k, splits in enumerate(folds):
        part = recut(corpus, splits)
        reference += [y for _, y in part.segments("test")]
        of += part.segment_sessions("test")
        for kind in settings.kinds:
            each = [fitting.decode_part(own.decoder, part) for own in fit(kind, part, f"fold_{k + 1}")]
            decoded[kind] += [np.mean(mels, axis=0) for mels in zip(*each, strict=True)]
    choice = choose(decoded, reference, float(corpus.frame_rate), reason, of)
    fits = {kind: fit(kind, corpus, "whole") for kind in choice.members}
    report: dict[str, Any] = {
        "chosen": choice.name,
        "why": choice.why,
        "folds": len(folds),
        "validation": {name: round(r, 5) for name, r in choice.validation.items()},
        "gain": [round(x, 5) for x in choice.gain if np.isfinite(x)],
        "fits": {kind: own[0].report for kind, own in fits.items()},
    }
    if settings.seeds > 1:
        report |= {"seeds": settings.seeds, "seed_fits": {k: [f.report for f in own] for k, own in fits.items()}}
    members = [(kind, own) for kind, each in fits.items() for own in each]
    if len(members) == 1:
        ((kind, only),) = members
        return fitting.Fit(only.decoder, report, kind)
    average = Average.of({kind: [own.decoder for own in each] for kind, each in fits.items()})
    return fitting.Fit(average.eval().requires_grad_(False), report, "average")


def choose(
    decoded: dict[str, list[np.ndarray]],
    reference: list[np.ndarray],
    frame_rate: float,
    reason: str = "",
    of: Sequence[int] = (),
) -> Choice:
    """Which candidate or average to take.

    Parameters
    ----------
    decoded : candidate -> log-mel (T, n_mels) of every fold's segments, none of it learnt.
    reference : recorded log-mel of the same segments.
    reason : why there are none.
    of : the recording that each segment is of; default one for all.
    """
    nothing = (float("nan"), float("nan"), float("nan"))
    if not reference:
        return Choice((BASELINE,), {}, nothing, BASELINE, f"ridge is taken: nothing could be compared, {reason}")
    truth, speech = np.concatenate(reference), np.concatenate([speech_mask(y) for y in reference])
    single = {kind: np.concatenate(mels) for kind, mels in decoded.items()}
    sets = [c for n in range(1, len(single) + 1) for c in combinations(single, n)]
    mels = {" + ".join(kinds): np.mean([single[kind] for kind in kinds], axis=0) for kinds in sets}
    paired = Paired(truth, speech, frame_rate, which=recording_of(reference, of))
    validation = {name: paired.r(mel) for name, mel in mels.items()}
    members = dict(zip(mels, sets, strict=True))
    if not np.isfinite(validation[BASELINE]):
        return Choice((BASELINE,), {}, nothing, BASELINE, "ridge is taken: too little speech to compare")
    best = max(validation, key=lambda name: np.nan_to_num(validation[name], nan=-1.0))
    if best == BASELINE:
        return Choice((BASELINE,), validation, nothing, best, _words(best, best, validation, nothing))
    rivals = [name for name in mels if name != BASELINE]
    gains = {name: paired.over(mels[name], mels[BASELINE], len(rivals)) for name in rivals}
    sure = [name for name in rivals if gains[name][1] > 0]  # NaN, where too few blocks can tell, is not above 0
    taken = max(sure, key=lambda name: validation[name], default=BASELINE)
    best = taken if sure else best
    return Choice(members[taken], validation, gains[best], best, _words(taken, best, validation, gains[best]))


def _words(taken: str, best: str, validation: dict[str, float], gain: Gain) -> str:
    rows = ", ".join(f"{name} {r:.3f}" for name, r in sorted(validation.items(), key=lambda item: -item[1]))
    seen = f"r inside speech in nested validation: {rows}"
    if best == BASELINE:
        return f"ridge is taken, nothing was above it ({seen})"
    among = f", as one of {len(validation) - 1} compared" if len(validation) > 2 else ""
    known = "too little to say how sure" if np.isnan(gain[1]) else f"95 % {gain[1]:+.3f} to {gain[2]:+.3f}{among}"
    found = f"{best} over ridge {gain[0]:+.3f}, {known}"
    top = max(validation, key=lambda name: np.nan_to_num(validation[name], nan=-1.0))
    if top != best:
        found += f"; what {top} has over ridge may be noise"
    if taken == BASELINE:
        return f"ridge is taken, what {best} has over it may be noise ({found}; {seen})"
    return f"{best} {'are averaged' if '+' in best else 'is taken'} ({found}; {seen})"


def nested_splits(corpus: Corpus, n_folds: int) -> list[tuple[Split, ...]]:
    """Splits of every fold, one a session: what the corpus does not hold out is cut into contiguous blocks, each of
    which is a fold's test part, with the corpus' own guard around it and a validation part of its own. A session of a
    day before the last one, of which nothing is scored, is in the training part of each fold as it is.

    Raises
    ------
    InputError
        Too short for so many folds.
    """
    settings = SplitSettings()
    shortest = round(LEAST_S * corpus.frame_rate)
    share = settings.validation / (1.0 - settings.test)
    cut = [[] if split.whole else _blocks(split, n_folds) for split in corpus.splits]
    folds = []
    for k in range(n_folds):
        splits = []
        for outer, blocks in zip(corpus.splits, cut, strict=True):
            if not blocks:
                splits.append(outer)
                continue
            guard = _guard(outer)
            start, stop = blocks[k]
            left: list[Part] = []
            for a, b in sorted((*outer.training, outer.validation)):
                left += [(a, min(b, start - guard)), (max(a, stop + guard), b)]
            left = [(a, b) for a, b in left if b - a >= shortest]
            longest = max(left, key=lambda p: p[1] - p[0], default=(0, 0))
            n_validation = max(shortest, int(sum(b - a for a, b in left) * share))
            validation = (longest[1] - n_validation, longest[1])
            rest = (longest[0], validation[0] - guard)
            if min(rest[1] - rest[0], stop - start) < shortest:
                raise InputError(
                    f"{_learnt_s(corpus):.0f} s to learn from are too short for {n_folds} nested folds; record longer"
                )
            training = tuple(sorted([*(p for p in left if p != longest), rest]))
            splits.append(replace(outer, training=training, validation=validation, test=(start, stop)))
        folds.append(tuple(splits))
    return folds


def _learnt_s(corpus: Corpus) -> float:
    """Seconds that are not held out, of the days before none."""
    own = [split for split in corpus.splits if not split.whole]
    parts = [p for split in own for part in ("training", "validation") for p in split.ranges(part)]
    return float(sum(b - a for a, b in parts) / corpus.frame_rate)


def _guard(split: Split) -> int:
    """Frames between the parts of a split."""
    parts = split.parts
    return max(0, *(b[0] - a[1] for a, b in pairwise(parts)))


def _blocks(split: Split, n_folds: int) -> list[Part]:
    """``n_folds`` contiguous blocks of what the split does not hold out: the longest pieces are cut most often."""
    pieces = sorted((*split.training, split.validation))
    merged: list[Part] = []
    for a, b in pieces:  # no test part lies between: one piece, guard and all
        if merged and not merged[-1][1] <= split.test[0] < a:
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    counts = [1] * len(merged) if n_folds >= len(merged) else [1] + [0] * (len(merged) - 1)
    while sum(counts) < n_folds:
        longest = max(range(len(merged)), key=lambda i: (merged[i][1] - merged[i][0]) / (counts[i] + 1))
        counts[longest] += 1
    return [
        (a + (b - a) * i // n, a + (b - a) * (i + 1) // n)
        for (a, b), n in zip(merged, counts, strict=True)
        for i in range(n)
    ]
