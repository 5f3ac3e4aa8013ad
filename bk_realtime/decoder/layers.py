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

from bk_realtime.decoder.kernels.recurrence import gru_layer
from bk_realtime.stream import Operator


def newest(seen: Tensor, n: int) -> Tensor:
    """What a state keeps of ``seen`` (B, T, C), made by this step, after it has used the ``n`` oldest frames up.

    A copy, so that a long chunk is not kept alive by the few frames that matter; after a single frame there is nothing
    worth a copy.
    """
    kept = seen[:, n:]
    return kept if n == 1 else kept.clone()


class SequenceDropout(nn.Dropout):
    """Dropout whose mask is the same in every frame of a sequence (Gal & Ghahramani 2016), in training only.

    Made for recurrent networks: whole channels go missing, as electrodes do; and drawing one mask a sequence instead of
    one a frame is a good part of a training step on a CPU.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> the same shape."""
        return x * F.dropout(x.new_ones(x.shape[0], 1, x.shape[2]), self.p) if self.training and self.p > 0 else x


class CausalConv(Operator, nn.Module):
    """Convolution over time: ``kernel`` frames, ``dilation`` apart, of which the last one is ``lookahead`` frames after
    the present one.

    Parameters
    ----------
    n_in, n_out : channels.
    kernel : taps.
    lookahead : future frames, declared; at most what lies between the first tap and the last.
    dilation : frames from one tap to the next.
    """

    def __init__(self, n_in: int, n_out: int, kernel: int, lookahead: int = 0, dilation: int = 1) -> None:
        nn.Module.__init__(self)
        self.reach = (kernel - 1) * dilation
        if not 0 <= lookahead <= self.reach:
            raise ValueError(
                f"CausalConv: expected 0 <= lookahead <= {self.reach}, got lookahead {lookahead}, kernel {kernel}"
            )
        self.channels, self.lookahead = (n_in, n_out), lookahead
        self.kernel, self.dilation = kernel, dilation
        self.conv = nn.Conv1d(n_in, n_out, kernel, dilation=dilation)

    def init_state(self, batch: int) -> Tensor:
        """The last inputs that a tap can still reach (B, (kernel - 1) * dilation, n_in), zeros."""
        return self.conv.weight.new_zeros(batch, self.reach, self.channels[0])

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        seen = torch.cat([state, x], 1)
        return self._convolve(seen), newest(seen, x.shape[1])

    def forward(self, x: Tensor) -> Tensor:
        """All frames at once, zeros outside the signal."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], 0, self.channels[1])
        return self._convolve(F.pad(x, (0, 0, self.reach - self.lookahead, self.lookahead)))

    def _convolve(self, seen: Tensor) -> Tensor:
        if seen.shape[1] == self.reach + 1:  # one frame: a matrix product beats the set-up of a convolution
            taps = seen if self.dilation == 1 else seen[:, :: self.dilation]
            return F.linear(taps.mT.flatten(1), self.conv.weight.flatten(1), self.conv.bias)[:, None]
        return F.conv1d(seen.mT, self.conv.weight, self.conv.bias, dilation=self.dilation).mT


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
        self.layers = nn.ModuleList(nn.GRU(hidden if i else n_in, hidden, batch_first=True) for i in range(layers))
        self.dropout = SequenceDropout(dropout)

    def init_state(self, batch: int) -> Tensor:
        """Hidden state (layers, B, hidden), zeros."""
        return next(self.parameters()).new_zeros(len(self.layers), batch, self.channels[1])

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        if x.shape[1] == 1:
            y, after = self.cell(x[:, 0], state)
            return y[:, None], after
        rows = []
        for layer, hidden in zip(self.layers, state.split(1), strict=True):
            x, hidden = layer(x, hidden)
            rows.append(hidden)
        return x, torch.cat(rows)

    def cell(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """One frame (B, n_in) -> (B, hidden), without the set-up cost of the fused sequence kernel."""
        after = []
        for layer, hidden in zip(self.layers, state.unbind(0), strict=True):
            x = torch.gru_cell(x, hidden, *gru_weights(layer))
            after.append(x)
        return x, torch.stack(after)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], 0, self.channels[1])
        for i, layer in enumerate(self.layers):
            x = run_gru(layer, self.dropout(x) if i else x)
        return x

    def whole(self, x: Tensor) -> Tensor:
        """What :meth:`step` gives from a zero state, without dropout between layers, for training: several times as
        fast on a CPU."""
        for layer in self.layers:
            x = run_gru(layer, x)
        return x


class BidirectionalGru(nn.Module):
    """GRU layers that read a window in both directions (Schuster & Paliwal 1997). Not an operator: it sees all of it.

    Parameters
    ----------
    n_in, hidden : channels in; units of each direction.
    layers : stacked layers.
    dropout : between layers, in training only.
    """

    def __init__(self, n_in: int, hidden: int, layers: int, dropout: float = 0.0) -> None:
        super().__init__()
        widths = [n_in, *[2 * hidden] * (layers - 1)]
        self.onward_layers = nn.ModuleList(nn.GRU(width, hidden, batch_first=True) for width in widths)
        self.backward_layers = nn.ModuleList(nn.GRU(width, hidden, batch_first=True) for width in widths)
        self.dropout = SequenceDropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, n_in) -> (B, T, 2 * hidden)."""
        for i, (onward, backward) in enumerate(zip(self.onward_layers, self.backward_layers, strict=True)):
            x = self.dropout(x) if i else x
            x = torch.cat([run_gru(onward, x), run_gru(backward, x.flip(1)).flip(1)], -1)
        return x


def run_gru(layer: nn.Module, x: Tensor) -> Tensor:
    """One-layer ``nn.GRU`` from a zero state over (B, T, n_in), the fastest way for the device."""
    if x.device.type == "cpu":
        return gru_layer(x, gru_weights(layer))
    y: Tensor = layer(x)[0]
    return y


def gru_weights(layer: nn.Module) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Input and recurrent weights and their biases of a one-layer ``nn.GRU``."""
    assert isinstance(layer, nn.GRU)
    return layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0  # type: ignore[return-value]


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
