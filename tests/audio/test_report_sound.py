"""What the Report step plays, on a real (virtual) sound card: heard whole, softly begun, never above a half."""

from __future__ import annotations

import ast
import subprocess
import sys

import numpy as np
import pytest

from tests.audio.play_report import SECONDS
from tests.audio.virtual_card import Capture, VirtualCard

pytestmark = pytest.mark.audio


def test_a_recording_is_heard_whole_softly_and_never_loud(card: VirtualCard, capture: Capture) -> None:
    begun = len(capture.sound)
    done = subprocess.run(
        [sys.executable, "-m", "tests.audio.play_report"],
        env=card.environ,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    at = ast.literal_eval(done.stdout)
    assert all(isinstance(one, float) for one in at), at
    assert at == sorted(at)
    capture.wait_for_silence()
    sound = capture.sound[begun:]
    on = np.flatnonzero(np.abs(sound) > 0.01)
    heard = sound[on[0] : on[-1] + 1]
    assert np.abs(heard).max() <= 0.52  # -6 dBFS, and what the card's own resampling adds
    assert np.abs(heard).max() > 0.4
    assert np.abs(heard[: capture.rate // 50]).max() < 0.1  # it comes softly
    assert (
        len(heard) / capture.rate > SECONDS - 0.15
    )  # a busy machine's card may stand still between, but loses nothing
