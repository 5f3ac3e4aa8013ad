"""Faults that last."""

from __future__ import annotations

from bk_realtime.engine.active_faults import update_faults


def test_stays_until_mended() -> None:
    faults: dict[str, str] = {}
    update_faults(faults, {"event": "device lost", "text": "the card is gone", "active_fault": "sound"})
    update_faults(faults, {"event": "underrun", "text": "late"})
    update_faults(faults, {"event": "notice", "text": "no recorder", "values": {"active_fault": "recording"}})
    assert faults == {"sound": "the card is gone", "recording": "no recorder"}
    update_faults(faults, {"event": "device back", "text": "it is back", "corrected": "sound"})
    update_faults(faults, {"event": "device back", "text": "once more", "corrected": "sound"})
    assert faults == {"recording": "no recorder"}


def test_a_marker_is_no_fault() -> None:
    faults: dict[str, str] = {}
    update_faults(faults, {"event": "marker", "text": "cue", "values": {"active_fault": "sound"}})
    assert faults == {}
