"""Several streams as one source: the channels of all on the samples of the main one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.errors import BkError, StreamError
from bk_realtime.join import LATE_S, Joined, Joiner
from bk_realtime.join.names import joined_description, joined_notes, same_clock
from bk_realtime.source.base import EventKind, MeasuresPackets, Source, SourceEvent, outlet_uid, take_events
from bk_realtime.source.partner_feed import PartnerFeed
from bk_realtime.source.resolve import Wanted, quoted

_POLL_S = 0.005  # while rows wait for a joined stream, the main one is asked this often
_KEEP_S = 30.0
_TELL_S = 1.0  # rows that did not wait are told this often
_TELL_AWAY_S = 10.0  # while it stays so


def open_joined(
    open_one: Callable[..., Source], main: Mapping[str, str | None], join: Sequence[str], late_s: float = LATE_S
) -> JoinedSource:
    """The main stream and those joined to it, all on LSL; waits for each.

    Parameters
    ----------
    open_one : opens one stream; takes the fields of :class:`~bk_realtime.source.resolve.Wanted` by name.
    main : those of the main stream. With none of them it is the neural stream that is not among ``join``.
    join : names or source_ids of the others.
    late_s : see :class:`JoinedSource`.

    Raises
    ------
    StreamError
        One is not there, there are several of its name, or two have one source_id.
    """
    called = [f"(name={quoted(name)} or source_id={quoted(name)})" for name in join]
    others = " or ".join(called)
    given = {key: value for key, value in main.items() if value}
    predicate = f"not({others})" if given else f"{Wanted().query} and not({others})"
    opened: list[Source] = []
    try:
        opened.append(open_one(**given, predicate=predicate))
        for name, condition in zip(join, called, strict=True):
            try:
                opened.append(open_one(predicate=condition))
            except StreamError as error:
                text = str(error).replace(f"with predicate {condition!r}", f"called {name!r} (--join)")
                raise StreamError(text.replace("choose one with --source-id", "name it by its source_id")) from None
        described = [source.describe() for source in opened]
        ids = [d.source_id for d in described if d.source_id]
        for k, d in enumerate(described):
            if ids.count(d.source_id) > 1:
                names = " and ".join(repr(other.name) for other in described if other.source_id == d.source_id)
                raise StreamError(
                    f"streams {names} have one source_id ({d.source_id!r}): expected one each, or nobody can tell "
                    "which of them returns after a loss; set it in the program that sends them"
                )
            if any(
                other.name == d.name and other.hostname == d.hostname and not d.source_id for other in described[:k]
            ):
                raise StreamError(
                    f"--join names stream {d.name!r} twice, or two streams of that name without source_id"
                )
    except BaseException:
        for source in opened:
            source.close()
        raise
    return JoinedSource(opened[0], opened[1:], late_s)


class JoinedSource:
    """A :class:`~bk_realtime.source.base.Source` over a main stream and others that are joined to it.

    The main stream's samples and stamps come as they are; the others are resampled to them by their stamps
    (:class:`~bk_realtime.join.Joiner`). Faults of the main stream are those of the session. A joined stream that is
    late or lost has NaN in its channels, is told as an event, and is taken up again when it returns.

    Parameters
    ----------
    main, partners : µV sources. Each partner is read in a thread of its own, so that one that has to be looked for
        holds nothing up.
    late_s : how far behind the main stream a partner may be before it is not waited for.
    """

    def __init__(self, main: Source, partners: Sequence[Source], late_s: float = LATE_S) -> None:
        self._main = main
        own = [s.describe() for s in (main, *partners)]
        self._description = joined_description(own)
        self._one_clock = same_clock(own)
        self.notes = (*_notes((main, *partners), own), *joined_notes(own))
        self._joiner = Joiner(
            own[0].sfreq, own[0].n_channels, [(d.sfreq, d.n_channels) for d in own[1:]], late_s, _KEEP_S
        )
        self._feeds = [PartnerFeed(source, d) for source, d in zip(partners, own[1:], strict=True)]
        self._names = [d.name for d in own]
        self._begun, self._offsets = [False] * len(own), [0.0] * len(own)
        self._stamps = np.zeros(0)  # raw ones of rows that wait
        self._times = np.zeros(0)  # theirs on this machine's clock; NaN where the stamps are trusted
        self._offset, self._received = 0.0, 0.0
        self._waiting: deque[SourceEvent] = deque()  # of the main stream, for rows that are not out yet
        self._events: list[SourceEvent] = []
        self._rows: Joined | None = None
        self._told = [0] * len(partners)  # rows up to which lateness was told
        self._told_at = [0] * len(partners)
        self._error: BkError | None = None

    def describe(self) -> StreamDescription:
        """The main stream with the channels of all."""
        return self._description

    @property
    def wait_s(self) -> float:
        """Declared: how long rows wait for later samples of the joined streams, in s."""
        return self._joiner.wait_s

    def joining(self) -> dict[str, dict[str, float]]:
        """Figures of each joined stream, see :class:`bk_realtime.session.status.Status`."""
        out = {}
        for k, (name, partner) in enumerate(zip(self._names[1:], self._joiner.partners, strict=True), 1):
            rms, most = self._joiner.residual_ms(k)
            offset = self._joiner.offset_s(k)
            key = name if name not in out else f"{name}-{k + 1}"
            out[key] = {
                "offset_s": offset if np.isfinite(offset) else 0.0,
                "drift_ppm": self._joiner.drift_ppm(k),
                "residual_ms": rms,
                "residual_max_ms": most,
                "missing": float(partner.missing),
                "late": float(partner.n_late),
                "wait_ms": 1e3 * partner.between.half / partner.sfreq,
            }
        return out

    @property
    def uid(self) -> str:
        """LSL's own id of the main stream's outlet."""
        return outlet_uid(self._main)

    def packets(self) -> tuple[float, float]:
        """Of the main stream: usual length in seconds of what arrives at once, and the longest of late against it."""
        return self._main.packets() if isinstance(self._main, MeasuresPackets) else (0.0, 1.0)

    def take_events(self) -> list[SourceEvent]:
        """Events since the last call; those of the main stream come with the rows in which they happened."""
        events, self._events = self._events, []
        return events

    def pull(self, timeout: float) -> Chunk | None:
        """Rows as soon as all streams are known that far; ``None`` after ``timeout`` seconds without.

        Raises
        ------
        StreamError
            The main stream cannot be used any more.
        """
        if self._error is not None:
            raise self._error
        for feed in self._feeds:
            feed.start()
        if self._rows is not None:
            return self._hand_out(self._rows)
        left = timeout
        while True:
            span = min(left, _POLL_S) if len(self._stamps) else left
            chunk = self._main.pull(span)
            self._waiting.extend(take_events(self._main))
            if chunk is not None and len(chunk):
                self._push(0, chunk)
                self._stamps = np.append(self._stamps, chunk.stamps)
                times = np.full(len(chunk), np.nan) if chunk.times is None else chunk.times
                self._times = np.append(self._times, times)
                self._offset, self._received = chunk.offset, chunk.received
            for k, feed in enumerate(self._feeds, 1):
                self._events += feed.take_events()
                for arrived in feed.take():
                    self._push(k, arrived)
            rows = self._joiner.take()
            self._tell_late(rows.first_index + len(rows.data))
            if len(rows.data):
                return self._hand_out(rows)
            left -= span
            if left <= 1e-6:
                break
        waiting = self._waiting
        if not len(self._stamps):  # nothing waits: what happened to the main stream is told now
            self._events += [waiting.popleft() for _ in range(len(waiting))]
        elif any(event.kind == "lost" for event in waiting):  # where all streams ended, its last rows may wait for ever
            self._events += [event for event in waiting if event.kind == "lost"]
            self._waiting = deque(event for event in waiting if event.kind != "lost")
        return None

    def close(self) -> None:
        """Let go of all streams; may be called twice."""
        for feed in self._feeds:
            feed.close()
        self._main.close()
        self._tell_late(None)

    def _push(self, which: int, chunk: Chunk) -> None:
        if not self._begun[which]:
            self._begun[which] = True
            name, first = self._names[which], float(chunk.stamps[0])
            text = f"joining begins with this sample of {name!r}"
            self._event("joined", text, stream=which, name=name, stamp=first)
        if self._one_clock:
            self._joiner.push(which, chunk.data, chunk.stamps)
            return
        if chunk.offset and not self._offsets[which]:  # its host told only now what time it is
            self._joiner.move(which, chunk.offset)
        self._offsets[which] = chunk.offset
        self._joiner.push(which, chunk.data, chunk.stamps + chunk.offset)

    def _hand_out(self, rows: Joined) -> Chunk:
        """Rows up to where the next event of the main stream happened."""
        first, n = rows.first_index, len(rows.data)
        while self._waiting and self._waiting[0].index <= first:
            self._events.append(self._waiting.popleft())
        if self._waiting and self._waiting[0].index < first + n:
            n = self._waiting[0].index - first
        stamps, times = self._stamps[:n], self._times[:n]
        trusted = np.isnan(times)
        arrived = None if trusted.all() else np.where(trusted, stamps + self._offset, times)
        chunk = Chunk(rows.data[:n], first, stamps, self._offset, self._received, arrived)
        self._stamps, self._times = self._stamps[n:], self._times[n:]
        rest = Joined(first + n, rows.data[n:], rows.stamps[n:])
        self._rows = rest if len(rest.data) else None
        return chunk

    def _event(self, kind: EventKind, text: str, seconds: float = 0.0, **details: object) -> None:
        self._events.append(SourceEvent(kind, 0, seconds, text, details))

    def _tell_late(self, n_rows: int | None) -> None:
        """Rows in which a partner was not waited for, now and then; all that are left at the end (``None``)."""
        rate = self._description.sfreq
        for k, partner in enumerate(self._joiner.partners):
            if not partner.late or partner.late[-1][1] <= self._told[k]:
                continue
            patience = (_TELL_AWAY_S if partner.away and self._told_at[k] else _TELL_S) * rate
            if n_rows is not None and n_rows - self._told_at[k] < patience:
                continue
            ranges = [[max(a, self._told[k]), b] for a, b in partner.late if b > self._told[k]]
            n = sum(b - a for a, b in ranges)
            text = f"{self._names[k + 1]!r} came late: {n} samples ({n / rate:.2f} s) did not wait for it"
            self._event("late", text, n / rate, stream=k + 1, rows=ranges)
            self._told[k], self._told_at[k] = ranges[-1][1], n_rows or 0
            # a day of a partner that is late now and then would be looked through ten times a second
            del partner.late[:-1]


def _notes(sources: Sequence[Source], described: Sequence[StreamDescription]) -> list[str]:
    """What each stream's own source guessed of it."""
    told: list[tuple[str, Sequence[str]]] = [
        (d.name, getattr(source, "notes", ())) for source, d in zip(sources, described, strict=True)
    ]
    return [f"{name!r}: {note}" for name, notes in told for note in notes]
