"""A corpus cut otherwise, as for nested folds: nothing that a fold holds out comes back through the days before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline.data.dataset import Corpus, day_moves
from offline.data.split import Split


def recut(corpus: Corpus, splits: Sequence[Split]) -> Corpus:
    """The same sessions with other parts, one split a session.

    z-scores stay those of the corpus. The sound of the days before was moved to the mean spectrum that the last day's
    speech has where it is trained on: it is moved anew, to that of what these parts train on.
    """
    cut = replace(corpus, splits=tuple(splits))
    if not corpus.days:
        return cut
    recorded = [y - move for y, move in zip(corpus.mel, corpus.moves, strict=True)]
    moves, unmoved = day_moves(recorded, cut.splits, corpus.days)
    mel = tuple(
        y if day == corpus.days[-1] else own + move
        for y, own, move, day in zip(corpus.mel, recorded, moves, corpus.days, strict=True)
    )
    return replace(cut, mel=mel, moves=moves, unmoved=unmoved)
