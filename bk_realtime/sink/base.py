"""What an audio sink offers: sound cards, WAV files and a silent stand-in look alike to the engine."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np


class AudioSink(Protocol):
    """Mono sound at ``sample_rate`` Hz, full scale ±1."""

    sample_rate: int

    def start(self) -> None:
        """Begin to play.

        Raises
        ------
        DeviceError
            There is no such device.
        """
        ...

    def write(self, samples: np.ndarray, good_for_s: float = math.inf) -> None:
        """Hand over (n,) float32 samples, any n. Never waits and never fails: trouble becomes an event.

        Every call, also one without samples, is a sign of life: a device falls silent when there is none.

        Parameters
        ----------
        samples : (n,) float32.
        good_for_s : the first sample may leave the buffer for so many seconds from now; later it is too old. Without
            samples: the next sign of life may take so long, where that is longer than usual.
        """
        ...

    @property
    def fill(self) -> int:
        """Samples that wait, at ``sample_rate``."""
        ...

    @property
    def latency_s(self) -> float:
        """Seconds from leaving the buffer to the loudspeaker, as the device reports it, and fixed delays before."""
        ...

    @property
    def underruns(self) -> int:
        """How often sound was due and none was there (the silence before the first sample does not count)."""
        ...

    def events(self) -> list[dict[str, Any]]:
        """Faults since the last call, oldest first: ``{"event": kind, "text": one readable line, ...}``."""
        ...

    def close(self) -> None:
        """Stop; may be called twice."""
        ...
