"""The network of the learnt vocoder: log-mel as decoders make it -> clean log-mel, without looking ahead.

After each frame it estimates that frame and, better, the one before it, of which nothing sounds yet. Shapes: B batch,
T frames.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.config import MelSettings
from bk_realtime.decoder.layers import CausalConv, CausalGru
from bk_realtime.typed import Within

OFFSETS = 2
"""Estimates per step: of the newest frame, and of the one before, the newest being known. A third gained nothing."""


@dataclass(frozen=True)
class NetSettings:
    """Sizes of the network that corrects the mel."""

    channels: Annotated[int, Within(1, 4096)] = 160
    """Channels of the convolutions."""
    blocks: Annotated[int, Within(0, 64)] = 2
    """ConvNeXt blocks."""
    kernel: Annotated[int, Within(1, 1024)] = 7
    """Frames that the convolution of a block spans."""
    hidden: Annotated[int, Within(1, 4096)] = 192
    """Units of the GRU."""
    taps: Annotated[int, Within(1, 1024)] = 6
    """Frames that the linear filters span."""
    experts: Annotated[int, Within(1, 1024)] = 5
    """Linear filters to mix."""


class Block(nn.Module):
    """Causal ConvNeXt block (Liu et al. 2022): depthwise over the past, norm, two pointwise layers, residual."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.depthwise = nn.Conv1d(channels, channels, kernel, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.wide = nn.Linear(channels, 2 * channels)
        self.back = nn.Linear(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """``x`` (B, T, channels), zeros before it -> the same shape."""
        seen = F.pad(x, (0, 0, self.kernel - 1, 0))
        y = F.conv1d(seen.mT, self.depthwise.weight, self.depthwise.bias, groups=x.shape[2]).mT
        out: Tensor = x + self.back(F.gelu(self.wide(self.norm(y))))
        return out


class MelNet(nn.Module):
    """Log-mel ``(B, T, n_mels)`` -> corrections ``(B, T, OFFSETS, n_mels)`` in nat; ``[t, d]`` is for frame ``t - d``.

    A causal convolution, causal ConvNeXt blocks and a GRU read the mel, from silence on. A correction is a mixture of
    linear filters over the last ``taps`` frames (the experts, one for each kind of degradation, solved in closed form
    before training) and of no change, by shares that the network gives them, plus what it adds itself. The live form is
    :mod:`~bk_realtime.vocoder.learnt.mel_step`.

    Parameters
    ----------
    settings : sizes.
    mel : convention of the frames.
    """

    def __init__(self, settings: NetSettings | None = None, mel: MelSettings | None = None) -> None:
        super().__init__()
        self.settings, self.mel = settings or NetSettings(), mel or MelSettings()
        s, m = self.settings, self.mel
        self.first = CausalConv(m.n_mels, s.channels, 3)
        self.blocks = nn.ModuleList(Block(s.channels, s.kernel) for _ in range(s.blocks))
        self.gru = CausalGru(s.channels, s.hidden)
        self.trunk = nn.Linear(s.channels + s.hidden, s.hidden)
        self.choose = nn.ModuleList(nn.Linear(s.hidden, s.experts + 1) for _ in range(OFFSETS))
        self.add = nn.ModuleList(nn.Linear(s.hidden, m.n_mels) for _ in range(OFFSETS))
        for layer in (*self.choose, *self.add):
            if not layer.weight.is_meta:  # drawn without memory it imports torch's compiler, which takes seconds
                nn.init.normal_(layer.weight, std=0.01)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        # small random steps would only spoil what is solved in closed form
        filters = torch.zeros(OFFSETS, s.experts, m.n_mels, s.taps * m.n_mels)
        self.experts = nn.Parameter(filters, requires_grad=False)
        self.expert_bias = nn.Parameter(torch.zeros(OFFSETS, s.experts, m.n_mels), requires_grad=False)

    @property
    def n_parameters(self) -> int:
        return sum(p.numel() for p in self.parameters())

    def forward(self, mel: Tensor) -> Tensor:
        """Natural log-mel ``(B, T, n_mels)`` -> corrections, see the class."""
        hidden, recent = self.hidden_of(mel), self.recent(mel)
        return torch.stack([self.correct(hidden, recent, offset) for offset in range(OFFSETS)], 2)

    def hidden_of(self, mel: Tensor) -> Tensor:
        """What is known after each frame: (B, T, hidden)."""
        x = self.first.forward(scaled(mel))
        for block in self.blocks:
            x = block(x)
        return F.gelu(self.trunk(torch.cat([x, self.gru.forward(x)], -1)))

    def recent(self, mel: Tensor) -> Tensor:
        """Mel (B, T, n_mels) -> the last ``taps`` frames of each, scaled, oldest first: (B, T, taps * n_mels)."""
        padded = F.pad(scaled(mel), (0, 0, self.settings.taps - 1, 0))
        return padded.unfold(1, self.settings.taps, 1).mT.flatten(2)

    def correct(self, hidden: Tensor, recent: Tensor, offset: int) -> Tensor:
        """Corrections (B, T, n_mels), ``[t]`` for frame ``t - offset``."""
        share = self.choose[offset](hidden).softmax(-1)[..., :-1]
        fixes = F.linear(recent, self.experts[offset].flatten(0, 1), self.expert_bias[offset].flatten())
        mixture = (share[..., None] * fixes.unflatten(-1, (self.settings.experts, -1))).sum(-2)
        fix: Tensor = mixture + self.add[offset](hidden)
        return fix

    def settings_dict(self) -> dict[str, int]:
        """Plain sizes, for the weights file."""
        return dataclasses.asdict(self.settings)


def scaled(mel: Tensor) -> Tensor:
    """Log-mel of speech brought to about zero mean and unit variance."""
    return (mel + 5.0) / 3.0
