"""What is shown of an engine that says nothing more, of a stream that stands still, and of words that others wrote."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtWidgets import QLabel

from bk_realtime.session.status import STAGES, Status
from gui import feed, theme, words
from gui.panels.banner import Banner
from gui.panels.contamination import ContaminationLine
from gui.panels.controls import Controls
from gui.participant import Participant
from gui.state_words import QUIET_S, clock, detail, stream_words, subject
from gui.steps.shell import Attached
from gui.window import Window
from tests.gui.fake_engine import FakeEngine
from tests.gui.test_steps import SIZES, clipped, open_shell, settle  # noqa: F401

pytestmark = pytest.mark.gui
STRANGE = "<h1>RUNNING</h1><img src='/etc/x'>\n\u202edekcah " + 4000 * "x"
ALIVE = Status(
    state="running",
    age_ms=41.0,
    age_p99_ms=47.0,
    buffer_ms=17.0,
    gaps=2,
    n_frames=900,
    stages={stage: {"p50": 1.0, "p99": 2.0, "max": 3.0} for stage in STAGES},
)


@pytest.fixture(autouse=True)
def no_standstill_of_this_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.window.SILENT_S", 600.0)


def says(window: Window, status: Status) -> None:
    """The engine's last word."""
    window._turns.stop()
    window.arrivals._take_status([json.dumps(status.as_dict())])
    window.show_state()


def test_a_stream_that_flows_gets_no_note() -> None:
    assert stream_words(gone=False, silence_s=QUIET_S) == ""
    assert stream_words(gone=False, silence_s=4.2) == "nothing for 4 s"
    assert stream_words(gone=True, silence_s=4.2) == "stream gone: what is shown is old"


@pytest.mark.lsl
@pytest.mark.parametrize("how", ["stopped", "silent engine"])
def test_no_figure_of_now_outlives_the_engine(open_window, tmp_path: Path, how: str) -> None:
    """A large green age over a session that has ended looked as alive as ever, and so did its Unmute."""
    window = open_window("nobody", tmp_path / "control.json")
    panel = window.latency
    says(window, ALIVE)
    assert ">41<" in panel.age.text()
    assert "47" in panel.extra.text()
    says(window, replace(ALIVE, state="stopped") if how == "stopped" else ALIVE)
    if how == "silent engine":
        window.arrivals.status_at -= 3600
        window.show_state()
    assert window.state == how
    assert ">–<" in panel.age.text()
    assert "47" not in panel.extra.text()
    assert {panel._cells[key].text() for key in ("total.p99", "buffer_ms")} == {"–"}
    assert panel._cells["gaps"].text() == "2"  # that they were, stays true
    assert theme.FAINT in panel._cells["gaps"].styleSheet()
    over, controls = how == "stopped", window.controls
    buttons = (controls.mute, controls.gain, controls.marker, controls.send, controls.note, controls.stop)
    assert [b.isEnabled() for b in buttons] == 6 * [not over]  # an engine that says nothing may still obey
    assert controls.panic.isEnabled()
    says(window, ALIVE)
    assert ">41<" in panel.age.text()
    assert all(b.isEnabled() for b in buttons)


