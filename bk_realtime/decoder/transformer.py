"""Causal Transformer with a cache of keys and values over a sliding window: an experimental decoder, no lookahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.framewise import Framewise
from bk_realtime.decoder.layers import newest
from bk_realtime.errors import OptionError
from bk_realtime.stream import Operator
from bk_realtime.typed import Within

BLOCK = 64
"""Frames whose attention is one matrix product; nothing else depends on it."""


@dataclass(frozen=True)
class TransformerSettings:
    """Size of the Transformer. At the defaults a frame costs as many multiply-adds as one of gru."""

    hidden: Annotated[int, Within(1, 4096)] = 88
    """Width, a multiple of the heads."""
    layers: Annotated[int, Within(1, 64)] = 2
    """Layers of attention and feed-forward network."""
    heads: Annotated[int, Within(1, 64)] = 4
    """Attention heads."""
    window: Annotated[int, Within(1, 4096)] = 35
    """Frames that a frame attends to, itself among them, in every layer: 35 are 406 ms."""
    dropout: Annotated[float, Within(0, 1)] = 0.1
    """On features, on what each layer adds and on what the trunk gives, in training only."""
    target: str = "mse"
    """mse, l1, both (regression) or classes (cross-entropy over quantised levels)."""
    n_levels: Annotated[int, Within(2, 1024)] = 16
    """Mel levels per bin for the target classes."""


class Cache(NamedTuple):
    """keys, values : of every layer, (B, window - 1, width) of the frames before the present one; before : (B,
    window - 1), -inf where the stream had not begun, else 0."""

    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]
    before: Tensor


class WindowedLayer(nn.Module):
    """Attention of every frame over the ``window`` newest ones, then a feed-forward network of four times the width;
    normalised before each (Vaswani et al. 2017; Xiong et al. 2020). Where a frame is, is told by what its age adds to
    the score, learnt for each head (Shaw et al. 2018), so that a session has no end.

    Parameters
    ----------
    width, heads, window : sizes.
    dropout : on what is added, in training only.
    """

    def __init__(self, width: int, heads: int, window: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.window = heads, window
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.query_key_value = nn.Linear(width, 3 * width)
        self.age = nn.Parameter(torch.zeros(heads, window))
        self.mixed = nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def step(self, x: Tensor, keys: Tensor, values: Tensor, before: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, T, width) with the cache of this layer, and ``before`` (B, window - 1 + T) with the present frames ->
        (B, T, width), keys and values of the next step."""
        query, key, value = self.query_key_value(self.norms[0](x)).chunk(3, -1)
        keys, values = torch.cat([keys, key], 1), torch.cat([values, value], 1)
        x = x + self.dropout(self.mixed(self._attend(query, keys, values, before)))
        x = x + self.dropout(self.down(F.gelu(self.up(self.norms[1](x)))))
        return x, newest(keys, x.shape[1]), newest(values, x.shape[1])

    def _attend(self, query: Tensor, keys: Tensor, values: Tensor, before: Tensor) -> Tensor:
        """Queries (B, T, width) against keys and values (B, window - 1 + T, width), in blocks of frames: what a block
        can see is one span, and what is too old or too new in it for a frame has no weight."""
        n = query.shape[1]
        length = min(BLOCK, n)
        pad, span = -n % length, length + self.window - 1
        if pad:
            query, keys, values = (F.pad(seen, (0, 0, 0, pad)) for seen in (query, keys, values))
            before = F.pad(before, (0, pad))
        queries = query.unflatten(1, (-1, length)).unflatten(-1, (self.heads, -1)).transpose(2, 3)
        spans = [seen.unfold(1, span, length).unflatten(2, (self.heads, -1)) for seen in (keys, values)]
        begun = before.unfold(1, span, length)[:, :, None, None]  # spans: (B, n_blocks, heads, width / heads, span)
        scores = queries @ spans[0] * queries.shape[-1] ** -0.5 + self._by_age(length, span) + begun
        heard: Tensor = scores.softmax(-1) @ spans[1].mT
        return heard.transpose(2, 3).flatten(3).flatten(1, 2)[:, :n]

    def _by_age(self, length: int, span: int) -> Tensor:
        """What a score gains by the age of the frame it is of, (heads, length, span), -inf outside of the window."""
        if length == 1:
            return self.age.flip(1)[:, None]
        frames = torch.arange(span, device=self.age.device)
        age = frames[:length, None] + self.window - 1 - frames
        outside = (age < 0) | (age >= self.window)
        return self.age[:, age.clamp(0, self.window - 1)].masked_fill(outside, -torch.inf)


class WindowedTransformer(Operator, nn.Module):
    """Layers of :class:`WindowedLayer` whose state is the cache of their keys and values, bounded by the window.

    Parameters
    ----------
    width, layers, heads, window, dropout : see :class:`WindowedLayer`.
    """

    def __init__(self, width: int, layers: int, heads: int, window: int, dropout: float = 0.0) -> None:
        nn.Module.__init__(self)
        self.channels, self.window = (width, width), window
        self.layers = nn.ModuleList(WindowedLayer(width, heads, window, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    @property
    def receptive_field(self) -> int:
        """Frames that one output is made of: each layer reaches a window further back."""
        return 1 + len(self.layers) * (self.window - 1)

    @property
    def multiply_adds(self) -> int:
        """Of scores and means of one frame, beside those of the weights."""
        return len(self.layers) * 2 * self.window * self.channels[0]

    def init_state(self, batch: int) -> Cache:
        like, n = self.norm.weight, len(self.layers)
        none = like.new_zeros(batch, self.window - 1, self.channels[0])
        return Cache((none,) * n, (none,) * n, like.new_full((batch, self.window - 1), -torch.inf))

    def step(self, x: Tensor, state: Cache) -> tuple[Tensor, Cache]:
        before = torch.cat([state.before, x.new_zeros(x.shape[:2])], 1)
        n, keys, values = x.shape[1], [], []
        for layer, past_keys, past_values in zip(self.layers, state.keys, state.values, strict=True):
            assert isinstance(layer, WindowedLayer)
            x, own_keys, own_values = layer.step(x, past_keys, past_values, before)
            keys.append(own_keys)
            values.append(own_values)
        return self.norm(x), Cache(tuple(keys), tuple(values), newest(before, n))

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)


class TransformerDecoder(Framewise):
    """Linear projection, :class:`WindowedTransformer`, linear to the mel frame.

    Parameters
    ----------
    settings : size.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: TransformerSettings
    transformer: WindowedTransformer

    def __init__(self, settings: TransformerSettings, n_in: int, n_mels: int) -> None:
        s = settings
        if s.hidden % s.heads:
            raise OptionError(f"transformer: expected a multiple of its {s.heads} heads for hidden, got {s.hidden}")
        sizes = s.hidden, s.layers, s.heads, s.window, s.dropout
        super().__init__(s, n_in, n_mels, "transformer", lambda: WindowedTransformer(*sizes))

    @property
    def receptive_field(self) -> int:
        return self.transformer.receptive_field

    @property
    def multiply_adds(self) -> int:
        return super().multiply_adds + self.transformer.multiply_adds
