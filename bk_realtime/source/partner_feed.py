"""A stream that is joined to another one, read in a thread of its own."""

from __future__ import annotations

import threading
from collections import deque

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.source.base import Source, SourceEvent, take_events
from bk_realtime.watched import WatchedThread


class PartnerFeed:
    """Reads one joined stream; what happens to it is told as events of kind "joined".

    Parameters
    ----------
    source : of the stream; let go of by :meth:`close`.
    description : what it said of itself.
    """

    def __init__(self, source: Source, description: StreamDescription) -> None:
        self._source, self._name = source, description.name
        self._chunks: deque[Chunk] = deque(maxlen=4096)
        self._events: deque[SourceEvent] = deque()
        self._stop, self._thread = threading.Event(), WatchedThread(self._run, "joined")
        self._started = False

    def start(self) -> None:
        """Begin, once."""
        if not self._started:
            self._started = True
            self._thread.start()

    def take(self) -> list[Chunk]:
        """What came since the last call, oldest first."""
        return [self._chunks.popleft() for _ in range(len(self._chunks))]

    def take_events(self) -> list[SourceEvent]:
        """The stream's events, as those of a joined one."""
        return [self._events.popleft() for _ in range(len(self._events))]

    def close(self) -> None:
        """End the thread, then let go of the stream."""
        self._stop.set()
        if self._started:
            self._thread.join(timeout=3.0)
        self._source.close()

    def _run(self) -> None:
        concern = f"joined stream {self._name}"
        while not self._stop.is_set():
            try:
                chunk = self._source.pull(0.1)
            except BkError as error:  # it came back as another stream
                self._tell(f"{error}; its channels stay missing", 0.0, active_fault=concern)
                return
            for event in take_events(self._source):
                lasting = {
                    "lost": {"active_fault": concern},
                    "returned": {"corrected": concern},
                    "rate": {"active_fault": f"rate of {concern}"},
                    "rate right": {"corrected": f"rate of {concern}"},
                    "stamps": {"active_fault": f"stamps of {concern}"},
                    "stamps right": {"corrected": f"stamps of {concern}"},
                    "clock": {"active_fault": f"clock of {concern}"},
                    "clock right": {"corrected": f"clock of {concern}"},
                }
                self._tell(event.text, event.seconds, what=event.kind, **lasting.get(event.kind, {}))
            if chunk is not None and len(chunk):
                self._chunks.append(chunk)

    def _tell(self, text: str, seconds: float, **details: object) -> None:
        named = text if self._name in text else f"{self._name!r}: {text}"
        self._events.append(SourceEvent("joined", 0, seconds, named, details))
