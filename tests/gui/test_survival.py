"""What a window lives through: few and many channels, fast ones, and an engine that stands still as under a closed lid.

An engine that is killed and returns, streams that go and come back and strangers of the same name: test_window.py and
test_bedside.py. A hung engine under PANIC: test_dead_key.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.session.status import Status
from gui.link import Arrival
from gui.window import Window
from tests.gui.test_window import shades

pytestmark = [pytest.mark.gui, pytest.mark.lsl]


def amplifier(n_channels: int, sfreq: float) -> StreamDescription:
    labels = tuple(f"A{k + 1}" for k in range(n_channels))
    return StreamDescription("amp", "sEEG", "amp-1", sfreq, labels, ("microvolts",) * n_channels)


def arrives(window: Window, description: StreamDescription, start: float, seconds: float, opened: bool) -> None:
    n = int(seconds * description.sfreq)
    data = 30 * np.random.default_rng(0).standard_normal((n, len(description.labels))).astype(np.float32)
    stamps = start + np.arange(n) / description.sfreq
    window.arrivals.take(Arrival("neural", description, stamps, data, opened))


def says(window: Window, **status: object) -> None:
    text = json.dumps(Status(**{"state": "running", "source": "amp", **status}).as_dict())  # type: ignore[arg-type]
    description = StreamDescription("BrainKaraoke-status", "Status", "bk-x-status", 0.0, ("status",), ("",))
    window.arrivals.take(Arrival("status", description, np.array([0.0]), [text], False))


@pytest.fixture(autouse=True)
def no_standstill_of_this_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.window.SILENT_S", 600.0)


@pytest.mark.parametrize(("n_channels", "sfreq"), [(8, 512.0), (256, 2048.0), (16, 30_000.0)])
def test_any_number_of_channels_at_any_rate(
    qtbot, open_window: Callable[..., Window], n_channels: int, sfreq: float
) -> None:
    window = open_window("nobody")
    window._turns.stop()  # turned by hand
    window.trace_card.page.setCurrentIndex(window.trace_card.page.count() - 1)
    says(window)
    description = amplifier(n_channels, sfreq)
    for turn in range(60):
        arrives(window, description, 100 + 0.05 * turn, 0.05, opened=turn == 0)
        window.paint()
    assert window.traces.head == pytest.approx(103, abs=0.1)
    assert len(window.traces.shown) == n_channels
    assert f"{n_channels} channels" in window.trace_card.hint.text()
    assert shades(window.traces) > 100
    window.show_state()
    assert window.banner.state == "running"


def test_an_engine_that_stood_still_for_half_a_minute(qtbot, open_window: Callable[..., Window]) -> None:
    """A closed lid: nothing comes, the window says so; then all of it at once."""
    window = open_window("nobody")
    window._turns.stop()
    description = amplifier(128, 1024.0)
    says(window)
    arrives(window, description, 100, 2.0, opened=True)
    window.paint()
    window.arrivals.status_at -= 3600
    window.show_state()
    assert window.banner.state == "silent engine"
    assert "no status for 36" in window.banner.detail
    size = len(window.traces._history._times)
    arrives(window, description, 102, 30.0, opened=False)
    says(window)
    window.paint()
    window.show_state()
    assert window.banner.state == "running"
    assert window.traces.head == pytest.approx(132, abs=0.2)
    assert len(window.traces._history._times) == size  # nothing grows with what was missed
