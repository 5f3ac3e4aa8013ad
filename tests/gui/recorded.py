"""A small recording, laid out as the process does it, and the Report page that looks into one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from gui import theme
from gui.participant import Participant
from gui.report.opened import Opened
from gui.report.page import ReportPage
from offline.inspection.view_files import write_view
from offline.io import read_recording
from tests.xdf_files import BRAIN, START, TIMES, Stream, amp, write

WAIT_MS = 120_000
RATE = 16_000
SOUND = (0.9 * np.sin(2 * np.pi * 440 * np.arange(8 * RATE) / RATE)).astype(np.float32)


def recording(folder: Path, **told: Any) -> Path:
    """Eight seconds of three channels, a tone and two markers; the amplifier has an offset of 5 mV."""
    folder.mkdir(exist_ok=True)
    sound = Stream("mic", "Audio", RATE, SOUND, START + np.arange(len(SOUND)) / RATE, units=("",))
    words = Stream("words", "Markers", 0, ["start;huis", "end;huis"], [START + 2.0, START + 3.5], units=("",))
    return write(folder, amp(BRAIN + np.float32(5000), TIMES, **told), sound, words)


@pytest.fixture
def page(qtbot, tmp_path: Path) -> Iterator[ReportPage]:
    theme.apply(QApplication.instance())
    page = ReportPage(Participant("p01", out=tmp_path / "out"))
    qtbot.addWidget(page)
    page.resize(1366, 640)
    page.show()
    yield page
    page.shut()
    page.join(30)


def lay_out(path: Path, folder: Path) -> Opened:
    """As the process does."""
    folder.mkdir()
    write_view(read_recording(path), folder, lambda step, done: None)
    return Opened(folder)
