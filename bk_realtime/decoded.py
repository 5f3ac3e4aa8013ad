"""What one push of the chain made final, as arrays of the host."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Decoded:
    """What one push made final; each part may be empty.

    Attributes
    ----------
    features : (n, n_features) float32, normalised.
    mel : (m, n_mels) float32, natural-log mel.
    audio : (k,) float32 at the mel's sample rate, full scale 1.
    seconds : compute time of the three stages in this push.
    gate : (n, 2) float32, what the bundle's speech gate says of each frame of features: probability of speech, and 1
        where it is open; (0, 2) without a gate.
    sureness : (n, 3) float32, likewise: predicted error of the mel in dB, how sure the decoder is, and 1 where it is
        unsure; (0, 3) where the bundle cannot tell.
    """

    features: np.ndarray
    mel: np.ndarray
    audio: np.ndarray
    seconds: tuple[float, float, float]
    gate: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    sureness: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.float32))


def on_host(
    features: Tensor,
    mel: Tensor,
    audio: Tensor,
    heads: tuple[np.ndarray, np.ndarray],
    begun: tuple[float, float, float],
) -> Decoded:
    """The first rows of (B, n, ·) tensors, wherever they lie.

    Parameters
    ----------
    heads : what gate and sureness said, on the host already.
    begun : when each of the three stages began, in seconds of ``time.perf_counter``. The last one ends when its sound
        is here: the copy waits for the device.
    """
    out = _rows(features, mel, audio)
    end = time.perf_counter()
    t0, t1, t2 = begun
    return Decoded(out[0], out[1], out[2][:, 0], (t1 - t0, t2 - t1, end - t2), *heads)


def _rows(*ys: Tensor) -> list[np.ndarray]:
    """The first rows as float32 arrays; what lies on a card comes in one copy."""
    away = [y for y in ys if y.device.type != "cpu"]
    if len(away) > 1:
        flat = torch.cat([y.flatten() for y in away]).to("cpu")
        back = iter(part.view(y.shape) for part, y in zip(flat.split([y.numel() for y in away]), away, strict=True))
        ys = tuple(y if y.device.type == "cpu" else next(back) for y in ys)
    return [y[0].to("cpu", torch.float32).numpy() for y in ys]
