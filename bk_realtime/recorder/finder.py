"""Finds the LSL streams that a recorder wants, opens them, and notices when a sender was restarted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import pylsl

from bk_realtime.errors import BkError, OptionError
from bk_realtime.recorder.connecting import Connecting, Opened
from bk_realtime.recorder.recorded import RecordedStream, recovery_key
from bk_realtime.recorder.release import release_gone
from bk_realtime.recorder.second_connection import SecondConnections
from bk_realtime.shown import named
from bk_realtime.source.door import MOST_STREAMS, Door, described, search
from bk_realtime.watched import WatchedThread

_FORGET_S = 2.0
MOST_KNOWN = 4 * MOST_STREAMS
"""So many senders that were opened or refused are remembered, then only those that are announced or recorded."""


class StreamFinder:
    """A thread of its own: a stream that is announced but does not answer must not delay what others write.

    Parameters
    ----------
    predicate : XPath 1.0 condition; empty for all streams.
    recorded : the recorder's list, which it appends to.
    say : called with one line per notable event.
    refused : called with one line for each stream that is not recorded because it would do harm.
    """

    def __init__(
        self,
        predicate: str,
        recorded: list[RecordedStream],
        say: Callable[[str], None],
        refused: Callable[[str], None] | None = None,
    ) -> None:
        self.opened: queue.SimpleQueue[Opened] = queue.SimpleQueue()
        self._recorded, self._say = recorded, say
        self.visible: set[str] = set()
        """uid of every sender that is announced now."""
        self.door = Door(refused or (lambda line: say(f"warning: {line}")))
        self._connecting = Connecting(self._say_silent)
        self._seconds = SecondConnections()
        self._known: set[str] = set()
        self._duplicates: dict[str, float] = {}
        self._silent: set[str] = set()
        try:
            self._resolver: pylsl.ContinuousResolver | None = search(predicate.strip() or None, _FORGET_S)
        except OptionError as error:
            raise OptionError(f"--predicate {error}") from None
        self._stop = threading.Event()
        self._thread = WatchedThread(self._run, "stream finder", self._stop)
        self._thread.start()

    def close(self) -> None:
        """End the thread, and the search: it would go on as long as this object is there."""
        self._stop.set()
        self._thread.join(5.0)
        if not self._thread.is_alive():
            self._resolver = None
            self._seconds.at_end()

    def _run(self) -> None:
        assert self._resolver is not None
        while not self._stop.wait(0.1):
            self._look(self._resolver.results())

    def _look(self, results: list[pylsl.StreamInfo]) -> None:
        """One pass over all senders that are visible now."""
        fit = self.door.admit(results)
        visible = self.visible = {info.uid() for info in fit}
        self._connecting.forget(visible)
        now = pylsl.local_clock()
        for s in list(self._recorded):
            s.gone_since = None if s.uid in visible else s.gone_since or now
        # one that came back changed goes on under another number, with the inlet that it had: never a new sender
        self._known |= {s.uid for s in list(self._recorded) if s.inlet is not None}
        held: set[RecordedStream] = set()
        self._hold_from_refused(results, visible, held)
        # who did not answer comes after those that have not been asked
        for info in sorted(fit, key=self._connecting.failed):
            try:
                fresh = info.uid() not in self._known and not self._reconnects(info, visible, held)
                if fresh and not self._stop.is_set():
                    self._open(info)
            except Exception as error:  # nothing that one stream does may end the look for others
                self._refuse(info, error)
        recorded = list(self._recorded)
        for s in recorded:
            s.hold &= s in held  # decided anew in each pass: the sender that made us wait may be gone for good
        if not self._stop.is_set():
            release_gone(recorded, now)
            self._seconds.look(recorded, visible, now)
        kept = {s.uid for s in recorded if s.inlet is not None}
        self._known -= {s.uid for s in recorded if s.inlet is None} - kept
        if len(self._known) > MOST_KNOWN:
            self._known &= visible | kept
        self._silent &= visible
        self._duplicates = {uid: since for uid, since in self._duplicates.items() if uid in visible}

    def _refuse(self, info: pylsl.StreamInfo, error: Exception) -> None:
        self._known.add(info.uid())
        self.door.refuse(info, str(error) if isinstance(error, BkError) else f"it cannot be opened ({error!r})")

    def _hold_from_refused(self, results: list[pylsl.StreamInfo], visible: set[str], held: set[RecordedStream]) -> None:
        """LSL goes over to a sender of the same identity by itself, also to one that is refused: nothing of its is to
        be taken for the samples of the one that is gone."""
        refused = {i.source_id(): i for i in results if i.uid() not in visible and i.source_id()}
        for s in list(self._recorded):
            other = refused.get(s.description.source_id)
            if other is not None and s.uid not in visible and other.name() == s.description.name:
                s.hold = True
                held.add(s)

    def _reconnects(self, info: pylsl.StreamInfo, visible: set[str], held: set[RecordedStream]) -> bool:
        """True where an inlet that we have will find this new sender by itself, or may: then wait and see, those in
        question in ``held``.

        liblsl says nothing when it reconnects, not even when the rate has changed, and keeps the old header. So the
        new sender's header is fetched apart, and no sample of its is written before it is known.

        Raises
        ------
        BkError
            The new sender is refused.
        """
        uid, now = info.uid(), pylsl.local_clock()
        key = recovery_key(described(info.as_xml()))
        same = [s for s in self._recorded if recovery_key(s.description) == key and not s.lost and key[0]]
        if not same:
            return False
        away = [s for s in same if s.inlet is None or s.uid not in visible]
        gone = min(away, key=lambda s: s.inlet is None, default=None)  # whose inlet still looks finds it first
        if gone is not None:
            if gone.inlet is None and gone.clock is not None:
                return True  # let go just now: the recorder has yet to see it
            opened = self._connecting.ask(info)
            if opened is not None:
                opened.description  # noqa: B018  # refused here where it has none
                gone.uid, gone.new_xml, gone.info, gone.gone_since, gone.unanswered = uid, opened.xml, info, None, None
                if gone.inlet is None:
                    gone.inlet = opened.inlet
                    if gone.lost:  # forgotten meanwhile
                        gone.inlet = None
                        return False
                self._known.add(uid)
            elif gone.hold:
                held.add(gone)
            return True
        # two of a kind: a restarted sender whose old self is not forgotten yet, or (if it stays so) a true duplicate
        waiting = bool(now - self._duplicates.setdefault(uid, now) < 2 * _FORGET_S)
        if waiting:
            for s in same:
                if s.hold or s.quiet:
                    s.hold = True  # at once: the rest of this pass may take seconds
                    held.add(s)
        return waiting

    def _say_silent(self, info: pylsl.StreamInfo) -> None:
        if info.uid() not in self._silent:
            self._say(f"warning: {named(info.name())} is announced but does not answer; trying again")
        self._silent.add(info.uid())

    def _open(self, info: pylsl.StreamInfo) -> None:
        opened = self._connecting.ask(info)
        if opened is None:
            return
        opened.description  # noqa: B018  # refused here where it has none
        self._known.add(opened.uid)
        self.opened.put(opened)
