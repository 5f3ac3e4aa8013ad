"""Fixtures of the window's tests: settings in a temporary folder, a fake engine, a window on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pylsl
import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from gui import theme
from gui.feed import Feed
from gui.window import Window
from tests.gui.fake_engine import CONNECTING, FakeEngine


@pytest.fixture(autouse=True)
def no_outlet_vanishes_while_an_inlet_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    """See :meth:`FakeEngine.lose`."""
    connect = pylsl.StreamInlet.open_stream

    def open_stream(inlet: pylsl.StreamInlet, timeout: float = 2.0) -> None:
        with CONNECTING:
            connect(inlet, timeout)

    monkeypatch.setattr(pylsl.StreamInlet, "open_stream", open_stream)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings that no other test and no user shares."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """A fake engine whose streams run."""
    engine = FakeEngine()
    engine.run()
    yield engine
    engine.close()


@pytest.fixture
def make_engine() -> Iterator[Callable[..., FakeEngine]]:
    """Makes fake engines that are closed after the test, also after one that failed: others would see their streams."""
    engines = []

    def make(**how: Any) -> FakeEngine:
        engines.append(FakeEngine(**how))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


OpenWindow = Callable[..., Window]


@pytest.fixture
def open_window(qtbot, settings: QSettings, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens windows that are closed after the test."""
    theme.apply(QApplication.instance())
    windows = []

    def open_it(session: str | None, control: Path | None = None) -> Window:
        window = Window(Feed(session), control, settings)
        window.show()
        qtbot.waitExposed(window)
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        window.close()
        window.deleteLater()
