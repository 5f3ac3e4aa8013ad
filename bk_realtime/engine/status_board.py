"""What an engine says of itself: status, events and latency.json, gathered from its parts and its threads."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import Clock
from bk_realtime.engine.active_faults import update_faults
from bk_realtime.engine.contamination_light import ContaminationLight
from bk_realtime.engine.core import Core
from bk_realtime.files import write_text
from bk_realtime.session.event_log import EventLog
from bk_realtime.session.events import EventList, make_event
from bk_realtime.session.status import STAGES, Status
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.outlets import EngineOutlets

QUIET_S = 1.0
"""Without new sound for so long what is heard is as old as it looks, whatever else is said."""


class StatusBoard:
    """Gathers and publishes.

    Parameters
    ----------
    core, sink : what the figures are taken from.
    source : the stream that is decoded.
    folder : gets ``events.jsonl`` and ``latency.json``.
    noted : where all threads leave events, with their time.
    outlets : take what is published.
    """

    def __init__(
        self,
        core: Core,
        sink: AudioSink,
        source: StreamDescription,
        folder: Path,
        noted: EventList,
        outlets: EngineOutlets,
        clock: Clock,
    ) -> None:
        self.core, self.sink, self.outlets, self.clock = core, sink, outlets, clock
        self.log = EventLog(folder)
        self.noted = noted
        self.unwritten = 0
        """Samples missing in decoded.wav."""
        self.joining: Callable[[], dict[str, dict[str, float]]] = dict
        """Figures of the joined streams."""
        self.further: list[Callable[[], Mapping[str, Any]]] = []
        """What other parts of the engine add: fields of :class:`Status` by name, at once, from any thread."""
        self.veiled: tuple[str, ...] = ()
        """Fields that are not told: they would betray the condition to a blinded operator."""
        self.signal_lost = False
        self._n_lost = 0
        self._path, self._file_failed = folder / "latency.json", False
        self._age_ms: float | None = None
        self._voiced_at = 0.0
        self._message = ""
        self._faults: dict[str, str] = {}
        self._fault_counts: dict[str, int] = {}
        self.light = ContaminationLight()
        chain = core.chain
        # never computed in status(): ten times a second it would hold Python's lock for half a frame
        self._fixed = Status(
            algorithmic_ms=1e3 * float(chain.algorithmic_s),
            group_delay_ms=None if chain.group_delay_s is None else 1e3 * chain.group_delay_s,
            band_delays_ms={name: round(1e3 * sum(delays), 2) for name, delays in chain.band_delays.items()},
            max_age_ms=core.guard.settings.max_age_ms,
            lead_ms=chain.bundle.lead_ms,
            source=source.name,
            source_id=source.source_id,
            bundle=str(chain.bundle.path),
            simulated=source.simulated,
        )

    # ---- decode thread -------------------------------------------------------------------------------------------
    def lost(self) -> None:
        """The stream sends nothing any more."""
        self.signal_lost = True
        self._n_lost += 1

    def voiced(self, stamp: float, waiting_s: float) -> None:
        """Sound went out that stands for the signal of LSL time ``stamp`` and waits ``waiting_s`` before the ear."""
        self._voiced_at = self.clock.now()
        age_ms = 1e3 * (self._voiced_at - stamp + waiting_s)
        self._age_ms = age_ms if age_ms >= 0 else None  # nothing is heard before it was taken

    # ---- any thread ----------------------------------------------------------------------------------------------
    def status(self) -> Status:
        """The engine as it is now."""
        core, guard = self.core, self.core.guard
        snapshot = core.metrics.snapshot()
        counters, age = snapshot["counters"], snapshot["stages"].get("age", {})
        stages = {name: snapshot["stages"][name] for name in STAGES if name in snapshot["stages"]}
        now = self.clock.now()
        # nothing new for a while: what is heard grows older by the second
        since = now - self._voiced_at if self._voiced_at else 0.0
        buffer_ms = 1e3 * self.sink.fill / self.sink.sample_rate
        device_ms = 1e3 * self.sink.latency_s
        colour, text = self.light.shown(now)
        status = dataclasses.replace(
            self._fixed,
            time=now,
            muted=guard.muted,
            age_ms=None if self._age_ms is None else self._age_ms + 1e3 * since * (since > 0.1),
            age_by=core.age_by,
            age_p50_ms=age.get("p50"),
            age_p99_ms=age.get("p99"),
            age_max_ms=age.get("max"),
            gaps=counters.get("gap", 0),
            losses=self._n_lost,
            wrong_rates=counters.get("rate", 0),
            dropped_samples=counters.get("dropped_samples", 0),
            underruns=self.sink.underruns,
            unwritten_samples=self.unwritten,
            n_frames=core.n_frames,
            stages=stages,
            measured_ms=stages.get("total", {}).get("p99", 0.0) + buffer_ms + device_ms,
            buffer_ms=buffer_ms,
            device_ms=device_ms,
            gain_db=guard.gain_db,
            limiter_hits=guard.limiter_hits,
            device=str(core.chain.device),
            vocoder_device=core.chain.vocoder_device,
            bad_channels=tuple(core.chain.bad_channels()),
            message=self._message,
            faults=dict(self._faults),
            joined=self.joining(),
            contamination=colour,
            contamination_text=text,
            holds=guard.holds,
            fault_counts=dict(self._fault_counts),
        )
        status = dataclasses.replace(status, state=self._state(status.age_ms, since))
        for figures in self.further:
            status = dataclasses.replace(status, **figures())
        if self.veiled:
            nothing = Status()
            status = dataclasses.replace(status, **{name: getattr(nothing, name) for name in self.veiled})
        return status

    @property
    def n_lost(self) -> int:
        """How often the stream was lost so far."""
        return self._n_lost

    def _state(self, age_ms: float | None, since: float) -> str:
        if self.signal_lost:
            return "signal lost"
        if not self.core.n_frames:
            return "starting"
        # a decode thread that hangs notes nothing, but what would be heard grows old all the same
        hangs = "decoding" in self._faults or since > QUIET_S  # the guard hears nothing either, whatever the reason
        if self.core.guard.stale or (hangs and age_ms is not None and age_ms > self._fixed.max_age_ms):
            return "stale"
        if self.core.guard.muted:
            return "muted"
        if "sound" in self._faults:
            return "no sound"
        return "held" if self.core.guard.holds else "running"

    # ---- main thread ---------------------------------------------------------------------------------------------
    def publish(self, others: Iterable[dict[str, Any]] = ()) -> None:
        """Log and send all events, those noted and ``others`` that have no time yet; then send the status."""
        events = self.noted.take()
        events += [{"time": self.clock.now(), **event} for event in (*others, *self.log.events())]
        for event in events:
            if event["event"] != "segment":
                self._message = str(event.get("text", event["event"]))
            update_faults(self._faults, event, self._fault_counts)
            self.log.write(event)
            self.outlets.push_event(event)
        self.outlets.push_status(self.status().as_dict())

    def say_stopped(self) -> None:
        """Send the last status."""
        self.outlets.push_status({**self.status().as_dict(), "state": "stopped"})

    def write_file(self) -> None:
        """Bring ``latency.json`` up to date. Where that fails (a full disk, a reader that holds the file) it is an
        event, once; the next time may be better."""
        # a line a field; json's own indent leaves reference cycles, which nobody frees while the collector is off
        lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in self.status().as_dict().items())
        try:
            write_text(self._path, f"{{\n{lines}\n}}\n")
        except OSError as error:
            if not self._file_failed:
                text = f"latency.json is not kept up: {error.strerror or error}"
                self._note_file(text, active_fault=self._path.name)
            self._file_failed = True
        else:
            if self._file_failed:
                self._note_file("latency.json is kept up again", corrected=self._path.name)
            self._file_failed = False

    def _note_file(self, text: str, **values: str) -> None:
        self.noted.append({"time": self.clock.now(), **make_event("file", text, **values)})
