"""Says of which streams of other machines nobody can tell when they were taken: their clock is not measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from bk_realtime.recorder.recorded import RecordedStream, is_far

UNCLOCKED_S = 30.0
"""So long without a new measurement; one comes every five seconds."""
STOOD_S = 5.0
"""Between two looks: this machine slept, or this process stood still."""


class UnclockedWatch:
    """Where a firewall lets samples through and no question for the time they are recorded, and lie beside nothing.

    Parameters
    ----------
    streams : the recorder's, also those that come later. Those that are away are not judged.
    say : called with a line, and with ``active_fault`` or ``corrected``: what is concerned.
    """

    def __init__(self, streams: Sequence[RecordedStream], say: Callable[..., object]) -> None:
        self._streams, self._say = streams, say
        self._said: set[RecordedStream] = set()
        self._back: dict[RecordedStream, float] = {}
        self._looked = math.inf

    def look(self, now: float) -> None:
        """Say whose clock is not known, or is again; ``now`` by the LSL clock, in seconds."""
        stood, self._looked = now - self._looked > STOOD_S, now
        for s in self._streams:
            d = s.description
            if s.lost or not d.hostname or not is_far(d):
                continue
            if stood or s.gone_since is not None or s.inlet is None or s.clock is None:
                self._back[s] = now  # it is asked anew from now on
            since = max(s.clocked, self._back.get(s, s.clocked))
            about = f"clock of {d.name!r} on host {d.hostname!r}"
            if s.clocked == since and s in self._said and now - since <= UNCLOCKED_S:
                self._said.remove(s)
                self._say(f"the {about} is known", corrected=about)
            elif now - since > UNCLOCKED_S and s not in self._said:
                self._said.add(s)
                text = (
                    f"the {about} is not known for {now - since:.0f} s: cannot tell when its samples were taken; "
                    "let LSL's UDP ports through the firewall of both machines"
                )
                self._say(text, active_fault=about)
