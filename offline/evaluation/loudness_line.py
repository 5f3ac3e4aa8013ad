"""The line of the card that loudness cannot pass: r inside speech with the recorded level taken off both sides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from offline.evaluation.segment import SHIFT, SegmentScores

CHECK = "loudness taken off"
MARGIN = 0.01
"""What a decoder must have over loudness alone: less is no difference."""


def loudness_reach(scores: Sequence[SegmentScores]) -> dict[str, float]:
    """What each way of knowing the level alone reaches in ``r_partial``, mean over segments by their speech."""
    out = {}
    for name in dict.fromkeys(name for s in scores for name in s.loudness):
        rows = [(s.loudness[name], s.speech_seconds) for s in scores if math.isfinite(s.loudness.get(name, math.nan))]
        seconds = sum(weight for _, weight in rows)
        out[name] = sum(value * weight for value, weight in rows) / seconds if seconds else math.nan
    return out


def loudness_verdict(card: dict[str, Any]) -> tuple[bool, str]:
    """Whether more than loudness was decoded, and the sentence that says so."""
    own = card["decoders"][card["decoder"]]["r_partial"]["value"]
    limit = card["chance"][SHIFT]["r_partial"]["p95"]
    if not (math.isfinite(own) and math.isfinite(limit)):
        return False, "CANNOT TELL whether more than loudness was decoded: too little speech"
    reached = {name: r for name, r in card["loudness_alone"].items() if math.isfinite(r)}
    text = f"with the recorded level taken off, r inside speech is {own:.3f}; circular shifts reach {limit:.3f}"
    if reached:
        best = max(reached, key=lambda name: reached[name])
        text += f", loudness alone {reached[best]:.3f} ({best})"
        limit = max(limit, reached[best] + MARGIN)
    above = own > limit
    return above, text + ("" if above else ": NOTHING BEYOND LOUDNESS is shown")
