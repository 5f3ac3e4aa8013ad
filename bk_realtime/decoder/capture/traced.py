"""Traces of a decoder step on the CPU: the same kernels, called by PyTorch's interpreter instead of Python.

A step of one frame is about two hundred small operations, and a good part of its time in Python goes into finding them
(`make bench BENCH=decode_step` prints both). TorchScript is in maintenance and may leave PyTorch one day: without it
steps run as they are, only slower.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.capture.captured import CapturedStep, Replay, replace_leaves, tensors
from bk_realtime.decoder.capture.graphs import Graphed


class Traced(CapturedStep):
    """One-block steps on the CPU replay a TorchScript trace.

    For decoders that say that they are ``traceable``; others pass through unchanged.
    """

    device_type, switch = "cpu", "BK_NO_TRACE"

    def __init__(self, op: Decoder, enabled: bool | None = None) -> None:
        super().__init__(op, enabled)
        self.enabled &= op.traceable and hasattr(torch.jit, "trace")

    def capture(self, x: Tensor, state: Any) -> Replay:
        assert isinstance(self.op, nn.Module)
        after: list[Any] = []
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # that it is deprecated, and that Python numbers become constants
            trace = torch.jit.trace(_Flat(self.op, state, after).eval(), (x, *tensors(state)), check_trace=False)
            flat: Callable[..., tuple[Tensor, ...]] = torch.jit.freeze(trace)

        def replay(x: Tensor, state: Any) -> tuple[Tensor, Any]:
            y, *parts = flat(x, *tensors(state))
            return y, replace_leaves(after[0], parts)

        return replay


class _Flat(nn.Module):
    """A step with its state as separate tensors; leaves the shape of the new state in ``after``."""

    def __init__(self, op: nn.Module, state: Any, after: list[Any]) -> None:
        super().__init__()
        self.op, self.like, self.after = op, state, after

    def forward(self, x: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
        y, after = self.op.step(x, replace_leaves(self.like, list(parts)))  # type: ignore[operator]
        self.after.append(after)
        return (y, *tensors(after))


def captured(op: Decoder, device: torch.device) -> CapturedStep:
    """``op`` with its steps recorded in the way of the device."""
    return Graphed(op) if device.type == "cuda" else Traced(op)
