"""Streaming encoder: causal convolutions, then a unidirectional GRU."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.layers import CausalConv, CausalGru, ConvStack, SequenceDropout
from bk_realtime.stream import Operator


class EncoderState(NamedTuple):
    """past : inputs of each convolution; hidden : GRU (layers, B, hidden); skip : warm-up frames still to ignore."""

    past: tuple[Tensor, ...]
    hidden: Tensor
    skip: int


class Encoder(Operator, nn.Module):
    """Features -> memory: one vector per frame.

    With a lookahead only the first convolution sees the future. What stands behind it starts with the first frame that
    is complete, so that a stream and the whole signal go through the same states.

    Parameters
    ----------
    n_in : features per frame.
    hidden : width of convolutions and GRU.
    conv_layers, kernel : front end; every layer is followed by ReLU.
    gru_layers : recurrent layers.
    lookahead : future frames seen, declared.
    dropout : on the input and after every convolution, in training only.
    """

    def __init__(
        self,
        n_in: int,
        hidden: int,
        conv_layers: int,
        kernel: int,
        gru_layers: int,
        lookahead: int = 0,
        dropout: float = 0.0,
    ) -> None:
        nn.Module.__init__(self)
        self.channels, self.lookahead = (n_in, hidden), lookahead
        self.convs = ConvStack(
            CausalConv(hidden if i else n_in, hidden, kernel + (0 if i else lookahead), 0 if i else lookahead)
            for i in range(conv_layers)
        )
        self.gru = CausalGru(hidden, hidden, gru_layers, dropout)
        self.dropout = SequenceDropout(dropout)

    def init_state(self, batch: int) -> EncoderState:
        return EncoderState(
            tuple(conv.init_state(batch) for conv in self.convs), self.gru.init_state(batch), self.lookahead
        )

    def step(self, x: Tensor, state: EncoderState) -> tuple[Tensor, EncoderState]:
        past, hidden, skip = list(state.past), state.hidden, min(state.skip, x.shape[1])
        x, past[0] = self.convs[0].step(x, past[0])
        y = F.relu(x[:, skip:])
        if y.shape[1]:
            for i in range(1, len(past)):
                y, past[i] = self.convs[i].step(y, past[i])
                y = F.relu(y)
            y, hidden = self.gru.step(y, hidden)
        if skip:
            y = torch.cat([y.new_zeros(y.shape[0], skip, self.channels[1]), y], 1)
        return y, EncoderState(tuple(past), hidden, state.skip - skip)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout(x)
        for conv in self.convs:
            x = self.dropout(F.relu(conv.forward(x)))
        return self.gru.forward(x)
