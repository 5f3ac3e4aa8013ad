"""Rows and chance that know the task: when a word was said, or which one, and nothing of what the brain did.

A list of words read one at a time tells a decoder much before it has decoded anything: a template at every onset scores
inside speech, and the average of a word's other takes scores more than most decoders. Circular shifts know nothing of
it. So the decoded trials are swapped: among all of them, then among takes of one word only (a permutation test, Fisher
1935). Who does not lose by the first knows when, not what; who does not lose by the second says an average word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from offline.data.trials import Trial
from offline.scoring.mel import mean_correlation

AVERAGE_WORD, PREVIOUS, ONSET = "average word", "previous trial", "one template at onsets"
TASK_ROWS = (AVERAGE_WORD, PREVIOUS, ONSET)
TRIALS, TAKES = "trials swapped", "takes swapped"
"""Kinds of chance, and the lines of the card that need them."""
LONGEST_S = 3.0
"""Seconds of a trial that a template holds; silence after it."""
LEAST_TRIALS = 5
LEAST_ORDERS = 100
"""Orders of the takes below which a permutation test cannot say much at 5 %."""
LEVEL = 0.05


def task_rows(
    reference: np.ndarray, mask: np.ndarray, spoken: Sequence[Trial], frame_rate: float
) -> dict[str, np.ndarray]:
    """What decodes with true onsets (and words) alone, from the other trials of the same segment.

    Parameters
    ----------
    reference, mask : (T, n_mels) recorded log-mel and its speech frames (T,).
    spoken : trials from their first spoken frame to their last.

    Returns
    -------
    Name -> (T, n_mels): the trial before, the mean of all other trials, and, where most words were said again, the mean
    of the word's other takes, each put at the true onset; the mean spectrum of silence elsewhere. Empty with fewer than
    :data:`LEAST_TRIALS` trials.
    """
    if len(spoken) < LEAST_TRIALS or mask.all():
        return {}
    longest = min(max(t.stop - t.first for t in spoken), round(LONGEST_S * frame_rate))
    silence = reference[~mask].mean(0)
    pieces = np.zeros((len(spoken), longest, reference.shape[1]), np.float32)
    there = np.zeros((len(spoken), longest, 1), np.float32)
    for i, trial in enumerate(spoken):
        piece = reference[trial.first : trial.stop][:longest]
        pieces[i, : len(piece)], there[i, : len(piece)] = piece, 1.0
    out = {}
    for name, groups in ((ONSET, [""] * len(spoken)), (AVERAGE_WORD, [t.label for t in spoken])):
        if name == AVERAGE_WORD and not _said_again(spoken):
            continue
        row = np.tile(silence, (len(reference), 1))
        for i, trial in enumerate(spoken):
            others = np.array([j != i and groups[j] == groups[i] for j in range(len(spoken))])
            count = there[others].sum(0)
            mean = np.where(count > 0, pieces[others].sum(0) / np.maximum(count, 1), silence)
            row[trial.first : trial.first + longest] = mean[: len(row) - trial.first]
        out[name] = row.astype(reference.dtype)
    row = np.tile(silence, (len(reference), 1))
    for before, trial in zip([spoken[-1], *spoken], spoken, strict=False):  # the first has the last one before it
        piece = reference[before.first : before.stop][:longest]
        row[trial.first : trial.first + len(piece)] = piece[: len(row) - trial.first]
    return {**out, PREVIOUS: row.astype(reference.dtype)}


def swaps(
    decoded: np.ndarray,
    reference: np.ndarray,
    mask: np.ndarray,
    spoken: Sequence[Trial],
    n_draws: int,
    rng: np.random.Generator,
) -> dict[str, dict[str, Any]]:
    """r inside the speech of the trials, in its place and with the decoded trials in random order.

    Returns
    -------
    :data:`TRIALS`, and :data:`TAKES` where enough words were said again -> ``own``, ``draws`` (n_draws,) and ``size``,
    the frames that were scored.
    """
    found = {}
    every, again = list(spoken), [t for t in spoken if _said_again(spoken) and _takes(spoken)[t.label] > 1]
    for kind, trials in ((TRIALS, every), (TAKES, again)):
        groups = [t.label if kind == TAKES else "" for t in trials]
        if len(trials) < LEAST_TRIALS or _orders(groups) < LEAST_ORDERS:
            continue
        # takes up to the shortest of their word: how long one was is no part of how it sounded
        ends = _shortest(trials) if kind == TAKES else [t.stop for t in trials]
        frames = [np.arange(t.first, end)[mask[t.first : end]] for t, end in zip(trials, ends, strict=True)]
        wanted = reference[np.concatenate(frames)]

        def placed(order: Sequence[int], trials: Sequence[Trial] = trials, frames: Any = frames) -> np.ndarray:
            moved = [f + trials[j].first - trials[i].first for i, (j, f) in enumerate(zip(order, frames, strict=True))]
            return np.asarray(decoded[np.minimum(np.concatenate(moved), len(decoded) - 1)])

        own = mean_correlation(placed(range(len(trials))), wanted)
        key = np.unique(groups, return_inverse=True)[1]
        draws = np.empty(n_draws)
        for k in range(n_draws):
            order = np.empty(len(trials), int)
            order[np.argsort(key, kind="stable")] = np.argsort(key + rng.random(len(trials)))
            draws[k] = mean_correlation(placed(order.tolist()), wanted)
        found[kind] = {"own": own, "draws": draws, "size": len(wanted)}
    return found


def task_verdicts(card: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    """(check, good, text) of the swaps that could be made."""
    lines = []
    for kind, what, bad in (
        (TRIALS, "each decoded trial where another one was said", "KNOWS WHEN, NOT WHAT"),
        (TAKES, "takes of one word swapped", "NO MORE THAN AN AVERAGE WORD, nothing of the single utterance"),
    ):
        if kind in card["chance"]:
            found = card["chance"][kind]["r_speech"]
            text = (
                f"with {what}, r in the speech of trials reaches {found['p95']:.3f} (95 %), in place {found['own']:.3f}"
            )
            good = found["p_value"] <= LEVEL
            lines.append((kind, good, text + ("" if good else f": {bad}")))
    return lines


def _takes(spoken: Sequence[Trial]) -> Counter[str]:
    return Counter(t.label for t in spoken)


def _shortest(trials: Sequence[Trial]) -> list[int]:
    """Where each trial ends if it is cut to the shortest take of its word."""
    lengths = {label: min(t.stop - t.first for t in trials if t.label == label) for label in _takes(trials)}
    return [t.first + lengths[t.label] for t in trials]


def _said_again(spoken: Sequence[Trial]) -> bool:
    takes = _takes(spoken)
    return 2 * sum(takes[t.label] > 1 and bool(t.label) for t in spoken) >= len(spoken)


def _orders(groups: Sequence[str]) -> float:
    """In how many orders the members of the groups can stand."""
    return math.exp(min(50.0, sum(math.lgamma(n + 1) for n in Counter(groups).values())))
