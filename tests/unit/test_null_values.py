"""The sound card that is not there, sample by sample, on a clock turned by hand."""

from __future__ import annotations

import numpy as np

from bk_realtime.sink.null import NullSink
from tests.manual_clock import ManualClock

RATE = 1000


def test_it_plays_at_the_clocks_pace_and_runs_dry_once() -> None:
    clock = ManualClock(50.0)
    sink = NullSink(RATE, clock)
    sink.start()
    assert (sink.fill, sink.underruns, sink.latency_s, sink.events()) == (0, 0, 0.0, [])
    sink.write(np.zeros(0, np.float32))
    sink.write(np.zeros(20, np.float32))
    assert sink.fill == 20
    clock.advance(0.0125)
    assert sink.fill == 8
    assert sink.fill == 8  # asking changes nothing
    sink.write(np.zeros(10, np.float32))
    assert sink.fill == 18
    clock.advance(0.018)
    sink.write(np.zeros(10, np.float32))
    assert sink.underruns == 0  # exactly empty is not late
    clock.advance(0.5)
    assert sink.fill == 0
    sink.write(np.zeros(10, np.float32))
    assert sink.underruns == 1
    assert sink.fill == 10  # it begins anew
    sink.close()


def test_it_waits_for_the_prefill_and_skips_what_would_stay_late() -> None:
    clock = ManualClock(50.0)
    sink = NullSink(RATE, clock, prefill_s=0.03)
    sink.write(np.zeros(20, np.float32))
    clock.advance(1.0)
    assert sink.fill == 20  # 30 are waited for
    sink.write(np.zeros(20, np.float32))
    assert sink.fill == 40
    clock.advance(0.0105)
    assert sink.fill == 30
    sink.write(np.zeros(10, np.float32))
    assert sink.fill == 40
    sink.write(np.zeros(16, np.float32))  # 56: 30, 25 and no more than was written just now
    assert sink.fill == 56
    sink.write(np.zeros(10, np.float32))  # 66: 11 too many
    assert sink.fill == 55
    assert sink.underruns == 0


def test_four_seconds_wait_at_most_and_why_there_is_no_device_is_said_once() -> None:
    clock = ManualClock(50.0)
    sink = NullSink(RATE, clock, prefill_s=100.0, instead="no output at all")
    (event,) = sink.events()
    assert (event["event"], event["text"], event["active_fault"]) == ("no sound", "no output at all", "sound")
    sink.write(np.zeros(4096, np.float32))
    assert sink.events() == []
    sink.write(np.zeros(1, np.float32))
    (event,) = sink.events()
    assert (event["event"], event["text"]) == ("overflow", "4 s of sound are waiting; the newest was dropped")
    assert sink.fill == 4096
