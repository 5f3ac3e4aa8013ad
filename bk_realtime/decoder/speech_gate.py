"""The speech gate of a bundle: is the person speaking now? A linear detector on the decoder's own features, trained
with it, whose probability opens and closes the voice with hysteresis."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from bk_realtime.compiled import njit
from bk_realtime.decoder.head_file import head_metadata, head_settings, read_head
from bk_realtime.errors import InputError, OptionError
from bk_realtime.stream import Operator
from bk_realtime.typed import Within

State = tuple[np.ndarray, np.ndarray]
"""History (B, n_past - 1, n_in) float64, oldest first; open (0 or 1) and frames since it opened (B, 2) int64."""


@dataclass(frozen=True)
class GateSettings:
    """When the gate opens and closes.

    Raises
    ------
    OptionError
        A probability outside 0 to 1, or one to close that is above the one to open.
    """

    open_at: Annotated[float, Within(0, 1)] = 0.5
    """Opens where speech is at least this probable."""
    close_at: Annotated[float, Within(0, 1)] = 0.2
    """Closes where speech is less probable than this."""
    min_open: Annotated[int, Within(0, 1_000_000)] = 17
    """Frames that it stays open at least."""
    passed: bool = False
    """Whether it was good enough on the held-out part of its training to be used unasked."""

    def __post_init__(self) -> None:
        if not 0 <= self.close_at <= self.open_at <= 1:
            raise OptionError(
                "speech gate: expected probabilities from 0 to 1, to close at most that to open, "
                f"got {self.close_at:g} to close and {self.open_at:g} to open"
            )
        if self.min_open < 0:
            raise OptionError(f"speech gate: expected min_open of 0 frames or more, got {self.min_open}")


@njit
def _gate(x, history, flags, weight, bias, open_at, close_at, min_open):  # type: ignore[no-untyped-def]
    """Probability and open (T, 2) of features (T, n_in); ``flags`` is brought up to date. One frame is summed in one
    order however many come, so that chunks give the very bits that the whole gives."""
    n_past, n_in = weight.shape
    y = np.empty((len(x), 2))
    for t in range(len(x)):
        total = bias
        for j in range(n_past):
            i = t - n_past + 1 + j  # weight[0] is for the oldest frame
            for c in range(n_in):
                total += weight[j, c] * (x[i, c] if i >= 0 else history[len(history) + i, c])
        p = 1.0 / (1.0 + np.exp(-total))
        if flags[0]:
            flags[1] += 1
            if not p >= close_at and flags[1] >= min_open:
                flags[0] = 0
        elif p >= open_at:
            flags[0], flags[1] = 1, 0
        y[t, 0], y[t, 1] = p, flags[0]
    return y


class SpeechGate(Operator):
    """(B, T, n_in) z-scored features -> (B, T, 2): probability of speech, and 1 where the gate is open.

    Causal, no lookahead. Features that are no numbers close it. It is trained on speech that begins a little earlier
    than it does, so that it is open when the voice begins: nothing has to be delayed.

    Parameters
    ----------
    settings : thresholds.
    weight : (n_past, n_in) of the last frames, oldest first, in log-odds.
    bias : log-odds without a signal.
    """

    def __init__(self, settings: GateSettings, weight: np.ndarray, bias: float) -> None:
        if weight.ndim != 2 or not len(weight) or not np.isfinite(weight).all() or not math.isfinite(bias):
            raise InputError(f"speech gate: expected finite weights (n_past, n_in), got {weight.shape}; train again")
        self.settings, self.weight, self.bias = settings, np.ascontiguousarray(weight, np.float64), float(bias)
        self.channels = (weight.shape[1], 2)

    def with_thresholds(self, open_at: float | None, close_at: float | None) -> SpeechGate:
        """The same with other probabilities, where they are given; without ``close_at`` at most ``open_at``.

        Raises
        ------
        OptionError
            They do not go together.
        """
        opens = self.settings.open_at if open_at is None else open_at
        closes = min(self.settings.close_at, opens) if close_at is None else close_at
        return SpeechGate(dataclasses.replace(self.settings, open_at=opens, close_at=closes), self.weight, self.bias)

    def init_state(self, batch: int) -> State:
        """Closed; the past is zeros, the mean of z-scored features."""
        return np.zeros((batch, len(self.weight) - 1, self.channels[0])), np.zeros((batch, 2), np.int64)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        history, flags = state
        flags, s = flags.copy(), self.settings
        rows = x.detach().to("cpu", torch.float64).numpy()
        y = np.empty((*rows.shape[:2], 2))
        for b in range(len(rows)):
            row = np.ascontiguousarray(rows[b])
            y[b] = _gate(row, history[b], flags[b], self.weight, self.bias, s.open_at, s.close_at, s.min_open)
        kept = np.concatenate([history, rows], 1)[:, rows.shape[1] :]
        return torch.from_numpy(y).to(x.dtype), (kept, flags)

    def like(self, x: Tensor) -> Tensor:
        return x.to("cpu")

    # ---- in a file -----------------------------------------------------------------------------------------------
    def tensors(self) -> dict[str, Tensor]:
        """What a safetensors file holds."""
        return {"weight": torch.from_numpy(self.weight.copy()), "bias": torch.tensor([self.bias], dtype=torch.float64)}

    def metadata(self) -> dict[str, str]:
        """What its metadata hold."""
        return head_metadata("gate", self.settings)

    @classmethod
    def read(cls, tensors: Mapping[str, Tensor], metadata: Mapping[str, str], n_in: int, where: str) -> SpeechGate:
        """The gate from a file for ``n_in`` features.

        Raises
        ------
        InputError
            It is none, or one of other features.
        """

        def made() -> SpeechGate:
            settings = head_settings(GateSettings, metadata, "gate")
            kinds = {name: (t.ndim, t.dtype) for name, t in tensors.items()}
            if kinds != {"weight": (2, torch.float64), "bias": (1, torch.float64)} or tensors["bias"].shape != (1,):
                raise InputError("expected weight (n_past, n_in) and bias (1,), both float64, and nothing else")
            return cls(settings, tensors["weight"].numpy(), float(tensors["bias"][0]))

        return read_head(made, n_in, where, "not a speech gate", "a gate")
