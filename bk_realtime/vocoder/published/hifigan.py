"""HiFi-GAN V1, V2 and V3 generators (Kong, Kim and Bae 2020), streamed with cached convolutions."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from bk_realtime.config import MelSettings
from bk_realtime.device import pick_device
from bk_realtime.errors import InputError
from bk_realtime.stream import Operator
from bk_realtime.vocoder.published.checkpoint import (
    check_same_mel,
    described_by,
    fold_weight_norm,
    load_state,
    read_config,
    take,
)
from bk_realtime.vocoder.published.graph import Conv, Node, StreamPlan, full_lags
from bk_realtime.vocoder.published.streamed import Held, StreamedNet

_SLOPE, _LAST_SLOPE = 0.1, 0.01
_PIECE = 8
"""Frames computed at once where more come: their rows stay in the processor's cache."""
_NEEDED = (
    "resblock",
    "upsample_rates",
    "upsample_kernel_sizes",
    "upsample_initial_channel",
    "resblock_kernel_sizes",
    "resblock_dilation_sizes",
)


class HifiGan(Operator):
    """Log-mel ``(B, T, n_mels)`` -> audio ``(B, T * hop, 1)``.

    With the full lookahead (11 to 13 frames) every activation is computed once and the output is the whole-clip
    network's. With less, each hop is completed with repeats of the newest frame, and what hangs on them is computed
    anew for every hop: about three times the work, and quality falls (FACTS: the networks were not trained for it).

    Parameters
    ----------
    config : contents of ``config.json``.
    state : generator state dict, weight norm or folded.
    mel : convention of the frames; must be the one in ``config``.
    lookahead_ms : wanted lookahead; the nearest of 0, 1, 2, ... frames and the full one is taken.

    Raises
    ------
    BkError
        Weights and config do not match each other, or the mel is another one.
    """

    def __init__(
        self,
        config: dict[str, Any],
        state: dict[str, Any],
        mel: MelSettings | None = None,
        lookahead_ms: float = math.inf,
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        mel = mel or MelSettings()
        missing = [name for name in _NEEDED if name not in config]
        if missing:
            raise InputError(f"HiFi-GAN config: {missing[0]!r} is missing; expected the config.json of the checkpoint")
        check_same_mel(config, mel, "this HiFi-GAN")
        hop = math.prod(config["upsample_rates"])
        if hop != mel.hop_length:
            raise InputError(
                f"HiFi-GAN config: upsample_rates give {hop} samples a frame, the mel has {mel.hop_length}"
            )
        self.device = pick_device(device)
        self.on_host = self.device == "cpu"
        nodes = _nodes(config, fold_weight_norm(state), mel.n_mels, dtype, self.device)
        self.full_lookahead = full_lags(nodes)[-1]
        offered = [*range(0, self.full_lookahead, hop), self.full_lookahead]
        wanted = min(lookahead_ms, 1e9) * mel.sample_rate / 1e3
        self.lookahead = min(offered, key=lambda n: abs(n - wanted))
        self.plan = StreamPlan(nodes, mel.n_mels, self.lookahead)
        self._net = StreamedNet(self.plan)
        self._dtype = dtype
        self.channels, self.ratio, self.silence = (mel.n_mels, 1), Fraction(hop), math.log(mel.floor)

    def init_state(self, batch: int) -> Held:
        """Every layer's zero padding."""
        return self._net.init(batch)

    def step(self, x: Tensor, state: Held) -> tuple[Tensor, Held]:
        """``(B, T, n_mels) -> (B, T * hop, 1)``."""
        mel, pieces = x.to(self.device, self._dtype), []
        whole = self.lookahead == self.full_lookahead
        n = _PIECE if whole else 1
        start = 0
        while start < mel.shape[1]:
            size = n if start + n <= mel.shape[1] else 1
            y, state = self._net.step(mel[:, start : start + size], state)
            pieces.append(torch.tanh(y))
            start += size
        y = torch.cat(pieces, 1) if pieces else mel.new_zeros(len(x), 0, 1)
        return y.to(x.device, x.dtype), state


def _nodes(
    config: dict[str, Any], state: dict[str, Tensor], n_mels: int, dtype: torch.dtype, device: str
) -> list[Node]:
    """The generator as a list of nodes: convolutions, each stage's mean in one with its last convolutions."""

    def tensor(name: str, *shape: int) -> Tensor:
        return take(state, name, shape, dtype, device)

    def conv(name: str, source: int, n_in: int, n_out: int, kernel: int, dilation: int = 1) -> Conv:
        if kernel % 2 == 0:
            raise InputError(f"HiFi-GAN config: kernel size {kernel}, expected an odd one")
        weight = tensor(f"{name}.weight", n_out, n_in, kernel)
        return Conv(source, weight.permute(2, 1, 0).reshape(kernel * n_in, n_out).contiguous(), kernel, dilation)

    width, rate = int(config["upsample_initial_channel"]), 1
    kernels, dilations = config["resblock_kernel_sizes"], config["resblock_dilation_sizes"]
    nodes = [Node(1, tensor("conv_pre.bias", width), (conv("conv_pre", 0, n_mels, width, 7),))]
    for i, (stride, kernel) in enumerate(zip(config["upsample_rates"], config["upsample_kernel_sizes"], strict=True)):
        if (kernel - stride) % 2 or kernel < stride:
            raise InputError("HiFi-GAN config: kernel sizes minus rates must be even, as in V1, V2 and V3")
        weight = tensor(f"ups.{i}.weight", width, width // 2, kernel)
        # the mean's division, which a leaky ReLU lets through
        weight = weight / len(kernels) if i else weight
        rate, source, width = rate * stride, len(nodes), width // 2
        bias = tensor(f"ups.{i}.bias", width)
        nodes.append(
            Node(rate, bias, (_transposed(weight, source, stride),), _SLOPE, (), stride, (kernel - stride) // 2)
        )
        top, ends, last, biases = len(nodes), [], [], []
        for j, (size, spread) in enumerate(zip(kernels, dilations, strict=True)):
            name, value = f"resblocks.{i * len(kernels) + j}", top
            for m, dilation in enumerate(spread):
                at, step, wide = value, f"{name}.convs.{m}", dilation
                if str(config["resblock"]) == "1":
                    first = conv(f"{name}.convs1.{m}", value, width, width, size, dilation)
                    nodes.append(Node(rate, tensor(f"{name}.convs1.{m}.bias", width), (first,), _SLOPE))
                    at, step, wide = len(nodes), f"{name}.convs2.{m}", 1
                branch, offset = conv(step, at, width, width, size, wide), tensor(f"{step}.bias", width)
                if m + 1 < len(spread):
                    nodes.append(Node(rate, offset, (branch,), _SLOPE, (value,)))
                    value = len(nodes)
                else:
                    ends.append(value)
                    last.append(branch)
                    biases.append(offset)
        nodes.append(Node(rate, torch.stack(biases).sum(0), tuple(last), _SLOPE, tuple(ends)))
    post = conv("conv_post", len(nodes), width, 1, 7)
    post = post._replace(matrix=post.matrix / len(kernels))
    return [*nodes, Node(rate, tensor("conv_post.bias", 1), (post,), _LAST_SLOPE)]


def _transposed(weight: Tensor, source: int, stride: int) -> Conv:
    """Transposed convolution ``(n_in, n_out, kernel)`` as one over inputs that makes ``stride`` outputs at a time."""
    n_in, n_out, kernel = weight.shape
    taps = -(-kernel // stride)
    padded = F.pad(weight, (0, taps * stride - kernel)).reshape(n_in, n_out, taps, stride)
    # the newest input is multiplied with the kernel's first outputs
    matrix = padded.flip(2).permute(2, 0, 3, 1).reshape(taps * n_in, stride * n_out)
    return Conv(source, matrix.contiguous(), taps)


def load_hifigan(
    weights: Path, mel: MelSettings | None = None, lookahead_ms: float = math.inf, device: str = "cpu"
) -> HifiGan:
    """A generator from ``g_xxxxxxxx`` (a dict with "generator", or a bare state dict) and ``config.json`` beside it."""
    config = read_config(weights)
    state = load_state(weights, ("generator",))
    with described_by(weights):
        return HifiGan(config, state, mel, lookahead_ms, device)
