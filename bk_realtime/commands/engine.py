"""The engine process of a session; `run` starts it."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch loads: the decode thread must not spawn helpers

import sys
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.clock import SystemClock, linger
from bk_realtime.engine.live import Engine
from bk_realtime.engine.wiring import latency_budget, open_inlet, open_sink, say_if_compiling
from bk_realtime.lsl_clock import LslClock
from bk_realtime.processes.parent import end_with_parent, stop_on_signals
from bk_realtime.session.bundle import load_session_bundle, session_labels, trained_on
from bk_realtime.session.events import make_event
from bk_realtime.session.folder import read_session
from bk_realtime.watched import when_one_dies

LINGER_S = 0.25
"""So long after the last status the recorder has it."""


@dataclass
class EngineProcess:
    """Decode one session whose folder is prepared (started by `run`; not meant to be called by hand)."""

    folder: Path
    """Session folder with session.toml."""
    seconds: float | None = None
    """Stop after so many seconds."""

    def run(self) -> int:
        """Run until stopped; 0 when all was saved."""
        sys.setswitchinterval(0.0005)  # the sound card's callback must not wait 5 ms for the decode thread
        session = read_session(self.folder)
        settings = session.settings
        bundle = load_session_bundle(settings)
        say_if_compiling(bundle)
        label_map = session_labels(session.folder)
        inlet = open_inlet(settings, trained_on(bundle.labels, label_map), bundle.features.kind == "given")
        bundle.check(inlet.describe(), label_map)
        sink = open_sink(settings, bundle.mel.sample_rate)
        engine = Engine(session, bundle, inlet, sink, LslClock())
        stream = inlet.describe()
        for note in (*getattr(inlet, "notes", ()), *engine.fit.notes):
            print(f"stream {stream.name!r}: {note}")
        print(latency_budget(engine.chain, settings.prefill_s + sink.latency_s))
        if engine.experiment.cost:
            print(engine.experiment.cost)
        output = f"{type(sink).__name__} at {bundle.mel.sample_rate} Hz"
        print(
            f"output: {output}, ceiling {settings.safety.ceiling_dbfs:g} dBFS, {settings.safety.loudness}", flush=True
        )
        when_one_dies(lambda name, line: engine.note(make_event("thread", line, active_fault=f"thread {name}")))
        stop_on_signals(engine.stop)
        end_with_parent(engine.stop)
        try:
            engine.run(self.seconds)
        finally:
            linger(SystemClock(), LINGER_S)  # an outlet that goes takes what is still in its queues along
        return 0
