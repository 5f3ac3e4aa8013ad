"""The sound card: a callback that only copies, a buffer that neither grows nor runs dry, and a device that may die."""

from __future__ import annotations

import math
import threading
import time
from typing import Any

import numpy as np

from bk_realtime.clock import SAMPLE_RATE, Clock, SystemClock
from bk_realtime.errors import DeviceError
from bk_realtime.priority import CALLBACK, real_time_priority
from bk_realtime.session.events import EventList
from bk_realtime.sink.anew import MadeAnew
from bk_realtime.sink.blocks import BlockLength
from bk_realtime.sink.device_stream import DeviceStream
from bk_realtime.sink.drift import HALF
from bk_realtime.sink.intake import RING_S, Intake
from bk_realtime.sink.patience import Retries, has_begun, is_gone
from bk_realtime.sink.player import STALL_S
from bk_realtime.sink.playout_level import PlayoutLevel
from bk_realtime.sink.portaudio import OutputDevice, choose_output, list_anew, portaudio, reason
from bk_realtime.sink.ring import Ring
from bk_realtime.sink.shortfalls import HeldUp, Shortfalls
from bk_realtime.sink.sound_server import is_routed
from bk_realtime.watched import WatchedThread

_CHECK_S = 0.05
_FADE_OUT_S = 0.5
_SETTLE_S = 0.05


