"""Traces of a decoder step on the CPU: the same kernels, called by PyTorch's interpreter instead of Python.

A step of one frame is about two hundred small operations, and a good part of its time in Python goes into finding them
(`make bench BENCH=decode_step` prints both). TorchScript is in maintenance and may leave PyTorch one day: without it
steps run as they are, only slower.

A trace is also made in the middle of a session, where another decoder takes over. What PyTorch does to it with Python's
lock held stops the thread that decodes; so it is a function whose weights are its constants. Its first run computes
what hangs on these alone, without the lock. A traced module has to be frozen for that, which holds the lock for longer
than a frame. What `torch.jit.trace` makes stays in the process for ever, weights and all: so its two halves are called
here, and what they give goes with the decoder.
"""

from __future__ import annotations

import copy
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.capture.captured import CapturedStep, Replay, replace_leaves, tensors
from bk_realtime.decoder.capture.graphs import Graphed

_HALVES = ("_create_graph_by_tracing", "_create_function_from_graph")


class Traced(CapturedStep):
    """One-block steps on the CPU replay a TorchScript trace.

    For decoders that say that they are ``traceable``; others pass through unchanged.
    """

    device_type, switch = "cpu", "BK_NO_TRACE"

    def __init__(self, op: Decoder, enabled: bool | None = None) -> None:
        super().__init__(op, enabled)
        self.enabled &= op.traceable and all(hasattr(torch._C, name) for name in _HALVES)

    def capture(self, x: Tensor, state: Any) -> Replay:
        assert isinstance(self.op, nn.Module)
        op = _without_gradient(self.op.eval())
        after: list[Any] = []

        # knows nothing of self: a cycle would keep every decoder of a session, which runs without the collector
        def step(x: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
            y, new = op.step(x, replace_leaves(state, list(parts)))  # type: ignore[operator]
            after[:] = [new]
            return (y, *tensors(new))

        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # that it is deprecated, and that Python numbers become constants
            trace, make = (getattr(torch._C, name) for name in _HALVES)
            graph, _ = trace(step, (x, *tensors(state)), lambda _: "", True, False)  # strict; in place stays in place
            flat = make("step", graph)

        def replay(x: Tensor, state: Any) -> tuple[Tensor, Any]:
            y, *parts = flat(x, *tensors(state))
            return y, replace_leaves(after[0], parts)

        return replay


def captured(op: Decoder, device: torch.device) -> CapturedStep:
    """``op`` with its steps recorded in the way of the device."""
    return Graphed(op) if device.type == "cuda" else Traced(op)


def _without_gradient(op: nn.Module) -> nn.Module:
    """The network, or where it can still be trained one of the same weights that cannot: a tensor that wants a gradient
    is no constant."""
    if not any(weight.requires_grad for weight in op.parameters()):
        return op
    return copy.deepcopy(op, {id(part): part.detach() for part in (*op.parameters(), *op.buffers())})
