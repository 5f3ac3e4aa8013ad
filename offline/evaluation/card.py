"""The score card: stretches put together, with confidence intervals, chance, oracles and plain verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from offline.evaluation.leak import LeakProbe
from offline.evaluation.stretch import MEAN, MEASURES, NULL_MEASURES, ORACLE, StretchScores
from offline.evaluation.words import RECORDED_SOUND, word_scores

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
    scores: Sequence[StretchScores], leaks: Sequence[LeakProbe], simulated: bool, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """One card of several stretches of one participant.

    A measure is its mean over stretches, weighted by the frames (windows, pieces of sound) that it was taken on; each
    stretch is centred by itself, so that a level that differs between folds counts neither for nor against.
    Intervals are the 2.5th and 97.5th percentile of the bootstrap samples, put together in the same way.
    """
    names = list(dict.fromkeys(name for s in scores for name in s.values["decoders"]))
    main = names[0]
    sizes = [s.values["size"] for s in scores]
    decoders = {name: {m: _total(scores, sizes, name, m) for m in MEASURES} for name in names}
    nulls = _nulls(scores, sizes)
    card: dict[str, Any] = {
        "simulated": simulated,
        "seconds": sum(s.values["seconds"] for s in scores),
        "speech_seconds": sum(s.values["speech_seconds"] for s in scores),
        "sound_seconds": sum(s.values["sound_seconds"] for s in scores),
        "n_trials": sum(s.values["n_trials"] for s in scores),
        "trials_by": scores[0].values["trials_by"],
        "decoder": main,
        "decoders": decoders,
        "detection": {n: _detection([s.values["detection"][n] for s in scores]) for n in scores[0].values["detection"]},
        "against": {
            rival: {m: _against(scores, sizes, main, rival, m) for m in ("r_speech", "mcd_db")}
            for rival in (ORACLE, MEAN, "ridge")
            if rival in names and rival != main
        },
        "chance": nulls,
        "per_bin": {n: _per_bin(scores, sizes, n) for n in scores[0].values["detection"]},
        "lag": _lag(scores, sizes),
        "variation": float(np.mean([s.values["variation"] for s in scores])),
        "words": word_scores([s.values["words"] for s in scores], [_shapes(s) for s in scores]),
        "trials": [{"stretch": s.values["name"], **t} for s in scores for t in s.values["trials"]],
        "leak_probe": [leak.to_dict() for leak in leaks],
        "notes": list(notes),
    }
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
        n = sum(len(s.values["words"]["labels"]) for s in scores)
        why = f"{n} words are too few" if n else "no markers say which words were said (start;WORD, end;WORD)"
        card["notes"].append(f"words: not scored, {why}")
    card["verdicts"] = verdicts(card)
    return card


def verdicts(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Plain sentences, each about one way to be fooled: ``{"check", "good", "text"}``."""
    own = {m: v["value"] for m, v in card["decoders"][card["decoder"]].items()}
    out = []

    def say(check: str, good: bool, text: str) -> None:
        out.append({"check": check, "good": bool(good), "text": text})

    leaks = [leak["finding"] for leak in card["leak_probe"] if leak["finding"]]
    if card["leak_probe"]:
        copies = [leak["r_copy_speech"] for leak in card["leak_probe"] if np.isfinite(leak["r_copy_speech"])]
        worst = max(copies, default=0.0)
        fine = f"no leak found: copies of the nearest training frames score r {worst:.3f} inside speech at most"
        say("leak", not leaks, leaks[0] if leaks else fine)
    varies = card["variation"]
    say("variation", varies > 0.05, f"the decoded mel varies {varies:.2f} times as much as the recorded one")
    if varies <= 0.05:
        out[-1]["text"] += ": it is a CONSTANT; every figure that looks good comes from a good mean"
    chance = card["chance"]["circular shift"]
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
            text += f", {lag['r_here']:.3f} where it is: SHIFTED IN TIME; check clocks, --lead and the alignment"
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


