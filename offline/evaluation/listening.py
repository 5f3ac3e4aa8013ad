"""Listening to one segment: the shapes of its words, and the words that a recogniser makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from offline.data.trials import Trial
from offline.evaluation.recogniser import NONE, Recogniser
from offline.evaluation.words import RECORDED, RECORDED_SOUND, SegmentWords, word_shapes


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
    mels : row of the score card -> (T, n_mels) log-mel; ``reference`` is the recorded one.
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
    decoded = {name: mel for name, mel in mels.items() if mel is not reference}
    words.shapes.update({name: word_shapes(mel, parts) for name, mel in (*decoded.items(), (RECORDED, reference))})
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
