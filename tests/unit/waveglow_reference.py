"""WaveGlow in plain steps, with the key names and shapes of NVIDIA's checkpoints (old weight-norm names)."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

SMALL: dict[str, Any] = {
    "n_mel_channels": 80,
    "n_flows": 12,
    "n_group": 8,
    "n_early_every": 4,
    "n_early_size": 2,
    "WN_config": {"n_layers": 2, "n_channels": 8, "kernel_size": 3},
}


def random_state(config: dict[str, Any], hop: int = 256, seed: int = 0) -> dict[str, Tensor]:
    """A random checkpoint: orthogonal mixing, weight norm everywhere but in upsample, convinv and end."""
    g = torch.Generator().manual_seed(seed)
    sizes, mels, group = config["WN_config"], config["n_mel_channels"], config["n_group"]
    width, layers, kernel = sizes["n_channels"], sizes["n_layers"], sizes["kernel_size"]
    state: dict[str, Tensor] = {}

    def add(name: str, n_out: int, n_in: int, k: int, norm: bool = True, scale: float = 1.0) -> None:
        weight = torch.randn(n_out, n_in, k, generator=g) * (scale / math.sqrt(n_in * k))
        state[f"{name}.bias"] = torch.randn(n_out, generator=g) * 0.05
        if norm:
            state[f"{name}.weight_g"] = weight.flatten(1).norm(dim=1).reshape(-1, 1, 1)
            state[f"{name}.weight_v"] = weight * 2.0
        else:
            state[f"{name}.weight"] = weight

    state["upsample.weight"] = torch.randn(mels, mels, 4 * hop, generator=g) * (0.5 / math.sqrt(4 * mels))
    state["upsample.bias"] = torch.randn(mels, generator=g) * 0.1
    channels = group
    for k in range(config["n_flows"]):
        if k % config["n_early_every"] == 0 and k > 0:
            channels -= config["n_early_size"]
        mix, _ = torch.linalg.qr(torch.randn(channels, channels, generator=g))
        state[f"convinv.{k}.conv.weight"] = mix.reshape(channels, channels, 1)
        name = f"WN.{k}"
        add(f"{name}.start", width, channels // 2, 1)
        add(f"{name}.cond_layer", 2 * width * layers, mels * group, 1, scale=0.3)
        for i in range(layers):
            add(f"{name}.in_layers.{i}", 2 * width, width, kernel)
            add(f"{name}.res_skip_layers.{i}", (2 if i < layers - 1 else 1) * width, width, 1)
        add(f"{name}.end", channels // 2 * 2, width, 1, norm=False, scale=0.2)
    return state


def _weight(state: dict[str, Tensor], name: str) -> Tensor:
    if f"{name}.weight" in state:
        return state[f"{name}.weight"]
    v = state[f"{name}.weight_v"]
    return state[f"{name}.weight_g"] * v / v.flatten(1).norm(dim=1).reshape(-1, 1, 1)


def infer(state: dict[str, Tensor], config: dict[str, Any], mel: Tensor, noise: list[Tensor], hop: int = 256) -> Tensor:
    """Audio (T * hop,) of mel (n_mels, T). ``noise``: what enters at the top, then at each early output, deepest
    first, each (channels, T * hop / group)."""
    group, layers = config["n_group"], config["WN_config"]["n_layers"]
    width = config["WN_config"]["n_channels"]
    t = mel.shape[1] * hop
    up = torch.zeros(mel.shape[0], t + 3 * hop, dtype=mel.dtype)
    for k in range(mel.shape[1]):
        up[:, k * hop : (k + 4) * hop] += torch.einsum("ion,i->on", state["upsample.weight"], mel[:, k])
    up = (up + state["upsample.bias"][:, None])[:, :t]
    condition = torch.stack([up[c, j::group] for c in range(mel.shape[0]) for j in range(group)])
    waiting = list(noise)
    x = waiting.pop(0)
    for k in reversed(range(config["n_flows"])):
        name, half = f"WN.{k}", x.shape[0] // 2
        h = F.conv1d(x[None, :half], _weight(state, f"{name}.start"), state[f"{name}.start.bias"])
        given = F.conv1d(condition[None], _weight(state, f"{name}.cond_layer"), state[f"{name}.cond_layer.bias"])
        total = torch.zeros_like(h)
        for i in range(layers):
            kernel, bias = _weight(state, f"{name}.in_layers.{i}"), state[f"{name}.in_layers.{i}.bias"]
            a = F.conv1d(h, kernel, bias, dilation=2**i, padding=2**i * (kernel.shape[2] - 1) // 2)
            a = a + given[:, 2 * width * i : 2 * width * (i + 1)]
            a = torch.tanh(a[:, :width]) * torch.sigmoid(a[:, width:])
            a = F.conv1d(a, _weight(state, f"{name}.res_skip_layers.{i}"), state[f"{name}.res_skip_layers.{i}.bias"])
            if i < layers - 1:
                h = h + a[:, :width]
                total = total + a[:, width:]
            else:
                total = total + a
        out = F.conv1d(total, state[f"{name}.end.weight"], state[f"{name}.end.bias"])[0]
        second = (x[half:] - out[:half]) / torch.exp(out[half:])
        x = torch.linalg.solve(state[f"convinv.{k}.conv.weight"][:, :, 0], torch.cat([x[:half], second]))
        if k % config["n_early_every"] == 0 and k > 0:
            x = torch.cat([waiting.pop(0), x])
    return x.T.reshape(-1)
