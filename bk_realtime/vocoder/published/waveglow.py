"""WaveGlow (Prenger, Valle and Catanzaro 2019) in NVIDIA's published checkpoint format, streamed in windows."""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from bk_realtime.config import MelSettings
from bk_realtime.decoder.capture.graphs import GraphedCalls
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

PUBLISHED: dict[str, Any] = {
    "n_mel_channels": 80,
    "n_flows": 12,
    "n_group": 8,
    "n_early_every": 4,
    "n_early_size": 2,
    "WN_config": {"n_layers": 8, "n_channels": 256, "kernel_size": 3},
}
"""Sizes of the published 256-channel checkpoints, taken where no config.json lies beside the weights."""


class Coupling(NamedTuple):
    """One flow: the invertible 1x1 convolution and the network that predicts scale and shift."""

    mix: Tensor
    unmix: Tensor
    start: tuple[Tensor, Tensor]
    condition: tuple[Tensor, Tensor]
    inner: list[tuple[Tensor, Tensor]]
    skip: list[tuple[Tensor, Tensor]]
    end: tuple[Tensor, Tensor]


class WaveGlowNet:
    """The flow itself, ``(B, n_mels, T)`` frames <-> ``(B, T * hop)`` samples, on one device."""

    def __init__(
        self, config: dict[str, Any], state: dict[str, Any], hop: int, dtype: torch.dtype, device: str
    ) -> None:
        state, sizes = fold_weight_norm(state), config["WN_config"]
        self.group, self.hop = int(config["n_group"]), hop
        self.every, self.early = int(config["n_early_every"]), int(config["n_early_size"])
        width, layers, kernel, mels = (
            sizes["n_channels"], sizes["n_layers"], sizes["kernel_size"], config["n_mel_channels"],
        )  # fmt: skip
        if hop % self.group or kernel % 2 == 0:
            raise InputError(f"WaveGlow config: expected n_group to divide {hop} and an odd kernel_size")

        def pair(name: str, *shape: int) -> tuple[Tensor, Tensor]:
            n_out = shape[0]
            return take(state, f"{name}.weight", shape, dtype, device), take(
                state, f"{name}.bias", (n_out,), dtype, device
            )

        up = take(state, "upsample.weight", (mels, mels, 4 * hop), dtype, device)
        self.upsample = up, take(state, "upsample.bias", (mels,), dtype, device)
        self.flows, channels = [], self.group
        for k in range(int(config["n_flows"])):
            channels -= self.early if k % self.every == 0 and k > 0 else 0
            half = channels // 2
            mix = take(state, f"convinv.{k}.conv.weight", (channels, channels, 1), dtype, device)[:, :, 0]
            unmix = torch.linalg.inv(mix.double()).to(dtype)
            name = f"WN.{k}"
            inner = [pair(f"{name}.in_layers.{i}", 2 * width, width, kernel) for i in range(layers)]
            skip = [
                pair(f"{name}.res_skip_layers.{i}", (2 if i < layers - 1 else 1) * width, width, 1)
                for i in range(layers)
            ]
            condition = pair(f"{name}.cond_layer", 2 * width * layers, mels * self.group, 1)
            self.flows.append(
                Coupling(
                    *(mix, unmix, pair(f"{name}.start", width, half, 1), condition, inner, skip),
                    pair(f"{name}.end", 2 * half, width, 1),
                )
            )
        self.reach = len(self.flows) * (2**layers - 1) * (kernel - 1) // 2 * self.group  # samples, either side

    def _condition(self, mel: Tensor) -> Tensor:
        """Frames -> ``(B, n_mels * group, T * hop / group)``."""
        up = F.conv_transpose1d(mel, *self.upsample, stride=self.hop)[:, :, : mel.shape[2] * self.hop]
        grouped: Tensor = up.unflatten(2, (-1, self.group))  # type: ignore[no-untyped-call]
        return grouped.permute(0, 1, 3, 2).flatten(1, 2)

    def _predict(self, flow: Coupling, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """Log scale and shift from the untouched half."""
        h, given = F.conv1d(x, *flow.start), F.conv1d(condition, *flow.condition)
        width, total = h.shape[1], torch.zeros_like(h)
        for i, (inner, skip) in enumerate(zip(flow.inner, flow.skip, strict=True)):
            reach = 2**i * (inner[0].shape[2] - 1) // 2
            a = F.conv1d(h, *inner, dilation=2**i, padding=reach) + given[:, 2 * width * i : 2 * width * (i + 1)]
            y = F.conv1d(torch.tanh(a[:, :width]) * torch.sigmoid(a[:, width:]), *skip)
            if i < len(flow.inner) - 1:
                h, y = h + y[:, :width], y[:, width:]
            total = total + y
        out = F.conv1d(total, *flow.end)
        half = out.shape[1] // 2
        return out[:, half:], out[:, :half]

    def generate(self, mel: Tensor, noise: Tensor) -> Tensor:
        """``noise`` (B, group, T * hop / group), already scaled by sigma -> audio ``(B, T * hop)``. The first rows
        of ``noise`` are those that leave the flow earliest."""
        condition = self._condition(mel)
        channels = self.flows[-1].mix.shape[0]
        x, used = noise[:, self.group - channels :], self.group - channels
        for k in range(len(self.flows) - 1, -1, -1):
            flow, half = self.flows[k], x.shape[1] // 2
            log_scale, shift = self._predict(flow, x[:, :half], condition)
            x = flow.unmix @ torch.cat([x[:, :half], (x[:, half:] - shift) * torch.exp(-log_scale)], 1)
            if k % self.every == 0 and k > 0:
                x = torch.cat([noise[:, used - self.early : used], x], 1)
                used -= self.early
        return x.mT.flatten(1)

    def analyse(self, mel: Tensor, audio: Tensor) -> Tensor:
        """The forward flow: audio ``(B, T * hop)`` -> the noise that generates it, ``(B, group, T * hop / group)``."""
        condition, x = self._condition(mel), audio.unflatten(1, (-1, self.group)).mT
        left = []
        for k, flow in enumerate(self.flows):
            if k % self.every == 0 and k > 0:
                left.append(x[:, : self.early])
                x = x[:, self.early :]
            x = flow.mix @ x
            half = x.shape[1] // 2
            log_scale, shift = self._predict(flow, x[:, :half], condition)
            x = torch.cat([x[:, :half], x[:, half:] * torch.exp(log_scale) + shift], 1)
        return torch.cat([*left, x], 1)


class WaveGlow(Operator):
    """Log-mel ``(B, T, n_mels)`` -> audio ``(B, T * hop, 1)``, ``block`` frames at a time, each from its own window.

    The network's receptive field is above a second to either side, so nobody streams it exactly; here every block is
    generated from ``context`` frames before it and ``lookahead`` after it, with noise that is a function of the
    sample's number, and the same windows serve live and offline. Frames of NVIDIA's training are centred on the start
    of a hop, ours on its middle: the sound is placed half a hop later to match.

    Parameters
    ----------
    config, state : ``config.json`` (or its ``waveglow_config``) and state dict, weight norm or folded.
    lookahead, context : frames of the window after and before the block.
    block : frames generated at once.
    sigma : standard deviation of the noise.
    denoise : strength of the spectral subtraction of the network's own bias (NVIDIA's denoiser); 0 switches it off.

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
        lookahead: int = 4,
        context: int = 16,
        block: int = 1,
        sigma: float = 0.6,
        denoise: float = 0.0,
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.settings = mel = mel or MelSettings()
        config = {**PUBLISHED, **config.get("data_config", {}), **config.get("waveglow_config", config)}
        check_same_mel(config, mel, "this WaveGlow")
        self.device, hop = pick_device(device), mel.hop_length
        self.on_host = self.device == "cpu"
        self.net = WaveGlowNet(config, state, hop, dtype, self.device)
        # four more frames each side where the denoiser's windows reach
        self._margin = 4 if denoise > 0 else 0
        self._before, self._after = context + self._margin, lookahead + self._margin
        self.block, self._dtype, self._sigma, self._denoise = block, dtype, sigma, denoise
        self.channels, self.ratio, self.silence = (mel.n_mels, 1), Fraction(hop), math.log(mel.floor)
        # a block comes out whole, when the frames after it are in, and these come in whole blocks
        self._late = math.ceil(Fraction(self._after, block)) * block
        if not self._late:
            raise InputError("WaveGlow: expected a lookahead of at least one frame, got 0; it was not trained for less")
        self.lookahead = self._late * hop - hop // 2
        self._generate = GraphedCalls(lambda window, noise: (self.net.generate(window, noise),), "WaveGlow")
        self._bias = self._bias_spectrum() if denoise > 0 else None

    def init_state(self, batch: int) -> tuple[Tensor, int]:
        """Frames of silence, number of the next frame."""
        shape = (batch, self._before + self._late, self.channels[0])
        return torch.full(shape, self.silence, dtype=self._dtype, device=self.device), 0

    def step(self, x: Tensor, state: tuple[Tensor, int]) -> tuple[Tensor, tuple[Tensor, int]]:
        """``(B, n * block, n_mels) -> (B, n * block * hop, 1)``."""
        frames, number = state
        frames = torch.cat([frames, x.to(self.device, self._dtype)], 1)
        hop, pieces = self.settings.hop_length, []
        for i in range(0, x.shape[1], self.block):
            window = frames[:, i : i + self._before + self.block + self._after].mT
            first = number + i - self._late - self._before
            (audio,) = self._generate(window, self._noise(first, window.shape[2]).expand(len(x), -1, -1))
            if self._bias is not None:
                audio = self._subtract(audio)
            pieces.append(audio[:, self._before * hop : (self._before + self.block) * hop].clone())
        after = frames[:, x.shape[1] :].clone(), number + x.shape[1]
        return torch.cat(pieces, 1)[..., None].to(x.device, x.dtype), after

    def _noise(self, first: int, n_frames: int) -> Tensor:
        """``(1, group, n_frames * hop / group)`` Gaussian noise that depends on the frame's number only."""
        per_frame, frames = self.settings.hop_length // self.net.group, []
        for k in range(first, first + n_frames):
            frames.append(_frame_noise(k, self.net.group, per_frame))
        return (self._sigma * torch.cat(frames, 1)[None]).to(self.device, self._dtype)

    def _stft(self, audio: Tensor) -> Tensor:
        window = torch.hann_window(1024, dtype=self._dtype, device=audio.device)
        return torch.stft(audio, 1024, 256, window=window, return_complex=True)

    def _bias_spectrum(self) -> Tensor:
        """Magnitudes ``(1, bins, 1)`` of what the network says to an all-zero mel without noise."""
        mel = torch.zeros(1, self.channels[0], 88, dtype=self._dtype, device=self.device)
        noise = torch.zeros(1, self.net.group, 88 * self.settings.hop_length // self.net.group).to(mel)
        with torch.no_grad():
            return self._stft(self.net.generate(mel, noise)).abs()[:, :, :1]

    def _subtract(self, audio: Tensor) -> Tensor:
        assert self._bias is not None
        spectrum = self._stft(audio)
        size = spectrum.abs()
        kept = torch.clamp(size - self._denoise * self._bias, min=0.0) / torch.clamp(size, min=1e-12)
        window = torch.hann_window(1024, dtype=self._dtype, device=audio.device)
        return torch.istft(spectrum * kept, 1024, 256, window=window, length=audio.shape[1])


@functools.lru_cache(maxsize=256)
def _frame_noise(number: int, group: int, n: int) -> Tensor:
    """``(group, n)`` standard Gaussian noise of one frame; consecutive windows ask for most of theirs again."""
    generator = torch.Generator().manual_seed((number + 2**40) % 2**62)
    return torch.randn(group, n, generator=generator, dtype=torch.float64)


def load_waveglow(
    weights: Path,
    mel: MelSettings | None = None,
    lookahead_ms: float = 50.0,
    device: str = "cpu",
    denoise: float = 0.01,
) -> WaveGlow:
    """A published checkpoint's state dict ("state_dict" or "model" inside, or bare); config.json beside it if any.
    More lookahead than 200 ms is not taken: every block recomputes it."""
    mel = mel or MelSettings()
    beside = any(path.is_file() for path in (weights.with_suffix(".json"), weights.with_name("config.json")))
    config = read_config(weights) if beside else {}
    frames = round(min(lookahead_ms, 200.0) * mel.sample_rate / 1e3 / mel.hop_length)
    lookahead = max(1, frames - (4 if denoise > 0 else 0))
    state = load_state(weights, ("state_dict", "model"))
    with described_by(weights):
        return WaveGlow(config, state, mel, lookahead, max(16, lookahead), denoise=denoise, device=device)
