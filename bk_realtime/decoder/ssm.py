"""Diagonal state-space layers (S4D): an experimental decoder, one mel frame per feature frame, no lookahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.framewise import Framewise
from bk_realtime.stream import Operator
from bk_realtime.typed import Within

BLOCK = 32
"""Frames that are computed at once; the state goes on from block to block, so nothing else depends on it."""
SLOWEST, FASTEST = 0.01, 0.2
"""Steps at the start, in time constants of 2 frames: from 200 frames (2.3 s) to 10 (116 ms)."""


@dataclass(frozen=True)
class SsmSettings:
    """Size of the state-space layers. At the defaults a frame costs as many multiply-adds as one of gru."""

    hidden: Annotated[int, Within(1, 4096)] = 128
    """Channels of every layer."""
    layers: Annotated[int, Within(1, 64)] = 4
    """Layers, each with a gated linear unit behind it."""
    states: Annotated[int, Within(1, 1024)] = 20
    """Complex numbers that each channel of a layer remembers."""
    dropout: Annotated[float, Within(0, 1)] = 0.1
    """On features, inside every layer and on what the last one gives, in training only."""
    target: str = "mse"
    """mse, l1, both (regression) or classes (cross-entropy over quantised levels)."""
    n_levels: Annotated[int, Within(2, 1024)] = 16
    """Mel levels per bin for the target classes."""


class DiagonalSsm(Operator, nn.Module):
    """``s[t] = exp(step * a) s[t - 1] + x[t]``, ``y[t] = Re(c . s[t]) + through * x[t]``, for each channel by itself.

    S4D (Gu et al. 2022): ``a`` is complex and diagonal with a negative real part, begins as ``-1/2 + i pi n``, and is
    held over a frame (``c`` takes up ``(exp(step * a) - 1) / a``). Frames are computed in blocks: within one by the
    kernel ``Re(c exp(step * a t))``, from one to the next by the state, so that one frame is a block of its own.

    Parameters
    ----------
    width : channels in and out.
    states : complex numbers of state a channel.
    """

    def __init__(self, width: int, states: int) -> None:
        nn.Module.__init__(self)
        self.channels = (width, width)
        # values, so on the CPU even where the network is made without memory
        cpu = torch.device("cpu")
        steps = torch.rand(width, device=cpu) * math.log(FASTEST / SLOWEST) + math.log(SLOWEST)
        self.log_step = nn.Parameter(steps)
        self.log_decay = nn.Parameter(torch.full((width, states), math.log(0.5), device=cpu))
        self.frequency = nn.Parameter(math.pi * torch.arange(states, device=cpu).float().repeat(width, 1))
        self.out = nn.Parameter(torch.randn(width, states, 2, device=cpu) * math.sqrt(0.5))
        self.through = nn.Parameter(torch.randn(width, device=cpu))

    @property
    def multiply_adds(self) -> int:
        """Of one frame: four to turn a complex number, two to read it."""
        return 6 * self.frequency.numel()

    def init_state(self, batch: int) -> Tensor:
        """(B, width, states) complex, zeros."""
        return torch.complex(self.frequency, self.frequency).new_zeros(batch, *self.frequency.shape)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        kind = x.device.type  # there are no complex numbers of half the precision; "meta" knows no autocast
        if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
            with torch.autocast(kind, enabled=False):
                return self.step(x.to(self.through.dtype), state)
        rate, out = self._discrete()
        n = x.shape[1]
        if n == 1:
            state = rate.exp() * state + x.mT
            return ((out * state).real.sum(-1) + self.through * x[:, 0])[:, None], state
        powers = torch.exp(rate[..., None] * torch.arange(min(BLOCK, n) + 1, device=x.device))
        full = n // BLOCK * BLOCK
        parts = []
        for part in (x[:, :full].unflatten(1, (-1, BLOCK)) if full else None, x[:, None, full:] if n > full else None):
            if part is not None:
                y, state = self._blocks(part, state, powers[..., : part.shape[2] + 1], out)
                parts.append(y)
        return torch.cat(parts, 1) + self.through * x, state

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)

    def _discrete(self) -> tuple[Tensor, Tensor]:
        """What turns the state in a frame, as a logarithm, and what reads it: (width, states) complex each."""
        a = torch.complex(-self.log_decay.exp(), self.frequency)
        rate = a * self.log_step.exp()[:, None]
        return rate, 2 * torch.view_as_complex(self.out) * (rate.exp() - 1) / a

    def _blocks(self, x: Tensor, state: Tensor, powers: Tensor, out: Tensor) -> tuple[Tensor, Tensor]:
        """Blocks that follow each other (B, K, L, width), and powers 0 … L of what turns the state (width, states,
        L + 1) -> (B, K * L, width) and the state behind the last one. Complex numbers as pairs are faster to sum."""
        n = x.shape[2]
        read = out[..., None] * powers
        kernel = read[..., :n].real.sum(1)  # (width, L)
        toeplitz = F.pad(kernel, (n - 1, 0)).unfold(1, n, 1).flip(-1)  # (width, L, L), row i and column j: i - j
        added = torch.einsum("dsjc,bkjd->bkdsc", torch.view_as_real(powers[..., :n].flip(-1)), x)
        before = []
        for new in torch.view_as_complex(added).unbind(1):
            before.append(state)
            state = powers[..., n] * state + new
        states = torch.view_as_real(torch.stack(before, 1))
        y = torch.einsum("dij,bkjd->bkid", toeplitz, x)
        y = y + torch.einsum("dsic,bkdsc->bkid", torch.view_as_real(read[..., 1:].conj().resolve_conj()), states)
        return y.flatten(1, 2), state


class SsmLayer(nn.Module):
    """Norm, :class:`DiagonalSsm`, GELU and a gated linear unit (Dauphin et al. 2017), added to what came in.

    Parameters
    ----------
    width, states : see :class:`DiagonalSsm`.
    dropout : before the gated linear unit, in training only.
    """

    def __init__(self, width: int, states: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.ssm = DiagonalSsm(width, states)
        self.mix = nn.Linear(width, 2 * width)
        self.dropout = nn.Dropout(dropout)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T, width) -> the same, and the state of the layer."""
        y, state = self.ssm.step(self.norm(x), state)
        return x + F.glu(self.mix(self.dropout(F.gelu(y))), -1), state


