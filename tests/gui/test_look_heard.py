"""A recording that is looked into is heard: softly, until PANIC; and decoded, with what differs between the two."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from bk_realtime.config import MelSettings
from bk_realtime.session.settings import SafetySettings
from gui.report import player as player_module
from gui.report.opened import FilePast, Memory
from gui.report.page import ReportPage
from gui.report.picture import title_of
from gui.report.player import CEILING_DBFS, Player, careful
from gui.report.told import Audit
from gui.steps.json_process import JsonProcess
from offline.data.contamination import Contamination, cannot_tell
from offline.data.doubts import Doubts
from offline.data.known_content import Content
from offline.inspection.view_files import write_decoded, write_view
from offline.io import read_recording
from tests.gui.recorded import WAIT_MS, lay_out, page, recording  # noqa: F401 - fixtures

pytestmark = pytest.mark.gui


class FakeCard:
    """In place of PortAudio: what would be heard."""

    latency = 0.0

    def __init__(self) -> None:
        self.heard: list[np.ndarray] = []
        self.wrote, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def OutputStream(self, *_: Any) -> FakeCard:
        return self

    def __enter__(self) -> FakeCard:
        return self

    def __exit__(self, *_: object) -> None: ...

    def write(self, block: np.ndarray) -> None:
        self.heard.append(block[:, 0].copy())
        self.wrote.set()
        assert self.go_on.wait(60)

    @property
    def sound(self) -> np.ndarray:
        return np.concatenate(self.heard)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> FakeCard:
    card = FakeCard()
    output = SimpleNamespace(rate=48_000, index=0, channels=2)
    monkeypatch.setattr(player_module, "portaudio", lambda: card)
    monkeypatch.setattr(player_module, "choose_output", lambda *_: output)
    return card


def loud(seconds: float, rate: int = 22_050) -> FilePast:
    """A square wave of full scale, with a constant in it: as bad as it gets."""
    wave = np.where(np.arange(round(seconds * rate)) // 40 % 2, 32767, -20000).astype("<i2")
    return FilePast(wave[:, None], rate, 0.5, 1 / 32767)


def test_nobody_gets_a_bang(qtbot, card: FakeCard) -> None:
    """Full scale comes softly, never above a half, at the card's rate, and goes softly."""
    player, at = Player(), []
    player.use("auto", SafetySettings(gain_db=20.0, ceiling_dbfs=0.0))
    player.at.connect(at.append)
    with qtbot.waitSignal(player.ended, timeout=WAIT_MS):
        player.play(loud(2.0), 0.5)
    player.join(30)
    sound = card.sound
    assert np.abs(sound).max() <= 10 ** (CEILING_DBFS / 20) + 1e-6
    assert np.abs(sound).max() > 0.4
    assert np.abs(sound[:480]).max() < 0.02  # the first hundredth of a second
    assert len(sound) == pytest.approx((1.5 + 0.3) * 48_000, rel=0.02)
    assert np.abs(sound[-4800:]).max() < 1e-3
    assert np.all(np.diff(at) > 0)
    assert at[0] == pytest.approx(0.5, abs=0.05)
    assert at[-1] == pytest.approx(2.0, abs=0.1)


def test_lower_limits_of_the_profile_hold() -> None:
    found = careful(SafetySettings(gain_db=-10.0, ceiling_dbfs=-20.0, full_scale_db_spl=110.0, loudest_db_spl=70.0))
    assert (found.gain_db, found.ceiling_dbfs, found.loudest_db_spl) == (-10.0, -20.0, 70.0)
    assert careful(SafetySettings(gain_db=20.0, ceiling_dbfs=0.0)).gain_db == 0.0


