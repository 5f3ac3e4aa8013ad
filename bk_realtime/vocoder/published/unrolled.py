"""One step of a streamed network, written out beforehand as a list of calls on memory that is already there.

A frame of a small network is a hundred small matrix products, and finding tensors, cutting them and allocating results
takes longer than the arithmetic. Here all that is done once for each number of frames: what remains for a step is to
copy neighbouring inputs side by side, and one matrix product a node. Tensors are ``(B, T, channels)``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from bk_realtime.vocoder.published.graph import Conv, Node, StreamPlan

Call = Callable[[], object]


class Unrolled:
    """Steps of ``n_frames`` frames for ``batch`` streams of a plan."""

    def __init__(self, plan: StreamPlan, batch: int, n_frames: int) -> None:
        like, self._spans, self._rates = plan.nodes[0].bias, plan.spans(n_frames), plan.rates
        self._batch = batch
        self._values = [
            like.new_zeros(batch, span.last - span.start, width)
            for span, width in zip(self._spans, plan.channels, strict=True)
        ]
        self._leaky: dict[tuple[int, float], Tensor] = {}
        size = max(
            self._part(v).shape[1] * sum(c.matrix.shape[0] for c in n.convs) for v, n in enumerate(plan.nodes, 1)
        )
        self._rows = like.new_zeros(2 * size * batch)  # a transposed convolution may need one input more than outputs
        self._calls = [self._node(v, node) for v, node in enumerate(plan.nodes, 1)]
        # from here on nothing reaches back before the first frame
        self.warm = max(-(span.first // rate) for span, rate in zip(self._spans, self._rates, strict=True))
        newest = self._part(0)
        self._new, self._repeats = newest[:, :n_frames], newest[:, n_frames:]
        self._before, self._after = [], []
        for x, span in list(zip(self._values, self._spans, strict=True))[: plan.n_kept + 1]:
            n, end = span.first - span.start, span.settled - span.start
            self._before.append(x[:, :n].view(batch, -1))
            self._after.append(x[:, end - n : end].view(batch, -1))
        self._sizes = [part.shape[1] for part in self._before]
        end = -plan.lookahead - self._spans[-1].start
        self._due = self._values[-1][:, end - plan.hop * n_frames : end]

    def run(self, x: Tensor, memory: Tensor, frames: int = sys.maxsize) -> tuple[Tensor, Tensor]:
        """Frames ``(B, n_frames, n_in)``, the kept values' ends, and the number of frames so far with these, which
        counts below ``warm`` only; the outputs that are due and the kept values' new ends."""
        for part, before in zip(memory.split(self._sizes, 1), self._before, strict=True):
            before.copy_(part)
        self._new.copy_(x)
        if self._repeats.shape[1]:
            self._repeats.copy_(x[:, x.shape[1] - 1 :])
        for v, calls in enumerate(self._calls, 1):
            for call in calls:
                call()
            if frames < self.warm:
                self._part(v)[:, : max(0, -self._spans[v].first - self._rates[v] * frames)] = 0.0
        return self._due, torch.cat(self._after, 1)

    def _part(self, v: int, first: int | None = None, last: int | None = None) -> Tensor:
        """Value ``v`` at positions [first, last); by default those that a step computes."""
        span = self._spans[v]
        first, last = span.first if first is None else first, span.last if last is None else last
        if first < span.start or last > span.last:
            raise IndexError(f"[{first}, {last}) is not in [{span.start}, {span.last})")
        return self._values[v][:, first - span.start : last - span.start]

    def _node(self, v: int, node: Node) -> list[Call]:
        """Calls that compute the value ``v``."""
        span, calls = self._spans[v], list[Call]()
        for source in {conv.source for conv in node.convs} if node.slope != 1.0 else ():
            if (source, node.slope) not in self._leaky:
                x = self._values[source]
                y = self._leaky[source, node.slope] = torch.zeros_like(x)
                # leaky ReLU has no public form that writes into memory that is there; a number would be wrapped anew
                calls += [partial(torch.mul, x, x.new_tensor(node.slope), out=y), partial(torch.maximum, x, y, out=y)]
        out = self._part(v)
        if node.stride > 1:
            (conv,) = node.convs
            start = (span.first + node.shift) // node.stride
            n = (span.last - 1 + node.shift) // node.stride + 1 - start
            rows = self._side_by_side([(conv, start - conv.kernel + 1)], n, node.slope, calls)
            wide = out.new_zeros(self._batch, n, conv.matrix.shape[1])
            for b in range(self._batch):
                calls.append(partial(torch.mm, rows[b], conv.matrix, out=wide[b]))
            skip = span.first + node.shift - start * node.stride
            y = wide.view(self._batch, n * node.stride, -1)[:, skip : skip + out.shape[1]]
            return [*calls, partial(torch.add, y, node.bias, out=out)]
        firsts = [(conv, span.first - conv.dilation * (conv.kernel - 1) // 2) for conv in node.convs]
        rows = self._side_by_side(firsts, out.shape[1], node.slope, calls)
        matrix = node.convs[0].matrix if len(node.convs) == 1 else torch.cat([conv.matrix for conv in node.convs])
        adds = [self._part(source, span.first, span.last) for source in node.adds]
        for b in range(self._batch):
            start_from = adds[0][b] if adds else node.bias
            calls.append(partial(torch.addmm, start_from, rows[b], matrix, out=out[b]))
        calls += [partial(out.add_, more) for more in adds[1:]]
        return [*calls, partial(out.add_, node.bias)] if adds else calls

    def _side_by_side(self, convs: list[tuple[Conv, int]], n: int, slope: float, calls: list[Call]) -> Tensor:
        """Rows ``(B, n, kernel * channels of all convs)``: what each output multiplies, the first one's first input
        at the position that is given; the copying goes into ``calls``."""
        width = sum(conv.matrix.shape[0] for conv, _ in convs)
        rows, column = self._rows[: self._batch * n * width].view(self._batch, n, width), 0
        for conv, first in convs:
            x = self._values[conv.source] if slope == 1.0 else self._leaky[conv.source, slope]
            start, channels = first - self._spans[conv.source].start, x.shape[2]
            self._part(conv.source, first, first + n + conv.dilation * (conv.kernel - 1))
            view = x.as_strided(
                (self._batch, n, conv.kernel, channels),
                (x.stride(0), channels, conv.dilation * channels, 1),
                start * channels,
            )
            block = rows[:, :, column : column + conv.kernel * channels]
            calls.append(partial(block.unflatten(2, (conv.kernel, channels)).copy_, view))
            column += conv.kernel * channels
        return rows
