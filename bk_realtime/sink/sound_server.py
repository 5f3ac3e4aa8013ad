"""Where a sound server (PulseAudio, or PipeWire, which speaks its language) plays the sound of this process."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

ROUTED = ("pulse", "default", "pipewire", "jack", "sound mapper", "primary sound driver")
"""Parts of the names of devices behind which the system decides where sound goes, and may change its mind."""
PID_KEYS = ("application.process.id", "pipewire.sec.pid")
_ANSWER_S = 1.0
_RETRY_S = 0.5
_HURRY_S = 0.02  # so often it is asked whether to hurry
_NONE = 0xFFFFFFFF
_DEPTH = 8


def is_routed(device: str, host: str) -> bool:
    """Whether the sound device of that name and sound system is a door to a sound server, not a device itself."""
    names = (device.lower(), host.lower())
    return any(word in name for word in ROUTED for name in names) and "(hw:" not in device


@dataclass(frozen=True)
class Place:
    """Where one stream is played.

    Parameters
    ----------
    sink : the server's name of what it was given to.
    ends : name and active port of each device at the end (a sink may pass it on to others).
    plugged : False where the server knows that nothing is plugged in there.
    words : the same for people.
    """

    sink: str
    ends: tuple[str, ...] = ()
    plugged: bool = True
    words: str = field(default="", compare=False)

    def is_still(self, accepted: Place) -> bool:
        """Whether whoever was meant to hear the sound at ``accepted`` hears it here."""
        return (self.sink, self.ends) == (accepted.sink, accepted.ends) and (self.plugged or not accepted.plugged)


@dataclass(frozen=True)
class Heard:
    """What the server says at one moment.

    Parameters
    ----------
    places : of every stream of this process; none where it plays nothing of it.
    sinks : names of all sinks.
    volume : the largest of the streams' and their sinks', 1 is 100 %: more amplifies; None where nobody tells.
    muted : whether the server mutes one of them.
    streams : numbers of the streams; one that is made anew has another.
    turned : all volumes on the way multiplied, of the loudest way: good for telling louder from softer, no more; None
        where nobody tells.
    """

    places: tuple[Place, ...]
    sinks: frozenset[str]
    volume: float | None = 1.0
    muted: bool = False
    streams: frozenset[int] = frozenset()
    turned: float | None = None


class SoundServer:
    """The server's answers; one thread only. Nothing here raises: who does not answer is None.

    Parameters
    ----------
    pid : process whose sound it is; None: this one.
    """

    def __init__(self, pid: int | None = None) -> None:
        self._pid = str(os.getpid() if pid is None else pid)
        self._pulse: Any = None
        self.missing = ""
        """Why no server can be asked at all; empty where one can."""
        try:
            import pulsectl
        except (ImportError, OSError) as error:
            self.missing = " ".join(str(error).split()) or type(error).__name__
            return
        self._stop_listening: type[Exception] = pulsectl.PulseLoopStop
        broken = (pulsectl.PulseError, pulsectl.PulseDisconnected, pulsectl._pulsectl.LibPulse.CallError)
        self._failures = (*broken, OSError, ValueError)  # a ValueError: a name that is not UTF-8
        self._changed, self._next_try = False, 0.0
        # one object for all connections: each would keep a cycle alive, and the engine collects no garbage
        self._pulse = pulsectl.Pulse("brainkaraoke-watch", connect=False)

    def look(self) -> Heard | None:
        """Ask the server; connects where needed. None: it does not answer, or there is none."""
        if self._pulse is None:
            return None
        try:
            if not self._pulse.connected:
                if time.monotonic() < self._next_try:
                    return None
                self._next_try = time.monotonic() + _RETRY_S
                self._pulse.connect(autospawn=False, timeout=_ANSWER_S)
                self._pulse.event_mask_set("sink", "sink_input", "server")
                self._pulse.event_callback_set(self._on_event)
            self._changed = False
            inputs = self._pulse.sink_input_list()
            sinks = {sink.index: sink for sink in self._pulse.sink_list()}
            own = [i for i in inputs if i.sink in sinks and self._is_own(i)]
        except self._failures:
            return None
        ways = [[i, *(sinks[k] for k in dict.fromkeys((i.sink, *_ends(i.sink, sinks, inputs, _DEPTH))))] for i in own]
        levels = [level for way in ways for level in way]
        return Heard(
            tuple(place(i.sink, sinks, inputs) for i in own),
            frozenset(str(sink.name) for sink in sinks.values()),
            max((_volume(level) for level in levels), default=1.0),
            any(level.mute for level in levels),
            frozenset(int(i.index) for i in own),
            max((math.prod(_volume(level) for level in way) for way in ways), default=None),
        )

    def _is_own(self, stream: Any) -> bool:
        found = [stream.proplist.get(key) for key in PID_KEYS]
        if not any(found) and stream.client != _NONE:
            # PipeWire tells who it is of the client only
            clients = [c for c in self._pulse.client_list() if c.index == stream.client]
            found = [c.proplist.get(key) for c in clients for key in PID_KEYS]
        return self._pid in found

    def _on_event(self, _event: Any) -> None:
        self._changed = True
        raise self._stop_listening

    def wait(self, seconds: float, hurry: Callable[[], bool] = lambda: False) -> None:
        """Until something changes at the server or it must ``hurry``, ``seconds`` at most."""
        end = time.monotonic() + seconds
        while not hurry() and (left := min(end - time.monotonic(), _HURRY_S)) > 0:
            if self._pulse is None or not self._pulse.connected:
                time.sleep(left)
                continue
            if self._changed:
                return
            try:
                self._pulse.event_listen(left)
            except self._failures:
                return

    def move(self, sink: str) -> bool:
        """Have the streams of this process played on the sink of that name; whether the server did it."""
        if self._pulse is None:
            return False
        try:
            (there,) = [s for s in self._pulse.sink_list() if s.name == sink]
            for stream in self._pulse.sink_input_list():
                if self._is_own(stream) and stream.sink != there.index:
                    self._pulse.sink_input_move(stream.index, there.index)
        except (*self._failures, ValueError):
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        pulse, self._pulse = self._pulse, None
        if pulse is not None:
            pulse.close()


def place(index: int, sinks: dict[int, Any], inputs: Sequence[Any]) -> Place:
    """The place of a stream that is given to the sink of that index.

    Parameters
    ----------
    index : a key of ``sinks``.
    sinks : all sinks of the server, by index.
    inputs : all streams of the server; a sink that passes its sound on has one of the same module.
    """
    ends = _ends(index, sinks, inputs, _DEPTH)
    described = [_words(sinks[end]) for end in ends]
    first = sinks[index]
    if ends != (index,):
        described.insert(0, f"{first.description} >")
    names = tuple(f"{sinks[end].name}/{_port(sinks[end])}" for end in ends)
    return Place(str(first.name), names, all(_plugged(sinks[end]) for end in ends), " ".join(described))


def _ends(index: int, sinks: dict[int, Any], inputs: Sequence[Any], depth: int) -> tuple[int, ...]:
    module = sinks[index].owner_module
    passed = [] if module == _NONE or not depth else [i.sink for i in inputs if i.owner_module == module]
    onward = sorted({sink for sink in passed if sink in sinks and sink != index})
    if not onward:
        return (index,)
    return tuple(dict.fromkeys(end for sink in onward for end in _ends(sink, sinks, inputs, depth - 1)))


def _volume(level: Any) -> float:
    return float(max(level.volume.values, default=1.0))


def _port(sink: Any) -> str:
    return "" if sink.port_active is None else str(sink.port_active.name)


def _plugged(sink: Any) -> bool:
    return sink.port_active is None or sink.port_active.available != "no"


def _words(sink: Any) -> str:
    port = sink.port_active
    words = str(sink.description or sink.name)
    if port is not None:
        words += f", {port.description or port.name}"
    return words if _plugged(sink) else f"{words} (nothing plugged in)"
