"""The sound card sink on a device that is called by hand, with a clock that is turned by hand."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import bk_realtime.sink.portaudio as backend
import bk_realtime.sink.soundcard as module
from bk_realtime.engine.wiring import open_sink
from bk_realtime.errors import BkError
from bk_realtime.session.settings import SafetySettings, SessionSettings
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.portaudio import output_devices
from bk_realtime.sink.soundcard import SoundCard
from bk_realtime.voice.output_guard import OutputGuard
from tests.manual_clock import ManualClock

RATE, HOP = 22050, 256


class FakePortAudio:
    """One device of one rate and channel count, in the shape of the sounddevice module."""

    class PortAudioError(Exception):
        pass

    def __init__(self, rate: int = 48000, channels: int = 2) -> None:
        self.rate, self.channels = rate, channels
        self.there = True
        self.streams: list[FakeStream] = []
        self.default = SimpleNamespace(device=[-1, 0])

    def query_devices(self, device: object = "all", kind: str | None = None) -> object:
        info = {
            "index": 0,
            "name": "fake",
            "hostapi": 0,
            "max_output_channels": self.channels,
            "default_samplerate": float(self.rate),
            "default_low_output_latency": 0.01,
        }
        if kind is None:
            return [info] if self.there else []
        if not self.there or device not in (None, 0, "fake"):
            raise self.PortAudioError("Error querying device -1")
        return info

    def query_hostapis(self, index: int) -> dict[str, str]:
        return {"name": f"host {index}"}

    def check_output_settings(self, device: int, channels: int, dtype: str, samplerate: float) -> None:
        if (channels, samplerate) != (self.channels, self.rate):
            raise self.PortAudioError("Invalid sample rate")

    def OutputStream(self, **settings: object) -> FakeStream:
        if not self.there:
            raise self.PortAudioError("Device unavailable")
        self.streams.append(FakeStream(**settings))
        return self.streams[-1]

    def _terminate(self) -> None: ...

    def _initialize(self) -> None: ...


class FakeStream:
    latency = 0.02

    def __init__(self, blocksize: int, channels: int, callback, finished_callback, **settings: object) -> None:
        self.blocksize, self.channels, self.callback, self.finish = blocksize, channels, callback, finished_callback
        self.settings, self.open = settings, False

    def block(self, underflow: bool = False) -> np.ndarray:
        out = np.full((self.blocksize, self.channels), np.nan, np.float32)
        self.callback(out, self.blocksize, None, SimpleNamespace(output_underflow=underflow))
        return out

    def start(self) -> None:
        self.open = True

    def abort(self, ignore_errors: bool = True) -> None:
        self.open = False

    stop = close = abort


@pytest.fixture
def sd(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    fake = FakePortAudio()
    for where in (module, backend):
        monkeypatch.setattr(where, "portaudio", lambda: fake)
    monkeypatch.setattr(module, "real_time_priority", lambda *_: "none in tests")
    return fake


def play(
    sink: SoundCard,
    stream: FakeStream,
    clock: ManualClock,
    seconds: float,
    ppm: float = 0.0,
    fills: list[int] | None = None,
) -> np.ndarray:
    """Writer and device, each on its own clock; returns what was heard in the left ear."""
    heard, n, k = [], 0, 0
    period = stream.blocksize / (stream.settings["samplerate"] * (1 + ppm * 1e-6))
    start = clock.now()
    while (now := clock.now() - start) < seconds:
        next_write, next_block = (n + 1) * HOP / RATE, (k + 1) * period
        clock.advance(min(next_write, next_block) - now)
        if next_write <= next_block:
            at = np.arange(n * HOP, (n + 1) * HOP)
            sink.write((0.5 * np.sin(2 * np.pi * 441 * at / RATE)).astype(np.float32))
            n += 1
            if fills is not None:
                fills.append(sink.fill)
        else:
            heard.append(stream.block())
            k += 1
    both = np.concatenate(heard)
    np.testing.assert_array_equal(both, both[:, :1] * np.ones(both.shape[1]))
    return both[:, 0]


def test_card_with_another_rate_and_two_channels(sd: FakePortAudio) -> None:
    clock = ManualClock(50.0)
    sink = SoundCard(RATE, clock=clock)
    _: AudioSink = sink
    sink.start()
    (stream,) = sd.streams
    assert (stream.settings["samplerate"], stream.channels, stream.blocksize) == (
        48000,
        2,
        round(HOP / 4 / RATE * 48000),
    )
    y = play(sink, stream, clock, 20)
    assert np.isfinite(y).all()
    assert (sink.underruns, sink._player.skipped) == (0, 0)
    tail = y[-48000 * 5 :]
    expected = 0.5 * 2 * np.pi * 441 / 48000
    assert np.abs(np.diff(tail)).max() < 1.02 * expected
    power = np.abs(np.fft.rfft(tail * np.hanning(len(tail)))) ** 2
    assert power.argmax() / 5 == pytest.approx(441, abs=1)
    assert 0.0 < sink.fill / RATE < 0.06
    assert 0.02 < sink.latency_s < 0.022
    sink.close()
    assert not stream.open
    sink.close()


@pytest.mark.parametrize("ppm", [300.0, -300.0])
def test_drift_is_learnt_and_latency_stays(sd: FakePortAudio, ppm: float) -> None:
    clock = ManualClock(50.0)
    sd.rate, sd.channels = RATE, 1
    sink = SoundCard(RATE, clock=clock, prefill_s=0.0232)
    sink.start()
    fills: list[int] = []
    play(sink, sd.streams[0], clock, 70, ppm, fills)
    assert (sink.underruns, sink._player.skipped) == (0, 0)
    assert -1e6 * sink._level.clock_difference == pytest.approx(ppm, abs=90)
    # seen after each write it is the reserve, a hop, and up to a block; uncontrolled, 50 s at 300 ppm are 330 samples.
    # The reserve falls meanwhile from a hop to what an even writer needs
    settled = np.array(fills[-len(fills) // 4 :])
    assert np.ptp(settled) <= HOP + 32
    assert HOP + 32 < settled.mean() < RATE * 0.0232 + HOP
    sink.close()


def test_underruns_raise_the_reserve_but_not_for_ever(sd: FakePortAudio) -> None:
    import time

    clock = ManualClock(50.0)
    sink = SoundCard(RATE, clock=clock)
    sink.start()
    seen: list[dict] = []
    for count in range(1, 13):
        play(sink, sd.streams[0], clock, 1.1)  # they are said once a second at most
        while sink._player.playing:
            sd.streams[0].block()
        deadline = time.monotonic() + 60
        while sum(e.get("count", 0) for e in seen) < count:  # the keeper looks every 50 ms
            assert time.monotonic() < deadline
            time.sleep(0.01)
            seen += sink.events()
    raised = [e for e in seen if e["event"] == "underrun" and "in reserve" in e["text"]]
    assert sink.underruns == 12
    assert raised
    assert 0.0116 < sink._level.reserve.target_s <= 0.3
    play(sink, sd.streams[0], clock, 15)
    assert sink._level.reserve.target_s <= 0.3
    assert sink.underruns == 12
    sink.close()


def test_an_underrun_says_what_was_late(sd: FakePortAudio) -> None:
    clock = ManualClock(50.0)
    sink = SoundCard(RATE, clock=clock)
    sink._open(sd)
    play(sink, sd.streams[0], clock, 2.0)
    clock.time += 0.05
    while sink._player.playing:
        sd.streams[0].block()
    sink.write(np.zeros(0, np.float32))  # the signal is there
    clock.time += 0.02
    sink.write(np.zeros(HOP, np.float32))
    sink._note_counts(clock.time)
    (event,) = [e for e in sink.events() if e["event"] == "underrun"]
    found = re.search(
        r"came (\d+) ms after the one before, (\d+) ms until its signal was there and 20 ms", event["text"]
    )
    assert found is not None
    assert int(found[1]) == pytest.approx(int(found[2]) + 20, abs=1)
    assert int(found[2]) >= 50
    clock.time += 2.0
    sink._held_up.times += 1  # the device's own, of which this is not the reason
    sink._note_counts(clock.time)
    (event,) = [e for e in sink.events() if e["event"] == "underrun"]
    assert "came" not in event["text"]
    sink.close()


def test_a_card_that_is_served_too_late_again_and_again_takes_larger_blocks(sd: FakePortAudio) -> None:
    clock = ManualClock(50.0)
    sink = SoundCard(RATE, clock=clock)
    sink._open(sd)
    (small,) = sd.streams
    play(sink, small, clock, 4.0)
    for _ in range(2):  # now and then is no reason
        small.block(underflow=True)
        assert not sink._block.grows(clock.now(), sink._held_up.times, True)
    clock.advance(20.0)
    seen = []
    for late in (False, True, False, True, False, True, False):
        play(sink, small, clock, 0.5)
        small.block(underflow=late)
        seen.append(sink._block.grows(clock.now(), sink._held_up.times, True))
    assert seen == [False] * 5 + [True, False]
    sink._enlarge(sd)
    large = sd.streams[-1]
    assert (small.open, large.open) == (False, True)
    assert (small.blocksize, large.blocksize) == (139, 279)  # a quarter and a half of a frame at 48 kHz
    heard = play(sink, large, clock, 2.0)
    assert np.abs(np.diff(heard)).max() < 0.04  # of a sine that moves by 0.029: it fades in and goes on
    assert np.abs(heard[-RATE:]).max() > 0.4
    before, after = [e for e in sink.events() if e["event"] == "device"]
    assert before["active_fault"] == after["corrected"] == "sound"  # the sound server may let it wait
    assert "5.8 ms at a time" in after["text"]
    assert not sink._block.grows(clock.now(), sink._held_up.times + 5, True)  # once
    sink.close()


def test_dead_device_takes_no_sound_and_returns(sd: FakePortAudio) -> None:
    import time

    clock = ManualClock(50.0)
    sink = SoundCard(RATE, clock=clock)
    sink.start()
    play(sink, sd.streams[0], clock, 1.0)
    sd.there = False
    sd.streams[0].finish()
    kinds: list[str] = []

    def wait_for(kind: str) -> None:
        deadline = time.monotonic() + 60
        while kind not in kinds:
            assert time.monotonic() < deadline, kinds
            clock.advance(0.02)
            time.sleep(0.002)
            kinds.extend(e["event"] for e in sink.events())

    wait_for("device lost")
    for _ in range(1000):
        sink.write(np.ones(HOP, np.float32))
    assert sink.fill == 0
    sd.there, sd.rate = True, 44100
    wait_for("device back")
    assert sd.streams[-1].settings["samplerate"] == 44100
    y = play(sink, sd.streams[-1], clock, 1.0)
    assert np.abs(y).max() == pytest.approx(0.5, rel=0.02)
    # "device missing" comes where the keeper has tried before the device was there again
    assert [k for k in kinds if k in ("device lost", "device back")] == ["device lost", "device back"]
    sink.close()


def test_errors_are_one_line(sd: FakePortAudio) -> None:
    with pytest.raises(BkError, match=r"no sound device 'other'.*found: fake"):
        SoundCard(RATE, "other")
    with pytest.raises(BkError, match="no sound device 7"):
        SoundCard(RATE, "7")
    sink = SoundCard(RATE, "fake")
    assert output_devices()[0]["default"] is True
    sd.there = False
    with pytest.raises(BkError, match="does not open"):
        sink.start()
    with pytest.raises(BkError, match="no output at all"):
        SoundCard(RATE)
    assert output_devices() == []
    sd.there = True
    sd.check_output_settings = lambda *_, **__: (_ for _ in ()).throw(ValueError("no"))  # type: ignore[method-assign]
    with pytest.raises(BkError, match="takes neither"):
        SoundCard(RATE)


@pytest.mark.parametrize("rate", [RATE, 48000])
def test_ceiling_holds_at_the_device(sd: FakePortAudio, rate: int) -> None:
    """The resampler plays what lies between the samples: the limiter bounds that too, nothing is left to cut."""
    sd.rate = rate
    safety = SafetySettings(ceiling_dbfs=-12.0, unmuted=True)
    settings = SessionSettings(Path("model"), safety=safety, sound_device="fake")
    sink = open_sink(settings, RATE)
    sink._clock = clock = ManualClock(50.0)
    guard = OutputGuard(settings.safety, RATE)
    sink.start()
    loud, heard = np.random.default_rng(0).standard_normal((200, HOP)).astype(np.float32), []
    for hop in loud:
        clock.advance(HOP / RATE)
        sink.write(guard.process(hop))
        heard += [sd.streams[0].block(), sd.streams[0].block()]
    sink.close()
    assert 0.85 * guard.ceiling < np.abs(heard).max() < guard.ceiling <= 10 ** (-12 / 20)
