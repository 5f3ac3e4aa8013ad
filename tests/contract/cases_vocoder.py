"""Contract cases of the vocoders and of the mel spectrogram."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.mel import LogMel
from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction
from bk_realtime.vocoder.published.hifigan import HifiGan
from bk_realtime.vocoder.published.waveglow import WaveGlow
from tests.contract.harness import Case, Signal
from tests.unit.hifigan_reference import random_generator
from tests.unit.waveglow_reference import SMALL as SMALL_WAVEGLOW
from tests.unit.waveglow_reference import random_state

SMALL = MelSettings(n_fft=256, win_length=256, hop_length=64, n_mels=20)


def mel_like(n_mels: int, floor: float = 1e-5) -> Signal:
    """Smooth log-mel with formant-like hills, pauses at the floor, float64."""

    def make(batch: int, n: int, generator: torch.Generator) -> Tensor:
        noise = torch.randn(batch, n, n_mels, generator=generator, dtype=torch.float64)
        drift = torch.randn(batch, 1, 3, generator=generator, dtype=torch.float64) * 0.3 + 1.0
        t = torch.arange(n, dtype=torch.float64)[:, None]
        band = torch.linspace(0, math.pi, n_mels, dtype=torch.float64)
        hills = sum(torch.sin((i + 1) * band * drift[..., i : i + 1] + 0.11 * t) for i in range(3))
        mel = -3.5 + hills + 0.4 * noise
        return torch.where(((t + 17) % 40 > 34)[None], torch.tensor(math.log(floor), dtype=torch.float64), mel)

    return make


def tiny_hifigan(kind: str, latency_frames: float, device: str = "cpu") -> HifiGan:
    """A generator of 8 samples a frame with random weights, float64; where it must guess the future, an even smaller
    one, because it then runs frame by frame."""
    full = latency_frames > 20
    config = {
        "resblock": kind,
        "upsample_rates": [4, 2] if full else [8],
        "upsample_kernel_sizes": [8, 4] if full else [16],
        "upsample_initial_channel": 8,
        "resblock_kernel_sizes": [3, 5] if full else [3],
        "resblock_dilation_sizes": [[1, 3], [1, 2]] if full else [[1]],
    }
    mel = MelSettings(sample_rate=8000, n_fft=32, win_length=32, hop_length=8, n_mels=5, f_max=4000.0)
    state = random_generator(config, n_mels=5).state_dict()
    return HifiGan(config, state, mel, latency_frames, device, torch.float64)  # a frame lasts 1 ms


def tiny_waveglow(block: int, device: str = "cpu") -> WaveGlow:
    """Four flows, 8 samples a frame, float64."""
    config = {**SMALL_WAVEGLOW, "n_flows": 4, "n_mel_channels": 5, "n_group": 4, "n_early_every": 3}
    config["WN_config"] = {"n_layers": 1, "n_channels": 4, "kernel_size": 3}
    mel = MelSettings(sample_rate=8000, n_fft=32, win_length=32, hop_length=8, n_mels=5, f_max=4000.0)
    state = random_state(config, hop=8)
    return WaveGlow(config, state, mel, lookahead=1, context=2, block=block, device=device, dtype=torch.float64)


CASES: dict[str, Case] = {
    "log_mel": Case(lambda: LogMel(dtype=torch.float64), n=256 * 12 + 77, bound_steps=256 * 8),
    "log_mel_small": Case(
        lambda: LogMel(MelSettings(n_fft=256, win_length=200, hop_length=64, n_mels=20), torch.float64), n=64 * 12
    ),
    "phase_0ms": Case(lambda: PhaseReconstruction(SMALL, 0.0), mel_like(20), bound_steps=130),
    "phase_half_hop": Case(lambda: PhaseReconstruction(SMALL, 32e3 / 22050), mel_like(20), bound_steps=130),
    "phase_two_hops": Case(lambda: PhaseReconstruction(SMALL, 128e3 / 22050), mel_like(20), bound_steps=130),
    "hifigan_1_full": Case(lambda device="cpu": tiny_hifigan("1", 99, device), mel_like(5)),
    "hifigan_2_full": Case(lambda device="cpu": tiny_hifigan("2", 99, device), mel_like(5)),
    "hifigan_2_0": Case(lambda device="cpu": tiny_hifigan("2", 0, device), mel_like(5), n=45, bound_steps=50),
    "hifigan_1_2": Case(lambda device="cpu": tiny_hifigan("1", 2, device), mel_like(5), n=45, bound_steps=50),
    "waveglow": Case(lambda device="cpu": tiny_waveglow(1, device), mel_like(5), n=42, bound_steps=20),
    "waveglow_block_3": Case(
        lambda device="cpu": tiny_waveglow(3, device), mel_like(5), n=45, bound_steps=30, exact_lookahead=False
    ),
    "phase_12ms": Case(lambda: PhaseReconstruction(lookahead_ms=11.6), mel_like(80), n=60, bound_steps=70),
}