def _shapes(scores: StretchScores) -> dict[str, np.ndarray]:
    return {k.removeprefix("words/"): v for k, v in scores.arrays.items() if k.startswith("words/")}


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
        "draws": [float(d) for d in draws],
    }


def _weighted(parts: Sequence[Any], sizes: Sequence[float]) -> Any:
    """Mean of values or arrays over stretches; stretches without a value are left out."""
    values, weights = np.array(parts, np.float64), np.array(sizes, np.float64)
    weights = weights.reshape(-1, *[1] * (values.ndim - 1)) * np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isfinite(values), values * weights, 0.0).sum(0) / weights.sum(0)


def _total(scores: Sequence[StretchScores], sizes: Sequence[dict], name: str, measure: str) -> dict[str, Any]:
    having = [(s, n) for s, n in zip(scores, sizes, strict=True) if measure in s.values["decoders"].get(name, {})]
    if not having:
        return _interval(float("nan"), None)
    weights = [n.get(measure, 0) for _, n in having]
    value = float(_weighted([s.values["decoders"][name][measure] for s, _ in having], weights))
    return _interval(value, _samples(scores, sizes, name, measure))


def _samples(scores: Sequence[StretchScores], sizes: Sequence[dict], name: str, measure: str) -> np.ndarray | None:
    """Bootstrap samples over all stretches; the same draw of trials in the same place for every decoder."""
    key = f"bootstrap/{name}/{measure}"
    having = [(s.arrays[key], n.get(measure, 0)) for s, n in zip(scores, sizes, strict=True) if key in s.arrays]
    return _weighted([a for a, _ in having], [n for _, n in having]) if having else None


def _interval(value: float, samples: np.ndarray | None) -> dict[str, Any]:
    good = samples[np.isfinite(samples)] if samples is not None else np.zeros(0)
    low, high = np.percentile(good, (2.5, 97.5)) if len(good) else (np.nan, np.nan)
    return {"value": value, "low": float(low), "high": float(high)}


def _against(
    scores: Sequence[StretchScores], sizes: Sequence[dict], main: str, rival: str, measure: str
) -> dict[str, Any]:
    """The decoder's measure less the rival's on the same trials, with the interval of that difference."""
    own, other = (_total(scores, sizes, name, measure)["value"] for name in (main, rival))
    a, b = (_samples(scores, sizes, name, measure) for name in (main, rival))
    return _interval(own - other, None if a is None or b is None else a - b)


def _nulls(scores: Sequence[StretchScores], sizes: Sequence[dict]) -> dict[str, Any]:
    main = next(iter(scores[0].values["decoders"]))
    nulls: dict[str, Any] = {}
    for kind in ("circular shift", "shuffled brain"):
        for measure in NULL_MEASURES:
            key = f"null/{kind}/{measure}"
            if any(key not in s.arrays for s in scores):
                continue
            draws = _weighted([s.arrays[key] for s in scores], [n.get(measure, 0) for n in sizes])
            actual = _total(scores, sizes, main, measure)["value"]
            nulls.setdefault(kind, {})[measure] = chance_entry(draws, actual, measure)
    return nulls


def _per_bin(scores: Sequence[StretchScores], sizes: Sequence[dict], name: str) -> dict[str, list[float]]:
    return {
        m: [float(v) for v in _weighted([s.arrays[f"bins/{name}/{m}"] for s in scores], [n[m] for n in sizes])]
        for m in ("r", "r_speech")
    }


def _lag(scores: Sequence[StretchScores], sizes: Sequence[dict]) -> dict[str, Any]:
    curve = _weighted([s.arrays["lag"] for s in scores], [n["r"] for n in sizes])
    lags = (np.arange(len(curve)) - len(curve) // 2) / scores[0].values["frame_rate"]
    if not np.isfinite(curve).any():
        return {"best_s": None, "r_best": None, "r_here": None, "lags_s": [], "curve": []}
    best = int(np.nanargmax(curve))
    return {
        "best_s": float(lags[best]),
        "r_best": float(curve[best]),
        "r_here": float(curve[len(curve) // 2]),
        "lags_s": [float(v) for v in lags],
        "curve": [float(v) for v in curve],
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
