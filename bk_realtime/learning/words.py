"""What a feed has to say, in one line."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from bk_realtime.contamination.rolling import GREEN, RED
from bk_realtime.decoder.ridge import EVEN
from bk_realtime.learning.curve import curve_at
from bk_realtime.learning.decision import STOP
from bk_realtime.learning.feed import Heard
from bk_realtime.learning.learner import FIRST_S, MORE_S
from bk_realtime.learning.progress import Progress
from bk_realtime.learning.window import Window
from bk_realtime.shown import short

MOST_POINTS = 120
"""Of the learning curve in one line: of more, evenly spread ones."""
CURVE_POINTS = 16


def in_words(heard: Heard) -> str:
    """One line: how much was read, how well it is decoded, what more would add, and the decision."""
    p = heard.progress
    parts = [f"{p.seconds:.0f} s read, {p.speech_s:.0f} s of speech"]
    if not p.speech_s and p.seconds >= FIRST_S:
        parts.append(EVEN)
    if p.anew_s:
        parts.append(f"learnt anew from {p.anew_s:.0f} s on, as the signal before was another one")
    if p.n_dead:  # plugged in later, they would be missing in NAME_learnt without a word
        parts.append(f"{p.n_dead} features had no signal in the first {FIRST_S:g} s that were learnt and are left out")
    if heard.without_sound_s:
        parts.append(f"{heard.without_sound_s:.0f} s had no sound")
    stop = p.decision.verdict == STOP  # a figure of what hears the room says nothing
    if (w := _newest(p)) and not stop:
        parts.append(f"r inside speech {w.r:.2f} (chance up to {w.r_limit:.2f})")
        parts.append(f"loudness taken off {w.partial:.2f} ({w.partial_limit:.2f})")
        best = max(p.leads, key=lambda lead: p.leads[lead])
        ear = ", which may be the ear" if best < 0 else ""  # half of the simulated shafts follow the sound
        parts.append(f"best lead {best:+.0f} ms (r {p.leads[best]:.2f}, at 0 ms {p.leads[0.0]:.2f}){ear}")
    if p.carried is not None and not stop:
        parts.append(p.carried.text)
    if p.gain is not None and not stop:
        g = p.gain
        parts.append(f"five more minutes: {g.r:+.3f} ({g.low:+.3f} to {g.high:+.3f})")
    elif w and not stop:
        parts.append("five more minutes: cannot be told yet")
    if heard.light.colour not in (GREEN, RED):
        parts.append(f"microphone in the electrodes: {heard.light.text}")
    return ("SIMULATED: " if heard.simulated else "") + "; ".join([*parts, p.decision.text])


def figures(heard: Heard) -> str:
    """The same as a line of JSON, ``{"learnt": {…}}``, for a program that shows it; what is not known is null."""
    p, window = heard.progress, _newest(heard.progress)
    every = -(-len(p.points) // MOST_POINTS) or 1
    told: dict[str, Any] = {
        "simulated": heard.simulated,
        "seconds": round(p.seconds, 1),
        "speech_s": round(p.speech_s, 1),
        "judged_s": round(p.judged_s, 1),
        "without_sound_s": round(heard.without_sound_s, 1),
        "windows": len(p.windows),
        "r": None,
        "gain": None if p.gain is None else [round(value, 4) for value in (p.gain.r, p.gain.low, p.gain.high)],
        "curve": [[round(v, 4) for v in row] for row in _curve(p)],
        "points": [[round(s, 1), round(r, 4)] for s, r in p.points[::-every][::-1]],
        "verdict": p.decision.verdict,
        "text": p.decision.text,
        "light": heard.light.colour,
        "light_text": short(heard.light.text, 300),
    }
    if p.carried is not None:
        over, counts_s = p.carried.over_scratch, p.carried.counts_s
        told |= {
            "counts_s": "all" if math.isinf(counts_s) else round(counts_s, 1),
            "over_scratch": None if over is None else [round(value, 4) for value in (over.r, over.low, over.high)],
            "carried_text": p.carried.text,
        }
    if window is not None:
        values = (window.r, window.r_limit, window.partial, window.partial_limit)
        told |= dict(zip(("r", "r_limit", "partial", "partial_limit"), (round(v, 4) for v in values), strict=True))
    return json.dumps({"learnt": told}, ensure_ascii=False)


def _newest(p: Progress) -> Window | None:
    """The newest window of what is learnt now; those from before it was learnt anew say nothing of it."""
    return p.windows[-1] if p.leads else None


def _curve(p: Progress) -> list[list[float]]:
    """Seconds of speech, r, low and high from the first point of the learning curve until five more minutes were read;
    closer where it is steep."""
    if p.gain is None:
        return []
    learnt_s, r = np.array(p.points).T
    last = p.speech_s * (1.0 + MORE_S / max(1.0, p.seconds))
    at = 1.0 / np.linspace(1.0 / learnt_s.min(), 1.0 / max(last, learnt_s.max()), CURVE_POINTS)
    return [[float(s), *map(float, row)] for s, row in zip(at, curve_at(learnt_s, r, at), strict=True)]
