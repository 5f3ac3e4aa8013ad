"""Causal dilated convolutions (TCN): an experimental decoder, one mel frame per feature frame, no lookahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.framewise import Framewise
from bk_realtime.decoder.layers import CausalConv, ConvStack
from bk_realtime.stream import Operator
from bk_realtime.typed import Within


@dataclass(frozen=True)
class TcnSettings:
    """Size of the dilated convolutions. At the defaults a frame costs as many multiply-adds as one of gru."""

    hidden: Annotated[int, Within(1, 4096)] = 92
    """Channels of every layer."""
    blocks: Annotated[int, Within(1, 12)] = 4
    """Residual blocks of two convolutions; each block's taps are twice as far apart as those of the one before."""
    kernel: Annotated[int, Within(2, 64)] = 3
    """Taps of every convolution."""
    dropout: Annotated[float, Within(0, 1)] = 0.1
    """On features, after every first convolution of a block and on what the trunk gives, in training only."""
    target: str = "mse"
    """mse, l1, both (regression) or classes (cross-entropy over quantised levels)."""
    n_levels: Annotated[int, Within(2, 1024)] = 16
    """Mel levels per bin for the target classes."""


class DilatedStack(Operator, nn.Module):
    """Residual blocks of two causal convolutions whose taps are 1, 2, 4, … frames apart (Bai et al. 2018).

    A frame's channels are normalised before each block (Ba et al. 2016), where the paper normalises weights: nothing
    then hangs on other frames, and weights stay what a bundle keeps.

    Parameters
    ----------
    width : channels in and out.
    blocks, kernel : blocks, and taps of each convolution.
    dropout : inside each block, in training only.
    """

    def __init__(self, width: int, blocks: int, kernel: int, dropout: float = 0.0) -> None:
        nn.Module.__init__(self)
        self.channels = (width, width)
        self.convs = ConvStack(CausalConv(width, width, kernel, dilation=2 ** (i // 2)) for i in range(2 * blocks))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(blocks + 1))
        self.dropout = nn.Dropout(dropout)

    @property
    def receptive_field(self) -> int:
        """Frames that one output is made of."""
        return 1 + sum(conv.reach for conv in self.convs)

    def init_state(self, batch: int) -> tuple[Tensor, ...]:
        """The last inputs of every convolution."""
        return tuple(conv.init_state(batch) for conv in self.convs)

    def step(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        after: list[Tensor] = []
        for i in range(0, len(self.convs), 2):
            y, first = self.convs[i].step(self.norms[i // 2](x), state[i])
            y, second = self.convs[i + 1].step(self.dropout(F.relu(y)), state[i + 1])
            x, after = x + F.relu(y), [*after, first, second]
        return self.norms[-1](x), tuple(after)

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)


class TcnDecoder(Framewise):
    """Linear projection, :class:`DilatedStack`, linear to the mel frame.

    Parameters
    ----------
    settings : size.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: TcnSettings
    stack: DilatedStack

    def __init__(self, settings: TcnSettings, n_in: int, n_mels: int) -> None:
        s = settings
        super().__init__(s, n_in, n_mels, "stack", lambda: DilatedStack(s.hidden, s.blocks, s.kernel, s.dropout))

    @property
    def receptive_field(self) -> int:
        return self.stack.receptive_field
