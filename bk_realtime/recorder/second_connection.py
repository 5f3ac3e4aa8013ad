"""A second connection beside one from which nothing comes: that one may be dead without anybody having heard of it.

Where a cable, or this machine, was away for longer than the sender's TCP waits (20 s on Windows, 15 minutes on Linux)
the sender gives the connection up. This side is not told, and LSL itself looks for a sender only where it is announced
no more. So a stream that is announced and silent is opened a second time, without letting go of the first connection: a
sender that pauses goes on over the old one. Where the new one brings samples and the old one none, it is recorded on
over the new one.

Of a stream of events silence says nothing. It is doubted where its sender was not announced for a while, where another
stream of that machine is silent, and where this machine slept.
"""

from __future__ import annotations

import logging
import math
import socket
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

from bk_realtime.clock import clock_of_sleep
from bk_realtime.recorder.connecting import BUFFER_S
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.source.door import connect
from bk_realtime.watched import WatchedThread

log = logging.getLogger(__name__)

SILENT_S = 2.0
"""A stream of a regular rate that is announced and silent for so long is opened a second time."""
SURE_S = 1.0
"""So long the new connection brings samples and the old one none: it is dead."""
ANEW_S = 60.0
"""A second connection that has brought nothing for so long is made anew: it may be dead, too."""
AGAIN_S = 5.0
MOST = 8
"""So many second connections at once."""
SLEPT_S = 5.0
"""Between two looks: this machine slept, or all of this process stood still."""
_OPEN_S = 2.0


@dataclass(eq=False)
class Second:
    """The second connection to one sender.

    Attributes
    ----------
    begun : LSL clock when it was asked for.
    inlet : None until it is open.
    brings_since : since when samples wait in it.
    failed : it did not open; another attempt is made after a while.
    """

    begun: float
    inlet: Any = None
    brings_since: float = math.nan
    failed: bool = False


class SecondConnections:
    """Those of all streams of a recorder; looked after in the finder's thread.

    Parameters
    ----------
    now : seconds of a clock that goes on while the machine sleeps.
    """

    def __init__(self, now: Callable[[], float] = clock_of_sleep) -> None:
        self._now, self._looked = now, now()
        self._seconds: dict[RecordedStream, Second] = {}
        self._away: set[RecordedStream] = set()

    def look(self, streams: Sequence[RecordedStream], visible: Container[str], now: float) -> None:
        """Open what is due, and hand over what was found to be better (``successor``); returns at once.

        Parameters
        ----------
        streams : all that are recorded.
        visible : uid of each sender that is announced.
        now : LSL clock in seconds.
        """
        slept, self._looked = self._now() - self._looked > SLEPT_S, self._now()
        there = [s for s in streams if s.inlet is not None and not s.hold and not s.lost and _is_far(s)]
        here = [s for s in there if s.uid in visible]
        for s in here:
            if slept or s in self._away:  # what has come since says that it is well
                s.doubted = now
        self._away = {s for s in there if s.uid not in visible}
        for s, second in list(self._seconds.items()):
            if slept or s not in here or (second.failed and now - second.begun > AGAIN_S):
                del self._seconds[s]
        for s, second in list(self._seconds.items()):
            if s.last_seen > second.begun:
                del self._seconds[s]  # it only paused
            elif second.inlet is None:
                continue
            elif second.inlet.samples_available():
                second.brings_since = now if math.isnan(second.brings_since) else second.brings_since
                if now - second.brings_since > SURE_S and s.drained:
                    del self._seconds[s]
                    s.successor = second.inlet
            elif now - second.begun > ANEW_S:
                del self._seconds[s]
        for s in here:
            if len(self._seconds) < MOST and s not in self._seconds and _is_doubtful(s, now):
                self._seconds[s] = second = Second(now)
                WatchedThread(_open, "second connection", args=(s.info, second)).start()
                if s.description.sfreq > 0:
                    _doubt_events(here, s.description.hostname, now)


def _doubt_events(streams: Sequence[RecordedStream], host: str, now: float) -> None:
    for s in streams:
        if s.description.sfreq <= 0 and s.description.hostname == host:
            s.doubted = now


def _is_far(s: RecordedStream) -> bool:
    """Whether it is sent by another machine: within this one no connection dies unheard."""
    return s.description.hostname != socket.gethostname()


def _is_doubtful(s: RecordedStream, now: float) -> bool:
    """Whether its connection may be dead."""
    if s.successor is not None or not s.drained:
        return False
    if s.description.sfreq <= 0:
        return s.doubted > s.last_seen
    return now - s.last_seen > SILENT_S or (s.doubted > s.last_seen and s.quiet)


def _open(info: Any, second: Second) -> None:
    """Thread: one attempt."""
    try:
        inlet = connect(info, BUFFER_S, recover=True)
        inlet.open_stream(timeout=_OPEN_S)
        second.inlet = inlet
    except Exception as error:  # no answer in time; whatever else it is, it is tried again
        log.debug("no second connection to %s: %r", info.name(), error)
        second.failed = True
