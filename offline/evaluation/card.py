"""The score card: segments put together, with confidence intervals, chance, oracles and plain verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from offline.data.contamination import EXCLUDED, FOUND_NONE, Contamination
from offline.data.dataset import GIVEN_REACH_S
from offline.data.provenance import UNKNOWN_CAUSALITY
from offline.evaluation.gate_card import gate_card, gate_verdict
from offline.evaluation.leak import LeakProbe
from offline.evaluation.segment import MEASURES, NULL_MEASURES, SHIFT, SHUFFLE, Measured, SegmentScores
from offline.evaluation.words import RECORDED_SOUND, word_scores
from offline.scoring.mel import MEAN, ORACLE

LOWER_IS_BETTER = ("mcd_db", "mcd_warped_db")
LAG_LIMIT_S = 0.06
"""Misalignment from which sound and decoded mel are called shifted: five frames."""
LEAST_CEILING = 0.5
"""Share of the recorded words that a listener must hear right before its verdict on decoded ones counts."""
LEAST_TRAININGS = 19
"""Trainings on a moved brain of which a real one must beat all to be one of the best 5 %."""
CREDIBLE_R = 0.7
"""Mean correlation inside speech above which no result on intracranial recordings has stood up so far."""
COUNTS = ("seconds", "speech", "speech_hit", "silence", "silence_hit", "trials", "trials_hit", "false_activations")


def combine(
    scores: Sequence[SegmentScores],
    leaks: Sequence[LeakProbe],
    simulated: bool,
    notes: Sequence[str] = (),
    given: bool = False,
    contamination: Contamination | None = None,
) -> dict[str, Any]:
    """One card of several segments of one participant; ``given`` where its features were made elsewhere.

    A measure is its mean over segments, weighted by the frames (windows, pieces of sound) that it was taken on; each
    segment is centred by itself, so that a level that differs between folds counts neither for nor against.
    ``contamination`` is what the audit says of the channels; None where sound was scored that no brain made.
    Intervals are the 2.5th and 97.5th percentile of the bootstrap samples, put together in the same way.
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
            rival: {m: _against(scores, main, rival, m) for m in ("r_speech", "mcd_db")}
            for rival in (ORACLE, MEAN, "ridge")
            if rival in names and rival != main
        },
        "chance": _chance(scores, main),
        "per_bin": {name: _per_bin(scores, name) for name in scored},
        "lag": _lag(scores, main),
        "variation": float(np.mean([s.variation for s in scores])),
        "words": word_scores([s.words for s in scores]),
        **gate_card(scores),
        "trials": [{"segment": s.name, **t} for s in scores for t in s.trials],
        "leak_probe": [leak.to_dict() for leak in leaks],
        "notes": list(notes),
        **({"causality": UNKNOWN_CAUSALITY} if given else {}),
    }
    if contamination is not None:
        card["contamination"] = {**contamination.values(), "line": contamination.line}
    for listener, found in card["words"].items():
        share = found["rows"].get(RECORDED_SOUND, {"share": 1.0})["share"]
        if share < LEAST_CEILING:
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
    card["verdicts"] = verdicts(card)
    return card


