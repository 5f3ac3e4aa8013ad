"""One claim at one level: what the lines of a card find beyond chance, all of them counted together.

A card asks the same data several questions, and each answered at 5 % would be answered wrongly in one of five cards
that hold nothing. Lines whose chance comes from the same circular shifts are counted by the largest of their
standardised values (Westfall and Young 1993, "Resampling-based multiple testing", step-down max-T); listeners to words,
whose chance is another one, by Bonferroni beside them. So a card with nothing in it makes any claim at most once in
twenty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from offline.evaluation.segment import SHIFT, SegmentScores
from offline.evaluation.task import TAKES, TRIALS
from offline.evaluation.words import RECORDED_SOUND

LEVEL = 0.05
"""Chance of any claim at all where nothing was decoded."""
LEAST_CEILING = 0.5
"""Share of the recorded words that a listener must hear right before its verdict on decoded ones counts."""
SPECTRUM = {"r_speech": "inside speech", "r_partial": "loudness taken off"}
"""Measures, and their lines, that must all be beyond chance before a spectrum counts as decoded."""
MEASURED = {**SPECTRUM, "r_windows": "windows", "r": "whole recording"}
NEEDED = {*SPECTRUM.values(), TRIALS, TAKES}
"""Lines of which none may say no where a spectrum counts as decoded."""
GATE = "speech gate"
CLAIM = "claim"
BLOCKING = ("leak", "contamination", "variation", "alignment", "credible", "units", "length")
"""Lines that take every claim away when they say no: there is another reason for what looks decoded."""


def step_down(own: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Adjusted p of k statistics, largest first judged against the largest of all, the next against those left: (k,).

    Parameters
    ----------
    own : (k,) what was found, more is better.
    draws : (n, k) the same by chance, row by row from one and the same draw.
    """
    everything = np.concatenate([own[None], draws]).astype(np.float64)
    spread = np.maximum(everything.std(0), 1e-12)  # with what was found: it is one more draw where nothing is there
    z = (everything - everything.mean(0)) / spread
    p, least = np.ones(len(own)), 0.0
    left = list(np.argsort(-z[0], kind="stable"))
    while left:
        largest = z[:, left].max(1)
        least = max(least, float((largest >= largest[0] - 1e-9).mean()))
        p[left.pop(0)] = least
    return p


