"""Samples of one LSL stream in µV, with every loss, return and change of the stream on record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pylsl
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.clock import Clock
from bk_realtime.errors import StreamError
from bk_realtime.lsl_clock import LslClock
from bk_realtime.montage.units import WHICH_ARE_THE_DECODERS, in_microvolts, to_microvolts
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.door import RefusedError, connect
from bk_realtime.source.gaps import StreamMonitor
from bk_realtime.source.no_time import NoTime
from bk_realtime.source.resolve import SLICE_S, Search, Wanted, find_sampled, full_description, never, open_stream
from bk_realtime.source.returned import looks_alike, what_changed
from bk_realtime.source.stamps import StampJudge
from bk_realtime.source.time_correction import ClockWatch, TimeCorrection
from bk_realtime.source.waited import all_that_waited

_BUFFER_S = 5  # more would only be dropped; the recorder has an inlet of its own
_SPARE = 4096  # samples that a pull has room for beyond that: it takes all there is, or a backlog looks too small
_FIRST_S = 2.0  # a sender may take its time before the first sample
_KNOW_S = 2.0  # how long to find out who it is that sends again
_REOPEN_S = 3.0  # liblsl's own recovery comes first; it takes 0.8 to 1.3 s after the sender is back
_SILENT_S = 5.0  # a connection to a stream that can be found and gives nothing for so long is made anew
_CONNECT_S = 2.0
_POLL_S = 0.02


class LslInlet:
    """A :class:`~bk_realtime.source.base.Source` over one LSL stream, for live decoding.

    Pulls block until a first sample is there and return all that are; raw stamps, no post-processing by LSL (its
    dejitter corrupts time around a gap). The time correction of a stream from another machine is estimated in a
    thread of its own through the session; whoever opens waits for the first estimate, 0.6 s.

    Parameters
    ----------
    name, type, source_id, predicate, host : which stream, see :class:`~bk_realtime.source.resolve.Wanted`.
    timeout : seconds to wait for it.
    clock : this machine's LSL clock.
    unit, gain : unit of all brain channels, or µV of one count, instead of what the stream says.
    also : labels, as written, of channels that count as brain whatever their type.
    features : the stream carries features that were made elsewhere, which have no unit.
    stall_s : without samples for this long the stream is lost.
    advice : what to do where none of its channels is brain.
    given_up : asked while it waits to be open; where it says so, waiting ends with an error.

    Raises
    ------
    StreamError
        No stream, several, one without numbers or rate.
    InputError
        Its unit is unknown.
    """

    def __init__(
        self,
        name: str | None = None,
        type: str | None = None,  # noqa: A002 - LSL's own word
        source_id: str | None = None,
        predicate: str | None = None,
        timeout: float = 10.0,
        clock: Clock | None = None,
        unit: str | None = None,
        stall_s: float = 0.5,
        host: str | None = None,
        gain: float | None = None,
        also: Sequence[str] = (),
        features: bool = False,
        advice: str = WHICH_ARE_THE_DECODERS,
        given_up: Callable[[], bool] = never,
    ) -> None:
        self.clock = clock or LslClock()
        self._wanted, self._stall_s = Wanted(name, type, source_id, predicate, host), stall_s
        self._unit, self._gain, self._also, self._features = unit, gain, tuple(also), features
        self._advice, self._given_up = advice, given_up
        # LSL itself goes over to another machine's sender of the same name and source_id without a word
        self._recover = host is None
        self._events: list[SourceEvent] = []
        self._n_samples = 0
        self._inlet: pylsl.StreamInlet | None = None
        self._correction: TimeCorrection | None = None
        self._clock_watch = ClockWatch()
        info = find_sampled(self._wanted, timeout, given_up)
        try:
            self._open(info, max(timeout, _CONNECT_S))
        except (LslTimeout, LostError):
            raise StreamError(
                f"stream {info.name()!r} was announced but does not answer; restart the program that sends it and "
                "check the firewall between the machines"
            ) from None
        # from now on this very stream, not one that merely matches
        raw = self._raw
        self._wanted = Wanted(raw.name, raw.type, raw.source_id or None, predicate, info.hostname())
        self._monitor = StreamMonitor(raw.sfreq)
        self._no_time, self.judge = NoTime(raw.sfreq), StampJudge(raw.sfreq)
        self._seen = self._pulled_at = self.clock.now()
        self._pulled = False
        self._search: Search | None = None
        self._lost_uid = ""
        self._found_at, self._opened_at = np.inf, self._seen
        self._error: StreamError | None = None

    def _open(self, info: pylsl.StreamInfo, timeout: float) -> None:
        """Connect; ``LslTimeout`` or ``LostError`` where the sender does not answer within ``timeout``, or
        ``RefusedError``."""
        inlet = connect(info, _BUFFER_S, self._recover)
        self._raw = full_description(inlet, timeout, self._given_up)
        self._description, self._scale, self.notes = in_microvolts(
            self._raw, self._unit, self._gain, self._also, self._features, self._advice
        )
        open_stream(inlet, timeout, self._given_up)
        self._drop()
        self._uid: str = info.uid()
        room = round(_BUFFER_S * info.nominal_srate()) + _SPARE
        self._buffer = np.zeros((room, info.channel_count()), inlet.np_dtype)
        self._inlet = inlet
        before = self._correction.offset if self._correction and self._correction.hostname == info.hostname() else 0.0
        self._correction = TimeCorrection(inlet, info.hostname(), before)
        self._correction.wait(_CONNECT_S)  # no sample is taken by a clock that nobody knows
        self._events += self._clock_watch.opened(self._correction, self._n_samples, self.clock.now())

    def describe(self) -> StreamDescription:
        """The stream's description; voltages are announced in microvolts, as the chunks carry them."""
        return self._description

    @property
    def uid(self) -> str:
        """LSL's own id of the outlet; the last one's while it is away."""
        return self._uid

    def packets(self) -> tuple[float, float]:
        """Usual length in seconds of what arrives at once, and the longest of late against it."""
        return self.judge.packet_s, self.judge.burst

    def take_events(self) -> list[SourceEvent]:
        """Events since the last call, oldest first; those that come with a chunk happened in it."""
        events, self._events = self._events, []
        return events

    def pull(self, timeout: float) -> Chunk | None:
        """Samples as soon as there are any: (T, n_channels) float32 in µV with raw stamps; ``None`` after ``timeout``
        seconds (at most 0.2) without. When a lost stream sends again, finding out who it is may take a second more.

        Raises
        ------
        StreamError
            The stream came back with another rate, other labels or units.
        """
        if self._error is not None:
            raise self._error
        if not self._pulled:  # the engine may have compiled for a minute since, with a replay that waits for it
            self._pulled, self._seen = True, self.clock.now()
            self._pulled_at = self._seen
        data, stamps = self._take(min(timeout, SLICE_S))
        if self.clock.now() - self._pulled_at > self._stall_s and self._search is None:
            data, stamps = all_that_waited(
                (data, stamps), self._take, lambda: self._inlet is not None, self._raw.sfreq, self.clock
            )
            self._seen = self.clock.now()  # the silence until now says nothing of the sender
        self._pulled_at = now = self.clock.now()
        n = len(stamps)
        if n == 0:
            self._watch(now)
            return None
        if self._search is not None and not self._returned(now, self._search):
            return None
        self._seen = now
        assert self._correction is not None  # who has samples was connected
        self._events += self._clock_watch.look(self._correction, self._n_samples, now)
        offset = self._correction.offset
        mended = self._no_time.mended(stamps, now - offset)
        chunk = Chunk(data, self._n_samples, stamps if mended is None else mended, offset, now)
        self._n_samples += n
        self._events += self._monitor.observe(chunk)
        times, events = self.judge.observe(chunk, timed=mended is None)
        self._events += events
        return dataclasses.replace(chunk, times=times)

    def _take(self, timeout: float) -> tuple[np.ndarray, np.ndarray]:
        """Samples in µV and raw stamps, as soon as there are any; none after ``timeout``, or a little earlier where LSL
        gave up: the caller's loop must not take a whole core until the sender is back."""
        if self._inlet is not None:
            try:
                samples, stamps = self._inlet.pull_chunk(
                    timeout=timeout,
                    max_samples=len(self._buffer),
                    min_samples=1,
                    dest_obj=self._buffer,
                    as_numpy=True,
                )
                if len(stamps):
                    return to_microvolts(samples, self._scale), stamps
            except LostError:  # no source_id: LSL does not look for it, so we do
                self._drop()
        else:
            self.clock.sleep(min(timeout, _POLL_S))
        return np.zeros((0, self._buffer.shape[1]), np.float32), np.zeros(0)

    def _drop(self) -> None:
        if self._correction is not None:
            self._correction.close()
        self._inlet = None

    def _watch(self, now: float) -> None:
        """Nothing came: notice a loss, and look for the stream once it is lost."""
        if self._search is None:
            patience = self._stall_s if self._n_samples else max(self._stall_s, _FIRST_S)
            if now - self._seen <= patience and self._inlet is not None:
                return
            self._search, self._found_at, self._lost_uid = Search(self._wanted), np.inf, self._uid
            text = f"stream {self._raw.name!r}: no sample for {now - self._seen:.1f} s"
            self._events.append(SourceEvent("lost", self._n_samples, now - self._seen, text))
            self._opened_at = now
        new = self._newcomer(self._search)
        if new is not None:
            self._found_at = min(self._found_at, now)
        elif now - self._opened_at > _SILENT_S:
            # the sender pauses, or this connection is dead and LSL does not know it
            new = next(iter(self._search.found()), None)
        if new is None:
            return
        # LSL reconnects by itself to the same id, channel count and format; anything else is ours to handle
        late = now - self._found_at > _REOPEN_S or new.uid() == self._uid
        alike = looks_alike(new.channel_count(), new.nominal_srate(), self._raw)
        if self._inlet is None or late or not alike:
            self._opened_at = self.clock.now()
            try:
                self._check(new)
                self._open(new, _CONNECT_S)
            except (LslTimeout, LostError):
                return  # gone again: the next pull asks anew
            except RefusedError as error:
                self._refuse(new, error)

    def _newcomer(self, search: Search) -> pylsl.StreamInfo | None:
        """A matching stream that is not the one we were connected to, if there is one."""
        return next((i for i in search.found() if self._inlet is None or i.uid() != self._uid), None)

    def _refuse(self, info: pylsl.StreamInfo, error: RefusedError) -> None:
        """Who calls itself like the lost stream and is not fit to be heard is not it."""
        if self._search is not None:
            self._search.door.refuse(info, str(error))
        self._drop()  # LSL itself may have gone over to it
        self._events.append(SourceEvent("lost", self._n_samples, self.clock.now() - self._seen, str(error)))

    def _returned(self, now: float, search: Search) -> bool:
        """Samples again: is it still the same montage? ``False`` where the sender does not say yet."""
        patience = search.listened_s + _KNOW_S  # not by the clock: while this process stood still nobody could answer
        while not (search.found() and search.complete):
            if search.listened_s > patience:
                self._drop()  # these samples come from elsewhere: another machine's sender of that name and id
                return False
            self.clock.sleep(_POLL_S)
        new = self._newcomer(search)
        if new is not None:
            try:
                self._check(new)
            except (LslTimeout, LostError):
                return False
            except RefusedError as error:
                self._refuse(new, error)
                return False
            self._uid = new.uid()
        gone = now - self._seen
        text = f"stream {self._raw.name!r} is back after {gone:.1f} s with the same channels and rate"
        self._events.append(SourceEvent("returned", self._n_samples, gone, text))
        self._search = None
        self._monitor.restart()
        self._no_time = NoTime(self._raw.sfreq)
        self.judge.restart(same=self._uid == self._lost_uid)
        return True

    def _check(self, info: pylsl.StreamInfo) -> None:
        """Compare a stream that came back with what it was."""
        inlet = connect(info, 1, recover=False)
        what = what_changed(full_description(inlet, _CONNECT_S), self._raw)
        if what:
            text = f"stream {self._raw.name!r} came back {what}; start the session anew with a decoder for it"
            self._events.append(SourceEvent("changed", self._n_samples, self.clock.now() - self._seen, text))
            self._error = StreamError(text)
            raise self._error

    def close(self) -> None:
        """Disconnect."""
        self._drop()
