"""The microphone's mel above the decoded one: the right sound at the right time, of the right sender."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pylsl
import pytest

from bk_realtime.session.folder import Session, write_session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.vocoder.mel import log_mel
from gui.microphone import microphone_of
from gui.sound_mel import SoundMel
from tests.gui.fake_engine import CONNECTING, FakeEngine, outlet

FRAME_S = 256 / 22050
NAME = f"Mic {uuid.uuid4().hex[:6]}"


def sound(seconds: float, rate: float) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * 440 * t) * (t % 1 < 0.5)).astype(np.float32)


@pytest.mark.parametrize("rate", [22050.0, 44100.0, 48000.0, 16000.0])
def test_frames_are_those_of_the_mel_operator_at_their_time(rate: float) -> None:
    """Of any packets, and of any rate: where the sound begins and ends is told to half a frame."""
    x, mel = sound(3, rate), SoundMel(rate)
    cuts = np.sort(np.random.default_rng(0).integers(0, len(x), 40))
    parts = np.array_split(np.arange(len(x)), cuts)
    came = [mel.push(x[part], 100 + part / rate) for part in parts]
    stamps, frames = np.concatenate([s for s, _ in came]), np.concatenate([f for _, f in came])
    assert frames.shape == (len(stamps), 80)
    np.testing.assert_allclose(np.diff(stamps), FRAME_S, atol=2.5 / rate)
    if rate == 22050.0:
        np.testing.assert_allclose(frames, log_mel(x)[: len(frames)], atol=1e-4)
    loud = frames.max(1) > -4
    middle = stamps - FRAME_S / 2 - 100
    assert {round(2 * m) / 2 for m in middle[1:][np.diff(loud.astype(int)) != 0]} == {0.5, 1.0, 1.5, 2.0, 2.5}
    for edge in middle[1:][np.diff(loud.astype(int)) != 0]:
        assert abs(edge - round(2 * edge) / 2) < 0.03  # a window is 46 ms long


def test_counts_are_brought_to_full_scale_and_a_gap_begins_anew() -> None:
    x = sound(1, 22050.0)
    floats, counts = SoundMel(22050.0), SoundMel(22050.0, 1 << 15)
    stamps = np.arange(len(x)) / 22050
    _, want = floats.push(x, stamps)
    np.testing.assert_allclose(counts.push(np.round(x * (1 << 15)), stamps)[1], want, atol=0.5)
    after, again = floats.push(x, stamps + 5)
    np.testing.assert_allclose(again, want, atol=1e-6)
    assert after[0] == pytest.approx(5 + FRAME_S, abs=1e-3)
    assert len(floats.push(x[:0], stamps[:0])[1]) == 0


class Sender:
    """A microphone's stream; what it sends is a tone."""

    def __init__(self, source_id: str, pitch: float) -> None:
        self.outlet = outlet(NAME, "Audio", 1, 22050.0, source_id)
        self._tone = (0.5 * np.sin(2 * np.pi * pitch * np.arange(22050) / 22050)).astype(np.float32)[:, None]
        self._sent = pylsl.local_clock()

    def send(self) -> None:
        """All up to now."""
        n = int((pylsl.local_clock() - self._sent) * 22050)
        if 0 < n:
            self._sent += n / 22050
            self.outlet.push_chunk(np.ascontiguousarray(self._tone[np.arange(n) % 22050]), self._sent)

    def lose(self) -> None:
        with CONNECTING:
            self.outlet = None


@pytest.fixture
def make_sender() -> Iterator[Callable[..., Sender]]:
    """Senders that are let go after the test, also after one that failed: others would see them."""
    made: list[Sender] = []

    def make(pitch: float, source_id: str = "") -> Sender:
        made.append(Sender(source_id or f"mic-{uuid.uuid4().hex}", pitch))
        return made[-1]

    yield make
    for sender in made:
        sender.lose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a session with a microphone."""
    settings = SessionSettings(bundle=tmp_path, microphone=NAME)
    write_session(Session(tmp_path, "fake", settings), {})
    return tmp_path


@pytest.mark.lsl
def test_it_is_shown_above_the_decoded_mel_and_no_stranger_takes_its_place(
    qtbot, engine: FakeEngine, open_window, folder: Path, make_sender
) -> None:
    own = f"mic-{uuid.uuid4().hex}"
    first = make_sender(440.0, own)
    window = open_window(engine.session, engine.control(folder))
    panel, feed = window.microphone, window.feed.microphone
    assert window.microphone_card.isVisible()
    assert window.column.indexOf(window.microphone_card) == window.column.indexOf(window._mel_card) - 1

    def comes(sender: Sender, band: slice) -> bool:
        sender.send()
        return panel.head is not None and len(panel._history) > 50 and panel._history.values[-1, band].max() > -3

    low, high = slice(0, 25), slice(60, 80)
    qtbot.waitUntil(lambda: comes(first, low), timeout=120_000)
    assert abs(panel.head - pylsl.local_clock()) < 30.0  # on the clock of the other panels
    assert not comes(first, high)
    qtbot.waitUntil(lambda: window.microphone_card.hint.text().startswith(f"{NAME} · "), timeout=60_000)
    stranger = make_sender(6000.0)
    first.lose()
    qtbot.waitUntil(lambda: stranger.send() or panel.old, timeout=120_000)
    qtbot.waitUntil(lambda: stranger.send() or panel.note.startswith("no microphone "), timeout=120_000)
    before = panel.head
    back = make_sender(440.0, own)
    qtbot.waitUntil(lambda: stranger.send() or (comes(back, low) and panel.head > before), timeout=120_000)
    assert not (panel._history.values[:, high] > -3).any(), "not a frame of the stranger's"
    assert feed.heard
    window.look_back.pause()
    window.turn()
    assert panel.frozen == window.traces.frozen


@pytest.mark.lsl
def test_two_of_that_name_are_neither(qtbot, engine: FakeEngine, open_window, folder: Path, make_sender) -> None:
    for _ in range(2):
        make_sender(440.0)
    window = open_window(engine.session, engine.control(folder))
    qtbot.waitUntil(lambda: window.microphone.waiting.startswith("cannot tell: 2 microphones"), timeout=120_000)
    assert window.microphone.head is None


def test_a_session_without_a_microphone_has_no_panel(qtbot, open_window, tmp_path: Path) -> None:
    write_session(Session(tmp_path, "fake", SessionSettings(bundle=tmp_path)), {})
    assert microphone_of(tmp_path) is None
    assert microphone_of(tmp_path / "nowhere") is None
    (tmp_path / "session.toml").write_text("no settings", encoding="utf-8")
    assert microphone_of(tmp_path) is None
    window = open_window("nobody", tmp_path / "control.json")
    assert window.microphone_card.isHidden()
