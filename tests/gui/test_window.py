"""The window on a fake engine: what it shows, what it sends, and that it never stands in anybody's way."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QSettings, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
    QWidget,
)

from gui.feed import Feed
from gui.window import Window
from tests.gui.fake_engine import FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.lsl]


def shades(widget: QWidget) -> int:
    """How many colours a widget's picture has."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return len(np.unique(np.frombuffer(bits, np.uint32)))


def wait_for(qtbot, state: str, window: Window) -> None:
    qtbot.waitUntil(lambda: window.banner.state == state, timeout=60_000)


def tell(qtbot, engine: FakeEngine, window: Window, state: str, **more: Any) -> None:
    """Publish a state until the window shows it: a second after the last status it says that the engine is silent."""

    def shown() -> bool:
        engine.status(state=state, **more)
        return window.banner.state == state

    qtbot.waitUntil(shown, timeout=60_000)


def test_every_panel_is_painted(qtbot, engine: FakeEngine, open_window, tmp_path: Path) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    wait_for(qtbot, "running", window)
    qtbot.waitUntil(
        lambda: all(p.head is not None for p in (window.traces, window.mel, window.waveform)), timeout=60_000
    )
    engine.event("gap", "gap of 12 ms bridged")
    qtbot.waitUntil(lambda: len(window.log.lines) > 0, timeout=60_000)
    for panel, least in ((window.traces, 300), (window.mel, 200), (window.waveform, 15), (window.latency, 60)):
        qtbot.waitUntil(lambda panel=panel, least=least: shades(panel) > least, timeout=60_000)
    qtbot.waitUntil(lambda: shades(window.banner) > 50 and shades(window.log) > 5, timeout=60_000)
    assert window.banner.simulated
    assert window.traces.labels[:2] == ("A1", "A2")
    assert window.traces.rows.masked == {"a7", "c2"}
    assert "128 channels · 1024 Hz" in window.trace_card.hint.text()
    cells = window.latency._cells  # empty for a moment where the engine stood still
    wanted = {"total.p99": "3.8", "algorithmic_ms": "23.2"}
    qtbot.waitUntil(lambda: {name: cells[name].text() for name in wanted} == wanted, timeout=60_000)
    assert window._attention_card.isHidden()
    shot = tmp_path / "shot.png"
    assert window.grab().save(str(shot))
    assert shot.stat().st_size > 50_000


def test_traces_fed_at_128_channels_keep_up(qtbot, engine: FakeEngine, open_window) -> None:
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: window.traces.head is not None, timeout=60_000)
    shown = window.traces.head + 1.5

    def keeps_up() -> None:
        """One that lags never gets there."""
        assert window.traces.head > shown
        assert abs(engine._start + engine.sent["neural"] / 1024 - window.traces.head) < 0.25  # in flight
        assert window.traces._column is not None
        width = window.traces.canvas.width
        assert window.traces.head / (6 / width) - window.traces._column < 100  # to be painted

    qtbot.waitUntil(keeps_up, timeout=60_000)


def test_states_in_words(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4)
    window = open_window(engine.session)
    assert window.banner.state == "waiting"
    assert window.banner.words == "WAITING FOR AN ENGINE"
    qtbot.waitUntil(lambda: window.feed.connected("status"), timeout=60_000)
    for state in ("running", "muted", "stale", "signal lost", "starting"):
        tell(qtbot, engine, window, state)
        assert window.windowTitle().lower().startswith(window.banner.words.lower())
    tell(qtbot, engine, window, "running", message="something new", disk_hours=2.25)
    assert "something new" in window.banner.subject
    assert window.banner.subject.endswith("disk for 2.2 hours")
    wait_for(qtbot, "silent engine", window)  # no status for a second
    assert "no status for" in window.banner.detail
    tell(qtbot, engine, window, "running", faults={"recording": "nothing is recorded any more", "sound": "gone"})
    assert not window.banner.recording
    assert window.banner.detail == "nothing is recorded any more  ·  gone"
    tell(qtbot, engine, window, "no sound", faults={})
    assert window.banner.recording
    engine.status(state="stopped")
    wait_for(qtbot, "stopped", window)
    engine.lose()
    qtbot.wait(1300)
    assert window.banner.state == "stopped"  # a session that has ended is not one that does not answer


def test_engine_that_dies_and_returns(qtbot, engine: FakeEngine, open_window) -> None:
    window = open_window(engine.session)
    wait_for(qtbot, "running", window)
    qtbot.waitUntil(lambda: window.traces.head is not None, timeout=60_000)
    engine._stop.set()
    engine._thread.join()
    engine.lose()
    wait_for(qtbot, "silent engine", window)
    qtbot.waitUntil(lambda: window.traces.note != "", timeout=60_000)
    engine._stop.clear()
    engine.open()
    engine.run()
    wait_for(qtbot, "running", window)
    qtbot.waitUntil(lambda: window.traces.note == "", timeout=60_000)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Escape])
