"""CUDA graphs: one launch instead of hundreds of small ones, for decoder steps and vocoder networks alike.

A step of one frame is a hundred small kernels or more; on a card their launches cost more than their work. A graph
that was captured once replays them with one launch.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from bk_realtime.decoder.capture.captured import CapturedStep, Replay, replace_leaves, tensors

SWITCH = "BK_NO_CUDA_GRAPH"
"""Environment variable; any value but empty or 0 switches CUDA graphs off."""

_log = logging.getLogger(__name__)


class GraphedCall:
    """A pure function of tensors on a card, captured once for their shapes and replayed with one launch.

    A graph is compared with the plain function on the inputs that it was made from and on others before it counts.

    Parameters
    ----------
    function : tensors to a tuple of tensors; the same kernels for every input of the same shapes.
    inputs : tensors of the shapes to come.

    Raises
    ------
    RuntimeError
        The function cannot be captured, or the graph gives something else.
    """

    def __init__(self, function: Callable[..., tuple[Tensor, ...]], inputs: Sequence[Tensor]) -> None:
        # the graph's memory must be writable inside and outside of inference mode, wherever it is captured
        with torch.inference_mode(False), torch.no_grad():
            self._inputs = [x.clone() for x in inputs]
            self._capture(function)
        other = [x + 0.1 if x.is_floating_point() or x.is_complex() else x for x in inputs]
        for given in (inputs, other):
            want = [y.clone() for y in function(*(x.clone() for x in given))]
            for a, b in zip(self(*given), want, strict=True):
                if not torch.allclose(a, b, rtol=1e-3, atol=1e-4, equal_nan=True):
                    raise RuntimeError(f"a CUDA graph is off by {(a - b).abs().max().item():.2g}")

    def _capture(self, function: Callable[..., tuple[Tensor, ...]]) -> None:
        device = self._inputs[0].device
        side = torch.cuda.Stream(device)
        side.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(side):  # libraries set up their workspaces before anything is captured
            for _ in range(3):
                function(*self._inputs)
        torch.cuda.current_stream(device).wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        # torch's own capture stream is on the present card, whichever the inputs are on
        with torch.cuda.graph(self._graph, stream=torch.cuda.Stream(device)):
            self._outputs = function(*self._inputs)

    def _replay(self) -> None:
        self._graph.replay()

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        torch._foreach_copy_(self._inputs, list(inputs))
        self._replay()
        fresh = [torch.empty_like(y) for y in self._outputs]  # the next replay writes into the graph's own memory
        torch._foreach_copy_(fresh, list(self._outputs))
        return tuple(fresh)


class GraphedCalls:
    """Graphs of one function by the shapes of its inputs; where a graph cannot be had, it is called as it is.

    Parameters
    ----------
    function : as for :class:`GraphedCall`.
    name : for the one line that says why there is no graph.
    """

    device_type = "cuda"

    def __init__(self, function: Callable[..., tuple[Tensor, ...]], name: str) -> None:
        self.function, self.name = function, name
        self._graphs: dict[tuple[Any, ...], GraphedCall | None] = {}

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        if inputs[0].device.type != self.device_type or not graphs_enabled():
            return self.function(*inputs)
        key = tuple((x.shape, x.dtype, x.device) for x in inputs)
        if key not in self._graphs:
            try:
                self._graphs[key] = GraphedCall(self.function, inputs)
            except RuntimeError as error:
                _log.warning("no CUDA graph of %s (%s): it runs without, slower", self.name, error)
                self._graphs[key] = None
        graph = self._graphs[key]
        return self.function(*inputs) if graph is None else graph(*inputs)


def graphs_enabled() -> bool:
    """Whether the environment lets CUDA graphs be made."""
    return os.environ.get(SWITCH, "") in ("", "0")


class Graphed(CapturedStep):
    """One-block steps on a CUDA device replay a graph.

    A step copies input and state into the graph's buffers, replays, and copies the new state out, so that it stays
    pure: one instance still serves many streams. On a CPU, or switched off, everything passes through unchanged.
    """

    device_type, switch = "cuda", SWITCH

    def capture(self, x: Tensor, state: Any) -> Replay:
        after: list[Any] = []

        def flat(x: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
            y, new = self.op.step(x, replace_leaves(state, list(parts)))
            after[:] = [new]
            return (y, *tensors(new))

        try:
            graph = GraphedCall(flat, (x, *tensors(state)))
        except torch.cuda.OutOfMemoryError:
            raise
        except RuntimeError as error:
            reason = str(error).split("\n")[0]
            raise RuntimeError(
                f"CUDA graph of {type(self.op).__name__} failed ({reason}); set {SWITCH}=1 to run without"
            ) from error

        def replay(x: Tensor, state: Any) -> tuple[Tensor, Any]:
            y, *parts = graph(x, *tensors(state))
            return y, replace_leaves(after[0], parts)

        return replay
