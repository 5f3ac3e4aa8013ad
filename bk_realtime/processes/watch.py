"""Listens, beside a session, whether the microphone's sound is in the channels that its decoder reads."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import numpy as np

from bk_realtime.chunks import Chunk
from bk_realtime.contamination.rolling import GREEN, GREY, RED, Light, RollingAudit
from bk_realtime.errors import StreamError
from bk_realtime.shown import some
from bk_realtime.source.base import Source, take_events
from bk_realtime.source.microphone import Sound

log = logging.getLogger(__name__)

EVERY_S, WINDOW_S = 10.0, 60.0
PULL_S = 0.1
_JUMP_S = 0.25
"""A step of the microphone's stamps that no jitter of a chunk explains: what was before is on another line."""
_ANEW = ("gap", "duplicate", "clock jump", "clock", "lost", "returned")
_SHOWN = 12


class Watch:
    """Two streams in, a colour and a line of words out.

    Parameters
    ----------
    source : the neural stream.
    reads : (n, n_channels) µV of the stream -> (n, n_read) µV of the channels that the decoder reads.
    labels : of what ``reads`` returns, in order.
    sfreq : neural rate in Hz.
    line_freq : mains frequency in Hz; 0 for none.
    find : the microphone, or in words why there is none.
    tell : takes colour and words.
    every_s, window_s : how often is looked, and over how long.
    now : seconds of a clock that never goes back.
    """

    def __init__(
        self,
        source: Source,
        reads: Callable[[np.ndarray], np.ndarray],
        labels: tuple[str, ...],
        sfreq: float,
        line_freq: float,
        find: Callable[[], Sound | str],
        tell: Callable[[str, str], object],
        every_s: float = EVERY_S,
        window_s: float = WINDOW_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source, self.reads, self.labels, self.sfreq = source, reads, labels, sfreq
        self.line_freq, self.find, self.tell = line_freq, find, tell
        self.every_s, self.window_s, self.now = every_s, window_s, now
        self._sound: Sound | None = None
        self._rolling: RollingAudit | None = None
        self._heard = np.nan  # stamp of the newest sound, whatever was begun anew
        self._last = np.nan
        self._next = self.now() + min(every_s, 2.0)  # first answer soon: that there is no microphone is known at once

    def step(self) -> None:
        """Take what has arrived; tell when it is time. Blocks for a tenth of a second, or as long as the audit takes.

        Raises
        ------
        StreamError
            The neural stream came back as another one.
        """
        chunk = self.source.pull(PULL_S)
        if any(event.kind in _ANEW for event in take_events(self.source)):
            self._begin()
        if chunk is not None and self._rolling is not None and len(chunk.data):
            self._rolling.push_neural(self.reads(chunk.data), self._times(chunk))
        self._listen()
        if self.now() >= self._next:
            self.tell(*in_words(self._light()))
            self._next = self.now() + self.every_s

    def _light(self) -> Light:
        if self._sound is None:
            found = self.find()
            if isinstance(found, str):
                return Light(GREY, text=found)
            self._sound = found
            log.info("listening to microphone %r, first channel, at %g Hz", found.name, found.sample_rate)
            self._begin()
        return self._rolling.light() if self._rolling is not None else Light(GREY, text="no microphone")

    def _times(self, chunk: Chunk) -> np.ndarray:
        """(T,) seconds on the microphone's clock: the stamps, or what stands for stamps that are not trusted, whichever
        is nearer to the sound: amplifier and microphone may be on one clock, that is not this machine's."""
        stamps = chunk.stamps + chunk.offset
        if chunk.times is None or abs(stamps[-1] - self._heard) <= abs(chunk.times[-1] - self._heard):
            return stamps
        return chunk.times

    def _listen(self) -> None:
        if self._sound is None:
            return
        try:
            samples, stamps = self._sound.pull()
        except StreamError as error:
            log.warning("%s", error)
            self._sound = self._rolling = None
            return
        if not len(stamps):
            return
        if abs(stamps[0] - self._last) > _JUMP_S:
            self._begin()
        self._last = self._heard = float(stamps[-1])
        if self._rolling is not None:
            self._rolling.push_sound(samples, stamps)

    def _begin(self) -> None:
        """Nothing is kept of what was: a line through a step would be wrong on both sides."""
        if self._sound is not None:
            self._rolling = RollingAudit(
                self.labels, self.sfreq, self._sound.sample_rate, self.line_freq, self.window_s
            )
        self._last = np.nan


def in_words(light: Light) -> tuple[str, str]:
    """Colour and the one line that window, log and recording show."""
    channels = some(light.channels, _SHOWN)
    if light.colour == GREEN:
        return light.colour, "no contamination heard"
    if light.colour == RED:
        return light.colour, f"CONTAMINATED: {channels}"
    return light.colour, f"suspect: {channels}" if channels else light.text
