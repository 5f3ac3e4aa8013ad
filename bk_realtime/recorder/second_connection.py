"""A second connection beside one from which nothing comes: that one may be dead without anybody having heard of it.

Where a cable, or this machine, was away for longer than the sender's TCP waits (20 s on Windows, 15 minutes on Linux)
the sender gives the connection up. This side is not told, and LSL itself looks for a sender only where it is announced
no more. So a stream that is announced and silent is opened a second time, without letting go of the first connection: a
sender that pauses goes on over the old one. Where the new one brings samples and the old one none, it is recorded on
over the new one.

Of a stream of events silence says nothing. It is doubted where its sender was not announced for a while, where another
stream of that machine is silent, and where this machine slept. And a firewall or a router forgets a connection that is
idle without a word to either end: beside a stream of events that is silent for long there is always a second one, anew
every minute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from bk_realtime.clock import clock_of_sleep
from bk_realtime.recorder.connecting import BUFFER_S
from bk_realtime.recorder.recorded import RecordedStream, is_far
from bk_realtime.source import second as source

SILENT_S = 2.0
"""A stream of a regular rate that is announced and silent for so long, and for some of its samples, is opened a second
time; where it only paused, the next time after twice as long, up to ``RARELY_S``."""
RARELY_S = 30.0
EVENTS_S = 40.0
"""A stream of events that is silent for so long gets one, too."""
SURE_S, LONGER, LONGEST_S = 5.0, 1.2, 90.0
"""So long the new connection brings samples and the old one none: it is dead. And so many times as long as the silence
lasted, or this machine slept, up to the last: TCP tries again after twice as long each time, and what the sender keeps
for the old connection comes then. Nothing of the new one is lost meanwhile: LSL keeps two minutes of it."""
ANEW_S = 60.0
"""A second connection that has brought nothing for so long is made anew: it may be dead, too."""
AGAIN_S = 5.0
MOST = 8
"""So many second connections at once, of signals and of events each."""
SLEPT_S = 5.0
"""Between two looks: this machine slept, or all of this process stood still."""


@dataclass(eq=False)
class Second(source.Second):
    """The second connection to one sender, as the recorder has it.

    Attributes
    ----------
    uid : of that sender.
    begun : LSL clock when it was asked for first.
    sure_s : so long it is to bring samples at least before the old connection is held to be dead.
    brings_since : since when samples wait in it.
    """

    uid: str = ""
    begun: float = 0.0
    sure_s: float = SURE_S
    brings_since: float = math.nan


class SecondConnections:
    """Those of all streams of a recorder; looked after in the finder's thread.

    Parameters
    ----------
    now : seconds of a clock that goes on while the machine sleeps.
    """

    def __init__(self, now: Callable[[], float] = clock_of_sleep) -> None:
        self._now, self._looked = now, now()
        self._seconds: dict[RecordedStream, Second] = {}
        self._patience: dict[RecordedStream, float] = {}
        self._tried: dict[RecordedStream, float] = {}  # when last
        self._away: set[RecordedStream] = set()
        self._slept = (-math.inf, 0.0)  # LSL clock then, and for how long

    def look(self, streams: Sequence[RecordedStream], visible: Container[str], now: float) -> None:
        """Open what is due, and hand over what was found to be better (``successor``); returns at once.

        Parameters
        ----------
        streams : all that are recorded.
        visible : uid of each sender that is announced.
        now : LSL clock in seconds.
        """
        stood_s, self._looked = self._now() - self._looked, self._now()
        there = [s for s in streams if s.inlet is not None and not s.hold and not s.lost and _is_far(s)]
        here = [s for s in there if s.uid in visible]
        if stood_s > SLEPT_S:
            self._slept = now, stood_s
            # those may be dead, too
            self._seconds = {s: second for s, second in self._seconds.items() if not math.isnan(second.brings_since)}
        for s in here:
            if stood_s > SLEPT_S or s in self._away:  # what has come since says that it is well
                s.doubted = now
        self._away = {s for s in there if s.uid not in visible}
        self._patience = {s: patience for s, patience in self._patience.items() if s in there}
        self._tried = {s: at for s, at in self._tried.items() if s in there}
        for s, second in list(self._seconds.items()):
            if s not in there or s.uid != second.uid or self._is_over(s, second, now, s.uid in visible):
                del self._seconds[s]
        for s in sorted(here, key=lambda s: self._tried.get(s, -math.inf)):  # many that only pause keep out none
            if s not in self._seconds and self._has_room(s) and self._is_doubtful(s, now):
                at, slept_s = self._slept
                sure_s = min(LONGEST_S, max(SURE_S, LONGER * slept_s * (now - at < LONGEST_S)))
                self._seconds[s] = second = Second(uid=s.uid, begun=now, sure_s=sure_s)
                self._tried[s] = now
                second.open(s.info, BUFFER_S, recover=True, now=now)
                if s.description.sfreq > 0:
                    _doubt_events(here, s.description.hostname, now)

    def at_end(self) -> None:
        """Nothing more will come over any connection: hand over those that brought what the old one did not."""
        for s, second in self._seconds.items():
            if second.brings() and s.last_seen <= second.begun and s.uid == second.uid:
                s.successor = second.inlet

    def _has_room(self, s: RecordedStream) -> bool:
        return sum(_is_events(other) == _is_events(s) for other in self._seconds) < MOST

    def _is_over(self, s: RecordedStream, second: Second, now: float, visible: bool) -> bool:
        """Whether a second connection is not needed, not any more, or not this one."""
        if s.last_seen > second.begun:  # it only paused
            self._patience[s] = min(RARELY_S, 2 * self._patience.get(s, SILENT_S))
            s.unanswered = None
            return True
        if second.fresh is not None:
            s.unanswered = None
        if not second.brings():
            if second.failed:
                s.unanswered = s.unanswered or second.asked
                return now - second.asked > AGAIN_S
            if second.inlet is None or now - second.asked <= ANEW_S:
                return False
            if not visible or not _is_events(s) or not self._has_room(s):  # it is another one's turn
                return True
            second.open(s.info, BUFFER_S, recover=True, now=now)
            return False
        if math.isnan(second.brings_since):
            second.brings_since = now
        sure_s = min(LONGEST_S, max(second.sure_s, LONGER * (second.brings_since - s.last_seen)))
        if now - second.brings_since <= sure_s or not s.drained:
            return False
        s.successor = second.inlet
        return True

    def _is_doubtful(self, s: RecordedStream, now: float) -> bool:
        """Whether its connection may be dead."""
        if s.successor is not None or not s.drained:
            return False
        if _is_events(s):
            return s.doubted > s.last_seen or now - s.last_seen > EVENTS_S
        silent_s = max(self._patience.get(s, SILENT_S), 4 / s.description.sfreq)
        return now - s.last_seen > silent_s or (s.doubted > s.last_seen and s.quiet)


def _doubt_events(streams: Sequence[RecordedStream], host: str, now: float) -> None:
    for s in streams:
        if _is_events(s) and s.description.hostname == host:
            s.doubted = now


def _is_events(s: RecordedStream) -> bool:
    return s.description.sfreq <= 0


def _is_far(s: RecordedStream) -> bool:
    """Within this machine no connection dies unheard."""
    return is_far(s.description)
