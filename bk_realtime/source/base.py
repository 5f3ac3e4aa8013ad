"""What a source of samples offers, and the faults that it reports beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from bk_realtime.chunks import Chunk, StreamDescription

EventKind = Literal[
    "gap",
    "duplicate",
    "clock jump",
    "backlog",
    "rate",
    "rate right",
    "lost",
    "returned",
    "changed",
    "joined",
    "late",
    "stamps",
    "stamps right",
    "clock",
    "clock right",
]


@dataclass(frozen=True)
class SourceEvent:
    """A fault of the incoming stream, or the end of one.

    Attributes
    ----------
    kind : gap (samples missing), duplicate (samples repeated or too many), clock jump (the sender's clock was set),
        backlog (samples arrive late), rate (the device runs far from its nominal rate), rate right (it no longer
        does), stamps (the time stamps are not to be trusted), stamps right, clock (the sender's
        clock cannot be told, or was set against this machine's), clock right, lost, returned, changed; joined
        (something of a stream that is joined to the main one), late (one of those was not waited for).
    index : sample index (``Chunk.first_index`` axis) at which it happened.
    seconds : its size; positive for missing time or a clock set forward.
    text : one readable line.
    details : further values for the log.
    """

    kind: EventKind
    index: int
    seconds: float
    text: str
    details: dict[str, Any] = field(default_factory=dict)


class Source(Protocol):
    """Where chunks come from: an LSL inlet, a recording, a test."""

    def describe(self) -> StreamDescription:
        """The stream's own description; the unit of the chunks' values is µV."""
        ...

    def pull(self, timeout: float) -> Chunk | None:
        """Samples as soon as there are any, ``None`` after ``timeout`` seconds without.

        Raises
        ------
        StreamError
            The stream cannot be used any more (it came back with another montage or rate).
        """
        ...

    def close(self) -> None:
        """Let go of the stream; may be called twice."""
        ...


@runtime_checkable
class ReportsEvents(Protocol):
    """A source that notices faults."""

    def take_events(self) -> list[SourceEvent]:
        """Events since the last call, oldest first."""
        ...


@runtime_checkable
class ReportsJoining(Protocol):
    """A source that joins several streams."""

    def joining(self) -> dict[str, dict[str, float]]:
        """By name of each joined stream: what :attr:`bk_realtime.session.status.Status.joined` holds."""
        ...


@runtime_checkable
class MeasuresPackets(Protocol):
    """A source that knows what arrives at once."""

    def packets(self) -> tuple[float, float]:
        """Usual length in seconds, and the longest of late against it."""
        ...


@runtime_checkable
class KnowsOutlet(Protocol):
    """A source that is connected to an LSL outlet."""

    @property
    def uid(self) -> str:
        """LSL's own id of that very outlet; the last one's while it is away."""
        ...


def outlet_uid(source: Source) -> str:
    """LSL's own id of the outlet that ``source`` is connected to; empty where there is none."""
    return source.uid if isinstance(source, KnowsOutlet) else ""


def take_events(source: Source) -> list[SourceEvent]:
    """New events of ``source``; none from a source that cannot have any."""
    return source.take_events() if isinstance(source, ReportsEvents) else []
