"""The score card: segments put together, with confidence intervals, chance and oracles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from offline.data.contamination import Contamination
from offline.data.provenance import UNKNOWN_CAUSALITY
from offline.evaluation.claims import gates_moved, heard
from offline.evaluation.diagnosis import best_lags, lag_reach
from offline.evaluation.gate_card import gate_card
from offline.evaluation.generalised import mask_card, spread, words_heard
from offline.evaluation.leak import LeakProbe
from offline.evaluation.loudness_line import loudness_reach
from offline.evaluation.segment import MEASURES, NULL_MEASURES, SHIFT, SHUFFLE, Measured, SegmentScores
from offline.evaluation.sureness_card import sureness_card
from offline.evaluation.task import TAKES, TRIALS
from offline.evaluation.verdicts import verdicts
from offline.evaluation.words import RECORDED_SOUND, word_scores
from offline.scoring.mel import MEAN, ORACLE
from offline.scoring.resampling import difference_interval

LOWER_IS_BETTER = ("mcd_db", "mcd_warped_db")
COUNTS = ("seconds", "speech", "speech_hit", "silence", "silence_hit", "trials", "trials_hit", "false_activations")


def combine(
    scores: Sequence[SegmentScores],
    leaks: Sequence[LeakProbe],
    simulated: bool,
    notes: Sequence[str] = (),
    given: bool = False,
    contamination: Contamination | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One card of several segments of one participant; ``given`` where its features were made elsewhere.

    A measure is its mean over segments, weighted by the frames (windows, pieces of sound) that it was taken on; each
    segment is centred by itself, so that a level that differs between folds counts neither for nor against.
    ``contamination`` is what the audit says of the channels; None where sound was scored that no brain made.
    ``facts`` are entries of the card that its segments do not know, before verdicts are made of them.
    Intervals are by Student's t over trials or blocks, of bootstrap samples that are put together in the same way.
    """
    first = scores[0]
    names = list(dict.fromkeys(name for s in scores for name in s.decoders))
    main = names[0]
    scored = [name for name, row in first.decoders.items() if row.detection]
    card: dict[str, Any] = {
        "simulated": simulated,
        "seconds": sum(s.seconds for s in scores),
        "speech_seconds": sum(s.speech_seconds for s in scores),
        "sound_seconds": sum(s.sound_seconds for s in scores),
        "n_trials": sum(s.n_trials for s in scores),
        "trials_by": first.trials_by,
        "decoder": main,
        "decoders": {name: {m: _total(_measured(scores, name, m)) for m in MEASURES} for name in names},
        "detection": {name: _detection([s.decoders[name].detection for s in scores]) for name in scored},
        "against": {
            rival: {m: _against(scores, main, rival, m) for m in ("r_speech", "mcd_db", "estoi")}
            for rival in (ORACLE, MEAN, "ridge")
            if rival in names and rival != main
        },
        "chance": _chance(scores, main),
        "loudness_alone": loudness_reach(scores),
        "per_bin": {name: _per_bin(scores, name) for name in scored},
        "lag": _lag(scores, main),
        "speech_mask": mask_card(scores),
        "variation": float(np.mean([s.variation for s in scores])),
        "words": word_scores([s.words for s in scores]),
        **gate_card(scores),
        **sureness_card(scores),
        "trials": [{"segment": s.name, **t} for s in scores for t in s.trials],
        "leak_probe": [leak.to_dict() for leak in leaks],
        "notes": list(notes),
        **({"causality": UNKNOWN_CAUSALITY} if given else {}),
        **(facts or {}),
    }
    where = card.get("generalised", "what it was trained on is not known")
    card["notes"].append(f"generalised to: {where}; {words_heard(scores)}; {spread(scores, main)}")
    if contamination is not None:
        card["contamination"] = {**contamination.values(), "line": contamination.line}
    for listener, found in card["words"].items():
        if not heard(found):
            share = found["rows"][RECORDED_SOUND]["share"]
            card["notes"].append(
                f"words, {listener}: no verdict, it hears only {share:.0%} of the recorded words right "
                "(another language, voice or microphone than it knows)"
            )
        if found["left_out"]:
            missing = ", ".join(found["left_out"][:8]) + (" …" if len(found["left_out"]) > 8 else "")
            card["notes"].append(f"words, {listener}: {len(found['left_out'])} words left out: {missing}")
    if not card["words"]:
        n = sum(len(s.words.labels) for s in scores)
        why = f"{n} words are too few" if n else "no markers say which words were said (start;WORD, end;WORD)"
        card["notes"].append(f"words: not scored, {why}")
    if "gate" in card:
        card["gate"]["shifted"] = gates_moved(scores)
    card["verdicts"] = verdicts(card)
    return card


def chance_entry(draws: np.ndarray, actual: float, measure: str) -> dict[str, Any]:
    """Summary of a chance distribution; ``p95`` is the value that 95 % of chance does not beat."""
    draws = draws[np.isfinite(draws)]
    if not len(draws):
        return {"n": 0, "mean": float("nan"), "p95": float("nan"), "p_value": float("nan"), "draws": []}
    low = measure in LOWER_IS_BETTER
    beaten = (draws <= actual) if low else (draws >= actual)
    return {
        "n": len(draws),
        "mean": float(draws.mean()),
        "p95": float(np.percentile(draws, 5 if low else 95)),
        "p_value": float((1 + beaten.sum()) / (1 + len(draws))),
        "draws": draws.tolist(),
    }


