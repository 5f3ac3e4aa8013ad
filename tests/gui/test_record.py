"""The Record step offscreen: runs, the recorder that dies or hangs, a simulated amplifier, another participant."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from bk_realtime.prompts.marks import marked_trials
from bk_realtime.session.settings import InletSettings
from gui.participant import Participant
from gui.record import page as page_module
from gui.record import recording as recording_module
from gui.record import simulated
from gui.record.figures_card import recorder_words
from gui.record.panel import RecordPanel
from gui.record.recorder_process import file_name
from gui.record.recording import Recording
from tests.gui.fake_recorder import WAIT_MS, FakeOutlet, FakeRecorder, panel, texts

__all__ = ["panel"]  # fixture
pytestmark = pytest.mark.gui


def test_a_whole_run(panel: RecordPanel, qtbot) -> None:
    panel.controls.start.click()
    (recorder,) = FakeRecorder.made
    assert recorder.expect == ("amp", "prompts-test")  # the markers are checked as the amplifier is
    assert recorder.path.name.startswith("p01_speaking_")
    panel.look()
    assert texts(panel) == []  # nothing before every stream is in the file
    assert "waiting" in panel.controls.said.text()
    recorder.begin()
    qtbot.waitUntil(lambda: recorder.asked, timeout=WAIT_MS)
    assert isinstance(panel.outlet, FakeOutlet)
    assert [t.word for t in marked_trials(panel.outlet.sent)].count("huis") == 1
    assert len(marked_trials(panel.outlet.sent)) == 2
    assert texts(panel)[-1] == "prompts;end"
    recorder.markers, recorder.code = len(texts(panel)) - 1, 0
    panel.look()
    assert "markers are in" in panel.trouble  # one is lacking
    recorder.markers += 1
    panel.look()
    assert not panel.trouble
    assert panel.figures.rec.text() == "✓ saved, read back and complete"
    assert "2 good, 0 bad" in panel.figures.trials.text()
    assert not panel.busy
    assert not panel.controls.bad.isEnabled()  # its verdict would be in no file
    assert "too short to train on" in panel.controls.said.text()
    recorder.figures["seconds"] = 60.0
    panel.look()
    assert "go on to Train" in panel.controls.said.text()


def test_nobody_speaks_for_a_file_without_a_brain(panel: RecordPanel, qtbot) -> None:
    """An amplifier that is off: nothing is shown, and it is said what is waited for."""
    panel.for_participant(Recording("p01", panel.recording._folder), panel.form.path)  # any of a neural type will do
    panel.controls.start.click()
    recorder = FakeRecorder.made[-1]
    recorder.begin()
    amplifier = recorder.figures["streams"].pop(0)
    panel.look()
    assert not panel.run.running
    assert "waiting until brain signal" in panel.controls.said.text()
    recorder.figures["streams"].append(amplifier)
    panel.look()
    assert panel.run.running


def test_what_was_recorded_stays_in_sight_when_a_decoder_is_chosen(qtbot, tmp_path: Path) -> None:
    """Train's Use this decoder changes the profile, and nothing of what was recorded."""
    who = Participant("p01", out=tmp_path)
    page = page_module.RecordPage(who)
    qtbot.addWidget(page)
    recording = page.panel.recording
    page.show_participant(dataclasses.replace(who, bundle=tmp_path / "ridge"))
    page.panel.look()
    assert page.panel.recording is recording
    page.show_participant(dataclasses.replace(who, out=tmp_path / "other"))
    page.panel.look()
    assert page.panel.recording is not recording
    page.shut()
    page.panel.page.deleteLater()


def test_a_run_waits_for_the_streams_that_the_profile_names(qtbot, tmp_path: Path) -> None:
    """Those that training needs, too, not only those that Check expects."""
    stream = InletSettings(name="Amp", source_id="amp-1", join=("Amp2",))
    who = Participant("p01", stream=stream, microphone="auto", expect=("Gaze",), out=tmp_path)
    FakeRecorder.made = []
    for one, wanted in (
        (who, ("amp-1", "Audio", "Amp2", "Gaze", "markers")),
        (dataclasses.replace(who, source=tmp_path / "demo.xdf", expect=()), ("sEEG", "markers")),
    ):
        recording = page_module._recording(one)
        recording._amplifier = object()  # type: ignore[assignment]  # none is started
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recording_module, "RecorderProcess", FakeRecorder)
            recording.start("speaking", "markers", 0)
        assert FakeRecorder.made[-1].expect == wanted


