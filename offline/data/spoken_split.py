"""A validation part in which nobody speaks is moved to the nearest place in which somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bk_realtime.decoder.speech_frames import LEAST_SPEECH, speech_mask
from offline.data.split import Split

ENOUGH = 0.5
"""Speech that the moved part must hold, against as much as a part of its length holds on average."""
MOST = 0.25
"""Largest share of the speech that it may take from what is learnt."""


def with_speech(splits: Sequence[Split], mels: Sequence[np.ndarray], shortest: int) -> tuple[Split, ...]:
    """Splits of which something chooses that is spoken.

    They stay as they are where their validation parts together hold half a second of speech (:data:`LEAST_SPEECH`), as
    those of a recording that ends with its last word do. Else each goes back in time by as little as it takes, in steps
    of half a second, without a frame of the test part or of a guard before it; what lies behind it then is learnt. One
    of a recording that has too little speech stays.

    Parameters
    ----------
    splits : one a session, of which training is one piece before validation and test, in this order.
    mels : per session (n, n_mels) natural-log mel. What is spoken is told by all of it but the test part.
    shortest : frames that a piece to learn from must have.
    """
    spoken = [np.zeros(0, bool) if cut.whole else _spoken(cut, mel) for cut, mel in zip(splits, mels, strict=True)]
    if sum(_count(cut, "validation", mask) for cut, mask in zip(splits, spoken, strict=True)) >= LEAST_SPEECH:
        return tuple(splits)
    return tuple(cut if cut.whole else _moved(cut, mask, shortest) for cut, mask in zip(splits, spoken, strict=True))


def _spoken(split: Split, mel: np.ndarray) -> np.ndarray:
    """Frames that hold speech, up to the guard before the test part; nothing where trials are left out."""
    kept = np.ones(split.validation[1], bool)
    for first, stop in split.left_out:
        kept[first:stop] = False
    mask = np.zeros(len(kept), bool)
    mask[kept] = speech_mask(mel[: len(kept)][kept])
    return mask


def _count(split: Split, part: str, spoken: np.ndarray) -> int:
    return sum(int(spoken[a:b].sum()) for a, b in split.ranges(part))


def _moved(split: Split, spoken: np.ndarray, shortest: int) -> Split:
    (_, learnt), (first, end) = split.training[-1], split.validation
    guard, length = first - learnt, end - first
    wanted = max(LEAST_SPEECH, ENOUGH * spoken.sum() * length / (learnt + length))
    for start in range(end - shortest - guard - length, -1, -LEAST_SPEECH):
        pieces = ((0, start - guard), (start + length + guard, end))
        training = tuple(piece for piece in pieces if piece[1] - piece[0] >= shortest)
        moved = replace(split, training=training, validation=(start, start + length))
        chooses, teaches = (_count(moved, part, spoken) for part in ("validation", "training"))
        if chooses >= wanted and chooses <= MOST * (chooses + teaches):
            return moved
    return split