class SsmStack(Operator, nn.Module):
    """Layers of :class:`SsmLayer`.

    Parameters
    ----------
    width, layers, states, dropout : see :class:`SsmLayer`.
    """

    def __init__(self, width: int, layers: int, states: int, dropout: float = 0.0) -> None:
        nn.Module.__init__(self)
        self.channels = (width, width)
        self.layers = nn.ModuleList(SsmLayer(width, states, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    @property
    def _layers(self) -> list[SsmLayer]:
        return [layer for layer in self.layers if isinstance(layer, SsmLayer)]

    @property
    def multiply_adds(self) -> int:
        """Of the states of one frame."""
        return sum(layer.ssm.multiply_adds for layer in self._layers)

    def init_state(self, batch: int) -> tuple[Tensor, ...]:
        """That of every layer."""
        return tuple(layer.ssm.init_state(batch) for layer in self._layers)

    def step(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        after = []
        for layer, own in zip(self._layers, state, strict=True):
            x, own = layer.step(x, own)
            after.append(own)
        return self.norm(x), tuple(after)

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)


class SsmDecoder(Framewise):
    """Linear projection, :class:`SsmStack`, linear to the mel frame.

    Parameters
    ----------
    settings : size.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: SsmSettings
    stack: SsmStack

    def __init__(self, settings: SsmSettings, n_in: int, n_mels: int) -> None:
        s = settings
        super().__init__(s, n_in, n_mels, "stack", lambda: SsmStack(s.hidden, s.layers, s.states, s.dropout))

    @property
    def multiply_adds(self) -> int:
        mixed = (self.project.weight, self.head.weight, *(layer.mix.weight for layer in self.stack._layers))
        return sum(weight.numel() for weight in mixed) + self.stack.multiply_adds
