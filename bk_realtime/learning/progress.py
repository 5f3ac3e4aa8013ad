"""What a learner can say of itself so far."""

from __future__ import annotations

from dataclasses import dataclass

from bk_realtime.learning.compared import Carried
from bk_realtime.learning.curve import Gain
from bk_realtime.learning.decision import Decision
from bk_realtime.learning.window import Window


@dataclass(frozen=True)
class Progress:
    """What can be said so far.

    Attributes
    ----------
    seconds, speech_s : of the recording, and of speech in it.
    judged_s : seconds of speech that were decoded before they were learnt from, in whole windows.
    windows : all so far, oldest first.
    points : of the learning curve: seconds of speech learnt before a stretch was decoded, and its r inside speech.
    gain : what five more minutes of reading would add; None where it cannot be told.
    leads : lead in ms -> mean correlation inside speech over the windows; empty before the first.
    decision : what is made of it.
    carried : how going on from yesterday fares; None where it began from nothing.
    anew_s : second from which on it learns, where the signal before was another one; 0 where it was not.
    n_dead : features that were constant or missing in the first seconds, and are left out from then on.
    """

    seconds: float
    speech_s: float
    judged_s: float
    windows: tuple[Window, ...]
    points: tuple[tuple[float, float], ...]
    gain: Gain | None
    leads: dict[float, float]
    decision: Decision
    carried: Carried | None = None
    anew_s: float = 0.0
    n_dead: int = 0
