"""The network of the learnt vocoder: log-mel as decoders make it -> clean log-mel and linear log magnitudes.

It finds pitch and voicing first and writes harmonics where they say, so that magnitudes stay sharp where the mel is
blurred or noisy (source-filter thinking, Fant 1960, applied to magnitudes). Shapes: B batch, T frames.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.config import MelSettings
from bk_realtime.decoder.layers import CausalConv, CausalGru
from bk_realtime.vocoder.mel import mel_filterbank

F0_MIN, F0_MAX = 60.0, 500.0
"""Range of the pitch classes in Hz."""
OFFSETS = 2
"""Estimates per step: of the newest frame, and of the one before with the newest heard."""
MOST_REPAIR = 3.0
"""No correction of the log-mel exceeds this, in nat: linear filters know no bounds."""
LOG_FLOOR = 3e-3
"""Magnitudes matter relative to this: the loss and the output are in log(magnitude + LOG_FLOOR)."""


@dataclass(frozen=True)
class NetSettings:
    """Sizes of :class:`MagnitudeNet`."""

    channels: int = 192
    blocks: int = 2
    kernel: int = 7
    hidden: int = 192
    pitches: int = 96
    points: int = 100
    taps: int = 8
    experts: int = 6


class Estimate(NamedTuple):
    """What the trunk knows after each frame: hidden (B, T, hidden); logits of ``[unvoiced, pitches…]`` (B, T, OFFSETS,
    1 + pitches)."""

    hidden: Tensor
    pitch: Tensor


class Block(nn.Module):
    """Causal ConvNeXt block (Liu et al. 2022): depthwise over the past, norm, two pointwise layers, residual."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.depthwise = nn.Conv1d(channels, channels, kernel, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.wide = nn.Linear(channels, 2 * channels)
        self.back = nn.Linear(2 * channels, channels)

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """``x`` (B, T, channels) after ``past`` (B, kernel - 1, channels) -> output, new past."""
        seen = torch.cat([past, x], 1)
        y = F.conv1d(seen.mT, self.depthwise.weight, self.depthwise.bias, groups=seen.shape[2]).mT
        y = self.back(F.gelu(self.wide(self.norm(y))))
        return x + y, seen[:, x.shape[1] :].clone()


