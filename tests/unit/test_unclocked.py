"""Streams of another machine whose clock is not measured: said; and a measurement that LSL only repeats is none."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout

from bk_realtime.chunks import StreamDescription
from bk_realtime.recorder.clock_offsets import watch_clock
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.unclocked import UNCLOCKED_S, UnclockedWatch


def stream(host: str = "stimulus-pc") -> RecordedStream:
    """Begun with at 1000 s."""
    said = StreamDescription("mic", "Audio", "m", 48000.0, ("0",), ("",), hostname=host)
    inlet: Any = SimpleNamespace()
    return RecordedStream(1, inlet, "u", said, None, 1000.0, clock=threading.Thread(), clocked=1000.0)


def test_it_is_said_once_and_corrected_and_never_of_this_machine_or_of_one_that_is_away() -> None:
    said: list[tuple[str, dict[str, str]]] = []
    mic, here, gone = stream(), stream(socket.gethostname()), stream()
    gone.gone_since = 1010.0
    watch = UnclockedWatch([mic, here, gone], lambda text, **values: said.append((text, values)))
    for now in np.arange(1000.0, 1000.0 + UNCLOCKED_S + 0.1):
        watch.look(now)
    assert said == []
    for now in (1031.0, 1034.0):
        watch.look(now)
    concerned = "clock of 'mic' on host 'stimulus-pc'"
    assert [values for _, values in said] == [{"active_fault": concerned}]
    assert said[0][0].startswith(f"the {concerned} is not known for 31 s: cannot tell when its samples were taken")
    mic.clocked = 1036.0
    for now in (1037.0, 1038.0):
        watch.look(now)
    assert said[1:] == [(f"the {concerned} is known", {"corrected": concerned})]


def test_one_that_is_back_and_all_after_this_machine_slept_have_time_to_tell() -> None:
    said: list[str] = []
    mic = stream()
    watch = UnclockedWatch([mic], lambda text, **values: said.append(text))
    mic.gone_since = 1001.0
    for now in np.arange(1001.0, 1200.0):
        watch.look(now)
    mic.gone_since = None
    for now in np.arange(1200.0, 1200.0 + UNCLOCKED_S - 2):
        watch.look(now)
    for now in np.arange(5000.0, 5000.0 + UNCLOCKED_S):
        watch.look(now)
    assert said == []
    watch.look(5000.0 + UNCLOCKED_S + 1)
    assert len(said) == 1


@pytest.mark.parametrize("error", [LslTimeout, None])
def test_only_new_measurements_are_written_and_counted(error: type[Exception] | None) -> None:
    """Where a host does not answer any more LSL gives its last offset for ever: it would stand there as new."""
    answers: list[Any] = [0.25, 0.25, error or 0.25, 0.2500001, 0.2500001, LostError]
    written: list[float] = []
    measured: list[int] = []

    def time_correction(timeout: float) -> float:
        answer = answers.pop(0)
        if isinstance(answer, float):
            return answer
        raise answer

    writer: Any = SimpleNamespace(clock_offset=lambda stream_id, time, value: written.append(value))
    inlet: Any = SimpleNamespace(time_correction=time_correction)
    watch_clock(writer, 1, "mic", inlet, 0.0, threading.Event(), lambda: measured.append(len(written)))
    assert written == [0.25, 0.2500001]
    assert measured == [1, 2]
