"""How sure the decoder is: from its own features, how far off its mel will be, learnt on what it had not learnt.

The error of a frame is the root mean square over mel bins of decoded less recorded mel, in dB. Its logarithm is
predicted from the level that a linear decoder expects, the mean of that over half a second, and how strong the features
are altogether; apart for frames in which speech is expected and for the others. Features weaker or stronger than all
that it was fitted on say nothing: there it is not sure.
"""

from __future__ import annotations

import dataclasses
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

State = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Features (B, n_past - 1, n_in) and expected levels (B, SLOW - 1) of before, float64, oldest first; unsure (0 or 1)
and frames in a row that say otherwise (B, 2) int64."""
SLOW = 43
"""Frames (half a second) over which the expected level is averaged."""
COVERED = (0.5, 0.8, 0.95)
"""Shares of frames whose error an interval is to hold."""
SHAPES = {
    "bias": (1,),
    "threshold": (1,),
    "curve": (2, 5),
    "ranges": (2, 3, 2),
    "power": (2,),
    "within": (2, 3),
    "spread": (2,),
    "constant": (2, 2),
    "constant_within": (3,),
}
"""Of what a head holds beside ``weight`` (n_past, n_in) and ``voiced_db`` (n,)."""


@dataclass(frozen=True)
class SurenessSettings:
    """When the decoder counts as unsure.

    Raises
    ------
    OptionError
        Shares that do not go together.
    """

    unsure_below: Annotated[float, Within(0, 1)] = 0.05
    """Unsure where a smaller share than this of the validation part's frames with speech expected had a larger
    predicted error."""
    sure_above: Annotated[float, Within(0, 1)] = 0.15
    """Sure again where at least so many had."""
    unsure_frames: Annotated[int, Within(1, 1_000_000)] = 9
    """Frames in a row that make it unsure."""
    sure_frames: Annotated[int, Within(1, 1_000_000)] = 17
    """Frames in a row that make it sure again."""
    passed: bool = False
    """Whether it knew more than a constant error on the held-out part of its training; else it cannot tell."""

    def __post_init__(self) -> None:
        if not self.unsure_below <= self.sure_above:
            raise OptionError(
                f"sureness: expected unsure_below of at most sure_above, got {self.unsure_below:g} and "
                f"{self.sure_above:g}"
            )


@njit
def _sureness(  # type: ignore[no-untyped-def]
    x, history, levels, flags, weight, bias, threshold, curve, ranges, power_range, table, rules
):
    """Predicted error in dB, sureness and unsure (T, 3) of features (T, n_in); ``flags`` is brought up to date, and
    ``levels`` (SLOW - 1 + T,) filled. One frame is summed in one order however many come, so that chunks give the very
    bits that the whole gives."""
    n_past, n_in = weight.shape
    y = np.empty((len(x), 3))
    n_slow = len(levels) - len(x) + 1
    for t in range(len(x)):
        level, power = bias, 0.0
        for j in range(n_past):
            i = t - n_past + 1 + j  # weight[0] is for the oldest frame
            for c in range(n_in):
                value = x[i, c] if i >= 0 else history[len(history) + i, c]
                level += weight[j, c] * value
                power += value * value
        levels[n_slow - 1 + t] = level
        slow = 0.0
        for j in range(n_slow):
            slow += levels[t + j]
        slow /= n_slow
        power = np.log(power / (n_past * n_in) + 1e-12)
        known = np.isfinite(slow) and power >= power_range[0] and power <= power_range[1]
        error, sure = table[-1], 0.0
        if known:
            k = 1 if level > threshold else 0
            level = min(max(level, ranges[k, 0, 0]), ranges[k, 0, 1])
            slow = min(max(slow, ranges[k, 1, 0]), ranges[k, 1, 1])
            power = min(max(power, ranges[k, 2, 0]), ranges[k, 2, 1])
            log = curve[k, 0] + curve[k, 1] * level + curve[k, 2] * level * level
            error = np.exp(min(max(log + curve[k, 3] * slow + curve[k, 4] * power, -5.0), 5.0))
            below = 0
            while below < len(table) and table[below] < error:
                below += 1
            sure = 1.0 - below / len(table)
        against = sure >= rules[1] if flags[0] else sure < rules[0]
        flags[1] = flags[1] + 1 if against else 0
        if flags[1] >= (rules[3] if flags[0] else rules[2]):
            flags[0], flags[1] = 1 - flags[0], 0
        y[t, 0], y[t, 1], y[t, 2] = error, sure, flags[0]
    return y


class Sureness(Operator):
    """(B, T, n_in) z-scored features -> (B, T, 3): predicted error of the mel in dB; how sure the decoder is, the share
    of the validation part's frames with speech expected that had a larger predicted error; and 1 where it counts as
    unsure.

    Causal, no lookahead. It counts as unsure until it has been sure for a while.

    Parameters
    ----------
    settings : thresholds.
    parts : float64. ``weight`` (n_past, n_in) and ``bias`` (1,), from the last frames, oldest first, to the expected
        level in deviations; ``threshold`` (1,), above it speech is expected; of frames without and with speech
        expected each: ``curve`` (2, 5), log error in dB by 1, level, level², its mean of half a second and log power,
        these three within ``ranges`` (2, 3, 2), ``within`` (2, 3), factors on the predicted error that held
        :data:`COVERED` of the validation part, ``spread`` (2,), deviation of the log error. ``power`` (2,) least and
        greatest log power there; ``voiced_db`` (n,) predicted errors where speech was expected, ascending;
        ``constant`` (2, 2) mean and deviation of the log error of all frames and of those with speech expected, what is
        known without looking further, and ``constant_within`` (3,) what ``within`` is for the first mean.
    """

    def __init__(self, settings: SurenessSettings, parts: Mapping[str, np.ndarray]) -> None:
        weight, table = parts.get("weight", np.zeros(0)), parts.get("voiced_db", np.zeros(0))
        shapes = {name: part.shape for name, part in parts.items() if name not in ("weight", "voiced_db")}
        if shapes != SHAPES or weight.ndim != 2 or not weight.size or table.ndim != 1 or not 1 <= len(table) <= 10_000:
            raise InputError(
                f"sureness: expected weight (n_past, n_in), voiced_db (n,) and {', '.join(SHAPES)}, got "
                f"{', '.join(f'{name} {part.shape}' for name, part in parts.items())}; train again"
            )
        self.settings = settings
        self.parts = p = {name: np.ascontiguousarray(part, np.float64) for name, part in parts.items()}
        if not all(np.isfinite(part).all() for part in p.values()):
            raise InputError("sureness: expected finite values, got others; train again")
        ordered = [np.diff(p["voiced_db"]), np.diff(p["ranges"]), np.diff(p["power"]), np.diff(p["within"])]
        if any((steps < 0).any() for steps in ordered) or min(p["spread"].min(), p["constant"][:, 1].min()) <= 0:
            raise InputError("sureness: expected ascending values and deviations above 0, got others; train again")
        self._rules = np.array([float(v) for v in dataclasses.astuple(settings)[:4]])
        self.channels = (weight.shape[1], 3)

    def init_state(self, batch: int) -> State:
        """Unsure; the past is zeros, the mean of z-scored features."""
        n_past, n_in = self.parts["weight"].shape
        flags = np.zeros((batch, 2), np.int64)
        flags[:, 0] = 1
        return np.zeros((batch, n_past - 1, n_in)), np.full((batch, SLOW - 1), self.parts["bias"][0]), flags

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        history, before, flags = state
        flags, p = flags.copy(), self.parts
        rows = x.detach().to("cpu", torch.float64).numpy()
        y = np.empty((*rows.shape[:2], 3))
        levels = np.concatenate([before, np.empty(rows.shape[:2])], 1)
        for b in range(len(rows)):
            y[b] = _sureness(
                np.ascontiguousarray(rows[b]),
                history[b],
                levels[b],
                flags[b],
                p["weight"],
                p["bias"][0],
                p["threshold"][0],
                p["curve"],
                p["ranges"],
                p["power"],
                p["voiced_db"],
                self._rules,
            )
        kept = np.concatenate([history, rows], 1)[:, rows.shape[1] :]
        return torch.from_numpy(y).to(x.dtype), (kept, levels[:, rows.shape[1] :].copy(), flags)

    def like(self, x: Tensor) -> Tensor:
        return x.to("cpu")

    # ---- in a file -----------------------------------------------------------------------------------------------
    def tensors(self) -> dict[str, Tensor]:
        """What a safetensors file holds."""
        return {name: torch.from_numpy(part.copy()) for name, part in self.parts.items()}

    def metadata(self) -> dict[str, str]:
        """What its metadata hold."""
        return head_metadata("sureness", self.settings)

    @classmethod
    def read(cls, tensors: Mapping[str, Tensor], metadata: Mapping[str, str], n_in: int, where: str) -> Sureness:
        """The head from a file for ``n_in`` features.

        Raises
        ------
        InputError
            It is none, or one of other features.
        """

        def made() -> Sureness:
            settings = head_settings(SurenessSettings, metadata, "sureness")
            if any(tensor.dtype != torch.float64 for tensor in tensors.values()):
                raise InputError("expected float64 only")
            return cls(settings, {name: tensor.numpy() for name, tensor in tensors.items()})

        return read_head(made, n_in, where, "does not say how sure", "sureness")
