"""The whole way with nothing connected: the demo's profile, a session of real processes, the voice let out, the end."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QSettings, Qt
from PyQt6.QtWidgets import QApplication

from bk_realtime.session.events import read_events
from bk_realtime.shipped import RECORDING
from bk_realtime.xdf import XdfWriter, info_xml
from bk_realtime.xdf.reader import read_xdf
from gui import theme
from gui.participant import Participant, Profiles, demo
from gui.steps.page import Mark
from gui.steps.running import Running
from gui.steps.shell import Shell
from gui.window import Window

pytestmark = [pytest.mark.gui, pytest.mark.lsl, pytest.mark.timeout(1500)]
START_MS = 480_000
"""The first session after an installation compiles, beside whatever else two cores have to do."""


def several_times(path: Path, n: int = 5) -> Path:
    """The demo's SIMULATED recording ``n`` times in a row, so that no slow machine comes to its end: minutes."""
    streams = [s for s in read_xdf(RECORDING) if s.description.sfreq > 0]
    lasts = max(float(s.raw_stamps[-1]) for s in streams) - min(float(s.raw_stamps[0]) for s in streams) + 0.01
    with XdfWriter(path) as writer:
        for number, s in enumerate(streams, 1):
            writer.add_stream(number, info_xml(s.description, {}))
        for k in range(n):
            for number, s in enumerate(streams, 1):
                writer.write(number, s.raw_stamps + k * lasts, s.data)
    return path


def use_every_control(qtbot, shell: Shell, window: Window) -> None:
    """Each of the window's controls on the engine that runs; what it does is awaited in the engine's own status. A
    machine that stands still for a second makes the engine refuse what came late: it is asked for again then."""

    def until(done: Callable[[], bool], ask: Callable[[], object], again_s: float = 15.0) -> None:
        asked: list[float] = []

        def reached() -> bool:
            if done():
                return True
            if not asked or asked[-1] + again_s < time.monotonic():
                asked.append(time.monotonic())
                ask()
            return False

        qtbot.waitUntil(reached, timeout=240_000)

    def said(text: str) -> bool:
        return any(text in line.text for line in window.log.lines)

    with qtbot.waitActive(shell, timeout=60_000):
        shell.activateWindow()
    controls, channels = window.controls, window.channels
    until(lambda: window.status.gain_db == -7.0, lambda: controls.gain.setValue(-7))
    controls.marker.setText("cough")
    until(lambda: said("cough"), controls._on_marker)
    controls.marker.setText("tired, wants a break")
    until(lambda: said("note: tired, wants a break"), controls.begin_note)
    until(lambda: said("swallowed"), lambda: qtbot.keyClick(window, Qt.Key.Key_F5))
    qtbot.waitUntil(lambda: bool(window.traces.labels and window.traces.rows.features), timeout=240_000)
    at = next(k for k in range(len(window.traces.labels)) if not window.traces.word(k))
    label = window.traces.labels[at]
    window.traces.named.emit((label,), QPoint(0, 0))
    until(lambda: bool(window.status.masked_channels), channels.one.actions()[0].trigger)
    qtbot.waitUntil(lambda: window.traces.word(at) == "bad", timeout=60_000)
    channels.one.close()
    window.traces.named.emit((label,), QPoint(0, 0))
    until(lambda: not window.status.masked_channels, channels.one.actions()[0].trigger)
    channels.one.close()

    def chosen(words: str) -> Callable[[], None]:
        def choose() -> None:
            channels.fill()
            for action in channels.choices.actions():
                if action.text() == words:
                    action.trigger()

        return choose

    until(lambda: window.status.recalibrating_s is not None, chosen("Baseline of 2 minutes"))
    until(lambda: window.status.recalibrating_s is None, chosen("Give the baseline up"))
    assert set(window.status.conditions) == {"real", "muted"}
    until(lambda: window.status.condition.endswith("muted"), lambda: window.condition.ask("muted"))
    until(lambda: window.status.condition.endswith("real"), lambda: window.condition.ask("real"))
    assert window.status.talk == "waiting"
    qtbot.keyPress(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.status.talk == "held", timeout=60_000)
    qtbot.keyRelease(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.status.talk == "waiting", timeout=60_000)
    until(lambda: window.status.muted, controls.send_mute, 60.0)
    until(lambda: not window.status.muted, controls.send_mute, 60.0)
    controls.send_panic()
    qtbot.waitUntil(lambda: window.status.muted, timeout=60_000)


