"""What brain decoders do to a log-mel, drawn at random: smoothing, blur, correlated noise, level errors, steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bk_realtime.config import MelSettings

_FLOOR = np.float32(np.log(MelSettings().floor))


@dataclass(frozen=True)
class DegradeSettings:
    """How often and how much; lengths in frames and bands, levels in nat (natural-log units)."""

    clean: float = 0.05
    """Share of segments left as they are."""
    smooth: float = 0.65
    """Probability of smoothing over time."""
    longest: int = 9
    """Longest smoothing."""
    blur: float = 0.35
    """Probability of smoothing over bands."""
    noise: float = 0.7
    """Probability of noise."""
    loudest: float = 0.8
    """Largest standard deviation of the noise."""
    independent: float = 0.4
    """Share of the noise that knows nothing of the frame before or the band beside it."""
    level: float = 0.3
    """Probability of a slowly wandering level, up to half a nat."""
    shrink: float = 0.3
    """Probability that trajectories shrink towards their mean, as regression does."""
    steps: float = 0.15
    """Probability of quantised levels."""


def degrade(mel: Tensor, settings: DegradeSettings, mels: MelSettings, generator: torch.Generator) -> Tensor:
    """``(B, T, n_mels)`` log-mel -> degraded copy, each row in its own way. The input is untouched."""

    def chance(p: float) -> Tensor:
        return torch.rand(mel.shape[0], generator=generator) < p

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(mel.shape[0], 1, 1, generator=generator)

    whole = chance(settings.clean)
    y = mel
    on = chance(settings.smooth)
    lengths = torch.randint(2, settings.longest + 1, (mel.shape[0],), generator=generator)
    # centred: a delay cannot be told from the mel alone, and a decoder trained on aligned frames has none
    rows = [smooth_time(row, int(n)) if o else row for row, n, o in zip(y, lengths, on, strict=True)]
    y = torch.stack(rows)
    y = torch.where(chance(settings.blur)[:, None, None], _smooth_bands(y, uniform(0.3, 2.0)), y)
    mean = y.mean(1, keepdim=True)
    y = torch.where(chance(settings.shrink)[:, None, None], mean + uniform(0.6, 1.0) * (y - mean), y)
    alone = chance(settings.independent)[:, None, None]
    noise = torch.where(alone, torch.randn(mel.shape, generator=generator), correlated_noise(mel.shape, generator))
    y = y + noise * uniform(0.05, settings.loudest) * chance(settings.noise)[:, None, None]
    wander = correlated_noise((mel.shape[0], mel.shape[1], 1), generator, slow=True) * uniform(0.0, 0.5)
    y = y + wander * chance(settings.level)[:, None, None]
    step = uniform(0.2, 0.8)
    y = torch.where(chance(settings.steps)[:, None, None], torch.round(y / step) * step, y)
    y = torch.clamp(y, min=float(torch.tensor(mels.floor).log()))
    return torch.where(whole[:, None, None], mel, y)


def _smoothed(mel: np.ndarray, seed: int) -> np.ndarray:
    return smooth_time(torch.from_numpy(mel), 5).numpy()


def _noisy(mel: np.ndarray, seed: int) -> np.ndarray:
    noise = torch.randn(mel.shape, generator=torch.Generator().manual_seed(seed)).numpy()
    return np.maximum(mel + np.float32(0.5) * noise, _FLOOR)


def _drifting(mel: np.ndarray, seed: int) -> np.ndarray:
    noise = correlated_noise((1, *mel.shape), torch.Generator().manual_seed(seed + 1000))[0].numpy()
    return np.maximum(mel + np.float32(0.5) * noise, _FLOOR)


DEGRADATIONS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "clean": lambda mel, seed: mel,
    "smooth": _smoothed,
    "noisy": _noisy,
    "correlated noise": _drifting,
    "smooth and noisy": lambda mel, seed: _noisy(_smoothed(mel, seed), seed),
}
"""Fixed test conditions, (n, n_mels) float32 and a seed -> (n, n_mels): smoothed over 5 frames, centred; noise of half
a nat, independent or correlated over time and bands; both."""


DEGRADATION_KINDS = {name: change for name, change in DEGRADATIONS.items() if name != "clean"}
"""Kinds of degradation that the network's linear experts are fitted to."""


def smooth_time(mel: Tensor, frames: int) -> Tensor:
    """Centred moving average of (T, n_mels) over ``frames``; the first and last frame repeat."""
    ahead = (frames - 1) // 2
    padded = F.pad(mel.T[None], (frames - 1 - ahead, ahead), mode="replicate")
    return F.avg_pool1d(padded, frames, 1)[0].T


def _smooth_bands(mel: Tensor, width: Tensor) -> Tensor:
    """Gaussian blur over bands with a standard deviation ``width`` (B, 1, 1)."""
    n = mel.shape[2]
    away = torch.arange(n)[:, None] - torch.arange(n)[None]
    kernel = torch.exp(-0.5 * (away / width) ** 2)
    return mel @ (kernel / kernel.sum(1, keepdim=True))


def correlated_noise(shape: tuple[int, ...] | torch.Size, generator: torch.Generator, slow: bool = False) -> Tensor:
    """Gaussian noise (B, T, C) of root mean square 1, correlated over time and bands, each row by its own lengths."""
    n_batch, n_frames, n_bands = shape
    noise = torch.randn(n_batch, n_frames, n_bands, generator=generator)
    low, high = (8.0, 30.0) if slow else (0.02, 5.0)
    span = low + (high - low) * torch.rand(n_batch, 1, 1, generator=generator) ** 2
    # a moving Gaussian over time, by FFT; wrapping round does not matter to noise
    rate = torch.fft.rfftfreq(n_frames)[None, :, None]
    noise = torch.fft.irfft(
        torch.fft.rfft(noise, dim=1) * torch.exp(-2.0 * (torch.pi * rate * span) ** 2), n_frames, dim=1
    )
    if n_bands > 1:
        noise = _smooth_bands(noise, 0.02 + 6.0 * torch.rand(n_batch, 1, 1, generator=generator) ** 2)
    return noise / noise.square().mean((1, 2), keepdim=True).sqrt().clamp(min=1e-6)