def _weighted(parts: Sequence[Any], sizes: Sequence[float]) -> Any:
    """Mean of values or arrays over segments; segments without a value are left out."""
    values, weights = np.array(parts, np.float64), np.array(sizes, np.float64)
    weights = weights.reshape(-1, *[1] * (values.ndim - 1)) * np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isfinite(values), values * weights, 0.0).sum(0) / weights.sum(0)


def _measured(scores: Sequence[SegmentScores], name: str, measure: str) -> list[Measured]:
    """A measure of a decoder in every segment where it was taken."""
    rows = [s.decoders[name].measures for s in scores if name in s.decoders]
    return [row[measure] for row in rows if measure in row]


def _total(parts: Sequence[Measured]) -> dict[str, Any]:
    value = float(_weighted([p.value for p in parts], [p.size for p in parts])) if parts else float("nan")
    low, high = _interval(value, _samples(parts), parts)
    return {"value": value, "low": low, "high": high}


def _samples(parts: Sequence[Measured]) -> np.ndarray:
    """Bootstrap samples over all segments that have some; empty where none has."""
    drawn = [p for p in parts if len(p.samples)]
    return np.asarray(_weighted([p.samples for p in drawn], [p.size for p in drawn])) if drawn else np.zeros(0)


def _interval(value: float, samples: np.ndarray, parts: Sequence[Measured]) -> tuple[float, float]:
    """Of a value, or of a difference on the same trials, by its bootstrap samples over the segments in ``parts``."""
    drawn = [part.n_units for part in parts if len(part.samples)]
    return difference_interval(value, samples, sum(drawn), len(drawn))


def _against(scores: Sequence[SegmentScores], main: str, rival: str, measure: str) -> dict[str, Any]:
    """The decoder's measure less the rival's on the same trials, with the interval of that difference."""
    own, other = (_measured(scores, name, measure) for name in (main, rival))
    a, b = _samples(own), _samples(other)
    value = _total(own)["value"] - _total(other)["value"]
    low, high = _interval(value, a - b, own) if len(a) and len(b) else (np.nan, np.nan)
    return {"value": value, "low": low, "high": high}


def _chance(scores: Sequence[SegmentScores], main: str) -> dict[str, Any]:
    kinds = [kind for kind in (SHIFT, SHUFFLE) if all(kind in s.chance for s in scores)]
    chance: dict[str, Any] = {kind: {} for kind in kinds}
    for kind in kinds:
        for measure in NULL_MEASURES:
            parts = _measured(scores, main, measure)
            draws = _weighted([s.chance[kind][measure] for s in scores], [p.size for p in parts])
            chance[kind][measure] = chance_entry(draws, _total(parts)["value"], measure)
    for kind in (TRIALS, TAKES):
        swapped = [s.swaps[kind] for s in scores if kind in s.swaps]
        if swapped:
            own, draws = (
                _weighted([s[key] for s in swapped], [s["size"] for s in swapped]) for key in ("own", "draws")
            )
            chance[kind] = {"r_speech": {**chance_entry(draws, float(own), "r_speech"), "own": float(own)}}
    return chance


def _per_bin(scores: Sequence[SegmentScores], name: str) -> dict[str, list[float]]:
    out = {}
    for measure in ("r", "r_speech", "r_partial"):
        sizes = [p.size for p in _measured(scores, name, measure)]
        out[measure] = _weighted([s.decoders[name].per_bin[measure] for s in scores], sizes).tolist()
    return out


def _lag(scores: Sequence[SegmentScores], main: str) -> dict[str, Any]:
    curve = _weighted([s.lag for s in scores], [p.size for p in _measured(scores, main, "r")])
    lags = (np.arange(len(curve)) - len(curve) // 2) / scores[0].frame_rate
    if not np.isfinite(curve).any():
        return {"best_s": None, "r_best": None, "r_here": None, "lags_s": [], "curve": []}
    pieces = [s.lag_chance[: min(len(s.lag_chance) for s in scores)] for s in scores]
    chance = np.asarray(_weighted(pieces, [p.size for p in _measured(scores, main, "r")]))
    reach = min(lag_reach(round(s.seconds * s.frame_rate), len(curve) // 2) for s in scores)
    best = int(np.nanargmax(curve))
    return {
        "best_s": float(lags[best]),
        "r_best": float(curve[best]),
        "r_here": float(curve[len(curve) // 2]),
        "r_speech_near": float(_weighted([s.r_near for s in scores], [s.speech_seconds for s in scores])),
        **best_lags(curve, chance, reach),
        "lags_s": lags.tolist(),
        "curve": curve.tolist(),
    }


def _detection(counts: Sequence[dict[str, float]]) -> dict[str, float]:
    total = {key: sum(c[key] for c in counts) for key in COUNTS}

    def share(a: str, b: str) -> float:
        return total[a] / total[b] if total[b] else float("nan")

    return {
        "hit_rate_frames": share("speech_hit", "speech"),
        "silence_kept_frames": share("silence_hit", "silence"),
        "trials_detected": share("trials_hit", "trials"),
        "false_activations": total["false_activations"],
        "false_activations_per_hour": 3600.0 * share("false_activations", "seconds"),
    }
