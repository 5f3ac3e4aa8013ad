"""Pause, the last minutes and the time cursor: what is kept, where it is drawn, and that nothing grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QMouseEvent

from bk_realtime.chunks import StreamDescription
from gui.look_back import LookBack
from gui.panels.mel import Mel
from gui.panels.traces import Traces
from gui.panels.waveform import Waveform
from gui.past import MOST_BYTES, PAST_S, Past
from gui.strips import column_range
from gui.sweep import SweepPanel


@given(st.integers(0, 10_000), st.sampled_from([100.0, 512.0, 2048.0]))
def test_what_is_kept_covers_in_every_column_what_the_samples_cover(seed: int, sfreq: float) -> None:
    rng, past = np.random.default_rng(seed), Past(2, sfreq)
    times = 50 + np.arange(int(12 * sfreq)) / sfreq
    values = rng.standard_normal((len(times), 2)).astype(np.float32)
    for part in np.array_split(np.arange(len(times)), np.sort(rng.integers(0, len(times), 9))):
        past.append(times[part], values[part])
    kept_times, kept = past.between(52.0, 58.0)
    assert kept_times[0] <= 52.0
    assert kept_times[-1] >= 58.0
    assert np.all(np.diff(kept_times) > 0)
    bin_s = past.per_bin / sfreq
    edges = np.arange(52.0, 58.0, 4 * bin_s)
    low, high = column_range(kept_times, kept, edges)
    for k in range(1, len(edges) - 2):  # whole bins inside each column
        inside = (times >= edges[k] + bin_s) & (times < edges[k + 1] - bin_s)
        if inside.any():
            assert np.all(low[k] <= values[inside].min(0) + 1e-6)
            assert np.all(high[k] >= values[inside].max(0) - 1e-6)
    np.testing.assert_allclose([kept.min(), kept.max()], [values[:, :].min(), values.max()], atol=1.5)


@pytest.mark.parametrize(
    ("n_rows", "sfreq"), [(128, 1024.0), (256, 2048.0), (64, 30_000.0), (80, 86.1328125), (1, 22_050.0), (4096, 512.0)]
)
def test_five_minutes_take_so_much_memory_and_no_more(n_rows: int, sfreq: float) -> None:
    past = Past(n_rows, sfreq)
    most = past._blocks.maxlen * past._size
    assert most * (8 + 4 * n_rows) <= 1.3 * MOST_BYTES
    seconds = most / (sfreq if past.per_bin == 1 else 2 * sfreq / past.per_bin)
    assert PAST_S + 10 <= seconds < PAST_S + 20


def test_the_oldest_is_forgotten() -> None:
    past, second = Past(1, 100.0, seconds=20), np.zeros((100, 1), np.float32)
    for k in range(100):
        past.append(k + np.arange(100) / 100, second)
    assert past.n_bytes <= 30 * 100 * 12
    assert 70 <= past.first <= 80
    assert past.between(0.0, 1.0)[0].size == 0


def test_a_hole_breaks_the_line() -> None:
    past = Past(1, 1000.0)
    past.append(np.arange(1000) / 1000, np.ones((1000, 1), np.float32))
    past.skip(np.array([1.0, 1.9]))
    past.append(2 + np.arange(1000) / 1000, np.ones((1000, 1), np.float32))
    times, values = past.between(0.0, 3.0)
    low, _ = column_range(times, values, np.arange(0.1, 2.9, 0.1))
    assert np.isnan(low[10:17]).all()
    assert np.isfinite(low[:8]).all()
    past.clear()
    assert past.first is None
    assert len(past.between(0.0, 3.0)[0]) == 0


def shown(qtbot, panel: SweepPanel) -> SweepPanel:
    qtbot.addWidget(panel)
    panel.resize(462, 120)
    panel.show()
    qtbot.waitExposed(panel, timeout=60_000)
    return panel


@pytest.fixture
def panels(qtbot) -> list[SweepPanel]:
    traces = Traces(window_s=2.0)
    traces.open(StreamDescription("x", "sEEG", "x", 512.0, ("A1", "A2"), ("microvolts",) * 2))
    traces.set_sensitivity(5.0)
    return [shown(qtbot, panel) for panel in (traces, Mel(2.0), Waveform(2.0))]


def feed(panels: list[SweepPanel], start: float, end: float) -> None:
    """A pulse at every whole second, as samples come: a tenth of a second at a time."""
    for k in range(round(10 * start), round(10 * end)):
        for panel in panels:
            n = np.arange(int(k / 10 * panel.sfreq), int((k + 1) / 10 * panel.sfreq))
            values = np.where((n / panel.sfreq) % 1 < 0.1, 0.9, -0.9)[:, None] * np.ones(panel.n_rows)
            panel.feed(n / panel.sfreq, values.astype(np.float32))
            panel.advance()


def test_a_picture_that_is_paused_stands_while_samples_come_and_is_from_left_to_right(panels) -> None:
    look = LookBack(panels)
    feed(panels, 10, 14.5)
    look.pause()
    for panel in panels:
        panel.advance()
    before = [panel.canvas.pixels.copy() for panel in panels]
    feed(panels, 14.5, 20)
    for panel, picture in zip(panels, before, strict=True):
        np.testing.assert_array_equal(panel.canvas.pixels, picture)
    assert look.words in ("PAUSED: 6 s ago", "PAUSED: 5 s ago")
    for panel in panels:
        ends = panel.time_at(panel.width() - 1), panel.time_at(63)
        np.testing.assert_allclose(ends, (look.until, look.until - 2.0), atol=0.03)
    mel = panels[1]
    loud = mel.canvas.pixels[60] == mel.canvas.pixels[60, mel.x_at(14.05) - 62]
    assert 0.07 < loud.mean() < 0.13  # two pulses of a tenth of a second in two seconds
    look.pause(False)
    for panel in panels:
        panel.advance()
        assert abs(panel.time_at(panel.x_at(panel.head - 0.02)) - panel.head) < 0.05


def test_back_by_half_windows_to_the_oldest_and_forth_to_now(panels) -> None:
    look = LookBack(panels)
    look.turn(-1)
    assert look.until is None, "there is nothing to look back at"
    feed(panels, 10, 16)
    look.turn(1)
    assert look.until is None
    look.turn(-1)
    assert look.until == pytest.approx(look.now - 1.0)
    look.turn(-1)
    assert look.until == pytest.approx(look.now - 2.0)
    look.oldest()
    assert look.until == pytest.approx(12.0, abs=0.02)
    look.turn(-1)
    assert look.until == pytest.approx(12.0, abs=0.02)
    for panel in panels:
        panel.advance()
        assert panel.time_at(200) < 12.0
    for _ in range(10):
        look.turn(1)
    assert look.until is None
    assert look.words == ""


def test_one_cursor_through_all_panels(panels, qtbot) -> None:
    look = LookBack(panels)
    feed(panels, 10, 13.3)
    mouse = QPointF(200, 50)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QMouseEvent.Type.MouseMove, mouse, mouse, none, none, Qt.KeyboardModifier.NoModifier)
    panels[1].mouseMoveEvent(move)
    at = panels[1].time_at(200)
    assert {panel.cursor_at for panel in panels} == {at}
    assert all(abs(panel.x_at(at) - 200) <= 1 for panel in panels)
    assert panels[0].cursor_text == f"{look.now - at:.2f} s ago"
    panels[1].leaveEvent(None)
    assert {panel.cursor_at for panel in panels} == {None}
    look.pause()
    look.step(-1)
    look.step(-1)
    assert panels[0].cursor_at == pytest.approx(look.until - 0.04)
    for _ in range(300):
        look.step(-1)
    assert panels[0].cursor_at == pytest.approx(look.until - 2.0)
    look.point(look.now - 400)
    assert panels[0].cursor_at is None, "nothing is left of it"
    assert panels[0].time_at(3) is None, "in the labels"


def test_a_marker_stands_on_every_axis_where_a_picture_drawn_anew_has_it(panels) -> None:
    feed(panels, 10, 13)
    for panel in panels:
        panel.mark(12.5)
        swept = panel.canvas.pixels.copy()
        packed = 0xFF000000 | sum(int(v) << s for v, s in zip(panel.MARK, (16, 8, 0), strict=True))
        assert (swept == packed).any()
        panel.invalidate()
        panel.advance()
        ahead = (panel._column + np.arange(-1, panel.canvas.ahead + 2)) % swept.shape[1]
        same = np.ones(swept.shape[1], bool)
        same[ahead] = False
        np.testing.assert_array_equal(panel.canvas.pixels[:, same], swept[:, same])
    for k in range(2500):
        panels[0].mark(13.1 + k * 1e-3)
    assert len(panels[0].marks.times) == 2000


def test_a_stream_that_is_back_keeps_its_past_and_another_one_does_not(qtbot) -> None:
    traces = Traces(2.0)
    qtbot.addWidget(traces)
    description = StreamDescription("x", "sEEG", "x", 512.0, ("A1", "A2"), ("microvolts",) * 2)
    traces.open(description)
    traces.feed(np.arange(1, 2048) / 512, np.ones((2047, 2), np.float32))
    traces.open(description)
    assert traces.past.first is not None
    traces.feed(10 + np.arange(1, 1024) / 512, np.ones((1023, 2), np.float32))
    times, values = traces.past.between(3.0, 11.0)
    assert np.isnan(values).any(), "no line from before to after"
    assert np.all(np.diff(times) >= 0)
    traces.open(StreamDescription("x", "sEEG", "x", 512.0, ("A1", "B2"), ("microvolts",) * 2))
    assert traces.past.first is None
