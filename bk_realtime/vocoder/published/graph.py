"""A convolutional network as a list of nodes, and the plan by which it is streamed.

Each node is a sum of convolutions of earlier values. With its full lookahead every value is computed once and kept for
as long as a later node reads it, so a stream equals the whole-clip network from the first sample on. With less, the
newest frame is repeated for what has not come yet, and only the values that the wanted samples hang on are computed
from those repeats: a cone that narrows from layer to layer, not a whole network's worth of frames. Which values are
kept and which are computed anew for every frame is chosen by counting multiplications.

Positions are counted from the end of the newest frame, so that every step is the same; what lies before the stream's
first frame is the zero padding that each layer of the network has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor


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
    slope : of the leaky ReLU in front of every convolution, at most 1, which is none.
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


class Span(NamedTuple):
    """Where one value's memory starts, what of it a step computes, and where what is settled ends."""

    start: int
    first: int
    last: int
    settled: int


def full_lags(nodes: Sequence[Node]) -> list[int]:
    """Of the input frames and every node, the outputs that the last frame cannot yet settle."""
    lags = [0]
    for node in nodes:
        lags.append(node.lag(lags))
    return lags


class StreamPlan:
    """How a network is streamed with ``lookahead`` output samples of future.

    Parameters
    ----------
    nodes : the network; node i makes value i + 1, value 0 is the input frames. The last makes ``hop`` outputs a frame.
    n_in : channels of a frame.
    lookahead : at most the full lookahead, ``lags[-1]``.
    """

    def __init__(self, nodes: Sequence[Node], n_in: int, lookahead: int) -> None:
        self.nodes, self.lookahead = list(nodes), lookahead
        self.hop, self.channels = nodes[-1].rate, [n_in, *(len(node.bias) for node in nodes)]
        self.rates = [1, *(node.rate for node in nodes)]
        self.lags = full_lags(nodes)
        if lookahead >= self.lags[-1]:
            self.lookahead, self.n_kept = self.lags[-1], len(nodes)
        else:
            self.n_kept = min(range(len(nodes) + 1), key=self._cost)

    def _needed(self, n_kept: int) -> list[tuple[int, int]]:
        """Of each value, the [first, last) that one hop hangs on, from the last frame's end; first is cut where it is
        kept."""
        spans = [(10**9, -(10**9)) for _ in self.rates]
        spans[-1] = (-self.hop - self.lookahead, -self.lookahead)
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

    def spans(self, n_frames: int) -> list[Span]:
        """Of the input frames and every value, what a step of ``n_frames`` touches; with less than the full lookahead
        one frame at a time."""
        computed = []
        for v, (first, last) in enumerate(self._needed(self.n_kept)):
            if v <= self.n_kept:
                first, last = -self.lags[v] - self.rates[v] * n_frames, max(-self.lags[v], last)
            computed.append((first, last))
        starts = [first for first, _ in computed]
        for node, (first, last) in zip(self.nodes, computed[1:], strict=True):
            for source, a, _ in node.reads(first, last):
                starts[source] = min(starts[source], a)
        return [
            Span(start, first, last, -lag)
            for start, (first, last), lag in zip(starts, computed, self.lags, strict=True)
        ]
