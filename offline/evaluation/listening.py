"""Listening to one segment: the shapes of its words, and the words that a recogniser makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from offline.data.trials import Trial
from offline.evaluation.recogniser import NONE, Recogniser
from offline.evaluation.word_guessers import DEAF, LENGTH, LEVEL, OWN_LOUDNESS
from offline.evaluation.words import RECORDED, RECORDED_DEAF, RECORDED_SOUND, SegmentWords, word_shapes
from offline.scoring.loudness import Loudness
from offline.scoring.mel import frame_level

LEAST_LEFT = 0.05
"""Share of a decoder's variance that must be left without loudness before words are looked for in it. Speech itself
keeps a fifth or more, a smooth curve from level to spectrum 1 to 3 %."""


def listen_to_words(
    trials: Sequence[tuple[Trial, Trial]],
    mels: dict[str, np.ndarray],
    reference: np.ndarray,
    vocabulary: Sequence[str],
    recogniser: str,
    sound_of: Callable[[str, int, int], np.ndarray] | None,
    sample_rate: int,
) -> SegmentWords:
    """Shapes and recognised words of every labelled trial.

    Parameters
    ----------
    trials : each as marked, and from its first spoken frame to its last.
    mels : row of the score card -> (T, n_mels) log-mel, the decoder in question first; ``reference`` is the recorded
        one.
    vocabulary : words of the session.
    recogniser : name, or :data:`NONE`.
    sound_of : row, first frame and frame after the last -> sound (n,); also for :data:`RECORDED_SOUND`. None where
        there is no sound.
    """
    labelled = [(marked, spoken) for marked, spoken in trials if marked.label]
    vocabulary = sorted({*vocabulary, *(marked.label for marked, _ in labelled)} - {""})
    words = SegmentWords([marked.label for marked, _ in labelled], vocabulary)
    if not labelled:
        return words
    parts = [spoken for _, spoken in labelled]
    words.alike[LENGTH] = [float(t.stop - t.first) for t in parts]
    level = frame_level(reference)
    words.alike[LEVEL] = [float(level[t.first : t.stop].mean()) for t in parts]
    decoded = {name: mel for name, mel in mels.items() if mel is not reference and name != OWN_LOUDNESS}
    words.shapes.update({name: word_shapes(mel, parts) for name, mel in (*decoded.items(), (RECORDED, reference))})
    mask = np.zeros(len(reference), bool)
    for part in parts:
        mask[part.first : part.stop] = True
    loudness = Loudness.of(reference, mask)
    for name, mel in ((DEAF, next(iter(mels.values()))), (RECORDED_DEAF, reference)):
        left = np.zeros(mel.shape)
        left[mask] = loudness.off(mel[mask])
        if left[mask].var(0).sum() < LEAST_LEFT * mel[mask].var(0, dtype=np.float64).sum():
            left[:] = 0.0  # nothing but the shape of a curve of the level
        words.shapes[name] = word_shapes(left, parts)
    if recogniser != NONE and sound_of is not None:
        ear = Recogniser(vocabulary)
        words.unknown[recogniser] = list(ear.unknown)
        words.recognised[recogniser] = {
            row: [
                "" if marked.label in ear.unknown else ear(sound_of(row, marked.first, marked.stop), sample_rate)
                for marked, _ in labelled
            ]
            for row in (*mels, RECORDED_SOUND)
        }
    return words
