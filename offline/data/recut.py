"""A corpus cut otherwise, as for nested folds: nothing that a fold holds out comes back through the normalisation, or
through the days before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bk_realtime.features import fit_statistics, run_features
from offline.data.dataset import Corpus
from offline.data.day_moves import day_moves
from offline.data.split import Split


def recut(corpus: Corpus, splits: Sequence[Split]) -> Corpus:
    """The same sessions with other parts, one split a session.

    The last day is z-scored anew, by the statistics of what these parts train on; days before it, which are learnt
    whole in every cut, keep theirs. Their sound was moved to the mean spectrum that the last day's speech has where it
    is trained on: it is moved anew, to that of what these parts train on.
    """
    cut = _scored(replace(corpus, splits=tuple(splits)))
    if not corpus.days:
        return cut
    recorded = [y - move for y, move in zip(corpus.mel, corpus.moves, strict=True)]
    moves, unmoved = day_moves(recorded, cut.splits, corpus.days)
    mel = tuple(
        y if day == corpus.days[-1] else own + move
        for y, own, move, day in zip(corpus.mel, recorded, moves, corpus.days, strict=True)
    )
    return replace(cut, mel=mel, moves=moves, unmoved=unmoved)


def _scored(corpus: Corpus) -> Corpus:
    """With z-scores of the last day by its own training parts."""
    if corpus.z_score is None:
        return corpus
    last = [i for i in range(len(corpus.sessions)) if not corpus.days or corpus.days[i] == corpus.days[-1]]
    powers, first = [session.log_power for session in corpus.sessions], corpus.first
    training = [powers[i][first[i] + a : first[i] + b] for i in last for a, b in corpus.splits[i].ranges("training")]
    mean, std = fit_statistics(np.concatenate(training))
    z_score, features = corpus.z_score.with_statistics(mean, std), list(corpus.features)
    for i in last:
        rows = slice(first[i], first[i] + len(features[i]))
        features[i] = run_features([z_score], powers[i])[rows].astype(np.float32)
    return replace(corpus, features=tuple(features), mean=mean, std=std, z_score=z_score)