def gate_shifts(is_open: np.ndarray | None, mask: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Frames of speech let out and of silence kept back with the gate moved in time, (n_draws, 2); none without one."""
    if is_open is None:
        return np.zeros((0, 2))
    moved = [np.roll(is_open, int(shift)) for shift in shifts]
    return np.array([[(m & mask).sum(), (~m & ~mask).sum()] for m in moved], np.float64).reshape(len(shifts), 2)


def gates_moved(scores: Sequence[SegmentScores]) -> list[float]:
    """How much of speech and silence alike a gate gets right that is moved in time, one a draw."""
    gated = [s for s in scores if len(s.gate_shifts)]
    total = [sum(s.gate[part] for s in gated) for part in ("speech", "silence")]
    if not all(total):
        return []
    shares: np.ndarray = sum(s.gate_shifts for s in gated) / np.array(total)
    return [float(share) for share in shares.mean(1)]


def heard(found: Mapping[str, Any]) -> bool:
    """Whether a listener hears enough of the recorded words for its verdict on decoded ones to count."""
    return bool(found["rows"].get(RECORDED_SOUND, {"share": 1.0})["share"] >= LEAST_CEILING)


def counted(card: Mapping[str, Any]) -> dict[str, float]:
    """Line -> its p with all lines counted; every line that could claim something, and no other."""
    own, chance = card["decoders"][card["decoder"]], card["chance"][SHIFT]
    found = {line: (own[m]["value"], chance[m]["draws"]) for m, line in MEASURED.items() if m in own and m in chance}
    if card.get("gate", {}).get("shifted"):
        found[GATE] = (card["gate"]["own"]["balanced"], card["gate"]["shifted"])
    n = max((len(draws) for _, draws in found.values()), default=0)
    found = {line: f for line, f in found.items() if n and len(f[1]) == n and np.isfinite(f[0])}
    listeners = {f"words, {name}": w for name, w in card["words"].items() if heard(w)}
    kinds = bool(found) + len(listeners)
    p = {line: w["p_value"] for line, w in listeners.items()}
    if found:
        values, draws = zip(*found.values(), strict=True)
        p |= dict(zip(found, step_down(np.array(values), np.array(draws).T), strict=True))
    return {line: min(1.0, kinds * float(value)) for line, value in p.items()}


def sure(p: Mapping[str, float], line: str) -> bool:
    """Whether a line may claim something."""
    return p.get(line, 1.0) <= LEVEL


def not_counted(p: Mapping[str, float], line: str) -> str:
    """What a line says that is above its own limit only."""
    if line not in p:
        return ": TOO SHORT TO TELL"
    return f": NOT above chance with all {len(p)} checks counted (p = {p[line]:.2f})"


def claim(card: Mapping[str, Any], p: Mapping[str, float], lines: Sequence[Mapping[str, Any]]) -> tuple[bool, str]:
    """The one verdict of a card: whether a spectrum was decoded, and the sentence that says so.

    Parameters
    ----------
    p : :func:`counted`.
    lines : the other verdicts.
    """
    counting = f"family-wise {LEVEL:.0%}, {len(p)} checks counted together"
    said = {v["check"] for v in lines if v["good"]}  # a line may know a rival that chance does not
    beyond = [f"{line} (p = {p[line]:.3f})" for line in p if sure(p, line) and line in said]
    text = ", ".join(beyond)
    refused = {v["check"] for v in lines if not v["good"] and "CANNOT TELL" not in v["text"]}
    decoded = all(sure(p, line) for m, line in SPECTRUM.items() if line in p or m == "r_speech")
    decoded = decoded and not refused & NEEDED  # loudness, and who knows the task, can be beyond chance too
    doubted = [v["check"] for v in lines if not v["good"] and v["check"] in BLOCKING]
    open_lines = (v for v in lines if not v["good"] and ("CANNOT TELL" in v["text"] or "UNKNOWN" in v["text"]))
    unknown = list(dict.fromkeys(v["check"] for v in open_lines))
    stopped = [check for check in dict.fromkeys(doubted) if check not in unknown]
    if not p:
        return False, "TOO SHORT TO TELL anything: no line has a chance to be compared with"
    if not beyond:
        alone = [line for line in p if sure(p, line)]
        if alone:
            return False, f"NO claim: beyond chance, but told no by its own line: {', '.join(alone)} ({counting})"
        nearest = min(p, key=lambda line: p[line])
        text = f"NOTHING is beyond chance; nearest is {nearest}, p = {p[nearest]:.2f} ({counting})"
        return False, text + _too_few(card, p)
    if stopped:
        return False, f"NO claim: {', '.join(stopped)} says no; without that, beyond chance: {text} ({counting})"
    if not decoded:
        short = [v["check"] for v in lines if v["check"] in refused & NEEDED] or list(SPECTRUM.values())
        lacks = f"needed and not shown is {' and '.join(short)}; beyond chance is {text}"
        return False, f"NO claim: {lacks} ({counting}){_too_few(card, p)}"
    text = f"a spectrum is decoded beyond chance: {text} ({counting})"
    return True, text + (f"; as far as {', '.join(unknown)} can be told" if unknown else "")


def _too_few(card: Mapping[str, Any], p: Mapping[str, float]) -> str:
    kinds = 1 + sum(heard(w) for w in card["words"].values())
    n, least = card["chance"][SHIFT]["r_speech"]["n"], round(kinds / LEVEL) - 1
    return f"; {n} circular shifts are TOO FEW TO TELL, {least} or more can (--shifts)" if n < least else ""
