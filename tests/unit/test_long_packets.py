"""Packets that are longer than the age that is let through: said once, with the age that is enough."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice.long_packets import LongPackets
from bk_realtime.voice.output_guard import OutputGuard

BLOCK = np.zeros(256, np.float32)


class Session:
    """A guard that gets data of one age, watched for seconds."""

    def __init__(self, packet_s: float, age_s: float, max_age_ms: float = 200.0) -> None:
        self.guard = OutputGuard(SafetySettings(unmuted=True, max_age_ms=max_age_ms), 22050)
        self.usual_s, self.said, self.now = age_s, list[dict[str, Any]](), 0.0
        self.watch = LongPackets(self.guard, lambda: (packet_s, 1.2), lambda: self.usual_s, self.said.append)

    def run(self, seconds: float, age_s: float) -> None:
        for _ in range(round(10 * seconds)):
            self.guard.process(BLOCK, age_s)
            self.watch.look(self.now)
            self.now += 0.1


def test_packets_of_a_quarter_of_a_second_are_said_with_the_age_that_is_enough() -> None:
    session = Session(0.25, 0.31)
    session.run(20.0, 0.31)
    (event,) = session.said
    assert (event["event"], event["active_fault"]) == ("packets", "packets")
    assert "250 ms" in event["text"]
    (enough,) = re.findall(r"--max-age-ms (\d+)$", event["text"])
    assert 400 < int(enough) < 500
    # what is advised lets it through, also with jitter, and after it was stale
    advised = Session(0.25, 0.31, float(enough))
    advised.run(1.0, 2.0)
    advised.run(10.0, 0.33)
    assert not advised.guard.stale
    assert advised.said == []


def test_it_ends_when_packets_get_shorter() -> None:
    session = Session(0.25, 0.31)
    session.run(5.0, 0.31)
    session.run(5.0, 0.05)
    assert [(e["event"], e.get("corrected")) for e in session.said] == [("packets", None), ("packets right", "packets")]


@pytest.mark.parametrize(
    ("packet_s", "usual_s", "why"),
    [
        (0.016, 0.06, "a stall of a session that is quick otherwise"),
        (0.016, 3.0, "old for another reason, whatever the packets"),
        (0.25, 3.0, "long packets, but old for another reason"),
        (0.1, 0.14, "long packets, that come through"),
        (0.25, float("nan"), "nothing was decoded yet"),
    ],
)
def test_what_is_old_for_another_reason_is_not_laid_to_packets(packet_s: float, usual_s: float, why: str) -> None:
    session = Session(packet_s, usual_s)
    session.run(10.0, 3.0)
    assert session.guard.stale
    assert session.said == [], why


def test_a_moment_of_it_says_nothing() -> None:
    session = Session(0.25, 0.31)
    session.run(2.0, 0.31)
    session.run(2.0, 0.1)
    assert session.said == []
