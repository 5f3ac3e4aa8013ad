"""Small parts on a stream's way, by hand: backlog, block length, frames of a stream of another rate, microvolts."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.clock import FrameClock, SystemClock, clock_of_sleep, rational_rate
from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage.units import in_microvolts, refuse_unit_of_features, to_microvolts
from bk_realtime.sink.blocks import BlockLength
from bk_realtime.sink.playout_level import HOP_S
from bk_realtime.source.backlog import Backlog


def late(
    backlog: Backlog, stamp: float, age: float, offset: float = 0.0, first: int = 0
) -> list[tuple[str, int, float]]:
    """Ten samples up to ``stamp`` that arrive ``age`` seconds after it."""
    stamps = stamp - np.arange(9, -1, -1) / 1000
    found = backlog.observe(Chunk(np.zeros((10, 1)), first, stamps, offset, stamp + offset + age))
    return [(e.kind, e.index, round(e.seconds, 6)) for e in found]


def test_a_backlog_is_lateness_beyond_the_quickest_and_is_said_once() -> None:
    backlog = Backlog(0.25, 30.0)
    assert late(backlog, 10.0, 5.0) == []  # clocks need not agree
    assert late(backlog, 10.1, 5.25) == []
    assert late(backlog, 10.2, 5.251, first=40) == [("backlog", 50, 0.251)]
    assert late(backlog, 10.3, 6.0) == []
    assert late(backlog, 10.4, 5.2) == []  # not below half of the limit yet
    assert late(backlog, 10.5, 5.6) == []
    assert late(backlog, 10.6, 5.12) == []
    assert late(backlog, 10.7, 5.3, first=7) == [("backlog", 17, 0.3)]


def test_the_quickest_is_that_of_the_last_seconds() -> None:
    backlog = Backlog(0.25, 30.0)
    late(backlog, 10.0, 0.0)
    late(backlog, 20.0, 0.2)
    assert late(backlog, 39.9, 0.26) == [("backlog", 10, 0.26)]
    backlog = Backlog(0.25, 30.0)
    late(backlog, 10.0, 0.0)
    late(backlog, 20.0, 0.2)
    assert late(backlog, 40.1, 0.26) == []
    assert late(backlog, 40.2, 0.46) == [("backlog", 10, 0.26)]


def test_the_senders_offset_is_no_lateness_and_what_is_forgotten_counts_no_more() -> None:
    backlog = Backlog(0.25, 30.0)
    late(backlog, 10.0, 0.0, offset=-100.0)
    assert late(backlog, 10.1, 0.26, offset=-100.0) == [("backlog", 10, 0.26)]
    backlog.forget()
    assert late(backlog, 10.2, 3.0) == []
    assert late(backlog, 10.3, 3.3) == [("backlog", 10, 0.3)]


def test_blocks_grow_once_after_three_late_services_within_ten_seconds() -> None:
    block = BlockLength()
    assert block.seconds == pytest.approx(HOP_S / 4)
    assert not block.grows(-1.0, 0, begun=True)
    for now, count, grows in ((0.0, 1, False), (4.0, 2, False), (4.5, 2, False), (9.9, 3, True), (10.0, 9, False)):
        assert block.grows(now, count, begun=True) == grows, now
    assert block.seconds == pytest.approx(HOP_S / 2)
    for count in range(10, 20):  # and never again
        assert not block.grows(11.0, count, begun=True)


def test_no_late_service_is_none() -> None:
    block = BlockLength()
    assert not any(block.grows(now, count, begun=True) for now, count in ((0.0, 0), (1.0, 1), (2.0, 2)))


def test_what_a_device_says_while_it_begins_or_rarely_makes_no_larger_blocks() -> None:
    block = BlockLength()
    for count in (1, 2, 3):
        assert not block.grows(0.1 * count, count, begun=False)
    for count, now in ((4, 1.0), (5, 6.0), (6, 11.0), (7, 16.0)):
        assert not block.grows(now, count, begun=True)
    assert block.seconds == pytest.approx(HOP_S / 4)
    assert block.grows(20.9, 8, begun=True)


def test_frames_of_a_stream_of_another_rate_need_its_newest_sample_before_them() -> None:
    clock = FrameClock(Fraction(1000))
    for rate in (Fraction(512), Fraction(2048), Fraction(4069, 4), Fraction(1000), None):
        for frame in (0, 1, 7, 1000):
            samples = clock.boundary(frame)
            got = clock.boundary(frame, rate)
            if rate in (None, clock.sfreq):
                assert got == samples
            else:  # sample `got - 1` is not after the last one of the frame, the next one is
                assert Fraction(got - 1) / rate <= Fraction(samples - 1) / clock.sfreq < Fraction(got) / rate


def test_frames_of_the_usual_rates() -> None:
    clock = FrameClock(Fraction(1024))
    assert [clock.boundary(k) for k in range(5)] == [11, 23, 35, 47, 59]
    assert [clock.n_frames(n) for n in (0, 10, 11, 22, 23, 59)] == [0, 0, 1, 1, 2, 5]
    assert clock.frame_rate == Fraction(22050, 256)
    assert rational_rate(999.9995) == Fraction(999.9995).limit_denominator(1000)
    assert FrameClock(Fraction(22050, 256)).boundary(9) == 10  # one sample a frame is enough
    with pytest.raises(InputError, match=r"86 Hz is below the frame rate 86\.13 Hz"):
        FrameClock(Fraction(86))


def test_the_clock_of_sleep_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux's that counts sleep; else the one that nobody sets, on macOS; else the monotonic one."""
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
    monkeypatch.setattr(time, "CLOCK_MONOTONIC_RAW", 4, raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda clock: 1000.0 + clock, raising=False)
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    assert clock_of_sleep() == 1007.0
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    assert clock_of_sleep() == 1004.0
    monkeypatch.delattr(time, "CLOCK_MONOTONIC_RAW")
    assert clock_of_sleep() == 5.0


