"""Events of a session: which there are, collected by any thread, read back from a log, also one that was cut short."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from bk_realtime.plain_files import parse_json

EventKind = Literal[
    "matched",
    "segment",
    "start",
    "reset",
    "gap",
    "duplicate",
    "clock jump",
    "backlog",
    "rate",
    "rate right",
    "stamps",
    "stamps right",
    "clock",
    "clock right",
    "packets",
    "packets right",
    "lost",
    "returned",
    "changed",
    "joined",
    "late",
    "underrun",
    "overflow",
    "skip",
    "cut",
    "artefact",
    "artefact over",
    "bad sound",
    "sound right",
    "stalled",
    "stall over",
    "slow",
    "keeps up",
    "slept",
    "no sound",
    "device",
    "device lost",
    "device missing",
    "device back",
    "sound place",
    "sound moved",
    "sound back",
    "sound unwatched",
    "server volume",
    "card lost",
    "no standby",
    "priority",
    "file",
    "disk",
    "disk right",
    "command",
    "marker",
    "notice",
    "gate",
    "fade",
    "unsure",
    "sure again",
    "loop watch",
    "feedback loop",
    "loop over",
    "contaminated",
    "watch",
    "adjusted",
    "bundle",
    "no bundle",
    "dead channels",
    "channels back",
    "drift",
    "drift right",
    "condition",
    "no condition",
    "thread",
    "engine failed",
    "engine died",
]
EVENTS: Mapping[EventKind, str] = {
    "matched": "how the decoder's channels were found in the stream",
    "segment": "first sample of a segment, with its stamp",
    "start": "signal that arrived during start-up was skipped",
    "reset": "a new segment begins, with every state as new",
    "gap": "samples are missing",
    "duplicate": "samples were repeated, or are too many",
    "clock jump": "the sender's clock was set",
    "backlog": "samples arrive late",
    "rate": "the device runs far from its nominal rate; stands until it is right",
    "rate right": "the device runs at its nominal rate again",
    "stamps": "the time stamps are not to be trusted, age is taken from arrival; stands until they are right",
    "stamps right": "the time stamps are right again",
    "clock": "the sender's clock cannot be told, or was set against this machine's; stands until it runs steadily",
    "clock right": "the sender's clock is known and runs steadily again",
    "packets": "packets are so long that all data are too old to be heard; stands until they are heard",
    "packets right": "data are young enough to be heard, with these packets",
    "lost": "the stream sends nothing any more",
    "returned": "the stream is back",
    "changed": "the stream is back with another montage, unit or rate: the session ends",
    "joined": "a joined stream begins, is lost, returns or has a fault; the session goes on without it",
    "late": "a joined stream was not waited for: its channels are missing in the rows told",
    "underrun": "sound was due and was not there, or the device was not served in time",
    "overflow": "sound waited until there was no room for more",
    "skip": "waiting sound was skipped to keep the delay short",
    "cut": "sound that had waited until it was too old was cut off, not played",
    "artefact": "many channels are far above their training, the voice is held; stands until they are normal",
    "artefact over": "the channels are as in training again",
    "bad sound": "the voice holds values that are no numbers, and is silent there; stands until there are none",
    "sound right": "all values of the voice are numbers again",
    "stalled": "decoding stands still, the sound is silent; stands until it goes on",
    "stall over": "decoding goes on",
    "slow": "the decoder is slower than real time; stands until it keeps up",
    "keeps up": "the decoder keeps up with the signal again",
    "slept": "the engine, or the whole machine, stood still and goes on",
    "no sound": "there is no sound device",
    "device": "the sound device complains",
    "device lost": "the sound device is gone",
    "device missing": "the sound device does not come back",
    "device back": "the sound device plays again",
    "sound place": "where the sound server plays the voice",
    "sound moved": "the sound server plays the voice elsewhere, or does not say where; it is held until that is over",
    "sound back": "the voice is heard where it was before",
    "sound unwatched": "it cannot be told where the sound server plays the voice",
    "server volume": "the server mutes or amplifies the voice, or its measured level does not hold; until it is right",
    "card lost": "the computing card failed; decoding goes on on the CPU",
    "no standby": "the CPU is too slow to take over from the card",
    "priority": "what the operating system granted",
    "file": "a file of the session cannot be written or read",
    "disk": "the disk is full soon, or does not say; stands until there is room",
    "disk right": "there is room on the disk again",
    "command": "somebody muted, unmuted, changed the gain or ended the session",
    "marker": "somebody noted something",
    "notice": "another process of the session has something to say",
    "gate": "whether the speech gate acts, and why",
    "fade": "the voice fades out where the decoder is unsure",
    "unsure": "the decoder is unsure for a second, the voice is faded out; stands until it is sure",
    "sure again": "the decoder is sure again, the voice is let out",
    "loop watch": "the voice was left out to look for a feedback loop, with the stamp where it begins; or nobody looks",
    "feedback loop": "the voice is made by its own sound; it is held until the operator releases it",
    "loop over": "the operator has released the voice after a feedback loop",
    "contaminated": "the microphone's sound is in channels that the decoder reads; stands until they are clean",
    "watch": "what the watch for the microphone's sound says now, where its colour changed",
    "adjusted": "channels are masked or features normalised otherwise from this sample on: all that holds, in full",
    "bundle": "another decoder bundle decodes from this sample on, with its path and hash",
    "no bundle": "another decoder bundle could not take over; the running one goes on",
    "dead channels": "channels are dead for long and mask themselves; stands until all are back",
    "channels back": "no channel is dead any more",
    "drift": "features are far from what they were in training; stands until they are near",
    "drift right": "the features are as in training again",
    "condition": "a condition of the experiment begins, with the stamp of its first sound; or what switches them",
    "no condition": "a condition could not begin, or what switches conditions is missing",
    "thread": "a thread of the engine died; stands to the end, which is a fault",
    "engine failed": "the engine did not start",
    "engine died": "the engine ended by itself",
}
"""Every kind of event there is, and what it says."""
NO_FAULTS: frozenset[str] = frozenset(
    {
        "matched",
        "rate right",
        "stamps right",
        "stall over",
        "artefact over",
        "sound right",
        "disk right",
        "keeps up",
        "segment",
        "start",
        "sound place",
        "priority",
        "command",
        "marker",
        "gate",
        "fade",
        "unsure",
        "sure again",
        "loop watch",
        "loop over",
        "watch",
        "condition",
        "adjusted",
        "bundle",
        "channels back",
        "drift right",
    }
)
"""Kinds of events that are in order."""


def make_event(kind: EventKind, text: str, **details: Any) -> dict[str, Any]:
    """One event: ``{"event": kind, "text": one readable line, **details}``."""
    return {"event": kind, "text": text, **details}


def notice_id(event: dict[str, Any]) -> str:
    """The id of a notice, by which it is known where two processes wrote it; empty for every other event."""
    values = event.get("values") if event.get("event") == "notice" else None
    return str(values.get("id", "")) if isinstance(values, dict) else ""


def read_events(path: Path) -> list[dict[str, Any]]:
    """All events of ``events.jsonl``, a notice once. What cannot be read (a line that a crash cut off, the file) is an
    event too."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        return [make_event("file", f"{path} cannot be read ({error.strerror or error})")]
    events, told = [], set[str]()
    for line in lines:
        try:
            event = parse_json(line)
        except ValueError:
            event = None
        if not isinstance(event, dict) or "event" not in event:
            event = make_event("file", f"{path.name} holds a damaged line: {line[:60]}")
        name = notice_id(event)
        if name and name in told:
            continue
        told.add(name)
        events.append(event)
    return events


class EventList:
    """Events written by any thread and taken by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []

    def add(self, kind: EventKind, text: str, **details: Any) -> None:
        """Append :func:`make_event` of the arguments."""
        self.append(make_event(kind, text, **details))

    def append(self, event: dict[str, Any]) -> None:
        """Append an event."""
        with self._lock:
            self._events.append(event)

    def take(self) -> list[dict[str, Any]]:
        """All events since the last call."""
        with self._lock:
            events, self._events = self._events, []
        return events
