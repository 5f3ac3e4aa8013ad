"""What a report says was heard in a condition, where the recorder came late."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from offline.inspection.by_condition import SessionConditions, Stretch

RATE = 22050


def test_signal_lost_before_the_recorder_came_makes_no_voice_late(tmp_path: Path) -> None:
    """46 ms were lost in the first half second, which is not in the recording: the stamps skip them."""
    voice = np.random.default_rng(0).uniform(-0.2, 0.2, 3 * RATE).astype(np.float32)
    soundfile.write(tmp_path / "decoded.wav", voice, RATE, subtype="FLOAT")
    stamps = 100 + np.arange(len(voice)) / RATE
    stamps[5000:] += 0.0464
    conditions = SessionConditions(tmp_path)
    late = slice(RATE // 2, None)
    conditions._streams = {
        "BrainKaraoke-audio": SimpleNamespace(raw_stamps=stamps[late], data=voice[late, None])  # type: ignore[dict-item]
    }
    real = Stretch({"name": "real"}, 100.0, float(stamps[2 * RATE]), (0, 2 * RATE), {})
    heard = conditions._heard([real])
    assert heard["heard_later_ms"] == pytest.approx(0, abs=0.1)
    assert heard["seconds"] == pytest.approx(1.5)
