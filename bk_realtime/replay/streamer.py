"""Replay a recording over LSL: every stream, at its own times, as if it were being measured now."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pylsl

from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import Clock, linger
from bk_realtime.errors import OptionError
from bk_realtime.lsl_clock import LslClock
from bk_realtime.replay.faults import Fault, inject
from bk_realtime.replay.timeline import Step, loop_range, plan, play, span, track_of
from bk_realtime.xdf import read_xdf

log = logging.getLogger(__name__)

CHUNK_S = 0.016
"""Default packet length: 16 samples at 1000 Hz, as amplifiers send them."""
_LINGER_S = 0.5
_GRACE_S = 3.0


def replay_source_id(description: StreamDescription, prefix: str) -> str:
    """The source_id under which a stream is replayed; streams that share their name and id differ by type."""
    source_id = f"{prefix}{description.source_id or description.name}-{description.type}"
    return source_id.translate({ord(c): "_" for c in "'\"<>&"})


class Streamer:
    """All streams of an XDF file as LSL outlets.

    Stamps keep every interval of the recording (clock offsets applied) and are shifted to now, so gaps, jitter and
    the relations between streams survive. ``speed`` divides the intervals; the nominal rates stay as they were, so that
    decoders still accept the stream. Names, types, formats, labels, units and all other metadata are copied; ``desc``
    gains ``replay_of`` (file name), ``replay_source_id`` (the original id) and ``replay_speed``.

    Parameters
    ----------
    path : recording.
    speed : 2 is twice as fast.
    loop : play again and again; the neural stream is seamless where the loop closes.
    chunk_s : packet length in s of recording time.
    prefix : put before every source_id, so that a replay is never taken for the device; default: a new one each time.
    exact : original source_ids, without prefix (only one such replay or device may be visible).
    begin_s : start so many seconds into the recording.
    faults : planted faults.
    salvage : take the whole part of a damaged file.
    clock : LSL clock; tests turn one by hand.

    Raises
    ------
    BkError
        The file cannot be read, or the start lies behind its end.
    """

    def __init__(
        self,
        path: Path,
        speed: float = 1.0,
        loop: bool = False,
        chunk_s: float = CHUNK_S,
        prefix: str | None = None,
        exact: bool = False,
        begin_s: float = 0.0,
        faults: Sequence[Fault] = (),
        salvage: bool = False,
        clock: Clock | None = None,
    ) -> None:
        if speed <= 0 or chunk_s < 0 or begin_s < 0:
            raise OptionError(
                f"expected a speed above 0 and no negative times, got speed {speed:g}, chunk {chunk_s:g} s, "
                f"start {begin_s:g} s"
            )
        self.path, self.speed, self.loop = Path(path), speed, loop
        self._chunk_s, self._exact = chunk_s, exact
        self._prefix = f"replay-{uuid.uuid4().hex[:8]}-" if prefix is None else prefix
        self._clock = clock or LslClock()
        tracks = [track_of(s) for s in read_xdf(self.path, salvage=salvage)]
        begin, last = span(tracks)
        self._begin, self._end = loop_range(tracks) if loop else (begin, float("inf"))
        self._begin += begin_s
        if self._begin > min(last, self._end):
            raise OptionError(f"{path} is {last - begin:.1f} s long: cannot start {begin_s:g} s into it")
        self.tracks = inject(tracks, faults, begin)
        self.duration_s = (min(self._end, last) - self._begin) / speed
        self.source_ids = self._ids()
        self.sent = [0] * len(self.tracks)
        self._outlets: list[pylsl.StreamOutlet | None] = [self._outlet(i) for i in range(len(self.tracks))]

    def _ids(self) -> list[str]:
        if self._exact:
            return [t.description.source_id for t in self.tracks]
        seen: Counter[str] = Counter()
        ids = []
        for track in self.tracks:
            source_id = replay_source_id(track.description, self._prefix)
            seen[source_id] += 1
            ids.append(source_id if seen[source_id] == 1 else f"{source_id}-{seen[source_id]}")
        return ids

    def _outlet(self, number: int) -> pylsl.StreamOutlet:
        track = self.tracks[number]
        description = track.description
        info = pylsl.StreamInfo(
            description.name or "unnamed",
            description.type,
            description.n_channels,
            description.sfreq,
            description.channel_format,
            self.source_ids[number],
        )
        original = ElementTree.fromstring(track.xml).find("desc")
        if original is not None:
            _copy_children(original, info.desc())
        notes = {
            "replay_of": self.path.name,
            "replay_source_id": description.source_id,
            "replay_speed": f"{self.speed:g}",
        }
        for key, value in notes.items():
            info.desc().append_child_value(key, value)
        return pylsl.StreamOutlet(info)

    def wait_for_consumers(self, timeout_s: float, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Until every stream with samples has a listener, or some have and no more come for three seconds.

        Returns
        -------
        bool
            False when nobody came within ``timeout_s`` s.
        """
        begun, n_listening, since = self._clock.now(), 0, self._clock.now()
        while not stopped():
            listening = [
                o is not None and o.have_consumers() for o, t in zip(self._outlets, self.tracks, strict=True) if len(t)
            ]
            now = self._clock.now()
            if sum(listening) != n_listening:
                n_listening, since = sum(listening), now
            if all(listening) or (n_listening and now - since > _GRACE_S):
                return True
            if not n_listening and now - begun > timeout_s:
                return False
            self._clock.sleep(0.02)
        return any(o is not None and o.have_consumers() for o in self._outlets)

    def run(self, stopped: Callable[[], bool] = lambda: False, seconds: float | None = None) -> list[int]:
        """Stream until the end (never with ``loop``), ``seconds`` s have passed, or ``stopped``.

        Returns
        -------
        list of int
            Samples sent, per track.
        """
        start = self._clock.now()
        steps = plan(self.tracks, self._begin, self._end, self._chunk_s, self.loop)

        def over() -> bool:
            return stopped() or (seconds is not None and self._clock.now() - start >= seconds)

        play(steps, self._clock, lambda step: self._do(step, start), self._begin, self.speed, start, over)
        if not stopped():
            linger(self._clock, _LINGER_S)  # an outlet that goes takes what is still in its queues along
        return self.sent

    def _do(self, step: Step, start: float) -> None:
        if step.action != "send":
            # the old outlet must be gone before the new one comes: listeners take two of a kind for a mix-up
            self._outlets[step.track] = None
            if step.action == "return":
                self._outlets[step.track] = self._outlet(step.track)
            return
        outlet, track = self._outlets[step.track], self.tracks[step.track]
        if outlet is None:
            return
        stamps = start + (track.stamps[step.start : step.stop] + step.shift - self._begin) / self.speed
        data = track.data[step.start : step.stop]
        outlet.push_chunk(data, stamps.tolist())
        self.sent[step.track] += len(stamps)

    def close(self) -> None:
        """Take the outlets down."""
        self._outlets = [None] * len(self.tracks)


def _copy_children(source: ElementTree.Element, target: pylsl.XMLElement) -> None:
    for child in source:
        if len(child):
            _copy_children(child, target.append_child(child.tag))
        else:
            target.append_child_value(child.tag, child.text or "")
