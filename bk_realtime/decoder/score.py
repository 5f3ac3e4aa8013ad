"""How well a query fits each memory frame of a window: dot-product, additive and location-sensitive scores.

Shapes: B batch, T decoder frames, W memory frames in a window, A attention units.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.errors import BkError

KINDS = ("location", "additive", "dot")


class Aligned(NamedTuple):
    """weights (B, T, W), each row sums to 1; previous, cumulative (B, W): what the next frame's location term sees."""

    weights: Tensor
    previous: Tensor
    cumulative: Tensor


class Score(nn.Module):
    """Attention weights of a query over the keys of a window.

    * ``dot``: ``q·k / sqrt(A)`` (Luong et al. 2015, Vaswani et al. 2017), each key carrying a learned vector of its
      place in the window.
    * ``additive``: ``v·tanh(q + k)`` (Bahdanau et al. 2015), the same.
    * ``location``: ``v·tanh(q + k + U f)``, f a convolution over the previous and the cumulative weights (Chorowski et
      al. 2015; Tacotron 2 adds the cumulative ones).

    The location term makes weights of one frame depend on those of the frame before. :meth:`align` therefore finds the
    weights frame by frame without gradient, and, where a gradient is wanted, evaluates all frames once more in parallel
    at the location features just found. The values are exact, the same as in decoding; what the gradient leaves out is
    only the path through earlier weights (it does reach the location filters, queries, keys and v of every frame).

    Parameters
    ----------
    kind : location, additive or dot.
    n_query, n_memory : widths of queries and memory.
    dim : attention units A.
    window : W.
    filters, kernel : location filters and their taps (odd).
    """

    def __init__(
        self, kind: str, n_query: int, n_memory: int, dim: int, window: int, filters: int, kernel: int
    ) -> None:
        super().__init__()
        if kind not in KINDS:
            raise BkError(f"attention {kind!r} is unknown: expected one of {', '.join(KINDS)} or none")
        if window < 1 or kernel % 2 == 0:
            raise BkError(f"attention: expected a window of at least 1 and an odd kernel, got {window} and {kernel}")
        self.kind, self.dim, self.window, self.kernel = kind, dim, window, kernel
        self.query = nn.Linear(n_query, dim)
        self.key = nn.Linear(n_memory, dim, bias=False)
        self.place = nn.Parameter(torch.randn(window, dim) * 0.1)
        if kind != "dot":
            self.energy = nn.Linear(dim, 1, bias=False)
        if kind == "location":
            self.location_filters = nn.Parameter(torch.randn(filters, 2 * kernel) / (2 * kernel) ** 0.5)
            self.location_units = nn.Linear(filters, dim, bias=False)

    def content(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Queries (B, T, n_query), keys (B, T | 1, W, A) -> the part of the score that knows no earlier weights:
        (B, T, W) for dot, (B, T, W, A) before the tanh else."""
        q: Tensor = self.query(queries)[:, :, None]
        keys = keys + self.place
        return (keys @ q.mT)[..., 0] * self.dim**-0.5 if self.kind == "dot" else q + keys

    def fold(self) -> Tensor | None:
        """Location filters and their projection as one matrix (2 * kernel, A); None where there is no such term."""
        return (self.location_units.weight @ self.location_filters).mT if self.kind == "location" else None

    def one(self, content: Tensor, absent: Tensor, location: Tensor, folded: Tensor | None) -> Tensor:
        """Weights (…, W) from content (…, W[, A]), ``absent`` (…, W) 0 or -inf, location (…, 2, W)."""
        if folded is not None:
            half = self.kernel // 2
            near = F.pad(location, (half, half)).unfold(-1, self.kernel, 1).transpose(-3, -2)  # (…, W, 2, kernel)
            content = content + near.flatten(-2) @ folded
        scores = content if self.kind == "dot" else self.energy(content.tanh())[..., 0]
        return (scores + absent).softmax(-1)

    def align(self, content: Tensor, absent: Tensor, previous: Tensor, cumulative: Tensor, slide: bool) -> Aligned:
        """Weights of T frames in order.

        Parameters
        ----------
        content : of every frame, see :meth:`content`.
        absent : (B, T, W), -inf where the window reaches before the signal, else 0.
        previous, cumulative : (B, W) of the frame before the first.
        slide : the window moves one memory frame a frame, and with it the previous and cumulative weights.
        """
        if self.kind != "location":
            weights = self.one(content, absent, content, None)
            return Aligned(weights, weights[:, -1], cumulative)
        rows, locations = [], []
        with torch.no_grad():
            folded = self.fold()
            for k in range(content.shape[1]):
                location = torch.stack([previous, cumulative], 1)
                if slide:
                    location = F.pad(location[..., 1:], (0, 1))
                previous = self.one(content[:, k], absent[:, k], location, folded)
                cumulative = location[:, 1] + previous
                rows.append(previous)
                locations.append(location)
        if not torch.is_grad_enabled():
            return Aligned(torch.stack(rows, 1), previous, cumulative)
        weights = self.one(content, absent, torch.stack(locations, 1), self.fold())
        return Aligned(weights, previous, cumulative)
