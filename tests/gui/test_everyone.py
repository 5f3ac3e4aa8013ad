"""For everyone: each control by Tab with a ring, with words for who points or listens; no text is clipped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QSlider,
    QTableWidget,
    QWidget,
)

from bk_realtime.session.status import Status
from gui.keys import PressedByEnter
from gui.participant import Participant
from gui.step_names import STEPS
from gui.steps.shell import Attached, Shell
from tests.gui.contrast import luminance
from tests.gui.test_steps import SIZES, clipped, open_shell, settle  # noqa: F401

pytestmark = pytest.mark.gui
CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QSlider, QListWidget, QTableWidget)
FULL = Status(
    state="running",
    simulated=True,
    age_ms=12_345.0,
    age_p99_ms=23_456.0,
    condition="delayed by 200",
    conditions=("as decoded", "delayed by 200"),
    gaps=123_456,
    underruns=123_456,
    dropped_samples=123_456,
    limiter_hits=12,
    drift={"A1": 2.5, "A2": -3.1, "A3": 2.2},
    masked_channels=("A1", "B12", "C3", "D4"),
    contamination="yellow",
    holds=("contamination",),
    faults={"recording": "nothing is recorded any more: the disk is full"},
)


def controls(whole: QWidget) -> list[QWidget]:
    """All that are in sight and can be used now; a field inside a spin box is that box."""
    inside = (QAbstractSpinBox, QComboBox, QTableWidget, QListWidget)
    return [
        one
        for one in whole.findChildren(QWidget)
        if isinstance(one, CONTROLS) and one.isVisible() and one.isEnabled() and not isinstance(one.parent(), inside)
    ]


def called(one: QWidget) -> str:
    """For the message of a test."""
    text = one.text() if isinstance(one, QAbstractButton) else ""
    return f"{type(one).__name__} {text or one.accessibleName() or one.toolTip() or one.objectName()!r}"


def steps(opened: Callable[..., Shell], tmp_path: Path) -> list[tuple[str, Shell]]:
    """Each step without a session, then the session's own."""
    alone = opened(Participant("p01", out=tmp_path))
    for item in ("sound", "decoder", "stream", "recording"):
        channels = {"channels": [["A1", "used", True], ["A2", "bad", False]]} if item == "stream" else {}
        alone.pages["Check"].preflight.said.emit({"item": item, "good": True, "text": "fine", **channels})
    live = opened(attached=Attached("nobody", tmp_path / "control.json"))
    window = live.speak.session_window
    window._turns.stop()
    window.arrivals._take_status([json.dumps(FULL.as_dict())])
    window.show_state()
    return [*((step, alone) for step in STEPS), ("Speak", live)]


def pixels(one: QWidget) -> np.ndarray:
    image = one.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].copy()


def ring(one: QWidget, before: np.ndarray, after: np.ndarray) -> bool:
    """Whether enough of a control stands out three times as much, or as little, as without the focus."""
    if before.shape != after.shape:
        return True
    a, b = luminance(before), luminance(after)
    strong = (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05) >= 2.0
    return int(strong.sum()) >= one.width() // 2


@pytest.mark.lsl
def test_tab_comes_to_every_control_of_every_step_with_a_ring(qtbot, open_shell, tmp_path: Path) -> None:  # noqa: F811
    for step, shell in steps(open_shell, tmp_path):
        shell.resize(1366, 900)
        shell.go(step)
        with qtbot.waitActive(shell, timeout=60_000):
            shell.activateWindow()
        for _ in range(5):
            QApplication.processEvents()
        shell.bar.buttons[step].setFocus()
        wanted = [one for one in controls(shell) if one.objectName() != "step"]  # the arrows go from step to step
        plain = {one: pixels(one) for one in wanted}
        met: list[QWidget] = []
        for _ in range(2 * len(wanted) + 20):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            met.append(QApplication.focusWidget())
            if met[-1] is shell.bar.buttons[step]:
                break
            if met[-1] in plain:
                seen = pixels(met[-1])
                assert ring(met[-1], plain[met[-1]], seen), f"{step}: no ring on {called(met[-1])}"
        assert met[-1] is shell.bar.buttons[step], f"{step}: Tab does not come back: {called(met[-1])}"
        missed = [called(one) for one in wanted if one not in met]
        assert not missed, f"{step}: {missed}"
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
        assert QApplication.focusWidget() is (met[-2] if len(met) > 1 else met[0])


@pytest.mark.lsl
def test_every_control_says_what_it_is(qtbot, open_shell, tmp_path: Path) -> None:  # noqa: F811
    """A tooltip for who points, a name for who listens."""
    dumb = {
        f"{step}: {called(one)}: {what}"
        for step, shell in steps(open_shell, tmp_path)
        if shell.go(step) is None
        for one in controls(shell)
        for what, said in (
            ("tooltip", one.toolTip()),
            ("name", one.accessibleName() or (one.text() if isinstance(one, QAbstractButton) else "")),
        )
        if not said
    }
    assert not dumb


@pytest.mark.lsl
@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_a_session_is_clipped(qtbot, open_shell, tmp_path: Path, size: tuple[int, int]) -> None:  # noqa: F811
    """Two usual screens, and at text sizes of 125, 150 and 200 % what a screen of 1366×768 is worth then."""
    _, shell = steps(open_shell, tmp_path)[-1]
    shell.setGeometry(0, 0, *size)
    window = shell.speak.session_window

    def laid_out() -> None:
        assert shell.width() == size[0]
        assert not clipped(shell)
        panic = window.controls.panic
        assert QRect(0, 0, *size).contains(QRect(panic.mapTo(shell, QPoint(0, 0)), panic.size()))

    settle(qtbot, laid_out)


@pytest.mark.lsl
def test_enter_presses_what_has_the_focus_and_space_is_panic(qtbot, open_shell, tmp_path: Path) -> None:  # noqa: F811
    shell = open_shell(attached=Attached("nobody", tmp_path / "control.json"))
    said: list[tuple[str, dict]] = []
    controls = shell.speak.session_window.controls
    controls.command.connect(lambda name, values: said.append((name, values)))
    enter = PressedByEnter()
    QApplication.instance().installEventFilter(enter)
    try:
        with qtbot.waitActive(shell, timeout=60_000):
            shell.activateWindow()
        controls.mute.setFocus()
        qtbot.keyClick(controls.mute, Qt.Key.Key_Return)
        assert said.pop() == ("unmute", {})
        controls._disarm.setInterval(600_000)
        controls.stop.setFocus()
        qtbot.keyClick(controls.stop, Qt.Key.Key_Enter)
        assert not said  # asked twice, by keys too
        qtbot.keyClick(controls.stop, Qt.Key.Key_Enter)
        assert said.pop() == ("stop", {})
        qtbot.keyClick(controls.stop, Qt.Key.Key_Space)
        assert said.pop() == ("panic", {})
        controls.gain.setFocus()
        gain = controls.gain.value()
        qtbot.keyClick(controls.gain, Qt.Key.Key_Right)
        assert controls.gain.value() == gain + 1
        qtbot.keyClick(controls.gain, Qt.Key.Key_End)  # one key does not make it as loud as it can be
        assert controls.gain.value() == gain + 1
    finally:
        QApplication.instance().removeEventFilter(enter)
