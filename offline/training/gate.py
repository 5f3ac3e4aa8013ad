"""The speech gate of a training: fitted beside the decoder on the same features and parts, judged on the held-out one.

The detector is ridge regression of recorded speech and silence on the last 20 frames of features (what the linear
decoder sees), scaled to a probability on the validation part. What it learns begins 100 ms before the sound does, so
that the gate is open when the voice begins; nothing is delayed for it.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import torch

from bk_realtime.decoder.ridge import RidgeSettings, fit_ridge
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.errors import InputError
from offline.data.contamination import MARK
from offline.data.dataset import Corpus
from offline.data.shuffle import shuffled_features
from offline.scoring.measures import filled, runs
from offline.scoring.mel import speech_mask, speech_threshold
from offline.scoring.speech_gate import NEAR_S, gate_chance, gate_counts, gate_figures

AHEAD_S = 0.1
"""The gate learns to be open this long before speech."""
MIN_OPEN_S = 0.2
CLOSE_ODDS = 0.1
"""The gate closes where the odds of speech are this part of those at which it opens."""
FALSE_PER_HOUR = 30.0
"""Most false activations that the threshold may make on the validation part; one where that part is short."""
MOST_FALSE_PER_HOUR, MOST_MISSED, LEAST_KEPT = 120.0, 0.2, 0.5
"""On the held-out part, more false activations an hour, a larger share of missed onsets or a smaller one of silence
that is kept back are not good enough."""
SHUFFLES = 20
OPEN_AT = tuple((1 / (1 + np.exp(-np.arange(-3.0, 6.1, 0.25)))).round(4).tolist())
"""Probabilities that are tried."""


def fit_gate(corpus: Corpus, seed: int = 0) -> tuple[SpeechGate | None, dict[str, Any]]:
    """Fit on the training part, choose the thresholds on the validation part, judge on the held-out part.

    Returns
    -------
    The gate, or None where none can be made; and what is worth reporting, as plain values for the bundle: ``why`` there
    is none, or thresholds, figures of :func:`offline.scoring.speech_gate.gate_figures` on both parts, ``chance`` on
    the held-out one, ``passed`` and ``seconds`` that it took.
    """
    start, rate = time.perf_counter(), float(corpus.frame_rate)
    training, validation, test = (corpus.segments(part) for part in ("training", "validation", "test"))
    threshold = speech_threshold(np.concatenate([y for _, y in training]))
    masks = [speech_mask(y, threshold) for _, y in validation]
    if not (any(m.any() for m in masks) and any((~m).any() for m in masks)):
        return None, {"why": "the validation part lacks speech or silence"}
    wanted = [[(torch.from_numpy(x), _labels(y, threshold, rate)) for x, y in part] for part in (training, validation)]
    try:
        ridge, _, _ = fit_ridge(wanted[0], wanted[1], RidgeSettings(silence_weight=1.0))
    except InputError as error:
        return None, {"why": str(error)}
    scores = [ridge.forward(x[None])[0, :, 0].double().numpy() for x, _ in wanted[1]]
    labels = np.concatenate([y[:, 0].numpy() for _, y in wanted[1]])
    slope, offset = _logistic(np.concatenate(scores), labels)
    if not slope > 0:
        return None, {"why": "its features do not tell speech from silence on the validation part"}
    weight = slope * ridge.weight.double().numpy().reshape(-1, corpus.features[0].shape[1])
    gate = SpeechGate(GateSettings(), weight, slope * float(ridge.bias[0]) + offset)
    gate, on_validation = _with_thresholds(gate, validation, masks, rate)
    held_out, chance = _judged(gate, test, threshold, rate, seed)
    passed = (
        held_out["missed_share"] <= MOST_MISSED
        and held_out["false_per_hour"] <= MOST_FALSE_PER_HOUR
        and held_out["silence_kept"] >= LEAST_KEPT
        and held_out["balanced"] > chance["balanced_p95"]
    )
    settings = GateSettings(gate.settings.open_at, gate.settings.close_at, gate.settings.min_open, bool(passed))
    report = {
        "open_at": settings.open_at,
        "close_at": settings.close_at,
        "passed": settings.passed,
        "validation": _rounded(on_validation),
        "held_out": _rounded(held_out),
        "chance": _rounded(chance),
        "seconds": round(time.perf_counter() - start, 2),
    }
    return SpeechGate(settings, gate.weight, gate.bias), report


def gate_line(report: dict[str, Any], simulated: bool) -> str:
    """What the console says of it."""
    prefix = ("SIMULATED " if simulated else "") + "speech gate"
    if report.get("contaminated"):
        prefix = f"{MARK} {prefix}"
    if "why" in report:
        return f"{prefix}: none, {report['why']}"
    own, chance = report["held_out"], report["chance"]
    missed, by_chance = (f"{d.get('missed_share', math.nan):.0%}" for d in (own, chance))
    text = (
        f"{prefix}, held out: {missed} of {own['onsets']:.0f} onsets missed (chance {by_chance}), "
        f"{own['false_per_hour']:.0f} false activations an hour (chance {chance['false_per_hour']:.0f})"
    )
    if not report["passed"]:
        return f"{text}; NOT good enough to be used unasked"
    return text + ("; NOT used unasked: this says nothing" if report.get("contaminated") or report.get("leak") else "")


def _labels(mel: np.ndarray, threshold: float, rate: float) -> torch.Tensor:
    """(T, 1) float32: 1 in speech with its short pauses, and shortly before."""
    wanted = filled(speech_mask(mel, threshold), round(NEAR_S * rate))
    for a, _ in runs(wanted):
        wanted[max(0, a - round(AHEAD_S * rate)) : a] = True
    return torch.from_numpy(wanted.astype(np.float32))[:, None]


def _logistic(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the logistic curve through scores (n,) and labels 0 or 1, by Newton's method, with a slight
    penalty on the slope so that it stays finite where scores part the labels."""
    spread = float(scores.std()) or 1.0
    x = np.stack([(scores - scores.mean()) / spread, np.ones(len(scores))], 1)
    penalty = np.diag([1.0, 0.0])
    at = np.zeros(2)
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ at, -30, 30)))
        gradient = x.T @ (labels - p) - penalty @ at
        at = at + np.linalg.solve((x * (p * (1 - p) + 1e-9)[:, None]).T @ x + penalty, gradient)
    slope = float(at[0]) / spread
    return slope, float(at[1]) - slope * float(scores.mean())


