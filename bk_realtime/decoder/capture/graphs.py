"""CUDA graphs of a decoder step: one launch instead of a hundred small ones.

A step of one frame is about a hundred small kernels; on a GPU their launches cost more than their work. A graph
recorded once replays them with one launch. Written against the documented CUDA graph interface of PyTorch; NOT yet run
on a GPU.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from bk_realtime.decoder.capture.captured import CapturedStep, Replay, replace_leaves, tensors
from bk_realtime.stream import Operator


class Graphed(CapturedStep):
    """One-block steps on a CUDA device replay a graph.

    A step copies input and state into the graph's buffers, replays, and copies the new state out, so that it stays
    pure: one instance still serves many streams. On a CPU, or switched off, everything passes through unchanged.
    """

    device_type, switch = "cuda", "BK_NO_CUDA_GRAPH"

    def capture(self, x: Tensor, state: Any) -> Replay:
        return _Graph(self.op, x, state)


class _Graph:
    """One recorded step with its buffers."""

    def __init__(self, op: Operator, x: Tensor, state: Any) -> None:
        self.x, self.state = x.clone(), replace_leaves(state, [s.clone() for s in tensors(state)])
        side = torch.cuda.Stream(x.device)
        side.wait_stream(torch.cuda.current_stream(x.device))
        with torch.cuda.stream(side):  # libraries set up their workspaces before anything is recorded
            for _ in range(3):
                op.step(self.x, self.state)
        torch.cuda.current_stream(x.device).wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(self.graph):
                self.y, self.after = op.step(self.x, self.state)
        except RuntimeError as error:
            raise RuntimeError(
                f"CUDA graph of {type(op).__name__} failed ({error}); set {Graphed.switch}=1 to go on"
            ) from error

    def __call__(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        self.x.copy_(x)
        torch._foreach_copy_(tensors(self.state), tensors(state))
        self.graph.replay()
        kept = tensors(self.after)
        fresh = [torch.empty_like(s) for s in kept]
        torch._foreach_copy_(fresh, kept)
        return self.y.clone(), replace_leaves(self.after, fresh)