def check_record(folder: Path) -> None:
    """What was done by hand is on record."""
    events = read_events(folder / "events.jsonl")
    texts = [event["text"] for event in events if event["event"] == "marker"]
    assert list(dict.fromkeys(texts)) == ["cough", "note: tired, wants a break", "swallowed"]
    done = {event.get("command") for event in events if event["event"] == "command"}
    assert {"gain", "mask_channel", "recalibrate", "mute", "unmute", "panic", "stop"} <= done


def test_from_start_to_a_voice_and_found_again_by_another_window(
    qtbot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme.apply(QApplication.instance())
    said = Participant.options
    more = ["--hold-to-talk", "--conditions", "real", "muted"]
    monkeypatch.setattr(Participant, "options", lambda self: [*said(self), *more])
    participant = dataclasses.replace(demo(), sound_device="none", out=tmp_path / "recordings")
    source = several_times(tmp_path / "demo.xdf")
    participant = dataclasses.replace(participant, source=source, marker_keys={"F5": "swallowed"})

    def opened() -> Shell:
        shell = Shell(settings, participant, Profiles(tmp_path / "profiles"), Running(tmp_path))
        shell.show()
        qtbot.waitExposed(shell, timeout=60_000)
        return shell

    first, second = opened(), None
    try:
        assert "SIMULATED" in first.bar.badge.text()
        assert first.bar.badge.isVisible()
        qtbot.waitUntil(lambda: not first.why_not(), timeout=START_MS)
        first.go("Speak")
        assert "SIMULATED" in first.speak.plan.text()
        qtbot.waitUntil(first.speak.start.isEnabled, timeout=60_000)
        first.speak.start.click()
        assert first.speak.state().mark is Mark.BUSY
        assert not first.speak.start.isEnabled()
        qtbot.waitUntil(lambda: first.speak.session_window is not None, timeout=START_MS)
        window = first.speak.session_window
        qtbot.waitUntil(lambda: window.state == "muted", timeout=START_MS)
        assert window.status.simulated
        first.leave()  # as one that dies: no question; the session goes on
        second = opened()
        assert second.step == "Speak"
        qtbot.waitUntil(lambda: second.speak.session_window is not None, timeout=60_000)
        window = second.speak.session_window
        qtbot.waitUntil(lambda: window.state == "muted", timeout=60_000)

        def heard() -> bool:
            """An engine that stood still for a second refuses an unmute, and says so: one asks again."""
            if window.status.muted and (not asked or asked[-1] + 5 < time.monotonic()):
                asked.append(time.monotonic())
                window.controls.mute.click()
            return window.state == "running"

        asked: list[float] = []
        qtbot.waitUntil(heard, timeout=60_000)
        assert second.speak.state().mark is Mark.DONE
        use_every_control(qtbot, second, window)
        window.controls.send_stop()
        window.controls.send_stop()
        qtbot.waitUntil(lambda: second.speak.look.state == "ended", timeout=START_MS)
        assert second.speak.look.text.startswith("saved in ")
        (recording,) = (tmp_path / "recordings").glob("*_demo/session.xdf")
        check_record(recording.parent)
        assert recording.stat().st_size > 100_000
        second.speak.again.click()
        assert second.speak.session_window is None
        assert "not checked yet" in second.speak.state().reason  # a window that found a session has checked nothing
    finally:
        for shell in filter(None, (first, second)):
            shell.speak._running.end()
            shell.leave()
            shell.join(60)
            shell.deleteLater()