def _with_thresholds(
    gate: SpeechGate, segments: list[tuple[np.ndarray, np.ndarray]], masks: list[np.ndarray], rate: float
) -> tuple[SpeechGate, dict[str, float]]:
    """The gate with thresholds: of those that make few enough false activations and then miss fewest onsets, the one
    that is right in most of speech and silence alike."""
    tried = []
    for open_at in OPEN_AT:
        odds = CLOSE_ODDS * open_at / (1 - open_at)
        settings = GateSettings(open_at, round(odds / (1 + odds), 4), round(MIN_OPEN_S * rate))
        candidate = SpeechGate(settings, gate.weight, gate.bias)
        counts = [gate_counts(opened(candidate, x), m, rate) for (x, _), m in zip(segments, masks, strict=True)]
        tried.append((candidate, gate_figures(counts)))
    seconds = sum(len(m) for m in masks) / rate
    fewest = min(f["false_per_hour"] for _, f in tried)
    allowed = max(FALSE_PER_HOUR, 3600 / seconds, fewest) + 1e-6
    quiet = [(g, f) for g, f in tried if f["false_per_hour"] <= allowed]
    missed = min(f["missed_share"] for _, f in quiet)
    good = [(g, f) for g, f in quiet if not f["missed_share"] > missed]
    return max(good, key=lambda tried: tried[1]["balanced"])


def opened(gate: SpeechGate, features: np.ndarray) -> np.ndarray:
    """(T,) bool: where the gate is open, over a segment of (T, n) features from a fresh state, as live."""
    said: np.ndarray = gate.forward(torch.from_numpy(np.ascontiguousarray(features, np.float64))[None])[0, :, 1].numpy()
    return said > 0.5


def _judged(
    gate: SpeechGate, segments: list[tuple[np.ndarray, np.ndarray]], threshold: float, rate: float, seed: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Figures of the gate, and of the same gate on a brain in random order: means, and ``balanced_p95``."""
    masks = [speech_mask(y, threshold) for _, y in segments]
    own = gate_figures([gate_counts(opened(gate, x), m, rate) for (x, _), m in zip(segments, masks, strict=True)])
    draws: list[list[dict[str, float]]] = [[] for _ in range(SHUFFLES)]
    for (x, _), mask in zip(segments, masks, strict=True):
        for draw, moved in zip(draws, shuffled_features(x, rate, SHUFFLES, seed), strict=True):
            draw.append(gate_counts(opened(gate, moved), mask, rate))
    return own, gate_chance(draws)


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    """Figures for the bundle, those that are numbers."""
    return {key: round(float(value), 4) for key, value in figures.items() if math.isfinite(value)}
