"""The HiFi-GAN generator as a plain whole-clip network with the key names of its published checkpoints."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MEL = {
    "sampling_rate": 22050,
    "n_fft": 1024,
    "win_size": 1024,
    "hop_size": 256,
    "num_mels": 80,
    "fmin": 0,
    "fmax": 8000,
}
V1 = {
    "resblock": "1",
    "upsample_rates": [8, 8, 2, 2],
    "upsample_kernel_sizes": [16, 16, 4, 4],
    "upsample_initial_channel": 512,
    "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
}
V2 = {**V1, "upsample_initial_channel": 128}
V3 = {
    "resblock": "2",
    "upsample_rates": [8, 8, 4],
    "upsample_kernel_sizes": [16, 16, 8],
    "upsample_initial_channel": 256,
    "resblock_kernel_sizes": [3, 5, 7],
    "resblock_dilation_sizes": [[1, 2], [2, 6], [3, 12]],
}


def _same(n_in: int, n_out: int, kernel: int, dilation: int = 1) -> nn.Conv1d:
    return nn.Conv1d(n_in, n_out, kernel, dilation=dilation, padding=dilation * (kernel - 1) // 2)


class _Block(nn.Module):
    def __init__(self, kind: str, width: int, kernel: int, dilations: list[int]) -> None:
        super().__init__()
        if kind == "1":
            self.convs1 = nn.ModuleList(_same(width, width, kernel, d) for d in dilations)
            self.convs2 = nn.ModuleList(_same(width, width, kernel) for _ in dilations)
        else:
            self.convs = nn.ModuleList(_same(width, width, kernel, d) for d in dilations)

    def forward(self, x: Tensor) -> Tensor:
        if hasattr(self, "convs"):
            for conv in self.convs:
                x = x + conv(F.leaky_relu(x, 0.1))
        else:
            for first, second in zip(self.convs1, self.convs2, strict=True):
                x = x + second(F.leaky_relu(first(F.leaky_relu(x, 0.1)), 0.1))
        return x


class Generator(nn.Module):
    """(B, n_mels, T) -> (B, 1, T * hop)."""

    def __init__(self, config: dict[str, Any], n_mels: int = 80) -> None:
        super().__init__()
        self.n_kernels = len(config["resblock_kernel_sizes"])
        width = config["upsample_initial_channel"]
        self.conv_pre = _same(n_mels, width, 7)
        self.ups, self.resblocks = nn.ModuleList(), nn.ModuleList()
        for rate, kernel in zip(config["upsample_rates"], config["upsample_kernel_sizes"], strict=True):
            self.ups.append(nn.ConvTranspose1d(width, width // 2, kernel, rate, padding=(kernel - rate) // 2))
            width //= 2
            for size, dilations in zip(config["resblock_kernel_sizes"], config["resblock_dilation_sizes"], strict=True):
                self.resblocks.append(_Block(config["resblock"], width, size, dilations))
        self.conv_post = _same(width, 1, 7)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_pre(x)
        for i, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, 0.1))
            blocks = self.resblocks[i * self.n_kernels : (i + 1) * self.n_kernels]
            x = sum(block(x) for block in blocks) / self.n_kernels
        return torch.tanh(self.conv_post(F.leaky_relu(x)))


def random_generator(config: dict[str, Any], seed: int = 0, n_mels: int = 80) -> Generator:
    """Random weights of a size that neither dies out nor saturates."""
    generator = torch.Generator().manual_seed(seed)
    net = Generator(config, n_mels)
    with torch.no_grad():
        for name, p in net.named_parameters():
            fan = p.shape[0 if name.startswith("ups") else 1] * p.shape[2] if p.ndim == 3 else 100
            if name.startswith("ups") and p.ndim == 3:
                fan = fan // max(1, p.shape[2] // 2)
            p.copy_(torch.randn(p.shape, generator=generator) / math.sqrt(fan))
    return net.eval()


def with_weight_norm(state: dict[str, Tensor], new_style: bool = False) -> dict[str, Tensor]:
    """The same weights as a training checkpoint stores them."""
    out = {}
    for key, value in state.items():
        if not key.endswith(".weight"):
            out[key] = value
            continue
        norm = value.flatten(1).norm(dim=1).reshape(-1, 1, 1)
        stem = key.removesuffix("weight")
        names = ("parametrizations.weight.original0", "parametrizations.weight.original1")
        g, v = names if new_style else ("weight_g", "weight_v")
        out[stem + g], out[stem + v] = norm, value * 3.0
    return out
