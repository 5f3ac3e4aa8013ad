"""How sure a decoder is, learnt beside it: from its errors on the validation part, which it did not learn, judged on
the held-out one.

The validation part chose the decoder's penalty or its best epoch, so that its errors there are a little small; the
coverage on the score card says how much.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.ridge import Ridge, RidgeSettings, fit_ridge
from bk_realtime.decoder.sureness import COVERED, Sureness, SurenessSettings
from bk_realtime.errors import InputError
from offline.data.contamination import MARK
from offline.data.dataset import Corpus
from offline.data.decoding import decode_features
from offline.scoring.mel import speech_mask, speech_threshold
from offline.scoring.resampling import BLOCK_S
from offline.scoring.sureness import (
    expected_levels,
    frame_error_db,
    head_inputs,
    knows,
    sureness_counts,
    sureness_figures,
    sureness_rows,
)

LEAST_SPEECH = 43
"""Frames of speech (half a second) that the validation part must hold."""
TABLE = 200
PENALTY = 1e-3
"""On standardised inputs, relative to their number."""
UNSURE_S, SURE_S = 0.1, 0.2


def expected_level(corpus: Corpus) -> Ridge | None:
    """What a linear decoder expects of the level of each frame: the same for every decoder of a training. None where
    there is too little."""
    parts = [
        [(torch.from_numpy(x), torch.from_numpy(y.mean(1, keepdims=True))) for x, y in corpus.segments(part)]
        for part in ("training", "validation")
    ]
    try:
        return fit_ridge(parts[0], parts[1], RidgeSettings(silence_weight=1.0))[0]  # of silence as much as of speech
    except InputError:
        return None


def fit_sureness(decoder: Decoder, corpus: Corpus, level: Ridge | None) -> tuple[Sureness | None, dict[str, Any]]:
    """Fit on the decoder's errors on the validation part, judge on the held-out part.

    Returns
    -------
    The head, or None where none can be made; and what is worth reporting, as plain values for the bundle: ``why`` there
    is none, or ``held_out``, figures of :func:`offline.scoring.sureness.sureness_figures`, ``passed`` and ``seconds``
    that it took.
    """
    start, rate = time.perf_counter(), float(corpus.frame_rate)
    training, validation, test = (corpus.segments(part) for part in ("training", "validation", "test"))
    threshold = speech_threshold(np.concatenate([y for _, y in training]))
    first = RidgeSettings().n_past - 1  # what came before those frames is not in the segment
    speech = np.concatenate([speech_mask(y, threshold)[first:] for _, y in validation])
    if level is None or speech.sum() < LEAST_SPEECH or (~speech).sum() < LEAST_SPEECH:
        return None, {"why": "the validation part lacks speech or silence"}
    errors = np.concatenate([frame_error_db(decode_features(decoder, x), y)[first:] for x, y in validation])
    weight, bias = level.weight.double().numpy().reshape(-1, corpus.features[0].shape[1]), float(level.bias[0])
    raw = [expected_levels(weight, bias, x) for x, _ in validation]
    spread, mean = (f(np.concatenate(raw)) for f in (np.std, np.mean))
    if not (np.isfinite(errors).all() and spread > 0 and np.log(errors).std() > 0):
        return None, {"why": "the decoder, or what it expects, is the same everywhere on the validation part"}
    weight, bias = weight / spread, float((bias - mean) / spread)
    inputs = np.concatenate([head_inputs(weight, bias, x)[first:] for x, _ in validation])
    parts = {"weight": weight, "bias": np.array([bias]), **_fitted(inputs, errors, speech)}
    settings = SurenessSettings(unsure_frames=round(UNSURE_S * rate), sure_frames=round(SURE_S * rate))
    head = Sureness(settings, parts)
    judged = [(sureness_rows(head, x, frame_error_db(decode_features(decoder, x), y)), y) for x, y in test]
    figures = sureness_figures([sureness_counts(rows, speech_mask(y, threshold), rate) for rows, y in judged])
    passed = knows(figures)
    report = {
        "passed": passed,
        "held_out": {k: {n: round(v, 4) for n, v in row.items() if math.isfinite(v)} for k, row in figures.items()},
        "seconds": round(time.perf_counter() - start, 2),
    }
    return Sureness(replace(settings, passed=passed), parts), report


def withheld() -> tuple[Sureness | None, dict[str, Any]]:
    """No head, and why, where the decoder may know the parts that one is fitted and judged on: its errors there would
    be too small."""
    return None, {"why": "the bundle that it started from may know the parts that this is learnt and judged on"}


def sureness_line(report: dict[str, Any], simulated: bool) -> str:
    """What the console says of it."""
    prefix = ("SIMULATED " if simulated else "") + "how sure"
    if report.get("contaminated"):
        prefix = f"{MARK} {prefix}"
    if "why" in report:
        return f"{prefix}: cannot tell, {report['why']}"
    own = report["held_out"]["all"]
    within = f"80 % interval holds {own['head_80']:.0%} of the held-out frames"
    if report.get("contaminated"):
        return f"{prefix}: cannot tell, the sound itself is in the channels; {within}"
    if report.get("leak"):
        return f"{prefix}: cannot tell, what it is judged on may have been learnt; {within}"
    if not report["passed"]:
        few = "" if "low" in own else f" (fewer than three blocks of {BLOCK_S:g} s)"
        return (
            f"{prefix}: cannot tell, not shown to know more than a constant error on the held-out part{few}; {within}"
        )
    voiced = report["held_out"]["voiced"]
    told = f"{prefix}: {within}; where speech is expected {voiced['gain']:+.2f} nat a frame over a constant error"
    if "low" in voiced:
        told += f" (95 % {voiced['low']:+.2f} to {voiced['high']:+.2f})"
    return told if voiced.get("low", 0.0) > 0 else f"{told}: speech from silence; that it knows more is not shown"


def _fitted(inputs: np.ndarray, errors: np.ndarray, speech: np.ndarray) -> dict[str, np.ndarray]:
    """All but the level's weights of a head; as many frames count as expected speech as were speech."""
    logs, level = np.log(errors), inputs[:, 0]
    threshold = float(np.quantile(level, 1.0 - speech.mean()))
    voiced = level > threshold
    own, curve, ranges, within, spread = np.zeros(len(logs)), [], [], [], []
    for here in (~voiced, voiced):
        curve.append(_solved(inputs[here], logs[here]))
        own[here] = curve[-1][0] + inputs[here] @ curve[-1][1:]
        ranges.append([[v.min(), v.max()] for v in inputs[here][:, [0, 2, 3]].T])
        within.append(np.quantile(np.exp(logs - own)[here], COVERED))
        spread.append(max(1e-3, float((logs - own)[here].std())))
    constant = np.array([[logs[here].mean(), max(1e-3, logs[here].std())] for here in (slice(None), voiced)])
    return {
        "threshold": np.array([threshold]),
        "curve": np.array(curve),
        "ranges": np.array(ranges),
        "power": np.array([inputs[:, 3].min(), inputs[:, 3].max()]),
        "voiced_db": np.quantile(np.exp(own[voiced]), (np.arange(TABLE) + 0.5) / TABLE),
        "within": np.array(within),
        "spread": np.array(spread),
        "constant": constant,
        "constant_within": np.quantile(errors / math.exp(constant[0, 0]), COVERED),
    }


def _solved(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(1 + k,) intercept and slopes of y (n,) on x (n, k), with a slight penalty on the standardised slopes."""
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-9)
    z = (x - mean) / spread
    slopes = np.linalg.solve(z.T @ z + PENALTY * len(z) * np.eye(z.shape[1]), z.T @ (y - y.mean())) / spread
    return np.array([y.mean() - slopes @ mean, *slopes])
