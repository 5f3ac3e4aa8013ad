"""Faults that last."""

from __future__ import annotations

from bk_realtime.engine.active_faults import keep


def test_stays_until_mended() -> None:
    faults: dict[str, str] = {}
    keep(faults, {"event": "device lost", "text": "the card is gone", "standing": "sound"})
    keep(faults, {"event": "underrun", "text": "late"})
    keep(faults, {"event": "notice", "text": "no recorder", "values": {"standing": "recording"}})
    assert faults == {"sound": "the card is gone", "recording": "no recorder"}
    keep(faults, {"event": "device back", "text": "it is back", "mended": "sound"})
    keep(faults, {"event": "device back", "text": "once more", "mended": "sound"})
    assert faults == {"recording": "no recorder"}


def test_a_marker_is_no_fault() -> None:
    faults: dict[str, str] = {}
    keep(faults, {"event": "marker", "text": "cue", "values": {"standing": "sound"}})
    assert faults == {}
