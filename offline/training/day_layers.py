"""Input layers of the days before: what makes yesterday's features like today's, for as long as a network trains."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DECAY = 10.0
"""Weight decay (AdamW) of the layers: minutes of a day shall not fit a matrix of thousands."""


class DayLayers(nn.Module):
    """``x + A x`` with a matrix of its own for every day before, 0 at first; the last day passes as it is.

    Willett et al. (2023) give every day a layer in front of one network. Here the last one has none: the network behind
    is that day's decoder as it stands, of whatever kind, and nothing of the layers is in a bundle. A matrix of that day
    too would say no more, since its product with the network's first weights is again such weights.

    No bias: each day has a normalisation of its own (:func:`offline.data.dataset.build_corpus`), and a contact that is
    missing (0) gives nothing.

    Parameters
    ----------
    n_days : days before the last one.
    n_features : width of a frame.
    """

    def __init__(self, n_days: int, n_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_days, n_features, n_features))

    def forward(self, x: Tensor, day: Tensor) -> Tensor:
        """(B, T, n_features) z-scored features of days (B,), 0 for the last one and from 1 on for those before -> the
        same shape."""
        mixing = F.pad(self.weight, (0, 0, 0, 0, 1, 0))[day]
        return x + x @ mixing.mT

    def report(self, days: Sequence[int]) -> dict[str, float]:
        """How far each day is from the last one: root mean square of ``A x`` where features are white, by day."""
        sizes = self.weight.detach().float().square().sum((1, 2)).div(self.weight.shape[1]).sqrt()
        return {str(day): round(float(size), 4) for day, size in zip(days, sizes, strict=True)}
