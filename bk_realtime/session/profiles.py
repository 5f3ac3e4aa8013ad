"""Named sets of settings: what `run --profile` stands for, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ProfileName = Literal["default", "fast"]


@dataclass(frozen=True)
class Profile:
    """Settings that hold where the option of the same name is not given.

    Attributes
    ----------
    prefill_ms : sound that waits before the card at the start.
    lookahead_ms : of the vocoder; None: the bundle's own.
    cost : what it takes away, in words; empty for none.
    """

    prefill_ms: float
    lookahead_ms: float | None
    cost: str


# PESQ and ESTOI: `python -m offline.vocode`, table in docs/vocoders.md
PROFILES: Mapping[ProfileName, Profile] = {
    "default": Profile(23.2, None, ""),
    "fast": Profile(
        17.4,
        0.0,
        "the vocoder does not look ahead: 11.6 ms less delay than with its usual lookahead, and a rougher voice (phase "
        "reconstruction: PESQ 3.38 instead of 3.45 and ESTOI 0.936 instead of 0.953 on clean mels, 1.64 instead of "
        "1.77 and 0.734 instead of 0.763 on noisy ones); the sound buffer starts with little and may run dry in the "
        "first seconds",
    ),
}
