"""Finding LSL streams: by name, type, source_id or any XPath condition, with errors that say what is there instead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pylsl
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.chunks import NEURAL_TYPES, StreamDescription
from bk_realtime.errors import OptionError, StreamError
from bk_realtime.source.door import Door, RefusedError, described, in_short, search

log = logging.getLogger(__name__)

SLICE_S = 0.2
"""Longest single call into LSL: Ctrl-C is answered when one returns."""
_ALL_S = 0.8
_POLL_S = 0.02
_LOOK_S = 0.1
_LISTED = 6
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

    def fits(self, info: pylsl.StreamInfo) -> bool:
        """Whether a stream that answered is meant: some senders answer whatever is asked. Of ``predicate`` only the
        sender can tell."""
        return self.means(info.name(), info.type(), info.source_id(), info.hostname())

    def means(self, name: str, kind: str, source_id: str, host: str) -> bool:
        """Whether a stream that says this of itself is meant, as far as it can be told without ``predicate``."""
        types = [self.type.lower()] if self.type else []
        if not (types or self.name or self.source_id or self.predicate):
            types = list(NEURAL_TYPES)
        wanted = ((self.name, name), (self.source_id, source_id), (self.host, host))
        return (not types or kind.lower() in types) and all(w in (None, "", is_) for w, is_ in wanted)

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
    """Looks for streams in the background; those that would do harm are not among them, see ``door``.

    Several streams of one machine are not all found at once: the first question, sent to a shared port, reaches one
    of them, and only the second, half a second later, goes to every port. ``complete`` says that it was answered.
    Time passes for it from one look at ``found`` to the next, a tenth of a second at most: while a busy machine or a
    laptop that slept stood still nobody could answer.
    """

    def __init__(self, wanted: Wanted | None = None, forget_s: float = 2.0) -> None:
        """Start; ``None`` looks for every stream. ``forget_s`` after its last answer a stream is gone."""
        self._listened, self._looked = 0.0, time.perf_counter()
        self._wanted, self.door = wanted, Door()
        self._resolver = search(wanted.query if wanted else None, forget_s)

    @property
    def listened_s(self) -> float:
        """Seconds for which others could answer so far."""
        return self._listened

    @property
    def complete(self) -> bool:
        """Whether streams that were there at the start have had time to answer."""
        return self._listened >= _ALL_S

    def found(self) -> list[pylsl.StreamInfo]:
        """Streams seen lately, by name; one entry a stream, also where it answers on several networks."""
        now = time.perf_counter()
        self._listened, self._looked = self._listened + min(now - self._looked, _LOOK_S), now
        fit = self.door.admit(self._resolver.results())
        infos = {info.uid(): info for info in fit if self._wanted is None or self._wanted.fits(info)}
        return sorted(infos.values(), key=lambda info: (info.name(), info.source_id()))


def never() -> bool:
    """Whoever waits does so to the end."""
    return False


def find(wanted: Wanted, timeout: float, given_up: Callable[[], bool] = never) -> pylsl.StreamInfo:
    """The one stream that matches; waits up to ``timeout`` seconds for it to appear, or until it is ``given_up``.

    Raises
    ------
    StreamError
        None (the message lists what was seen and refused) or several (it lists their source_ids); or given up.
    """
    looking, deadline = Search(wanted), time.perf_counter() + timeout
    while not (found := looking.found()) or not looking.complete:
        if given_up():
            raise StreamError(f"told to end while looking for an LSL stream {wanted}; start again to go on")
        if not found and looking.complete and time.perf_counter() >= deadline:
            raise StreamError(_nothing(wanted, timeout))
        time.sleep(_POLL_S)
    for line in looking.door.refused:
        log.warning("%s", line)
    if len(found) > 1:
        choices = _listed([in_short(info) for info in found])
        advice = _advice(found)
        raise StreamError(f"expected one LSL stream {wanted}, found {len(found)}: {choices}; {advice}")
    return found[0]


def find_sampled(wanted: Wanted, timeout: float, given_up: Callable[[], bool] = never) -> pylsl.StreamInfo:
    """The same, where it has to be one of numbers at a regular rate.

    Raises
    ------
    StreamError
        As :func:`find`; or it is another kind of stream.
    """
    info = find(wanted, timeout, given_up)
    if info.channel_format() == pylsl.cf_string or info.nominal_srate() <= 0:
        raise StreamError(
            f"stream {info.name()!r} carries markers or has no regular rate; expected sampled numbers; choose the "
            "amplifier's stream with --name, --type or --source-id"
        )
    return info


def visible(timeout: float) -> tuple[list[pylsl.StreamInfo], list[str]]:
    """Every stream that answers within ``timeout`` seconds (a second finds all), sorted by name, and a line for each
    that is refused."""
    looking, deadline = Search(), time.perf_counter() + timeout
    found = looking.found()
    while time.perf_counter() < deadline or (timeout >= _ALL_S and not looking.complete):
        time.sleep(_POLL_S)
        found = looking.found()
    return found, looking.door.refused


def full_description(
    inlet: pylsl.StreamInlet, timeout: float, given_up: Callable[[], bool] = never
) -> StreamDescription:
    """Description with labels and units, which a resolved stream does not carry. ``inlet.info`` caches its first
    answer for good, so a stream that came back needs a new inlet.

    Raises
    ------
    RefusedError
        It is none, or too long or deep.
    pylsl.util.TimeoutError
        No answer within ``timeout`` seconds, or before it was given up.
    """
    info = _patiently(lambda: inlet.info(SLICE_S), timeout, given_up)
    try:
        return described(info.as_xml())
    except RefusedError as error:
        raise RefusedError(f"refused {in_short(info)}: {error}") from None


def open_stream(inlet: pylsl.StreamInlet, timeout: float, given_up: Callable[[], bool] = never) -> None:
    """Subscribe, so that samples are kept from now on; ``pylsl.util.TimeoutError`` after ``timeout`` seconds, or when
    it is given up."""
    _patiently(lambda: inlet.open_stream(SLICE_S), timeout, given_up)


def _patiently(call: Callable[[], Any], timeout: float, given_up: Callable[[], bool]) -> Any:
    """Repeat a short call until it does not time out."""
    deadline = time.perf_counter() + timeout
    while True:
        try:
            return call()
        except LslTimeout:
            if time.perf_counter() >= deadline or given_up():
                raise


def _listed(lines: Sequence[str]) -> str:
    return "; ".join(lines[:_LISTED]) + ("; ..." if len(lines) > _LISTED else "")


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
    seen, refused = visible(_ALL_S)
    if seen or refused:
        told = [*([f"seen: {_listed([in_short(info) for info in seen])}"] if seen else []), *refused[:_LISTED]]
        return (
            f"no LSL stream {wanted} within {timeout:g} s; {'; '.join(told)}; check --name, --type, --source-id and "
            "--host"
        )
    return (
        f"no LSL stream {wanted} within {timeout:g} s, nor any other; start the amplifier's LSL program, and check "
        "that both machines share a network and that no firewall blocks LSL"
    )
