"""What a score card says in plain sentences: one line for each way to be fooled, good or not."""

from __future__ import annotations

from typing import Any

import numpy as np

from offline.data.contamination import EXCLUDED, FOUND_NONE
from offline.data.dataset import GIVEN_REACH_S
from offline.evaluation.gate_card import gate_verdict
from offline.evaluation.segment import SHIFT
from offline.evaluation.words import RECORDED_SOUND
from offline.scoring.mel import ORACLE

LAG_LIMIT_S = 0.06
"""Misalignment from which sound and decoded mel are called shifted: five frames."""
LEAST_CEILING = 0.5
"""Share of the recorded words that a listener must hear right before its verdict on decoded ones counts."""
LEAST_TRAININGS = 19
"""Trainings on a moved brain of which a real one must beat all to be one of the best 5 %."""
CREDIBLE_R = 0.7
"""Mean correlation inside speech above which no result on intracranial recordings has stood up so far."""


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
