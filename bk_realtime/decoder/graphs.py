"""CUDA graphs of a decoder step: one launch instead of a hundred small ones.

A step of one frame is about a hundred small kernels; on a GPU their launches cost more than their work. A graph
recorded once replays them with one launch. Written against the documented CUDA graph interface of PyTorch; NOT yet run
on a GPU. On a CPU, or switched off, the wrapper passes everything through unchanged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from bk_realtime.stream import Operator

SWITCH = "BK_NO_CUDA_GRAPH"
"""Environment variable; any value but empty or 0 switches graphs off."""
_ADVICE = f"set {SWITCH}=1 to run without graphs"


class Graphed(Operator):
    """An operator whose one-block steps on a CUDA device replay a graph. Same contract as the operator inside.

    A step copies input and state into the graph's buffers, replays, and copies the new state out, so that it stays
    pure: one instance still serves many streams. Every shape and every plain number in the state belongs to one graph
    of its own; steps of several blocks run without. A new graph is compared with the plain step once, before it counts.

    Parameters
    ----------
    op : the operator, weights on their final device.
    enabled : False never captures; None asks the environment variable BK_NO_CUDA_GRAPH.
    """

    def __init__(self, op: Operator, enabled: bool | None = None) -> None:
        self.op = op
        self.channels, self.block, self.ratio = op.channels, op.block, op.ratio
        self.latency, self.silence = op.latency, op.silence
        self.enabled = os.environ.get(SWITCH, "") in ("", "0") if enabled is None else enabled
        self._graphs: dict[tuple[Any, ...], _Graph] = {}

    def init_state(self, batch: int) -> Any:
        return self.op.init_state(batch)

    def like(self, x: Tensor) -> Tensor:
        return self.op.like(x)

    def n_out(self, n_in: int) -> int:
        return self.op.n_out(n_in)

    def forward(self, x: Tensor) -> Tensor:
        return self.op.forward(x)

    def attention_of(self, state: Any) -> Tensor | None:
        """Of the operator inside, where it has attention."""
        attention_of = getattr(self.op, "attention_of", None)
        return None if attention_of is None else attention_of(state)

    def step(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        if not self.enabled or x.device.type != "cuda" or x.shape[1] != self.block or torch.is_grad_enabled():
            return self.op.step(x, state)
        key = (x.shape, *(s.shape if isinstance(s, Tensor) else s for s in leaves(state)))
        if key not in self._graphs:
            want, after = self.op.step(x, state)
            if [s for s in leaves(after) if isinstance(s, int)] != [s for s in leaves(state) if isinstance(s, int)]:
                return want, after  # warming up: its control flow is not that of the next step
            self._graphs[key] = _Graph(self.op, x, state)
            got = self._graphs[key](x, state)[0]
            if not torch.allclose(got, want, rtol=1e-3, atol=1e-4):
                error = (got - want).abs().max().item()
                raise RuntimeError(f"CUDA graph of {type(self.op).__name__} is off by {error:.2g}; {_ADVICE}")
            return want, after
        return self._graphs[key](x, state)


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
                f"CUDA graph of {type(op).__name__} failed ({error}); set {SWITCH}=1 to go on"
            ) from error

    def __call__(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        self.x.copy_(x)
        torch._foreach_copy_(tensors(self.state), tensors(state))
        self.graph.replay()
        kept = tensors(self.after)
        fresh = [torch.empty_like(s) for s in kept]
        torch._foreach_copy_(fresh, kept)
        return self.y.clone(), replace_leaves(self.after, fresh)


def leaves(state: Any) -> Iterator[Any]:
    """Tensors, numbers and None of a state in order; states are nested tuples."""
    if isinstance(state, tuple):
        for part in state:
            yield from leaves(part)
    else:
        yield state


def tensors(state: Any) -> list[Tensor]:
    """The tensors among :func:`leaves`."""
    return [leaf for leaf in leaves(state) if isinstance(leaf, Tensor)]


def replace_leaves(state: Any, values: list[Tensor]) -> Any:
    """The same nested tuples with its tensors replaced in order, everything else as it is."""
    queue = iter(values)

    def build(part: Any) -> Any:
        if isinstance(part, tuple):
            built = [build(p) for p in part]
            return type(part)(*built) if hasattr(part, "_fields") else tuple(built)
        return next(queue) if isinstance(part, Tensor) else part

    return build(state)
