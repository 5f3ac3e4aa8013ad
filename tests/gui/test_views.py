"""High gamma by shaft and the spectrum: what they say of signals that are known."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtWidgets import QLabel

from bk_realtime.chunks import StreamDescription
from gui.layout import side_column
from gui.panels.shaft_map import ShaftMap, place
from gui.panels.spectrum import MOST, SPAN_S, Spectrum, mains_words
from gui.panels.traces import Traces
from gui.views import Views


def test_contacts_stand_on_their_shafts_deepest_first() -> None:
    shafts, at = place(["LA2", "LA1", "EEG B'03-Ref", "B'1", "LA10", "ref"])
    assert shafts == ["LA", "B'", "ref"]
    assert at.tolist() == [[0, 1], [0, 0], [1, 2], [1, 0], [0, 9], [2, 0]]
    shafts, at = place(["A1-A2", "A2-A3", "C3-C4"])
    assert shafts == ["A", "C"]
    assert at.tolist() == [[0, 0], [0, 1], [1, 0]]
    assert place(["feature1", "feature900"])[1].tolist() == [[0, 0], [0, 1]], "no field of empty cells"
    assert place([])[0] == []


def test_the_map_follows_the_features_and_leaves_masked_ones_out(qtbot) -> None:
    shown = ShaftMap()
    qtbot.addWidget(shown)
    shown.show()
    shown.open(["A1", "A2", "B1"], 86.0)
    assert len(shown.shafts) == 2
    frames = np.tile([3.0, -1.0, np.nan], (400, 1)).astype(np.float32)
    for part in np.array_split(frames, 23):
        shown.feed(part)
    np.testing.assert_allclose(shown.values, [3.0, -1.0, np.nan], atol=1e-3)
    whole = ShaftMap()
    qtbot.addWidget(whole)
    whole.open(["A1", "A2", "B1"], 86.0)
    whole.feed(frames)
    np.testing.assert_allclose(whole.values, shown.values, atol=1e-3)
    shown.feed(np.zeros((4, 5)))  # of another width: not these
    image = shown.grab().toImage()
    colours = {image.pixelColor(60 + k * (image.width() - 60) // 2, 5).name() for k in range(2)}
    assert len(colours) == 2
    shown.open([], 0.0)
    shown.grab()


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_mains_is_named_where_it_stands_out(qtbot, mains: float) -> None:
    rng, t = np.random.default_rng(0), np.arange(4096) / 1024
    values = rng.standard_normal((4096, 8)) + 3 * np.sin(2 * np.pi * mains * t)[:, None]
    shown = Spectrum()
    qtbot.addWidget(shown)
    shown.show_signals(values, 1024.0)
    assert shown.words.startswith(f"mains {mains:g} Hz: ")
    assert "·" not in shown.words
    shown.show_signals(rng.standard_normal((4096, 8)), 1024.0)
    assert shown.words == "no mains stands out"
    shown.show_signals(values[:100], 1024.0)
    assert shown.words == "not enough signal yet"
    assert mains_words(np.arange(30.0), np.ones(30)) == "no mains stands out", "a stream too slow for it"


def test_a_wide_stream_is_looked_at_in_part_and_says_so(qtbot) -> None:
    traces = Traces(window_s=6.0)
    qtbot.addWidget(traces)
    n = 256
    labels = tuple(f"A{k}" for k in range(n))
    traces.open(StreamDescription("x", "sEEG", "x", 2048.0, labels, ("microvolts",) * n))
    traces.set_page(256)
    rng = np.random.default_rng(0)
    traces.feed(np.arange(4 * 2048) / 2048, rng.standard_normal((4 * 2048, n), np.float32))
    views = Views(traces)
    for card in views.cards:
        qtbot.addWidget(card)
        assert not card.isVisible()
    views.spectrum_card.show()
    views.draw()
    every = round(2048 * SPAN_S * n / MOST)
    assert every > 1
    assert views.spectrum_card.hint.text() == f"no mains stands out · one channel of {every}"


def test_a_picture_that_is_asked_for_comes_into_sight(qtbot) -> None:
    traces = Traces()
    qtbot.addWidget(traces)
    views = Views(traces)
    high = QLabel("what is there already")
    high.setFixedHeight(600)
    side = side_column(high, *views.cards)
    qtbot.addWidget(side)
    side.resize(350, 400)
    side.show()
    qtbot.waitExposed(side, timeout=60_000)
    views.show(views.spectrum_card, True)
    inside = side.viewport()
    qtbot.waitUntil(
        lambda: inside.rect().contains(views.spectrum.mapTo(inside, views.spectrum.rect().bottomRight())),
        timeout=60_000,
    )
    views.show(views.spectrum_card, False)
    assert not views.spectrum_card.isVisible()