def test_panic_silences_it_and_keys_play_it(qtbot, page: ReportPage, card: FakeCard, tmp_path: Path) -> None:
    inside = page.inside
    inside.viewer.show_file(lay_out(recording(tmp_path / "in"), tmp_path / "view"))
    inside.show_state()
    card.go_on.clear()
    QTest.keyClick(inside.viewer.slider, Qt.Key.Key_P)
    assert card.wrote.wait(60)
    assert inside.viewer.play.text() == "Stop"
    page.silence()
    n = len(card.heard)
    card.go_on.set()
    inside.player.join(60)
    rest = np.concatenate(card.heard[n:])
    assert np.abs(rest[480:]).max() < 1e-3  # out within a hundredth of a second
    assert len(rest) < 48_000
    qtbot.waitUntil(lambda: inside.viewer.play.text() == "Play sound", timeout=WAIT_MS)


def test_why_it_is_not_heard_is_said(qtbot, page: ReportPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bk_realtime.errors import DeviceError

    def none() -> Any:
        raise DeviceError("no sound device: PortAudio finds no output at all")

    monkeypatch.setattr(player_module, "portaudio", none)
    page.inside.viewer.show_file(lay_out(recording(tmp_path / "in"), tmp_path / "view"))
    page.inside.show_state()
    page.inside.viewer.play.click()
    qtbot.waitUntil(lambda: "no output at all" in page.inside.viewer.told.text(), timeout=WAIT_MS)


def test_what_a_decoder_made_of_it_is_shown_heard_and_told_in_words(
    page: ReportPage, card: FakeCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what differs between the two, and with a leak before everything else."""
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: ran.append(words))
    inside = page.inside
    looking, view = inside.looking, inside.viewer
    looking.open(recording(tmp_path / "in"))
    looking.process.ended.emit(True, "")
    folder, read = Path(looking._folder.path()), read_recording(looking.path)
    write_view(read, folder, lambda step, done: None)
    looking.process.ended.emit(True, "")
    assert not view.decoded.isVisible()
    monkeypatch.setattr(
        "gui.report.look_page.QFileDialog.getExistingDirectory", lambda *a: str(tmp_path / "no_such_decoder")
    )
    view.decode.click()
    assert ran[-1][:3] == ("offline.decode", str(tmp_path / "no_such_decoder"), str(looking.path))
    looking.process.said.emit({"progress": {"step": "decoding", "done": 0.5, "left_s": None}})
    assert "50%" in view.told.text()
    assert view.decode.text() == "Stop"
    looking.process.ended.emit(False, "no_such_decoder: no bundle")
    assert "no bundle" in view.told.text()
    assert view.opened is not None  # the recording stays in sight
    view.decode.click()
    bundle = SimpleNamespace(mel=MelSettings(), path=Path("ridge"), kind="ridge", lead_ms=0.0)
    mel, voice = np.full((86, 80), -3.0, np.float32), np.ones(86 * 256, np.float32)
    known, missing = Content("found", "8.0 s of its neural data stand in x.xdf"), "B1 is missing: as its neighbours are"
    doubts = Doubts(known, Contamination("kept", ("A1",)), cannot_tell("of before"))
    write_decoded(mel, voice, bundle, read, folder, [missing], doubts)
    looking.process.ended.emit(True, "")
    assert view.decoded.isVisible()
    sound, leak, *_ = view.words.text().splitlines()
    assert sound.startswith("✕ CONTAMINATED: the microphone's sound is in A1: ")
    assert leak.startswith("✕ LEAK: ridge was trained on this signal")
    assert view.opened.decoded is not None
    title = title_of(view.opened.view, "x.xdf", 1.0, 0.0, 2.0, view.opened.decoded)
    assert title.endswith("LEAK: it was trained on this signal  ·  CONTAMINATED")
    assert "B1 is missing" in view.words.text()
    heard = Audit("own voice", reason="the microphone of x heard it")
    own = dataclasses.replace(view.opened.decoded, memory=Memory("none", ""), contamination=heard)
    assert own.words[0].startswith("✕ OWN VOICE: the microphone heard")
    view.paint()
    assert len(np.unique(view.decoded.canvas.pixels)) > 1
    assert view.named_panels()[-1] == ("Decoded mel", view.decoded)
    view.play_decoded.click()
    inside.player.join(60)
    assert 0.4 < np.abs(card.sound).max() <= 10 ** (CEILING_DBFS / 20) + 1e-6
