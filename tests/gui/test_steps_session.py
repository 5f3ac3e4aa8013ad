"""The whole way with nothing connected: the demo's profile, a session of real processes, the voice let out, the end."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from gui import theme
from gui.participant import Profiles, demo
from gui.steps.page import Mark
from gui.steps.running import Running
from gui.steps.shell import Shell

pytestmark = [pytest.mark.gui, pytest.mark.lsl, pytest.mark.timeout(1500)]
START_MS = 480_000
"""The first session after an installation compiles, beside whatever else two cores have to do."""


def test_from_start_to_a_voice_and_found_again_by_another_window(qtbot, settings: QSettings, tmp_path: Path) -> None:
    theme.apply(QApplication.instance())
    participant = dataclasses.replace(demo(), sound_device="none", out=tmp_path / "recordings")

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
        window.controls.send_stop()
        window.controls.send_stop()
        qtbot.waitUntil(lambda: second.speak.look.state == "ended", timeout=START_MS)
        assert second.speak.look.text.startswith("saved in ")
        (recording,) = (tmp_path / "recordings").glob("*_demo/session.xdf")
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
