"""A dead key: where the engine hangs, whoever presses PANIC is told within half a second, in sight, what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from bk_realtime.session.control import ControlServer
from gui.panels.controls import Controls
from gui.steps.shell import Attached
from tests.gui.fake_engine import FakeEngine
from tests.gui.test_steps import open_shell  # noqa: F401
from tests.gui.test_window import wait_for

pytestmark = pytest.mark.gui


@pytest.fixture
def hung(make_engine: Callable[..., FakeEngine]) -> Iterator[tuple[FakeEngine, threading.Event]]:
    """An engine that takes commands and answers none, until the event is set."""
    engine, answers = make_engine(n_channels=4), threading.Event()
    engine.server.close()

    def hang(message: dict[str, Any]) -> dict[str, Any]:
        assert answers.wait(240)
        return {}

    engine.server = ControlServer(hang)
    engine.run()
    yield engine, answers
    answers.set()


@pytest.mark.lsl
def test_a_hung_engine_is_said_in_the_banner_until_it_answers(qtbot, hung, open_window, tmp_path: Path) -> None:
    engine, answers = hung
    window = open_window(engine.session, engine.control(tmp_path))
    wait_for(qtbot, "running", window)
    window.controls.send_panic()
    # the connection waits a minute here: what says it is the window's own clock
    wait_for(qtbot, "panic not confirmed", window)
    assert "turn the loudspeaker off" in window.controls.notice.text()
    assert "turn the loudspeaker off" in window.banner.detail
    window.commanded.emit("marker", True, "marker: done in 3 ms")
    assert not window.controls._forget.isActive()  # it does not fade
    assert "NOT CONFIRMED" in window.controls.notice.text()  # nothing comes before it
    answers.set()
    qtbot.waitUntil(lambda: window.banner.state != "panic not confirmed", timeout=60_000)
    assert "panic: done" in window.controls.notice.text()


@pytest.mark.lsl
def test_on_another_step_it_is_said_beside_the_button(qtbot, hung, open_shell, tmp_path: Path) -> None:  # noqa: F811
    engine, answers = hung
    shell = open_shell(attached=Attached(engine.session, engine.control(tmp_path)))
    wait_for(qtbot, "running", shell.speak.session_window)
    shell.go("Record")
    qtbot.mousePress(shell.strip.panic, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "NOT CONFIRMED" in shell.strip.words.text(), timeout=60_000)
    assert shell.strip.session.text() == "PANIC NOT CONFIRMED"
    answers.set()
    qtbot.waitUntil(lambda: "has confirmed" in shell.strip.words.text(), timeout=60_000)


def test_it_is_told_within_half_a_second_and_by_the_status_too(qtbot) -> None:
    from bk_realtime.session.status import Status

    controls, told = Controls(), []
    qtbot.addWidget(controls)
    controls.panic_doubted.connect(told.append)
    controls.send_panic()
    assert controls._answer._unanswered.isActive()
    assert controls._answer._unanswered.interval() < 500
    controls._answer._unanswered.timeout.emit()
    assert "turn the loudspeaker off" in controls.doubt
    controls.show_status(Status(muted=False))
    assert controls.doubt
    controls.show_status(Status(muted=True))  # it hears and speaks again
    assert not controls.doubt
    assert told[-1] == ""
    controls.send_panic()
    controls.show_result("panic", True, "panic: done in 8 ms")
    assert not controls._answer._unanswered.isActive()
    assert len(told) == 2
