"""Causal GRU regressor: the recurrent baseline, one mel frame per feature frame, no lookahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from torch import Tensor

from bk_realtime.decoder.framewise import Framewise
from bk_realtime.decoder.layers import CausalGru
from bk_realtime.errors import OptionError
from bk_realtime.typed import Within


@dataclass(frozen=True)
class GruSettings:
    """Size of the causal GRU regressor."""

    hidden: Annotated[int, Within(1, 4096)] = 128
    """Units per layer."""
    layers: Annotated[int, Within(1, 2)] = 2
    """Recurrent layers, 1 or 2."""
    dropout: Annotated[float, Within(0, 1)] = 0.1
    """On features and on what the last layer gives, in training only."""
    target: str = "mse"
    """mse, l1, both (regression) or classes (cross-entropy over quantised levels)."""
    n_levels: Annotated[int, Within(2, 1024)] = 16
    """Mel levels per bin for the target classes."""


class GruDecoder(Framewise):
    """Linear projection, unidirectional GRU (Cho et al. 2014), linear to the mel frame.

    Parameters
    ----------
    settings : size.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: GruSettings
    gru: CausalGru

    def __init__(self, settings: GruSettings, n_in: int, n_mels: int) -> None:
        if settings.layers not in (1, 2) or settings.hidden < 1:
            raise OptionError(
                f"gru: expected 1 or 2 layers of at least 1 unit, got {settings.layers} of {settings.hidden}"
            )
        s = settings
        super().__init__(s, n_in, n_mels, "gru", lambda: CausalGru(s.hidden, s.hidden, s.layers, s.dropout))

    def _learning(self, hidden: Tensor) -> Tensor:
        return self.gru.whole(hidden)
