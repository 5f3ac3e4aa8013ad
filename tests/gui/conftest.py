"""Fixtures of the window's tests: settings in a temporary folder, a fake engine, a window on it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pylsl
import pytest
from PyQt6.QtCore import QEvent, QSettings
from PyQt6.QtWidgets import QApplication

from bk_realtime.session.control import ControlClient
from gui import theme
from gui.commands import Commander
from gui.feed import Feed
from gui.microphone import microphone_of
from gui.window import Window
from tests.gui.fake_engine import CONNECTING, FakeEngine


@pytest.fixture(autouse=True)
def no_outlet_vanishes_while_an_inlet_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    """See :meth:`FakeEngine.lose`."""

    def alone(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **values: Any) -> Any:
            with CONNECTING:
                return call(*args, **values)

        return called

    for name in ("open_stream", "info"):
        monkeypatch.setattr(pylsl.StreamInlet, name, alone(getattr(pylsl.StreamInlet, name)))


@pytest.fixture(autouse=True)
def whoever_asked_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake engine answers, though maybe late on a machine that stands still for a second: a panic that is repeated
    meanwhile would be counted twice."""
    monkeypatch.setattr("bk_realtime.session.control.client.PANIC_S", 60.0)
    monkeypatch.setattr(Commander, "client", lambda self: ControlClient.from_file(self._path, timeout=60.0))


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


@pytest.fixture(autouse=True)
def no_window_outlives_its_test() -> Iterator[None]:
    """Its slots refer to it in a circle: the garbage collector would destroy it later, in whichever thread and test it
    runs then."""
    gc.freeze()  # what was there before is not looked at again: that would take half a second a test
    yield
    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    gc.unfreeze()


OpenWindow = Callable[..., Window]


@pytest.fixture
def open_window(qtbot, settings: QSettings, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens windows that are closed after the test."""
    theme.apply(QApplication.instance())
    windows = []

    def open_it(session: str | None, control: Path | None = None) -> Window:
        feed = Feed(session, microphone_of(None if control is None else control.parent))
        window = Window(feed, control, settings)
        window.show()
        qtbot.waitExposed(window, timeout=60_000)
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        window.leave()
        window.deleteLater()
    for window in windows:  # what it still connects to must not vanish, in whatever test comes next
        window.feed.join(60)
