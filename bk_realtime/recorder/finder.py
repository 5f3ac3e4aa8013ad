"""Finds the LSL streams that a recorder wants, opens them, and notices when a sender was restarted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pylsl
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, OptionError
from bk_realtime.xdf import stream_description

BUFFER_S = 120
"""Seconds that LSL keeps for the recorder while the disk is busy (samples x 100 for irregular streams)."""
_FORGET_S = 2.0
_QUIET_S = 0.3


@dataclass(eq=False)
class RecordedStream:
    """One stream on its way into the file.

    ``hold`` : no sample is taken until it is known whether the sender was restarted; ``new_xml`` : the header of the
    restarted sender; ``gone_since`` : LSL clock since when it is not announced. These and ``uid`` are the finder's, all
    else the recorder's.
    """

    stream_id: int
    inlet: pylsl.StreamInlet
    uid: str
    description: StreamDescription
    buffer: np.ndarray | None
    last_seen: float
    stop: threading.Event = field(default_factory=threading.Event)
    clock: threading.Thread | None = None
    last_stamp: float = 0.0
    stalled: bool = False
    drained: bool = False
    gone_since: float | None = None
    hold: bool = False
    new_xml: str = ""
    lost: bool = False

    @property
    def quiet(self) -> bool:
        """A regular stream from which nothing has come for a while."""
        silent: float = pylsl.local_clock() - self.last_seen
        return self.description.sfreq > 0 and self.drained and silent > _QUIET_S


def recovery_key(description: StreamDescription) -> tuple[Any, ...]:
    """What liblsl recovers a lost stream by, the source_id first."""
    d = description
    return d.source_id, d.name, d.type, d.n_channels, d.channel_format


@dataclass(frozen=True)
class Opened:
    """A stream that is connected and not yet recorded."""

    inlet: pylsl.StreamInlet
    uid: str
    xml: str

    @cached_property
    def description(self) -> StreamDescription:
        """What the header says."""
        return stream_description(self.xml)


class StreamFinder:
    """A thread of its own: a stream that is announced but does not answer must not delay what others write.

    Parameters
    ----------
    predicate : XPath 1.0 condition; empty for all streams.
    recorded : the recorder's list, which it appends to.
    say : called with one line per notable event.
    """

    def __init__(self, predicate: str, recorded: list[RecordedStream], say: Callable[[str], None]) -> None:
        self.opened: queue.SimpleQueue[Opened] = queue.SimpleQueue()
        self._recorded, self._say = recorded, say
        self.visible: set[str] = set()
        """uid of every sender that is announced now."""
        self._known: set[str] = set()
        self._duplicates: dict[str, float] = {}
        self._silent: set[str] = set()
        try:
            # LSL puts "session_id=... and " before it: a bare `or` would leave the LSL session for anybody's streams
            condition = f"({predicate})" if predicate.strip() else None
            self._resolver = pylsl.ContinuousResolver(pred=condition, forget_after=_FORGET_S)
        except RuntimeError:
            raise OptionError(f"--predicate {predicate}: expected an XPath 1.0 condition, e.g. type='sEEG'") from None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="stream finder")
        self._thread.start()

    def close(self) -> None:
        """End the thread; waits for a connection in progress."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            self._look(self._resolver.results())

    def _look(self, results: list[pylsl.StreamInfo]) -> None:
        """One pass over all senders that are visible now."""
        visible = self.visible = {info.uid() for info in results}
        now = pylsl.local_clock()
        for s in list(self._recorded):
            s.gone_since = None if s.uid in visible else s.gone_since or now
        held: set[RecordedStream] = set()
        for info in results:
            if info.uid() not in self._known and not self._reconnects(info, visible, held) and not self._stop.is_set():
                self._open(info)
        for s in list(self._recorded):
            s.hold &= s in held  # decided anew in each pass: the sender that made us wait may be gone for good

    def _reconnects(self, info: pylsl.StreamInfo, visible: set[str], held: set[RecordedStream]) -> bool:
        """True where an inlet that we have will find this new sender by itself, or may: then wait and see, those in
        question in ``held``.

        liblsl says nothing when it reconnects, not even when the rate has changed, and keeps the old header. So the
        new sender's header is fetched apart, and no sample of its is written before it is known.
        """
        uid, now = info.uid(), pylsl.local_clock()
        try:
            description = stream_description(info.as_xml())
        except BkError:
            return False  # no header that XDF knows: refused, with the reason, when it is opened
        key = recovery_key(description)
        same = [s for s in self._recorded if recovery_key(s.description) == key and not s.lost and key[0]]
        if not same:
            return False
        gone = next((s for s in same if s.uid not in visible), None)
        if gone is not None:
            opened = self._connect(info)
            if opened is not None:
                gone.uid, gone.new_xml = uid, opened.xml
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

    def _connect(self, info: pylsl.StreamInfo) -> Opened | None:
        """An open inlet and its full header; None (said once) where the sender does not answer."""
        inlet = pylsl.StreamInlet(info, max_buflen=BUFFER_S, recover=True, processing_flags=0)
        try:
            inlet.open_stream(timeout=2.0)
            return Opened(inlet, info.uid(), inlet.info(timeout=2.0).as_xml())
        except (LslTimeout, LostError):
            if info.uid() not in self._silent:
                self._say(f"warning: {info.name()!r} is announced but does not answer; trying again")
            self._silent.add(info.uid())
            return None

    def _open(self, info: pylsl.StreamInfo) -> None:
        opened = self._connect(info)
        if opened is None:
            return
        self._known.add(opened.uid)
        try:
            opened.description  # noqa: B018  # refused here where it has none
        except BkError as error:
            self._say(f"warning: {info.name()!r} is not recorded: {error}")
            return
        self.opened.put(opened)
