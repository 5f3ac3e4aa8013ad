"""Clocks: wall clocks behind one protocol, and the global frame index that ties sEEG samples to mel frames."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from bk_realtime.errors import InputError

SAMPLE_RATE, HOP_LENGTH = 22050, 256
"""Audio rate in Hz and samples per mel frame of the one convention that decoders and vocoders share."""


class Clock(Protocol):
    """Seconds on the LSL time axis of this machine."""

    def now(self) -> float:
        """Current time in seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """``time.perf_counter``. On Linux it is the LSL clock to within microseconds (both read CLOCK_MONOTONIC)."""

    def now(self) -> float:
        return time.perf_counter()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


LINGER_STEP_S = 0.025


def linger(clock: Clock, seconds: float) -> None:
    """Give others ``seconds`` to take what was sent before its sender goes. In small steps, each of which takes longer
    where the machine is busy: a second in which it stood still would be none for the others."""
    for _ in range(round(seconds / LINGER_STEP_S)):
        clock.sleep(LINGER_STEP_S)


def clock_of_sleep() -> float:
    """Seconds of a clock that goes on while the machine sleeps, and that nobody can set."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if hasattr(time, "CLOCK_MONOTONIC_RAW"):  # macOS, where time.monotonic stops in sleep and this one does not
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return time.monotonic()


def rational_rate(rate: float | Fraction) -> Fraction:
    """A sampling rate as an exact fraction: 1024.0 -> 1024, 1017.25 -> 4069/4; to 1e-6 Hz elsewhere."""
    return Fraction(rate).limit_denominator(1000)


@dataclass(frozen=True)
class FrameClock:
    """The one global frame index. Frame ``k`` closes at neural sample ``((k+1) * hop_length * sfreq) // sample_rate``.

    Integers and fractions only, so frames do not depend on chunking and never drift.

    Parameters
    ----------
    sfreq : neural rate in Hz.
    sample_rate : audio rate in Hz.
    hop_length : audio samples per mel frame.
    """

    sfreq: Fraction
    sample_rate: int = SAMPLE_RATE
    hop_length: int = HOP_LENGTH

    def __post_init__(self) -> None:
        object.__setattr__(self, "sfreq", rational_rate(self.sfreq))
        if self._step < 1:
            raise InputError(
                f"neural rate {float(self.sfreq):g} Hz is below the frame rate {float(self.frame_rate):.2f} Hz: "
                "expected at least one sample a frame; record at 200 Hz or more, or make features at 100 Hz or more"
            )

    @property
    def frame_rate(self) -> Fraction:
        """Mel frames per second, exact (22050/256 = 86.13 Hz)."""
        return Fraction(self.sample_rate, self.hop_length)

    @cached_property
    def _step(self) -> Fraction:
        return self.sfreq * self.hop_length / self.sample_rate

    def boundary(self, frame: int, rate: Fraction | None = None) -> int:
        """Number of neural samples that must have arrived for ``frame`` to be complete.

        Of a stream of another ``rate`` in Hz, which is resampled: up to the newest one that is not after the frame.
        """
        samples = (frame + 1) * self._step.numerator // self._step.denominator
        return samples if rate is None or rate == self.sfreq else int((samples - 1) * rate // self.sfreq) + 1

    def n_frames(self, n_samples: int) -> int:
        """Number of frames complete after ``n_samples`` neural samples."""
        return -(-(n_samples + 1) * self._step.denominator // self._step.numerator) - 1
