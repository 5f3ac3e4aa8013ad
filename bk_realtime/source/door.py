"""The one door for LSL streams: on a network any stream is somebody else's, and a bad one is refused in one line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import pylsl
from pylsl.util import LostError

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import OptionError, StreamError
from bk_realtime.shown import named, shown

HIGHEST_RATE = 1e6
"""Hz. LSL sends no amplifier and no sound faster; it keeps room for so many samples a second before one is there."""
MOST_CHANNELS = 1 << 16
MOST_VALUES = 1e8
"""Channels times rate, a second: 400 MB/s of float32."""
LONGEST_NAME = 1000
"""Letters of a name, type, source_id or host."""
LONGEST_DESCRIPTION = 1 << 22
"""Letters of the whole description: 65536 channels with label, unit and type."""
MOST_KEPT = 12_000_000
"""Samples that LSL keeps for one inlet at most: it takes 19 bytes for each at once, 225 MB."""
MOST_STREAMS = 1024
"""pylsl tells of no more at once."""
MOST_SHUT = 4 * MOST_STREAMS
"""So many that were refused when they were opened are remembered, then only those that are still announced."""
_FORMATS = {pylsl.cf_float32, pylsl.cf_double64, pylsl.cf_string, pylsl.cf_int8, pylsl.cf_int16, pylsl.cf_int32}
_FORMATS |= {pylsl.cf_int64}
_MOST_REFUSED = 100


class RefusedError(StreamError):
    """A stream that is not opened, or not taken, since it would do harm."""


class Door:
    """Lets those streams in that can be opened, and remembers the others.

    Parameters
    ----------
    say : called once for each stream that is refused, with one line.
    """

    def __init__(self, say: Callable[[str], object] | None = None) -> None:
        self._say = say
        self._refused: dict[tuple[str, str], str] = {}
        self._admitted: dict[str, tuple[Any, ...]] = {}
        self._shut: set[str] = set()
        self._uncounted = 0

    @property
    def refused(self) -> list[str]:
        """One line for each stream that was refused, in the order in which they came; the first hundred."""
        more = [f"and {self._uncounted} more"] if self._uncounted else []
        return [*self._refused.values(), *more]

    def admit(self, infos: Iterable[pylsl.StreamInfo]) -> list[pylsl.StreamInfo]:
        """Those that can be opened without harm; never raises."""
        fit, found = [], list(infos)
        for info in found:
            if why := refusal(info) or self._other_of_that_uid(info):
                self._note((str(info.uid()), why), f"refused {in_short(info)}: {why}")
            elif info.uid() not in self._shut:
                fit.append(info)
        if len(self._shut) > MOST_SHUT:
            self._shut &= {str(info.uid()) for info in found}
        if len(found) >= MOST_STREAMS:
            self._note(("", "many"), f"more than {MOST_STREAMS - 1} streams are announced: those beyond are not seen")
        return fit

    def refuse(self, info: pylsl.StreamInfo, why: str) -> None:
        """Let a stream in no more, for what it said when it was opened; ``why`` ends the sentence."""
        self._shut.add(str(info.uid()))
        self._note((str(info.uid()), why), why if why.startswith("refused ") else f"refused {in_short(info)}: {why}")

    def _note(self, key: tuple[str, str], line: str) -> None:
        if key in self._refused:
            return
        if len(self._refused) >= _MOST_REFUSED:  # who comes back under ever new names fills no disk
            self._uncounted += 1
            return
        self._refused[key] = line
        if self._say is not None:
            self._say(line)

    def _other_of_that_uid(self, info: pylsl.StreamInfo) -> str:
        """LSL tells streams apart by uid: of two that share one only one is seen."""
        identity = (info.name(), info.type(), info.source_id(), info.channel_count(), info.nominal_srate())
        known = self._admitted.setdefault(info.uid(), identity)
        if len(self._admitted) > 16 * MOST_STREAMS:
            self._admitted.clear()
        return "" if known == identity else f"it has the uid of {named(known[0])}"


def refusal(info: pylsl.StreamInfo) -> str:
    """Why this stream is not to be opened, as the end of a sentence: what was expected and what came; empty where it is
    fit. Looks at what is announced only, never raises."""
    try:
        return _refusal(info)
    except Exception as error:
        return f"its announcement cannot be read ({shown(repr(error))})"


def _refusal(info: pylsl.StreamInfo) -> str:
    name, count, rate = info.name(), int(info.channel_count()), float(info.nominal_srate())
    if name.startswith("(invalid") and not info.uid():
        return "LSL cannot read its announcement; restart the program that sends it"
    texts = {"name": name, "type": info.type(), "source_id": info.source_id(), "host": info.hostname()}
    for key, text in texts.items():
        if len(text) > LONGEST_NAME:
            return f"expected a {key} of at most {LONGEST_NAME} letters, got {len(text)}"
        if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text):
            return f"expected a {key} without control characters, got {named(text)}"
    if not name:
        return "expected a name, got none"
    if info.channel_format() not in _FORMATS:
        return f"expected samples of a format that LSL knows, got number {info.channel_format()}"
    if not 1 <= count <= MOST_CHANNELS:
        return f"expected 1 to {MOST_CHANNELS} channels, got {count}"
    if not (math.isfinite(rate) and 0 <= rate <= HIGHEST_RATE):
        return f"expected 0 to {HIGHEST_RATE:g} Hz, got {rate:g}"
    if count * rate > MOST_VALUES:
        return f"expected at most {MOST_VALUES:g} values a second, got {count} channels at {rate:g} Hz"
    return ""


def in_short(info: pylsl.StreamInfo) -> str:
    """A stream in a few words, whatever it is called; never raises."""
    try:
        rate = f"{info.nominal_srate():g} Hz" if info.nominal_srate() else "irregular"
        kind = f"{shown(info.type())}, {info.channel_count()} ch, {rate}"
        return f"{named(info.name())} ({kind}, source_id {named(info.source_id())}, on {shown(info.hostname())})"
    except Exception:  # nothing that a stream says of itself may end who looks
        return "a stream that cannot be read"


def search(condition: str | None, forget_s: float) -> pylsl.ContinuousResolver:
    """Looks for streams in the background; what it finds goes through a :class:`Door`.

    Raises
    ------
    OptionError
        The condition is no XPath.
    """
    try:
        # LSL puts "session_id=... and " before it: a bare `or` would leave the LSL session for anybody's streams
        return pylsl.ContinuousResolver(pred=f"({condition})" if condition else None, forget_after=forget_s)
    except RuntimeError:
        raise OptionError(f"{condition}: expected an XPath 1.0 condition, e.g. type='sEEG'") from None


def connect(info: pylsl.StreamInfo, keep_s: int, recover: bool, chunk: int = 0) -> pylsl.StreamInlet:
    """An inlet, not open yet, with raw stamps.

    Parameters
    ----------
    keep_s : seconds that LSL keeps (samples x 100 for irregular streams); fewer where they would take too much memory.
    recover : whether LSL goes on with another sender of that identity by itself.
    chunk : samples that come together; 0: as the sender packs them.

    Raises
    ------
    RefusedError
        The stream is refused.
    pylsl.util.LostError
        It is gone, or LSL cannot make the inlet.
    """
    why = refusal(info)
    if why:
        raise RefusedError(f"refused {in_short(info)}: {why}")
    rate = info.nominal_srate()
    if rate > 0:
        keep_s = max(1, min(keep_s, int(MOST_KEPT / rate)))
    try:
        return pylsl.StreamInlet(info, keep_s, chunk, recover)
    except RuntimeError as error:
        raise LostError(f"LSL cannot open {in_short(info)} ({error})") from None


def as_text(value: str | bytes) -> str:
    """One value of a stream of texts, which senders write in whatever alphabet they like; never raises."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def look_once(condition: str, seconds: float) -> list[pylsl.StreamInfo]:
    """All that fulfil an XPath condition and answer within so many seconds, to go through a :class:`Door`."""
    found: list[pylsl.StreamInfo] = pylsl.resolve_bypred(f"({condition})", MOST_STREAMS, seconds)
    return found


def described(xml: str) -> StreamDescription:
    """What a stream says of itself in full, however odd.

    Raises
    ------
    RefusedError
        It is too long, too deep, or no description.
    """
    from bk_realtime.xdf.header import stream_description  # the window, which does without it, starts a second sooner

    if len(xml) > LONGEST_DESCRIPTION:
        raise RefusedError(f"expected a description of at most {LONGEST_DESCRIPTION} letters, got {len(xml)}")
    try:
        return stream_description(xml)
    except RecursionError:
        raise RefusedError("expected a description that is not nested hundreds deep") from None
    except Exception as error:
        raise RefusedError(shown(str(error), 300)) from None
