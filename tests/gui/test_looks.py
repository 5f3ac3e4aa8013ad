"""Text size and look: kept, used from the next window on, and as readable as WCAG's AA asks in both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PyQt6.QtCore import QRect, QSettings, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QMainWindow

from gui import look
from gui.step_names import STEPS
from gui.steps.looks import LATER, Looks
from gui.window import LEAST

pytestmark = pytest.mark.gui
LAPTOP = QRect(0, 0, 1366, 768)


def test_sizes_go_up_and_down_and_as_far_as_the_screen(settings: QSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(look._OURS, raising=False)
    assert look.size(settings) == look.in_use() == 100
    sizes = [look.step(settings, 1, LEAST, LAPTOP) for _ in range(5)]
    assert sizes == [110, 125, 150, 175, 200]
    assert look.step(settings, 1, LEAST, LAPTOP) == 200
    assert look.step(settings, 1, LEAST, QRect(0, 0, 800, 600)) == 125  # more does not fit
    monkeypatch.setenv(look._OURS, "150")  # as the window counts: 1366 pixels are 911 of its own
    assert look.step(settings, 3, LEAST, QRect(0, 0, 911, 512)) == 200
    assert look.step(settings, 0, LEAST, LAPTOP) == 100
    settings.setValue("text_size", "huge")
    assert look.size(settings) == 100


def test_keys_open_another_window_unless_something_is_under_way(
    qtbot, settings: QSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(look._OURS, raising=False)
    window, busy, opened, said = QMainWindow(), [False], [], []
    qtbot.addWidget(window)
    Looks(window, settings, (10, 10), lambda: busy[0], lambda: opened.append(look.size(settings)), said.append)
    window.show()
    with qtbot.waitActive(window, timeout=60_000):
        window.activateWindow()
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window, Qt.Key.Key_Plus, ctrl)
    assert opened == [110]
    qtbot.keyClick(window, Qt.Key.Key_L, ctrl)
    assert len(opened) == 2
    busy[0] = True
    qtbot.keyClick(window, Qt.Key.Key_Minus, ctrl)
    assert said == [f"text size 100 %: {LATER}"]
    assert len(opened) == 2
    assert look.size(settings) == 100


def test_another_window_settles_it_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (look.SCALE, look._OURS, look.LOOK):
        monkeypatch.delenv(name, raising=False)
    settings = {look.SIZE_KEY: 150, look.LOOK_KEY: "light"}

    class Kept:
        def value(self, key: str, usual: object = None, type: object = None) -> object:  # noqa: A002
            return settings.get(key, usual)

    with monkeypatch.context() as change:
        change.setenv("BK_OTHER", "x")
        look.settle(Kept())  # type: ignore[arg-type]
        assert (os.environ[look.SCALE], os.environ[look.LOOK]) == ("1.5", "light")
        left = look.environment()
        assert "BK_OTHER" in left
        assert not {look.SCALE, look._OURS, look.LOOK} & left.keys()
        for name in (look.SCALE, look._OURS, look.LOOK):
            os.environ.pop(name)
        os.environ[look.SCALE] = "2"  # chosen for all programs: it stays
        look.settle(Kept())  # type: ignore[arg-type]
        assert os.environ[look.SCALE] == look.environment()[look.SCALE] == "2"
    for name in (look.SCALE, look._OURS, look.LOOK):
        os.environ.pop(name, None)


def test_the_window_is_as_large_and_as_light_as_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "BrainKaraoke" / "window.ini"
    place.parent.mkdir()
    place.write_text("[General]\ntext_size=150\nlook=light\n")
    shot = tmp_path / "shot.png"
    words = ["--session", "nobody", "--size", "800x500", "--screenshot", str(shot), "--after", "0.5", "--seconds", "3"]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-m", "gui", *words], env=environment, check=True, timeout=240)
    picture = QImage(str(shot))
    assert picture.height() == 750  # 500 of the window's own pixels
    assert picture.pixelColor(2, picture.height() - 2).lightness() > 200


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_text_stands_out_enough(name: str, tmp_path: Path) -> None:
    """AA of WCAG 2.2: 4.5, and 3 for large letters; measured in each step and state by tests/gui/contrast.py."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.gui.contrast"],
        env={**os.environ, "BK_LOOK": name, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert {row["step"] for row in rows} == set(STEPS)
    kinds = Counter(row["kind"] for row in rows)
    assert min(kinds[kind] for kind in ("QLabel", "QPushButton", "QComboBox", "QCheckBox", "Banner", "Traces")) > 0
    assert sum(kinds.values()) > 250
    assert not [row for row in rows if row["contrast"] < row["needed"]]
