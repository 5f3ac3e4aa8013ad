"""Convolutional networks that stream exactly, also with less lookahead than they have.

A network is a list of nodes, each a sum of convolutions of earlier values. With its full lookahead every value is
computed once and kept for as long as a later node reads it, so a stream equals the whole-clip network from the first
sample on. With less, the newest frame is repeated for what has not come yet, and only the values that the wanted
samples hang on are computed from those repeats: a cone that narrows from layer to layer, not a whole network's worth of
frames. Which values are kept and which are computed anew for every frame is chosen by counting multiplications.

Tensors are ``(B, T, channels)``, so that a convolution is one matrix product over rows copied side by side. Positions
are counted from the stream's first frame; what lies before is the zero padding that each layer of the network has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class Conv(NamedTuple):
    """One convolution: value number, ``(kernel * n_in, n_out)`` weights (for strides the outputs of one input side by
    side), kernel and dilation."""

    source: int
    matrix: Tensor
    kernel: int
    dilation: int = 1


@dataclass(frozen=True)
class Node:
    """``bias + sum of convs(leaky ReLU) + sum of adds``: one value of the network.

    Parameters
    ----------
    rate : outputs per frame.
    slope : of the leaky ReLU in front of every convolution; 1 is none.
    adds : values added as they are.
    stride, shift : of a transposed convolution: outputs per input, and how many of them are cut off at the start; its
        kernel counts inputs.
    """

    rate: int
    bias: Tensor
    convs: tuple[Conv, ...]
    slope: float = 1.0
    adds: tuple[int, ...] = ()
    stride: int = 1
    shift: int = 0

    def reads(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """(value, first, last) of everything that outputs [first, last) hang on."""
        if self.stride > 1:
            ((source, _, kernel, _),) = self.convs
            after = (last - 1 + self.shift) // self.stride + 1
            return [(source, (first + self.shift) // self.stride - kernel + 1, after)]
        ranges = [(source, first, last) for source in self.adds]
        for source, _, kernel, dilation in self.convs:
            reach = dilation * (kernel - 1) // 2
            ranges.append((source, first - reach, last + reach))
        return ranges

    def lag(self, lags: Sequence[int]) -> int:
        """Outputs that the last frame cannot yet settle, from the same of every earlier value."""
        if self.stride > 1:
            return self.stride * lags[self.convs[0].source] + self.shift
        return max(lags[source] + last for source, _, last in self.reads(0, 0))

    @property
    def cost(self) -> float:
        """Multiplications per output."""
        return sum(conv.matrix.numel() for conv in self.convs) / self.stride

    def run(self, values: list[Value], first: int, last: int) -> Tensor:
        """Outputs [first, last), ``(B, last - first, n_out)``."""
        batch, n_out = len(values[0].x), len(self.bias)
        if self.stride > 1:
            (conv,) = self.convs
            start = (first + self.shift) // self.stride
            n = (last - 1 + self.shift) // self.stride + 1 - start
            rows = values[conv.source].rows(start - conv.kernel + 1, n, conv, self.slope)
            y = (rows @ conv.matrix).reshape(batch, n * self.stride, n_out)
            skip = first + self.shift - start * self.stride
            return y[:, skip : skip + last - first] + self.bias
        n = last - first
        y = self.bias
        for source in self.adds:
            y = y + values[source].part(first, n).reshape(batch * n, n_out)
        for i, conv in enumerate(self.convs):
            start = first - conv.dilation * (conv.kernel - 1) // 2
            rows = values[conv.source].rows(start, n, conv, self.slope)
            y = torch.addmm(y, rows, conv.matrix) if i == 0 else y.addmm_(rows, conv.matrix)
        return y.reshape(batch, n, n_out)


class Value:
    """Outputs of one node from position ``start`` on, ``(B, n, channels)``."""

    def __init__(self, x: Tensor, start: int) -> None:
        self.x, self.start = x.contiguous(), start
        self._leaky: Tensor | None = None

    def part(self, first: int, n: int) -> Tensor:
        """``(B, n, channels)`` from position ``first`` on."""
        if first < self.start or first + n > self.start + self.x.shape[1]:
            raise IndexError(f"[{first}, {first + n}) is not in [{self.start}, {self.start + self.x.shape[1]})")
        return self.x[:, first - self.start : first - self.start + n]

    def rows(self, first: int, n: int, conv: Conv, slope: float) -> Tensor:
        """``(B * n, kernel * channels)``: what each output multiplies, its first input at ``first`` + its number."""
        if slope == 1.0:
            x = self.x
        else:
            x = self._leaky = F.leaky_relu(self.x, slope) if self._leaky is None else self._leaky
        self.part(first, n + conv.dilation * (conv.kernel - 1))
        batch, length, width = x.shape
        view = x.as_strided(
            (batch, n, conv.kernel, width),
            (length * width, width, conv.dilation * width, 1),
            x.storage_offset() + (first - self.start) * width,
        )
        return view.reshape(batch * n, conv.kernel * width)


class Held(NamedTuple):
    """A stream's memory: frames so far, and the end of each kept value."""

    frames: int
    values: tuple[Tensor, ...]


