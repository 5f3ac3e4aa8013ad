"""Which word was it? Decoded words against recorded ones, with ceiling, chance and confusion.

Two listeners, each beside the same listener on the recorded sound, on the speech/silence oracle and on the loudness of
what was decoded:

* the nearest recorded word, by cepstra and time warping; it needs no language and no package;
* a speech recogniser that knows the session's words only (:mod:`offline.evaluation.recogniser`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import binomtest

from bk_realtime.compiled import njit
from offline.data.trials import Trial
from offline.evaluation.word_guessers import DEAF, LENGTH, LEVEL, guessers
from offline.scoring.measures import cepstra, warp

N_FRAMES = 40
"""Every word is brought to so many frames, so that its length, which both sides share, tells nothing."""
LEAST_TRIALS, LEAST_WORDS = 5, 3
NEAREST = "nearest recorded word"
OTHERS, OWN = "other takes of the words", "all recorded words, the right one among them"
"""What a decoded word is compared with: other takes where most words were said again, else the recordings themselves,
so that the listener's own ceiling is 100 %."""
RECORDED, RECORDED_DEAF = "recorded", "recorded, loudness off"
"""Among shapes: the recorded words, as they are and with what their level explains taken off."""
RECORDED_SOUND = "recorded sound"
"""The row of a listener's ceiling: what it makes of the recorded speech itself."""
N_PERMUTATIONS = 2000
_TIED = 1e-6  # in z-scored distance


@dataclass(frozen=True, eq=False)
class SegmentWords:
    """What listeners make of the labelled trials of one segment.

    Attributes
    ----------
    labels : the word spoken in each trial.
    vocabulary : words of the session.
    recognised : listener -> row of the card -> word recognised in each trial, "" for none.
    unknown : listener -> words that it cannot recognise.
    shapes : row -> :func:`word_shapes`, the recorded words under :data:`RECORDED`.
    alike : what a guesser may know (:mod:`offline.evaluation.word_guessers`) -> its value of each word.
    """

    labels: list[str]
    vocabulary: list[str]
    recognised: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    shapes: dict[str, np.ndarray] = field(default_factory=dict)
    alike: dict[str, list[float]] = field(default_factory=dict)


def word_shapes(mel: np.ndarray, trials: Sequence[Trial]) -> np.ndarray:
    """Cepstra of each word, brought to one length: (n_trials, N_FRAMES, N_CEPSTRA) float32.

    Parameters
    ----------
    mel : (T, n_mels) log-mel.
    trials : from the first spoken frame to the last.
    """
    shapes = []
    for t in trials:
        c = cepstra(mel[t.first : t.stop])
        at = np.linspace(0, len(c) - 1, N_FRAMES)
        low = np.minimum(at.astype(int), max(0, len(c) - 2))
        part = (at - low)[:, None]
        shapes.append((1 - part) * c[low] + part * c[np.minimum(low + 1, len(c) - 1)])
    return np.array(shapes, np.float32)


def distances(decoded: np.ndarray, recorded: np.ndarray) -> np.ndarray:
    """Distance of every decoded word to every recorded one, (n, n_frames, k) and (m, n_frames, k) -> (n, m).

    Cepstra are z-scored over all words of each side, which undoes the smoothing of a decoder. The distance is the mean
    over the best warping path (Sakoe and Chiba 1978). Last, distances to one recorded word are z-scored over the
    decoded ones: a plain word would otherwise be the nearest of all of them.
    """
    a, b = (_z_scored(x.astype(np.float64)) for x in (decoded, recorded))
    n_frames = a.shape[1]
    flat = b.reshape(-1, b.shape[2])
    square = np.square(flat).sum(1)
    out = np.empty((len(a), len(b)))
    for i, word in enumerate(a):
        apart = np.square(word).sum(1)[:, None] + square - 2.0 * word @ flat.T
        apart = np.sqrt(np.maximum(apart, 0.0)).reshape(n_frames, len(b), n_frames).transpose(1, 0, 2)
        out[i] = _warped(np.ascontiguousarray(apart))
    spread = np.maximum(out.std(0), 1e-3 * out.mean(0) + 1e-12)
    return np.asarray((out - out.mean(0)) / spread)


def word_scores(parts: Sequence[SegmentWords]) -> dict[str, Any]:
    """Cards of all listeners over the segments of one participant; empty where there are too few labelled words.

    Returns
    -------
    listener -> {``n_trials``, ``n_words``, ``chance``, ``templates``, ``left_out``, ``rows``, ``confusion``,
    ``guessers``, ``p_value``, ``trials``}; ``p_value`` is the largest of plain luck's and the guessers', who must all
    be beaten; ``rows`` holds for each decoder ``right``, ``share`` with its interval ``low`` and ``high`` (Wilson
    1927), ``p95`` and ``p_value`` of a permutation of the words spoken, and ``rank``, the share of other words that are
    nearer than the right one (chance 0.5).
    """
    parts = [part for part in parts if part.labels]
    labels = np.array([label for part in parts for label in part.labels], dtype=object)
    if len(labels) < LEAST_TRIALS or len(set(labels)) < LEAST_WORDS:
        return {}
    known = [k for k in (LENGTH, LEVEL) if all(k in part.alike for part in parts)]
    alike = {k: np.array([value for part in parts for value in part.alike[k]]) for k in known}
    cards = {NEAREST: _nearest(labels, [part.shapes for part in parts], alike)}
    for listener in parts[0].recognised:
        cards[listener] = _recognised(listener, labels, parts, alike)
    return {name: card for name, card in cards.items() if card}


