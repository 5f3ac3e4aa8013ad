"""What a score card says in plain sentences: one line for each way to be fooled, good or not."""

from __future__ import annotations

from typing import Any

import numpy as np

from offline.data.contamination import EXCLUDED, FOUND_NONE, KEPT
from offline.data.dataset import GIVEN_REACH_S
from offline.data.known_content import UNKNOWN
from offline.evaluation.claims import CLAIM, GATE, LEVEL, claim, counted, heard, not_counted, sure
from offline.evaluation.diagnosis import alignment_verdict, length_verdict, units_verdict
from offline.evaluation.gate_card import gate_verdict
from offline.evaluation.generalised import mask_verdict
from offline.evaluation.loudness_line import CHECK as LOUDNESS_OFF
from offline.evaluation.loudness_line import loudness_verdict
from offline.evaluation.segment import SHIFT
from offline.evaluation.sureness_card import sureness_verdict
from offline.evaluation.task import task_verdicts
from offline.evaluation.words import RECORDED_SOUND
from offline.scoring.mel import ORACLE

LEAST_TRAININGS = 19
"""Trainings on a moved brain of which a real one must beat all to be one of the best 5 %."""
CREDIBLE_R = 0.7
"""Mean correlation inside speech above which no result on intracranial recordings has stood up so far."""


