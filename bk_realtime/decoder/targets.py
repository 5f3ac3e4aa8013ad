"""What a decoder predicts: mel values (regression) or quantised mel levels (classification), with their losses.

Networks work on ``z_mel``: mel z-scored per bin with training statistics that are buffers of the model. ``raw`` is what
the network's last linear layer gives: a frame for regression, class scores for classification.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.errors import OptionError

REGRESSIONS = ("mse", "l1", "both")


class Target(nn.Module):
    """Statistics that every target shares; see :class:`Regression` and :class:`Classification`."""

    mel_mean: Tensor
    mel_std: Tensor
    n_raw: int
    """Width of ``raw``."""
    refines: bool
    """Whether a postnet may refine the frames."""

    def __init__(self, n_mels: int) -> None:
        super().__init__()
        self.register_buffer("mel_mean", torch.zeros(n_mels))
        self.register_buffer("mel_std", torch.ones(n_mels))

    def fit(self, mel: Tensor) -> None:
        """Take statistics from training frames (N, n_mels), natural log mel."""
        self.mel_mean.copy_(mel.mean(0))
        self.mel_std.copy_(mel.std(0).clamp(min=1e-3))

    def z_mel_of(self, mel: Tensor) -> Tensor:
        """Log mel (…, n_mels) -> z-scored frames."""
        return (mel - self.mel_mean) / self.mel_std

    def mel_of(self, z_mel: Tensor) -> Tensor:
        """Z-scored frames (…, n_mels) -> log mel."""
        return z_mel * self.mel_std + self.mel_mean

    def read(self, raw: Tensor) -> Tensor:
        """Raw scores (…, n_raw) -> frames (…, n_mels)."""
        raise NotImplementedError

    def loss(self, raw: Tensor, refined: Tensor, mel: Tensor, mask: Tensor | None = None) -> Tensor:
        """Mean loss of ``raw`` (B, T, n_raw) and of the postnet's ``refined`` frames (B, T, n_mels) against log
        ``mel`` (B, T, n_mels), over the frames where ``mask`` (B, T) holds."""
        raise NotImplementedError


class Regression(Target):
    """Frames themselves, under squared error, absolute error or their sum, before and after the postnet
    (Shen et al. 2018)."""

    refines = True

    def __init__(self, n_mels: int, kind: str) -> None:
        super().__init__(n_mels)
        if kind not in REGRESSIONS:
            raise OptionError(f"target {kind!r} is unknown: expected one of {', '.join(REGRESSIONS)} or classes")
        self.kind, self.n_raw = kind, n_mels

    def read(self, raw: Tensor) -> Tensor:
        return raw

    def loss(self, raw: Tensor, refined: Tensor, mel: Tensor, mask: Tensor | None = None) -> Tensor:
        want = self.z_mel_of(mel)
        return 0.5 * (self._error(raw, want, mask) + self._error(refined, want, mask))

    def _error(self, got: Tensor, want: Tensor, mask: Tensor | None) -> Tensor:
        difference = (got - want) if mask is None else (got - want)[mask]
        error = difference.new_zeros(())
        if self.kind in ("mse", "both"):
            error = error + difference.square().mean()
        if self.kind in ("l1", "both"):
            error = error + difference.abs().mean()
        return error


class Classification(Target):
    """One of ``n_levels`` quantised levels per bin, cross-entropy; decoded to the centre of the likeliest level.

    Levels hold equal shares of the training frames: edges are quantiles, centres the medians between them (Angrick
    et al. 2021 classify quantised log mel as well, with other edges). Both are buffers and travel with the weights.
    There is no postnet: it would move frames off the centres.
    """

    edges: Tensor
    centres: Tensor
    refines = False

    def __init__(self, n_mels: int, n_levels: int) -> None:
        super().__init__(n_mels)
        if n_levels < 2:
            raise OptionError(f"target classes: expected at least 2 levels, got {n_levels}")
        self.n_mels, self.n_levels, self.n_raw = n_mels, n_levels, n_mels * n_levels
        # values, so on the CPU even where the network is made without memory
        normal = torch.distributions.Normal(*torch.tensor([0.0, 1.0], device="cpu"))
        shares = torch.arange(1, 2 * n_levels, device="cpu") / (2 * n_levels)
        z = normal.icdf(shares).repeat(n_mels, 1)
        self.register_buffer("edges", z[:, 1::2].contiguous())  # (n_mels, n_levels - 1), z-scored units
        self.register_buffer("centres", z[:, 0::2].contiguous())  # (n_mels, n_levels)

    def fit(self, mel: Tensor) -> None:
        super().fit(mel)
        shares = torch.arange(1, 2 * self.n_levels, dtype=mel.dtype, device=mel.device) / (2 * self.n_levels)
        z_mel = self.z_mel_of(mel)
        # sorted by hand: torch.quantile refuses more than 16 million values
        index = (shares * (z_mel.shape[0] - 1)).round().long()
        z = z_mel.sort(0).values[index].mT
        self.edges.copy_(z[:, 1::2])
        self.centres.copy_(z[:, 0::2])

    def read(self, raw: Tensor) -> Tensor:
        likeliest = raw.unflatten(-1, (self.n_mels, self.n_levels)).argmax(-1)
        centres = self.centres.expand(*likeliest.shape, self.n_levels)
        return centres.gather(-1, likeliest[..., None])[..., 0]

    def levels_of(self, mel: Tensor) -> Tensor:
        """Log mel (…, n_mels) -> level numbers (…, n_mels), int64."""
        return (self.z_mel_of(mel)[..., None] > self.edges).sum(-1)

    def loss(self, raw: Tensor, refined: Tensor, mel: Tensor, mask: Tensor | None = None) -> Tensor:
        scores, levels = raw.unflatten(-1, (self.n_mels, self.n_levels)), self.levels_of(mel)
        if mask is not None:
            scores, levels = scores[mask], levels[mask]
        return F.cross_entropy(scores.flatten(0, -2), levels.flatten())


def build_target(kind: str, n_mels: int, n_levels: int) -> Target:
    """A target by name: mse, l1, both or classes.

    Raises
    ------
    OptionError
        Unknown name or too few levels.
    """
    return Classification(n_mels, n_levels) if kind == "classes" else Regression(n_mels, kind)
