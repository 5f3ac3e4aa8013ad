"""The two loops of :mod:`bk_realtime.decoder.kernels.alignment` compiled for the CPU.

A call into torch costs more there than the arithmetic of a frame."""

from __future__ import annotations

import math

import numpy as np

from bk_realtime.compiled import njit


def bands(location: np.ndarray) -> np.ndarray:
    """(2W, 2) first column and column after the last that is not zero in each row of ``location`` (2W, W * A): a filter
    reaches a few positions only."""
    filled = location != 0
    empty = ~filled.any(1)
    first, last = filled.argmax(1), location.shape[1] - filled[:, ::-1].argmax(1)
    return np.stack([first, np.where(empty, first, last)], 1)


@njit(fastmath={"contract", "reassoc"}, error_model="numpy")
def forward_loop(
    units: np.ndarray,
    location: np.ndarray,
    reach: np.ndarray,
    energy: np.ndarray,
    mask: np.ndarray,
    seen: np.ndarray,
    weights: np.ndarray,
    shift: int,
) -> None:
    """Turns ``units`` (T, B, W * A), sums of query, key and position, into tanh units; fills ``weights`` (T, B, W) and
    ``seen`` (T + 1, B, 2W) from row 1 on; ``mask`` is (T, B, W), ``reach`` of :func:`bands`."""
    n_frames, batch, window = weights.shape
    dim = len(energy)
    one, two = energy.dtype.type(1), energy.dtype.type(2)
    for t in range(n_frames):
        for b in range(batch):
            unit, now, weight, after = units[t, b], seen[t, b], weights[t, b], seen[t + 1, b]
            for row in range(2 * window):
                if now[row] != 0:
                    # slices: an index that numba cannot prove positive keeps the loop from being vectorised
                    part, taps = unit[reach[row, 0] : reach[row, 1]], location[row, reach[row, 0] : reach[row, 1]]
                    for c in range(len(part)):
                        part[c] += now[row] * taps[c]
            best = -np.inf
            for position in range(window):
                score, part = mask[t, b, position], unit[position * dim : (position + 1) * dim]
                for a in range(dim):
                    # tanh; math.tanh takes eight times as long
                    part[a] = one - two / (one + math.exp(two * part[a]))
                    score += energy[a] * part[a]
                weight[position] = score
                best = max(best, score)
            total = energy.dtype.type(0)
            for position in range(window):
                weight[position] = math.exp(weight[position] - best)
                total += weight[position]
            for position in range(window):
                weight[position] /= total
            for position in range(window - shift):
                after[position] = weight[position + shift]
                after[window + position] = now[window + position + shift] + weight[position + shift]


@njit(fastmath={"contract", "reassoc"}, error_model="numpy")
def backward_loop(
    grad: np.ndarray,
    units: np.ndarray,
    weights: np.ndarray,
    back: np.ndarray,
    reach: np.ndarray,
    slopes: np.ndarray,
    scores: np.ndarray,
    shift: int,
) -> None:
    """Fills ``scores`` (T, B, W), gradients of the energies, and ``slopes`` (T, B, W * A), those of the sums under the
    tanh but for the factor energy, which is in ``back`` (2W, W * A); ``grad`` (T, B, W) is of the weights."""
    n_frames, batch, window = grad.shape
    dim = units.shape[2] // window
    one, zero = grad.dtype.type(1), grad.dtype.type(0)
    total = np.empty(window, grad.dtype)
    of_seen = np.zeros(2 * window, grad.dtype)
    carried = np.zeros((batch, window), grad.dtype)  # of this frame's weights, as previous ones of the next frame
    later = np.zeros((batch, window), grad.dtype)  # of the cumulative weights after this frame
    for t in range(n_frames - 1, -1, -1):
        for b in range(batch):
            mean = zero
            for position in range(window):
                total[position] = grad[t, b, position] + carried[b, position] + later[b, position]
                mean += weights[t, b, position] * total[position]
            unit, slope = units[t, b], slopes[t, b]
            for position in range(window):
                score = weights[t, b, position] * (total[position] - mean)
                scores[t, b, position] = score
                part, tanh = slope[position * dim : (position + 1) * dim], unit[position * dim : (position + 1) * dim]
                for a in range(dim):
                    part[a] = score * (one - tanh[a] * tanh[a])
            if t == 0:
                continue
            for row in range(2 * window):
                part, taps = slope[reach[row, 0] : reach[row, 1]], back[row, reach[row, 0] : reach[row, 1]]
                value = zero
                for c in range(len(part)):
                    value += part[c] * taps[c]
                of_seen[row] = value
            for position in range(window - 1, -1, -1):
                stays = position >= shift
                carried[b, position] = of_seen[position - shift] if stays else zero
                later[b, position] = of_seen[window + position - shift] + later[b, position - shift] if stays else zero