def test_when_the_file_is_closed_no_stream_is_said_to_be_gone(panel: RecordPanel, qtbot) -> None:
    panel.controls.start.click()
    recorder = FakeRecorder.made[0]
    recorder.begin()
    recorder.figures["streams"][0].update(n=46_080, gone=True)
    panel.look()
    assert "✕ amp: 0 of 1000 a second, GONE" in panel.figures.streams.text()
    qtbot.waitUntil(lambda: recorder.asked, timeout=WAIT_MS)
    recorder.markers, recorder.code = len(texts(panel)), 0
    panel.look()
    assert panel.figures.streams.text().startswith("amp: 46,080 samples, ended before the recording\nPrompts: 1 in all")


def test_keys_pause_judge_and_undo(panel: RecordPanel, qtbot) -> None:
    panel.form.numbers["word_s"].setValue(60.0)
    panel.controls.start.click()
    FakeRecorder.made[0].begin()
    qtbot.waitUntil(lambda: any(t.startswith("start") for t in map(str, texts(panel))), timeout=WAIT_MS)
    qtbot.waitUntil(panel.isActiveWindow, timeout=WAIT_MS)
    panel.controls.stop.setFocus()
    for key in (Qt.Key.Key_B, Qt.Key.Key_U, Qt.Key.Key_B, Qt.Key.Key_G, Qt.Key.Key_P):
        QTest.keyClick(panel.controls.stop, key)
    qtbot.waitUntil(lambda: texts(panel)[-1] == "prompts;pause", timeout=WAIT_MS)
    assert texts(panel)[-6:-2] == ["bad;1", "good;1", "bad;1", "good;1"]
    assert texts(panel)[-2].startswith("abort;")
    assert panel.controls.pause.text() == "Go on  P"
    panel.controls.pause.click()
    qtbot.waitUntil(lambda: texts(panel)[-1].startswith("start"), timeout=WAIT_MS)


def test_a_recorder_that_dies_pauses_the_prompts_and_a_new_file_goes_on(panel: RecordPanel, qtbot) -> None:
    panel.form.numbers["word_s"].setValue(60.0)
    panel.controls.start.click()
    FakeRecorder.made[0].begin()
    qtbot.waitUntil(lambda: any(t.startswith("start") for t in map(str, texts(panel))), timeout=WAIT_MS)
    FakeRecorder.made[0].code = -9
    panel.look()
    assert "RECORDER ENDED" in panel.figures.rec.text()
    assert "the recorder ended" in panel.trouble
    qtbot.waitUntil(lambda: texts(panel)[-1] == "prompts;pause", timeout=WAIT_MS)
    panel.controls.pause.click()
    again = FakeRecorder.made[1]
    again.begin()
    qtbot.waitUntil(lambda: texts(panel)[-1].startswith("start"), timeout=WAIT_MS)
    again.hangs, again.silent_s = True, 0.8
    panel.look()
    assert "RECORDER HANGS" in panel.figures.rec.text()
    assert "hangs" in panel.trouble


def test_what_cannot_be_shown_is_said_and_nothing_starts(panel: RecordPanel, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("huis\n")
    panel.form.take_list(bad)
    panel.controls.start.click()
    assert "put the line 'word' on top" in panel.controls.said.text()
    assert not FakeRecorder.made
    assert not panel.busy
    panel.form.take_list(None)
    assert not panel.controls.start.isEnabled()


def test_silence_counts_down_and_needs_no_list(panel: RecordPanel, qtbot) -> None:
    panel.form.take_list(None)
    panel.form.task.setCurrentIndex(2)
    panel.form.own.setChecked(False)  # another recorder keeps the markers
    panel.controls.start.click()
    panel.look()
    assert not FakeRecorder.made
    qtbot.waitUntil(lambda: "silence;start;#1" in texts(panel), timeout=WAIT_MS)
    panel.look()
    assert "s left" in panel.controls.now.text()
    panel.controls.stop.click()
    assert texts(panel)[-2:] == ["silence;abort;#1", "prompts;end"]


def test_every_file_has_a_name_of_its_own(tmp_path: Path) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5)
    first = file_name(tmp_path, "p01", "speaking", now)
    assert first.name == "p01_speaking_2026-01-02_03-04-05.xdf"
    first.touch()
    assert file_name(tmp_path, "p01", "speaking", now).name == "p01_speaking_2026-01-02_03-04-05_2.xdf"


