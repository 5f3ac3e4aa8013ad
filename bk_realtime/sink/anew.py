"""Which of a device's streams may be heard: one that was made anew is silent until its place has been seen."""

from __future__ import annotations

import math


class MadeAnew:
    """Counts the streams of a device and remembers the last one whose place is known.

    A stream that is opened again, or that the sound system made anew after it ran dry (ALSA's plug-in for PulseAudio
    does so), may lie on another device than the one before. Whoever watches that calls :meth:`confirm`; the regime
    begins with its first call, so that where nobody watches nothing is ever kept back.

    Counted by one thread at a time, read and confirmed from any.
    """

    def __init__(self) -> None:
        self.streams = 0
        """Streams so far; each may have another place."""
        self._confirmed = math.inf

    def count(self) -> None:
        """There is a new stream, or will be in a moment."""
        self.streams += 1

    def confirm(self, stream: int | None) -> None:
        """Streams up to this number may be heard, a newer one not yet; None: nobody watches any more."""
        self._confirmed = math.inf if stream is None else stream

    @property
    def kept_back(self) -> bool:
        """Whether nothing may be heard."""
        return self.streams > self._confirmed
