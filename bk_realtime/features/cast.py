"""The one crossing between the float64 CPU features and the decoder's precision and device."""

from __future__ import annotations

import torch
from torch import Tensor

from bk_realtime.stream import Operator


class Cast(Operator):
    """``(B, T, n_channels)`` to another dtype and device, values otherwise unchanged.

    Parameters
    ----------
    n_channels : C.
    dtype : of the output.
    device : of the output.
    """

    def __init__(self, n_channels: int, dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu") -> None:
        self.channels = (n_channels, n_channels)
        self.dtype, self.device = dtype, torch.device(device)

    def like(self, x: Tensor) -> Tensor:
        return torch.empty(0, dtype=self.dtype, device=self.device)

    def init_state(self, batch: int) -> tuple[()]:
        return ()

    def step(self, x: Tensor, state: tuple[()]) -> tuple[Tensor, tuple[()]]:
        return self.forward(x), state

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type == "cpu" and self.device.type == "cuda":  # cast first, and from memory that a card can read
            return x.to(self.dtype).pin_memory().to(self.device, non_blocking=True)
        return x.to(self.device, self.dtype)
