"""The sound of several days on one scale: by how much the mel of each day is moved to the last one's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bk_realtime.decoder.speech_frames import speech_mask, told_threshold
from offline.data.split import Split


def day_moves(
    mels: Sequence[np.ndarray], splits: Sequence[Split], days: Sequence[int]
) -> tuple[tuple[np.ndarray, ...], tuple[int, ...]]:
    """By how much the mel of other days is to be moved, per session (n_mels,): as much as its mean spectrum inside
    speech, of what is trained on, is off the last day's, because a microphone elsewhere, or of another gain, makes no
    other words; and the days that stay as they are, because they, or the last one, do not tell speech from silence.
    Nothing where all count as of one day."""
    if not days:
        return (), ()
    spoken: dict[int, np.ndarray | None] = {}
    for wanted in dict.fromkeys(days):
        cuts = zip(mels, splits, days, strict=True)
        pieces = [y[a:b] for y, cut, day in cuts if day == wanted for a, b in cut.ranges("training")]
        sound = np.concatenate([*pieces, mels[0][:0]])  # also where bad trials leave nothing of it
        told = told_threshold(sound)
        spoken[wanted] = None if told is None else sound[speech_mask(sound, told)].mean(0)
    last, moves = spoken[days[-1]], []
    for y, day in zip(mels, days, strict=True):
        own = spoken[day]
        moves.append(np.zeros_like(y[0]) if day == days[-1] or own is None or last is None else last - own)
    unmoved = [day for day, own in spoken.items() if day != days[-1] and (own is None or last is None)]
    return tuple(moves), tuple(unmoved)
