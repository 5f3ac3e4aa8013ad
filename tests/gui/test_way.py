"""The whole way by mouse and keys, from Check to Report, on real processes: `make bench BENCH=way` as a test."""

from __future__ import annotations

import shutil
import sys

import pytest

from tests.bench import way

pytestmark = [
    pytest.mark.gui,
    pytest.mark.lsl,
    pytest.mark.audio,
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(
        sys.platform != "linux" or not shutil.which("Xvfb") or not shutil.which("pulseaudio"),
        reason="Xvfb and pulseaudio are not installed",
    ),
]


def test_from_an_unopened_window_to_a_heard_voice_and_its_report() -> None:
    rows = way.run(quick=True)
    assert [row["name"] for row in rows] == ["way: to a heard voice", "way: to the report"]
    assert list(rows[0]["detail"])[:3] == ["looked", "recording", "recorded"]
