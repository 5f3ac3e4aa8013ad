"""Decoder steps that are captured once and replayed: what CUDA graphs and CPU traces have in common."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from bk_realtime.stream import Operator

Replay = Callable[[Tensor, Any], tuple[Tensor, Any]]


class CapturedStep(Operator):
    """An operator whose one-block steps on its device replay a recording. Same contract as the operator inside.

    Every shape and every plain number in the state belongs to one recording of its own; steps of several blocks and
    steps that need a gradient run as they are. A new recording is compared with the plain step on the inputs that it
    was made from and on others before it counts. The operator's weights must not change afterwards.

    Parameters
    ----------
    op : the operator, weights on their final device.
    enabled : False never records; None asks the environment variable :attr:`switch`.
    """

    device_type: str
    switch: str
    """Environment variable; any value but empty or 0 switches recordings of this kind off."""

    def __init__(self, op: Operator, enabled: bool | None = None) -> None:
        self.op = op
        self.channels, self.block, self.ratio = op.channels, op.block, op.ratio
        self.lookahead, self.silence = op.lookahead, op.silence
        self.enabled = os.environ.get(self.switch, "") in ("", "0") if enabled is None else enabled
        self._captured: dict[tuple[Any, ...], Replay] = {}

    @abstractmethod
    def capture(self, x: Tensor, state: Any) -> Replay:
        """A function that does the step for inputs of the same shapes and plain numbers."""

    def init_state(self, batch: int) -> Any:
        return self.op.init_state(batch)

    def like(self, x: Tensor) -> Tensor:
        return self.op.like(x)

    def n_out(self, n_in: int) -> int:
        return self.op.n_out(n_in)

    def forward(self, x: Tensor) -> Tensor:
        return self.op.forward(x)

    def step(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        if not self.enabled or x.device.type != self.device_type or x.shape[1] != self.block or torch.is_grad_enabled():
            return self.op.step(x, state)
        key = (x.shape, x.dtype, *(s.shape if isinstance(s, Tensor) else s for s in leaves(state)))
        replay = self._captured.get(key)
        if replay is None:
            after = self.op.step(x, state)[1]
            if [s for s in leaves(after) if isinstance(s, int)] != [s for s in leaves(state) if isinstance(s, int)]:
                return self.op.step(x, state)  # warming up: its control flow is not that of the next step
            replay = self.capture(x, state)
            self._compare(replay, x, state)
            other = [s + 0.1 if s.is_floating_point() or s.is_complex() else s for s in tensors(state)]
            self._compare(replay, x + 1.0, replace_leaves(state, other))
            self._captured[key] = replay
        return replay(x, state)

    def _compare(self, replay: Replay, x: Tensor, state: Any) -> None:
        got, want = (tensors(done(x, state)) for done in (replay, self.op.step))
        if not all(torch.allclose(a, b, rtol=1e-3, atol=1e-4, equal_nan=True) for a, b in zip(got, want, strict=True)):
            error = (got[0] - want[0]).abs().max().item()
            raise RuntimeError(
                f"{type(self).__name__} step of {type(self.op).__name__} is off by {error:.2g}; "
                f"set {self.switch}=1 to run without"
            )


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
    return _refill(state, iter(values))


def _refill(part: Any, queue: Iterator[Tensor]) -> Any:
    # not an inner function: one that calls itself is a reference cycle, and a live session runs without the collector
    if isinstance(part, tuple):
        refilled = [_refill(p, queue) for p in part]
        return type(part)(*refilled) if hasattr(part, "_fields") else tuple(refilled)
    return next(queue) if isinstance(part, Tensor) else part
