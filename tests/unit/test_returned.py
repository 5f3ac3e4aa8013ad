"""Is a stream that sends again the one that was lost?"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.source.returned import looks_alike, what_changed

WAS = StreamDescription("amp", "sEEG", "amp1", 1000.0, ("A1", "A2", "B1"), ("uV", "uV", "uV"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"source_id": "amp2", "hostname": "other", "channel_format": "int16"}, ""),  # whoever finds it judges those
        ({"sfreq": 1001.0}, ""),
        ({"sfreq": 1001.1}, "at 1001.1 Hz instead of 1000 Hz"),
        ({"sfreq": 500.0, "labels": ("A1",)}, "at 500 Hz instead of 1000 Hz"),  # one reason is enough
        ({"labels": ("A2", "A1", "B1")}, "with other channels (3 instead of 3; their order)"),
        ({"labels": ("A1", "A2", "C1", "C2")}, "with other channels (4 instead of 3; B1, C1, C2)"),
        ({"labels": ("A1", *"vwxyz")}, "with other channels (6 instead of 3; A2, B1, v, w)"),
        ({"units": ("uV", "mV", "uV")}, "with other units"),
    ],
)
def test_what_changed(changes: dict[str, Any], said: str) -> None:
    assert what_changed(dataclasses.replace(WAS, **changes), WAS) == said


def test_what_is_announced_is_alike_by_channels_and_rate() -> None:
    assert looks_alike(3, 1000.0, WAS)
    assert looks_alike(3, 999.0, WAS)
    assert not looks_alike(3, 998.9, WAS)
    assert not looks_alike(2, 1000.0, WAS)
