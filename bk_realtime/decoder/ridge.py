"""Ridge regression on stacked past frames: the linear baseline that every network has to beat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from bk_realtime.config import SILENCE_WEIGHT
from bk_realtime.decoder.base import ClosedFormDecoder, FrameSegment
from bk_realtime.decoder.least_squares import BLOCK, RidgeSums, stack_past
from bk_realtime.decoder.speech_frames import ABOVE_FLOOR_DB, LEAST_SPEECH, frame_level, told_threshold
from bk_realtime.errors import OptionError
from bk_realtime.typed import BEFORE, Within

K = TypeVar("K")

PENALTIES = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Candidate penalties, relative to the mean variance of a stacked feature: up to where little but the mean is left, for
a recording that holds nothing, or little."""


@dataclass(frozen=True)
class RidgeSettings:
    """Size of the ridge regression."""

    n_past: Annotated[int, Within(1, 10_000)] = 20
    """Frames stacked: the present one and the n_past - 1 before it (20 frames: 232 ms)."""
    silence_weight: Annotated[float, Within(0.0, 1.0)] = field(default=SILENCE_WEIGHT, metadata={BEFORE: 1.0})
    """How much a frame of silence counts against one of speech, by the level of the sound; 1: as much. Most of a
    recording is silence, whose spectrum is worth little. Bundles that do not say it were trained with 1."""


EVEN = f"speech does not stand {ABOVE_FLOOR_DB:g} dB over silence, so that all frames count the same"
"""Why silence was not weighed."""
UNHEARD = "nobody speaks in the validation part: the last quarter of what is spoken in training chose the penalty"
LAST_SHARE = 0.25


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
        y = torch.cat([self._regress(buf, i, min(i + BLOCK, x.shape[1])) for i in range(0, x.shape[1], BLOCK)], 1)
        return y, buf[:, x.shape[1] :].clone()

    def forward(self, x: Tensor) -> Tensor:
        return self.in_one_step(x)

    def fit(self, training: Sequence[FrameSegment], validation: Sequence[FrameSegment]) -> dict[str, Any]:
        wanted, threshold = self.settings.silence_weight, speech_level(training, self.settings)
        ridge, penalty, _ = fit_ridge(training, validation, self.settings)
        self.load_state_dict(ridge.state_dict())
        self.settings = ridge.settings  # the bundle says what was done
        note = UNHEARD if is_unheard(validation, threshold) else EVEN * (ridge.settings.silence_weight != wanted)
        return {"penalty": penalty} | ({"note": note} if note else {})

    def _regress(self, buf: Tensor, start: int, stop: int) -> Tensor:
        return (
            stack_past(buf[:, start : stop + self.settings.n_past - 1], self.settings.n_past) @ self.weight + self.bias
        )


