"""Status messages, good and odd."""

from __future__ import annotations

import json

import pytest

from bk_realtime.session.status import Status
from tests.gui.fake_engine import FakeEngine


def test_a_full_status() -> None:
    engine = FakeEngine(n_channels=2)
    status = Status.parse(json.dumps(engine.values.as_dict()))
    engine.close()
    assert status is not None
    assert (status.state, status.simulated, status.age_ms, status.gaps) == ("running", True, 41.0, 0)
    assert status.stages["total"] == {"p50": 2.4, "p99": 1.6 * 2.4, "max": 3 * 2.4}
    assert status.bad_channels == ("A7", "C2")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "{}", '{"state": 3}', "[" * 100_000])
def test_what_is_no_status(text: str) -> None:
    assert Status.parse(text) is None


def test_odd_fields_are_left_out() -> None:
    odd = {"state": "running", "age_ms": "old", "gaps": None, "stages": {"total": 3, "decoder": {"p50": "x"}}}
    odd |= {"bad_channels": "A1", "source": 7, "measured_ms": float("nan"), "buffer_ms": True, "simulated": 1}
    status = Status.parse(json.dumps(odd))
    assert status is not None
    assert status.age_ms is status.gaps is status.measured_ms is status.buffer_ms is None
    assert status.stages == {"decoder": {}}
    assert (status.bad_channels, status.source, status.simulated) == ((), "", False)
