"""The participant's page offscreen: markers stamped when it is painted, words of any length, nothing that closes it."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from bk_realtime.prompts.machine import Screen, TrialMachine
from bk_realtime.prompts.settings import PromptSettings
from bk_realtime.prompts.words import Prompt
from gui.record.participant_window import ParticipantWindow
from gui.record.prompt_run import UNSEEN, PromptRun
from gui.record.screen_view import LOOKS, ScreenView, missing_letters
from tests.gui.fake_recorder import WAIT_MS, FakeOutlet

pytestmark = pytest.mark.gui


def test_markers_wait_for_the_paint_or_say_that_there_was_none(qtbot) -> None:
    page, outlet = ParticipantWindow(), FakeOutlet()
    run, doubts = PromptRun(page, outlet), []
    run.doubt.connect(doubts.append)
    run.begin(TrialMachine([Prompt("huis")], PromptSettings(cross_s=60.0)))
    assert outlet.sent == []
    qtbot.waitUntil(lambda: len(outlet.sent) == 2, timeout=WAIT_MS)
    assert doubts == [UNSEEN]  # the page was never shown
    page.open_on(0, False)
    qtbot.waitExposed(page, timeout=60_000)
    run.pause()
    run.resume()
    run.judge(True)  # about no trial
    assert [text for _, text in outlet.sent[2:]] == ["prompts;pause"]
    qtbot.waitUntil(lambda: len(outlet.sent) == 5 and doubts[-1] == "", timeout=WAIT_MS)
    run.stop()
    page.dismiss()
    page.deleteLater()


def test_no_key_and_no_accident_closes_the_page(qtbot) -> None:
    page = ParticipantWindow()
    page.open_on(0, True)
    qtbot.waitExposed(page, timeout=60_000)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Q):
        QTest.keyClick(page, key)
    page.close()
    assert page.isVisible()
    assert page.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert page.findChildren(QWidget) == [page.view]  # nothing else on it
    page.dismiss()
    assert not page.isVisible()
    page.deleteLater()


def inked(view: ScreenView) -> tuple[int, int, int, int]:
    """First and last column and row that differ from the ground."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    ground = image.pixel(0, 0)
    spots = [
        (x, y)
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
        if abs((image.pixel(x, y) & 255) - (ground & 255)) > 64
    ]
    xs, ys = zip(*spots, strict=True)
    return min(xs), max(xs), min(ys), max(ys)


@pytest.mark.parametrize("word", ["huis", "שלום עולם", "De kat zit op de warme vensterbank en kijkt naar buiten " * 3])
@pytest.mark.parametrize("look", list(LOOKS))
def test_any_length_is_shown_large_and_whole(qtbot, word: str, look: str) -> None:
    view = ScreenView(look)
    qtbot.addWidget(view)
    view.resize(640, 400)
    view.show_screen(Screen("word", Prompt(word.strip())))
    left, right, top, bottom = inked(view)
    assert left >= 30
    assert right <= 610
    assert top >= 15
    assert bottom <= 385
    assert abs((left + right) / 2 - 320) < 20  # in the middle
    assert (right - left > 200) or (bottom - top > 60)


def test_letters_that_no_font_shows_are_named() -> None:
    assert missing_letters(["huis één"]) == []
    assert missing_letters(["a\u0378b\u0378"]) == ["\u0378"]  # belongs to nobody
