"""Listens to the stream of markers that switches conditions, on a thread of its own.

Of a stream of events silence says nothing, and a connection to another machine may die unheard. So beside one that is
silent there is a second one: what that brings alone is heeded half a second late, over it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import pylsl
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.clock import clock_of_sleep
from bk_realtime.session.events import make_event
from bk_realtime.source.door import as_text, connect
from bk_realtime.source.resolve import Search, Wanted, beside
from bk_realtime.source.second import Second
from bk_realtime.source.time_correction import TimeCorrection
from bk_realtime.watched import WatchedThread

_POLL_S = 0.05
_OPEN_S = 2.0
_AT_ONCE = 64
_LONGEST = 1000
"""Letters."""
SLEPT_S = 5.0
"""After so long the stream is opened anew: its sender may have given the connection up while this machine slept."""
SILENT_S = 5.0
"""After so long there is a second connection to a sender on another machine."""
ANEW_S, AGAIN_S = 60.0, 5.0
"""It is made anew so often, for it may die too; and after so long where it did not open."""
SURE_LOOKS = 5
"""So often the first connection is asked in vain, a tenth of a second each, for what the second one brings."""
UNANSWERED_S = 20.0
_KEEP_S = 60
_FAULT = "condition markers"


class ConditionMarkers:
    """One stream of texts, named beforehand, of this LSL session and of no other program's session.

    Parameters
    ----------
    wanted : name or source_id.
    prefix, other_prefix : see :func:`~bk_realtime.source.resolve.beside`.
    heed : called with a text and why (``by``, ``stamp`` on this machine's clock).
    note : takes the events: that the stream is missing, there, gone.
    now : seconds of a clock that goes on while the machine sleeps.
    """

    def __init__(
        self,
        wanted: str,
        prefix: str,
        other_prefix: str,
        heed: Callable[[str, dict[str, Any]], object],
        note: Callable[[dict[str, Any]], None],
        now: Callable[[], float] = clock_of_sleep,
    ) -> None:
        self._now = now
        self._wanted, self._heed, self._note = wanted, heed, note
        self._query = Wanted(predicate=beside(prefix, other_prefix, wanted))
        self._stop = threading.Event()
        self._said = ""
        self._thread = WatchedThread(self._run, "condition-markers", self._stop)

    def start(self) -> None:
        """Begin to look for the stream."""
        self._thread.start()

    def close(self) -> None:
        """End; waits at most two seconds."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _run(self) -> None:
        search: Search | None = None
        while not self._stop.wait(_POLL_S):
            search = search or Search(self._query)
            if not search.found() and not search.complete:
                continue
            found = [i for i in search.found() if i.channel_format() == pylsl.cf_string]
            if len(found) != 1:
                if search.complete:
                    self._say(f"{len(found)} streams of markers {self._wanted!r}: expected one; no marker is heeded")
                continue
            search = None
            try:
                self._listen(found[0])
            except (LslTimeout, LostError, RuntimeError):
                self._say(f"the stream of markers {self._wanted!r} is gone; no marker is heeded")
            except Exception as error:  # else the thread would end without a word
                self._say(f"the stream of markers {self._wanted!r} failed ({error!r}); it is opened again")

    def _say(self, text: str) -> None:
        if text != self._said:
            self._note(make_event("no condition", text, active_fault=_FAULT))
        self._said = text

    def _listen(self, info: pylsl.StreamInfo) -> None:
        inlet = connect(info, _KEEP_S, recover=False)
        inlet.open_stream(_OPEN_S)
        correction = TimeCorrection(inlet, info.hostname())
        try:
            self._hear(inlet, info, correction)
        finally:
            correction.close()

    def _hear(self, inlet: pylsl.StreamInlet, info: pylsl.StreamInfo, correction: TimeCorrection) -> None:
        text = f"markers of {info.name()!r} switch conditions"
        if not correction.wait(_OPEN_S):
            text += f"; host {info.hostname()!r} does not say what time it is: they are heeded without their stamps"
        self._note(make_event("condition", text, corrected=_FAULT))
        self._said, looked, slept = "", self._now(), False
        doubt = _Doubt(info, looked)
        while not self._stop.is_set():
            before, looked = looked, self._now()
            slept |= looked - before > SLEPT_S
            rows, stamps = inlet.pull_chunk(timeout=0.1, max_samples=_AT_ONCE, min_samples=1, as_numpy=True)
            for row, stamp in zip(rows, stamps, strict=True):
                if len(row[0]) <= _LONGEST:  # longer is no order, and would take long to be looked at
                    told = {"marker_stamp": float(stamp) + correction.offset} if correction.known else {}
                    self._heed(as_text(row[0]), {"by": f"marker of {info.name()}", **told})
            better = doubt.look(len(rows) > 0, looked)
            if better is not None:
                inlet = better
                text = f"the connection to markers {info.name()!r} was dead: they are heeded over a new one"
                self._note(make_event("no condition", f"{text}; some may be missing"))
            self._tell_answer(info, doubt.silent_s)
            if slept and not len(rows):  # who sends none cannot be told from one whose connection died without a word
                return
            if len(rows) == _AT_ONCE and self._stop.wait(_POLL_S):  # a flood must not take the machine from the voice
                return

    def _tell_answer(self, info: pylsl.StreamInfo, silent_s: float) -> None:
        """Say that the sender's machine does not answer, or does again."""
        text = f"host {info.hostname()!r} of markers {info.name()!r}"
        if silent_s > UNANSWERED_S:
            self._say(f"{text} does not answer: cannot tell whether markers are missing")
        elif not silent_s and self._said:
            self._note(make_event("condition", f"{text} answers again", corrected=_FAULT))
            self._said = ""


class _Doubt:
    """A connection that may be dead, and the second one beside it.

    Attributes
    ----------
    silent_s : for how many seconds the sender's machine has not answered.
    """

    def __init__(self, info: pylsl.StreamInfo, now: float) -> None:
        self._info, self._far = info, info.hostname() != socket.gethostname()
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._heard, self._looks, self.silent_s = now, 0, 0.0
        self._second: Second | None = None
        self._unanswered: float | None = None

    def look(self, brought: bool, now: float) -> Any:
        """The connection to go over to, where the one in use is dead; else None.

        Parameters
        ----------
        brought : whether the one in use did bring something just now.
        now : seconds.

        Raises
        ------
        LostError
            Its sender has ended.
        """
        if brought or not self._far:
            self._begin(now)
            return None
        second = self._second
        if second is None:
            if now - self._heard > SILENT_S:
                self._second = Second()
                self._second.open(self._info, _KEEP_S, recover=False, now=now)
            return None
        if second.fresh is not None:
            self._unanswered, self.silent_s = None, 0.0
        if second.brings():
            self._looks += 1
            if self._looks <= SURE_LOOKS:
                return None
            self._begin(now)
            return second.inlet
        self._looks = 0
        if second.refused:
            raise LostError
        if second.failed:
            self._unanswered = second.asked if self._unanswered is None else self._unanswered
            self.silent_s = now - self._unanswered
        if now - second.asked > (AGAIN_S if second.failed else ANEW_S):
            second.open(self._info, _KEEP_S, recover=False, now=now)
        return None
