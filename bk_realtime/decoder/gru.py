"""Causal GRU regressor: the recurrent baseline, one mel frame per feature frame, no lookahead."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bk_realtime.errors import BkError
from bk_realtime.stream import Operator


@dataclass(frozen=True)
class GruSettings:
    """Size of the causal GRU regressor."""

    hidden: int = 128
    """Units per layer."""
    layers: int = 2
    """Recurrent layers, 1 or 2."""
    dropout: float = 0.3
    """On features and between layers, in training only."""


class GruDecoder(Operator, nn.Module):
    """Linear projection, unidirectional GRU (Cho et al. 2014), linear to the mel frame.

    The network works on mel that is z-scored per bin; ``mel_mean`` and ``mel_std`` bring its output back to natural
    log mel, so that ``step`` and ``forward`` speak the vocoder's language.

    Parameters
    ----------
    settings : size.
    n_in : features per frame.
    n_mels : mel bins.
    """

    mel_mean: Tensor
    mel_std: Tensor

    def __init__(self, settings: GruSettings, n_in: int, n_mels: int) -> None:
        nn.Module.__init__(self)
        if settings.layers not in (1, 2) or settings.hidden < 1:
            raise BkError(f"gru: expected 1 or 2 layers of at least 1 unit, got {settings.layers} of {settings.hidden}")
        self.settings = settings
        self.channels = (n_in, n_mels)
        self.drop_in = nn.Dropout(settings.dropout)
        self.project = nn.Linear(n_in, settings.hidden)
        between = settings.dropout if settings.layers > 1 else 0.0
        self.gru = nn.GRU(settings.hidden, settings.hidden, settings.layers, batch_first=True, dropout=between)
        self.drop_out = nn.Dropout(settings.dropout)
        self.head = nn.Linear(settings.hidden, n_mels)
        self.register_buffer("mel_mean", torch.zeros(n_mels))
        self.register_buffer("mel_std", torch.ones(n_mels))

    def set_mel_statistics(self, mean: Tensor, std: Tensor) -> None:
        """Mean and standard deviation (n_mels,) of the training targets, natural log mel."""
        self.mel_mean.copy_(mean)
        self.mel_std.copy_(std)

    def init_state(self, batch: int) -> Tensor:
        """Hidden state (layers, B, hidden), zeros."""
        return self.mel_mean.new_zeros(self.settings.layers, batch, self.settings.hidden)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.nn.functional.gelu(self.project(self.drop_in(x)))
        hidden, state = self.gru(hidden, state)
        return self.head(self.drop_out(hidden)) * self.mel_std + self.mel_mean, state

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], 0, self.channels[1])
        return self.step(x, self.init_state(x.shape[0]))[0]
