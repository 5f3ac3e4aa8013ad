"""Guessers that know how long and how loud each word was, and nothing else: words right must be more than theirs.

A listener may be right because the decoded word is as long or as loud as the one that was spoken. So the words spoken
are put in random order once more, but only among words of like length, then of like loudness: whatever these alone tell
stays as right as before, and only what tells words of one kind apart is lost. The course of the loudness within a word
tells more. From the nearest word it is taken off before words are compared (:data:`DEAF`); a recogniser, which needs
sound, hears what it alone would sound like (:data:`OWN_LOUDNESS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import binomtest

from offline.scoring.loudness import LOUDNESS, loudness_oracles
from offline.scoring.mel import speech_mask

OWN_LOUDNESS = "its loudness alone"
"""What the decoder in question still says when nothing but the loudness of each of its frames is kept."""
DEAF = "its loudness off"
"""What it still says when the recorded level is taken off both sides, as in ``r_partial``."""
LENGTH, LEVEL = "like length", "like loudness"
GROUP = 4
"""Words of like length or loudness that are taken for each other."""
N_DRAWS = 2000


def own_loudness(decoded: np.ndarray) -> np.ndarray:
    """The decoded log-mel (T, n_mels) with nothing left but its level: at each level the mean of its own spectra."""
    return loudness_oracles(decoded, speech_mask(decoded), [decoded])[LOUDNESS]


def guessers(
    spoken: np.ndarray, recognised: Mapping[str, Sequence[str]], main: str, alike: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    """What a listener's answers to one decoder are worth beside guessers that know length and loudness.

    Parameters
    ----------
    spoken : (n,) the word of each trial.
    recognised : row of the card -> the listener's answers.
    main : the decoder in question.
    alike : what a guesser knows -> (n,) its value of each spoken word.

    Returns
    -------
    For each of ``alike`` ``p95``, the share right that 95 % of guesses do not exceed, and ``p_value``. Where they were
    listened to, under :data:`DEAF` its ``share`` and its own ``p_value`` among words of like length or loudness, and
    under :data:`OWN_LOUDNESS` its ``share`` and the ``p_value`` of being right more often than that.
    """
    found = {name: _among_like(spoken, recognised[main], values) for name, values in alike.items()}
    if DEAF in recognised:
        draws = [_among_like(spoken, recognised[DEAF], values) for values in alike.values()]
        found[DEAF] = {"share": _share(spoken, recognised[DEAF]), "p_value": max(d["p_value"] for d in draws)}
    if OWN_LOUDNESS in recognised:
        p = _more_often_right(spoken, recognised[main], recognised[OWN_LOUDNESS])
        found[OWN_LOUDNESS] = {"share": _share(spoken, recognised[OWN_LOUDNESS]), "p_value": p}
    return found


def _share(spoken: np.ndarray, recognised: Sequence[str]) -> float:
    return float((np.array(recognised, dtype=object) == spoken).mean())


def _among_like(spoken: np.ndarray, recognised: Sequence[str], values: np.ndarray) -> dict[str, float]:
    n = len(spoken)
    order = np.argsort(values, kind="stable")
    group = np.minimum(np.arange(n) // GROUP, max(0, n // GROUP - 1))  # the last one takes what is left over
    said, got = spoken[order], np.array(recognised, dtype=object)[order]
    right = int((said == got).sum())
    rng = np.random.default_rng(0)
    draws = np.array([(said[np.argsort(group + rng.random(n))] == got).sum() for _ in range(N_DRAWS)])
    p_value = float((1 + (draws >= right).sum()) / (1 + N_DRAWS))
    return {"p95": float(np.percentile(draws, 95) / n), "p_value": p_value}


def _more_often_right(spoken: np.ndarray, ours: Sequence[str], theirs: Sequence[str]) -> float:
    """One-sided p of the sign test over words that only one of both has right (McNemar 1947, exact)."""
    a, b = (np.array(answers, dtype=object) == spoken for answers in (ours, theirs))
    only_ours, only_theirs = int((a & ~b).sum()), int((b & ~a).sum())
    if not only_ours:
        return 1.0
    return float(binomtest(only_ours, only_ours + only_theirs, alternative="greater").pvalue)
