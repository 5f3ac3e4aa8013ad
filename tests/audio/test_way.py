"""The whole way by mouse and keys, from Check to Report, on real processes: `make bench BENCH=way` as a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audio.virtual_card import Capture, VirtualCard
from tests.bench import way

pytestmark = [pytest.mark.gui, pytest.mark.lsl, pytest.mark.audio, pytest.mark.slow, pytest.mark.timeout(1500)]


def test_from_an_unopened_window_to_a_heard_voice_and_its_report(
    card: VirtualCard, capture: Capture, tmp_path: Path
) -> None:
    seen, played = way.gone(tmp_path, card, capture)
    way.check(tmp_path, seen, played, capture)
