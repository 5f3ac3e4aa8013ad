"""One row of a transfer: what is held out of today, decoded in every way that its first minutes allow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import InputError
from bk_realtime.features import baseline_statistics
from offline.evaluation.compared import Judge, Score
from offline.training.carried import Carried, Frames, OtherDays, z_scored
from offline.training.onward import Onward

AS_IT_IS, ANEW, TOGETHER, SCRATCH = "as it is", "normalised anew", "carried on", "from scratch"
"""Yesterday's bundle; the same with its normalisation taken from today; a ridge of yesterday's recordings, or of the
bundle's weights, and today's first minutes; one of today's first minutes alone."""
BASELINE_S = 120.0
"""Seconds at the beginning of today that take the place of the training's statistics, as a session's baseline does."""


@dataclass(frozen=True)
class Row:
    """After so much of today.

    Attributes
    ----------
    seen_s : seconds of today, from its first frame, that anything was fitted or normalised with.
    scores : by way of decoding.
    share, penalty, scratch_penalty : what was chosen inside of these seconds; NaN where nothing was fitted.
    counts_s : seconds of today that the bundle's weights stand for, where these are carried on.
    gain : how much r inside speech yesterday and today have over today alone, low and high of its 95 % interval.
    over_anew : the same over yesterday's bundle with its normalisation anew.
    """

    seen_s: float
    scores: dict[str, Score]
    share: float = float("nan")
    penalty: float = float("nan")
    scratch_penalty: float = float("nan")
    gain: tuple[float, float, float] = (float("nan"),) * 3
    over_anew: tuple[float, float, float] = (float("nan"),) * 3
    counts_s: float = float("nan")


class Bundled:
    """What yesterday's bundle decodes of the scored part, each once."""

    def __init__(self, bundle: Bundle, today: Frames, judge: Judge) -> None:
        self._bundle, self._today, self._judge = bundle, today, judge
        self._kept: dict[int, tuple[np.ndarray, Score]] = {}

    def decoded(self, seen: int) -> tuple[np.ndarray, Score]:
        """Log-mel and score with the normalisation of the first ``seen`` rows, of the baseline's length at most; 0: as
        it is."""
        n = min(seen, round(BASELINE_S * self._judge.rate))
        if n not in self._kept:
            own = self._bundle.mean, self._bundle.std
            statistics = baseline_statistics(self._today.power[:n], own)[0] if n else own
            z = z_scored(self._today.power, *statistics, self._bundle.features)
            mel = self._judge.decode(self._bundle.decoder, z)
            self._kept[n] = mel, self._judge.score(mel)
        return self._kept[n]


def row_after(
    known: Frames,
    whole: Frames,
    yesterday: Bundled,
    others: OtherDays | Onward,
    judge: Judge,
    guard: int,
    notes: list[str],
) -> tuple[Row, Carried | None]:
    """Decode the scored part of ``whole`` in every way that the ``known`` rows of today allow; and what was carried on.

    Parameters
    ----------
    guard : frames between what is fitted and what it is chosen by.
    notes : gets why nothing is fitted.
    """
    seen, scores = len(known.mel), {AS_IT_IS: yesterday.decoded(0)[1]}
    row = Row(seen / judge.rate, scores)
    if not seen:
        return row, None
    anew, scores[ANEW] = yesterday.decoded(seen)
    try:
        both, scratch = others.carry_on(known, guard, judge.rate)
    except InputError as error:
        notes.append(f"after {row.seen_s:.0f} s nothing is fitted: {error}")
        return row, None
    from_scratch, scores[SCRATCH] = _fitted(scratch, whole, others, judge)
    if not others.known:
        return replace(row, scratch_penalty=scratch.penalty), None
    carried, scores[TOGETHER] = _fitted(both, whole, others, judge)
    full = replace(
        row,
        counts_s=both.counts_s,
        share=both.share,
        penalty=both.penalty,
        scratch_penalty=scratch.penalty,
        gain=judge.difference(carried, from_scratch),
        over_anew=judge.difference(carried, anew),
    )
    return full, both


def _fitted(fit: Carried, whole: Frames, others: OtherDays | Onward, judge: Judge) -> tuple[np.ndarray, Score]:
    mel = judge.decode(fit.decoder, z_scored(whole.power, fit.mean, fit.std, others.features))
    return mel, judge.score(mel)