def test_panic_keys(qtbot, engine: FakeEngine, open_window, tmp_path: Path, key: Qt.Key) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    qtbot.keyClick(window, key)
    qtbot.waitUntil(lambda: {"command": "panic"} in engine.commands, timeout=60_000)
    wait_for(qtbot, "muted", window)
    qtbot.waitUntil(lambda: window.controls.mute.text() == "Unmute", timeout=60_000)


def test_marker_field_takes_spaces_and_gives_way_to_escape(
    qtbot, engine, open_window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    field = window.controls.marker
    monkeypatch.setattr("gui.panels.marker_field.TYPING_S", 60.0)  # however slow this machine types
    field.setFocus()
    qtbot.keyClicks(field, "said ball ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(engine.commands) > 0, timeout=60_000)
    assert engine.commands == [{"command": "marker", "text": "said ball"}]
    assert field.text() == ""
    assert not field.hasFocus()
    field.setFocus()
    qtbot.keyClicks(field, "half a wo")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: {"command": "panic"} in engine.commands, timeout=60_000)


def test_a_note_is_on_record_and_stands_where_it_was_begun(qtbot, engine, open_window, tmp_path: Path) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    field = window.controls.marker
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert field.hasFocus()
    assert field.placeholderText().startswith("Note")
    qtbot.keyClicks(field, "tired")
    begun = field.begun_at
    assert begun > 0
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(engine.commands) > 0, timeout=60_000)
    assert engine.commands == [{"command": "marker", "text": "note: tired", "about": begun}]
    assert field.placeholderText().startswith("Marker")
    assert field.begun_at == 0.0
    qtbot.waitUntil(lambda: window.feed.connected("events"), timeout=60_000)
    engine.outlets.push_event(
        {"event": "marker", "text": "note: tired", "values": {"about": begun}, "time": begun + 20.0}
    )
    qtbot.waitUntil(lambda: len(window.waveform.marks.times) > 0, timeout=60_000)
    assert [panel.marks.times.tolist() for panel in window.sweeps] == [[begun]] * 5
    qtbot.keyClicks(field, "again")
    window.controls.note.click()  # on a narrow screen it gives way to its key
    qtbot.waitUntil(lambda: len(engine.commands) > 1, timeout=60_000)
    assert engine.commands[1]["text"] == "note: again"


def test_buttons(qtbot, engine: FakeEngine, open_window, tmp_path: Path) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    wait_for(qtbot, "running", window)
    controls = window.controls

    def names() -> list[str]:
        return [c["command"] for c in engine.commands]

    qtbot.mousePress(controls.panic, Qt.MouseButton.LeftButton)  # the press counts, not the release
    qtbot.waitUntil(lambda: names() == ["panic"], timeout=60_000)
    qtbot.waitUntil(lambda: controls.mute.text() == "Unmute", timeout=60_000)
    qtbot.mouseClick(controls.mute, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names()[-1] == "unmute" and controls.mute.text() == "Mute", timeout=60_000)
    qtbot.mouseClick(controls.mute, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names()[-1] == "mute", timeout=60_000)
    controls.gain.setValue(-7)
    qtbot.waitUntil(lambda: engine.commands[-1] == {"command": "gain", "gain_db": -7.0}, timeout=60_000)
    qtbot.waitUntil(lambda: controls.gain_text.text() == "−7 dB", timeout=60_000)
    controls._disarm.setInterval(600_000)  # however slow the second click comes
    qtbot.mouseClick(controls.stop, Qt.MouseButton.LeftButton)
    assert controls.stop.text() == "Click again to end"
    qtbot.wait(200)
    assert "stop" not in names()
    qtbot.mouseClick(controls.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names()[-1] == "stop", timeout=60_000)
    assert controls.stop.text() == "End session"
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("by_key", [True, False])
def test_held_sound_is_released(qtbot, engine: FakeEngine, open_window, tmp_path: Path, by_key: bool) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    wait_for(qtbot, "running", window)
    button = window.controls.release
    assert button.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)  # nothing is held: nothing is sent
    engine.change(state="held", holds=("sound moved",), sound_sink="Speakers, 60%")
    wait_for(qtbot, "held", window)
    assert button.isVisible()
    assert "sound moved" in button.text()
    qtbot.waitUntil(lambda: window._wave_card.hint.text().endswith("Speakers, 60%"), timeout=60_000)
    if by_key:
        qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    else:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(engine.commands) > 0, timeout=60_000)
    assert engine.commands == [{"command": "release", "hold": "sound moved"}]
    wait_for(qtbot, "running", window)
    qtbot.waitUntil(button.isHidden, timeout=60_000)


def test_gain_follows_the_engine(qtbot, engine: FakeEngine, open_window, tmp_path: Path) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    engine.change(gain_db=-12.0)
    qtbot.waitUntil(lambda: window.controls.gain.value() == -12, timeout=60_000)
    assert engine.commands == []  # following is not commanding