def fit_ridge(
    training: Iterable[FrameSegment],
    validation: Sequence[FrameSegment],
    settings: RidgeSettings,
    penalties: Sequence[float] = PENALTIES,
) -> tuple[Ridge, float, dict[float, float]]:
    """Closed-form ridge in float64; the penalty is the one with the least validation error. Where nobody speaks there
    silence would choose it: then the last quarter of the speech in training does.

    The first ``n_past - 1`` frames of each training segment, whose past is not in it, are left out.

    Parameters
    ----------
    training, validation : contiguous segments of z-scored features (T, n_in) and log-mel (T, n_mels), any dtype.
    settings : size, and how much silence counts, in the fit and in the choice of the penalty alike. Where the levels
        of the training segments do not tell speech from silence all frames count the same.
    penalties : candidates, relative to the mean variance of a stacked feature.

    Returns
    -------
    ridge, whose settings say how silence counted in the end; the penalty chosen, and the mean squared error of every
    penalty where it was chosen.

    Raises
    ------
    InputError
        No training segment is longer than ``n_past``.
    """
    if not penalties:
        raise OptionError("ridge: expected at least one penalty, got none")
    threshold = None
    if settings.silence_weight != 1.0:
        training = list(training)
        threshold = speech_level(training, settings)
    settings = settings if threshold is not None else replace(settings, silence_weight=1.0)

    def solved_of(segments: Iterable[FrameSegment], among: Sequence[float]) -> dict[float, tuple[Tensor, Tensor]]:
        sums = RidgeSums(settings.n_past)
        for x, y in segments:
            sums.add(x, y, frame_weights(y, threshold, settings.silence_weight))
        return sums.solve(tuple(among))

    if threshold is not None and is_unheard(validation, threshold):
        before, last = _parted(list(training), threshold)
        errors = mean_squares(solved_of(before, penalties), last, settings, threshold)
        best = min(errors, key=lambda p: errors[p])
        weight, bias = solved_of(training, (best,))[best]
    else:
        solved = solved_of(training, penalties)
        errors = mean_squares(solved, validation, settings, threshold)  # the same frames weigh the same
        best = min(errors, key=lambda p: errors[p])
        weight, bias = solved[best]
    ridge = Ridge(settings, len(weight) // settings.n_past, weight.shape[1]).double()
    ridge.weight.copy_(weight)
    ridge.bias.copy_(bias)
    return ridge.float(), best, errors


def speech_level(training: Sequence[FrameSegment], settings: RidgeSettings) -> float | None:
    """Level in dB from which a frame counts as speech; ``None`` where all count the same."""
    if settings.silence_weight == 1.0 or not training:
        return None
    return told_threshold(np.concatenate([y.numpy() for _, y in training]))


def is_unheard(segments: Sequence[FrameSegment], threshold: float | None) -> bool:
    """Whether less than half a second of speech is in segments, where a threshold tells it."""
    if threshold is None:
        return False
    return sum(int((frame_level(y.numpy()) > threshold).sum()) for _, y in segments) < LEAST_SPEECH


def _parted(segments: Sequence[FrameSegment], threshold: float) -> tuple[list[FrameSegment], list[FrameSegment]]:
    """Segments up to the last quarter of what is spoken in them, and from there on."""
    spoken = np.concatenate([frame_level(y.numpy()) > threshold for _, y in segments]).cumsum()
    at = int(np.searchsorted(spoken, (1 - LAST_SHARE) * spoken[-1]))
    before, last = list[FrameSegment](), list[FrameSegment]()
    for x, y in segments:
        cut = min(max(at, 0), len(x))
        before += [(x[:cut], y[:cut])] if cut else []
        last += [(x[cut:], y[cut:])] if cut < len(x) else []
        at -= len(x)
    return before, last


def frame_weights(mel: Tensor, threshold: float | None, silence: float) -> Tensor | None:
    """How much each frame of log-mel (T, n_mels) counts: 1 above ``threshold`` dB, ``silence`` below: (T,); ``None``
    where there is no threshold and all count once."""
    if threshold is None:
        return None
    speech = torch.from_numpy(frame_level(mel.numpy()) > threshold)
    return torch.where(speech, 1.0, silence).double()


def mean_squares(
    solved: dict[K, tuple[Tensor, Tensor]],
    segments: Sequence[FrameSegment],
    settings: RidgeSettings,
    threshold: float | None,
) -> dict[K, float]:
    """Mean squared error of every solution, by what names it (a penalty), over segments of features (T, n_in) and
    log-mel (T, n_mels); frames weigh as in :func:`frame_weights`."""
    totals, count, n_past = dict.fromkeys(solved, 0.0), 0.0, settings.n_past
    weights_all = torch.cat([weight for weight, _ in solved.values()], 1)  # one product: several times as fast
    biases = torch.stack([bias for _, bias in solved.values()])
    for x, y in segments:
        padded = torch.cat([x.new_zeros(n_past - 1, x.shape[1]), x]).double()
        weights = frame_weights(y, threshold, settings.silence_weight)
        for start in range(0, len(x), BLOCK):
            stop = min(start + BLOCK, len(x))
            rows, wanted = stack_past(padded[start : stop + n_past - 1], n_past), y[start:stop].double()
            w = 1.0 if weights is None else weights[start:stop, None]
            count += wanted.numel() if weights is None else float(weights[start:stop].sum()) * wanted.shape[1]
            errors = (rows @ weights_all).unflatten(1, (len(solved), -1)) + biases - wanted[:, None]
            squares = (errors.square().sum(2) * w).sum(0)
            totals = {p: total + float(more) for (p, total), more in zip(totals.items(), squares, strict=True)}
    return {penalty: total / count if count else 0.0 for penalty, total in totals.items()}
