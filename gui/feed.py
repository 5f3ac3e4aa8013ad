"""LSL in: finds a session's streams, keeps inlets on them, hands over what arrived. No Qt in here.

A thread resolves, opens and re-opens (all of which can block); :meth:`Feed.poll` in the window's own thread only takes
samples that are already here. Inlets do not recover by themselves: liblsl reconnects without a word even where rate or
montage have changed, so a lost stream is let go and found anew.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time

import numpy as np
import pylsl

from bk_realtime.chunks import NEURAL_SPELLINGS
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.source.door import Door, RefusedError, look_once
from bk_realtime.watched import WatchedThread
from gui.link import LOST, Arrival, Link
from gui.microphone import MicrophoneFeed

log = logging.getLogger(__name__)

ENGINE_STREAMS = ("status", "events", "mel", "audio", "features", "attention")
RESOLVE_S = 1.0
"""On one host only one outlet hears the first (multicast) wave of a query; the unicast one comes after 0.5 s."""
IDLE_S, SEARCH_S = 4.0, 0.3
"""Pause between two looks around: when everything flows, and when something is missing."""
STALL_S = 3.0
"""A regular stream silent for this long that can still be found is opened again."""


class Feed:
    """Streams of one session.

    Parameters
    ----------
    session : id of the session; ``None`` takes the one that started last and stays with it while it lives.
    microphone : the session's, which begins and ends with it.
    """

    def __init__(self, session: str | None = None, microphone: MicrophoneFeed | None = None) -> None:
        self.session, self.microphone = session, microphone
        self._pinned = session is not None
        self._neural = ("", "", "")
        self._links: dict[str, Link] = {}
        self._ready: queue.SimpleQueue[Link] = queue.SimpleQueue()
        self._queued: set[str] = set()
        self._door = Door(lambda line: log.warning("%s", line))
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread = WatchedThread(self._watch, "feed", self._closing)
        self._thread.start()

    def follow_neural(self, name: str, source_id: str = "", uid: str = "") -> None:
        """Which stream the engine decodes, as its status says: that outlet and no other, whatever another is called.
        Where the engine knows no ``uid``, by source_id; where there is none either, by name if only one has it."""
        if (name, source_id, uid) != self._neural:
            self._neural = (name, source_id, uid)
            self._drop("neural")
            self._wake.set()

    def poll(self) -> list[Arrival]:
        """What has arrived since the last call; never blocks."""
        while not self._ready.empty():
            link = self._ready.get()
            before = self._links.get(link.key)
            if before is not None and before.uid == link.uid:  # it stands still: so it did all the time
                link.again, link.last_arrival = True, before.last_arrival
            self._drop(link.key)
            self._links[link.key] = link
            self._queued.discard(link.key)
        arrivals = []
        for key, link in list(self._links.items()):
            try:
                arrival = link.pull()
            except LOST:
                self._drop(key)
                self._wake.set()
                continue
            if arrival is not None:
                arrivals.append(arrival)
        return arrivals

    def connected(self, key: str) -> bool:
        """Whether there is an inlet on this stream now."""
        return key in self._links

    def silence(self, key: str) -> float:
        """Seconds since something arrived on a connected stream; 0 where it is not connected."""
        link = self._links.get(key)
        return 0.0 if link is None else time.monotonic() - link.last_arrival

    def close(self) -> None:
        """Let go of all streams at once; the thread ends by itself when the look around that it is at is over
        (:meth:`join` waits for that)."""
        self._closing.set()
        self._wake.set()
        if self.microphone is not None:
            self.microphone.close()
        while not self._ready.empty():
            self._ready.get().inlet.close_stream()
        for key in list(self._links):
            self._drop(key)

    def join(self, timeout: float) -> bool:
        """Wait for the threads of a closed feed, ``timeout`` seconds each at most; whether they have ended."""
        self._thread.join(timeout)
        ended = self.microphone is None or self.microphone.join(timeout)
        return ended and not self._thread.is_alive()

    def _drop(self, key: str) -> None:
        link = self._links.pop(key, None)
        if link is not None:
            with contextlib.suppress(LOST):
                link.inlet.close_stream()

    # ---- the thread ----------------------------------------------------------------------------------------------
    def _watch(self) -> None:
        tried: dict[str, float] = {}
        neural = self._neural
        infos: list[pylsl.StreamInfo] = []
        while not self._closing.is_set():
            self._wake.clear()
            if self._neural == neural:  # else it may be among those just found: open it without another look
                infos = self._door.admit(look_once(_predicate(*neural), RESOLVE_S))
            neural = self._neural
            complete = True
            for key, info in self._wanted(infos, neural).items():
                if self._closing.is_set():
                    return
                if not self._should_open(key, info, tried):
                    continue
                tried[key] = time.monotonic()
                try:
                    link = Link(key, info)
                except LOST:
                    complete = False  # it went away between being found and being opened
                    continue
                except Exception as error:  # nothing that one stream does may end the look for others
                    self._door.refuse(info, str(error) if isinstance(error, RefusedError) else repr(error))
                    continue
                if self._closing.is_set():
                    return
                if key == "neural" and neural != self._neural:
                    complete = False
                    continue
                self._queued.add(key)
                self._ready.put(link)
            for link in [link for link in self._links.copy().values() if link.remote]:  # clocks of two hosts drift
                with contextlib.suppress(LOST):
                    link.offset = link.inlet.time_correction(timeout=0.2)
            flowing = {"status", "mel", "audio"} <= self._links.keys() and (not any(neural) or "neural" in self._links)
            self._wake.wait(IDLE_S if complete and flowing else SEARCH_S)

    def _should_open(self, key: str, info: pylsl.StreamInfo, tried: dict[str, float]) -> bool:
        if key in self._queued:
            return False
        link = self._links.get(key)
        if link is None:
            return True
        if link.uid != info.uid():
            return True
        stalled = link.description.sfreq > 0 and time.monotonic() - link.last_arrival > STALL_S
        return stalled and time.monotonic() - tried.get(key, -np.inf) > STALL_S

    def _wanted(self, infos: list[pylsl.StreamInfo], neural: tuple[str, str, str]) -> dict[str, pylsl.StreamInfo]:
        """The newest stream of each kind among those found; one that is shown already stays, whoever else calls itself
        like it."""
        held = {link.uid for link in self._links.copy().values()}
        infos = sorted(infos, key=lambda info: (info.uid() in held, float(info.created_at())))
        sessions = [_session_of(info, "status") for info in infos if info.name() == f"{OUTLET_PREFIX}status"]
        if sessions and not self._pinned and self.session not in sessions:
            self.session = sessions[-1]
        wanted = {}
        for info in infos:
            for key in ENGINE_STREAMS:
                if info.name() == OUTLET_PREFIX + key and self.session and _session_of(info, key) == self.session:
                    wanted[key] = info
        name, source_id, uid = neural
        candidates = [i for i in infos if not i.name().startswith(OUTLET_PREFIX) and i.nominal_srate() > 0]
        if uid:
            candidates = [i for i in candidates if i.uid() == uid]
        elif source_id:
            candidates = [i for i in candidates if i.source_id() == source_id]
        else:
            candidates = [i for i in candidates if name and i.name() == name]
        if len({i.uid() for i in candidates}) == 1:  # of several nobody can tell which one is decoded
            wanted["neural"] = candidates[-1]
        return wanted


def _session_of(info: pylsl.StreamInfo, key: str) -> str:
    source_id: str = info.source_id()
    return source_id.removeprefix("bk-").removesuffix(f"-{key}")


def _predicate(name: str, source_id: str, uid: str) -> str:
    terms = [f"starts-with(name,'{OUTLET_PREFIX}')", *(f"type='{kind}'" for kind in NEURAL_SPELLINGS)]
    for field, value in (("name", name), ("source_id", source_id), ("uid", uid)):
        # XPath has no escapes: a value with both quotes cannot be asked for, and none is lost by not asking
        quote = "'" if "'" not in value else '"'
        if value and quote not in value:
            terms.append(f"{field}={quote}{value}{quote}")
    return f"({' or '.join(terms)})"  # LSL puts "session_id=... and " before it
