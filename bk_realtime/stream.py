"""Operator, Stream, Pipeline: the one code path that offline, replay and live share.

An :class:`Operator` holds weights and settings only. A :class:`Stream` is one live run of it: state, partial
block and integer clocks. Pushing a signal in any chunking gives the same output as :meth:`Operator.forward` on
the whole of it. Arrays are ``(B, T, C)`` tensors: batch, time (oldest first), channels. Feature operators work in
float64 on the CPU, decoders in float32 on their device.
"""

from __future__ import annotations

import copy
import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import torch
from torch import Tensor


class Operator(ABC):
    """One processing step. Instances carry no per-stream data, so one serves many streams.

    Attributes
    ----------
    channels : (n_in, n_out)
    block : ``step`` only ever sees a multiple of this many input steps.
    ratio : output steps per input step, long-run average, exact.
    lookahead : output steps by which ``step`` runs behind ``forward``: the future it needs, the smallest that holds.
    on_host : whether it computes on the CPU, wherever a chain's networks run.
    silence : the input value that means "nothing" (0 for samples, log floor for mel frames); pads lookahead at the end.
    """

    channels: tuple[int, int]
    block: int = 1
    ratio: Fraction = Fraction(1)
    lookahead: int = 0
    silence: float = 0.0
    on_host: bool = True

    @abstractmethod
    def init_state(self, batch: int) -> Any:
        """Fresh state for ``batch`` streams, on the operator's own device and dtype. Its size never grows in use
        beyond a fixed bound."""

    @abstractmethod
    def step(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        """``(B, T, n_in), state -> (B, T', n_out), state``. Pure: neither ``x`` nor ``state`` is modified."""

    def n_out(self, n_in: int) -> int:
        """Number of ``forward`` output steps for ``n_in`` input steps."""
        return int(n_in // self.block * self.block * self.ratio)

    def like(self, x: Tensor) -> Tensor:
        """A tensor with the dtype and device that output has for input ``x`` (differs only where an operator casts)."""
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Whole signal ``(B, T, n_in) -> (B, n_out(T), n_out)``, aligned with ``x``. By default a fresh stream over
        all of ``x``; operators with a faster parallel form override it, and the contract tests hold them equal."""
        stream = Stream(self, x, batch=x.shape[0])
        return torch.cat([stream.push(x), stream.flush()], 1)

    def in_one_step(self, x: Tensor) -> Tensor:
        """``forward`` where no block has to fill and nothing looks ahead: all of ``x`` in one step."""
        if x.shape[1] == 0:
            return x.new_zeros(x.shape[0], 0, self.channels[1])
        y, _ = self.step(x, self.init_state(x.shape[0]))
        return y

    @property
    def wait(self) -> int:
        """Most input steps that a step waits for its block or frame to fill, beyond itself."""
        return max(self.block, ceil(1 / self.ratio)) - 1


class Stream:
    """One live run of an :class:`Operator`.

    Parameters
    ----------
    op : the operator.
    like : any tensor with the input's dtype and device (fixed here, once).
    batch : number of parallel signals.
    """

    def __init__(self, op: Operator, like: Tensor, batch: int = 1) -> None:
        self.op = op
        self._none = like.new_zeros(batch, 0, op.channels[0])
        self._empty = op.like(like).new_zeros(batch, 0, op.channels[1])
        self.reset()

    def reset(self) -> None:
        """Forget everything: as new."""
        self._state: Any = self.op.init_state(self._none.shape[0])
        self._pending = self._none
        self._n_in = self._n_out = 0
        self._skip = self.op.lookahead

    @property
    def n_in(self) -> int:
        """Input steps pushed since reset."""
        return self._n_in

    @property
    def n_out(self) -> int:
        """Output steps returned since reset."""
        return self._n_out

    @property
    def state(self) -> Any:
        """The operator's state as the last step left it (read only; the attention picture is in it)."""
        return self._state

    def change(self, op: Operator | None = None, state: Any = None) -> None:
        """Go on with another operator of the same shape, or another state of it, from the next step on."""
        self.op = self.op if op is None else op
        self._state = self._state if state is None else state

    def snapshot(self) -> Any:
        """A deep copy of all that :meth:`restore` needs to continue from here."""
        return copy.deepcopy((self._state, self._pending, self._n_in, self._n_out, self._skip))

    def restore(self, snapshot: Any) -> None:
        """Continue from an earlier :meth:`snapshot`."""
        self._state, self._pending, self._n_in, self._n_out, self._skip = copy.deepcopy(snapshot)

    def push(self, x: Tensor) -> Tensor:
        """Any number of steps in (none is fine); every output step that is final comes out (maybe none)."""
        want = (self._none.shape[0], self.op.channels[0])
        if x.ndim != 3 or (x.shape[0], x.shape[-1]) != want or x.dtype != self._none.dtype:
            raise ValueError(
                f"{type(self.op).__name__}: expected (B={want[0]}, T, C={want[1]}) {self._none.dtype}, "
                f"got {tuple(x.shape)} {x.dtype}"
            )
        self._n_in += x.shape[1]
        return self._advance(torch.cat([self._pending, x], 1) if self._pending.shape[1] else x)

    def flush(self) -> Tensor:
        """End of signal: silence pushes the lookahead out. Call :meth:`reset` before the next push."""
        op, held = self.op, self._pending.shape[1]
        due = op.n_out(self._n_in) - self._n_out
        if due <= 0:
            return self._empty
        total = ceil((held + op.lookahead / op.ratio) / op.block) * op.block
        tail = self._none.new_full((self._none.shape[0], total - held, op.channels[0]), op.silence)
        return self._advance(torch.cat([self._pending, tail], 1))[:, :due]

    def _advance(self, buf: Tensor) -> Tensor:
        n = buf.shape[1] // self.op.block * self.op.block
        # a clone, so that a caller who reuses its input buffer cannot change what waits here
        self._pending = buf[:, n:].clone() if n < buf.shape[1] else self._none
        if n == 0:
            return self._empty
        y, self._state = self.op.step(buf[:, :n] if n < buf.shape[1] else buf, self._state)
        drop = min(self._skip, y.shape[1])
        self._skip -= drop
        self._n_out += y.shape[1] - drop
        return y[:, drop:] if drop else y


class Pipeline:
    """Streams in series. Each stage drops its own warm-up and re-blocks, so block sizes never need to agree."""

    def __init__(self, ops: Sequence[Operator], like: Tensor, batch: int = 1) -> None:
        check_chain(ops)
        self.streams: list[Stream] = []
        for op in ops:
            self.streams.append(Stream(op, like, batch))
            like = op.like(like)

    def push(self, x: Tensor) -> Tensor:
        """Push through every stage."""
        for stream in self.streams:
            x = stream.push(x)
        return x

    def flush(self) -> Tensor:
        """Flush stage by stage, each into the next."""
        x: Tensor | None = None
        for stream in self.streams:
            pushed = stream.push(x) if x is not None else None
            tail = stream.flush()
            x = tail if pushed is None else torch.cat([pushed, tail], 1)
        if x is None:
            raise ValueError("Pipeline: expected at least one operator, got none")
        return x

    def reset(self) -> None:
        """Reset every stage."""
        for stream in self.streams:
            stream.reset()

    def forward(self, x: Tensor) -> Tensor:
        """Whole signal through the composed ``forward`` of every operator; leaves the streams alone."""
        for stream in self.streams:
            x = stream.op.forward(x)
        return x


def check_chain(ops: Sequence[Operator]) -> None:
    """Raise ``ValueError`` unless each operator's input width is its predecessor's output width."""
    for before, after in itertools.pairwise(ops):
        if before.channels[1] != after.channels[0]:
            raise ValueError(
                f"{type(after).__name__} expects {after.channels[0]} channels, "
                f"{type(before).__name__} gives {before.channels[1]}"
            )


def algorithmic_latency(ops: Sequence[Operator], rate: Fraction) -> Fraction:
    """Exact declared latency in seconds of operators in series fed at ``rate`` Hz.

    The sum over stages of lookahead (``lookahead`` output steps) and of the longest wait for a block or frame to
    fill. IIR group delay and compute time are other latencies and are not in it.
    """
    total = Fraction(0)
    for op in ops:
        out_rate = rate * op.ratio
        total += Fraction(op.wait) / rate + Fraction(op.lookahead) / out_rate
        rate = out_rate
    return total
