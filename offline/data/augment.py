"""Augmentation of z-scored log-power features for tiny data sets, applied to training batches only."""

from __future__ import annotations

import torch
from torch import Tensor

from offline.data.settings import AugmentSettings


def augment(x: Tensor, settings: AugmentSettings, frame_rate: float, n_contacts: int = 0) -> Tensor:
    """Features (B, T, C) -> features; draws from torch's global generator, ``x`` is left as it is.

    Parameters
    ----------
    n_contacts : features of one band under one reference (of a bipolar one: pairs). Features that are so many apart are
        of one contact and go missing together, as they do when it is lost; 0: every feature is a contact's only one.
    """
    n_batch, n_frames, n_channels = x.shape
    n_contacts = n_contacts or n_channels
    if settings.noise > 0:
        x = x + settings.noise * torch.randn_like(x)
    if settings.gain_drift > 0:
        start, stop = settings.gain_drift * torch.randn(2, n_batch, 1, n_channels, device=x.device, dtype=x.dtype)
        x = x + start + (stop - start) * torch.linspace(0, 1, n_frames, device=x.device, dtype=x.dtype)[None, :, None]
    if settings.channel_dropout > 0:
        kept = torch.rand(n_batch, 1, n_contacts, device=x.device) >= settings.channel_dropout
        x = x * kept.repeat(1, 1, n_channels // n_contacts)
    longest = min(round(settings.time_mask_s * frame_rate), n_frames)
    if settings.time_masks > 0 and longest > 0:
        index = torch.arange(n_frames, device=x.device)[None, :, None]
        for _ in range(settings.time_masks):
            length = torch.randint(1, longest + 1, (n_batch, 1, 1), device=x.device)
            start = (torch.rand(n_batch, 1, 1, device=x.device) * (n_frames - length + 1)).long()
            x = x * ((index < start) | (index >= start + length))
    return x
