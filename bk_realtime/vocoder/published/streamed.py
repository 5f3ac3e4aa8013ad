"""Convolutional networks that stream exactly, also with less lookahead than they have."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from bk_realtime.decoder.capture.graphs import GraphedCalls
from bk_realtime.vocoder.published.graph import StreamPlan
from bk_realtime.vocoder.published.unrolled import Unrolled


class Held(NamedTuple):
    """A stream's memory: frames so far, and the end of each kept value side by side, ``(B, n)``."""

    frames: int
    values: Tensor


class StreamedNet:
    """A network that runs by a plan; its streams' memory is handed in and out."""

    def __init__(self, plan: StreamPlan) -> None:
        self.plan = plan
        self._unrolled: dict[tuple[int, int], tuple[Unrolled, GraphedCalls]] = {}

    def init(self, batch: int) -> Held:
        """Zero padding."""
        spans = self.plan.spans(1)[: self.plan.n_kept + 1]
        n = sum((span.first - span.start) * width for span, width in zip(spans, self.plan.channels, strict=False))
        return Held(0, self.plan.nodes[0].bias.new_zeros(batch, n))

    def step(self, x: Tensor, held: Held) -> tuple[Tensor, Held]:
        """Frames ``(B, T, n_in)``; the outputs that are due, ``(B, T * hop, n_out)``, and the new memory.

        The outputs lie in working memory that the next step writes: use them before. Never from two threads at once.
        """
        batch, n_frames, _ = x.shape
        if (batch, n_frames) not in self._unrolled:
            # working memory must be writable inside and outside of inference mode
            with torch.inference_mode(False):
                unrolled = Unrolled(self.plan, batch, n_frames)
            self._unrolled[batch, n_frames] = unrolled, GraphedCalls(unrolled.run, "a streamed network")
        unrolled, graphed = self._unrolled[batch, n_frames]
        frames = held.frames + n_frames
        with torch.no_grad():
            if frames < unrolled.warm:  # zero padding still enters, frame by frame at another place
                y, values = unrolled.run(x, held.values, frames)
            else:
                y, values = graphed(x, held.values)
        return y, Held(frames, values)
