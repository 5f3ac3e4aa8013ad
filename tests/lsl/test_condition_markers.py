"""Markers of a named stream switch conditions; those of another session's engine or replay, or of no name, never do."""

from __future__ import annotations

import queue
from typing import Any

import pylsl
import pytest

from bk_realtime.conditions import markers as module
from bk_realtime.conditions.markers import ConditionMarkers
from bk_realtime.session.names import REPLAY_PREFIX
from tests.lsl.second_host import SecondHost

pytestmark = pytest.mark.lsl


def outlet(name: str, source_id: str) -> pylsl.StreamOutlet:
    return pylsl.StreamOutlet(pylsl.StreamInfo(name, "Markers", 1, pylsl.IRREGULAR_RATE, pylsl.cf_string, source_id))


def until(noted: queue.Queue[dict[str, Any]], key: str) -> dict[str, Any]:
    """The next event with that key; a busy machine may open the stream twice."""
    while key not in (event := noted.get(timeout=60)):
        pass
    return event


def test_only_the_named_stream_of_no_other_session_is_heeded() -> None:
    heeded: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
    noted: queue.Queue[dict[str, Any]] = queue.Queue()
    others = [outlet("cues", "bk-other-events"), outlet("cues", f"{REPLAY_PREFIX}other-cues"), outlet("words", "w-1")]
    markers = ConditionMarkers("cues", "", REPLAY_PREFIX, lambda *told: heeded.put(told), noted.put)
    markers.start()
    try:
        missing = noted.get(timeout=60)
        assert missing["active_fault"] == "condition markers"
        assert "0 streams" in missing["text"]
        own = outlet("cues", "presenter-1")
        assert until(noted, "corrected")["corrected"] == "condition markers"
        for other in others:
            other.push_sample(["condition muted"])
        own.push_sample(["condition late"], 1234.5)
        text, why = heeded.get(timeout=60)
        assert text == "condition late"
        assert why == {"by": "marker of cues", "marker_stamp": 1234.5}
        assert heeded.empty()
        own.push_chunk([[b"r\xe9union"], ["condition real"]])  # Latin-1, and an order behind it
        assert [heeded.get(timeout=60)[0] for _ in range(2)] == ["r\ufffdunion", "condition real"]
        assert noted.empty()
        del own
        assert "gone" in until(noted, "active_fault")["text"]
    finally:
        markers.close()


def test_after_this_machine_slept_the_stream_is_opened_anew() -> None:
    heeded: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
    noted: queue.Queue[dict[str, Any]] = queue.Queue()
    clock, own = [0.0], outlet("sleeper", "presenter-2")
    markers = ConditionMarkers(
        "sleeper", "", REPLAY_PREFIX, lambda *told: heeded.put(told), noted.put, lambda: clock[0]
    )
    markers.start()
    try:
        until(noted, "corrected")
        clock[0] = 1200.0
        assert "switch conditions" in until(noted, "corrected")["text"]
        own.push_sample(["condition late"])
        assert heeded.get(timeout=60)[0] == "condition late"
        assert heeded.empty()
    finally:
        markers.close()


def test_markers_of_another_machine_are_heeded_on_after_their_connection_died_unheard(
    monkeypatch: pytest.MonkeyPatch, source_id: str
) -> None:
    monkeypatch.setattr(module, "SILENT_S", 0.5)
    heeded: queue.Queue[str] = queue.Queue()
    noted: queue.Queue[dict[str, Any]] = queue.Queue()
    with SecondHost(50.0, 0.0, **{f"far-{source_id}": {"name": "far-cues", "type": "Markers", "sfreq": 0}}) as host:
        markers = ConditionMarkers(f"far-{source_id}", "", REPLAY_PREFIX, lambda text, why: heeded.put(text), noted.put)
        markers.start()
        try:
            before = [int(heeded.get(timeout=60).split()[0]) for _ in range(3)]
            host.cut()
            while "was dead" not in noted.get(timeout=60)["text"]:
                pass
            while not heeded.empty():
                before.append(int(heeded.get().split()[0]))
            after = [int(heeded.get(timeout=60).split()[0]) for _ in range(5)]
        finally:
            markers.close()
    numbers = [*before, *after]
    assert numbers == sorted(set(numbers))  # none twice
