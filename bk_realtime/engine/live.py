"""The engine process: one thread decodes, the sound card's callback copies, the main thread keeps house.

The decode thread pulls the inlet, runs the core, fills the audio ring and pushes the outlets. The main thread
publishes status, drains the decoded voice to its WAV file and writes latency figures, so that a slow disk never
reaches the sound.
"""

from __future__ import annotations

import contextlib
import gc
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bk_realtime.chain import Chain
from bk_realtime.clock import Clock
from bk_realtime.decoder.attention import attention_weights
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.active_faults import update_faults
from bk_realtime.engine.core import Core, CoreOutput
from bk_realtime.engine.metrics import Metrics
from bk_realtime.engine.orders import execute
from bk_realtime.engine.output_guard import OutputGuard
from bk_realtime.errors import BkError
from bk_realtime.features import feature_labels
from bk_realtime.priority import DECODE, KEEP, real_time_priority, usual_priority
from bk_realtime.session.control import ControlServer
from bk_realtime.session.event_log import EventLog
from bk_realtime.session.settings import SessionSettings
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.outlets import EngineOutlets
from bk_realtime.sink.ring import Ring
from bk_realtime.sink.wav import WavSink
from bk_realtime.source.base import Source, take_events

STATUS_S = 0.1
LATENCY_FILE_S = 10.0


