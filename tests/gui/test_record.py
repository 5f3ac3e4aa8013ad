"""The Record step offscreen: markers stamped when they are painted, the page, the recorder that dies or hangs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from bk_realtime.errors import BkError, DeviceError
from bk_realtime.prompts.machine import Screen, TrialMachine
from bk_realtime.prompts.marks import marked_trials
from bk_realtime.prompts.settings import PromptSettings
from bk_realtime.prompts.words import Prompt
from bk_realtime.session.settings import InletSettings
from gui import theme
from gui.participant import Participant
from gui.record import clip_player, prompt_run, simulated
from gui.record import page as page_module
from gui.record import panel as panel_module
from gui.record import recording as recording_module
from gui.record.clip_player import CEILING, clip_seconds, soft
from gui.record.figures_card import recorder_words
from gui.record.panel import RecordPanel
from gui.record.participant_window import ParticipantWindow
from gui.record.prompt_run import UNSEEN, PromptRun
from gui.record.recorder_process import file_name
from gui.record.recording import Recording
from gui.record.screen_view import LOOKS, ScreenView, missing_letters

pytestmark = pytest.mark.gui
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


class FakePlayer:
    def __init__(self) -> None:
        self.played: list[str] = []

    def play(self, path: Path) -> None:
        self.played.append(path.name)

    def stop(self) -> None:
        self.played.append("stop")


def clip(path: Path, seconds: float = 0.3, level: float = 1.0) -> Path:
    soundfile.write(path, level * np.ones(round(16000 * seconds)), 16000, subtype="FLOAT")
    return path


def test_markers_of_listening_wait_for_the_sound(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_run, "LATEST_SOUND_MS", 600_000)
    page, outlet, player = ParticipantWindow(), FakeOutlet(), FakePlayer()
    page.view.words = False
    page.open_on(0, False)
    qtbot.waitExposed(page, timeout=60_000)
    run = PromptRun(page, outlet)
    run.player = player
    settings = PromptSettings(cross_s=0.0, jitter_s=0.0, word_s=60.0)
    run.begin(TrialMachine([Prompt("huis", tmp_path / "huis.wav")], settings, "listening"))
    qtbot.waitUntil(lambda: "huis.wav" in player.played, timeout=WAIT_MS)
    assert page.view.crossed
    assert page.view.text() == ""
    run._painted()  # the page is there, the sound is not
    assert [text for _, text in outlet.sent if text.startswith("start")] == []
    run.heard(123.5)
    assert outlet.sent[-1] == (123.5, "start;huis;#1")
    run.pause()
    assert player.played[-1] == "stop"
    run.stop()
    page.dismiss()
    page.deleteLater()


def test_clips_are_checked_soft_and_never_loud(tmp_path: Path) -> None:
    good = clip(tmp_path / "a.wav")
    assert clip_seconds([Prompt("a", good), Prompt("b", good)]) == {good: 0.3}
    (tmp_path / "b.wav").write_text("no sound")
    for bad, said in (
        (Prompt("a"), "no clip"),
        (Prompt("a", tmp_path / "none.wav"), "no sound file"),
        (Prompt("a", tmp_path / "b.wav"), "no sound file"),
        (Prompt("a", clip(tmp_path / "c.wav", 61.0)), "61.0 s"),
        (Prompt("a", clip(tmp_path / "d.wav", 0.0)), "0.0 s"),
    ):
        with pytest.raises(BkError, match=said):
            clip_seconds([bad])
    sound = soft(np.full((1600, 2), 3.0), 16000)
    assert sound.max() == pytest.approx(CEILING)
    assert sound[0] < 1e-3 > sound[-1]
    assert np.all(np.diff(sound[:800]) > 0)
    quiet = soft(np.full(4800, 0.1), 16000)
    assert quiet.max() == pytest.approx(0.1)
    assert len(soft(np.zeros(1), 16000)) == 1


def test_a_list_without_clips_cannot_be_listened_to(panel: RecordPanel) -> None:
    panel.form.task.setCurrentIndex(1)
    panel.controls.start.click()
    assert "has no clip" in panel.controls.said.text()
    assert not FakeRecorder.made


def test_a_clip_that_cannot_be_played_pauses_and_says_why(panel: RecordPanel, qtbot, monkeypatch) -> None:
    def none() -> None:
        raise DeviceError("no default sound device; choose one with --sound-device: A")

    monkeypatch.setattr(clip_player, "portaudio", none)
    panel.form.path.write_text(f"word,clip\nhuis,{clip(panel.form.path.parent / 'huis.wav', 50.0).name}\n")
    panel.form.task.setCurrentIndex(1)
    panel.form.own.setChecked(False)
    panel.controls.start.click()
    qtbot.waitUntil(lambda: "prompts;pause" in texts(panel), timeout=WAIT_MS)
    assert "choose one with sound_device in the participant's profile" in panel.controls.said.text()
    assert [text for text in texts(panel) if text.startswith("end")] == []


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
