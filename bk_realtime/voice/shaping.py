"""What may change the voice on its way to the output guard: conditions of an experiment, a speech gate."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from bk_realtime.decoded import Decoded


class Shaper(Protocol):
    """One step between the vocoder and the output guard, on the decode thread. It delays nothing by itself."""

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """(n,) float32 for (n,) float32.

        Parameters
        ----------
        sound : the voice as the step before left it.
        decoded : what features, decoder and vocoder gave for the same chunk.
        stamps : (n,) LSL time that each audio sample stands for.
        now : LSL clock of this machine.
        """
        ...

    def reset(self) -> None:
        """A new segment begins."""
        ...
