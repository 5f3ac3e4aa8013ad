"""One frame of :class:`~bk_realtime.vocoder.magnitude_net.MagnitudeNet` in compiled code: eager torch spends most of a
frame on call overhead (measured: 2 ms against 0.3 ms). A test holds it equal to the network that was trained."""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np
from torch import Tensor

from bk_realtime.vocoder.magnitude_net import LOG_FLOOR, MOST_REPAIR, OFFSETS, MagnitudeNet


class StepWeights(NamedTuple):
    """Weights as contiguous arrays ``(n_out, n_in)`` of one float dtype; stacked where layers repeat.

    first (channels, 3 * n_mels) with taps oldest first; depthwise (blocks, kernel, channels); norm (blocks, 2,
    channels) gain and offset; wide, back (blocks, …) and their biases; recurrent input and hidden weights in the order
    reset, update, new; listener; pitch; inner, outer and experts (OFFSETS, …).
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
    listener: np.ndarray
    listener_bias: np.ndarray
    pitch: np.ndarray
    pitch_bias: np.ndarray
    inner: np.ndarray
    inner_bias: np.ndarray
    outer: np.ndarray
    outer_bias: np.ndarray
    experts: np.ndarray
    expert_bias: np.ndarray
    choose: np.ndarray
    choose_bias: np.ndarray
    base: np.ndarray
    spread: np.ndarray
    pitch_log: np.ndarray
    bins_per_hz: float
    lobe: float


class StepState(NamedTuple):
    """Memory of one stream: mels (taps, n_mels) heard last, scaled, the newest last; pasts (blocks, kernel, channels);
    the GRU's hidden (hidden,)."""

    mels: np.ndarray
    pasts: np.ndarray
    hidden: np.ndarray


def step_weights(net: MagnitudeNet) -> StepWeights:
    """Arrays of a network, in its dtype."""

    def array(x: Tensor) -> np.ndarray:
        return np.ascontiguousarray(x.detach().cpu().numpy())

    def stack(*tensors: Tensor) -> np.ndarray:
        return np.stack([array(x) for x in tensors])

    state = dict(net.state_dict())
    blocks = [f"blocks.{i}." for i in range(net.settings.blocks)]
    offsets = range(OFFSETS)
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
        listener=array(state["listener.weight"]),
        listener_bias=array(state["listener.bias"]),
        pitch=array(state["pitch.weight"]),
        pitch_bias=array(state["pitch.bias"]),
        inner=stack(*(state[f"inner.{i}.weight"] for i in offsets)),
        inner_bias=stack(*(state[f"inner.{i}.bias"] for i in offsets)),
        outer=stack(*(state[f"outer.{i}.weight"] for i in offsets)),
        outer_bias=stack(*(state[f"outer.{i}.bias"] for i in offsets)),
        experts=array(state["experts"]),
        expert_bias=array(state["expert_bias"]),
        choose=array(state["choose.weight"]),
        choose_bias=array(state["choose.bias"]),
        base=array(net.base.T),
        spread=array(net.spread.T),
        pitch_log=array(net.pitch_hz.log()),
        bins_per_hz=net.mel.n_fft / net.mel.sample_rate,
        lobe=0.5 * net.mel.win_length / net.mel.n_fft,
    )


def step_state(net: MagnitudeNet) -> StepState:
    """Before the first frame: the same as :meth:`MagnitudeNet.init_state`. The mel's zero is the scaled one."""
    s, dtype = net.settings, net.base.cpu().numpy().dtype
    pasts = np.zeros((s.blocks, s.kernel, s.channels), dtype)
    return StepState(np.zeros((s.taps, net.mel.n_mels), dtype), pasts, np.zeros(s.hidden, dtype))


@numba.njit(cache=True, nogil=True)
def _gelu(x: np.ndarray) -> None:
    for i in range(len(x)):
        x[i] = 0.5 * x[i] * (1.0 + math.erf(x[i] * 0.7071067811865476))


@numba.njit(cache=True, nogil=True)
def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else 1.0 - 1.0 / (1.0 + math.exp(x))


@numba.njit(cache=True, nogil=True)
def listen(mel: np.ndarray, w: StepWeights, state: StepState) -> tuple[np.ndarray, np.ndarray]:
    """Log-mel ``(n_mels,)`` in; hidden ``(hidden,)`` and logits of pitch; ``state`` changes in place."""
    taps = len(state.mels)
    for k in range(taps - 1):
        state.mels[k] = state.mels[k + 1]
    state.mels[taps - 1] = (mel + 5.0) / 3.0
    x = np.dot(w.first, state.mels[taps - 3 :].copy().ravel()) + w.first_bias
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
    hidden = np.dot(w.listener, both) + w.listener_bias
    _gelu(hidden)
    return hidden, np.dot(w.pitch, hidden) + w.pitch_bias


