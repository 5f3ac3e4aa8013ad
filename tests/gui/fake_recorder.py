"""The Record step without a recorder's process and without a stream of markers: what the panel asks of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from gui import theme
from gui.record import panel as panel_module
from gui.record import prompt_run
from gui.record import recording as recording_module
from gui.record.panel import RecordPanel
from gui.record.recording import Recording

WAIT_MS = 60_000


class FakeRecorder:
    """Stands for the process: what the panel asks of it."""

    made: list[FakeRecorder]

    def __init__(self, path: Path, expect=(), predicate: str = "") -> None:
        self.path, self.expect, self.predicate = path, expect, predicate
        self.figures: dict = {}
        self.code: int | None = None
        self.last, self.silent_s, self.rates, self.hangs, self.asked = "", 0.0, {}, False, False
        FakeRecorder.made.append(self)

    def begin(self) -> None:
        names = [("amp", "sEEG", 1000.0), ("Prompts", "Markers", 0.0)]
        streams = [{"name": n, "type": t, "rate": r, "n": 1, "gone": False} for n, t, r in names]
        self.figures = {"seconds": 1.0, "bytes": 2_000_000, "streams": streams, "more": 0}

    recording = property(lambda self: bool(self.figures) and self.code is None and not self.asked)
    ending = property(lambda self: self.asked and self.code is None)
    markers = 0
    whole = property(lambda self: self.code == 0 and bool(self.figures))

    def look(self) -> None:
        pass

    def stop(self) -> None:
        self.asked = True


class FakeOutlet:
    source_id = "prompts-test"

    def __init__(self) -> None:
        self.sent: list[tuple[float, str]] = []

    def send(self, text: str, stamp: float) -> None:
        self.sent.append((stamp, text))


@pytest.fixture
def panel(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordPanel]:
    theme.apply(QApplication.instance())
    FakeRecorder.made = []
    monkeypatch.setattr(recording_module, "RecorderProcess", FakeRecorder)
    monkeypatch.setattr(panel_module, "PromptOutlet", FakeOutlet)
    monkeypatch.setattr(panel_module, "TAIL_S", 0.0)
    monkeypatch.setattr(prompt_run, "LATEST_MS", 60_000)  # a busy machine paints late, but it does
    words = tmp_path / "words.csv"
    words.write_text("word\nhuis\nboom\n")
    panel = RecordPanel(Recording("p01", tmp_path / "out", ("amp",)))
    panel.form.take_list(words)
    for name, value in {"cross_s": 0.0, "gap_s": 0.0, "jitter_s": 0.0, "word_s": 0.2, "repeats": 1}.items():
        panel.form.numbers[name].setValue(value)
    panel.show()
    qtbot.waitExposed(panel, timeout=60_000)
    yield panel
    panel.shut()
    panel.page.deleteLater()
    panel.deleteLater()


def texts(panel: RecordPanel) -> list[str]:
    assert isinstance(panel.outlet, FakeOutlet)
    return [text for _, text in panel.outlet.sent]
