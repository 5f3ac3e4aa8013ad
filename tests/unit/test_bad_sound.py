"""A voice that is no numbers is silent, and it is said for how long."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoded import Decoded
from bk_realtime.engine import live
from bk_realtime.engine.core import Core
from bk_realtime.lsl_clock import LslClock
from bk_realtime.metrics import Metrics
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.voice.bad_sound import FAULT, RIGHT_FRAMES, BadSound
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, FakeSource, chunks, noise, tiny_bundle

HOP = 256


def test_it_is_said_once_and_over_after_a_second_of_numbers() -> None:
    guard, events, n = OutputGuard(SafetySettings(unmuted=True), 22050), list[dict[str, Any]](), 0
    watch = BadSound(lambda: guard.bad_samples, lambda: n, events.append)

    def frames(number: int, value: float) -> None:
        nonlocal n
        for _ in range(number):
            guard.process(np.full(HOP, value, np.float32))
            n += 1
            watch.look(0.0)

    frames(50, 0.1)
    assert events == []
    frames(20, np.nan)
    frames(RIGHT_FRAMES - 1, 0.1)
    (said,) = events
    assert (said["event"], said["active_fault"]) == ("bad sound", FAULT)
    for _ in range(500):
        watch.look(0.0)  # nothing comes: that is no voice of numbers
    assert len(events) == 1
    frames(1, 0.1)
    assert (events[1]["event"], events[1]["corrected"]) == ("sound right", FAULT)
    frames(1, np.inf)
    assert [event["event"] for event in events[2:]] == ["bad sound"]


class Broken(Chain):
    """What a decoder makes of a state that is no number any more."""

    def push(self, x: np.ndarray) -> Decoded:
        decoded = super().push(x)
        return dataclasses.replace(decoded, audio=np.full_like(decoded.audio, np.nan))


def test_a_session_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "Chain", Broken)
    bundle = tiny_bundle(tmp_path / "model")
    source = FakeSource(chunks(noise(1200), [12] * 99, LslClock().now()))
    session = Session(tmp_path, "broken", SessionSettings(bundle.path))
    engine = live.Engine(session, bundle, source, NullSink(bundle.mel.sample_rate), LslClock())
    monkeypatch.setattr(source, "pull", lambda wait_s, pull=source.pull: pull(wait_s) or engine.stop())  # at the end
    engine.run(60.0)
    assert "no numbers" in engine.status().faults[FAULT]
    vars(engine.outlets).clear()


def test_a_condition_that_plays_silence_does_not_make_the_voice_right(tmp_path: Path) -> None:
    bundle = tiny_bundle(tmp_path / "model")
    core = Core(
        Broken(bundle, LABELS), OutputGuard(SafetySettings(), 22050), Metrics(), GapPolicy(), lambda event: None
    )
    core.shapers.append(SimpleNamespace(process=lambda sound, *_: np.zeros_like(sound)))  # type: ignore[arg-type]
    for chunk in chunks(noise(240), [12] * 20, 100.0):
        core.process(chunk, [], 100.0)
    assert core.n_frames
    assert core.guard.bad_samples == 0
    assert core.bad_samples == core._n_audio > HOP
