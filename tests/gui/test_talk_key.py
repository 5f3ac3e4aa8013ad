"""The talk key: T says held again and again, its release says so, and nobody talks by typing or by looking away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from bk_realtime.session.status import Status
from gui.talk_key import TalkKey, voice_words

pytestmark = pytest.mark.gui
T = Qt.Key.Key_T


@pytest.fixture
def key(qtbot: Any) -> Iterator[TalkKey]:
    window = QWidget()
    window.field = QLineEdit()  # type: ignore[attr-defined]
    window.field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # type: ignore[attr-defined]
    QVBoxLayout(window).addWidget(window.field)  # type: ignore[attr-defined]
    qtbot.addWidget(window)
    key = TalkKey(window)
    key.said = []  # type: ignore[attr-defined]
    key.command.connect(lambda name, values: key.said.append((name, values["held"])))  # type: ignore[attr-defined]
    window.show()
    qtbot.waitExposed(window, timeout=60_000)
    yield key
    QApplication.instance().removeEventFilter(key)


def test_held_is_said_again_until_the_release(qtbot: Any, key: TalkKey) -> None:
    key.show_status(Status(talk="waiting"))
    qtbot.keyPress(key.parent(), T)
    qtbot.waitUntil(lambda: key.said.count(("talk", True)) >= 3, timeout=60_000)
    qtbot.keyRelease(key.parent(), T)
    assert key.said[-1] == ("talk", False)
    assert not key.held
    assert not key._again.isActive()


def test_without_hold_to_talk_and_in_a_field_of_text_it_is_a_letter(qtbot: Any, key: TalkKey) -> None:
    key.show_status(Status(talk=""))
    qtbot.keyClick(key.parent(), T)
    assert key.said == []
    key.show_status(Status(talk="waiting"))
    key.parent().activateWindow()
    key.parent().field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is key.parent().field, timeout=60_000)
    qtbot.keyClick(key.parent().field, T)
    assert key.parent().field.text() == "t"
    assert key.said == []


def test_who_looks_away_lets_go(qtbot: Any, key: TalkKey) -> None:
    key.show_status(Status(talk="waiting"))
    qtbot.keyPress(key.parent(), T)
    QApplication.sendEvent(key.parent(), QEvent(QEvent.Type.WindowDeactivate))
    assert key.said[-1] == ("talk", False)
    qtbot.keyPress(key.parent(), T)
    assert key.said[-1] == ("talk", True)
    key.show_status(Status(talk=""))  # another session, not held to talk
    assert key.said[-1] == ("talk", False)


def test_words_for_a_voice_that_waits() -> None:
    assert "hold T" in voice_words(Status(talk="waiting", gate="open"))
    assert "speech gate" in voice_words(Status(talk="held", gate="closed"))
    assert voice_words(Status(talk="held", gate="open")) == voice_words(Status(gate="off")) == ""