def test_the_systems_clock_is_the_counter_and_sleeps_no_negative_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "perf_counter", lambda: 12.5)
    monkeypatch.setattr(time, "sleep", slept.append)
    clock = SystemClock()
    for seconds in (0.0, -1.0, 0.25):
        clock.sleep(seconds)
    assert (clock.now(), slept) == (12.5, [0.25])


def stream(units: tuple[str, ...], types: tuple[str, ...] = ()) -> StreamDescription:
    labels = tuple(f"A{k + 1}" for k in range(len(units)))
    return StreamDescription("amp", "EEG", "id", 1000.0, labels, units, channel_format="int16", types=types)


def test_microvolts_are_what_the_reader_makes_of_them() -> None:
    described, scale, _ = in_microvolts(stream(("mV", "mV")), None)
    assert described.units == ("microvolts",) * 2
    assert described.channel_format == "float32"
    assert scale is not None
    assert scale.tolist() == [1e3, 1e3]
    got = to_microvolts(np.array([[1, -2], [30000, 4]], np.int16), scale)
    assert got.dtype == np.float32
    assert got.tolist() == [[1e3, -2e3], [3e7, 4e3]]
    assert in_microvolts(stream(("uV", "uV")), None)[1] is None
    assert to_microvolts(np.array([[7]], np.int16), None).dtype == np.float32
    assert in_microvolts(stream(("mV", "mV")), None, gain=0.5)[1].tolist() == [0.5, 0.5]
    assert in_microvolts(stream(("counts", "counts")), "V")[1].tolist() == [1e6, 1e6]


def test_channels_beside_the_brain_keep_what_is_no_voltage() -> None:
    described, scale, _ = in_microvolts(stream(("uV", "mV", "counts", "-3"), ("EEG", "AUX", "TRIG", "STIM")), None)
    assert described.units == ("microvolts", "microvolts", "counts", "-3")
    assert scale is not None
    assert scale.tolist() == [1.0, 1e3, 1.0, 1.0]


def test_features_have_no_unit() -> None:
    described, scale, _ = in_microvolts(stream(("counts", "counts")), None, features=True)
    assert (scale, described.units, described.channel_format) == (None, ("counts", "counts"), "float32")
    for unit, gain, told in (("uV", None, "--unit uV"), (None, 0.25, "--gain 0.25"), (None, 0.0, "--gain 0")):
        with pytest.raises(OptionError, match=f"{told}: the decoder takes features"):
            refuse_unit_of_features(unit, gain)
    refuse_unit_of_features(None, None)
