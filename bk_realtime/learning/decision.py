"""What may be said of windows that were decoded before they were learnt from, at a stated error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bk_realtime.learning.window import Window

WORKS, WORKED, STOP, NOT_YET, TOO_LITTLE = "works", "worked", "stop", "not yet", "too little speech"
LOOKS = 21
"""Windows that are looked at. One is above its limit by chance in 5 % of cases, two running in 0.25 %: twenty pairs
add up to 5 % at the most (Bonferroni), however often somebody looks meanwhile."""


@dataclass(frozen=True)
class Decision:
    """``works``, ``worked``, ``stop``, ``not yet`` or ``too little speech``, and one line of words."""

    verdict: str
    text: str


def decide(
    windows: Sequence[Window], window_s: float, part_s: float, contaminated: str = "", since: int = 0
) -> Decision:
    """The decision after so many windows.

    Parameters
    ----------
    windows : all so far, oldest first.
    window_s : seconds of speech in one.
    part_s : seconds of speech in the one that is not full yet.
    contaminated : what the audit says where the microphone is in the electrodes; empty where it is not.
    since : the first window of what is learnt now. Those before were looked at, and say nothing of it.
    """
    if contaminated:
        return Decision(STOP, f"microphone in the electrodes: stop ({contaminated})")
    looked = windows[:LOOKS]
    both = next((i for i in range(since + 1, len(looked)) if looked[i - 1].above and looked[i].above), None)
    if both is not None and not windows[-1].above and not windows[-2].above:
        return Decision(
            WORKED,
            f"worked: two windows of {window_s:g} s of speech running ({both} and {both + 1}) were above chance, the "
            "newest two are not; look at electrodes and microphone before you use it",
        )
    if both is not None:
        return Decision(
            WORKS,
            f"works: two windows of {window_s:g} s of speech running ({both} and {both + 1}) are above chance, inside "
            "speech and with loudness taken off; made to be wrong in at most 5 % of sessions",
        )
    if len(windows) >= LOOKS:
        return Decision(
            NOT_YET, f"does not show after {LOOKS} windows of speech; more looks would make the claim cheap"
        )
    if len(windows) - since < 2:
        judged = (len(windows) - since) * window_s + part_s
        return Decision(TOO_LITTLE, f"too little speech to tell: {judged:.0f} s of {2 * window_s:g}")
    last = windows[-1]
    if last.above:
        return Decision(NOT_YET, "not yet: the last window is above chance, and so must the next one be")
    if last.follows:
        return Decision(NOT_YET, "not yet: it follows how loud the voice is, not beyond chance what it says")
    return Decision(NOT_YET, "not yet: no two windows running are above chance")
