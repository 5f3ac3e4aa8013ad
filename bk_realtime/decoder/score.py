"""How well a query fits each memory frame of a window: dot-product, additive and location-sensitive scores.

Shapes: B batch, T decoder frames, W memory frames in a window, A attention units.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.kernels.alignment import align, toeplitz
from bk_realtime.errors import OptionError

ATTENTION_SCORES = ("location", "additive", "dot")


class Score(nn.Module):
    """Attention weights of a query over the keys of a window.

    * ``dot``: ``q·k / sqrt(A)`` (Luong et al. 2015, Vaswani et al. 2017), each key carrying a learned vector of its
      position in the window.
    * ``additive``: ``v·tanh(q + k)`` (Bahdanau et al. 2015), the same.
    * ``location``: ``v·tanh(q + k + U f)``, f a convolution over the previous and the cumulative weights (Chorowski et
      al. 2015; Tacotron 2 adds the cumulative ones).

    The location term makes weights of one frame depend on those of the frame before.
    :func:`~bk_realtime.decoder.kernels.alignment.align` finds them for a whole sequence, values and gradient exact.

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
        if kind not in ATTENTION_SCORES:
            raise OptionError(f"attention {kind!r} is unknown: expected one of {', '.join(ATTENTION_SCORES)} or none")
        if window < 1 or kernel % 2 == 0:
            raise OptionError(
                f"attention: expected a window of at least 1 and an odd kernel, got {window} and {kernel}"
            )
        self.kind, self.dim, self.window, self.kernel = kind, dim, window, kernel
        self.query = nn.Linear(n_query, dim)
        self.key = nn.Linear(n_memory, dim, bias=False)
        self.position = nn.Parameter(_normal(window, dim, times=0.1))
        if kind != "dot":
            self.energy = nn.Linear(dim, 1, bias=False)
        if kind == "location":
            self.location_filters = nn.Parameter(_normal(filters, 2 * kernel, over=(2 * kernel) ** 0.5))
            self.location_units = nn.Linear(filters, dim, bias=False)

    def attend_step(self, query: Tensor, keys: Tensor, mask: Tensor, location: Tensor) -> tuple[Tensor, Tensor]:
        """One frame: query (B, n_query), keys (B, W, A), mask (B, W) 0 or -inf, location (B, 2, W) previous and
        cumulative weights in place for this window -> weights, cumulative (B, W)."""
        q = self.query(query)
        if self.kind == "dot":
            scores = ((keys + self.position) @ q[..., None])[..., 0] * self.dim**-0.5
        else:
            units = keys + (q[:, None] + self.position)
            if self.kind == "location":
                near = F.pad(location, (self.kernel // 2, self.kernel // 2))
                near = near.unfold(-1, self.kernel, 1).transpose(1, 2).flatten(2)  # (B, W, 2 * kernel)
                units = units + near @ self.fold()
            scores = self.energy(units.tanh())[..., 0]
        weights = (scores + mask).softmax(-1)
        return weights, location[:, 1] + weights

    def fold(self) -> Tensor:
        """Location filters and their projection as one matrix (2 * kernel, A)."""
        return (self.location_units.weight @ self.location_filters).mT

    def attend_sequence(
        self, queries: Tensor, keys: Tensor, mask: Tensor, previous: Tensor, cumulative: Tensor, slide: bool
    ) -> tuple[Tensor, Tensor]:
        """Every frame of a sequence.

        Parameters
        ----------
        queries : (B, T, n_query).
        keys : (B, T + W - 1, A) where the window slides by one a frame, else (B, W, A).
        mask : (B, T, W), -inf where the window reaches before the signal, else 0.
        previous, cumulative : (B, W) of the frame before the first, in place for its window.
        slide : see keys; previous and cumulative weights slide along.

        Returns
        -------
        weights (B, T, W), cumulative (B, W) after the last frame.
        """
        if self.kind == "location":
            matrix = toeplitz(self.fold(), self.window)
            energy = self.energy.weight[0]
            return align(self.query(queries), keys, self.position, energy, matrix, mask, previous, cumulative, slide)
        windows = keys.unfold(1, self.window, 1).mT  # (B, T | 1, W, A)
        q = self.query(queries)
        if self.kind == "dot":
            scores = ((windows + self.position) @ q[..., None])[..., 0] * self.dim**-0.5
        else:
            scores = self.energy((q[:, :, None] + windows + self.position).tanh())[..., 0]
        return (scores + mask).softmax(-1), cumulative


def _normal(*shape: int, times: float = 1.0, over: float = 1.0) -> Tensor:
    """Normally distributed numbers, as of ``torch.randn``; for a network that is made without memory only the shape:
    to draw or scale them there, torch imports its compiler, which takes each process that loads a decoder seconds."""
    values = torch.empty(*shape)
    return values if values.is_meta else values.normal_() * times / over
