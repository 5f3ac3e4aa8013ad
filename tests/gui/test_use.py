"""Use leaves nothing behind: sessions that come and go, all steps, every knob; for half an hour: `window_use`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from gui import theme
from gui.participant import Profiles, demo
from gui.steps import check
from gui.steps.json_process import JsonProcess
from gui.steps.shell import Shell
from tests.bench import _used_window
from tests.bench._used_window import Borrowed, User, alive
from tests.gui.test_steps import NothingAround

pytestmark = [pytest.mark.gui, pytest.mark.lsl]
CYCLE = 8


def test_no_objects_are_left_by_sessions_that_come_and_go(
    qtbot, make_engine: Any, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_used_window, "CYCLE", CYCLE)
    monkeypatch.setattr(check, "Survey", NothingAround)
    monkeypatch.setattr(JsonProcess, "start", lambda *words: None)
    theme.apply(QApplication.instance())
    engine = make_engine(n_channels=4, sfreq=500.0)
    engine.control(tmp_path)
    engine.run()
    running: Any = Borrowed(tmp_path, engine.session)
    shell = Shell(settings, demo(), Profiles(tmp_path / "profiles"), running)
    shell.show()
    user, counts = User(shell, running), list[Counter[str]]()
    try:
        for _ in range(3):
            for _ in range(CYCLE):
                user.turn()
                QApplication.processEvents()
            assert shell.speak.session_window is None
            assert all(feed.join(60) for feed in shell.speak._feeds)
            counts.append(alive())
        # what was put away is deleted by the event loop, when it comes to that
        qtbot.waitUntil(lambda: not alive() - counts[1], timeout=60_000)
    finally:
        shell.leave()
        shell.join(60)
        shell.deleteLater()
    assert counts[0]["Shell"] == 1
