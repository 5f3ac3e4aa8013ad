"""A decoder that is slower than real time: silence instead of late sound, said, and over when it is; standstills."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.chunks import Chunk
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.active_faults import update_faults
from bk_realtime.engine.core import Core
from bk_realtime.engine.pace import MOST_CHUNKS, Pace
from bk_realtime.engine.standstill import Standstill
from bk_realtime.metrics import Metrics
from bk_realtime.session.settings import GapPolicy, SafetySettings
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, SFREQ, noise, tiny_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return tiny_bundle(tmp_path_factory.mktemp("pace") / "model")


class Live:
    """A core that gets what has come by the time that it asks, from a sender of 16 samples at a time.

    Parameters
    ----------
    factor : what a vocoder takes for a second of signal, in seconds, at a time.
    """

    def __init__(self, bundle: Bundle, factor: Callable[[float], float]) -> None:
        self.events: list[dict[str, Any]] = []
        self.t, self.factor, self.signal, self.sent = 0.0, factor, noise(16 * SFREQ), 0
        guard = OutputGuard(SafetySettings(unmuted=True), bundle.mel.sample_rate)
        self.core = Core(_Slow(Chain(bundle, LABELS), self), guard, Metrics(), GapPolicy(), self._note)
        self.heard: list[tuple[float, float, float]] = []
        """Time, age and loudness of each block."""

    def _note(self, event: dict[str, Any]) -> None:
        self.events.append({"at": self.t, **event})

    def run(self, until: float) -> None:
        while self.t < until:
            come = int(self.t * SFREQ) // 16 * 16
            if come == self.sent:
                self.t += 16 / SFREQ
                continue
            x, stamps = self.signal[self.sent : come], np.arange(self.sent, come) / SFREQ
            whole = Chunk(x, self.sent, stamps, 0.0, self.t)
            self.sent = come
            for part in self.core.take(whole, (), self.t):
                out = self.core.decode(part, self.t, 0.02)
                if len(out.audio_stamps):
                    leaves = self.t + 0.02  # computed, and through the buffer, which cuts off what is too old by then
                    loud = float(np.abs(out.guarded[-64:]).max()) if leaves <= out.heard_by else 0.0
                    self.heard.append((self.t, leaves - float(out.audio_stamps[0]), loud))

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == kind]


class _Slow:
    """A chain that takes its time on a clock set by hand."""

    def __init__(self, chain: Chain, live: Live) -> None:
        self._chain, self._live = chain, live

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def push(self, data: np.ndarray) -> Any:
        took = self._live.factor(self._live.t) * len(data) / SFREQ
        decoded = self._chain.push(data)
        self._live.t += took
        return dataclasses.replace(decoded, seconds=(0.1 * took, 0.2 * took, 0.7 * took))


def test_a_decoder_that_is_slow_for_two_seconds_is_silent_said_and_recovers(bundle: Bundle) -> None:
    live = Live(bundle, lambda t: 1.6 if 3.0 <= t < 5.0 else 0.1)
    live.run(7.0)
    (slow,), (over,) = live.said("slow"), live.said("keeps up")
    assert 3.0 < slow["at"] < 4.5
    assert 5.0 < over["at"] < 6.0
    assert slow["stage"] == "vocoder"
    assert slow["factor"] == pytest.approx(1.6, abs=0.05)
    assert slow["seconds"] > 0.2
    assert "slower than real time" in slow["text"]
    faults: dict[str, str] = {}
    counts: dict[str, int] = {}
    update_faults(faults, slow, counts)
    assert list(faults) == ["decoder"]
    update_faults(faults, over, counts)
    assert (faults, counts) == ({}, {"decoder": 1})
    assert all(loud == 0 for _, age, loud in live.heard if age > 0.25)  # the fade is 10 ms long
    assert max(age for _, age, _ in live.heard) > 0.25
    assert live.core.metrics.snapshot()["counters"]["dropped_samples"] > 0
    assert all(loud > 0 and age < 0.1 for at, age, loud in live.heard if at > 5.8)


def test_one_that_stays_slow_is_said_once(bundle: Bundle) -> None:
    """Each drop of what waits brings it up to the present, for a moment."""
    live = Live(bundle, lambda t: 2.0)
    live.run(6.0)
    assert len(live.said("slow")) == 1
    assert live.said("keeps up") == []
    assert len(live.said("reset")) > 2


@pytest.mark.parametrize("factor", [0.1, 0.6, 0.95])
def test_one_that_keeps_up_is_not(bundle: Bundle, factor: float) -> None:
    live = Live(bundle, lambda t: factor)
    live.run(3.0)
    assert live.said("slow") == []


def test_a_single_stall_is_no_slow_decoder(bundle: Bundle) -> None:
    stalls = iter([0.1] * 200 + [30.0])
    live = Live(bundle, lambda t: next(stalls, 0.1))
    live.run(5.0)
    assert live.said("slow") == []


def test_how_far_behind_is_never_more_than_can_wait() -> None:
    pace = Pace(lambda event: None, 0.2)
    pace.decoded((0.0, 0.0, 10.0), 0.016)  # a machine that slept while it computed
    assert pace.behind_s == pytest.approx(9.984)
    pace.decoded((0.0, 0.0, 0.002), 0.016)
    assert pace.behind_s <= 0.002


def test_however_small_the_chunks_no_more_than_a_few_are_looked_at() -> None:
    """Packets of one sample: thousands of chunks together take the second that is looked back on."""
    pace = Pace(lambda event: None, 0.2)
    for _ in range(2000):
        pace.decoded((0.00001, 0.00002, 0.00007), 1 / 2048)
    assert len(pace._chunks) == MOST_CHUNKS
    assert pace._took_s == pytest.approx(MOST_CHUNKS * 0.0001)


class Asleep:
    """An engine's two threads on a clock set by hand."""

    def __init__(self, bundle: Bundle) -> None:
        self.live = Live(bundle, lambda t: 0.1)
        self.now = 0.0
        self.standstill = Standstill(self.live.core, self.live._note, 2.0, lambda: self.now)

    def awake(self, seconds: float, house: bool = True, decoding: bool = True) -> None:
        for _ in range(round(seconds / 0.1)):
            self.now += 0.1
            if decoding:
                self.standstill.turn()
                self.live.run(self.live.t + 0.1)
            if house:
                self.standstill.look()


