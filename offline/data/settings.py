"""What commands can be told about the data of a training. Knows nothing that takes long to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ContaminatedPolicy = Literal["refuse", "exclude", "keep"]
"""What becomes of channels that hold the sound: nothing is computed, they are left out, or all goes on, marked."""


@dataclass(frozen=True)
class AugmentSettings:
    """What a training segment may suffer; 0 switches a part off."""

    channel_dropout: float = 0.1
    """Probability that a contact is missing for a whole segment: its features are 0, their mean, in every band and
    under every reference."""
    time_masks: int = 1
    """Stretches per segment in which every channel is missing."""
    time_mask_s: float = 0.1
    """Longest such stretch in seconds."""
    noise: float = 0.2
    """Standard deviation of white noise, in z-scores."""
    gain_drift: float = 0.2
    """Standard deviation of a slow offset per channel, in z-scores: a drift of gain is an offset of log power."""