@pytest.mark.lsl
def test_a_stream_that_stands_still_is_told_from_its_last_sample(
    qtbot, engine: FakeEngine, open_window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked for and opened again meanwhile, which begins no new count and takes no picture away."""
    for name, seconds in (("STALL_S", 0.2), ("IDLE_S", 0.1), ("SEARCH_S", 0.1), ("RESOLVE_S", 0.3)):
        monkeypatch.setattr(feed, name, seconds)
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: window.traces.head is not None and "neural" in window.feed._links, timeout=60_000)
    engine._stop.set()
    engine._thread.join()
    qtbot.waitUntil(lambda: window.feed.silence("neural") > 0.5, timeout=60_000)
    head, links, last = window.traces.head, set[object](), window.feed._links["neural"].last_arrival

    def opened_again() -> bool:
        links.add(window.feed._links.get("neural"))
        return len(links - {None}) > 2

    qtbot.waitUntil(opened_again, timeout=60_000)
    qtbot.waitUntil(lambda: "neural" in window.feed._links, timeout=60_000)
    assert window.feed._links["neural"].last_arrival == last
    assert window.traces.head == head
    qtbot.waitUntil(lambda: window.traces.old and window.traces.note != "", timeout=60_000)
    engine._stop.clear()
    engine.run()
    qtbot.waitUntil(lambda: not window.traces.old and window.traces.head > head, timeout=60_000)


@pytest.mark.lsl
def test_words_of_others_are_shown_as_they_stand_and_widen_nothing(qtbot, open_window) -> None:
    window = open_window("nobody")
    window.resize(1366, 768)
    strange = replace(
        ALIVE,
        source=STRANGE,
        bundle=f"models/{STRANGE}",
        message=STRANGE,
        condition=STRANGE,
        conditions=("as decoded", STRANGE),
        contamination="red",
        contamination_text=f"the sound is in {STRANGE}",
        masked_channels=(STRANGE, "B1", "B2", "B3"),
        drift={STRANGE: 3.0, "A2": -1.0},
        faults={"recording": STRANGE},
    )
    says(window, strange)
    told = (window.channels.words, window.condition.words, window.contamination, window.controls.notice)
    window.controls.show_result("marker", False, STRANGE)

    def laid_out() -> None:
        assert window.side.widget().width() <= window.side.viewport().width()

    settle(qtbot, laid_out)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in told)
    assert "A2 −1.0" in window.channels.words.text()
    for text in (*(label.text() for label in told[:3]), window.banner.subject, window.banner.detail):
        assert "\u202e" not in text
        assert "\n" not in text
    assert "\u202e" not in window.condition.choices.actions()[2].text()


def test_no_tooltip_obeys_what_others_wrote(qtbot) -> None:
    line, controls = ContaminationLine(), Controls()
    for widget in (line, controls):
        qtbot.addWidget(widget)
    line.show_status(replace(ALIVE, contamination="red", contamination_text="in <b>A1</b>"))
    controls.show_result("marker", False, "no <b>A1</b>\nthere")
    assert line.toolTip() == "<span>in &lt;b&gt;A1&lt;/b&gt;</span>"
    assert controls.notice.toolTip() == "<span>no &lt;b&gt;A1&lt;/b&gt;<br>there</span>"
    assert theme.tip("in A1") == "in A1"


@pytest.mark.lsl
@pytest.mark.parametrize("size", SIZES)
def test_on_every_other_step_the_state_and_that_nothing_is_recorded_are_read_from_afar(
    qtbot,
    open_shell,  # noqa: F811
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    shell = open_shell(Participant("p01", out=tmp_path), Attached("nobody", tmp_path / "control.json"))
    shell.setGeometry(0, 0, *size)
    window, strip = shell.speak.session_window, shell.strip
    says(window, replace(ALIVE, faults={"recording": "the disk is full"}))
    window.arrivals.status_at = time.monotonic() - 3600  # the longest word there is
    window.show_state()
    shell.go("Train")

    def laid_out() -> None:
        assert shell.width() == size[0]
        assert strip.session.text() == "ENGINE NOT ANSWERING"
        assert strip.shape.isVisible()
        assert strip.unrecorded.isVisible()
        assert not clipped(strip)
        for label in (strip.panic, strip.session, strip.unrecorded):
            assert QRect(0, 0, *size).contains(QRect(label.mapTo(shell, label.rect().topLeft()), label.size()))

    settle(qtbot, laid_out)
    assert strip.session.font().pixelSize() >= (24 if size[0] >= 1092 else 17)
    assert isinstance(strip.session, QLabel)
    says(window, ALIVE)
    shell.show_states()
    assert (strip.session.text(), strip.shape.state) == ("RUNNING", "running")
    assert not strip.unrecorded.isVisible()


@pytest.mark.parametrize("language", ["en", "nl", "de"])
@pytest.mark.parametrize("state", ["stale", "signal lost", "no sound", "silent engine", "held"])
def test_an_alarm_says_all_of_it_on_a_small_screen(qtbot, qapp, language: str, state: str) -> None:
    """What is wrong and what to do, on 1366 pixels at 125 %; it ended in an ellipsis before."""
    used = words.install(qapp, language)
    try:
        banner = Banner()
        qtbot.addWidget(banner)
        banner.resize(1072, banner.height())
        status = replace(ALIVE, state=state, age_ms=1840.0, buffer_ms=1500.0, simulated=True, n_frames=200_000)
        banner.show_state(
            state, detail(state, status, 12.0), subject(state, status, "", ""), True, clock(state, status)
        )
        banner.grab()
        (_, high, above), (_, low, below) = drawn = banner.drawn
        assert not [line for _, _, lines in drawn for line in lines if line.endswith("…")]
        assert high * len(above) + low * len(below) <= banner.height() - 4
    finally:
        for one in used:
            qapp.removeTranslator(one)


def test_many_channels_with_the_sound_in_them_take_two_lines(qtbot) -> None:
    line = ContaminationLine()
    qtbot.addWidget(line)
    line.resize(318, line.height())
    text = "the sound itself is in " + ", ".join(f"LAH{k}" for k in range(1, 13))
    line.show_status(replace(ALIVE, contamination="red", contamination_text=text))
    assert line.text().startswith("● the sound itself is in LAH1, LAH2")
    assert line.text().endswith("…")
    assert line.toolTip() == text
    assert line.heightForWidth(line.width()) <= line.height()
