"""Listening runs offscreen: markers wait for the sound, clips are soft and never loud, one that fails is said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError, DeviceError
from bk_realtime.prompts.machine import TrialMachine
from bk_realtime.prompts.settings import PromptSettings
from bk_realtime.prompts.words import Prompt
from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice.output_guard import amplitude
from gui.participant import Participant
from gui.record import clip_player, prompt_run
from gui.record.clip_player import CEILING, clip_seconds, soft, within
from gui.record.page import RecordPage
from gui.record.panel import RecordPanel
from gui.record.participant_window import ParticipantWindow
from gui.record.prompt_run import PromptRun
from tests.gui.fake_recorder import WAIT_MS, FakeOutlet, FakeRecorder, panel, texts

__all__ = ["panel"]  # fixture
pytestmark = pytest.mark.gui


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


def test_clips_are_no_louder_than_the_profile_allows() -> None:
    """A ceiling for headphones behind an amplifier holds for a clip as for the voice; so does a measured level."""
    tone = 0.5 * np.sin(2 * np.pi * np.arange(32000) / 16)  # 1 kHz
    assert np.array_equal(within(tone, 16000, SafetySettings()), soft(tone, 16000))
    low = within(tone, 16000, SafetySettings(ceiling_dbfs=-40.0))
    assert low.max() == pytest.approx(amplitude(-40.0), rel=0.01)
    measured = within(tone, 16000, SafetySettings(full_scale_db_spl=110.0, loudest_db_spl=60.0))
    assert len(measured) == len(tone)
    assert 57.0 < 110 + 10 * np.log10(np.mean(measured[8000:24000] ** 2) / 0.5) < 60.0


def test_clips_go_to_the_device_of_the_participant_of_now(qtbot, tmp_path: Path, monkeypatch) -> None:
    """Not to the headphones, or the loudspeaker, of the one before."""
    played: list[tuple[str, float]] = []
    monkeypatch.setattr(clip_player, "portaudio", lambda: None)
    monkeypatch.setattr(clip_player, "choose_output", lambda sd, device, rate: SimpleNamespace(rate=rate, name=device))
    page = RecordPage(Participant("p01", out=tmp_path, sound_device="Loudspeaker"))
    qtbot.addWidget(page)
    player = page.panel.player
    monkeypatch.setattr(player, "_play_on", lambda sd, to, sound, stop: played.append((to.name, float(sound.max()))))
    for who in (
        None,
        Participant("p02", out=tmp_path, sound_device="Headset", safety=SafetySettings(ceiling_dbfs=-40.0)),
    ):
        if who is not None:
            page.show_participant(who)
        player.play(clip(tmp_path / "a.wav"))
        player.join(60.0)
    assert [name for name, _ in played] == ["Loudspeaker", "Headset"]
    assert [peak for _, peak in played] == [pytest.approx(CEILING, rel=0.15), pytest.approx(0.01, rel=0.15)]
    page.shut()
    page.panel.page.deleteLater()


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
