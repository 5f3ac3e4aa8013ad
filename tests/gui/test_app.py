"""The window as a process of its own: pictures, exit codes, ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QImage

from tests.gui.fake_engine import FakeEngine
from tests.x_server import x_server

pytestmark = [pytest.mark.gui, pytest.mark.lsl]
REPOSITORY = Path(__file__).resolve().parents[2]


def start(
    tmp_path: Path, *arguments: str, program: tuple[str, ...] = ("-m", "gui"), **env: str | None
) -> subprocess.Popen[str]:
    """``python -m gui`` with its settings in ``tmp_path``; a variable given as ``None`` is taken away."""
    changed = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config"), **env}
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=REPOSITORY,
        env={k: v for k, v in changed.items() if v is not None},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what was written to stderr, but for liblsl's own lines (of a machine without a network, say)."""
    process.stdin, pipe = None, process.stdin  # communicate() would close it, and the window ends with its parent
    try:
        _, err = process.communicate(timeout=120)
    finally:
        process.kill()
        pipe.close()
    return process.returncode, without_liblsl(err)


def without_liblsl(said: str) -> str:
    """Lines of ours, of Python and of Qt."""
    return re.sub(r"(?m)^[-\d]+ [.:\d]+ \(.*\.cpp:\d+ .*\n+", "", said)


def colours(path: Path) -> int:
    """How many colours the traces' part of the picture has: in a window without signals some 150, of its words."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    picture = np.frombuffer(bits, np.uint32).reshape(image.height(), image.width())
    height, width = picture.shape
    return len(np.unique(picture[int(0.15 * height) : int(0.55 * height), int(0.06 * width) : int(0.74 * width)]))


def with_signals(tmp_path: Path, *options: str, **env: str) -> tuple[QImage, str]:
    """A picture in which signals are seen, however long a busy machine takes to find their streams; what was said."""
    shot = tmp_path / "window.png"
    for after in (6, 24, 96):
        times = ("--after", str(after), "--seconds", f"{after + 0.2}", "--overwrite")
        code, err = finish(start(tmp_path, *options, "--screenshot", str(shot), *times, **env))
        assert code == 0, err
        if colours(shot) > 1000:
            return QImage(str(shot)), err
    raise AssertionError(f"no signals in {shot}")


def test_screenshot_offscreen(engine: FakeEngine, tmp_path: Path) -> None:
    options = ("--session", engine.session, "--control", str(engine.control(tmp_path)))
    assert with_signals(tmp_path, *options)[1] == ""
    assert (tmp_path / "config" / "BrainKaraoke" / "window.ini").exists()


@pytest.fixture
def x_display() -> Iterator[str]:
    """An X server of our own."""
    with x_server() as display:
        yield display


def test_screenshot_on_a_real_x_server(engine: FakeEngine, tmp_path: Path, x_display: str) -> None:
    options = ("--session", engine.session, "--size", "1440x900")
    assert with_signals(tmp_path, *options, QT_QPA_PLATFORM="xcb", DISPLAY=x_display)[0].width() == 1440


def test_nothing_is_overwritten_and_errors_are_one_line(tmp_path: Path) -> None:
    shot = tmp_path / "window.png"
    shot.write_text("mine")
    for options, word in (
        (["--screenshot", str(shot)], "exists already"),
        (["--screenshot", str(tmp_path / "no" / "x.png")], "no such folder"),
        (["--size", "big"], "WIDTHxHEIGHT"),
    ):
        code, err = finish(start(tmp_path, *options))
        assert code == 2
        assert word in err
        assert err.count("\n") == 1
    assert shot.read_text() == "mine"


def test_no_display_is_said_plainly(tmp_path: Path) -> None:
    process = start(tmp_path, QT_QPA_PLATFORM=None, DISPLAY=None, WAYLAND_DISPLAY=None)
    code, err = finish(process)
    assert code == 2
    assert "no display" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("how", ["terminate", "parent gone"])
def test_ends_when_asked_or_orphaned(tmp_path: Path, how: str) -> None:
    shot = tmp_path / "up.png"
    process = start(tmp_path, "--session", "nobody", "--screenshot", str(shot), "--after", "0.2")
    deadline = time.monotonic() + 120
    while not shot.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    if how == "terminate":
        process.send_signal(signal.SIGTERM)
        code, err = finish(process)
    else:
        process.stdin.close()
        code, err = process.wait(120), without_liblsl(process.stderr.read())
    assert (code, err) == (0, "")


IN_A_PAINT = """
import signal, sys
from gui.panels.banner import Banner
paint = Banner.paintEvent
def ended_in_a_paint(panel, event):
    paint(panel, event)
    signal.raise_signal(signal.SIGTERM)
Banner.paintEvent = ended_in_a_paint
from gui.app import main
main(sys.argv[1:])
"""


def test_asked_to_end_while_it_paints_it_ends_without_a_word(tmp_path: Path) -> None:
    """Python may handle a signal in the middle of a paint: Qt must not lose the window that it is drawing into."""
    process = start(tmp_path, "--session", "nobody", program=("-c", IN_A_PAINT))  # ends by the paint or never
    assert finish(process) == (0, "")


def test_help_names_the_keys(tmp_path: Path) -> None:
    process = start(tmp_path, "--help")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Space or Esc" in out
