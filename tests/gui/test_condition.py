"""The condition in the window: shown, changed by menu and key; blinded, nothing shows what is heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from tests.gui.fake_engine import FakeEngine
from tests.gui.test_window import tell, wait_for

pytestmark = [pytest.mark.gui, pytest.mark.lsl]


def test_menu_and_key_ask_for_conditions(qtbot, engine: FakeEngine, open_window, tmp_path: Path) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):  # keys reach nobody else
        window.activateWindow()
    wait_for(qtbot, "running", window)
    assert window.condition.isHidden() or not window.condition.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F6)  # nothing to change yet
    told = {"condition": "condition late (delayed 200 ms)", "conditions": ["real", "late"]}
    tell(qtbot, engine, window, "muted", **told)
    qtbot.waitUntil(window.condition.isVisible, timeout=60_000)
    assert window.condition.words.text() == told["condition"]
    assert window._wave_card.isVisible()
    names = [action.text() for action in window.condition.choices.actions()]
    assert names == ["next", "real", "late"]
    with qtbot.waitSignals([window.condition.command, window.condition.command], timeout=60_000):
        window.condition.choices.actions()[2].trigger()
        qtbot.keyClick(window, Qt.Key.Key_F6)
    sent = lambda: [c["to"] for c in engine.commands if c["command"] == "condition"]  # noqa: E731
    qtbot.waitUntil(lambda: sent() == ["late", "next"], timeout=60_000)


def test_blinded_the_voice_is_not_pictured_and_no_label_names_the_condition(
    qtbot, engine: FakeEngine, open_window, tmp_path: Path
) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    wait_for(qtbot, "running", window)
    tell(qtbot, engine, window, "muted", condition="condition B", conditions=["A", "B"], blinded=True)
    qtbot.waitUntil(lambda: not window._wave_card.isVisible(), timeout=60_000)
    texts = {label.text() for label in window.findChildren(QLabel) if label.isVisible()}
    assert "condition B" in texts
    assert any("picture of the voice is hidden" in text for text in texts)


def test_channels_are_masked_and_recalibrated_from_their_menu(
    qtbot, engine: FakeEngine, open_window, tmp_path: Path
) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    wait_for(qtbot, "running", window)
    told = {"masked_channels": ["A2"], "drift": {"A7": -2.5, "A1": 0.3}, "recalibrated": True}
    tell(qtbot, engine, window, "muted", **told)
    qtbot.waitUntil(lambda: "masked A2" in window.channels.words.text(), timeout=60_000)
    assert window.channels.words.text() == "recalibrated · drift A7 −2.5, A1 +0.3 · masked A2"
    qtbot.waitUntil(lambda: len(window.traces.labels) > 1, timeout=60_000)
    window.channels.fill()
    actions = {action.text(): action for action in window.channels.choices.actions()}
    for text in ("Unmask A2", "Mask A1", "Baseline of 2 minutes", "Undo the recalibration"):
        actions[text].trigger()
    assert actions["Mask A1"].data()[1]["of_stream"] is True
    assert "of_stream" not in actions["Unmask A2"].data()[1]
    wanted = [("A2", False), ("A1", True), "begin", "undo"]
    qtbot.waitUntil(
        lambda: [c.get("do") or (c["label"], c["on"]) for c in engine.commands if c["command"] != "status"] == wanted,
        timeout=60_000,
    )
