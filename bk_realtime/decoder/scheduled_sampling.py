"""What the decoder is fed in training: true frames, its own predictions, or a mixture."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def shift_right(frames: Tensor) -> Tensor:
    """The frame before each of (B, T, n_mels); zeros, the mean frame, before the first."""
    return F.pad(frames[:, : max(frames.shape[1] - 1, 0)], (0, 0, min(frames.shape[1], 1), 0))


def scheduled_frames(
    decode: Callable[[Tensor], Tensor], true: Tensor, teacher_forcing: float, passes: int = 1
) -> Tensor:
    """Frames to feed: true ones with probability ``teacher_forcing``, else predicted ones, per frame and sequence.

    Two-pass scheduled sampling (Mihaylova & Martins 2019): predictions come from a whole pass in parallel, without
    gradient, so that no frame waits for another. Unlike theirs, the first pass is fed the mean frame, not the true one,
    where nothing is kept: mel frames follow one another so closely that predictions from true frames would give the
    truth away, and a decoder trained on them learns to copy what it will not have when running free. Each further pass
    is fed the mixture that the one before gave, ever closer to free running; as many passes as frames are exactly that.

    Parameters
    ----------
    decode : frames to feed (B, T, n_mels) -> predicted frames (B, T, n_mels), both z-scored; shifts them itself.
    true : (B, T, n_mels), z-scored.
    teacher_forcing : share of true frames, 1 … 0.
    passes : passes without gradient.
    """
    if teacher_forcing >= 1:
        return true
    keep = torch.rand(*true.shape[:2], 1, device=true.device) < teacher_forcing
    fed = torch.where(keep, true, torch.zeros_like(true))
    with torch.no_grad():
        for _ in range(passes):
            fed = torch.where(keep, true, decode(fed).to(true.dtype))
    return fed
