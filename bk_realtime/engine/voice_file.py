"""decoded.wav: the decode thread hands the voice over, another one writes it: a slow disk never reaches the sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.session.events import EventList
from bk_realtime.sink.ring import Ring
from bk_realtime.sink.wav import WavSink

ROOM_S = 20
"""Seconds of voice that wait at least while the disk or the machine stands still."""


class VoiceFile:
    """The decoded voice before mute and limiter, float32, full scale 1.

    Parameters
    ----------
    path : the WAV file.
    sample_rate : Hz.
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._wav = WavSink(path, sample_rate, "float32")
        self._ring = Ring(round(ROOM_S * sample_rate))
        self._buffer = np.zeros(sample_rate, np.float32)
        self._events = EventList()
        self._told = 0
        self._ended = False
        self.unwritten = 0
        """Samples so far that found no room, and are not in the file."""

    def write(self, samples: np.ndarray) -> None:
        """Hand over (n,) samples; never waits. Decode thread only."""
        if self._ended:
            return
        self.unwritten += len(samples) - self._ring.write(samples)

    def end(self) -> None:
        """Take no more, to spare the disk; what was handed over before is kept. From any thread."""
        self._ended = True

    def drain(self) -> None:
        """Write what waits. Main thread only."""
        while n := self._ring.read(self._buffer):
            self._wav.write(self._buffer[:n])
        missing, self._told = self.unwritten - self._told, self.unwritten
        if missing:
            seconds = missing / self._wav.sample_rate
            text = f"{seconds:.2f} s of the voice are missing in decoded.wav: nothing was written for too long"
            self._events.add("overflow", text, samples=missing)

    def events(self) -> list[dict[str, Any]]:
        """Faults since the last call, oldest first."""
        return [*self._events.take(), *self._wav.events()]

    def close(self) -> None:
        """Close the file."""
        self._wav.close()
