"""HiFi-GAN V1, V2 and V3 generators (Kong, Kim and Bae 2020), streamed with cached convolutions."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Operator
from bk_realtime.vocoder.checkpoint import check_same_mel, fold_weight_norm, load_state, pick_device, read_config, take
from bk_realtime.vocoder.streamed import Chain, Conv, Layer, Mean, Residual, Upsample

_SLOPE, _LAST_SLOPE = 0.1, 0.01
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
    network's. With ``l`` frames less of it, each hop is completed with that many repeats of the newest frame, whose
    activations are computed anew each time; quality falls (FACTS: the networks were not trained for it).

    Parameters
    ----------
    config : contents of ``config.json``.
    state : generator state dict, weight norm or folded.
    mel : convention of the frames; must be the one in ``config``.
    latency_ms : wanted lookahead; the nearest of 0, 1, 2, ... frames and the full one is taken.

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
        latency_ms: float = math.inf,
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        mel = mel or MelSettings()
        missing = [name for name in _NEEDED if name not in config]
        if missing:
            raise BkError(f"HiFi-GAN config: {missing[0]!r} is missing; expected the config.json of the checkpoint")
        check_same_mel(config, mel, "this HiFi-GAN")
        hop = math.prod(config["upsample_rates"])
        if hop != mel.hop_length:
            raise BkError(f"HiFi-GAN config: upsample_rates give {hop} samples a frame, the mel has {mel.hop_length}")
        self.device = pick_device(device)
        self._layers, lookahead = _layers(config, fold_weight_norm(state), mel.n_mels, dtype, self.device)
        if lookahead.denominator != 1:
            raise BkError("HiFi-GAN config: kernel sizes minus rates must be even, as in V1, V2 and V3")
        self.full_latency = int(lookahead)
        offered = [*range(0, self.full_latency, hop), self.full_latency]
        wanted = min(latency_ms, 1e9) * mel.sample_rate / 1e3
        self.latency = min(offered, key=lambda n: abs(n - wanted))
        self._repeats = math.ceil((self.full_latency - self.latency) / hop)
        self._hop, self._dtype = hop, dtype
        self.channels, self.ratio, self.silence = (mel.n_mels, 1), Fraction(hop), math.log(mel.floor)

    def init_state(self, batch: int) -> list[Any]:
        """Every layer's zero padding."""
        return [layer.init(batch) for layer in self._layers]

    def step(self, x: Tensor, state: list[Any]) -> tuple[Tensor, list[Any]]:
        """``(B, T, n_mels) -> (B, T * hop, 1)``."""
        mel = x.mT.to(self.device, self._dtype)
        if self._repeats == 0:
            y, state = self._run(mel, state)
        else:
            hops = [x.new_zeros(len(x), 1, 0).to(self.device, self._dtype)]
            for k in range(mel.shape[2]):
                frame = mel[:, :, k : k + 1]
                settled, state = self._run(frame, state)
                guessed, _ = self._run(frame.expand(-1, -1, self._repeats), state)
                known = torch.cat([settled, guessed], 2)
                end = known.shape[2] - (self._repeats * self._hop - (self.full_latency - self.latency))
                hops.append(known[:, :, end - self._hop : end])
            y = torch.cat(hops, 2)
        return y.mT.to(x.device, x.dtype), state

    def _run(self, mel: Tensor, state: list[Any]) -> tuple[Tensor, list[Any]]:
        """As many samples as frames were given, those before the first real one as zeros."""
        n, after = mel.shape[2] * self._hop, []
        y = mel
        for layer, held in zip(self._layers, state, strict=True):
            y, held = layer.run(y, held)
            after.append(held)
        return torch.nn.functional.pad(torch.tanh(y), (n - y.shape[2], 0)), after


def _layers(
    config: dict[str, Any], state: dict[str, Tensor], n_mels: int, dtype: torch.dtype, device: str
) -> tuple[list[Layer], Fraction]:
    """The generator's layers, and its lookahead in output samples."""

    def weights(name: str, *shape: int, out: int) -> tuple[Tensor, Tensor]:
        return take(state, f"{name}.weight", shape, dtype, device), take(state, f"{name}.bias", (out,), dtype, device)

    def conv(name: str, n_in: int, n_out: int, kernel: int, dilation: int = 1, slope: float = _SLOPE) -> Conv:
        return Conv(*weights(name, n_out, n_in, kernel, out=n_out), dilation, slope)

    width = int(config["upsample_initial_channel"])
    layers: list[Layer] = [conv("conv_pre", n_mels, width, 7, slope=1.0)]
    lookahead, rate = Fraction(layers[0].lookahead), 1
    kernels, dilations = config["resblock_kernel_sizes"], config["resblock_dilation_sizes"]
    for i, (stride, kernel) in enumerate(zip(config["upsample_rates"], config["upsample_kernel_sizes"], strict=True)):
        if (kernel - stride) % 2 or kernel < stride:
            raise BkError("HiFi-GAN config: kernel sizes minus rates must be even, as in V1, V2 and V3")
        up = Upsample(*weights(f"ups.{i}", width, width // 2, kernel, out=width // 2), stride, _SLOPE)
        width, rate = width // 2, rate * stride
        blocks: list[Layer] = []
        for j, (size, spread) in enumerate(zip(kernels, dilations, strict=True)):
            name = f"resblocks.{i * len(kernels) + j}"
            steps: list[Layer] = []
            for m, dilation in enumerate(spread):
                if str(config["resblock"]) == "1":
                    first = conv(f"{name}.convs1.{m}", width, width, size, dilation)
                    branch: Layer = Chain([first, conv(f"{name}.convs2.{m}", width, width, size)])
                else:
                    branch = conv(f"{name}.convs.{m}", width, width, size, dilation)
                steps.append(Residual(branch, width, up.weight))
            blocks.append(Chain(steps))
        mean = Mean(blocks, width, up.weight)
        lookahead = lookahead + Fraction(up.lookahead + mean.lookahead, rate)
        layers += [up, mean]
    layers.append(conv("conv_post", width, 1, 7, slope=_LAST_SLOPE))
    return layers, lookahead * rate + layers[-1].lookahead


def load_hifigan(
    weights: Path, mel: MelSettings | None = None, latency_ms: float = math.inf, device: str = "cpu"
) -> HifiGan:
    """A generator from ``g_xxxxxxxx`` (a dict with "generator", or a bare state dict) and ``config.json`` beside it."""
    config = read_config(weights)
    return HifiGan(config, load_state(weights, ("generator",)), mel, latency_ms, device)