def test_after_a_sleep_a_new_segment_fades_in_though_the_stamps_go_on(bundle: Bundle) -> None:
    """LSL's clock stands still while a machine sleeps, so the stamps tell nothing."""
    machine = Asleep(bundle)
    machine.awake(2.0)
    assert machine.live.said("reset") == machine.live.said("slept") == []
    machine.now += 10.0
    machine.standstill.turn()
    machine.awake(1.0)
    (reset,), (slept,) = machine.live.said("reset"), machine.live.said("slept")
    assert reset["text"] == "new segment: decoding stood still for 10.0 s"
    assert "stood still for 10.1 s" in slept["text"]
    assert (slept["active_fault"], slept["corrected"]) == ("standstill", "standstill")
    assert machine.live.heard[-1][2] > 0


def test_a_disk_that_holds_up_the_main_thread_is_no_sleep(bundle: Bundle) -> None:
    machine = Asleep(bundle)
    machine.awake(2.0)
    machine.awake(5.0, house=False)
    machine.awake(0.5)
    (slept,) = machine.live.said("slept")
    assert "the voice went on" in slept["text"]
    assert machine.live.said("reset") == []


def test_the_engine_counts_a_standstill_that_is_over() -> None:
    faults: dict[str, str] = {}
    counts: dict[str, int] = {}
    update_faults(faults, {"event": "slept", "active_fault": "standstill", "corrected": "standstill"}, counts)
    assert (faults, counts) == ({}, {"standstill": 1})
