"""What a feed has to say, in one line."""

from __future__ import annotations

from bk_realtime.contamination.rolling import GREEN, RED
from bk_realtime.learning.feed import Heard


def in_words(heard: Heard) -> str:
    """One line: how much was read, how well it is decoded, what more would add, and the decision."""
    p = heard.progress
    parts = [f"{p.seconds:.0f} s read, {p.speech_s:.0f} s of speech"]
    if heard.without_sound_s:
        parts.append(f"{heard.without_sound_s:.0f} s had no sound")
    if p.windows:
        w = p.windows[-1]
        parts.append(f"r inside speech {w.r:.2f} (chance up to {w.r_limit:.2f})")
        parts.append(f"loudness taken off {w.partial:.2f} ({w.partial_limit:.2f})")
        best = max(p.leads, key=lambda lead: p.leads[lead])
        parts.append(f"best lead {best:+.0f} ms (r {p.leads[best]:.2f}, at 0 ms {p.leads[0.0]:.2f})")
    if p.gain is not None:
        g = p.gain
        parts.append(f"five more minutes: {g.r:+.3f} ({g.low:+.3f} to {g.high:+.3f})")
    elif p.windows:
        parts.append("five more minutes: cannot be told yet")
    if heard.light.colour not in (GREEN, RED):
        parts.append(f"microphone in the electrodes: {heard.light.text}")
    return "; ".join([*parts, p.decision.text])
