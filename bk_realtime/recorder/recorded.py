"""One stream on its way into the file: what finder and recorder know of it."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pylsl

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.recorder.clock_offsets import watch_clock
from bk_realtime.session.names import OWN
from bk_realtime.source.door import as_text
from bk_realtime.source.gaps import StreamMonitor
from bk_realtime.watched import WatchedThread
from bk_realtime.xdf import XdfWriter
from bk_realtime.xdf.header import FORMATS

_QUIET_S, _STALL_S = 0.3, 2.0
_LOOKED_AT_HZ = 500.0
"""So many stamps a second are looked at for holes: wild ones of fast sound would take a tenth of all time."""
_MOST_VALUES = 1 << 22
"""Numbers, or letters of texts, that are taken of one stream at once."""
OWN_TOLERANCE_S = 1e-7
"""How far a stamp of the session's own streams that is left out of the file may lie from what readers put in its place,
in seconds. All others come back to the bit: streams are joined by their stamps, and the smallest difference chooses
other phases offline than live. Senders that push chunks stamp by the same sum as readers, so theirs are short too."""


@dataclass(eq=False)
class RecordedStream:
    """One stream on its way into the file.

    ``hold`` : no sample is taken until it is known whether the sender was restarted; ``untimed`` : it was said that
    its stamps are no times; ``new_xml`` : the header of the restarted sender; ``gone_since`` : LSL clock since when
    it is not announced; ``inlet`` : None where it was let go, a new one where it came back then; ``info`` : where
    the sender was found; ``asked``, ``asking``, ``said`` : when it was last asked directly whether it is there,
    whether it is being asked, what it said; ``doubted`` : LSL clock when its connection was last held to be dead
    perhaps; ``successor`` : a connection that brings samples where ``inlet`` is dead, for the recorder to take;
    ``unanswered`` : LSL clock since when its sender answers no further connection, None where it does or was not
    asked. These and ``uid`` are the finder's, all else the recorder's: ``holes``, ``missing_s`` : how often samples are
    missing by the stamps of a stream of a regular rate, and for how long in all; ``clocked`` : LSL clock when its clock
    was last measured, or it was begun with.
    """

    stream_id: int
    inlet: pylsl.StreamInlet | None
    uid: str
    description: StreamDescription
    buffer: np.ndarray | None
    last_seen: float
    stop: threading.Event = field(default_factory=threading.Event)
    clock: threading.Thread | None = None
    last_stamp: float = 0.0
    stalled: bool = False
    untimed: bool = False
    drained: bool = False
    gone_since: float | None = None
    hold: bool = False
    new_xml: str = ""
    lost: bool = False
    rows: int = 16
    """Texts that are taken at once, of a stream of texts."""
    info: Any = None
    first_seen: float = field(default_factory=pylsl.local_clock)
    asked: float = -np.inf
    asking: bool = False
    said: str = ""
    doubted: float = -np.inf
    successor: Any = None
    unanswered: float | None = None
    holes: int = 0
    missing_s: float = 0.0
    clocked: float = np.inf
    _said_s: float = 0.0
    _n: int = 0
    _monitor: StreamMonitor | None = None

    @property
    def quiet(self) -> bool:
        """A regular stream from which nothing has come for a while."""
        silent: float = pylsl.local_clock() - self.last_seen
        return self.description.sfreq > 0 and self.drained and silent > _QUIET_S

    def found_hole(self, stamps: np.ndarray) -> bool:
        """Whether samples are missing before or among those of ``stamps`` (n,), taken just now. To be said: the first
        time, and when twice as much is missing as when it was said last."""
        d = self.description
        if d.sfreq <= 0 or d.source_id.startswith(OWN):
            return False
        every = max(1, round(d.sfreq / _LOOKED_AT_HZ))
        self._monitor = self._monitor or StreamMonitor(d.sfreq / every)
        first, some = -(-self._n // every), stamps[-self._n % every :: every]
        chunk = Chunk(np.empty((len(some), 0), np.float32), first, some, 0.0, self.last_seen)
        self._n += len(stamps)
        gaps = [event.seconds for event in self._monitor.observe(chunk) if event.kind == "gap"]
        self.holes, self.missing_s = self.holes + len(gaps), self.missing_s + sum(gaps)
        if not gaps or self.missing_s < 2 * self._said_s:
            return False
        self._said_s = self.missing_s
        return True

    @property
    def in_holes(self) -> str:
        """A line on them."""
        where = "1 place" if self.holes == 1 else f"{self.holes} places"
        return f"of {self.description.name!r} {self.missing_s:.2f} s are missing by its time stamps, in {where}"

    @property
    def derived(self) -> bool:
        """Whether an engine makes it from the neural stream: it can be made again. Not so status and events."""
        return self.description.source_id.startswith(OWN) and self.description.sfreq > 0

    @property
    def tolerance_s(self) -> float:
        """See :data:`OWN_TOLERANCE_S`; 0 for all others."""
        return OWN_TOLERANCE_S if self.description.source_id.startswith(OWN) else 0.0

    def stalls(self, now: float) -> float:
        """Seconds since its last sample, once where a regular stream has just fallen silent; else 0.

        Parameters
        ----------
        now : on the LSL clock.
        """
        silent_s = now - self.last_seen
        if self.description.sfreq <= 0 or silent_s <= _STALL_S or self.stalled:
            return 0.0
        self.stalled = True
        return silent_s

    def begin(self, writer: XdfWriter, clock_every_s: float) -> None:
        """Samples are taken from its inlet from now on, and clock offsets measured beside."""
        d = self.description
        dtype = FORMATS[d.channel_format]
        rows = max(1, min(max(1024, int(d.sfreq)), _MOST_VALUES // d.n_channels))
        self.buffer = np.empty((rows, d.n_channels), dtype) if dtype else None
        self.stop = threading.Event()
        self.clocked = pylsl.local_clock()
        how = (writer, self.stream_id, d.name, self.inlet, clock_every_s, self.stop, self._clock_measured)
        self.clock = WatchedThread(watch_clock, "clock offsets", args=how)
        self.clock.start()

    def _clock_measured(self) -> None:
        self.clocked = pylsl.local_clock()

    def take_successor(self, writer: XdfWriter, clock_every_s: float) -> bool:
        """Go on over the new connection where there is one and the old one is dead; whether it is so."""
        successor, self.successor = self.successor, None
        if successor is None or self.inlet is None or self.inlet.samples_available():
            return False
        self.stop.set()
        self.inlet = successor
        self.begin(writer, clock_every_s)
        return True

    def texts(self, samples: list[list[Any]]) -> list[list[str]]:
        """Samples of a stream of texts as texts; few are taken at once from now on where they are huge."""
        texts = [[as_text(value) for value in row] for row in samples]
        length = sum(len(value) for row in texts for value in row) // len(texts) + 1
        self.rows = max(1, min(1024, _MOST_VALUES // length))
        return texts

    def give_up(self) -> None:
        """Nothing more comes under this number."""
        self.lost = True
        self.stop.set()
        self.inlet = self.buffer = None


def is_far(description: StreamDescription) -> bool:
    """Whether it is sent by another machine."""
    return description.hostname != socket.gethostname()


def recovery_key(description: StreamDescription) -> tuple[Any, ...]:
    """What liblsl recovers a lost stream by, the source_id first."""
    d = description
    return d.source_id, d.name, d.type, d.n_channels, d.channel_format