class SoundCard:
    """An :class:`~bk_realtime.sink.base.AudioSink` that plays.

    ``write`` resamples to the device's rate, turned by what :func:`~bk_realtime.sink.drift.hold_level` finds, into a
    ring; PortAudio's callback empties it. A thread watches the callback: a device that dies is an event, and is
    opened again as soon as it is back; never another one in its place, whatever number it gets or the default is then.
    Nothing here ever raises in the thread that writes.

    Parameters
    ----------
    sample_rate : Hz of what is written.
    device : name (or part of it) or index as ``devices`` lists them; None: the system's default output.
    prefill_s : sound that waits before the first sample is played. One frame less is the reserve at the start, at the
        moment before new sound arrives; from then on it is what packets and jitter need
        (:class:`~bk_realtime.sink.reserve.Reserve`).
    clock : for time between calls.
    ceiling : no sample goes to the device beyond this amplitude (full scale 1). Between samples that a limiter holds at
        it, interpolation passes above; what does is cut. In speech that is rare and not heard.

    Raises
    ------
    DeviceError
        No PortAudio, no sound device, or none of that name.
    """

    def __init__(
        self,
        sample_rate: int = SAMPLE_RATE,
        device: str | int | None = None,
        prefill_s: float = 0.0232,
        clock: Clock | None = None,
        ceiling: float = 1.0,
    ) -> None:
        self.sample_rate, self._ceiling = sample_rate, ceiling
        self._clock = clock or SystemClock()
        self._level = PlayoutLevel(prefill_s)
        self._events = EventList()
        self._stream: DeviceStream | None = None
        self._lost, self._closing = True, threading.Event()
        self._held_up, self._underruns_before = HeldUp(), 0
        self._shortfalls = Shortfalls(self._events, self._level)
        self._why, self._priority = "", ""
        self._opened, self._block = 0.0, BlockLength()
        self._anew = MadeAnew()
        self._keeper: threading.Thread | None = None
        self._set_up(choose_output(portaudio(), device, sample_rate))

    def _set_up(self, output: OutputDevice) -> None:
        rate = output.rate
        self._output, self._rate, self._reported_s = output, rate, output.latency_s
        self._routed = is_routed(output.name, output.host)
        self._player = self._level.player(Ring(RING_S * rate), rate)
        self._intake = Intake(self._player, self.sample_rate, rate, self._ceiling, self._events)
        self._mono = np.zeros(1 << 14, np.float32)

    def start(self) -> None:
        """Open the device.

        Raises
        ------
        DeviceError
            It does not open.
        """
        sd = portaudio()
        try:
            self._open(sd)
        except sd.PortAudioError as error:
            raise DeviceError(
                f"sound device {self.name!r} does not open ({reason(error)}); choose another with --sound-device"
            ) from None
        self._keeper = WatchedThread(self._keep, "sound-device")
        self._keeper.start()

    def _open(self, sd: Any) -> None:
        self._priority = ""  # a device that is opened again calls from another thread
        self._player.played_s, self._player.blocks = 0.0, 0
        self._anew.count()
        self._stream = DeviceStream(sd, self._output, self._block.seconds, self._callback)
        self._opened = self._clock.now()
        self._reported_s = self._stream.start()
        self._level.begin()
        self._lost = False

    # ---- the device's thread -------------------------------------------------------------------------------------
    def _callback(self, outdata: np.ndarray, frames: int, _time: Any, status: Any) -> None:
        if not self._priority:
            self._priority = real_time_priority(CALLBACK, "sound card's callback")
        now = self._clock.now()
        if self._player.playing:
            self._held_up.called(now, now - self._player.played_s, status.output_underflow)
        else:
            self._held_up.paused()
        if status.output_underflow and self._routed:
            self._anew.count()
        mono = self._mono[:frames]
        self._player.read(mono, now, self._anew.kept_back)
        outdata[:] = mono[:, None]

    # ---- the writer's thread -------------------------------------------------------------------------------------
    def write(self, samples: np.ndarray, good_for_s: float = math.inf) -> None:
        """Hand over (n,) float32 samples. While the device is away they are dropped: nobody wants them later."""
        now, player = self._clock.now(), self._player
        waits = not len(samples) and good_for_s < math.inf
        player.fed_s = now + max(0.0, good_for_s - STALL_S) if waits else now
        if self._lost or not len(samples):
            self._level.beat(now)
            return
        correction = self._level.before_write(now, player, good_for_s)
        self._intake.take(samples, correction, now + good_for_s)

    def hush(self) -> None:
        """Throw away what waits, at once; from any thread. What is written from now on is played."""
        self._player.hush()

    @property
    def name(self) -> str:
        """The device, as the system calls it."""
        return self._output.name

    @property
    def host(self) -> str:
        """The sound system that lists the device."""
        return self._output.host

    @property
    def socket(self) -> str:
        """Where the device is plugged in; its name where the system does not tell."""
        return self._output.socket

    @property
    def lost(self) -> bool:
        """Whether the device is away."""
        return self._lost

    @property
    def streams(self) -> int:
        """How many streams there were so far; a new one may be heard elsewhere."""
        return self._anew.streams

    @property
    def kept_back(self) -> bool:
        """Whether the stream is silent until :meth:`confirm`."""
        return self._anew.kept_back

    def confirm(self, stream: int | None) -> None:
        """Let out streams up to that number; a newer one is silent from then on, until it is confirmed. None: all."""
        self._anew.confirm(stream)

    @property
    def fill(self) -> int:
        """Samples that wait in the buffer, at ``sample_rate``."""
        return 0 if self._lost else self._intake.waiting

    @property
    def latency_s(self) -> float:
        """Device latency as it reports it, plus the resampler's half kernel."""
        return self._reported_s + HALF / self.sample_rate

    @property
    def underruns(self) -> int:
        """Buffer ran dry, or the device says that it was served too late."""
        return self._underruns_before + self._player.underruns + self._held_up.times

    def events(self) -> list[dict[str, Any]]:
        """Device lost and returned, underruns, skips, overflows."""
        return self._events.take()

    # ---- the keeper's thread -------------------------------------------------------------------------------------
    def _keep(self) -> None:
        try:
            self._watch(portaudio())
        except Exception as error:  # whatever it is: a device that nobody watches any more would be trusted
            text = f"the watch of the sound device failed ({error!r}): end the session and begin a new one"
            self._events.add("device lost", text, active_fault="sound")

    def _watch(self, sd: Any) -> None:
        retries, told = Retries(), False
        while not self._closing.wait(_CHECK_S):
            now = self._clock.now()
            if self._priority and not told:
                told = True
                self._events.add("priority", self._priority)
            if self._lost:
                if retries.due(now):
                    retries.tried(self._reopen(sd))
                continue
            self._note_counts(now)
            if self._block.grows(now, self._held_up.times, begun=has_begun(now, self._opened)):
                self._enlarge(sd)
                continue
            ended = self._stream is not None and self._stream.finished
            if ended or is_gone(now, self._opened, self._player.played_s):
                self._lost = True
                retries.begin(now, late=self._held_up.last_s)
                self._note_counts(now, last=True)
                text = f"sound device {self.name!r} stopped; trying to open it again"
                self._events.add("device lost", text, active_fault="sound")
                self._shut()
        self._note_counts(self._clock.now(), last=True)

    def _enlarge(self, sd: Any) -> None:
        self._lost = True
        # this may hang with the sound server: it stands until it is done
        text = "the sound device was served too late; it is opened again, with larger blocks"
        self._events.add("device", text, active_fault="sound")
        self._shut()
        was_s, ran_dry = self._reported_s, self._player.underruns
        self._note_counts(self._clock.now(), last=True)
        self._set_up(self._output)
        self._underruns_before += ran_dry
        try:
            self._open(sd)
        except sd.PortAudioError:  # the next round tries again
            self._shut()
            self._events.add("device lost", f"sound device {self.name!r} stopped", active_fault="sound")
            return
        block_ms, more_ms = 1e3 * self._block.seconds, 1e3 * (self._reported_s - was_s)
        text = f"the sound device takes {block_ms:.1f} ms at a time from now on, {more_ms:+.1f} ms of delay"
        self._events.add("device", text, corrected="sound")

    def _note_counts(self, now: float, last: bool = False) -> None:
        """Say what happened since it was said last; ``last``: nothing more will come of this stream."""
        self._held_up.holds_s = self._reported_s
        ran_dry = self._underruns_before + self._player.underruns
        self._shortfalls.say(now, self._player, ran_dry, self._rate, self._held_up, last)

    def _reopen(self, sd: Any) -> bool:
        underruns = self._player.underruns
        try:
            list_anew(sd)
            self._set_up(choose_output(sd, None, self.sample_rate, self._output))
            self._underruns_before += underruns
            self._open(sd)
        except (DeviceError, sd.PortAudioError) as error:
            self._shut()
            text = f"sound device {self.name!r} is not back: {reason(error)}"
            if text != self._why:
                self._why = text
                self._events.add("device missing", text, active_fault="sound")
            return False
        self._events.add("device back", f"sound goes on, on {self.name!r}", corrected="sound")
        self._why = ""
        return True

    def _shut(self, drain: bool = False) -> None:
        stream, self._stream = self._stream, None
        if stream is not None and (why := stream.close(drain)):
            self._events.add("device", f"closing the sound device: {why}")

    def close(self) -> None:
        """Fade out and let go of the device."""
        if self._keeper is None:
            return
        self._closing.set()
        self._keeper.join(timeout=5.0)
        self._keeper = None
        self._player.finish()
        deadline = time.perf_counter() + _FADE_OUT_S
        while not (self._lost or self._player.silent) and time.perf_counter() < deadline:
            time.sleep(0.005)
        drain, self._lost = not self._lost, True
        if drain:
            # the fade is with the device, which may drop what it holds when it is stopped
            time.sleep(min(_FADE_OUT_S, self._reported_s + _SETTLE_S))
        self._shut(drain)
