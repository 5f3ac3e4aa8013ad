"""The age that the status shows: from the sample to the ear, with all that waits between, and growing in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bk_realtime.chain import Chain
from bk_realtime.engine.core import Core
from bk_realtime.engine.status_board import StatusBoard
from bk_realtime.metrics import Metrics
from bk_realtime.session.events import EventList
from bk_realtime.session.settings import GapPolicy, SafetySettings
from bk_realtime.sink.null import NullSink
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, description, tiny_bundle
from tests.manual_clock import ManualClock


def test_age_counts_the_buffer_and_grows_while_nothing_comes(tmp_path: Path) -> None:
    bundle, clock = tiny_bundle(tmp_path / "b"), ManualClock(100.0)
    guard = OutputGuard(SafetySettings(), bundle.mel.sample_rate)
    core = Core(Chain(bundle, LABELS), guard, Metrics(), GapPolicy(), lambda event: None)
    outlets: Any = None
    board = StatusBoard(core, NullSink(22050), description(), tmp_path, EventList(), outlets, clock)
    assert board.status().age_ms is None
    board.voiced(99.96, 0.05)  # sent 40 ms ago, heard in 50
    assert board.status().age_ms == pytest.approx(90.0)
    clock.sleep(0.09)  # a packet's time is no silence
    assert board.status().age_ms == pytest.approx(90.0)
    clock.sleep(0.91)
    assert board.status().age_ms == pytest.approx(1090.0)
    core.n_frames, guard.muted = 1, False
    assert board.status().state == "running"  # a packet of a second
    clock.sleep(0.01)
    assert board.status().state == "stale"  # nobody has said why nothing comes any more
    board.voiced(101.0, 0.05)
    assert board.status().state == "running"
    board.voiced(101.5, 0.05)  # heard before it was taken: nobody knows
    assert board.status().age_ms is None