class MagnitudeNet(nn.Module):
    """Mel frames -> cleaned mel, pitch, voicing and log magnitudes of the newest frame and of the one before it.

    A causal convolution, causal ConvNeXt blocks and a GRU read the mel (``listen``); given pitch and voicing, a small
    network per offset writes envelope and harmonic depth on ``points`` frequencies (``write``); linear experts that
    it weighs correct the mel itself (``mend``). None looks ahead.

    Parameters
    ----------
    settings : sizes.
    mel : convention of the frames.
    """

    base: Tensor
    spread: Tensor
    pitch_hz: Tensor

    def __init__(self, settings: NetSettings | None = None, mel: MelSettings | None = None) -> None:
        super().__init__()
        self.settings, self.mel = settings or NetSettings(), mel or MelSettings()
        s, m = self.settings, self.mel
        self.first = CausalConv(m.n_mels, s.channels, 3)
        self.blocks = nn.ModuleList(Block(s.channels, s.kernel) for _ in range(s.blocks))
        self.gru = CausalGru(s.channels, s.hidden)
        self.listener = nn.Linear(s.channels + s.hidden, s.hidden)
        self.pitch = nn.Linear(s.hidden, OFFSETS * (1 + s.pitches))
        self.inner = nn.ModuleList(nn.Linear(s.hidden + 3, s.hidden) for _ in range(OFFSETS))
        self.outer = nn.ModuleList(nn.Linear(s.hidden, 2 * s.points) for _ in range(OFFSETS))
        self.experts = nn.Parameter(torch.zeros(OFFSETS, s.experts, m.n_mels, s.taps * m.n_mels))
        self.expert_bias = nn.Parameter(torch.zeros(OFFSETS, s.experts, m.n_mels))
        self.choose = nn.Linear(s.hidden, OFFSETS * s.experts)
        nn.init.zeros_(self.choose.weight)
        nn.init.zeros_(self.choose.bias)
        for layer in self.outer:
            nn.init.normal_(layer.weight, std=0.01)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        self.register_buffer("base", torch.from_numpy(_band_spread(m)).float(), persistent=False)
        self.register_buffer("spread", torch.from_numpy(_interpolation(s.points, m)).float(), persistent=False)
        hz = np.geomspace(F0_MIN, F0_MAX, s.pitches)
        self.register_buffer("pitch_hz", torch.from_numpy(hz).float(), persistent=False)

    @property
    def n_parameters(self) -> int:
        return sum(p.numel() for p in self.parameters())

    def init_state(self, batch: int) -> tuple[Tensor, ...]:
        """Silence before the first frame."""
        like = self.first.conv.weight
        past = like.new_zeros(batch, self.settings.kernel - 1, self.settings.channels)
        return (self.first.init_state(batch), self.gru.init_state(batch), *(past.clone() for _ in self.blocks))

    def listen(self, mel: Tensor, state: tuple[Tensor, ...]) -> tuple[Estimate, tuple[Tensor, ...]]:
        """Mel (B, T, n_mels), natural log -> what is known after each frame."""
        x, first = self.first.step((mel + 5.0) / 3.0, state[0])
        pasts = []
        for block, past in zip(self.blocks, state[2:], strict=True):
            x, past = block(x, past)
            pasts.append(past)
        recurrent, gru = self._recur(x, state[1])
        hidden = F.gelu(self.listener(torch.cat([x, recurrent], -1)))
        pitch = self.pitch(hidden).unflatten(-1, (OFFSETS, -1))
        return Estimate(hidden, pitch), (first, gru, *pasts)

    def _recur(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        if torch.is_grad_enabled():  # training starts from silence; this form is faster backwards
            y = self.gru.forward(x)
            return y, state
        return self.gru.step(x, state)

    def write(self, hidden: Tensor, mel: Tensor, f0: Tensor, voiced: Tensor, offset: int) -> Tensor:
        """Log magnitudes ``(…, n_bins)``.

        Parameters
        ----------
        hidden : (…, hidden) after the newest frame.
        mel : (…, n_mels) of the frame meant (the newest, or the one before).
        f0, voiced : (…) pitch in Hz and voicing 0 to 1 of the frame meant.
        offset : 0 the newest frame, 1 the one before.
        """
        octave = torch.log2(f0 / 150.0)
        about = torch.stack([voiced, voiced * octave, voiced * octave**2], -1)
        y = self.outer[offset](F.gelu(self.inner[offset](torch.cat([hidden, about], -1))))
        envelope, depth = y.unflatten(-1, (2, -1)).unbind(-2)
        base = torch.log(torch.clamp(mel, max=8.0).exp() @ self.base + LOG_FLOOR)
        depth = F.softplus(depth + 0.5) @ self.spread
        logs: Tensor = base + envelope @ self.spread + voiced[..., None] * depth * self.comb(f0)
        return logs

    def recent(self, mel: Tensor) -> Tensor:
        """Mel (B, T, n_mels) -> the last ``taps`` frames of each, scaled, oldest first: (B, T, taps * n_mels)."""
        padded = F.pad((mel + 5.0) / 3.0, (0, 0, self.settings.taps - 1, 0))
        return padded.unfold(1, self.settings.taps, 1).mT.flatten(2)

    def mend(self, hidden: Tensor, recent: Tensor, mel: Tensor, offset: int) -> Tensor:
        """Log-mel (…, n_mels) of the frame meant, cleaned: linear filters over the recent frames, one for each kind of
        harm (fitted in closed form before training), weighted by how likely the network finds that kind."""
        s = self.settings
        share = self.choose(hidden).unflatten(-1, (OFFSETS, s.experts))[..., offset, :].softmax(-1)
        fixes = F.linear(recent, self.experts[offset].flatten(0, 1), self.expert_bias[offset].flatten())
        fix = (share[..., None] * fixes.unflatten(-1, (s.experts, -1))).sum(-2)
        repaired: Tensor = mel + MOST_REPAIR * torch.tanh(fix / MOST_REPAIR)
        return repaired

    def comb(self, f0: Tensor) -> Tensor:
        """Harmonics of ``f0`` (…) Hz as log magnitude (…, n_bins): about 0 on a harmonic, negative between."""
        spacing = (f0 * (self.mel.n_fft / self.mel.sample_rate))[..., None]  # bins
        bins = torch.arange(self.base.shape[1], device=f0.device, dtype=f0.dtype)
        k = torch.clamp(torch.round(bins / spacing), min=1.0)
        away = (bins - k * spacing).abs()
        # a Hann main lobe ends 2 bins from its middle; as a parabola in log magnitude, down to a valley
        near = away * (0.5 * self.mel.win_length / self.mel.n_fft)
        return -3.0 * torch.clamp(near, max=1.0) ** 2

    def read_pitch(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (…, 1 + pitches) -> f0 in Hz, voicing 0 to 1 (…): the centre of mass about the likeliest class."""
        chance = logits.softmax(-1)
        voiced = 1.0 - chance[..., 0]
        best = chance[..., 1:].argmax(-1, keepdim=True)
        near = best + torch.arange(-3, 4, device=best.device)
        inside = (near >= 0) & (near < self.settings.pitches)
        near = near.clamp(0, self.settings.pitches - 1)
        weight = chance[..., 1:].gather(-1, near) * inside
        log_hz = (weight * self.pitch_hz.log()[near]).sum(-1) / weight.sum(-1).clamp(min=1e-20)
        hz = torch.where(weight.sum(-1) > 1e-20, log_hz.exp(), self.pitch_hz[best[..., 0]])
        return hz, torch.sigmoid(6.0 * (voiced - 0.5) / 0.5)

    def settings_dict(self) -> dict[str, int]:
        """Plain sizes, for the weights file."""
        return dataclasses.asdict(self.settings)


def _band_spread(mel: MelSettings) -> np.ndarray:
    """(n_mels, n_bins): each bin takes the level of the bands that hold it; bins outside all bands that of the nearest
    band."""
    weights = mel_filterbank(mel)
    total = weights.sum(0, keepdims=True)
    share = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    spread: np.ndarray = share / np.maximum(weights.sum(1, keepdims=True), 1e-30)
    held = np.flatnonzero(total[0] > 0)
    spread[:, : held[0]] = spread[:, held[0] : held[0] + 1]
    spread[:, held[-1] + 1 :] = spread[:, held[-1] : held[-1] + 1]
    return spread


def _interpolation(points: int, mel: MelSettings) -> np.ndarray:
    """(points, n_bins) linear interpolation: every bin up to half of the points, then ever wider steps."""
    n_bins = mel.n_fft // 2 + 1
    low = min(points // 2, n_bins - 1)
    at = np.concatenate([np.arange(low), np.geomspace(low, n_bins - 1, points - low)])
    table = np.empty((points, n_bins))
    for i in range(points):
        table[i] = np.interp(np.arange(n_bins), at, np.eye(points)[i])
    return table
