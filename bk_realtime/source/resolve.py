"""Finding LSL streams: by name, type, source_id or any XPath condition, with errors that say what is there instead."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pylsl
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.chunks import NEURAL_TYPES, StreamDescription
from bk_realtime.errors import OptionError, StreamError
from bk_realtime.xdf.header import stream_description

SLICE_S = 0.2
"""Longest single call into LSL: Ctrl-C is answered when one returns."""
_ALL_S = 0.8
_POLL_S = 0.02
_LOOK_S = 0.1
_LOWER = "translate({}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"


@dataclass(frozen=True)
class Wanted:
    """Which stream; ``None`` matches anything. With nothing but a host given, any stream of a neural type.

    ``predicate`` is an XPath 1.0 condition, e.g. ``"starts-with(name, 'NIC')"``. ``type`` is compared without case.
    """

    name: str | None = None
    type: str | None = None
    source_id: str | None = None
    predicate: str | None = None
    host: str | None = None

    @property
    def query(self) -> str:
        """The XPath condition."""
        parts = [
            f"{key}={quoted(value)}" for key, value in (("name", self.name), ("source_id", self.source_id)) if value
        ]
        types: Sequence[str] = [self.type.lower()] if self.type else []
        if not parts and not types and not self.predicate:
            types = NEURAL_TYPES
        if types:
            parts.append("(" + " or ".join(f"{_LOWER.format('type')}={quoted(t)}" for t in types) + ")")
        if self.predicate:
            parts.append(f"({self.predicate})")
        if self.host:
            parts.append(f"hostname={quoted(self.host)}")
        return " and ".join(parts)

    def __str__(self) -> str:
        given = {"name": self.name, "type": self.type, "source_id": self.source_id, "predicate": self.predicate}
        named = [f"{key} {value!r}" for key, value in given.items() if value]
        what = "with " + " and ".join(named) if named else f"of a neural type ({', '.join(NEURAL_TYPES)})"
        return f"{what} on host {self.host!r}" if self.host else what


def quoted(text: str) -> str:
    """Text as an XPath literal; ``OptionError`` where it holds both kinds of quote."""
    if "'" in text and '"' in text:
        raise OptionError(f"stream name {text!r}: expected at most one kind of quote in it; use the source_id instead")
    return f'"{text}"' if "'" in text else f"'{text}'"


def beside(prefix: str, other_prefix: str, wanted: str = "") -> str:
    """XPath condition of a device's streams that belong to one session, none of them an engine's.

    Parameters
    ----------
    prefix : in front of the source_id of all that the session's own replay sends; empty for a live session.
    other_prefix : what no source_id of a live session begins with.
    wanted : name or source_id; empty: any.
    """
    which = f"starts-with(source_id,{quoted(prefix or other_prefix)})"
    which = f"{which if prefix else f'not({which})'} and not(starts-with(source_id,'bk-'))"
    if wanted:
        ids = dict.fromkeys((wanted, prefix + wanted))
        which += " and (" + " or ".join([f"name={quoted(wanted)}", *(f"source_id={quoted(i)}" for i in ids)]) + ")"
    return which


class Search:
    """Looks for streams in the background.

    Several streams of one machine are not all found at once: the first question, sent to a shared port, reaches one
    of them, and only the second, half a second later, goes to every port. ``complete`` says that it was answered.
    Time passes for it from one look at ``found`` to the next, a tenth of a second at most: while a busy machine or a
    laptop that slept stood still nobody could answer.
    """

    def __init__(self, wanted: Wanted | None = None, forget_s: float = 2.0) -> None:
        """Start; ``None`` looks for every stream. ``forget_s`` after its last answer a stream is gone."""
        self._listened, self._looked = 0.0, time.perf_counter()
        self._resolver = pylsl.ContinuousResolver(pred=wanted.query if wanted else None, forget_after=forget_s)

    @property
    def complete(self) -> bool:
        """Whether streams that were there at the start have had time to answer."""
        return self._listened >= _ALL_S

    def found(self) -> list[pylsl.StreamInfo]:
        """Streams seen lately, by name; one entry a stream, also where it answers on several networks."""
        now = time.perf_counter()
        self._listened, self._looked = self._listened + min(now - self._looked, _LOOK_S), now
        infos = {info.uid(): info for info in self._resolver.results()}
        return sorted(infos.values(), key=lambda info: (info.name(), info.source_id()))


def find(wanted: Wanted, timeout: float) -> pylsl.StreamInfo:
    """The one stream that matches; waits up to ``timeout`` seconds for it to appear.

    Raises
    ------
    StreamError
        None (the message lists what was seen) or several (it lists their source_ids).
    """
    search, deadline = Search(wanted), time.perf_counter() + timeout
    while not (found := search.found()) or not search.complete:
        if not found and search.complete and time.perf_counter() >= deadline:
            raise StreamError(_nothing(wanted, timeout))
        time.sleep(_POLL_S)
    if len(found) > 1:
        choices = "; ".join(_in_short(info) for info in found)
        advice = _advice(found)
        raise StreamError(f"expected one LSL stream {wanted}, found {len(found)}: {choices}; {advice}")
    return found[0]


def visible(timeout: float) -> list[pylsl.StreamInfo]:
    """Every stream that answers within ``timeout`` seconds (a second finds all), sorted by name."""
    search, deadline = Search(), time.perf_counter() + timeout
    found = search.found()
    while time.perf_counter() < deadline or (timeout >= _ALL_S and not search.complete):
        time.sleep(_POLL_S)
        found = search.found()
    return found


def full_description(inlet: pylsl.StreamInlet, timeout: float) -> StreamDescription:
    """Description with labels and units, which a resolved stream does not carry. ``inlet.info`` caches its first
    answer for good, so a stream that came back needs a new inlet.

    Raises
    ------
    pylsl.util.TimeoutError
        No answer within ``timeout`` seconds.
    """
    xml: str = _patiently(lambda: inlet.info(SLICE_S).as_xml(), timeout)
    return stream_description(xml)


def open_stream(inlet: pylsl.StreamInlet, timeout: float) -> None:
    """Subscribe, so that samples are kept from now on; ``pylsl.util.TimeoutError`` after ``timeout`` seconds."""
    _patiently(lambda: inlet.open_stream(SLICE_S), timeout)


def _patiently(call: Callable[[], Any], timeout: float) -> Any:
    """Repeat a short call until it does not time out."""
    deadline = time.perf_counter() + timeout
    while True:
        try:
            return call()
        except LslTimeout:
            if time.perf_counter() >= deadline:
                raise


def _in_short(info: pylsl.StreamInfo) -> str:
    rate = f"{info.nominal_srate():g} Hz" if info.nominal_srate() else "irregular"
    kind = f"{info.type()}, {info.channel_count()} ch, {rate}"
    return f"{info.name()!r} ({kind}, source_id {info.source_id()!r}, on {info.hostname()})"


def _advice(found: Sequence[pylsl.StreamInfo]) -> str:
    """What tells the streams apart."""
    ids, hosts = {info.source_id() for info in found}, {info.hostname() for info in found}
    if len(ids) == len(found):
        return "choose one with --source-id"
    if len(hosts) == len(found):
        return "choose one with --host"
    if len({(info.source_id(), info.hostname()) for info in found}) == len(found):
        return "choose one with --source-id and --host"
    if len({info.name() for info in found}) == len(found):
        return "choose one with --name"
    return "give one of them another source_id"


def _nothing(wanted: Wanted, timeout: float) -> str:
    seen = visible(_ALL_S)
    if seen:
        there = "; ".join(_in_short(info) for info in seen[:6]) + ("; ..." if len(seen) > 6 else "")
        return (
            f"no LSL stream {wanted} within {timeout:g} s; seen: {there}; check --name, --type, --source-id and --host"
        )
    return (
        f"no LSL stream {wanted} within {timeout:g} s, nor any other; start the amplifier's LSL program, and check "
        "that both machines share a network and that no firewall blocks LSL"
    )
