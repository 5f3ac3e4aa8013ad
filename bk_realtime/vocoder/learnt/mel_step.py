"""One frame of :class:`~bk_realtime.vocoder.learnt.mel_net.MelNet` in compiled code.

Eager torch spends most of a frame on call overhead (measured: 2 ms against 0.3 ms). A test holds the compiled step
equal to the network that was trained."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from torch import Tensor

from bk_realtime.compiled import njit
from bk_realtime.vocoder.learnt.mel_net import OFFSETS, MelNet


class StepWeights(NamedTuple):
    """Weights as contiguous arrays ``(n_out, n_in)`` of one float dtype; stacked where layers repeat.

    first (channels, 3 * n_mels) with taps oldest first; depthwise (blocks, kernel, channels); norm (blocks, 2,
    channels) gain and offset; wide, back (blocks, …) and their biases; recurrent input and hidden weights in the order
    reset, update, new; trunk; choose and add (OFFSETS, …); experts (OFFSETS, experts, n_mels, taps * n_mels).
    """

    first: np.ndarray
    first_bias: np.ndarray
    depthwise: np.ndarray
    depthwise_bias: np.ndarray
    norm: np.ndarray
    wide: np.ndarray
    wide_bias: np.ndarray
    back: np.ndarray
    back_bias: np.ndarray
    gru_in: np.ndarray
    gru_in_bias: np.ndarray
    gru_own: np.ndarray
    gru_own_bias: np.ndarray
    trunk: np.ndarray
    trunk_bias: np.ndarray
    choose: np.ndarray
    choose_bias: np.ndarray
    add: np.ndarray
    add_bias: np.ndarray
    experts: np.ndarray
    expert_bias: np.ndarray


class StepState(NamedTuple):
    """Memory of one stream: the last mels (taps, n_mels), scaled, the newest last; pasts (blocks, kernel, channels);
    the GRU's hidden (hidden,)."""

    mels: np.ndarray
    pasts: np.ndarray
    hidden: np.ndarray


def step_weights(net: MelNet) -> StepWeights:
    """Arrays of a network, in its dtype."""

    def array(x: Tensor) -> np.ndarray:
        return np.ascontiguousarray(x.detach().cpu().numpy())

    def stack(*tensors: Tensor) -> np.ndarray:
        return np.stack([array(x) for x in tensors])

    state = dict(net.state_dict())
    blocks = [f"blocks.{i}." for i in range(net.settings.blocks)]
    gru = "gru.layers.0."
    return StepWeights(
        first=array(state["first.conv.weight"].permute(0, 2, 1).flatten(1)),
        first_bias=array(state["first.conv.bias"]),
        depthwise=stack(*(state[b + "depthwise.weight"][:, 0].T for b in blocks)),
        depthwise_bias=stack(*(state[b + "depthwise.bias"] for b in blocks)),
        norm=np.stack([stack(state[b + "norm.weight"], state[b + "norm.bias"]) for b in blocks]),
        wide=stack(*(state[b + "wide.weight"] for b in blocks)),
        wide_bias=stack(*(state[b + "wide.bias"] for b in blocks)),
        back=stack(*(state[b + "back.weight"] for b in blocks)),
        back_bias=stack(*(state[b + "back.bias"] for b in blocks)),
        gru_in=array(state[gru + "weight_ih_l0"]),
        gru_in_bias=array(state[gru + "bias_ih_l0"]),
        gru_own=array(state[gru + "weight_hh_l0"]),
        gru_own_bias=array(state[gru + "bias_hh_l0"]),
        trunk=array(state["trunk.weight"]),
        trunk_bias=array(state["trunk.bias"]),
        choose=stack(*(state[f"choose.{d}.weight"] for d in range(OFFSETS))),
        choose_bias=stack(*(state[f"choose.{d}.bias"] for d in range(OFFSETS))),
        add=stack(*(state[f"add.{d}.weight"] for d in range(OFFSETS))),
        add_bias=stack(*(state[f"add.{d}.bias"] for d in range(OFFSETS))),
        experts=array(state["experts"]),
        expert_bias=array(state["expert_bias"]),
    )


def step_state(net: MelNet) -> StepState:
    """Before the first frame. The mel's zero is the scaled one."""
    s, dtype = net.settings, net.trunk.bias.detach().cpu().numpy().dtype
    pasts = np.zeros((s.blocks, s.kernel, s.channels), dtype)
    return StepState(np.zeros((max(3, s.taps), net.mel.n_mels), dtype), pasts, np.zeros(s.hidden, dtype))


@njit
def _gelu(x: np.ndarray) -> None:
    for i in range(len(x)):
        x[i] = 0.5 * x[i] * (1.0 + math.erf(x[i] * 0.7071067811865476))


@njit
def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else 1.0 - 1.0 / (1.0 + math.exp(x))


@njit
def step_net(mel: np.ndarray, revised: int, w: StepWeights, state: StepState) -> np.ndarray:
    """Log-mel ``(n_mels,)`` in; corrections ``(1 + revised, n_mels)`` of the newest frame and of so many before it out;
    ``state`` changes in place."""
    held = len(state.mels)
    for k in range(held - 1):
        state.mels[k] = state.mels[k + 1]
    state.mels[held - 1] = (mel + 5.0) / 3.0
    x = np.dot(w.first, state.mels[held - 3 :].copy().ravel()) + w.first_bias
    kernel, n = state.pasts.shape[1], len(x)
    for i in range(len(w.wide)):
        past = state.pasts[i]
        for k in range(kernel - 1):
            past[k] = past[k + 1]
        past[kernel - 1] = x
        y = w.depthwise_bias[i].copy()
        for k in range(kernel):
            for c in range(n):
                y[c] += past[k, c] * w.depthwise[i, k, c]
        mean = y.mean()
        scale = 1.0 / math.sqrt(np.square(y - mean).mean() + 1e-5)
        for c in range(n):
            y[c] = (y[c] - mean) * scale * w.norm[i, 0, c] + w.norm[i, 1, c]
        z = np.dot(w.wide[i], y) + w.wide_bias[i]
        _gelu(z)
        x = x + np.dot(w.back[i], z) + w.back_bias[i]
    a, b = np.dot(w.gru_in, x) + w.gru_in_bias, np.dot(w.gru_own, state.hidden) + w.gru_own_bias
    h = len(state.hidden)
    both = np.empty(n + h, x.dtype)
    both[:n] = x
    for c in range(h):
        update = _sigmoid(a[h + c] + b[h + c])
        new = math.tanh(a[2 * h + c] + _sigmoid(a[c] + b[c]) * b[2 * h + c])
        state.hidden[c] = (1.0 - update) * new + update * state.hidden[c]
    both[n:] = state.hidden
    hidden = np.dot(w.trunk, both) + w.trunk_bias
    _gelu(hidden)
    n_experts, n_mels = w.expert_bias.shape[1:]
    recent = state.mels[held - w.experts.shape[3] // n_mels :].copy().ravel()
    fix = np.empty((1 + revised, n_mels), x.dtype)
    for d in range(1 + revised):
        fix[d] = np.dot(w.add[d], hidden) + w.add_bias[d]
        share = np.dot(w.choose[d], hidden) + w.choose_bias[d]
        share = np.exp(share - share.max())
        share /= share.sum()
        for k in range(n_experts):
            y = np.dot(w.experts[d, k], recent)
            for m in range(n_mels):
                fix[d, m] += share[k] * (y[m] + w.expert_bias[d, k, m])
    return fix