def test_words_for_every_state_of_the_recorder() -> None:
    FakeRecorder.made = []
    recorder = FakeRecorder(Path("a.xdf"))
    assert recorder_words(None)[0] == "○ not recording"
    assert "waiting" in recorder_words(recorder)[0]  # type: ignore[arg-type]
    recorder.begin()
    assert recorder_words(recorder)[0] == "● REC"  # type: ignore[arg-type]
    recorder.asked = True
    assert "checking" in recorder_words(recorder)[0]  # type: ignore[arg-type]


class FakeAmplifier:
    running = 0
    code: int | None = None

    def __init__(self, source: Path) -> None:
        FakeAmplifier.running += 1

    def stop(self) -> None:
        FakeAmplifier.running -= 1


def test_a_simulated_amplifier_runs_as_long_as_the_recorder_and_is_said(
    panel: RecordPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "SimulatedAmplifier", FakeAmplifier)
    words = panel.form.path
    panel.for_participant(Recording("demo", tmp_path, (), tmp_path / "demo.xdf"), words)
    panel.controls.start.click()
    (recorder,) = FakeRecorder.made
    assert recorder.path.name.startswith("demo_speaking_")
    assert recorder.expect == ("sEEG", "prompts-test")
    assert "not(type='Markers')" in recorder.predicate  # the cues of the old recording are not shown now
    assert FakeAmplifier.running == 1
    assert "SIMULATED" in panel.controls.said.text()
    recorder.code, recorder.last = 2, "error: --expect sEEG: no such stream"
    panel.look()
    assert FakeAmplifier.running == 0
    assert "no such stream" in panel.controls.said.text()
    assert panel.controls.start.isEnabled()


@pytest.mark.parametrize(("code", "said"), [(0, "replayed is over"), (2, "ended with code 2")])
def test_the_run_of_a_simulated_participant_ends_with_the_recording(
    panel: RecordPanel, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    monkeypatch.setattr(recording_module, "SimulatedAmplifier", FakeAmplifier)
    monkeypatch.setattr(FakeAmplifier, "code", None)
    panel.form.numbers["word_s"].setValue(60.0)
    words = panel.form.path
    panel.for_participant(Recording("demo", tmp_path, (), tmp_path / "demo.xdf"), words)
    panel.controls.start.click()
    (recorder,) = FakeRecorder.made
    recorder.begin()
    qtbot.waitUntil(lambda: any(text.startswith("start") for text in texts(panel)), timeout=WAIT_MS)
    assert not recorder.asked
    FakeAmplifier.code = code
    qtbot.waitUntil(lambda: recorder.asked, timeout=WAIT_MS)
    assert texts(panel)[-1] == "prompts;end"
    assert said in panel.controls.said.text()
    recorder.code = 0


def test_the_recording_is_replayed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training refuses what comes twice."""
    started: list[list[str]] = []
    monkeypatch.setattr(simulated.subprocess, "Popen", lambda words, **_: started.append(words))
    simulated.SimulatedAmplifier(Path("demo.xdf"))
    assert "--loop" not in started[0]
    assert "--wait-for-consumer" in started[0]


def test_another_participant_waits_until_the_run_is_saved(panel: RecordPanel, qtbot, tmp_path: Path) -> None:
    panel.form.numbers["word_s"].setValue(60.0)
    panel.controls.start.click()
    (recorder,) = FakeRecorder.made
    recorder.begin()
    qtbot.waitUntil(lambda: any(text.startswith("start") for text in texts(panel)), timeout=WAIT_MS)
    other = Recording("p02", tmp_path)
    panel.for_participant(other, None)
    assert texts(panel)[-1] == "prompts;end"
    assert panel.recording is not other
    qtbot.waitUntil(lambda: recorder.asked, timeout=WAIT_MS)
    recorder.code = 0
    panel.look()
    assert panel.recording is other
    assert panel.figures.rec.text() == "○ not recording"
