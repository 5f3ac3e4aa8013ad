"""The inlet when its stream goes away: it is lost, it returns as it was, and as another one it is refused."""

from __future__ import annotations

import time

import numpy as np
import pytest

from bk_realtime.chunks import Chunk
from bk_realtime.errors import BkError
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.inlet import LslInlet
from tests.lsl.outlets import Sender, counter, make_outlet
from tests.lsl.test_inlet import opened, pull

pytestmark = pytest.mark.lsl


def until(inlet: LslInlet, kind: str, seconds: float = 120.0) -> tuple[list[SourceEvent], list[Chunk]]:
    """Pull until the stream is "lost", or has "returned": where the machine stood still it may have been both before.
    Gives these events, and no other one but that samples came late."""
    events: list[SourceEvent] = []
    chunks: list[Chunk] = []
    deadline = time.monotonic() + seconds
    while [e.kind for e in events if e.kind != "backlog"][-1:] != [kind]:
        assert time.monotonic() < deadline, f"not {kind!r} at last; got {events}"
        chunks += pull(inlet, 0.1, events, 1)
    assert {e.kind for e in events} <= {"lost", "returned", "backlog"}
    return [e for e in events if e.kind != "backlog"], chunks


def test_lost_and_returned(source_id: str) -> None:
    with Sender(source_id=source_id):
        inlet = opened(source_id=source_id)
        before = pull(inlet, 60.0, n=200)
    _, more = until(inlet, "lost")
    with Sender(source_id=source_id, first=100_000):
        events, after = until(inlet, "returned")
        after += pull(inlet, 60.0, events, 300)
    assert events[0].kind == "returned"
    assert {e.kind for e in events} <= {"lost", "returned", "backlog"}  # more than once where the machine stood still
    assert events[0].seconds > 0.5
    assert events[0].index == sum(map(len, before + more)) == after[0].first_index
    data = np.concatenate([c.data for c in after])
    np.testing.assert_array_equal(data, counter(int(data[0, 0]), len(data), 4))
    assert data[0, 0] >= 100_000
    inlet.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sfreq": 512.0}, "512 Hz instead of 1000 Hz"),
        ({"n_channels": 6}, "6 instead of 4"),
        ({"labels": ["B1", "B2", "B3", "B4"]}, "other channels"),
        ({"unit": "V"}, "other units"),
    ],
)
def test_a_changed_stream_is_refused(source_id: str, change: dict, said: str) -> None:
    """LSL itself reconnects to another rate, other labels and units without a word."""
    with Sender(source_id=source_id):
        inlet = opened(source_id=source_id)
        pull(inlet, 60.0, n=100)
    until(inlet, "lost")
    with Sender(source_id=source_id, **change):
        with pytest.raises(BkError, match=said):
            until(inlet, "returned")
        assert [e.kind for e in inlet.take_events() if e.kind not in ("lost", "returned", "backlog")] == ["changed"]
        with pytest.raises(BkError, match=said):
            inlet.pull(0.1)
    inlet.close()


def test_stream_without_source_id_returns_too() -> None:
    """LSL gives such a stream up; the inlet looks for it itself."""
    with Sender(source_id="", name="anonymous"):
        inlet = opened(name="anonymous")
        pull(inlet, 60.0, n=100)
    until(inlet, "lost")
    with Sender(source_id="", name="anonymous"):
        events, _ = until(inlet, "returned")
        assert len(np.concatenate([c.data for c in pull(inlet, 60.0, n=200)])) >= 200
    assert events[0].kind == "returned"
    inlet.close()


def test_who_waits_for_a_sender_that_is_gone_leaves_the_core_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    outlet = make_outlet("", name="goes", sfreq=100.0)
    inlet = opened(name="goes")
    inlet._drop()  # as LSL does where no source_id says which sender to look for
    slept: list[float] = []
    monkeypatch.setattr(inlet.clock, "sleep", slept.append)
    monkeypatch.setattr(inlet, "_watch", lambda now: None)  # it is still there, and would be found
    for timeout in (0.04, 0.005):
        assert inlet.pull(timeout) is None
    assert slept == [0.02, 0.005]
    inlet.close()
    del outlet


def test_paused_stream_is_lost_and_returns(source_id: str) -> None:
    outlet = make_outlet(source_id)
    inlet = opened(source_id=source_id)
    outlet.push_chunk(counter(0, 16, 4))
    assert len(pull(inlet, 60.0, n=16)) >= 1
    until(inlet, "lost")
    outlet.push_chunk(counter(16, 16, 4))
    events, chunks = until(inlet, "returned")
    assert [e.kind for e in events] == ["returned"]
    assert chunks[0].first_index == 16
    inlet.close()


def test_a_dead_connection_to_a_stream_that_is_there_is_made_anew(source_id: str) -> None:
    """Seen once when a sender restarted while the engine stood still: the recorder had the stream, the engine not."""

    class Dead:
        def pull_chunk(self, timeout: float, **_: object) -> tuple[np.ndarray, np.ndarray]:
            time.sleep(timeout)
            return np.zeros((0, 4), np.float32), np.zeros(0)

    with Sender(source_id=source_id):
        inlet = opened(source_id=source_id)
        assert sum(map(len, pull(inlet, 60.0, n=500))) >= 500
        inlet._inlet = Dead()  # type: ignore[assignment]
        until(inlet, "lost")
        until(inlet, "returned")
        assert sum(map(len, pull(inlet, 60.0, n=500))) >= 500
        inlet.close()
