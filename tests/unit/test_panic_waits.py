"""PANIC is silence: not what waits before the sound device first, which a jittery amplifier makes long."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bk_realtime.engine import live
from bk_realtime.lsl_clock import LslClock
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.player import Player
from bk_realtime.sink.ring import Ring
from tests.engine_fakes import FakeSource, chunks, noise, tiny_bundle

RATE, BLOCK = 22_050, 256


class Device(NullSink):
    """A sound card whose callback is called by the test."""

    name = host = socket = "device"
    lost = kept_back = False
    streams = 1

    def __init__(self) -> None:
        super().__init__(RATE)
        self.player = Player(Ring(RATE), RATE, BLOCK, RATE)
        self.player.ring.write(np.full(RATE // 2, 0.3, np.float32))

    def confirm(self, stream: int | None) -> None:
        """Nobody moves it."""

    def hush(self) -> None:
        self.player.hush()

    def take(self) -> np.ndarray:
        """(BLOCK,) what the device plays next."""
        out = np.ones(BLOCK, np.float32)
        self.player.read(out, 0.0)
        return out


def test_what_waits_before_the_device_is_not_heard_after_a_panic(tmp_path: Path) -> None:
    bundle, device = tiny_bundle(tmp_path / "model"), Device()
    source = FakeSource(chunks(noise(120), [12] * 9, LslClock().now()))
    engine = live.Engine(Session(tmp_path, "panic", SessionSettings(bundle.path)), bundle, source, device, LslClock())
    vars(engine.outlets).clear()
    device.take()
    engine._command({"command": "mute", "sent": 0.0})
    assert device.take()[-1] == np.float32(0.3)  # softly: the guard fades what comes next
    engine._command({"command": "panic", "sent": 0.0})
    assert engine.guard.muted
    assert not device.take()[BLOCK // 2 :].any()
    assert not device.player.ring.fill
