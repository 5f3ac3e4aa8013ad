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
        return x.new_empty(0).to(self.device, self.dtype)

    def init_state(self, batch: int) -> tuple[()]:
        return ()

    def step(self, x: Tensor, state: tuple[()]) -> tuple[Tensor, tuple[()]]:
        return x.to(self.device, self.dtype), state

    def forward(self, x: Tensor) -> Tensor:
        return x.to(self.device, self.dtype)
