"""PANIC by its keys wherever the keyboard is: over dialogs, in fields, and without a session, where something plays."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit

from bk_realtime.session.status import Status
from gui.closing import Closing
from gui.participant import Participant
from gui.steps.check import CheckPage
from gui.steps.shell import Attached, Shell
from gui.steps.tone import Tone
from tests.gui.test_steps import open_shell  # noqa: F401

pytestmark = [pytest.mark.gui, pytest.mark.lsl]
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Escape)


@pytest.fixture
def live(qtbot, open_shell, tmp_path: Path) -> tuple[Shell, list[str]]:  # noqa: F811
    """A window with a session, and the commands that it sends."""
    shell = open_shell(Participant("p01", out=tmp_path), Attached("nobody", tmp_path / "control.json"))
    said: list[str] = []
    shell.speak.session_window.controls.command.connect(lambda name, values: said.append(name))
    with qtbot.waitActive(shell, timeout=60_000):
        shell.activateWindow()
    return shell, said


@pytest.mark.parametrize("key", KEYS)
def test_a_field_of_numbers_takes_no_space(qtbot, live: tuple[Shell, list[str]], key: Qt.Key) -> None:
    shell, said = live
    shell.go("Record")
    box = shell.pages["Record"].panel.form.numbers["repeats"]
    box.setFocus()
    before = box.text()
    qtbot.keyClick(box, key)
    assert said == ["panic"]
    assert box.text() == before


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("button", ["new", "decoder", "play"])
def test_a_dialog_takes_no_key_away(qtbot, live: tuple[Shell, list[str]], button: str, key: Qt.Key) -> None:
    """A new participant's name, a folder, a question: Esc closes it too, Space leaves it as it is."""
    shell, said = live
    shell.go("Check")
    getattr(shell.pages["Check"].view, button).click()
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog is not None and dialog.isActiveWindow(), timeout=60_000)
    qtbot.keyClick(QApplication.focusWidget() or dialog, key)
    assert said == ["panic"]
    assert dialog.isVisible() == (key == Qt.Key.Key_Space)
    dialog.close()


def test_a_space_between_words_of_a_name_is_a_letter_and_a_second_one_is_panic(
    qtbot, live: tuple[Shell, list[str]]
) -> None:
    shell, said = live
    shell.go("Check")
    shell.pages["Check"].view.new.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QInputDialog)
    field = dialog.findChild(QLineEdit)
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and field.hasFocus(), timeout=60_000)
    qtbot.keyClicks(field, "p 0")
    assert (field.text(), said) == ("p 0", [])
    qtbot.keyClick(field, Qt.Key.Key_Space)
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert (field.text(), said) == ("p 0 ", ["panic"])
    dialog.close()


def test_dialogs_are_qts_own(live: tuple[Shell, list[str]]) -> None:
    """A desktop's own file dialog has the keyboard for itself, and no key of ours."""
    assert not QFileDialog().testOption(QFileDialog.Option.DontUseNativeDialog)
    assert QApplication.testAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def test_without_a_session_esc_stops_what_is_played(
    qtbot,
    open_shell,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shell = open_shell()
    stopped: list[str] = []
    monkeypatch.setattr(CheckPage, "silence", lambda page: stopped.append(page.name))
    with qtbot.waitActive(shell, timeout=60_000):
        shell.activateWindow()
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    assert stopped == ["Check"]


@pytest.mark.parametrize("key", KEYS)
def test_in_a_session_the_keys_stop_what_a_page_plays_too(
    qtbot, live: tuple[Shell, list[str]], monkeypatch: pytest.MonkeyPatch, key: Qt.Key
) -> None:
    shell, said = live
    stopped: list[str] = []
    monkeypatch.setattr(CheckPage, "silence", lambda page: stopped.append(page.name))
    qtbot.keyClick(shell, key)
    assert (said, stopped) == (["panic"], ["Check"])
    shell.go("Record")
    shell.strip.panic.pressed.emit()
    assert (said, stopped) == (["panic", "panic"], ["Check", "Check"])


def test_a_question_that_is_closed_by_its_cross_is_asked_again(qtbot, live: tuple[Shell, list[str]]) -> None:
    """Else the window could not be closed any more, and no tone be played."""
    shell, _ = live
    muted: list[str] = []
    closing = Closing(shell, Path("control.json"), lambda: muted.append("muted"), lambda: None, lambda: None)
    tone = Tone(shell)
    for ask, question in (
        (lambda: closing.ask(Status(state="running", muted=False)), lambda: closing.box),
        (lambda: tone.ask("auto"), lambda: tone.question),
    ):
        ask()
        first = question()
        first.close()
        assert question() is None
        ask()
        assert question() is not None
        question().close()
    assert muted == ["muted", "muted"]
