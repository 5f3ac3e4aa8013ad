"""Location-sensitive alignment of a whole sequence with its exact gradient, for training.

Weights of one frame depend on those of the frame before, so a loop is needed; what keeps it fast is that the loop holds
nothing but that dependence, without autograd, and that everything else is done for all frames together. On a CPU the
loop is compiled (:mod:`~bk_realtime.decoder.kernels.alignment_cpu`).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from bk_realtime.decoder.kernels.alignment_cpu import backward_loop, bands, forward_loop


def toeplitz(filters: Tensor, window: int) -> Tensor:
    """Location filters as a matrix, so that the convolution over a window is one product.

    Parameters
    ----------
    filters : (2 * kernel, A), taps over previous and cumulative weights.
    window : W.

    Returns
    -------
    (2 * W, W * A): (previous | cumulative weights) @ this -> attention units of each position of the window.
    """
    kernel = filters.shape[0] // 2
    taps = torch.arange(window)[:, None] - torch.arange(window) + kernel // 2  # weight i acts on position j through tap
    seen = ((taps >= 0) & (taps < kernel)).to(filters.device)
    matrix = filters.unflatten(0, (2, kernel))[:, taps.clamp(0, kernel - 1).to(filters.device)]
    matrix = matrix * seen[None, :, :, None]
    rows: Tensor = matrix.flatten(2).flatten(0, 1)
    return rows


def align(
    queries: Tensor,
    keys: Tensor,
    position: Tensor,
    energy: Tensor,
    location: Tensor,
    mask: Tensor,
    previous: Tensor,
    cumulative: Tensor,
    slide: bool,
) -> tuple[Tensor, Tensor]:
    """Weights of every frame, ``softmax(energy · tanh(query + key + position + location term) + mask)``.

    Parameters
    ----------
    queries : (B, T, A).
    keys : (B, T + W - 1, A) where the window slides, else (B, W, A).
    position : (W, A).
    energy : (A,).
    location : of :func:`toeplitz`.
    mask : (B, T, W), 0 or -inf.
    previous, cumulative : (B, W) of the frame before the first; no gradient flows into them.
    slide : the window moves one key a frame, and previous and cumulative weights with it.

    Returns
    -------
    weights (B, T, W); cumulative weights (B, W) after the last frame, without gradient.
    """
    with torch.autocast(queries.device.type, enabled=False):
        dtype = torch.promote_types(energy.dtype, torch.float32)
        tensors = [t.to(dtype) for t in (queries, keys, position, energy, location, mask, previous, cumulative)]
        weights, cumulative = _Align.apply(*tensors, slide)
    return weights, cumulative


def _compiled(x: Tensor) -> bool:
    return x.is_cpu


class _Align(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        queries: Tensor,
        keys: Tensor,
        position: Tensor,
        energy: Tensor,
        location: Tensor,
        mask: Tensor,
        previous: Tensor,
        cumulative: Tensor,
        slide: bool,
    ) -> tuple[Tensor, Tensor]:
        batch, n_frames, dim = queries.shape
        window = position.shape[0]
        shift = int(slide)
        units = queries.new_empty(n_frames, batch, window, dim)
        windows = keys.unfold(1, window, 1).permute(1, 0, 3, 2)  # (T | 1, B, W, A)
        torch.add(queries.transpose(0, 1)[:, :, None], windows, out=units)
        units += position
        seen = queries.new_zeros(n_frames + 1, batch, 2, window)  # previous and cumulative weights each frame sees
        weights = queries.new_empty(n_frames, batch, window)
        seen[0, :, 0, : window - shift] = previous[:, shift:]
        seen[0, :, 1, : window - shift] = cumulative[:, shift:]
        hidden = mask.transpose(0, 1)
        if _compiled(units):
            rows = location.numpy()
            arrays = (hidden.contiguous().numpy(), seen.flatten(2).numpy(), weights.numpy())
            forward_loop(units.flatten(2).numpy(), rows, bands(rows), energy.numpy(), *arrays, shift)
        else:
            _forward_loop(units, location, energy, hidden.flatten(1), seen, weights, shift)
        cumulative = seen[-2, :, 1] + weights[-1]
        ctx.save_for_backward(units, weights, seen, energy, location)
        ctx.slide = slide
        ctx.mark_non_differentiable(cumulative)
        return weights.transpose(0, 1).contiguous(), cumulative

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        units, weights, seen, energy, location = ctx.saved_tensors
        n_frames, batch, window, dim = units.shape
        shift = int(ctx.slide)
        tiled = energy.repeat(window)  # the energies join where tensors are small
        back = location * tiled
        totals = grad.transpose(0, 1).contiguous()
        scores = torch.empty_like(totals)
        slopes = torch.empty_like(units)
        flat = slopes.flatten(2)
        if _compiled(units):
            rows = back.numpy()
            arrays = (totals.numpy(), units.flatten(2).numpy(), weights.numpy())
            backward_loop(*arrays, rows, bands(location.numpy()), flat.numpy(), scores.numpy(), shift)
        else:
            _backward_loop(totals, units, weights, back, slopes, scores, shift)
        grad_location = (seen[:-1].flatten(2).flatten(0, 1).t() @ flat.flatten(0, 1)) * tiled
        grad_energy = scores.flatten() @ units.flatten(0, 2)
        grad_queries = slopes.sum(2).transpose(0, 1) * energy
        if shift:
            grad_keys = grad.new_zeros(batch, n_frames + window - 1, dim)
            for j in range(window):
                grad_keys[:, j : j + n_frames] += slopes[:, :, j].transpose(0, 1)
        else:
            grad_keys = slopes.sum(0)
        grad_position = slopes.sum((0, 1)) * energy
        return (grad_queries, grad_keys * energy, grad_position, grad_energy, grad_location, None, None, None, None)


def _forward_loop(
    units: Tensor, location: Tensor, energy: Tensor, mask: Tensor, seen: Tensor, weights: Tensor, shift: int
) -> None:
    """As :func:`~bk_realtime.decoder.kernels.alignment_cpu.forward_loop`, on any device; ``mask`` is (T, B * W)."""
    batch, window = weights.shape[1:]
    stay = slice(0, window - shift)  # where the part of a window that stays stands in the next one
    views = (units.flatten(2), units.flatten(1, 2), seen[:-1].flatten(2), mask, weights)
    moves = (weights[..., shift:], seen[:-1, :, 1, shift:], seen[1:, :, 0, stay], seen[1:, :, 1, stay])
    rows = zip(*(v.unbind() for v in (*views, *moves)), strict=True)
    for unit, positions, now, gone, row, kept, total, next_previous, next_cumulative in rows:
        unit.addmm_(now, location).tanh_()
        torch.softmax(torch.addmv(gone, positions, energy).view(batch, window), -1, out=row)
        next_previous.copy_(kept)
        torch.add(total, kept, out=next_cumulative)


def _backward_loop(
    totals: Tensor, units: Tensor, weights: Tensor, back: Tensor, slopes: Tensor, scores: Tensor, shift: int
) -> None:
    """As :func:`~bk_realtime.decoder.kernels.alignment_cpu.backward_loop`, any device; ``totals`` changes in place."""
    n_frames, batch, window = totals.shape
    torch.mul(units, units, out=slopes).neg_().add_(1)
    later = totals.new_zeros(batch, window)  # gradient of the cumulative weights after frame k
    back = back.t().contiguous()
    views = (totals, weights, scores, scores[..., None], slopes, slopes.flatten(2))
    rows = zip(*(v.unbind()[::-1] for v in views), strict=True)
    earlier = totals[:-1, :, shift:].unbind()[::-1]
    for k, (total, weight, score, column, slope, row) in enumerate(rows):
        total += later
        score.copy_(torch._softmax_backward_data(total, weight, -1, total.dtype))
        slope *= column
        if k < n_frames - 1:
            of_previous, of_cumulative = (row @ back).unflatten(1, (2, window)).unbind(1)
            of_cumulative += later
            later = torch.nn.functional.pad(of_cumulative[:, : window - shift], (shift, 0))
            earlier[k].add_(of_previous[:, : window - shift])