class Engine:
    """Wires one session and runs it until told to stop.

    Parameters
    ----------
    folder : the session folder, with ``session.toml`` already in it.
    settings, bundle : what to run.
    source : where µV samples come from; its description has been checked against the bundle.
    sink : where sound goes.
    clock : the LSL clock of this machine.
    """

    def __init__(
        self, folder: Path, settings: SessionSettings, bundle: Bundle, source: Source, sink: AudioSink, clock: Clock
    ) -> None:
        self.folder, self.settings, self.bundle = folder, settings, bundle
        self.source, self.sink, self.clock = source, sink, clock
        self.description = source.describe()
        self.events = EventLog(folder)
        self.metrics = Metrics()
        self.chain = Chain(bundle, self.description.labels, settings.device)
        self.guard = OutputGuard(settings.safety, bundle.mel.sample_rate)
        self.core = Core(self.chain, self.guard, self.metrics, settings.gaps, self._on_event)
        # before the outlets appear: whoever waits for them finds an engine that keeps up
        self.chain.warm_up()
        self.guard.process(np.zeros(bundle.mel.hop_length, np.float32))
        self.guard.reset()
        # never in status(): ten times a second it would hold Python's lock for half a frame
        self._declared = {
            "algorithmic_ms": 1e3 * float(self.chain.algorithmic_s),
            "group_delay_ms": 1e3 * self.chain.group_delay_s,
        }
        self.simulated = self.description.simulated
        features = self.chain.stages["features"][-1]
        self._attention = attention_weights(self.bundle.decoder, self.chain.decoder_state)
        self.outlets = EngineOutlets(
            settings.session,
            n_features=features.channels[1],
            mel=bundle.mel,
            simulated=self.simulated,
            feature_labels=feature_labels(bundle.features, bundle.labels),
            n_attention=0 if self._attention is None else self._attention.shape[-1],
        )
        self._voice = Ring(bundle.mel.sample_rate * 20)
        self._pending_events: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._message = ""
        self._signal_lost = False
        self._n_lost = 0
        self._age_ms: float | None = None
        self._voiced_at = 0.0
        self._latency_failed = False
        self._faults: dict[str, str] = {}

    # ---- decode thread -------------------------------------------------------------------------------------------
    def _decode_loop(self) -> None:
        try:
            torch.set_num_threads(1)
            self._on_event({"event": "priority", "text": real_time_priority(DECODE, "decoding")})
            gc.collect()
            gc.freeze()
            gc.disable()
            self.sink.start()
            while not self._stop.is_set():
                chunk = self.source.pull(0.1)
                events = take_events(self.source)
                if chunk is None:
                    for event in events:
                        if event.kind == "lost":
                            self._signal_lost, self._n_lost = True, self._n_lost + 1
                        self._on_event({"event": event.kind, "text": event.text, "seconds": event.seconds})
                    continue
                self._signal_lost = False
                waiting = self.sink.fill / self.bundle.mel.sample_rate + self.sink.latency_s
                output = self.core.process(chunk, events, self.clock.now(), waiting)
                self.sink.write(output.guarded)
                self._publish(output, waiting)
        except BaseException as error:
            self._error = error
            self._stop.set()

    def _publish(self, output: CoreOutput, waiting: float) -> None:
        decoded = output.decoded
        if len(decoded.audio):
            self._voice.write(decoded.audio)
            self.outlets.push_audio(output.guarded, output.audio_stamps)
            self._voiced_at = self.clock.now()
            self._age_ms = 1e3 * (self._voiced_at - float(output.audio_stamps[0]) + waiting)
        if len(decoded.features):
            self.outlets.push_features(decoded.features, output.feature_stamps)
        if len(decoded.mel):
            self.outlets.push_mel(decoded.mel, output.mel_stamps)
            if self._attention is not None:
                self._attention = attention_weights(self.bundle.decoder, self.chain.decoder_state)
                if self._attention is not None:
                    self.outlets.push_attention(self._attention, output.mel_stamps[-1:])

    def _on_event(self, event: dict[str, Any]) -> None:
        with self._lock:
            self._pending_events.append({"time": self.clock.now(), **event})

    # ---- main thread ---------------------------------------------------------------------------------------------
    def run(self, seconds: float | None = None) -> None:
        """Decode until :meth:`stop`, ``seconds`` have passed or the source ends; everything is saved at the end.

        Raises
        ------
        BkError
            What ended the decode thread, if it was bad input.
        """
        self._on_event({"event": "priority", "text": real_time_priority(KEEP, "everything else")})
        voice = WavSink(self.folder / "decoded.wav", self.bundle.mel.sample_rate, "float32")
        server = ControlServer(self._command)
        server.write_file(self.folder, session=self.settings.session)
        decoder = threading.Thread(target=self._decode_loop, name="decode", daemon=True)
        started = self.clock.now()
        decoder.start()
        next_file = started + LATENCY_FILE_S
        buffer = np.zeros(self.bundle.mel.sample_rate, np.float32)
        try:
            while not self._stop.wait(STATUS_S):
                self._housekeeping(voice, buffer)
                now = self.clock.now()
                if now >= next_file:
                    self._write_latency()
                    next_file += LATENCY_FILE_S
                if seconds is not None and now - started >= seconds:
                    break
        finally:
            self._stop.set()
            decoder.join(timeout=5.0)
            with contextlib.ExitStack() as steps:  # each is taken, whatever another one raises
                for step in (
                    self.sink.close,
                    self._write_latency,
                    lambda: self._housekeeping(voice, buffer),
                    voice.close,
                    server.close,
                    self.source.close,
                    lambda: self.outlets.push_status({**self.status(), "state": "stopped"}),
                    gc.enable,
                    gc.unfreeze,
                    usual_priority,
                )[::-1]:  # a stack ends with what came first
                    steps.callback(step)
        if isinstance(self._error, BkError):
            raise self._error
        if self._error is not None:
            raise RuntimeError("the decode thread failed") from self._error

    def stop(self) -> None:
        """Ask the session to end; safe from any thread and from a signal handler."""
        self._stop.set()

    def _housekeeping(self, voice: WavSink, buffer: np.ndarray) -> None:
        while n := self._voice.read(buffer):
            voice.write(buffer[:n])
        with self._lock:
            events, self._pending_events = self._pending_events, []
        noted = [*self.sink.events(), *voice.events(), *self.events.events()]
        events += [{"time": self.clock.now(), **event} for event in noted]
        for event in events:
            if event["event"] != "segment":
                self._message = str(event.get("text", event["event"]))
            update_faults(self._faults, event)
            self.events.write(event)
            self.outlets.push_event(event)
        self.outlets.push_status(self.status())

    def _command(self, command: dict[str, Any]) -> dict[str, Any]:
        event = execute(command, self.guard, self.stop)
        if event is not None:
            self._on_event(event)
        return {"status": self.status()}

    def _state(self) -> str:
        if self._signal_lost:
            return "signal lost"
        if not self.core.n_frames:
            return "starting"
        if self.guard.stale:
            return "stale"
        if self.guard.muted:
            return "muted"
        return "no sound" if "sound" in self._faults else "running"

    def status(self) -> dict[str, Any]:
        """The status object of the outlets and the control channel."""
        rate = self.bundle.mel.sample_rate
        snapshot = self.metrics.snapshot()
        stages = {k: v for k, v in snapshot["stages"].items() if k != "age"}
        age = snapshot["stages"].get("age", {})
        # nothing new for a while: what is heard grows older by the second
        since = self.clock.now() - self._voiced_at if self._voiced_at else 0.0
        age_ms = None if self._age_ms is None else self._age_ms + 1e3 * since * (since > 0.1)
        buffer_ms, device_ms = 1e3 * self.sink.fill / rate, 1e3 * self.sink.latency_s
        return {
            "time": self.clock.now(),
            "state": self._state(),
            "muted": self.guard.muted,
            "age_ms": age_ms,
            "age_p50_ms": age.get("p50"),
            "age_p99_ms": age.get("p99"),
            "max_age_ms": self.settings.safety.max_age_ms,
            "lead_ms": self.bundle.lead_ms,
            "gaps": snapshot["counters"].get("gap", 0),
            "losses": self._n_lost,
            "dropped_samples": snapshot["counters"].get("dropped_samples", 0),
            "underruns": self.sink.underruns,
            "n_frames": self.core.n_frames,
            "stages": stages,
            **self._declared,
            "measured_ms": stages.get("total", {}).get("p99", 0.0) + buffer_ms + device_ms,
            "buffer_ms": buffer_ms,
            "device_ms": device_ms,
            "gain_db": self.guard.gain_db,
            "limiter_hits": self.guard.limiter_hits,
            "bad_channels": self.chain.bad_channels(),
            "source": self.description.name,
            "source_id": self.description.source_id,
            "bundle": str(self.bundle.path),
            "simulated": self.simulated,
            "message": self._message,
            "faults": dict(self._faults),
        }

    def _write_latency(self) -> None:
        part = self.folder / "latency.json.part"
        try:
            part.write_text(json.dumps(self.status(), indent=1) + "\n", encoding="utf-8")
            part.replace(self.folder / "latency.json")
        except OSError as error:  # a full disk, or a reader that holds the file: the next one may come through
            if not self._latency_failed:
                self._on_event({"event": "file", "text": f"latency.json is not kept up: {error.strerror or error}"})
            self._latency_failed = True
        else:
            self._latency_failed = False