def test_commands_to_an_engine_that_hangs_do_not_hang_the_window(
    qtbot, make_engine, open_window, tmp_path: Path, monkeypatch
) -> None:
    engine = make_engine(n_channels=4)
    engine.server.close()
    seen: list[str] = []
    answers = threading.Event()

    def hang(message: dict) -> dict:
        seen.append(message["command"])
        if message["command"] != "panic":
            assert answers.wait(120)
        return {}

    from bk_realtime.session.control import ControlClient, ControlServer

    # whoever asked waits for as long as the engine hangs: one that gives up would let a panic behind it through
    patient = partial(ControlClient.from_file, timeout=120.0)
    monkeypatch.setattr("gui.commands.Commander.client", lambda commander: patient(commander._path))
    engine.server = ControlServer(hang)
    window = open_window(engine.session, engine.control(tmp_path))
    start = time.monotonic()
    window.controls.command.emit("gain", {"gain_db": 1.0})
    window.controls.command.emit("marker", {"text": "x"})
    window.controls.send_panic()
    assert time.monotonic() - start < 60
    qtbot.waitUntil(lambda: "panic" in seen, timeout=60_000)  # not behind the gain command that hangs
    answers.set()


def test_panic_that_nobody_hears_says_so(qtbot, open_window, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("gui.commands.PANIC_TRIES_S", 0.3)
    window = open_window("nobody", tmp_path / "control.json")
    window.controls.send_panic()
    qtbot.waitUntil(lambda: "PANIC NOT CONFIRMED" in window.controls.notice.text(), timeout=60_000)


def test_without_control_file_it_only_looks(qtbot, open_window) -> None:
    window = open_window("nobody")
    assert not window.controls.panic.isEnabled()
    assert "View only" in window.controls.notice.text()
    window.traces.named.emit(("A1",), QPoint(5, 5))
    assert window.channels.one.isEmpty()  # nothing is offered that cannot be done


def test_every_control_has_a_tooltip_and_a_name_for_a_screen_reader(qtbot, open_window, tmp_path: Path) -> None:
    window = open_window("nobody", tmp_path / "control.json")
    kinds = (QAbstractButton, QComboBox, QLineEdit, QSlider)
    for control in (one for kind in kinds for one in window.centralWidget().findChildren(kind)):
        if isinstance(control.parent(), QAbstractScrollArea) or control.objectName().startswith("qt_"):
            continue  # Qt's own, inside another
        assert control.toolTip(), control.accessibleName() or control.objectName()
        assert control.accessibleName() or control.text(), control.toolTip()


def test_attention_appears_with_its_stream(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4, attention=24)
    engine.run()
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: not window._attention_card.isHidden(), timeout=60_000)
    qtbot.waitUntil(lambda: window.attention.head is not None, timeout=60_000)
    assert window.attention.n_rows == 24
    qtbot.waitUntil(lambda: shades(window.attention) > 50, timeout=60_000)


def test_features_stand_in_where_there_are_no_raw_signals(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4)
    engine.lose(engine=False)
    engine.change(source="recording.xdf", source_id="recording.xdf")
    engine.run()
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: window.traces.head is not None, timeout=60_000)
    assert "Features" in window.trace_card.title.text()
    engine.open(engine=False)
    engine.change(source="FakeAmp", source_id=engine.neural_id)
    qtbot.waitUntil(lambda: window.trace_card.title.text() == "sEEG", timeout=60_000)


def test_garbage_on_the_streams_is_survived(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4)
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: all(map(window.feed.connected, ("status", "events", "mel", "audio"))), timeout=60_000)
    engine.outlets._status.push_sample(["no json"])
    engine.outlets._status.push_sample([b"\xff\xe9"])  # nor any text
    engine.outlets._events.push_sample(["no json either"])
    nan = np.full((50, 80), np.nan, np.float32)
    engine.outlets._mel.push_chunk(nan)
    engine.outlets._audio.push_chunk(np.full((500, 1), np.inf, np.float32))
    engine.outlets._features.push_chunk(np.full((50, 4), np.nan, np.float32))
    qtbot.waitUntil(lambda: len(window.log.lines) == 1, timeout=60_000)
    qtbot.wait(300)
    tell(qtbot, engine, window, "running")


def test_choices_and_geometry_are_remembered(qtbot, open_window, settings: QSettings) -> None:
    first = open_window("nobody")
    first.resize(1160, 720)
    first.trace_card.page.setCurrentText("64 rows")
    first.trace_card.span.setCurrentText("10 s")
    first.close()
    second = open_window("nobody")
    assert (second.height(), first.height()) == (720, 720)  # wider than the offscreen screen: only the height
    assert second.traces.page == 64
    assert {p.window_s for p in second.sweeps} == {10.0}


def test_closed_windows_are_collected(qtbot, engine: FakeEngine, settings: QSettings, tmp_path: Path) -> None:
    window = Window(Feed(engine.session), engine.control(tmp_path), settings)
    window.show()
    wait_for(qtbot, "running", window)
    window.leave()
    feed, lanes = window.feed, list(window.commander._lanes.values())
    feed._thread.join(60)
    assert not feed._thread.is_alive()
    for lane in lanes:
        lane.thread.join(60)
        assert not lane.thread.is_alive()
    gone = weakref.ref(window)
    window.deleteLater()
    del window, feed, lanes, lane

    def is_gone() -> bool:
        gc.collect()
        return gone() is None

    qtbot.waitUntil(is_gone, timeout=60_000)