def _nearest(
    labels: np.ndarray, shapes: Sequence[dict[str, np.ndarray]], alike: dict[str, np.ndarray]
) -> dict[str, Any]:
    counts = Counter(labels)
    again = np.array([counts[label] > 1 for label in labels])
    others = bool(again.mean() >= 0.5 and len(set(labels[again])) >= LEAST_WORDS)
    keep = again if others else np.ones(len(labels), bool)
    spoken = labels[keep]
    every = {name: np.concatenate([s[name] for s in shapes])[keep] for name in shapes[0]}
    every |= {RECORDED_SOUND: every[RECORDED]} if others else {}
    rows, recognised = {}, {}
    for name in [n for n in every if n not in (RECORDED, RECORDED_DEAF)]:
        apart = distances(every[name], every[RECORDED_DEAF if name == DEAF else RECORDED])
        if others:
            np.fill_diagonal(apart, np.inf)  # the trial's own recording is no candidate
        words, by_word = _by_word(apart, spoken)
        best = by_word.min(1, keepdims=True)
        tied = (by_word <= best + _TIED).sum(1) > 1  # a constant is as near to one word as to another: it names none
        recognised[name] = ["" if t else words[k] for t, k in zip(tied, by_word.argmin(1), strict=True)]
        own = by_word[np.arange(len(spoken)), [words.index(w) for w in spoken]][:, None]
        nearer = (by_word < own - _TIED).sum(1) + 0.5 * ((np.abs(by_word - own) <= _TIED).sum(1) - 1)
        rows[name] = {**_row(spoken, recognised[name]), "rank": float(nearer.mean() / max(1, len(words) - 1))}
    card = _card(spoken, rows, recognised, len(set(spoken)), {k: v[keep] for k, v in alike.items()})
    card["templates"] = OTHERS if others else OWN
    card["left_out"] = sorted(set(labels[~keep]))
    return card


def _by_word(apart: np.ndarray, spoken: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The nearest take of each word: words, and distances (n, n_words)."""
    words = sorted(set(spoken))
    return words, np.stack([apart[:, spoken == w].min(1) for w in words], 1)


def _recognised(
    listener: str, labels: np.ndarray, parts: Sequence[SegmentWords], alike: dict[str, np.ndarray]
) -> dict[str, Any]:
    unknown = {w for part in parts for w in part.unknown[listener]}
    keep = np.array([label not in unknown for label in labels])
    spoken = labels[keep]
    if len(spoken) < LEAST_TRIALS or len(set(spoken)) < LEAST_WORDS:
        return {}
    rows, recognised = {}, {}
    for name in parts[0].recognised[listener]:
        all_recognised = [w for part in parts for w in part.recognised[listener][name]]
        recognised[name] = [w for w, k in zip(all_recognised, keep, strict=True) if k]
        rows[name] = _row(spoken, recognised[name])
    vocabulary = {w for part in parts for w in part.vocabulary} - unknown
    card = _card(spoken, rows, recognised, len(vocabulary), {k: v[keep] for k, v in alike.items()})
    card["left_out"] = sorted(unknown & set(labels))
    return card


def _card(
    spoken: np.ndarray,
    rows: dict[str, Any],
    recognised: dict[str, list[str]],
    n_words: int,
    alike: dict[str, np.ndarray],
) -> dict[str, Any]:
    main = next(iter(rows))
    words = sorted({*spoken, *recognised[main]} - {""})
    index = {w: i for i, w in enumerate(words)}
    counts = np.zeros((len(words), len(words) + 1), int)  # last column: nothing recognised
    for a, b in zip(spoken, recognised[main], strict=True):
        counts[index[a], index.get(b, len(words))] += 1
    known = guessers(spoken, recognised, main, alike)
    return {
        "n_trials": len(spoken),
        "n_words": n_words,
        "chance": 1.0 / n_words,
        "rows": rows,
        "guessers": known,
        "p_value": max(rows[main]["p_value"], *(g["p_value"] for g in known.values()), 0.0),
        "confusion": {"spoken": words, "recognised": [*words, ""], "counts": counts.tolist()},
        "trials": [
            {"spoken": word, "recognised": {name: h[i] for name, h in recognised.items()}}
            for i, word in enumerate(spoken.tolist())
        ],
    }


def _row(spoken: np.ndarray, recognised: Sequence[str]) -> dict[str, Any]:
    n = len(spoken)
    right = int(sum(a == b for a, b in zip(spoken, recognised, strict=True)))
    rng = np.random.default_rng(0)
    got = np.array(recognised, dtype=object)
    draws = np.array([(spoken[rng.permutation(n)] == got).sum() for _ in range(N_PERMUTATIONS)])
    interval = binomtest(right, n).proportion_ci(method="wilson")
    return {
        "right": right,
        "share": right / n,
        "low": float(interval.low),
        "high": float(interval.high),
        "p95": float(np.percentile(draws, 95) / n),
        "p_value": float((1 + (draws >= right).sum()) / (1 + N_PERMUTATIONS)),
    }


def _z_scored(x: np.ndarray) -> np.ndarray:
    mean, std = x.mean((0, 1)), x.std((0, 1))
    return np.asarray((x - mean) / np.maximum(std, 1e-3))


@njit
def _warped(apart):  # type: ignore[no-untyped-def]
    """Mean over the cheapest path through each (n, m) of ``apart`` (k, n, m): (k,)."""
    out = np.empty(len(apart))
    for k in range(len(apart)):
        cost, length = warp(apart[k])
        out[k] = cost / length
    return out
