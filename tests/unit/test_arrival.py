"""A sender that stamps its samples with no time: the recording is whole all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.recorder.arrival import times_of_arrival
from bk_realtime.xdf import XdfWriter
from bk_realtime.xdf.header import info_xml
from bk_realtime.xdf.reader import read_xdf
from bk_realtime.xdf.verify import verify_xdf


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf, 1e300, -1e20])
def test_what_is_no_time_becomes_the_time_of_arrival(nothing: float, tmp_path: Path) -> None:
    stamps = np.array([10.0, nothing, nothing, 10.3])
    timed = times_of_arrival(stamps, 10.0, 50.0)
    assert timed is not None
    np.testing.assert_allclose(timed, [10.0, 49.8, 49.9, 10.3])
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(StreamDescription("s", "EEG", "s", 10.0, ("A1",), ("uV",))))
        writer.write(1, timed, np.zeros((4, 1), np.float32))
    assert verify_xdf(path)["complete"]
    np.testing.assert_array_equal(read_xdf(path)[0].raw_stamps, timed)


def test_times_and_events_stay_as_they_are() -> None:
    assert times_of_arrival(np.array([1.0, 0.0, -5.0, 1.7e9]), 10.0, 50.0) is None
    assert times_of_arrival(np.array([np.nan]), 0.0, 50.0) is None
    assert times_of_arrival(np.zeros(0), 10.0, 50.0) is None
