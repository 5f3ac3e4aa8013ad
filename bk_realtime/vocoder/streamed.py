"""Convolutions that stream exactly: each layer keeps the inputs it still needs and gives every output that is final.

A layer's cache starts as its own zero padding, so a stream equals the whole-clip network from its first sample, and
caches stop growing once they hold one receptive field. Tensors here are ``(B, channels, T)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

Cache = Any


_FEW = 2048
"""Up to this many output samples a convolution on the CPU runs as one matrix product, about twice as fast there as
torch's own (which falls back to a slow path for dilated kernels); longer signals would need too much memory."""


class Layer(Protocol):
    """One streamed layer. ``lookahead`` counts output samples that the last input cannot yet settle."""

    lookahead: int

    def init(self, batch: int) -> Cache:
        """Cache of a stream that has heard nothing."""
        ...

    def run(self, x: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        """New inputs -> new final outputs, new cache; nothing given is modified."""
        ...


@dataclass
class Conv:
    """ "Same" convolution of odd kernel, ``weight`` (out, in, k), leaky ReLU of ``slope`` in front (1: none)."""

    weight: Tensor
    bias: Tensor | None
    dilation: int = 1
    slope: float = 1.0

    def __post_init__(self) -> None:
        self.lookahead = self.dilation * (self.weight.shape[2] - 1) // 2
        self._matrix = self.weight.flatten(1)

    def init(self, batch: int) -> Tensor:
        return self.weight.new_zeros(batch, self.weight.shape[1], self.lookahead)

    def run(self, x: Tensor, cache: Tensor) -> tuple[Tensor, Tensor]:
        if self.slope != 1.0:
            x = F.leaky_relu(x, self.slope)
        x = torch.cat([cache, x], 2)
        kept = min(x.shape[2], 2 * self.lookahead)
        if x.shape[2] <= 2 * self.lookahead:
            return x.new_zeros(x.shape[0], self.weight.shape[0], 0), x
        return self._convolve(x), x[:, :, x.shape[2] - kept :].clone()

    def _convolve(self, x: Tensor) -> Tensor:
        """``(B, in, T) -> (B, out, T - 2 * lookahead)``."""
        n = x.shape[2] - 2 * self.lookahead
        if n > _FEW or x.is_cuda:
            return F.conv1d(x, self.weight, self.bias, dilation=self.dilation)
        b, c, t = x.shape
        columns = x.as_strided((b, c, self.weight.shape[2], n), (c * t, t, self.dilation, 1)).reshape(b, -1, n)
        if self.bias is None:
            return self._matrix @ columns
        if b == 1:
            return torch.addmm(self.bias[:, None], self._matrix, columns[0])[None]
        return torch.baddbmm(self.bias[:, None], self._matrix.expand(b, -1, -1), columns)


@dataclass
class Upsample:
    """Transposed convolution by ``stride``, ``weight`` (in, out, k), leaky ReLU of ``slope`` in front."""

    weight: Tensor
    bias: Tensor | None
    stride: int
    slope: float = 1.0

    def __post_init__(self) -> None:
        self.lookahead = (self.weight.shape[2] - self.stride) // 2
        self._matrix = self.weight.flatten(1).T.contiguous()

    def init(self, batch: int) -> tuple[Tensor, int]:
        return self.weight.new_zeros(batch, self.weight.shape[1], self.weight.shape[2] - self.stride), self.lookahead

    def run(self, x: Tensor, cache: tuple[Tensor, int]) -> tuple[Tensor, tuple[Tensor, int]]:
        tail, skip = cache
        if x.shape[2] == 0:
            return x.new_zeros(x.shape[0], self.weight.shape[1], 0), cache
        y = self._spread(F.leaky_relu(x, self.slope))
        y[:, :, : tail.shape[2]] += tail
        n = x.shape[2] * self.stride
        tail, y = y[:, :, n:].clone(), y[:, :, :n]
        if self.bias is not None:
            y = y + self.bias[:, None]
        drop = min(skip, n)
        return y[:, :, drop:], (tail, skip - drop)

    def _spread(self, x: Tensor) -> Tensor:
        """``(B, in, T) -> (B, out, (T - 1) * stride + k)``, without bias."""
        (b, _, n), (_, c, k), s = x.shape, self.weight.shape, self.stride
        if n * s > _FEW or x.is_cuda or k % s:
            return F.conv_transpose1d(x, self.weight, stride=s)
        pieces = (self._matrix @ x).reshape(b, c, k // s, s, n)
        y = x.new_zeros(b, c, n + k // s - 1, s)
        for i in range(k // s):
            y[:, :, i : i + n] += pieces[:, :, i].mT
        return y.flatten(2)


@dataclass
class Chain:
    """Layers of one rate in series."""

    layers: Sequence[Layer]

    def __post_init__(self) -> None:
        self.lookahead = sum(layer.lookahead for layer in self.layers)

    def init(self, batch: int) -> list[Cache]:
        return [layer.init(batch) for layer in self.layers]

    def run(self, x: Tensor, cache: list[Cache]) -> tuple[Tensor, list[Cache]]:
        after = []
        for layer, held in zip(self.layers, cache, strict=True):
            x, held = layer.run(x, held)
            after.append(held)
        return x, after


@dataclass
class Residual:
    """``x + branch(x)``: the input waits until the branch has caught up."""

    branch: Layer
    channels: int
    like: Tensor

    def __post_init__(self) -> None:
        self.lookahead = self.branch.lookahead

    def init(self, batch: int) -> tuple[Tensor, Cache]:
        return self.like.new_zeros(batch, self.channels, 0), self.branch.init(batch)

    def run(self, x: Tensor, cache: tuple[Tensor, Cache]) -> tuple[Tensor, tuple[Tensor, Cache]]:
        waiting = torch.cat([cache[0], x], 2)
        y, held = self.branch.run(x, cache[1])
        n = y.shape[2]
        return waiting[:, :, :n] + y, (waiting[:, :, n:].clone(), held)


@dataclass
class Mean:
    """Mean of parallel branches, each waiting for the one that looks furthest ahead."""

    branches: Sequence[Layer]
    channels: int
    like: Tensor

    def __post_init__(self) -> None:
        self.lookahead = max(branch.lookahead for branch in self.branches)

    def init(self, batch: int) -> list[tuple[Tensor, Cache]]:
        return [(self.like.new_zeros(batch, self.channels, 0), branch.init(batch)) for branch in self.branches]

    def run(self, x: Tensor, cache: list[tuple[Tensor, Cache]]) -> tuple[Tensor, list[tuple[Tensor, Cache]]]:
        waiting, held = [], []
        for branch, (early, inner) in zip(self.branches, cache, strict=True):
            y, inner = branch.run(x, inner)
            waiting.append(torch.cat([early, y], 2) if early.shape[2] else y)
            held.append(inner)
        n = min(y.shape[2] for y in waiting)
        total = waiting[0][:, :, :n]
        for y in waiting[1:]:
            total = total + y[:, :, :n]
        late = [(y[:, :, n:].clone(), inner) for y, inner in zip(waiting, held, strict=True)]
        return total / len(self.branches), late
