"""The decode thread for hours, with the garbage collector off: every step on the voice, every watch, the status."""

from __future__ import annotations

import dataclasses
import gc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.chunks import Chunk
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.condition_wiring import ConditionSession
from bk_realtime.engine.core import Core
from bk_realtime.engine.standstill import Standstill
from bk_realtime.engine.status_board import StatusBoard
from bk_realtime.metrics import Metrics
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.session.events import EventList
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.outlets import _json
from bk_realtime.voice.artefact_watch import ArtefactWatch
from bk_realtime.voice.loop_watch import LoopWatch
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.stall_watch import StallWatch
from bk_realtime.voice.voice_gate import TalkGate, VoiceGate
from tests.engine_fakes import LABELS, SFREQ, description, noise, tiny_bundle
from tests.manual_clock import ManualClock

MOST_WINDOWS = 4
"""All of the process is counted: what leaks does so in every window, what other tests' threads do is in one of them."""


class Outlets:
    """Takes what is published, as text, and keeps nothing."""

    def push_status(self, status: dict[str, Any]) -> None:
        _json(status)

    def push_event(self, event: dict[str, Any]) -> None:
        _json(event)

    def push_condition(self, line: str, stamp: float) -> None:
        pass


class Session:
    """An engine without LSL and threads: the core with every shaper and watch, and the main thread's chores."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.noted, self.n = ManualClock(100.0), EventList(), 0
        gate = SpeechGate(GateSettings(0.5, 0.2, 5), np.zeros((5, 8)), 1.0)
        bundle = dataclasses.replace(tiny_bundle(folder / "b"), gate=gate)
        conditions = ConditionSettings(("real", "late=delayed 100", "noise -30", "shuffled"))
        settings = SessionSettings(folder / "b", condition=conditions)
        stream, session = description(), SimpleNamespace(settings=settings, folder=folder, replay_prefix="")
        chain = Chain(bundle, LABELS)
        self.guard = guard = OutputGuard(SafetySettings(unmuted=True), bundle.mel.sample_rate)
        self.core = core = Core(chain, guard, Metrics(), GapPolicy(), self.note)
        self.sink = sink = NullSink(bundle.mel.sample_rate)
        self.outlets: Any = Outlets()
        self.board = board = StatusBoard(core, sink, stream, folder, self.noted, self.outlets, self.clock)
        self.experiment = ConditionSession(session, bundle, chain, LABELS, stream, self.note)  # type: ignore[arg-type]
        self.stalls = StallWatch(sink, self.clock, self.note, lambda: False)
        self.standstill = Standstill(core, self.note, 2.0, self.clock.now)
        self.adapting = Adapting(core, settings.adapt, self.note)
        self.key = TalkGate(10.0, bundle.mel.sample_rate, True, self.note, lambda: 1e12)
        core.shapers += [VoiceGate(chain, True, 10.0), ArtefactWatch(guard, bundle.mel.frame_rate, self.note)]
        self.experiment.enter(core, board, sink)
        self.loop = LoopWatch(guard, bundle.mel.sample_rate, bundle.mel.hop_length, 10.0, self.note)
        core.shapers += [self.key, self.loop]
        self.key._until = np.inf  # held for ever
        board.further += [guard.levels, self.adapting.figures, self.key.figures, self.loop.figures]
        self.signal = noise(1 << 16)

    def note(self, event: dict[str, Any]) -> None:
        self.noted.append({"time": self.clock.now(), **event})

    def play(self, n_chunks: int, size: int = 4) -> None:
        for _ in range(n_chunks):
            self.standstill.turn()
            self.stalls.beat()
            at = self.n % (len(self.signal) - size)
            stamps = 100.0 + (self.n + np.arange(size)) / SFREQ
            self.clock.sleep(size / SFREQ)
            chunk = Chunk(self.signal[at : at + size], self.n, stamps, 0.0, self.clock.now())
            out = self.core.process(chunk, (), self.clock.now(), 0.02)
            self.sink.write(out.guarded)
            if len(out.audio_stamps):
                self.board.voiced(float(out.audio_stamps[0]), 0.02)
            if self.n // size % 25 == 0:
                now = self.clock.now()
                for chore in (
                    self.stalls.look,
                    self.standstill.look,
                    self.adapting.keep,
                    self.key.look,
                    self.loop.look,
                ):
                    chore(now)
                self.experiment.keep(self.outlets, self.clock)  # type: ignore[arg-type]
                self.board.publish()
            if self.n // size % 500 == 499:
                self.experiment.order({"to": "next"})
                self.adapting.mask({"label": "A3", "on": self.n // size % 1000 == 999})
                self.core.start_segment("a gap")
                self.board.write_file()
            self.n += size


def test_thousands_of_small_chunks_leave_nothing_behind_that_only_a_collector_frees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bk_realtime.conditions.second_voice.frame_ms", lambda chain: 1.0)  # whatever else runs on it
    session = Session(tmp_path)
    session.play(1000)
    gc.collect()
    gc.disable()
    try:
        session.play(1000)  # what is kept of the last second counts only from here on
        for _ in range(MOST_WINDOWS):
            before = len(gc.get_objects())
            session.play(4000)
            after = len(gc.get_objects())
            unreachable = gc.collect()
            if unreachable == 0 and after - before < 100:
                break
    finally:
        gc.enable()
    assert unreachable == 0, f"{unreachable} objects that only the collector can free after 4000 chunks"
    assert after - before < 100, f"{after - before} objects more after 4000 chunks"
    assert session.core.n_frames > 1500
    assert session.board.status().condition
