"""GRU over a sequence for training on a CPU, with the gradient written out.

On a CPU ``nn.GRU`` trains as slowly as a Python loop over cells: for every frame autograd keeps a dozen small
operations and adds a whole weight gradient. Here the loop holds only what depends on the frame before; everything else,
the weight gradients above all, is one matrix product over all frames. Values are those of ``nn.GRU``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


def gru_layer(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """One GRU layer from a zero state: x (B, T, n_in) -> (B, T, hidden).

    Parameters
    ----------
    weights : ``nn.GRU.all_weights`` of the layer: input, recurrent, and their biases.
    """
    w_in, w_hidden, b_in, b_hidden = weights
    inputs = F.linear(x.transpose(0, 1), w_in, b_in)  # (T, B, 3 * hidden), gates in the order reset, update, new
    with torch.autocast(x.device.type, enabled=False):  # a recurrence of hundreds of frames is no place for bfloat16
        kind = torch.promote_types(w_hidden.dtype, torch.float32)
        y: Tensor = _Gru.apply(inputs.to(kind), w_hidden.to(kind), b_hidden.to(kind))
    return y.transpose(0, 1)


class _Gru(torch.autograd.Function):
    """Recurrent part, time first: inputs (T, B, 3 * H), w_hidden (3 * H, H), b_hidden (3 * H) -> (T, B, H).

    r, z = σ(i_r + h_r), σ(i_z + h_z);  n = tanh(i_n + r h_n);  h' = n + z (h - n);  h_. = W h + b.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, w_hidden: Tensor, b_hidden: Tensor) -> Tensor:
        n_frames, batch, width = inputs.shape
        size = width // 3
        states = inputs.new_zeros(n_frames + 1, batch, size)  # states[t] is the state before frame t
        # per frame: r and z with the recurrent bias already in, the recurrent half of the new gate, its input half
        gates = inputs.new_empty(n_frames, batch, 4 * size)
        torch.add(inputs[..., : 2 * size], b_hidden[: 2 * size], out=gates[..., : 2 * size])
        gates[..., 2 * size : width] = b_hidden[2 * size :]
        gates[..., width:] = inputs[..., 2 * size :]
        w = w_hidden.t().contiguous()
        r, z, own, new = gates.chunk(4, -1)
        views = (states[:-1], states[1:], gates[..., :width], gates[..., : 2 * size], r, z, own, new)
        # views of every frame are made here in one go each: inside the loop they would take as long as the arithmetic
        for before, after, recurrent, rz, reset, update, half, gate in zip(*(v.unbind() for v in views), strict=True):
            recurrent.addmm_(before, w)
            rz.sigmoid_()
            gate.addcmul_(reset, half).tanh_()
            torch.lerp(gate, before, update, out=after)
        ctx.save_for_backward(states, gates, w_hidden)
        return states[1:].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states, gates, w_hidden = ctx.saved_tensors
        before = states[:-1]
        r, z, hidden_new, new = gates.chunk(4, -1)
        # the gradient of each gate's argument is that of the new state times one of these, known before the loop
        to_new = (1 - z) * (1 - new * new)
        factors = torch.stack([to_new * hidden_new * r * (1 - r), (before - new) * z * (1 - z), to_new * r], 2)
        grads = torch.empty_like(factors)  # of W h + b, (T, B, 3, H)
        totals = grad.clone()  # of every new state
        flat = grads.flatten(2)
        views = (totals, totals[:, :, None], factors, grads, flat, z)
        frames = zip(*(v.unbind()[::-1] for v in views), strict=True)
        previous = totals.unbind()[-2::-1]
        for (total, wide, factor, own, row, update), before_total in zip_longest(frames, previous):
            torch.mul(wide, factor, out=own)
            if before_total is not None:
                before_total.addcmul_(total, update).addmm_(row, w_hidden)
        flat = flat.flatten(0, 1)
        grad_w, grad_b = flat.t() @ before.flatten(0, 1), flat.sum(0)
        grads[:, :, 2] = totals * to_new  # the new gate's input has no reset gate in front of it
        return grads.flatten(2), grad_w, grad_b