@numba.njit(cache=True, nogil=True)
def read_pitch(logits: np.ndarray, w: StepWeights) -> tuple[float, float]:
    """Logits ``(1 + pitches,)`` -> f0 in Hz and voicing, as :meth:`MagnitudeNet.read_pitch`."""
    chance = np.exp(logits - logits.max())
    chance /= chance.sum()
    best = int(np.argmax(chance[1:]))
    total, centre = 0.0, 0.0
    for i in range(max(0, best - 3), min(len(w.pitch_log), best + 4)):
        total += chance[1 + i]
        centre += chance[1 + i] * w.pitch_log[i]
    hz = math.exp(centre / total) if total > 1e-20 else math.exp(w.pitch_log[best])
    return hz, _sigmoid(12.0 * (0.5 - chance[0]))


@numba.njit(cache=True, nogil=True)
def write(
    hidden: np.ndarray, mel: np.ndarray, f0: float, voiced: float, offset: int, w: StepWeights, logs: np.ndarray
) -> None:
    """Log magnitudes ``(n_bins,)`` into ``logs``, as :meth:`MagnitudeNet.write`."""
    n, points = len(hidden), w.spread.shape[1]
    octave = math.log2(f0 / 150.0)
    told = np.empty(n + 3, hidden.dtype)
    told[:n] = hidden
    told[n], told[n + 1], told[n + 2] = voiced, voiced * octave, voiced * octave**2
    z = np.dot(w.inner[offset], told) + w.inner_bias[offset]
    _gelu(z)
    y = np.dot(w.outer[offset], z) + w.outer_bias[offset]
    depth = y[points:].copy()
    for i in range(points):
        v = depth[i] + 0.5
        depth[i] = v if v > 20.0 else math.log1p(math.exp(v))
    level = mel.copy()
    for i in range(len(level)):
        level[i] = math.exp(min(mel[i], 8.0))
    base = np.dot(w.base, level)
    envelope, deep = np.dot(w.spread, y[:points]), np.dot(w.spread, depth)
    spacing = f0 * w.bins_per_hz
    for b in range(len(logs)):
        k = max(np.round(b / spacing), 1.0)
        near = min(abs(b - k * spacing) * w.lobe, 1.0)
        logs[b] = math.log(base[b] + LOG_FLOOR) + envelope[b] - voiced * deep[b] * 3.0 * near * near


@numba.njit(cache=True, nogil=True)
def _correct(choice: np.ndarray, offset: int, w: StepWeights, state: StepState, repair: np.ndarray) -> None:
    """The correction of :meth:`MagnitudeNet.mend` into ``repair`` (n_mels,)."""
    n = w.experts.shape[1]
    share = np.exp(choice[offset * n : (offset + 1) * n] - choice[offset * n : (offset + 1) * n].max())
    share /= share.sum()
    recent = state.mels.copy().ravel()
    repair[:] = 0.0
    for k in range(n):
        fix = np.dot(w.experts[offset, k], recent)
        for m in range(len(repair)):
            repair[m] += share[k] * (fix[m] + w.expert_bias[offset, k, m])
    for m in range(len(repair)):
        repair[m] = MOST_REPAIR * math.tanh(repair[m] / MOST_REPAIR)


@numba.njit(cache=True, nogil=True)
def estimate(
    now: np.ndarray,
    before: np.ndarray,
    revise: bool,
    w: StepWeights,
    state: StepState,
    logs: np.ndarray,
    repair: np.ndarray,
) -> None:
    """One frame: log magnitudes of this frame and, with ``revise``, of the one before into ``logs`` (2, n_bins), the
    corrections of their mel into ``repair`` (2, n_mels)."""
    hidden, logits = listen(now, w, state)
    n = 1 + len(w.pitch_log)
    f0, voiced = read_pitch(logits[:n], w)
    write(hidden, now, f0, voiced, 0, w, logs[0])
    choice = np.dot(w.choose, hidden) + w.choose_bias
    _correct(choice, 0, w, state, repair[0])
    if revise:
        f0, voiced = read_pitch(logits[n : 2 * n], w)
        write(hidden, before, f0, voiced, 1, w, logs[1])
        _correct(choice, 1, w, state, repair[1])
