"""Montage and filters of the display: the decoder's own operators over what is shown, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from scipy import signal

from bk_realtime.chunks import StreamDescription
from gui.display import LOW_PASS_HZ, Display
from gui.display_chain import DisplayChain, build
from gui.look_back import LookBack
from gui.panels.display_menu import DisplayMenu
from gui.panels.traces import Traces
from tests.gui.fake_engine import seeg_labels

LABELS = ("EEG A1-Ref", "EEG A2-Ref", "EEG A3-Ref", "EEG B1-Ref", "EEG B2-Ref", "EEG EKG1-Ref")
NONE_OUT = np.zeros(len(LABELS), bool)


def noise(seconds: float, sfreq: float = 512.0, n: int = len(LABELS)) -> np.ndarray:
    return (20 * np.random.default_rng(0).standard_normal((round(seconds * sfreq), n))).astype(np.float32)


def test_bipolar_is_along_the_shaft_and_what_is_in_no_pair_stays() -> None:
    chain, x = DisplayChain(Display("bipolar"), LABELS, 512.0), noise(1)
    assert chain.names == ("A1-2", "A2-3", "B1-2", "EKG1")
    want = np.stack((x[:, 0] - x[:, 1], x[:, 1] - x[:, 2], x[:, 3] - x[:, 4], x[:, 5]), 1)
    np.testing.assert_allclose(chain.push(x, NONE_OUT), want, rtol=1e-6)
    bad = chain.push(x, np.array([False, True, False, False, False, False]))
    assert np.isnan(bad[:, :2]).all(), "no difference to a bad channel"
    np.testing.assert_allclose(bad[:, 2:], want[:, 2:], rtol=1e-6)
    hole = DisplayChain(Display("bipolar"), ("A1", "A3", "A4"), 512.0)
    assert hole.names == ("A1", "A3-4"), "over a contact that is not there no pair is made"


@pytest.mark.parametrize(("montage", "mean_of"), [("shaft", ([0, 2], [3, 4])), ("average", ([0, 2, 3, 4],))])
def test_averages_do_without_what_is_out_and_without_what_is_no_brain(montage: str, mean_of) -> None:
    chain, x = DisplayChain(Display(montage), LABELS, 512.0), noise(1)
    out = NONE_OUT.copy()
    out[1] = True
    want = x.astype(float)
    for group in mean_of:
        want[:, group] -= x[:, group].astype(float).mean(1, keepdims=True)
    np.testing.assert_allclose(chain.push(x, out), want, atol=1e-4)
    assert len(chain.rows) == len(LABELS)


def test_filters_in_any_chunking_are_those_of_the_text_books() -> None:
    display, x = Display("none", 1.0, 70.0, 50.0), noise(6)
    sos = signal.butter(2, (1.0, 70.0), "bandpass", fs=512.0, output="sos")
    notches = [np.concatenate(signal.iirnotch(f, 30.0, fs=512.0))[None] for f in (50, 100, 150, 200)]
    whole = np.concatenate((sos, *notches))
    zi = signal.sosfilt_zi(whole)[:, :, None] * x[0]
    want, _ = signal.sosfilt(whole, x.astype(float), 0, zi)
    chain = DisplayChain(display, LABELS, 512.0)
    parts = np.array_split(x, np.sort(np.random.default_rng(1).integers(0, len(x), 60)))
    np.testing.assert_allclose(np.concatenate([chain.push(p, NONE_OUT) for p in parts]), want, atol=1e-3)
    for edge, keeps in ((Display("none", 70.0), 200), (Display("none", 0.0, 15.0), 3)):
        tone = np.sin(2 * np.pi * keeps * np.arange(2048)[:, None] / 512) * np.ones((1, len(LABELS)))
        other = np.sin(2 * np.pi * (203 - keeps) * np.arange(2048)[:, None] / 512) * np.ones((1, len(LABELS)))
        assert DisplayChain(edge, LABELS, 512.0).push(tone, NONE_OUT)[1024:].std() > 0.6
        assert DisplayChain(edge, LABELS, 512.0).push(other, NONE_OUT)[1024:].std() < 0.1


@pytest.mark.parametrize(
    "labels", [tuple(f"ch{i + 1}" for i in range(8)), tuple(f"A{i}" for i in range(64)), ("7", "8")]
)
@pytest.mark.parametrize("montage", ["bipolar", "shaft"])
def test_labels_that_name_no_shaft_stay_as_recorded_and_it_is_said(labels: tuple[str, ...], montage: str) -> None:
    chain = DisplayChain(Display(montage), labels, 512.0)
    assert chain.untold == "cannot tell shafts from these labels"
    x = noise(0.1, n=len(labels))
    np.testing.assert_array_equal(chain.push(x, np.zeros(len(labels), bool)), x)
    twice = DisplayChain(Display(montage), ("A1", "A01", "A2"), 512.0)
    assert twice.untold, "two channels of one contact"
    assert DisplayChain(Display("average"), ("EKG",), 512.0).untold == "an average needs two brain channels"


def test_a_filter_that_the_rate_does_not_allow_is_refused_in_words() -> None:
    assert "below half the sampling rate" in build(Display("none", 0.0, max(LOW_PASS_HZ)), LABELS, 200.0)


# ---- on the screen -------------------------------------------------------------------------------------------------
def opened(qtbot, labels: tuple[str, ...] = LABELS, kind: str = "sEEG") -> Traces:
    traces = Traces(window_s=2.0)
    qtbot.addWidget(traces)
    traces.open(StreamDescription("x", kind, "x", 512.0, labels, ("microvolts",) * len(labels)))
    traces.set_page(8)
    traces.set_sensitivity(50.0)
    traces.resize(462, 160)
    traces.show()
    qtbot.waitExposed(traces, timeout=60_000)
    return traces


def feed(traces: Traces, start: float, end: float) -> None:
    values = noise(60, n=len(traces.labels))
    for k in range(round(10 * start), round(10 * end)):
        n = np.arange(int(k * 51.2), int((k + 1) * 51.2))
        traces.feed(n / 512, values[n])
        traces.advance()


def wait_for(qtbot, traces: Traces, words: str) -> None:
    def there() -> bool:
        traces.advance()
        return not traces.display.building

    qtbot.waitUntil(there, timeout=240_000)
    assert traces.said == words


def test_what_came_before_is_shown_by_the_new_montage_too_and_the_way_back_has_the_whole_past(qtbot) -> None:
    traces = opened(qtbot)
    look = LookBack([traces])
    feed(traces, 10, 16)
    raw, last = traces._history.values.copy(), traces.head
    traces.set_bad(("A2",))
    traces.show_as(Display("shaft", 1.0, 70.0))
    assert traces.said == "display: as recorded (shaft average, 1–70 Hz: loading)"
    wait_for(qtbot, traces, "display: shaft average, 1–70 Hz")
    np.testing.assert_array_equal(traces._history.values, raw)  # what came is kept as it came
    again = DisplayChain(Display("shaft", 1.0, 70.0), LABELS, 512.0)
    want = again.push(raw, np.array([False, True, False, False, False, False]))
    np.testing.assert_allclose(traces._shown.values[-len(want) :], want[-len(traces._shown) :], atol=1e-4)
    feed(traces, 16, 18)
    new = traces._history.values[traces._history.times > last]
    live = again.push(new, np.array([False, True, False, False, False, False]))
    assert len(live) == (2 * 512)
    np.testing.assert_allclose(traces._shown.values[-len(live) :], live, atol=1e-4)
    look.turn(-1)
    traces.advance()
    paused = traces.canvas.pixels.copy()
    feed(traces, 18, 19)
    np.testing.assert_array_equal(traces.canvas.pixels, paused)
    look.pause(False)
    traces.show_as(Display())
    assert traces.said == ""
    look.oldest()
    traces.advance()
    assert traces.past.first == pytest.approx(10, abs=0.1), "the past as recorded goes back to the first sample"
    assert look.until < 12.5


def test_a_gap_a_stream_that_is_back_and_another_one(qtbot) -> None:
    traces = opened(qtbot)
    traces.show_as(Display("bipolar"))
    wait_for(qtbot, traces, "display: bipolar")
    assert traces.rows.names == ("A1-2", "A2-3", "B1-2", "EKG1")
    feed(traces, 1, 3)
    feed(traces, 4, 5)
    assert np.isnan(traces._shown.values).any(), "no line over the gap"
    description = StreamDescription("x", "sEEG", "x", 512.0, LABELS, ("microvolts",) * len(LABELS))
    traces.open(description)
    assert traces.display.chain is not None
    assert traces.display.past.first is not None
    feed(traces, 8, 9)
    traces.set_window(3.0)
    assert traces._shown.values.shape[1] == 4
    feed(traces, 2, 3)  # its clock was set back
    assert traces._shown.times[0] >= 2.0
    assert traces._shown.times[-1] < 3.1
    four = tuple(f"ch{i}" for i in range(4))
    traces.open(StreamDescription("y", "sEEG", "y", 512.0, four, ("microvolts",) * 4))
    wait_for(qtbot, traces, "display: as recorded (cannot tell shafts from these labels)")
    assert traces.rows.names == four
    traces.open(StreamDescription("z", "Features", "z", 86.0, ("A1", "A2"), ("", "")))
    assert traces.said == "display: as recorded (no raw signals)"


def test_a_pair_has_the_words_and_the_menu_of_both_its_channels(qtbot) -> None:
    traces, clicked = opened(qtbot), []
    traces.named.connect(lambda labels, place: clicked.append(labels))
    traces.show_as(Display("bipolar"))
    wait_for(qtbot, traces, "display: bipolar")
    traces.set_bad(("A3",))
    traces.set_used(("A1", "A2", "B1"))
    assert [traces.word(row) for row in range(4)] == ["", "bad", "unused", "unused"]
    qtbot.mouseClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(30, 60))
    assert clicked == [("EEG A2-Ref", "EEG A3-Ref")]


def test_a_menu_chooses_and_a_key_goes_round(qtbot) -> None:
    traces = opened(qtbot)
    menu, asked = DisplayMenu(traces), []
    menu.asked.connect(asked.append)
    by_text = {(field, value): action for field, group in menu._actions.items() for value, action in group.items()}
    by_text["high_pass", 1.0].trigger()
    by_text["low_pass", 70.0].trigger()
    by_text["notch", 50.0].trigger()
    menu.next_montage()
    assert asked[-1] == Display("bipolar", 1.0, 70.0, 50.0)
    assert asked[-1].words == "bipolar, 1–70 Hz, without 50 Hz"
    assert by_text["montage", "bipolar"].isChecked()
    assert not by_text["montage", "none"].isChecked()
    for _ in range(3):
        menu.next_montage()
    assert asked[-1].montage == "none"
    assert Display("average", 4.0).words == "common average, from 4 Hz"
    assert Display("none", 0.0, 15.0).words == "as recorded, up to 15 Hz"


def test_one_trace_has_a_scale_of_its_own_by_wheel_and_key_and_gives_it_back(qtbot) -> None:
    traces = opened(qtbot, tuple(seeg_labels(8)))
    feed(traces, 1, 3)

    def wheel(y: int, up: bool) -> None:
        at, turn = QPointF(200, y), QPoint(0, 120 if up else -120)
        keys, phase = Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase
        traces.wheelEvent(QWheelEvent(at, at, QPoint(), turn, Qt.MouseButton.NoButton, keys, phase, False))

    def height(row: int) -> int:
        traces.invalidate()
        traces.advance()
        n = traces.canvas.pixels.shape[0] // 8
        plain = traces._plain[:, 0]
        lit = (traces.canvas.pixels != plain[:, None]).mean(1)
        return int(1000 * lit[n * row : n * (row + 1)].mean())

    before = height(3)
    wheel(70, True)
    wheel(70, True)
    wheel(110, False)
    assert traces.factors == {"A4": 4.0, "A6": 0.5}
    assert traces.rows.label(3, 4.0)[0] == "A4 ×4"
    assert traces.rows.label(5, 0.5)[0] == "A6 ÷2"
    assert height(3) > before
    qtbot.mouseDClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(200, 70))
    assert traces.factors == {"A6": 0.5}
    assert height(3) == before
    qtbot.mouseClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(200, 10))
    assert traces.chosen == "A1"
    traces.step_chosen(1)
    traces.scale(traces.chosen, 1)
    assert traces.factors == {"A6": 0.5, "A2": 2.0}
    for _ in range(20):
        traces.scale("A2", 1)
    assert traces.factors["A2"] == 64.0
    traces.scale("nobody", 1)
    traces.unscale()
    assert traces.factors == {}
