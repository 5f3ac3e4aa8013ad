"""Contract cases of the vocoders and of the mel spectrogram."""

from __future__ import annotations

import torch

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.mel import LogMel
from tests.contract.harness import Case

CASES: dict[str, Case] = {
    "log_mel": Case(lambda: LogMel(dtype=torch.float64), n=256 * 12 + 77, bound_steps=256 * 8),
    "log_mel_small": Case(
        lambda: LogMel(MelSettings(n_fft=256, win_length=200, hop_length=64, n_mels=20), torch.float64), n=64 * 12
    ),
}
