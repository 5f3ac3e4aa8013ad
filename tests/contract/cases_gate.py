"""The speech gate under contract."""

from __future__ import annotations

import numpy as np

from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from tests.contract.harness import Case


def _gate(n_past: int) -> SpeechGate:
    """Opens and closes many times on noise."""
    weight = np.random.default_rng(4).standard_normal((n_past, 3)) / np.sqrt(n_past)
    return SpeechGate(GateSettings(open_at=0.7, close_at=0.4, min_open=3), weight, 0.1)


CASES = {
    "speech gate": Case(lambda: _gate(7)),
    "speech gate without past": Case(lambda: _gate(1)),
}
