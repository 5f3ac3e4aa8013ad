"""GRU over a sequence for training on a CPU, with the gradient written out.

On a CPU ``nn.GRU`` trains as slowly as a Python loop over cells: for every frame autograd keeps a dozen small
operations and adds a whole weight gradient. Here a compiled loop holds only what depends on the frame before; the rest,
the weight gradients above all, is one matrix product over all frames. Values are those of ``nn.GRU``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from bk_realtime.compiled import njit


def gru_layer(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """One GRU layer from a zero state, on the CPU: x (B, T, n_in) -> (B, T, hidden).

    Parameters
    ----------
    weights : ``nn.GRU.all_weights`` of the layer: input, recurrent, and their biases.
    """
    w_in, w_hidden, b_in, b_hidden = weights
    inputs = F.linear(x.transpose(0, 1), w_in, b_in)  # (T, B, 3 * hidden), gates in the order reset, update, new
    with torch.autocast(x.device.type, enabled=False):  # a recurrence of hundreds of frames is no place for bfloat16
        dtype = torch.promote_types(w_hidden.dtype, torch.float32)
        y: Tensor = _Gru.apply(inputs.to(dtype), w_hidden.to(dtype), b_hidden.to(dtype))
    return y.transpose(0, 1)


class _Gru(torch.autograd.Function):
    """Recurrent part, time first: inputs (T, B, 3 * H), w_hidden (3 * H, H), b_hidden (3 * H) -> (T, B, H).

    r, z = σ(i_r + h_r), σ(i_z + h_z);  n = tanh(i_n + r h_n);  h' = n + z (h - n);  h_. = W h + b.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, w_hidden: Tensor, b_hidden: Tensor) -> Tensor:
        n_frames, batch, width = inputs.shape
        states = inputs.new_empty(n_frames + 1, batch, width // 3)  # states[t] is the state before frame t
        gates = inputs.new_empty(n_frames, batch, 4, width // 3)  # r, z, n, and h_n as in the formula above
        _forward(_array(inputs), _array(w_hidden.t()), _array(b_hidden), states.numpy(), gates.numpy())
        ctx.save_for_backward(states, gates, w_hidden)
        return states[1:].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states, gates, w_hidden = ctx.saved_tensors
        n_frames, batch, size = grad.shape
        of_inputs = grad.new_empty(n_frames, batch, 3, size)
        of_hidden = torch.empty_like(of_inputs)  # gradient of W h + b: that of the inputs, but r in front of h_n
        arrays = (_array(grad), states.numpy(), gates.numpy(), _array(w_hidden))
        _backward(*arrays, of_inputs.numpy(), of_hidden.numpy())
        flat = of_hidden.flatten(2).flatten(0, 1)
        return of_inputs.flatten(2), flat.t() @ states[:-1].flatten(0, 1), flat.sum(0)


def _array(x: Tensor) -> np.ndarray:
    return x.detach().contiguous().numpy()


@njit(fastmath={"contract"})
def _product(x: np.ndarray, w: np.ndarray, out: np.ndarray) -> None:
    """``out = x @ w`` for a few rows: at 8 x 128 x 384 as fast as the call into a BLAS alone would be."""
    rows, n = x.shape
    out[:] = 0
    whole = n - n % 4
    for k in range(0, whole, 4):  # four rows of w for one pass over the output, which would else limit the speed
        for b in range(rows):
            x0, x1, x2, x3 = x[b, k], x[b, k + 1], x[b, k + 2], x[b, k + 3]
            for i in range(out.shape[1]):
                out[b, i] += x0 * w[k, i] + x1 * w[k + 1, i] + x2 * w[k + 2, i] + x3 * w[k + 3, i]
    for k in range(whole, n):
        for b in range(rows):
            for i in range(out.shape[1]):
                out[b, i] += x[b, k] * w[k, i]


@njit(error_model="numpy")
def _forward(inputs: np.ndarray, w: np.ndarray, bias: np.ndarray, states: np.ndarray, gates: np.ndarray) -> None:
    """``w`` is (H, 3 * H); fills states and gates."""
    n_frames, batch, _ = inputs.shape
    size = states.shape[2]
    recurrent = np.empty((batch, 3 * size), inputs.dtype)
    one, two = inputs.dtype.type(1), inputs.dtype.type(2)
    states[0] = 0
    for t in range(n_frames):
        _product(states[t], w, recurrent)
        for b in range(batch):
            now, own, gate = inputs[t, b], recurrent[b], gates[t, b]
            for i in range(size):
                gate[0, i] = one / (one + math.exp(-(now[i] + own[i] + bias[i])))
                gate[1, i] = one / (one + math.exp(-(now[size + i] + own[size + i] + bias[size + i])))
                gate[3, i] = own[2 * size + i] + bias[2 * size + i]
                new = now[2 * size + i] + gate[0, i] * gate[3, i]
                gate[2, i] = one - two / (one + math.exp(two * new))  # tanh, eight times as fast as math.tanh
                states[t + 1, b, i] = gate[2, i] + gate[1, i] * (states[t, b, i] - gate[2, i])


@njit(error_model="numpy")
def _backward(
    grad: np.ndarray,
    states: np.ndarray,
    gates: np.ndarray,
    w: np.ndarray,
    of_inputs: np.ndarray,
    of_hidden: np.ndarray,
) -> None:
    """``w`` is (3 * H, H); fills the gradients of inputs and of W h + b, both (T, B, 3, H)."""
    n_frames, batch, size = grad.shape
    carried = np.zeros((batch, size), grad.dtype)  # of the state after frame t, from the frames behind it
    through = np.zeros((batch, size), grad.dtype)  # the part of it that came through W
    one = grad.dtype.type(1)
    for t in range(n_frames - 1, -1, -1):
        for b in range(batch):
            r, z, new, own = gates[t, b, 0], gates[t, b, 1], gates[t, b, 2], gates[t, b, 3]
            inner, outer = of_hidden[t, b], of_inputs[t, b]
            for i in range(size):
                total = grad[t, b, i] + carried[b, i] + through[b, i]
                to_new = total * (one - z[i]) * (one - new[i] * new[i])
                outer[0, i] = inner[0, i] = to_new * own[i] * r[i] * (one - r[i])
                outer[1, i] = inner[1, i] = total * (states[t, b, i] - new[i]) * z[i] * (one - z[i])
                outer[2, i] = to_new
                inner[2, i] = to_new * r[i]
                carried[b, i] = total * z[i]
        if t:
            _product(of_hidden[t].reshape(batch, 3 * size), w, through)