def verdicts(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Plain sentences, each about one way to be fooled: ``{"check", "good", "text"}``. The last one is the claim."""
    p = counted(card)
    own = {m: v["value"] for m, v in card["decoders"][card["decoder"]].items()}
    out: list[dict[str, Any]] = []

    def say(check: str, good: bool, text: str) -> None:
        out.append({"check": check, "good": bool(good), "text": text})

    def say_counted(check: str, good: bool, text: str) -> None:
        say(check, good and sure(p, check), text + ("" if sure(p, check) or not good else not_counted(p, check)))

    if "causality" in card:
        text = (
            "UNKNOWN, the features were made elsewhere: filters that look ahead make good figures that no live session "
            f"has; leaks are looked for as if a feature had seen {GIVEN_REACH_S:g} s either side, no z-score or filter "
            "over the whole recording"
        )
        say("causality", False, text)
        if "contamination" not in card:
            say("contamination", False, "CANNOT TELL, the audit needs the raw signal that the features were made from")
    doubted = card.get("content", {}).get("verdict") == UNKNOWN
    if "content" in card:
        say("leak", not doubted, card["content"]["line"])
    leaks = [leak["finding"] for leak in card["leak_probe"] if leak["finding"]]
    if card["leak_probe"]:
        copies = [leak["r_copy_speech"] for leak in card["leak_probe"] if np.isfinite(leak["r_copy_speech"])]
        worst = max(copies, default=0.0)
        fine = f"no leak found: copies of the nearest training frames score r {worst:.3f} inside speech at most"
        if doubted:  # the probe knows the frames of this training alone
            fine = f"CANNOT TELL from this training alone: {fine}"
        say("leak", not leaks and not doubted, leaks[0] if leaks else fine)
    audited = card.get("contamination")
    if audited is not None:
        say("contamination", audited["verdict"] in (FOUND_NONE, EXCLUDED), audited["line"])
    if "signal" in card:
        say("units", *units_verdict(card["signal"]))
    if "lengths" in card:
        say("length", *length_verdict(card["lengths"]))
    varies = card["variation"]
    say("variation", varies > 0.05, f"the decoded mel varies {varies:.2f} times as much as the recorded one")
    if varies <= 0.05:
        out[-1]["text"] += ": it is a CONSTANT; every figure that looks good comes from a good mean"
    chance = card["chance"][SHIFT]
    limit = chance["r_speech"]["p95"]
    above = own["r_speech"] > limit
    text = f"inside speech r is {own['r_speech']:.3f}, the 95th percentile of circular shifts {limit:.3f}"
    spoken = bool(np.isfinite(own["r_speech"]))
    if not spoken:
        text = "CANNOT TELL, nobody speaks in what is scored"
    elif not above:
        whole = own["r"] > max(0.2, chance["r"]["p95"])
        text += ": SPEECH ON AND OFF ONLY, nothing of the spectrum" if whole else ": NOT above chance"
    elif not sure(p, "inside speech"):
        text += not_counted(p, "inside speech")
    say("inside speech", above and sure(p, "inside speech"), text)
    if spoken and np.isfinite(card["speech_mask"].get("r_lower", np.nan)):
        say("speech mask", *mask_verdict(card["speech_mask"], own["r_speech"], above and sure(p, "inside speech")))
    say_counted(LOUDNESS_OFF, *loudness_verdict(card))
    for line in task_verdicts(card):
        say(*line)
    if np.isfinite(own["r_windows"]) and np.isfinite(chance["r_windows"]["p95"]):
        limit = chance["r_windows"]["p95"]
        above = own["r_windows"] > limit
        text = f"in 400 ms windows r is {own['r_windows']:.3f}, chance up to {limit:.3f}"
        text += "" if sure(p, "windows") else not_counted(p, "windows") if above else ": NOT above chance"
        say("windows", above and sure(p, "windows"), text)
    text = f"over the whole recording r is {own['r']:.3f}, circular shifts reach {chance['r']['p95']:.3f}"
    if ORACLE in card["decoders"]:
        text += f", speech on and off alone {card['decoders'][ORACLE]['r']['value']:.3f}: it says little by itself"
    if own["r"] > chance["r"]["p95"]:
        say_counted("whole recording", True, text)
    else:
        say("whole recording", False, text + ": NOT above chance")
    lag = card["lag"]
    if lag["best_s"] is not None:
        aligned, text = alignment_verdict(lag)
        say("alignment", aligned, text)
        # a copy may be moved so little that its alignment is fine, and its r inside speech small
        highest = np.nanmax([own["r_speech"], lag["r_speech_near"], 0.0 if aligned else lag["r_best"]])
        if highest > CREDIBLE_R:
            text = (
                f"r {highest:.3f}, above {CREDIBLE_R}, is TOO GOOD: presume a leak, a copy of the sound or acoustic "
                "contamination until it is excluded"
            )
            say("credible", False, text)
    for name, difference in card["against"].items():
        r, mcd = difference["r_speech"], difference["mcd_db"]
        # an equal is not better: the interval of the difference leaves 0 out
        better = r["low"] > 0 > mcd["high"]
        above = sure(p, "inside speech")
        text = (
            f"{'better' if better and above else 'NOT shown to be better'} than the {name} inside speech: r by "
            f"{_span(r, 3)}, MCD by {_span(mcd, 2)} dB"
        )
        if not np.isfinite(r["low"]):
            text += ": TOO SHORT TO TELL"
        elif better and not above:
            text += ", but r is not above chance there"
        say(name, better and above, text)
    estoi = card["against"].get(ORACLE, {}).get("estoi", {"value": np.nan})
    if np.isfinite(estoi["value"]):
        better = estoi["low"] > 0 and sure(p, "inside speech")
        text = f"ESTOI is {own['estoi']:.3f}, {_span(estoi, 3)} beside that of speech on and off"
        text += "" if better else ": TOO SHORT TO TELL" if np.isnan(estoi["low"]) else ": NOT shown to be better"
        say("ESTOI", better, text)
    for listener, found in card["words"].items():
        if not heard(found):
            continue  # combine() has put it among the notes
        good, text = _words_verdict(found, card["decoder"])
        say_counted(f"words, {listener}", good, text)
    if "gate" in card:
        say_counted(GATE, *gate_verdict(card["gate"]))
    if "sureness" in card:
        knows, text = sureness_verdict(card["sureness"])
        why = "what is scored may have been learnt (see leak)" if doubted or leaks else ""
        if audited is not None and audited["verdict"] == KEPT:
            why = "the sound itself is in the channels (see contamination)"
        say("how sure", knows and not why, text + (f": NOT JUDGED, {why}" if why else ""))
    if "retrained" in card["chance"]:
        anew = card["chance"]["retrained"]["r_speech"]
        text = (
            f"{anew['n']} trainings on a brain moved in time reach r {anew['p95']:.3f} inside speech (95 %), p = "
            f"{anew['p_value']:.3f}; {anew['n']} cannot show less than {1 / (anew['n'] + 1):.3f}"
        )
        few = anew["n"] < LEAST_TRAININGS
        text += f": TOO FEW TO TELL, {LEAST_TRAININGS} or more can" if few else ""
        say("retrained", own["r_speech"] > anew["p95"] and not few and sure(p, "inside speech"), text)
    say(CLAIM, *claim(card, p, out))
    return out


def _span(entry: dict[str, Any], digits: int) -> str:
    text = f"{entry['value']:+.{digits}f}"
    if np.isfinite(entry["low"]):
        text += f" ({entry['low']:+.{digits}f} to {entry['high']:+.{digits}f})"
    return text


def _words_verdict(found: dict[str, Any], main: str) -> tuple[bool, str]:
    rows = found["rows"]
    own, rival, ceiling = rows[main], rows.get(ORACLE), rows.get(RECORDED_SOUND)
    above = own["share"] > own["p95"] and (rival is None or own["right"] > rival["right"])
    beaten = all(guesser["p_value"] <= LEVEL for guesser in found["guessers"].values())
    p = "p < 0.001" if own["p_value"] < 1e-3 else f"p = {own['p_value']:.3f}"
    text = (
        f"{own['right']} of {found['n_trials']} words right ({own['low']:.0%} to {own['high']:.0%}), luck reaches "
        f"{own['p95']:.0%}, {p}"
    )
    if "rank" in own:
        text += f"; {own['rank']:.0%} of the other words are nearer than the right one (chance 50%)"
    text += f"; {ORACLE} {rival['share']:.0%}" if rival is not None else ""
    text += f"; {RECORDED_SOUND} {ceiling['share']:.0%}" if ceiling is not None else ""
    if found["guessers"]:
        luck = [f"{name} {guesser['p95']:.0%}" for name, guesser in found["guessers"].items() if "p95" in guesser]
        text += f"; luck among words of {', '.join(luck)}"
        other = [f"{name} {guesser['share']:.0%}" for name, guesser in found["guessers"].items() if "share" in guesser]
        text += "".join(f"; {share}" for share in other)
    if above and not beaten:
        return False, text + ": NO MORE THAN LENGTH AND LOUDNESS, no words shown"
    return above, text + ("" if above else ": NO words shown")
