"""A sound card that is not there yet: the session goes on without, and has sound from when one is found."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.errors import DeviceError
from bk_realtime.session.events import EventList
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.portaudio import list_anew, portaudio
from bk_realtime.sink.soundcard import SoundCard
from bk_realtime.watched import WatchedThread

RETRY_S = (0.5, 1.0, 2.0, 5.0)
"""Waits between the attempts to find one; the last is repeated."""


class LateSoundCard:
    """An :class:`~bk_realtime.sink.base.AudioSink` that looks for its device for as long as it takes.

    Until then a :class:`~bk_realtime.sink.null.NullSink` takes the sound at its pace. Once found it stays the device:
    what happens to it then is the sound card's own affair.

    Parameters
    ----------
    make : the sound card, not started; raises a DeviceError where there is none.
    stand_in : what takes the sound until then; it says that there is no device.
    """

    def __init__(self, make: Callable[[], SoundCard], stand_in: NullSink) -> None:
        self.sample_rate = stand_in.sample_rate
        self._make = make
        self._inner: AudioSink = stand_in
        self._card: SoundCard | None = None
        self._earlier_underruns = 0
        self._events = EventList()
        self._closing = threading.Event()
        self._finder = WatchedThread(self._find, "sound-finder")
        self.when_found: Callable[[], object] = lambda: None
        """Called before the device is opened, in the finder's thread."""
        self.kept_back_s = 0.0
        """Seconds of sound, from the moment that the device plays, that are dropped: the end of what
        :attr:`when_found` lets fade may come only now, where the machine was busy."""
        self._kept_back = 0

    def start(self) -> None:
        """Begin to look for the device."""
        self._inner.start()
        self._finder.start()

    # ---- the finder's thread -------------------------------------------------------------------------------------
    def _find(self) -> None:
        attempt = 0
        try:
            while not self._closing.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)]):
                attempt += 1
                if self.look():
                    return
        except Exception as error:  # whatever it is: who waits for a device must not wait for ever
            text = f"the search for a sound device failed ({error!r}): end the session and begin a new one"
            self._events.add("no sound", text, active_fault="sound")

    def look(self) -> bool:
        """Look once; whether the device is there and plays from now on."""
        sd = portaudio()
        try:
            list_anew(sd)
            card = self._make()
            self.when_found()
            card.start()
        except (DeviceError, sd.PortAudioError):
            return False
        self._earlier_underruns = self._inner.underruns
        self._kept_back = round(self.kept_back_s * self.sample_rate)
        self._card = self._inner = card
        text = f"sound device {card.name!r} was found; the voice goes there from now on, as soon as it is not muted"
        self._events.add("device back", text, corrected="sound")
        return True

    # ---- the sink in use -----------------------------------------------------------------------------------------
    def write(self, samples: np.ndarray, good_for_s: float = math.inf) -> None:
        """Hand over (n,) float32 samples."""
        if self._kept_back > 0:
            self._kept_back -= len(samples)
        else:
            self._inner.write(samples, good_for_s)

    @property
    def name(self) -> str:
        """The device; empty where none is found yet."""
        return "" if self._card is None else self._card.name

    @property
    def host(self) -> str:
        """The sound system that lists it."""
        return "" if self._card is None else self._card.host

    @property
    def socket(self) -> str:
        """Where it is plugged in."""
        return "" if self._card is None else self._card.socket

    @property
    def lost(self) -> bool:
        """Whether the device is away, or was not found yet."""
        return self._card is None or self._card.lost

    @property
    def streams(self) -> int:
        """How many streams there were so far."""
        return 0 if self._card is None else self._card.streams

    @property
    def kept_back(self) -> bool:
        """Whether the stream is silent until :meth:`confirm`."""
        return self._card is not None and self._card.kept_back

    def confirm(self, stream: int | None) -> None:
        """Let out streams up to that number; None: all."""
        if self._card is not None:
            self._card.confirm(stream)

    def hush(self) -> None:
        """Throw away at once what waits."""
        if self._card is not None:
            self._card.hush()

    @property
    def fill(self) -> int:
        """Samples that wait."""
        return self._inner.fill

    @property
    def latency_s(self) -> float:
        """Of the device, in seconds."""
        return self._inner.latency_s

    @property
    def underruns(self) -> int:
        """How often the samples ran out."""
        return self._earlier_underruns + self._inner.underruns

    def events(self) -> list[dict[str, Any]]:
        """That there is no device, that one was found, and what the device says."""
        return [*self._inner.events(), *self._events.take()]

    def close(self) -> None:
        """Stop looking, and let go of the device."""
        self._closing.set()
        if self._finder.ident is not None:
            self._finder.join(timeout=5.0)
        self._inner.close()
