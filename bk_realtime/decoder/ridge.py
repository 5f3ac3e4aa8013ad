"""Ridge regression on stacked past frames: the linear baseline that every network has to beat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from bk_realtime.decoder.base import ClosedFormDecoder, FrameSegment
from bk_realtime.errors import InputError, OptionError
from bk_realtime.typed import Within

PENALTIES = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0)
"""Candidate penalties, relative to the mean variance of a stacked feature."""

_BLOCK = 4096  # frames whose stacked copy exists at a time: bounds memory on long recordings


@dataclass(frozen=True)
class RidgeSettings:
    """Size of the ridge regression."""

    n_past: Annotated[int, Within(1, 10_000)] = 20
    """Frames stacked: the present one and the n_past - 1 before it (20 frames: 232 ms)."""


class Ridge(ClosedFormDecoder):
    """``mel[t] = bias + sum_j weight[j] @ features[t - j]`` for j = 0 … n_past - 1; silence before the signal.

    Parameters
    ----------
    settings : size.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: RidgeSettings
    weight: Tensor
    bias: Tensor

    def __init__(self, settings: RidgeSettings, n_in: int, n_mels: int) -> None:
        nn.Module.__init__(self)
        if settings.n_past < 1:
            raise OptionError(f"ridge: expected n_past of at least 1 frame, got {settings.n_past}")
        self.settings = settings
        self.channels = (n_in, n_mels)
        self.register_buffer("weight", torch.zeros(settings.n_past * n_in, n_mels))
        self.register_buffer("bias", torch.zeros(n_mels))

    @property
    def receptive_field(self) -> int:
        return self.settings.n_past

    def init_state(self, batch: int) -> Tensor:
        """The last ``n_past - 1`` input frames, at first zeros (the mean of z-scored features)."""
        return self.weight.new_zeros(batch, self.settings.n_past - 1, self.channels[0])

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        buf = torch.cat([state, x], 1)
        y = torch.cat([self._regress(buf, i, min(i + _BLOCK, x.shape[1])) for i in range(0, x.shape[1], _BLOCK)], 1)
        return y, buf[:, x.shape[1] :].clone()

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)

    def fit(self, training: Sequence[FrameSegment], validation: Sequence[FrameSegment]) -> dict[str, Any]:
        ridge, penalty, _ = fit_ridge(training, validation, self.settings)
        self.load_state_dict(ridge.state_dict())
        return {"penalty": penalty}

    def _regress(self, buf: Tensor, start: int, stop: int) -> Tensor:
        return (
            stack_past(buf[:, start : stop + self.settings.n_past - 1], self.settings.n_past) @ self.weight + self.bias
        )


def stack_past(x: Tensor, n_past: int) -> Tensor:
    """``(…, T, C) -> (…, T - n_past + 1, n_past * C)``: row t holds frames t, t + 1 … t + n_past - 1, oldest first."""
    return x.unfold(-2, n_past, 1).transpose(-1, -2).flatten(-2)


def fit_ridge(
    training: Iterable[FrameSegment],
    validation: Sequence[FrameSegment],
    settings: RidgeSettings,
    penalties: Sequence[float] = PENALTIES,
) -> tuple[Ridge, float, dict[float, float]]:
    """Closed-form ridge in float64; the penalty is the one with the least validation error.

    Hoerl & Kennard (1970), Technometrics 12(1). The intercept is not penalised. The first ``n_past - 1`` frames of
    each training segment, whose past is not in it, are left out.

    Parameters
    ----------
    training, validation : contiguous segments of z-scored features (T, n_in) and log-mel (T, n_mels), any dtype.
    settings : size.
    penalties : candidates, relative to the mean variance of a stacked feature.

    Returns
    -------
    ridge, the penalty chosen, and the validation mean squared error of every penalty.

    Raises
    ------
    InputError
        No training segment is longer than ``n_past``.
    """
    sums: list[Tensor] = []
    n_total = 0
    for x, y in training:
        for start in range(0, x.shape[0] - settings.n_past + 1, _BLOCK):
            stop = min(start + _BLOCK, x.shape[0] - settings.n_past + 1)
            rows = stack_past(x[start : stop + settings.n_past - 1].double(), settings.n_past)
            wanted = y[start + settings.n_past - 1 : stop + settings.n_past - 1].double()
            parts = [rows.mT @ rows, rows.mT @ wanted, rows.sum(0), wanted.sum(0)]
            for total, part in zip(sums, parts, strict=False):  # none yet at first
                total += part
            sums = sums or parts
            n_total += len(rows)
    if not sums:
        raise InputError(f"ridge: expected training data longer than {settings.n_past} frames, got none; record more")
    gram, cross, mean_x, mean_y = (total / n_total for total in sums)
    gram = gram - torch.outer(mean_x, mean_x)
    cross = cross - torch.outer(mean_x, mean_y)
    scale = float(gram.diagonal().mean()) or 1.0
    eye = torch.eye(len(gram), dtype=torch.float64)

    if not penalties:
        raise OptionError("ridge: expected at least one penalty, got none")
    weights = {p: torch.linalg.solve(gram + p * scale * eye, cross) for p in penalties}
    biases = {p: mean_y - mean_x @ weight for p, weight in weights.items()}
    errors = {p: _mean_square(weights[p], biases[p], validation, settings.n_past) for p in penalties}
    best = min(errors, key=lambda p: errors[p])
    ridge = Ridge(settings, gram.shape[0] // settings.n_past, cross.shape[1]).double()
    ridge.weight.copy_(weights[best])
    ridge.bias.copy_(biases[best])
    return ridge.float(), best, errors


def _mean_square(weight: Tensor, bias: Tensor, segments: Sequence[FrameSegment], n_past: int) -> float:
    total, count = 0.0, 0
    for x, y in segments:
        padded = torch.cat([x.new_zeros(n_past - 1, x.shape[1]), x]).double()
        for start in range(0, len(x), _BLOCK):
            stop = min(start + _BLOCK, len(x))
            error = stack_past(padded[start : stop + n_past - 1], n_past) @ weight + bias - y[start:stop].double()
            total += float(error.square().sum())
            count += error.numel()
    return total / count if count else 0.0
