"""The writer's side of the sound buffer: written sound at the device's rate, within the ceiling, as far as it fits."""

from __future__ import annotations

import numpy as np

from bk_realtime.session.events import EventList
from bk_realtime.sink.drift import kernel, resample, resampler_state
from bk_realtime.sink.player import Player

RING_S = 2
"""Seconds of sound that a ring holds at least."""


class Intake:
    """Fills the ring of one :class:`~bk_realtime.sink.player.Player`; writer's thread alone.

    Parameters
    ----------
    player : empties it.
    sample_rate, rate : Hz of what is written, and of the device.
    ceiling : no sample goes to the device beyond this amplitude (full scale 1).
    events : takes that the ring is full, once until it is half empty.
    """

    def __init__(self, player: Player, sample_rate: int, rate: int, ceiling: float, events: EventList) -> None:
        self._player, self._ring, self._events = player, player.ring, events
        self._ratio, self._ceiling = rate / sample_rate, ceiling
        self._table = kernel(min(1.0, self._ratio))
        self._resampler = resampler_state()
        self._overflow_told = False

    def take(self, samples: np.ndarray, correction: float, good_until: float) -> None:
        """Put (n,) float32 samples behind those that wait; what does not fit is dropped.

        Parameters
        ----------
        samples : at the writer's rate.
        correction : by which the device's rate is turned, against clock drift.
        good_until : clock at which the first of them must have left the ring.
        """
        sound, self._resampler = resample(samples, self._resampler, self._ratio * correction, self._table)
        np.clip(sound, -self._ceiling, self._ceiling, out=sound)
        deadlines = self._player.deadlines
        n = 0 if deadlines.full else min(len(sound), self._ring.capacity - self._ring.fill)
        if n:
            deadlines.add(self._ring.n_written + n, n, good_until)
        self._ring.write(sound[:n])
        if n < len(sound) and not self._overflow_told:
            self._overflow_told = True
            self._events.add("overflow", f"{RING_S} s of sound are waiting for the device; new sound is dropped")
        elif self._ring.fill < self._ring.capacity // 2:
            self._overflow_told = False

    @property
    def waiting(self) -> int:
        """Samples in the ring, at the writer's rate."""
        return round(self._ring.fill / self._ratio)
