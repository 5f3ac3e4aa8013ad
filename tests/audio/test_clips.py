"""Clips of a listening run on a real (virtual) sound card: whole, with soft edges, and it is said when they begin."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.audio.virtual_card import Capture, VirtualCard

pytestmark = pytest.mark.audio
SECONDS, RATE = 0.8, 16000


def test_a_clip_is_heard_whole_and_softly(card: VirtualCard, capture: Capture, tmp_path: Path) -> None:
    path = tmp_path / "huis.wav"
    soundfile.write(path, 0.9 * np.sin(2 * np.pi * 440 * np.arange(round(SECONDS * RATE)) / RATE), RATE)
    done = subprocess.run(
        [sys.executable, "-m", "tests.audio.play_clip", str(path)],
        env=card.environ,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    (began,) = ast.literal_eval(done.stdout)
    assert 0.0 < began < 240.0
    sound = capture.sound
    on = np.flatnonzero(np.abs(sound) > 0.01)
    heard = sound[on[0] : on[-1] + 1]
    assert len(heard) / capture.rate == pytest.approx(SECONDS, abs=0.03)
    assert np.abs(heard).max() == pytest.approx(0.5, abs=0.02)  # turned down
    assert np.abs(heard[: capture.rate // 100]).max() < 0.2  # it comes softly
    assert np.abs(np.diff(heard)).max() < 1.3 * 0.5 * 2 * np.pi * 440 / capture.rate  # no click
