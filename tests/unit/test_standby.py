"""A card that fails in a session: the CPU takes over where it keeps up, on record and without a bang."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoded import Decoded
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine import live
from bk_realtime.engine.core import Core
from bk_realtime.errors import DeviceError
from bk_realtime.lsl_clock import LslClock
from bk_realtime.metrics import Metrics
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.voice import standby
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.standby import open_chains
from tests.engine_fakes import LABELS, FakeSource, chunks, noise, tiny_bundle

FRAME_MS = standby.frame_ms
LOST = DeviceError("device cuda: the card failed (CUDA error: unspecified launch failure); use --device cpu")


class Card(Chain):
    """A chain on a card (this machine's CPU) that fails for good after so many pushes."""

    def __init__(self, bundle: Bundle, pushes: float) -> None:
        super().__init__(bundle, LABELS)
        self.left = pushes

    def push(self, x: np.ndarray) -> Decoded:
        self.left -= 1
        if self.left < 0:
            raise LOST
        return super().push(x)


class Slow(Chain):
    """A CPU that needs longer for a frame than a frame lasts."""

    def push(self, x: np.ndarray) -> Decoded:
        return dataclasses.replace(super().push(x), seconds=(0.013, 0.0, 0.0))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return tiny_bundle(tmp_path_factory.mktemp("bundle") / "b")


@pytest.fixture(autouse=True)
def a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one; and how fast the CPU is does not hang on what else this machine does."""
    monkeypatch.setattr(standby, "pick_device", lambda device: device)
    monkeypatch.setattr(standby, "frame_ms", lambda chain: 13.0 if isinstance(chain, Slow) else 1.0)


def test_on_the_cpu_nothing_stands_by(bundle: Bundle) -> None:
    chain, other = open_chains(lambda d: Chain(bundle, LABELS, d), "cpu", pytest.fail)
    assert chain.device.type == "cpu"
    assert other is None


def test_beside_a_card_the_cpu_is_warm(bundle: Bundle) -> None:
    made = {"cpu": Chain(bundle, LABELS), "cuda": Card(bundle, np.inf)}
    assert open_chains(made.__getitem__, "cuda", pytest.fail) == (made["cuda"], made["cpu"])


def test_a_card_that_is_full_from_the_start(bundle: Bundle) -> None:
    made, events = {"cpu": Chain(bundle, LABELS), "cuda": Card(bundle, 3)}, []
    assert open_chains(made.__getitem__, "cuda", events.append) == (made["cpu"], None)
    (event,) = events
    assert (event["event"], event["active_fault"]) == ("card lost", "card")
    assert event["text"].endswith("decoding goes on on the CPU")


def test_a_cpu_that_is_too_slow_does_not_take_over(bundle: Bundle) -> None:
    made: dict[str, Chain] = {"cpu": Slow(bundle, LABELS), "cuda": Card(bundle, np.inf)}
    events: list[dict[str, Any]] = []
    assert open_chains(made.__getitem__, "cuda", events.append) == (made["cuda"], None)
    assert events[0]["event"] == "no standby"
    made["cuda"] = Card(bundle, 3)
    with pytest.raises(DeviceError, match="the card failed"):
        open_chains(made.__getitem__, "cuda", events.append)


def test_the_cpu_is_judged_by_its_frames(bundle: Bundle) -> None:
    assert FRAME_MS(Slow(bundle, LABELS)) == pytest.approx(13.0)
    chain = Chain(bundle, LABELS)
    assert FRAME_MS(chain) > 0
    np.testing.assert_array_equal(chain.push(noise(500)).mel, Chain(bundle, LABELS).push(noise(500)).mel)


def test_the_voice_goes_on_without_a_bang(bundle: Bundle) -> None:
    """The step at the change is no larger than those of the voice itself; what comes after is decoded anew."""
    guard = OutputGuard(SafetySettings(unmuted=True), bundle.mel.sample_rate)
    events: list[dict[str, Any]] = []
    core = Core(Card(bundle, 60), guard, Metrics(), GapPolicy(max_backlog_s=10.0), events.append)
    heard = []
    for chunk in chunks(noise(2000), [12] * 166):
        try:
            heard.append(core.process(chunk, (), chunk.received).guarded)
        except DeviceError:
            core.replace_chain(Chain(bundle, LABELS), "the card is lost")
    sound = np.concatenate(heard)
    assert "new segment: the card is lost" in [e["text"] for e in events]
    assert len(sound) > 30_000
    steps = np.abs(np.diff(sound))
    n = sum(len(h) for h in heard[:60])
    assert steps[n - 256 : n + 1024].max() <= steps[5000 : n - 2000].max()


def test_a_session_goes_on_on_the_cpu(bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([Chain(bundle, LABELS), Card(bundle, 100 + 30)])  # as many as the warm-up, and some more
    monkeypatch.setattr(live, "Chain", lambda *_: next(made))
    source = FakeSource(chunks(noise(1200), [12] * 99, LslClock().now()))
    asked = Session(tmp_path, "card", SessionSettings(bundle.path, device="cuda"))
    engine = live.Engine(asked, bundle, source, NullSink(bundle.mel.sample_rate), LslClock())
    assert engine.status().vocoder_device == "cpu"
    monkeypatch.setattr(source, "pull", lambda wait_s, pull=source.pull: pull(wait_s) or engine.stop())  # at the end
    engine.run(60.0)
    status = engine.status()
    assert "decoding goes on on the CPU" in status.faults["card"]
    assert status.n_frames is not None
    assert status.n_frames > 60
    log = (tmp_path / "events.jsonl").read_text()
    assert '"card lost"' in log
    assert "new segment: the card is lost" in log
    vars(engine.outlets).clear()


def test_without_a_standby_the_session_ends_with_one_line(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = iter([Slow(bundle, LABELS), Card(bundle, 100 + 30)])
    monkeypatch.setattr(live, "Chain", lambda *_: next(made))
    source = FakeSource(chunks(noise(1200), [12] * 99, LslClock().now()))
    asked = Session(tmp_path, "card", SessionSettings(bundle.path, device="cuda"))
    engine = live.Engine(asked, bundle, source, NullSink(bundle.mel.sample_rate), LslClock())
    with pytest.raises(DeviceError, match="the card failed"):
        engine.run(60.0)
    vars(engine.outlets).clear()