class Plan:
    """How a network is streamed with ``latency`` output samples of lookahead.

    Parameters
    ----------
    nodes : the network; node i makes value i + 1, value 0 is the input frames. The last makes ``hop`` outputs a frame.
    n_in : channels of a frame.
    latency : at most the full lookahead, ``lags[-1]``.
    """

    def __init__(self, nodes: Sequence[Node], n_in: int, latency: int) -> None:
        self.nodes, self.latency = list(nodes), latency
        self.hop, self._channels = nodes[-1].rate, [n_in, *(len(node.bias) for node in nodes)]
        self.rates = [1, *(node.rate for node in nodes)]
        self.lags = full_lags(nodes)
        if latency >= self.lags[-1]:
            self.latency, self.n_kept = self.lags[-1], len(nodes)
        else:
            self.n_kept = min(range(len(nodes) + 1), key=self._cost)
        self._spans = self._needed(self.n_kept)
        # from here on nothing reaches back before the first frame, and all memories keep their lengths
        self._warm = 1 + max(
            -min(-lag, first) // rate for lag, (first, _), rate in zip(self.lags, self._spans, self.rates, strict=True)
        )
        self._steady = self._lengths(self._warm)

    def _needed(self, n_kept: int) -> list[tuple[int, int]]:
        """Of each value, the [first, last) that one hop hangs on, from the last frame's end; first is cut where it is
        kept."""
        spans = [(10**9, -(10**9)) for _ in self.rates]
        spans[-1] = (-self.hop - self.latency, -self.latency)
        for v in range(len(self.nodes), 0, -1):
            first, last = spans[v]
            if v <= n_kept:
                first = max(first, -self.lags[v])
            spans[v] = (first, last)
            if first < last:
                for source, a, b in self.nodes[v - 1].reads(first, last):
                    spans[source] = (min(spans[source][0], a), max(spans[source][1], b))
        return spans

    def _cost(self, n_kept: int) -> float:
        """Multiplications per frame."""
        anew = [max(0, last - first) for first, last in self._needed(n_kept)]
        return sum(
            node.cost * (anew[v] + (node.rate if v <= n_kept else 0)) for v, node in enumerate(self.nodes, start=1)
        )

    @property
    def cost(self) -> float:
        """Multiplications per frame."""
        return self._cost(self.n_kept)

    def _end(self, v: int, frames: int) -> int:
        return max(0, self.rates[v] * frames - self.lags[v])

    def _lengths(self, frames: int) -> list[int]:
        """How much of each kept value's end anything after ``frames`` frames reads."""
        if frames > self._warm:
            return self._steady
        ends = [self._end(v, frames) for v in range(self.n_kept + 1)]
        starts = ends.copy()
        for v, node in enumerate(self.nodes, start=1):
            first = ends[v] if v <= self.n_kept else max(0, node.rate * frames + self._spans[v][0])
            for source, a, _ in node.reads(first, first + 1):
                if source <= self.n_kept:
                    starts[source] = min(starts[source], a)
        return [end - start for end, start in zip(ends, starts, strict=True)]

    def init(self, batch: int) -> Held:
        """Zero padding."""
        like = self.nodes[0].bias
        lengths = self._lengths(0)
        return Held(0, tuple(like.new_zeros(batch, n, self._channels[v]) for v, n in enumerate(lengths)))

    def advance(self, x: Tensor, held: Held) -> tuple[Tensor, Held]:
        """Frames ``(B, T, n_in)``; the last node's newly settled outputs (if it is kept), and the new memory."""
        before, after = held.frames, held.frames + x.shape[1]
        values: list[Value] = []
        y = x
        for v in range(self.n_kept + 1):
            first, last = self._end(v, before), self._end(v, after)
            old = held.values[v]
            if v > 0:
                y = self.nodes[v - 1].run(values, first, last) if first < last else old[:, :0]
            values.append(Value(torch.cat([old, y], 1) if first < last else old, first - old.shape[1]))
        kept = tuple(
            value.x[:, value.x.shape[1] - n :].clone() for n, value in zip(self._lengths(after), values, strict=True)
        )
        return y, Held(after, kept)

    def guess(self, held: Held) -> Tensor:
        """The last node's outputs for the hop that is due, ``(B, hop, n_out)``, as if the newest frame went on."""
        frames, newest = held.frames, held.values[0][:, held.values[0].shape[1] - 1 :]
        due = self.hop * frames - self.latency
        if due <= 0:
            return newest.new_zeros(len(newest), self.hop, self._channels[-1])
        values: list[Value] = []
        for v, span in enumerate(self._spans):
            first, last = (self.rates[v] * frames + i for i in span)
            pad, first = max(0, -first), max(0, first)
            old = held.values[v] if v <= self.n_kept else newest[:, :0]
            end = self._end(v, frames)
            if v == 0:
                y = newest.expand(-1, max(0, last - frames), -1)
            elif first < last:
                y = self.nodes[v - 1].run(values, first, last)
            else:
                y = old[:, :0]
            if v <= self.n_kept and (first <= end or first >= last):
                values.append(Value(torch.cat([old, y], 1) if y.shape[1] else old, end - old.shape[1]))
            else:
                values.append(Value(F.pad(y, (0, 0, pad, 0)) if pad else y, first - pad))
        return values[-1].part(due - self.hop, self.hop)


def full_lags(nodes: Sequence[Node]) -> list[int]:
    """Of the input frames and every node, the outputs that the last frame cannot yet settle."""
    lags = [0]
    for node in nodes:
        lags.append(node.lag(lags))
    return lags
