"""Causal building blocks of the decoders: convolution, GRU, prenet and residual postnet.

Shapes: B batch, T frames, C channels. Everything that remembers is an :class:`~bk_realtime.stream.Operator`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.stream import Operator


class CausalConv(Operator, nn.Module):
    """Convolution over time: ``kernel - 1 - lookahead`` past frames, the present one and ``lookahead`` future ones.

    Parameters
    ----------
    n_in, n_out : channels.
    kernel : taps.
    lookahead : future frames, declared as the latency; at most ``kernel - 1``.
    """

    def __init__(self, n_in: int, n_out: int, kernel: int, lookahead: int = 0) -> None:
        nn.Module.__init__(self)
        if not 0 <= lookahead < kernel:
            raise ValueError(
                f"CausalConv: expected 0 <= lookahead < kernel, got lookahead {lookahead}, kernel {kernel}"
            )
        self.channels, self.latency = (n_in, n_out), lookahead
        self.kernel = kernel
        self.conv = nn.Conv1d(n_in, n_out, kernel)

    def init_state(self, batch: int) -> Tensor:
        """The last ``kernel - 1`` inputs (B, kernel - 1, n_in), zeros."""
        return self.conv.weight.new_zeros(batch, self.kernel - 1, self.channels[0])

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        seen = torch.cat([state, x], 1)
        return self._convolve(seen), seen[:, x.shape[1] :].clone()

    def forward(self, x: Tensor) -> Tensor:
        """All frames at once, zeros outside the signal."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], 0, self.channels[1])
        return self._convolve(F.pad(x, (0, 0, self.kernel - 1 - self.latency, self.latency)))

    def _convolve(self, seen: Tensor) -> Tensor:
        if seen.shape[1] == self.kernel:  # one frame: a matrix product beats the set-up of a convolution
            weight = self.conv.weight.flatten(1)
            return F.linear(seen.mT.flatten(1), weight, self.conv.bias)[:, None]
        return F.conv1d(seen.mT, self.conv.weight, self.conv.bias).mT


class ConvStack(nn.ModuleList):
    """A module list that knows, for type checkers, that it holds causal convolutions."""

    def __getitem__(self, i: int) -> CausalConv:  # type: ignore[override]
        return cast(CausalConv, super().__getitem__(i))

    def __iter__(self) -> Iterator[CausalConv]:  # type: ignore[override]
        return cast(Iterator[CausalConv], super().__iter__())


class CausalGru(Operator, nn.Module):
    """Unidirectional GRU (Cho et al. 2014): fused over a sequence, plain cells for a single frame.

    Parameters
    ----------
    n_in, hidden : channels in and out.
    layers : stacked layers.
    dropout : between layers, in training only.
    """

    def __init__(self, n_in: int, hidden: int, layers: int = 1, dropout: float = 0.0) -> None:
        nn.Module.__init__(self)
        self.channels = (n_in, hidden)
        self.gru = nn.GRU(n_in, hidden, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0)

    def init_state(self, batch: int) -> Tensor:
        """Hidden state (layers, B, hidden), zeros."""
        return next(self.gru.parameters()).new_zeros(self.gru.num_layers, batch, self.channels[1])

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        if x.shape[1] != 1 or self.training:
            whole: tuple[Tensor, Tensor] = self.gru(x, state)
            return whole
        y, after = self.cell(x[:, 0], state)
        return y[:, None], after

    def cell(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """One frame (B, n_in) -> (B, hidden), without the set-up cost of the fused sequence kernel."""
        after = []
        for layer, hidden in enumerate(state.unbind(0)):
            x = torch.gru_cell(x, hidden, *self.gru.all_weights[layer])
            after.append(x)
        return x, torch.stack(after)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], 0, self.channels[1])
        y: Tensor = self.gru(x)[0]
        return y


class Prenet(nn.Module):
    """Bottleneck on the previous mel frame (Wang et al. 2017, Tacotron): linear, ReLU, dropout, per layer.

    Dropout acts in training only. Tacotron 2 keeps it on in decoding, which makes every decode another one; a live
    session must be repeatable. No layers: the frame passes as it is.

    Parameters
    ----------
    n_in : width of a mel frame.
    sizes : units of each layer.
    dropout : probability.
    """

    def __init__(self, n_in: int, sizes: Sequence[int], dropout: float) -> None:
        super().__init__()
        widths = [n_in, *sizes]
        self.n_out = widths[-1]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(widths))
        self.dropout = nn.Dropout(dropout)

    def forward(self, previous: Tensor) -> Tensor:
        """(…, n_in) -> (…, n_out)."""
        for layer in self.layers:
            previous = self.dropout(F.relu(layer(previous)))
        return previous


class CausalPostnet(Operator, nn.Module):
    """Residual refiner ``y + f(y)`` of causal convolutions with tanh between them.

    The postnet of Tacotron 2 (Shen et al. 2018) is centred and looks 10 frames ahead; this one looks back only. Its
    last layer starts at zero, so that an untrained postnet changes nothing.

    Parameters
    ----------
    n_mels : width of a frame.
    channels : width of the inner layers.
    kernel : taps of every layer.
    layers : number of convolutions, 0 for none.
    dropout : after each inner layer, in training only.
    """

    def __init__(self, n_mels: int, channels: int, kernel: int, layers: int, dropout: float = 0.0) -> None:
        nn.Module.__init__(self)
        self.channels = (n_mels, n_mels)
        widths = [n_mels, *[channels] * (layers - 1), n_mels] if layers else [n_mels]
        self.convs = ConvStack(CausalConv(a, b, kernel) for a, b in itertools.pairwise(widths))
        self.dropout = nn.Dropout(dropout)
        if layers:
            last = self.convs[-1].conv
            for weight in last.parameters():
                nn.init.zeros_(weight)

    def init_state(self, batch: int) -> tuple[Tensor, ...]:
        """Past inputs of every layer."""
        return tuple(conv.init_state(batch) for conv in self.convs)

    def step(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        y, after = x, []
        for i, (conv, past) in enumerate(zip(self.convs, state, strict=True)):
            y, past = conv.step(y if i == 0 else y.tanh(), past)
            after.append(past)
        return (x + y if after else x), tuple(after)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for i, conv in enumerate(self.convs):
            y = conv.forward(y if i == 0 else self.dropout(y.tanh()))
        return x + y if len(self.convs) else x
