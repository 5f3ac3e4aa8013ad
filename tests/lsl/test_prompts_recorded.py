"""Prompts on the participant's page, a real recorder, an amplifier: the file holds every trial where it was shown."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QApplication

from bk_realtime.clock import FrameClock
from gui import theme
from gui.record import panel as panel_module
from gui.record.panel import RecordPanel
from gui.record.recording import Recording
from offline.data.trials import bad_trials, marked_trials
from offline.io import read_recording
from tests.lsl.outlets import Sender

pytestmark = [pytest.mark.lsl, pytest.mark.gui]
START_MS = 240_000


@pytest.fixture
def panel(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordPanel]:
    monkeypatch.setattr(panel_module, "TAIL_S", 0.5)
    theme.apply(QApplication.instance())
    words = tmp_path / "words.csv"
    words.write_text("word;group\nhuis;a\nréunion;b\n房子;b\n", encoding="utf-8")
    panel = RecordPanel(Recording("p01", tmp_path / "out", ("amp",)))
    panel.form.take_list(words)
    for name, value in {"cross_s": 0.0, "gap_s": 0.1, "jitter_s": 0.0, "word_s": 0.2, "repeats": 2}.items():
        panel.form.numbers[name].setValue(value)
    panel.form.repeat_bad.setChecked(False)
    panel.show()
    qtbot.waitExposed(panel, timeout=60_000)
    yield panel
    panel.shut()
    if panel.recorder is not None:
        panel.recorder.join(60)
    panel.outlet = None  # Qt keeps the panel, and with it a stream that later tests would see
    panel.page.deleteLater()
    panel.deleteLater()
    panel.outlet = None
    del panel
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()  # now, not in whatever test comes next: its stream of markers would be recorded there


def test_what_was_shown_is_in_the_recording(panel: RecordPanel, qtbot) -> None:
    with Sender(source_id="amp-1", packet=32, labels=["A1", "A2", "A3", "A4"]):
        panel.controls.start.click()
        assert panel.outlet is not None
        sent: list[tuple[str, float]] = []
        send = panel.outlet.send
        panel.outlet.send = lambda text, stamp: (sent.append((text, stamp)), send(text, stamp))  # type: ignore[method-assign, assignment, func-returns-value]
        qtbot.waitUntil(lambda: any(text.startswith("start") for text, _ in sent), timeout=START_MS)
        panel.controls.bad.click()
        recorder = panel.recorder
        assert recorder is not None
        qtbot.waitUntil(lambda: recorder.code is not None, timeout=START_MS)
    panel.look()
    assert recorder.whole, recorder.last
    assert panel.figures.rec.text() == "✓ saved, read back and complete"
    recording = read_recording(recorder.path)
    assert [text for _, text in recording.markers] == [text for text, _ in sent]
    times = [time for time, _ in recording.markers]
    shown = [stamp for _, stamp in sent]
    assert all(abs((a - times[0]) - (b - shown[0])) < 1e-3 for a, b in zip(times, shown, strict=True))
    clock = FrameClock(recording.sfreq, 22050, 256)
    good, bad = marked_trials(recording, clock), bad_trials(recording, clock)
    machine = panel.run.machine
    assert machine is not None
    said = [(trial.prompt.word, bad) for trial, bad in machine.tally.trials]
    assert [(t.label, False) for t in good] == [(word, bad) for word, bad in said if not bad]
    assert [t.label for t in bad] == [word for word, bad in said if bad]
    assert (len(good), len(bad)) == (5, 1)
    assert any("1 of 6 trials are marked bad" in note for note in recording.notes)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_recorder_that_hangs_or_dies_is_said_and_nothing_is_lost(panel: RecordPanel, qtbot) -> None:
    panel.form.numbers["word_s"].setValue(60.0)
    with Sender(source_id="amp-2", packet=32, labels=["A1", "A2", "A3", "A4"]):
        panel.controls.start.click()
        recorder = panel.recorder
        assert recorder is not None
        qtbot.waitUntil(lambda: panel.run.running, timeout=START_MS)
        qtbot.waitUntil(lambda: recorder.markers >= 1, timeout=START_MS)  # a kill loses what it has not said yet
        pid = recorder._process.pid
        os.kill(pid, signal.SIGSTOP)
        qtbot.waitUntil(lambda: "RECORDER HANGS" in panel.figures.rec.text(), timeout=START_MS)
        os.kill(pid, signal.SIGCONT)
        qtbot.waitUntil(lambda: panel.figures.rec.text() == "● REC", timeout=START_MS)
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: "RECORDER ENDED" in panel.figures.rec.text(), timeout=START_MS)
        qtbot.waitUntil(lambda: panel.run.machine_waits, timeout=START_MS)
        first = recorder.path
        panel.controls.pause.click()  # a new file goes on
        qtbot.waitUntil(lambda: not panel.run.machine_waits, timeout=START_MS)
        assert panel.recorder is not None
        assert panel.recorder.path != first
        panel.controls.stop.click()
        qtbot.waitUntil(lambda: panel.recorder.code is not None, timeout=START_MS)
    assert panel.recorder.whole
    texts = [text for _, text in read_recording(first).markers]
    assert texts[0].startswith("prompts;begin")
