"""Attention of every frame over the last W encoder frames, as a streaming operator of constant cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.layers import newest
from bk_realtime.decoder.score import Score
from bk_realtime.stream import Operator


class AttentionState(NamedTuple):
    """What attention remembers; every size is fixed by W.

    Attributes
    ----------
    keys : (B, W - 1, A) of the memory frames before the present one.
    values : (B, W - 1, n_memory), the memory itself.
    mask : (B, W - 1), -inf where the stream had not begun, else 0.
    weights : (B, W), the last frame's attention weights, oldest memory frame first.
    cumulative : (B, W), sum of the weights each memory frame has had while in the window, location-sensitive only.
    """

    keys: Tensor
    values: Tensor
    mask: Tensor
    weights: Tensor
    cumulative: Tensor


class SlidingAttention(Operator, nn.Module):
    """Query and memory of a frame, side by side -> context: the weighted mean of the last W memory frames.

    Frame k sees memory frames k - W + 1 … k. New keys are appended, attended to, and only then trimmed, so a chunk of
    any length finds every key it needs. A memory frame that leaves the window takes its cumulative weight along:
    no number grows with the session.

    Parameters
    ----------
    score : how weights are found.
    n_query, n_memory : the first n_query input channels are the query, the rest memory.
    """

    def __init__(self, score: Score, n_query: int, n_memory: int) -> None:
        nn.Module.__init__(self)
        self.score, self.n_query = score, n_query
        self.channels = (n_query + n_memory, n_memory)

    def init_state(self, batch: int) -> AttentionState:
        window, like = self.score.window, self.score.query.weight
        return AttentionState(
            like.new_zeros(batch, window - 1, self.score.dim),
            like.new_zeros(batch, window - 1, self.channels[1]),
            like.new_full((batch, window - 1), -torch.inf),
            like.new_zeros(batch, window),
            like.new_zeros(batch, window),
        )

    def step(self, x: Tensor, state: AttentionState) -> tuple[Tensor, AttentionState]:
        context, _, state = self.attend(x[..., : self.n_query], x[..., self.n_query :], state)
        return context, state

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)

    def attend(self, query: Tensor, memory: Tensor, state: AttentionState) -> tuple[Tensor, Tensor, AttentionState]:
        """Queries (B, T, n_query) and memory (B, T, n_memory) of the same frames -> contexts (B, T, n_memory), weights
        (B, T, W), state. Memory use is T * W * A numbers."""
        n = memory.shape[1]
        keys = torch.cat([state.keys, self.score.key(memory)], 1)
        values = torch.cat([state.values, memory], 1)
        mask = torch.cat([state.mask, memory.new_zeros(memory.shape[:2])], 1)
        if n == 1:
            location = F.pad(torch.stack([state.weights, state.cumulative], 1)[..., 1:], (0, 1))
            weights, cumulative = self.score.attend_step(query[:, 0], keys, mask, location)
            weights = weights[:, None]
            context = weights @ values
        else:
            seen = mask.unfold(1, self.score.window, 1)
            weights, cumulative = self.score.attend_sequence(query, keys, seen, state.weights, state.cumulative, True)
            context = mix(weights, values)
        kept = (newest(keys, n), newest(values, n), newest(mask, n))
        return context, weights, AttentionState(*kept, weights[:, -1], cumulative)


def mix(weights: Tensor, values: Tensor, block: int = 64) -> Tensor:
    """Weighted means over a sliding window: weights (B, T, W), values (B, T + W - 1, C) -> (B, T, C).

    Row k of the weights belongs to values k … k + W - 1. In blocks of frames the weights become a banded matrix, so
    that one matrix product serves a block and nothing of size T * W * C is made.
    """
    n, window = weights.shape[1:]
    length = min(block, n)
    pad = -n % length
    weights = F.pad(weights, (0, 0, 0, pad)).unflatten(1, (-1, length))  # (B, n_blocks, length, W)
    span = length + window - 1
    spans = F.pad(values, (0, 0, 0, pad)).unfold(1, span, length).mT  # (B, n_blocks, span, C)
    # a row of span + 1 columns read with a stride of span: each row moves one column to the right
    banded = F.pad(weights, (0, span + 1 - window)).flatten(-2)[..., : length * span].unflatten(-1, (length, span))
    mixed: Tensor = banded @ spans
    return mixed.flatten(1, 2)[:, :n]


def attention_weights(decoder: Decoder, state: object) -> np.ndarray | None:
    """Attention of the frame decoded last, for display.

    Parameters
    ----------
    decoder : of any kind.
    state : its state after a step.

    Returns
    -------
    (B, W) float32, oldest encoder frame first; None where the decoder has no attention.
    """
    weights = decoder.attention_of(state)
    return None if weights is None else weights.detach().to("cpu", torch.float32).numpy()
