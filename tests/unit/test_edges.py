"""No edge clicks: whatever starts, ends, interrupts or joins the sound, no step is larger than a fade's slope."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.chain import Chain
from bk_realtime.engine.core import Core
from bk_realtime.metrics import Metrics
from bk_realtime.session.settings import GapPolicy, SafetySettings
from bk_realtime.sink.player import Player
from bk_realtime.sink.ring import Ring
from bk_realtime.source.base import SourceEvent
from bk_realtime.voice.output_guard import HOLD_S, PANIC_S, OutputGuard
from tests.engine_fakes import LABELS, chunks, noise, tiny_bundle

RATE, HOP, LEVEL = 22050, 256, 0.4
STEP = 2 * np.pi * 200 / RATE  # largest step of a 200 Hz sine of level 1


def sine(n: int, phase: float = 0.0) -> np.ndarray:
    return (LEVEL * np.sin(STEP * np.arange(n) + phase)).astype(np.float32)


def largest_step(y: np.ndarray) -> float:
    return float(np.abs(np.diff(y.astype(np.float64), prepend=0.0)).max())


@given(st.lists(st.sampled_from(["write", "write", "write", "hang", "old", "hush"]), max_size=60), st.integers(64, 700))
def test_the_sound_card_never_clicks(doings: list[str], block: int) -> None:
    """It starts, runs dry, falls silent for a writer that hangs, cuts off what is old, is hushed, and stops."""
    ring, now, heard, phase = Ring(1 << 14), 10.0, [], 0
    player = Player(ring, RATE, prefill=2 * HOP, slack=2 * HOP)
    for doing in [*doings, "stop", "write"]:
        if doing == "write":
            n = 3 * block // 4 + 200
            player.deadlines.add(ring.n_written + n, n, now + 0.05)
            ring.write(np.sin(STEP * np.arange(phase, phase + n)).astype(np.float32))
            phase += n
        elif doing == "stop":
            player.finish()
        elif doing == "hush":
            player.hush()
        now += {"hang": 0.2, "old": 0.06}.get(doing, block / RATE)
        player.fed_s = now - (0.2 if doing == "hang" else 0.0)
        out = np.full(block, np.nan, np.float32)
        player.read(out, now)
        heard.append(out)
    y = np.concatenate(heard)
    assert np.isfinite(y).all()
    assert largest_step(y) < 1.2 * STEP + 1 / 63


@pytest.mark.parametrize("at_once", [False, True])
@given(doings=st.lists(st.tuples(st.integers(0, 2999), st.sampled_from(["hold", "release", "mute", "unmute"]))))
def test_holds_and_their_release_are_fades(at_once: bool, doings: list[tuple[int, str]]) -> None:
    guard, heard = OutputGuard(SafetySettings(unmuted=True), RATE), []
    x = sine(3000)
    for a, b in pairwise(sorted({0, 3000, *(at for at, _ in doings)})):
        for at, name in doings:
            if at == a and name == "hold":
                guard.hold("it", at_once)
            elif at == a and name == "release":
                guard.release("it")
            elif at == a:
                getattr(guard, name)()
        heard.append(guard.process(x[a:b], 0.0))
    fade_s = PANIC_S if at_once else guard.settings.fade_ms / 1e3
    assert largest_step(np.concatenate(heard)) < LEVEL * (1.1 * STEP + np.pi / 2 / (fade_s * RATE))


@pytest.mark.parametrize("jump", [0.5, 1.0, 2.0, np.pi])
def test_a_new_segment_does_not_begin_with_a_click(jump: float) -> None:
    """The old voice dies away, the new one fades in; without it the step is what lies between them."""
    guard = OutputGuard(SafetySettings(unmuted=True), RATE)
    before, after = sine(1027), sine(1000, 1027 * STEP + jump)
    assert abs(float(after[0]) - float(before[-1])) > 2 * LEVEL * STEP
    first = guard.process(before, 0.0)
    guard.splice()
    y = np.concatenate([first, guard.process(after, 0.0)])
    assert largest_step(y) < LEVEL * (1.1 * STEP + 1 / (HOLD_S * RATE))
    assert np.abs(y[-400:]).max() == pytest.approx(LEVEL, rel=0.03)


def test_every_new_segment_is_spliced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a gap, a backlog, another chain; and where the start is skipped."""
    bundle = tiny_bundle(tmp_path / "model")
    guard = OutputGuard(SafetySettings(unmuted=True), RATE)
    core = Core(Chain(bundle, LABELS), guard, Metrics(), GapPolicy(), lambda event: None)
    spliced: list[str] = []
    monkeypatch.setattr(guard, "splice", lambda: spliced.append(now))
    now = "start"
    parts = chunks(noise(2000), [600, 100, 100, 600])
    core.process(parts[0], (), parts[0].received)
    now = "none"
    core.process(parts[1], (), parts[1].received)
    now = "gap"
    core.process(parts[2], [SourceEvent("gap", 700, 1.0, "1 s missing")], parts[2].received)
    now = "backlog"
    core.process(parts[3], (), parts[3].received)
    now = "card"
    core.replace_chain(Chain(bundle, LABELS), "the card is lost")
    assert spliced == ["start", "gap", "backlog", "card"]