def verdicts(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Plain sentences, each about one way to be fooled: ``{"check", "good", "text"}``."""
    own = {m: v["value"] for m, v in card["decoders"][card["decoder"]].items()}
    out: list[dict[str, Any]] = []

    def say(check: str, good: bool, text: str) -> None:
        out.append({"check": check, "good": bool(good), "text": text})

    if "causality" in card:
        text = (
            "UNKNOWN, the features were made elsewhere: filters that look ahead make good figures that no live session "
            f"has; leaks are looked for as if a feature had seen {GIVEN_REACH_S:g} s either side, no z-score or filter "
            "over the whole recording"
        )
        say("causality", False, text)
        if "contamination" not in card:
            say("contamination", False, "CANNOT TELL, the audit needs the raw signal that the features were made from")
    leaks = [leak["finding"] for leak in card["leak_probe"] if leak["finding"]]
    if card["leak_probe"]:
        copies = [leak["r_copy_speech"] for leak in card["leak_probe"] if np.isfinite(leak["r_copy_speech"])]
        worst = max(copies, default=0.0)
        fine = f"no leak found: copies of the nearest training frames score r {worst:.3f} inside speech at most"
        say("leak", not leaks, leaks[0] if leaks else fine)
    audited = card.get("contamination")
    if audited is not None:
        say("contamination", audited["verdict"] in (FOUND_NONE, EXCLUDED), audited["line"])
    varies = card["variation"]
    say("variation", varies > 0.05, f"the decoded mel varies {varies:.2f} times as much as the recorded one")
    if varies <= 0.05:
        out[-1]["text"] += ": it is a CONSTANT; every figure that looks good comes from a good mean"
    chance = card["chance"][SHIFT]
    limit = chance["r_speech"]["p95"]
    above = own["r_speech"] > limit
    text = f"inside speech r is {own['r_speech']:.3f}, the 95th percentile of circular shifts {limit:.3f}"
    if not above:
        whole = own["r"] > max(0.2, chance["r"]["p95"])
        text += ": SPEECH ON AND OFF ONLY, nothing of the spectrum" if whole else ": NOT above chance"
    say("inside speech", above, text)
    if np.isfinite(own["r_windows"]) and np.isfinite(chance["r_windows"]["p95"]):
        limit = chance["r_windows"]["p95"]
        above = own["r_windows"] > limit
        text = f"in 400 ms windows r is {own['r_windows']:.3f}, chance up to {limit:.3f}"
        say("windows", above, text + ("" if above else ": NOT above chance"))
    lag = card["lag"]
    if lag["best_s"] is not None:
        shifted = abs(lag["best_s"]) > LAG_LIMIT_S and lag["r_best"] > max(0.2, lag["r_here"] + 0.05)
        text = f"r is largest ({lag['r_best']:.3f}) with the decoded mel moved by {1000 * lag['best_s']:+.0f} ms"
        if shifted:
            text += f", {lag['r_here']:.3f} where it is: SHIFTED IN TIME; "
            text += "check clocks, --lead of `offline.train` and the alignment"
        say("alignment", not shifted, text)
        if max(own["r_speech"], lag["r_best"] if shifted else 0.0) > CREDIBLE_R:
            text = (
                f"r above {CREDIBLE_R} is TOO GOOD: presume a leak, a copy of the sound or acoustic contamination "
                "until it is excluded"
            )
            say("credible", False, text)
    for name, difference in card["against"].items():
        r, mcd = difference["r_speech"], difference["mcd_db"]
        # an equal is not better: the interval of the difference leaves 0 out, where there is enough for an interval
        better = _first(r["low"], r["value"]) > 0 > _first(mcd["high"], mcd["value"])
        text = (
            f"{'better' if better else 'NOT shown to be better'} than the {name} inside speech: r by {_span(r, 3)}, "
            f"MCD by {_span(mcd, 2)} dB"
        )
        say(name, better, text)
    for listener, found in card["words"].items():
        if found["rows"].get(RECORDED_SOUND, {"share": 1.0})["share"] < LEAST_CEILING:
            continue  # combine() has put it among the notes
        say(f"words, {listener}", *_words_verdict(found, card["decoder"]))
    if "gate" in card:
        say("speech gate", *gate_verdict(card["gate"]))
    if "retrained" in card["chance"]:
        p = card["chance"]["retrained"]["r_speech"]
        text = (
            f"{p['n']} trainings on a brain moved in time reach r {p['p95']:.3f} inside speech (95 %), p = "
            f"{p['p_value']:.3f}; {p['n']} cannot show less than {1 / (p['n'] + 1):.3f}"
        )
        few = p["n"] < LEAST_TRAININGS
        text += f": TOO FEW TO TELL, {LEAST_TRAININGS} or more can" if few else ""
        say("retrained", own["r_speech"] > p["p95"] and not few, text)
    return out


def _first(value: float, otherwise: float) -> float:
    return value if np.isfinite(value) else otherwise


def _span(entry: dict[str, Any], digits: int) -> str:
    text = f"{entry['value']:+.{digits}f}"
    if np.isfinite(entry["low"]):
        text += f" ({entry['low']:+.{digits}f} to {entry['high']:+.{digits}f})"
    return text


def _words_verdict(found: dict[str, Any], main: str) -> tuple[bool, str]:
    rows = found["rows"]
    own, rival, ceiling = rows[main], rows.get(ORACLE), rows.get(RECORDED_SOUND)
    above = own["share"] > own["p95"] and (rival is None or own["right"] > rival["right"])
    p = "p < 0.001" if own["p_value"] < 1e-3 else f"p = {own['p_value']:.3f}"
    text = (
        f"{own['right']} of {found['n_trials']} words right ({own['low']:.0%} to {own['high']:.0%}), luck reaches "
        f"{own['p95']:.0%}, {p}"
    )
    if "rank" in own:
        text += f"; {own['rank']:.0%} of the other words are nearer than the right one (chance 50%)"
    text += f"; {ORACLE} {rival['share']:.0%}" if rival is not None else ""
    text += f"; {RECORDED_SOUND} {ceiling['share']:.0%}" if ceiling is not None else ""
    return above, text + ("" if above else ": NO words shown")


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
    return _interval(value, _samples(parts))


def _samples(parts: Sequence[Measured]) -> np.ndarray:
    """Bootstrap samples over all segments that have some; empty where none has."""
    drawn = [p for p in parts if len(p.samples)]
    return np.asarray(_weighted([p.samples for p in drawn], [p.size for p in drawn])) if drawn else np.zeros(0)


def _interval(value: float, samples: np.ndarray) -> dict[str, Any]:
    good = samples[np.isfinite(samples)]
    low, high = np.percentile(good, (2.5, 97.5)) if len(good) else (np.nan, np.nan)
    return {"value": value, "low": float(low), "high": float(high)}


def _against(scores: Sequence[SegmentScores], main: str, rival: str, measure: str) -> dict[str, Any]:
    """The decoder's measure less the rival's on the same trials, with the interval of that difference."""
    own, other = (_measured(scores, name, measure) for name in (main, rival))
    a, b = _samples(own), _samples(other)
    return _interval(_total(own)["value"] - _total(other)["value"], a - b if len(a) and len(b) else np.zeros(0))


def _chance(scores: Sequence[SegmentScores], main: str) -> dict[str, Any]:
    kinds = [kind for kind in (SHIFT, SHUFFLE) if all(kind in s.chance for s in scores)]
    chance: dict[str, Any] = {kind: {} for kind in kinds}
    for kind in kinds:
        for measure in NULL_MEASURES:
            parts = _measured(scores, main, measure)
            draws = _weighted([s.chance[kind][measure] for s in scores], [p.size for p in parts])
            chance[kind][measure] = chance_entry(draws, _total(parts)["value"], measure)
    return chance


def _per_bin(scores: Sequence[SegmentScores], name: str) -> dict[str, list[float]]:
    out = {}
    for measure in ("r", "r_speech"):
        sizes = [p.size for p in _measured(scores, name, measure)]
        out[measure] = _weighted([s.decoders[name].per_bin[measure] for s in scores], sizes).tolist()
    return out


def _lag(scores: Sequence[SegmentScores], main: str) -> dict[str, Any]:
    curve = _weighted([s.lag for s in scores], [p.size for p in _measured(scores, main, "r")])
    lags = (np.arange(len(curve)) - len(curve) // 2) / scores[0].frame_rate
    if not np.isfinite(curve).any():
        return {"best_s": None, "r_best": None, "r_here": None, "lags_s": [], "curve": []}
    best = int(np.nanargmax(curve))
    return {
        "best_s": float(lags[best]),
        "r_best": float(curve[best]),
        "r_here": float(curve[len(curve) // 2]),
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
