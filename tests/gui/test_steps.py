"""The window around the steps: PANIC always in sight, nothing clipped, each step with its mark and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QRect, QSettings, Qt
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget

from bk_realtime.errors import BkError
from bk_realtime.typed import shortened
from gui import desktop, theme
from gui.participant import Participant, Profiles, demo
from gui.step_names import STEPS
from gui.steps import check
from gui.steps.bar import LONGEST
from gui.steps.json_process import JsonProcess
from gui.steps.page import Mark
from gui.steps.running import Running
from gui.steps.shell import Attached, Shell
from tests.gui.fake_engine import FakeEngine

pytestmark = pytest.mark.gui
SIZES = [(1920, 1080), (1366, 768), (1092, 614), (911, 512), (683, 384)]
"""Two usual screens, and the smaller one at 125, 150 and 200 %."""

OpenShell = Callable[..., Shell]


class NothingAround:
    """In place of a look around."""

    seen: tuple = ()
    refused: tuple = ()
    complete = True

    def stop(self) -> None: ...

    def join(self, timeout: float) -> bool:
        return True


@pytest.fixture
def open_shell(qtbot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenShell]:
    """Opens windows that are closed after the test; Check looks at nothing."""
    monkeypatch.setattr(check, "Survey", NothingAround)
    monkeypatch.setattr(JsonProcess, "start", lambda *words: None)
    theme.apply(QApplication.instance())
    shells = []

    def open_it(participant: Participant | None = None, attached: Attached | None = None) -> Shell:
        profiles = Profiles(tmp_path / "profiles")
        shell = Shell(settings, participant or demo(), profiles, Running(tmp_path), attached)
        shell.show()
        qtbot.waitExposed(shell, timeout=60_000)
        shells.append(shell)
        return shell

    yield open_it
    for shell in shells:
        shell.leave()
        shell.join(60)
        shell.deleteLater()


def clipped(whole: QWidget) -> list[str]:
    """Texts that are given less room than they need."""
    short = []
    for widget in whole.findChildren(QWidget):
        if not isinstance(widget, (QLabel, QAbstractButton)) or not widget.isVisible() or not widget.text():
            continue
        needed = widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed.setHeight(widget.heightForWidth(widget.width()))
            needed.setWidth(0)
        if widget.width() < needed.width() or widget.height() < needed.height():
            short.append(f"{widget.text()!r}: given {widget.size()}, needs {needed}")
    return short


def settle(qtbot, laid_out: Callable[[], None]) -> None:
    """Let a layout come to rest, then see that it is as it should be."""
    for _ in range(5):  # it asks for another turn
        QApplication.processEvents()
    qtbot.waitUntil(laid_out, timeout=60_000)


@pytest.mark.parametrize("size", SIZES)
def test_panic_is_in_sight_on_every_step_and_no_text_is_clipped(qtbot, open_shell, size: tuple[int, int]) -> None:
    shell = open_shell()
    shell.setGeometry(0, 0, *size)
    for item in ("sound", "decoder", "stream", "recording"):
        text = "a line as long as the longest that is told, with every name and number in it; " * 3
        shell.pages["Check"].preflight.said.emit({"item": item, "good": item != "stream", "text": text})
    for step in STEPS:
        shell.go(step)
        panic = shell.strip.panic

        def laid_out(step: str = step, panic: QWidget = panic) -> None:
            corner = panic.mapTo(shell, QPoint(0, 0))
            assert panic.isVisible()
            assert QRect(0, 0, *size).contains(QRect(corner, panic.size())), (step, size, corner)
            assert shell.size().width() == size[0]
            assert not clipped(shell), step

        settle(qtbot, laid_out)


@pytest.mark.lsl
@pytest.mark.parametrize("size", SIZES)
def test_panic_of_a_session_is_in_sight(qtbot, open_shell, size: tuple[int, int]) -> None:
    shell = open_shell(attached=Attached("nobody", None))
    shell.setGeometry(0, 0, *size)
    assert shell.step == "Speak"
    controls = shell.speak.session_window.controls
    panic = controls.panic

    def laid_out() -> None:
        assert not shell.strip.isVisible()
        shown = [w for w in (panic, controls.mute, controls.release, controls.stop, controls.marker) if w.isVisible()]
        assert panic in shown
        assert (controls.release in shown) == bool(controls._held)
        places = [QRect(w.mapTo(shell, QPoint(0, 0)), w.size()) for w in shown]
        assert all(QRect(0, 0, *size).contains(place) for place in places), places
        assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i]), places
        if size == SIZES[-1]:  # where the card has least room
            assert not clipped(shell.speak.session_window.trace_card)

    for hold in ("", "contamination"):
        controls.show_held(hold)
        settle(qtbot, laid_out)
    shell.go("Check")
    assert shell.strip.panic.isVisible()


def test_each_step_says_in_shape_and_words_what_it_needs(qtbot, open_shell) -> None:
    shell = open_shell(Participant("p01"))
    for step in STEPS:
        shell.go(step)
        mark, reason, remedy = shell.pages[step].state()
        button = shell.bar.buttons[step]
        assert button.text() == f"{mark.shape}  {step}"
        assert button.accessibleName() == f"{step}: {mark.word}"
        assert mark is Mark.DONE or reason
        assert shell.bar.words.text() == shortened(" – ".join(filter(None, (reason, remedy))), LONGEST)
    assert len({mark.shape for mark in Mark}) == len(Mark)


def test_what_was_saved_is_known_on_every_step_at_once(
    open_shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = open_shell(Participant("p01", out=tmp_path))
    record, marks = shell.pages["Record"], {name: shell.pages[name].state for name in ("Train", "Report")}
    monkeypatch.setattr(type(record), "occupies", lambda page: "a recording is under way")
    shell.show_states()
    (tmp_path / "p01_speaking_2026-01-02_03-04-05.xdf").write_bytes(b"x")
    assert "nothing of p01 was saved yet" in marks["Report"]().reason
    monkeypatch.setattr(type(record), "occupies", lambda page: "")
    shell.show_states()
    assert shell.step == "Check"
    assert marks["Train"]().reason == "nothing was trained here yet"
    assert marks["Report"]() == (Mark.LOOK, shell.pages["Report"].newest.text, "Check it now reads it back")


def test_start_is_grey_with_the_reason_beside_it_where_there_is_no_decoder(qtbot, open_shell) -> None:
    shell = open_shell(Participant("p01"))
    shell.go("Speak")
    shell.speak.look_again()
    assert not shell.speak.start.isEnabled()
    assert "no decoder yet" in shell.speak.reason.text()


def test_a_decoder_that_was_just_trained_is_checked_at_once(qtbot, open_shell, monkeypatch, tmp_path: Path) -> None:
    """Nobody is to come back from Train to Check before Speak can start; before there is one, all else is checked."""
    shell = open_shell(Participant("p01", out=tmp_path))
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(JsonProcess, "start", lambda self, *words: asked.append(words))
    page = shell.pages["Check"]
    page.check()
    assert page.findings["decoder"].mark is Mark.LOOK
    assert "--bundle" not in asked[-1]
    shell.go("Train")
    shell.use_bundle(tmp_path / "ridge")
    assert asked[-1][:3] == ("preflight", "--bundle", str(tmp_path / "ridge"))


def test_start_waits_for_the_check_and_says_what_it_found(qtbot, open_shell) -> None:
    shell = open_shell()
    page = shell.pages["Check"]
    assert "not checked yet" in shell.speak.state().reason
    for item in ("sound", "decoder", "recording"):
        page.preflight.said.emit({"item": item, "good": True, "text": "fine"})
    page.preflight.said.emit({"item": "stream", "good": False, "text": "no LSL stream of a neural type"})
    shell.speak.look_again()
    assert page.state().mark is Mark.BLOCKED
    assert not shell.speak.start.isEnabled()
    assert "no LSL stream" in shell.speak.reason.text()
    page.preflight.said.emit({"item": "stream", "good": True, "text": "it is there"})
    shell.speak.look_again()
    assert page.state().mark is Mark.DONE
    assert shell.speak.start.isEnabled()


def test_a_preflight_that_ends_early_leaves_no_tick(qtbot, open_shell) -> None:
    page = open_shell().pages["Check"]
    page.preflight.said.emit({"item": "sound", "good": True, "text": "fine"})
    page.preflight.ended.emit(False, "no memory")
    assert page.state().mark is Mark.BLOCKED
    assert "no memory" in page.state().reason


def test_nothing_is_checked_while_a_session_runs(qtbot, open_shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = open_shell(attached=Attached("nobody", None))
    shell.go("Check")
    assert shell.pages["Check"].survey is None
    assert shell.pages["Check"].why_not() == ""
    assert shell.pages["Check"].state().mark is Mark.TODO  # each line says that it was not checked: no tick beside it
    shell.pages["Check"].session_runs = False  # it has ended
    assert "this window found the session running" in shell.pages["Check"].why_not()


def test_the_test_tone_asks_first_and_panic_stops_it(qtbot, open_shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell, played, stopped = open_shell(), [], []
    page = shell.pages["Check"]
    monkeypatch.setattr(page.tone.process, "start", lambda *words: played.append(words))
    page.view.play.click()
    next(b for b in page.tone.question.buttons() if b.text() == "Cancel").click()
    assert (played, page.tone.question) == ([], None)
    page.view.play.click()
    next(b for b in page.tone.question.buttons() if b.text() == "Play").click()
    assert played == [("tone", "--sound-device", "auto")]
    monkeypatch.setattr(JsonProcess, "runs", True)
    monkeypatch.setattr(page.tone.process, "stop", lambda: stopped.append(1))
    shell.strip.panic.pressed.emit()
    assert stopped == [1]


def test_what_is_chosen_in_check_goes_into_the_profile(qtbot, open_shell, tmp_path: Path) -> None:
    shell = open_shell()
    page = shell.pages["Check"]
    page.keep(sound_device="none")
    assert "demo stays" in page.view.words.text()
    page.make("p01")
    assert shell.participant.name == "p01"
    page.keep(bundle=tmp_path / "decoder")
    page.preflight.said.emit(
        {"item": "stream", "good": True, "text": "", "channels": [["A1", "used", True], ["A2", "used", True]]}
    )
    page.view.channels.item(1).setCheckState(Qt.CheckState.Unchecked)
    kept = shell.profiles.load("p01")
    assert (kept.bundle, kept.leave_out) == (tmp_path / "decoder", ("A2",))
    assert shell.speak.participant == kept
    page.make("p 1")
    assert "expected up to 60 letters" in page.view.words.text()


def test_f1_lists_the_keys_also_without_a_session(qtbot, open_shell) -> None:
    shell = open_shell()
    with qtbot.waitActive(shell, timeout=60_000):
        shell.activateWindow()
    qtbot.keyClick(shell, Qt.Key.Key_F1)
    box = shell.findChild(QMessageBox)
    assert all(word in box.text() for word in ("Ctrl+5", "the steps: Check, Record", "is bad (Record)"))
    box.close()


def test_no_other_participant_is_chosen_while_a_session_runs(qtbot, open_shell) -> None:
    shell = open_shell(attached=Attached("nobody", None))
    shell.choose("demo")
    assert "end it before" in shell.strip.words.text()


@pytest.mark.lsl
def test_space_is_panic_on_every_step_while_a_session_runs(
    qtbot, engine: FakeEngine, open_shell, tmp_path: Path
) -> None:
    shell = open_shell(attached=Attached(engine.session, engine.control(tmp_path)))
    for count, step in enumerate(STEPS, 1):
        shell.go(step)
        # a window of another test that goes meanwhile takes the keyboard along, and nobody has it then
        qtbot.waitUntil(lambda: shell.isActiveWindow() or bool(shell.activateWindow()), timeout=60_000)
        qtbot.keyClick(shell, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda n=count: engine.commands.count({"command": "panic"}) == n, timeout=60_000)
    shell.go("Check")
    shell.strip.panic.pressed.emit()
    qtbot.waitUntil(lambda: engine.commands.count({"command": "panic"}) == len(STEPS) + 1, timeout=60_000)


@pytest.mark.lsl
def test_closing_asks_as_the_window_alone_does(qtbot, engine: FakeEngine, open_shell, tmp_path: Path) -> None:
    shell = open_shell(attached=Attached(engine.session, engine.control(tmp_path)))
    window = shell.speak.session_window
    qtbot.waitUntil(lambda: window.live, timeout=60_000)
    shell.close()
    qtbot.waitUntil(lambda: {"command": "mute"} in engine.commands, timeout=60_000)
    assert shell.isVisible()
    box = window._closing.box
    next(b for b in box.buttons() if b.text() == "Close it, session goes on").click()
    qtbot.waitUntil(lambda: not shell.isVisible(), timeout=60_000)
    assert {"command": "stop"} not in engine.commands


def test_a_profile_is_kept_and_read_back_whole(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path / "profiles")
    assert profiles.names() == ["demo"]
    given = Participant("p01", bundle=tmp_path / "decoder", marker_keys={"F5": "cough"}, expect=("Amp",), out=tmp_path)
    path = profiles.save(given)
    assert profiles.names() == ["p01", "demo"]
    assert profiles.load("p01") == given
    path.write_text('bundle = "decoder"\n')
    assert profiles.load("p01").bundle == path.parent / "decoder"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('bundel = "x"', "unknown key 'bundel'"),
        ("[safety]\nunmuted = true", "starts muted"),
        ('[marker_keys]\nF6 = "x"', "'F6' is not free"),
        ('name = "p02"', "as the file is called"),
        ("gain_most_db = 99", "from -60 to 24"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "p01.toml").write_text(text)
    with pytest.raises(BkError, match=word) as told:
        Profiles(tmp_path).load("p01")
    assert "\n" not in str(told.value)
    assert "p01.toml" in str(told.value)


def test_the_demo_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BkError, match="another name"):
        Profiles(tmp_path).save(demo())


def test_the_desktop_entry_starts_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    with pytest.raises(BkError, match="no such program"):
        desktop.install(tmp_path / "bk-karaoke")
    program = tmp_path / "a $b 100%" / "bk-karaoke"
    program.parent.mkdir()
    program.touch()
    lines = desktop.install(program).read_text().splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert f'Exec="{tmp_path}/a \\\\$b 100%%/bk-karaoke"' in lines
    with pytest.raises(BkError, match="make a shortcut"):
        desktop.install(program, "win32")
