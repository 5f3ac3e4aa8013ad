"""Streams of an XDF file that belong together, on stand-ins: one without samples is nobody's restart and no error."""

from __future__ import annotations

from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from offline.io.xdf.streams import _joined


class Stream:
    """As much of one as is looked at."""

    description = StreamDescription("amp", "EEG", "amp-1", 10.0, ("A1",), ("uV",))

    def __init__(self, *stamps: float) -> None:
        self.stamps = np.array(stamps)

    def __len__(self) -> int:
        return len(self.stamps)


def joined(*streams: Stream) -> list[list[Stream]]:
    groups: list[Any] = [[stream] for stream in streams]
    found: list[Any] = _joined(groups, lambda description: description.source_id)
    return found


def test_parts_that_follow_each_other_are_one_in_order_of_time() -> None:
    first, second = Stream(1.0, 2.0), Stream(3.0, 4.0)
    assert joined(second, first) == [[first, second]]


def test_parts_side_by_side_are_two() -> None:
    one, other = Stream(1.0, 3.0), Stream(2.0, 4.0)
    assert joined(one, other) == [[one], [other]]


def test_a_stream_without_samples_stays_alone() -> None:
    empty, full = Stream(), Stream(1.0, 2.0)
    assert joined(empty) == [[empty]]
    assert joined(empty, full) == [[empty], [full]]
