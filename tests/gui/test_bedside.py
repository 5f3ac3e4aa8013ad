"""What a window at a bedside must never do: show another person, hide its panic button, go away with the voice on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtWidgets import QMessageBox

from bk_realtime.session.status import Status
from gui.feed import Feed
from gui.layout import fit_to_screen
from gui.state_words import stale_words
from tests.gui.fake_engine import FakeEngine, outlet
from tests.gui.test_window import tell, wait_for

pytestmark = [pytest.mark.gui, pytest.mark.lsl]


def test_no_other_stream_of_that_name_takes_the_place_of_one_that_is_gone(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4, sfreq=500.0)
    uid = engine.amplifier.get_info().uid()
    engine.change(source_uid=uid)
    engine.run()
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: window.traces.head is not None, timeout=60_000)
    strangers = [
        outlet("FakeAmp", "sEEG", 4, 500.0, "next-room"),
        outlet("FakeAmp", "sEEG", 4, 500.0, engine.neural_id),
    ]
    engine.lose(engine=False)
    qtbot.waitUntil(lambda: "what is shown is old" in window.traces.note, timeout=60_000)
    assert window.traces.old
    looked = time.monotonic()
    qtbot.waitUntil(lambda: time.monotonic() - looked > 3.0, timeout=60_000)  # several looks around
    assert not window.feed.connected("neural")
    engine.open(engine=False)  # back, and the engine has found it
    engine.change(source_uid=engine.amplifier.get_info().uid())
    qtbot.waitUntil(lambda: window.feed.connected("neural") and not window.traces.old, timeout=60_000)
    del strangers


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (("amp", "a", "1"), "1"),
        (("amp", "a", "3"), None),  # that very outlet is gone
        (("amp", "b", ""), "2"),  # an engine that knows no uid
        (("amp", "", ""), None),  # two of that name: nobody can tell
        (("other", "", ""), "4"),
        (("", "", ""), None),
    ],
)
def test_which_stream_is_the_decoded_one(said: tuple[str, str, str], shown: str | None) -> None:
    class Info:
        def __init__(self, name: str, source_id: str, uid: str, rate: float = 500.0) -> None:
            self._said = name, source_id, uid, rate

        name = lambda self: self._said[0]  # noqa: E731
        source_id = lambda self: self._said[1]  # noqa: E731
        uid = lambda self: self._said[2]  # noqa: E731
        nominal_srate = lambda self: self._said[3]  # noqa: E731
        created_at = lambda self: 0.0  # noqa: E731

    infos = [Info("amp", "a", "1"), Info("amp", "b", "2"), Info("other", "", "4"), Info("other", "", "5", 0.0)]
    feed = Feed("nobody")
    try:
        wanted = feed._wanted(infos, said)
    finally:
        feed.close()
        feed.join(30)
    assert (wanted["neural"].uid() if "neural" in wanted else None) == shown


@pytest.mark.parametrize("size", [(1366, 768), (1092, 614), (1920, 1080), (3840, 2160)])
def test_panic_is_on_the_screen(qtbot, open_window, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    """A hospital laptop, the same at 125 %, and larger ones; whatever geometry was remembered."""
    window = open_window("nobody")
    room = QRect(40, 30, size[0] - 40, size[1] - 30)  # the desktop's own bars

    class Screen:
        def availableGeometry(self) -> QRect:
            return room

    if size[0] < 1366:
        room = QRect(0, 0, *size)
    monkeypatch.setattr(window, "screen", Screen)
    window.setGeometry(900, 700, 1440, 900)
    fit_to_screen(window)
    panic = window.controls.panic
    for widget in (panic, window.controls.stop, window.controls.mute):
        corner = widget.mapTo(window, widget.rect().topLeft()) + window.pos()
        assert room.contains(QRect(corner, widget.size())), (size, corner, widget.size())
    assert panic.width() >= 190
    assert room.contains(window.frameGeometry())


def test_space_is_panic_but_between_words_that_are_typed(
    qtbot, engine: FakeEngine, open_window, tmp_path: Path
) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    field = window.controls.marker
    field.setFocus()

    def panics() -> int:
        return engine.commands.count({"command": "panic"})

    qtbot.keyClick(field, Qt.Key.Key_Space)  # in an empty field
    qtbot.waitUntil(lambda: panics() == 1, timeout=60_000)
    qtbot.keyClicks(field, "arm")
    field._typed_at = time.monotonic() + 60  # however slow this machine types
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert field.text() == "arm "
    qtbot.keyClick(field, Qt.Key.Key_Space)  # a second one in a row
    qtbot.waitUntil(lambda: panics() == 2, timeout=60_000)
    qtbot.keyClicks(field, "up")
    field._typed_at = time.monotonic() - 60  # left alone
    qtbot.keyClick(field, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: panics() == 3, timeout=60_000)
    assert field.text() == "arm up"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Escape])
def test_panic_keys_silence_while_a_menu_is_open(qtbot, engine: FakeEngine, open_window, tmp_path: Path, key) -> None:
    """A menu takes Esc for itself: it would have been closed, and the voice not."""
    window = open_window(engine.session, engine.control(tmp_path))
    qtbot.waitUntil(lambda: window.traces.labels != (), timeout=60_000)
    window.traces.named.emit(("A5",), QPoint(50, 50))
    menu = window.channels.one
    qtbot.waitUntil(menu.isVisible, timeout=60_000)
    menu.setActiveAction(menu.actions()[0])
    qtbot.keyClick(menu, key)
    qtbot.waitUntil(lambda: len(engine.commands) > 0, timeout=60_000)
    assert engine.commands == [{"command": "panic"}]
    menu.close()


@pytest.mark.parametrize("answer", ["Keep the window", "Close it, session goes on", "End the session"])
def test_closing_mutes_first_and_asks(qtbot, engine: FakeEngine, open_window, tmp_path: Path, answer: str) -> None:
    control = engine.control(tmp_path)
    window = open_window(engine.session, control)
    wait_for(qtbot, "running", window)
    window.close()
    qtbot.waitUntil(lambda: {"command": "mute"} in engine.commands, timeout=60_000)
    assert window.isVisible()
    box = window._closing.box
    assert str(control) in box.informativeText()
    window.close()  # a second click on the cross asks no second question
    assert window._closing.box is box
    next(b for b in box.buttons() if b.text() == answer).click()
    qtbot.waitUntil(lambda: window.isVisible() == (answer == "Keep the window"), timeout=60_000)
    ended = answer == "End the session"
    qtbot.waitUntil(lambda: ({"command": "stop"} in engine.commands) == ended, timeout=60_000)


def test_a_window_without_control_or_session_just_closes(qtbot, engine: FakeEngine, open_window) -> None:
    window = open_window(engine.session)
    wait_for(qtbot, "running", window)
    window.close()
    assert not window.isVisible()


def test_everything_has_a_key(qtbot, engine: FakeEngine, open_window, tmp_path: Path) -> None:
    window = open_window(engine.session, engine.control(tmp_path))
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    wait_for(qtbot, "running", window)
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.waitUntil(lambda: window.controls.mute.text() == "Mute", timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_M, ctrl)
    qtbot.waitUntil(lambda: {"command": "mute"} in engine.commands, timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_Up, ctrl)
    qtbot.waitUntil(lambda: {"command": "gain", "gain_db": 1.0} in engine.commands, timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_K, ctrl)
    assert window.controls.marker.hasFocus()
    window.controls.marker.clearFocus()
    qtbot.keyClick(window, Qt.Key.Key_E, ctrl)
    qtbot.keyClick(window, Qt.Key.Key_E, ctrl)
    qtbot.waitUntil(lambda: {"command": "stop"} in engine.commands, timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    box = window.findChild(QMessageBox)
    assert all(word in box.text() for word in ("PANIC MUTE", "Ctrl+M", "T, held", "is bad (Record)", "Ctrl+5"))
    assert not box.isModal()
    box.close()


@pytest.mark.parametrize(
    ("figures", "blamed"),
    [
        ({"age_ms": 900.0, "buffer_ms": 700.0, "device_ms": 12.0}, "712 ms of sound wait before the sound card"),
        ({"age_ms": 900.0, "stages": {"total": {"p50": 40.0, "p99": 80.0, "max": 90.0}}}, "decoding takes 80 ms"),
        ({"age_ms": 900.0, "buffer_ms": 10.0, "device_ms": 12.0}, "samples come 855 ms late"),
        ({"age_ms": None}, "cannot tell which part"),
    ],
)
def test_stale_blames_the_part_that_is_slow(figures: dict, blamed: str) -> None:
    status = Status(state="stale", algorithmic_ms=23.0, **figures)
    assert blamed in stale_words(status)


def test_a_fault_stands_before_the_guess(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4)
    window = open_window(engine.session)
    qtbot.waitUntil(lambda: window.feed.connected("status"), timeout=60_000)
    tell(qtbot, engine, window, "stale", age_ms=900.0, buffer_ms=10.0, device_ms=12.0, algorithmic_ms=23.0)
    assert "late from amplifier" in window.banner.detail

    def told() -> bool:
        engine.status(state="stale", faults={"decoding": "decoding hangs"})
        return window.banner.detail == "decoding hangs"

    qtbot.waitUntil(told, timeout=60_000)


def test_how_sure_the_decoder_is_stands_over_its_mel(qtbot, make_engine, open_window) -> None:
    engine = make_engine(n_channels=4, sfreq=500.0)
    engine.run()
    window = open_window(engine.session)
    hint = window._mel_card.hint
    told = {"sureness_share": 0.72, "sureness_error_db": 6.2}
    for sureness, words in (
        ("sure", "how sure: 72%, error 6 dB"),
        ("unsure", "UNSURE"),
        ("faded", "UNSURE: the voice is faded out"),
        ("cannot tell", "how sure: cannot tell"),
    ):
        engine.change(sureness=sureness, **told)
        qtbot.waitUntil(lambda words=words: hint.text() == words, timeout=60_000)
    engine.lose(engine=True)  # what is shown is old: nobody says any more
    qtbot.waitUntil(lambda: "80 bands" in hint.text(), timeout=60_000)
