"""Sweep painting: the strip that is drawn now equals the picture that would be drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.chunks import StreamDescription
from gui import theme
from gui.panels.attention import Attention
from gui.panels.mel import Mel
from gui.panels.traces import Traces
from gui.panels.waveform import Waveform
from gui.strips import History, SweepClock, column_range, draw_spans
from gui.sweep import SweepPanel
from tests.gui.fake_engine import seeg_labels


def slow_range(times, values, edges):
    """Ends and inner points of the polyline, one column and channel at a time."""
    n, c = len(edges) - 1, values.shape[1]
    low, high = np.full((n, c), np.nan), np.full((n, c), np.nan)
    for j in range(c):
        for i in range(n):
            points = [np.interp(e, times, values[:, j], left=np.nan, right=np.nan) for e in edges[i : i + 2]]
            points += list(values[(times >= edges[i]) & (times < edges[i + 1]), j])
            points = [p for p in points if np.isfinite(p)]
            if points:
                low[i, j], high[i, j] = min(points), max(points)
    return low, high


@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 20))
def test_column_range_is_the_polylines_range(seed: int, n_samples: int, n_columns: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0, 1, n_samples))
    values = rng.standard_normal((n_samples, 3)).astype(np.float32)
    edges = np.linspace(rng.uniform(-0.2, 0.4), rng.uniform(0.6, 1.2), n_columns + 1)
    want = slow_range(times, values, edges)
    for got, expected in zip(column_range(times, values, edges), want, strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-5)


@given(st.integers(0, 10_000))
def test_spans_cover_what_they_should(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, n, c = 23, 5, 7
    top = rng.uniform(-5, height + 5, (n, c))
    bottom = top + rng.exponential(3.0, (n, c))
    top[rng.random((n, c)) < 0.2] = np.nan
    group = rng.integers(0, 3, c)
    colours = rng.uniform(0, 255, (3, 3)).astype(np.float32)
    ground = rng.uniform(0, 255, (height, n, 3)).astype(np.float32)
    cover = np.zeros((3, height, n))
    for k in range(c):
        for x in range(n):
            if np.isfinite(top[x, k]):
                y = np.arange(height)
                part = np.minimum(bottom[x, k], y + 1) - np.maximum(top[x, k], y)
                cover[group[k], :, x] += np.maximum(0, part)
    cover = np.minimum(cover, 1)
    total = cover.sum(0)[..., None]
    want = ground * (1 - np.minimum(total, 1)) + np.einsum("ghn,gc->hnc", cover, colours) / np.maximum(total, 1)
    np.testing.assert_allclose(draw_spans(ground, top, bottom, group, colours), want, atol=1e-2)


def test_clock_smooths_jitter_and_keeps_rate() -> None:
    rng = np.random.default_rng(1)
    clock, sfreq = SweepClock(1000.0), 1000.0
    seen, true = [], []
    for i in range(200):
        t = (np.arange(16) + 16 * i) / sfreq
        times, jump = clock.place(100 + t + rng.uniform(0, 0.004))
        assert jump == 0 or i == 0
        seen.append(times)
        true.append(100 + t)
    seen, true = np.concatenate(seen), np.concatenate(true)
    assert np.all(np.diff(seen) > 0)
    assert np.abs(np.diff(seen) - 1e-3).max() < 1e-4
    assert np.abs(seen - true)[1000:].max() < 0.005


def test_clock_follows_a_device_off_its_nominal_rate() -> None:
    clock = SweepClock(1000.0)
    for i in range(3000):
        stamps = (np.arange(16) + 16 * i) / 1005.0
        times, jump = clock.place(stamps)
        assert jump == 0
    assert abs(times[-1] - stamps[-1]) < 0.005


def test_clock_tells_gap_and_step_back() -> None:
    clock = SweepClock(100.0)
    clock.place(np.arange(10) / 100)
    assert clock.place(2 + np.arange(10) / 100)[1] == pytest.approx(1.9)
    times, jump = clock.place(-5 + np.arange(10) / 100)
    assert jump < -6
    assert times[-1] == pytest.approx(-4.91)


@given(st.lists(st.integers(0, 40), max_size=30))
def test_history_keeps_the_newest_in_order(sizes: list[int]) -> None:
    history, n = History(1, 25), 0
    for size in sizes:
        t = np.arange(n, n + size, dtype=float)
        history.append(t, t[:, None])
        n += size
    keep = min(n, 25)
    assert len(history) >= keep
    assert len(history) <= 50
    np.testing.assert_array_equal(history.times[len(history) - keep :], np.arange(n - keep, n))
    np.testing.assert_array_equal(history.values[:, 0], history.times)


def panels() -> dict[str, SweepPanel]:
    traces = Traces(window_s=2.0)
    traces.open(StreamDescription("x", "sEEG", "x", 512.0, tuple(seeg_labels(40)), ("microvolts",) * 40))
    traces.set_sensitivity(5.0)
    return {"traces": traces, "mel": Mel(2.0), "waveform": Waveform(2.0), "attention": Attention(2.0)}


@pytest.mark.parametrize("name", ["traces", "mel", "waveform", "attention"])
def test_strips_make_the_picture_that_a_full_redraw_makes(qtbot, name: str) -> None:
    panel = panels()[name]
    qtbot.addWidget(panel)
    panel.resize(517, 180)
    panel.show()
    qtbot.waitExposed(panel, timeout=60_000)
    rng = np.random.default_rng(3)
    sent, t0 = 0, 1234.5
    scale = 0.4 if name != "mel" else 4.0
    while sent < 5.3 * panel.sfreq:
        n = int(rng.integers(1, max(2, int(0.07 * panel.sfreq))))
        stamps = t0 + (sent + np.arange(n)) / panel.sfreq
        panel.feed(stamps, scale * rng.standard_normal((n, panel.n_rows)).astype(np.float32))
        sent += n
        panel.advance()
    swept = panel.canvas.pixels.copy()
    panel.invalidate()
    panel.advance()
    ahead = panel.canvas.ahead
    x = (panel._column + np.arange(-1, ahead + 2)) % swept.shape[1]
    same = np.ones(swept.shape[1], bool)
    same[x] = False
    assert len(np.unique(swept)) > 30
    np.testing.assert_array_equal(panel.canvas.pixels[:, same], swept[:, same])


def test_every_height_and_width_can_be_drawn(qtbot) -> None:
    for panel in panels().values():
        qtbot.addWidget(panel)
        panel.show()
        qtbot.waitExposed(panel, timeout=60_000)
        panel.feed(9 + np.arange(200) / panel.sfreq, np.zeros((200, panel.n_rows), np.float32))
        panel.setMinimumHeight(0)
        for size in [*range(1, 130), 400]:
            panel.resize(62 + size, size)
            panel.advance()


def test_gap_shows_as_missing_and_the_cursor_jumps(qtbot) -> None:
    panel = Waveform(2.0)
    qtbot.addWidget(panel)
    panel.resize(462, 60)  # 400 columns of 5 ms
    panel.show()
    qtbot.waitExposed(panel, timeout=60_000)
    t = np.arange(11025) / 22050
    panel.feed(10 + t, np.zeros((len(t), 1), np.float32))
    panel.advance()
    panel.feed(11 + t, np.zeros((len(t), 1), np.float32))
    panel.advance()
    packed = 0xFF000000 | sum(int(v) << s for v, s in zip(panel.MISSING, (16, 8, 0), strict=True))
    missing = (panel.canvas.pixels[5] == packed).mean()
    assert 0.22 <= missing <= 0.27  # half a second of two


def test_nothing_is_kept_beyond_the_window(qtbot) -> None:
    panel = Waveform(2.0)
    qtbot.addWidget(panel)
    for i in range(200):  # never shown: samples come, nothing is drawn, nothing grows
        t = 5 + i * 0.1 + np.arange(2205) / 22050
        panel.feed(t, np.zeros((2205, 1), np.float32))
        panel.advance()
    assert len(panel._history) <= 2 * (2 * 22050 + 64)


def test_trace_paging_and_scales(qtbot) -> None:
    traces = panels()["traces"]
    qtbot.addWidget(traces)
    traces.set_page(16)
    traces.scroll_to(1000)
    assert list(traces.shown) == list(range(24, 40))
    traces.set_sensitivity(100)
    traces.step_sensitivity(1)
    assert traces.per_row == 150
    for _ in range(30):
        traces.step_sensitivity(-1)
    assert traces.per_row == 1
    t = np.arange(1024) / 512
    traces.per_row = 0.0
    noise = 20 * np.random.default_rng(0).standard_normal((1024, 40)).astype(np.float32)
    traces.feed(50 + t, noise + 3000)  # an offset of 3 mV is not what decides
    assert traces.per_row == 100


def test_a_wild_channel_keeps_to_its_row(qtbot) -> None:
    traces = panels()["traces"]
    qtbot.addWidget(traces)
    traces.set_page(8)
    traces.resize(462, 160)  # 20 pixels a row
    traces.show()
    qtbot.waitExposed(traces, timeout=60_000)
    noise = 10 * np.random.default_rng(0).standard_normal((1024, 40)).astype(np.float32)
    noise[:, 3] *= 100
    traces.feed(50 + np.arange(1024) / 512, noise)
    traces.auto()
    traces.advance()
    assert traces.rows.wild.nonzero()[0].tolist() == [3]
    assert traces.per_row == 50
    red = (traces.canvas.pixels >> 16) & 0xFF
    calm = red[:60].mean(), red[100:].mean()  # rows 0-2 and 5-7
    assert max(calm) < 1.5 * min(calm)


@pytest.mark.parametrize(("unit", "factor"), [("volts", 1e-6), ("-6", 1.0), ("microvolts", 1.0)])
def test_units_become_microvolts(qtbot, unit: str, factor: float) -> None:
    traces = Traces()
    qtbot.addWidget(traces)
    traces.open(StreamDescription("x", "sEEG", "x", 500.0, ("A1", "A2"), (unit, unit)))
    x = 50 * np.random.default_rng(0).standard_normal((500, 2))
    traces.feed(np.arange(500) / 500, (x * factor).astype(np.float32))
    assert traces.unit == "µV"
    assert 40 < traces._history.values.std() < 60


def test_channels_of_an_export_are_called_by_their_bare_names_and_dimmed_by_the_decoders(qtbot) -> None:
    traces = Traces(window_s=2.0)
    qtbot.addWidget(traces)
    labels = ("EEG la01-Ref", "EEG la02-Ref", "EEG lb01-Ref")
    traces.open(StreamDescription("x", "sEEG", "x", 512.0, labels, ("microvolts",) * 3))
    assert traces.rows.names == ("la01", "la02", "lb01")
    assert traces.rows.groups.tolist() == [0, 0, 1], "a colour a shaft"
    traces.set_bad(("LA2",))
    assert traces.rows.groups.tolist() == [0, len(traces.COLOURS) - 1, 1]


@pytest.mark.parametrize("light", [False, True])
def test_louder_is_brighter_in_both_looks(qtbot, monkeypatch: pytest.MonkeyPatch, light: bool) -> None:
    """In the light look silence was as bright as the loudest speech, and what is quiet was dark."""
    monkeypatch.setattr(theme, "LIGHT", light)
    if light:
        monkeypatch.setattr(Mel, "WELL", np.array([247.0, 250.0, 252.0], np.float32))
    mel = Mel()
    qtbot.addWidget(mel)
    brightness = mel._table @ np.array([0.299, 0.587, 0.114])
    assert np.diff(brightness).min() > -2
    assert brightness[0] < 40 < 200 < brightness[-1]
