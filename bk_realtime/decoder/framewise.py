"""What networks share that make each mel frame of a causal trunk over the feature frames and feed nothing back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from bk_realtime.decoder.base import NetworkDecoder, Prediction
from bk_realtime.decoder.targets import build_target
from bk_realtime.stream import Operator


class Framewise(NetworkDecoder):
    """Linear projection and GELU, a trunk, linear to the mel frame; one mel frame per feature frame, no lookahead.

    All that is remembered is the trunk's state.

    Parameters
    ----------
    settings : size: ``hidden``, ``dropout``, ``target`` and ``n_levels`` are read here.
    n_in : features per frame.
    n_mels : mel bins.
    name : of the trunk among the parameters, as bundles keep them.
    make : makes the trunk, (B, T, hidden) -> (B, T, hidden).
    """

    traceable = True
    dropout: nn.Dropout
    project: nn.Linear
    head: nn.Linear

    @abstractmethod
    def __init__(self, settings: Any, n_in: int, n_mels: int, name: str, make: Callable[[], Operator]) -> None:
        nn.Module.__init__(self)
        self.settings, self.channels = settings, (n_in, n_mels)
        self.target = build_target(settings.target, n_mels, settings.n_levels)
        self.dropout = nn.Dropout(settings.dropout)
        self.project = nn.Linear(n_in, settings.hidden)
        self._trunk = name
        setattr(self, name, make())  # between the two others: what is drawn when decides the weights
        self.head = nn.Linear(settings.hidden, self.target.n_raw)

    @property
    def trunk(self) -> Operator:
        """(B, T, hidden) -> (B, T, hidden)."""
        trunk: Operator = getattr(self, self._trunk)
        return trunk

    @property
    def multiply_adds(self) -> int:
        """Of one frame. Each weight of a matrix or kernel is used once; a trunk that does more adds it."""
        return sum(weight.numel() for weight in self.parameters() if weight.dim() > 1)

    def init_state(self, batch: int) -> Any:
        """That of the trunk."""
        return self.trunk.init_state(batch)

    def step(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        hidden, state = self.trunk.step(self._projected(x), state)
        return self.target.mel_of(self.target.read(self._raw(hidden))), state

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)

    def scheduled(self, x: Tensor, mel: Tensor, teacher_forcing: float, passes: int = 1) -> Prediction:
        """Training pass. Nothing is fed back, so teacher forcing means nothing here and ``mel`` is not looked at."""
        raw = self._raw(self._learning(self._projected(x)))
        frames = self.target.read(raw)
        return Prediction(raw, frames, frames, self.target.mel_of(frames), None)

    def _learning(self, hidden: Tensor) -> Tensor:
        """The trunk over whole segments (B, T, hidden), in training."""
        return self.trunk.forward(hidden)

    def _projected(self, x: Tensor) -> Tensor:
        return torch.nn.functional.gelu(self.project(self.dropout(x)))

    def _raw(self, hidden: Tensor) -> Tensor:
        raw: Tensor = self.head(self.dropout(hidden))
        return raw
