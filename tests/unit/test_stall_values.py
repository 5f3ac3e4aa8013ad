"""When a stall of decoding is over at once, and when it stands until there was calm, on a clock turned by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.voice.stall_watch import StallWatch
from tests.manual_clock import ManualClock


@pytest.mark.parametrize(("pause_s", "over_at_once"), [(9.5, False), (10.5, True)])
def test_a_stall_within_ten_seconds_of_another_stands_until_five_were_calm(pause_s: float, over_at_once: bool) -> None:
    clock, said = ManualClock(100.0), list[str]()
    sink: Any = SimpleNamespace(write=lambda *_: None)
    stalls = StallWatch(sink, clock, lambda event: said.append(event["event"]), lambda: False)

    def stall() -> None:
        stalls.beat()
        clock.advance(0.2)
        stalls.look(0.0)
        stalls.beat()
        stalls.look(0.0)

    stall()
    assert said[-1] == "stall over"
    n = len(said)
    for _ in range(round(pause_s / 0.05)):
        stalls.beat()
        clock.advance(0.05)
    stall()
    assert ("stall over" in said[n:]) is over_at_once
    for _ in range(102):
        stalls.beat()
        clock.advance(0.05)
        stalls.look(0.0)
    assert said[-1] == "stall over"
