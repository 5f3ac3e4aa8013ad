"""Streams around, as they are: announced and true rate, packets, age, level. Looked at in a thread; no Qt in here."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

import numpy as np
import pylsl
from pylsl.util import LostError

from bk_realtime.chunks import NEURAL_TYPES
from bk_realtime.errors import BkError
from bk_realtime.session.names import OWN, REPLAY_PREFIX
from bk_realtime.shown import shown
from bk_realtime.source.door import connect
from bk_realtime.source.resolve import Search, full_description, open_stream
from bk_realtime.source.time_correction import TimeCorrection
from bk_realtime.watched import WatchedThread
from gui.words import tr

log = logging.getLogger(__name__)

TURN_S = 0.02
"""Between two looks: packets shorter than this are told no finer."""
RATE_S, LEAST_S = 10.0, 3.0
"""The true rate is that of the last ten seconds, once there are three."""
SIGNAL_S = 2.0
"""So much of a neural stream is looked at."""
OPEN_S = 2.0
FUTURE_MS, FOREIGN_MS = 1000.0, 60_000.0
UNKNOWN = (float("nan"), float("nan"))
_MOST_VALUES = 1 << 22
_MOST_SIGNAL = 1 << 25
"""Numbers of one stream that are kept: 134 MB. Of one with more the flat channels and the mains stay unknown."""
_WORDS = 64


@dataclass(frozen=True)
class Seen:
    """One stream.

    Attributes
    ----------
    rate, true_rate : Hz; 0 where irregular, NaN where not known yet.
    packet_ms : median length of what arrives at once; NaN where not known yet.
    age_ms : how old its newest sample was when it came.
    silent_s : seconds without a sample.
    level_db : of a stream of type Audio, dB re full scale of its format; NaN of others.
    flat : labels of neural channels that do not change.
    mains_uv, mains_60_uv : largest and median amplitude at 50 and at 60 Hz over neural channels, in the stream's unit;
        NaN of others.
    recorded : whether a session of this program would record it.
    trouble : why it cannot be read; empty where it can.
    """

    uid: str
    name: str
    type: str
    source_id: str
    host: str
    n_channels: int
    rate: float
    true_rate: float = float("nan")
    packet_ms: float = float("nan")
    age_ms: float = float("nan")
    silent_s: float = 0.0
    level_db: float = float("nan")
    flat: tuple[str, ...] = ()
    mains_uv: tuple[float, float] = UNKNOWN
    mains_60_uv: tuple[float, float] = UNKNOWN
    recorded: bool = True
    trouble: str = ""

    @property
    def neural(self) -> bool:
        """Whether it may be what is decoded."""
        return self.type.lower() in NEURAL_TYPES and self.rate > 0

    @property
    def other_clock(self) -> bool:
        """Whether its stamps are not on LSL's clock: from the future, or minutes off. No age then."""
        return self.age_ms < -FUTURE_MS or self.age_ms > FOREIGN_MS

    @property
    def mains_known(self) -> bool:
        """Whether the mains could be measured."""
        return bool(np.isfinite(self.mains_uv[0]))


class Survey:
    """Looks around until it is stopped."""

    def __init__(self) -> None:
        self.seen: tuple[Seen, ...] = ()
        self.refused: tuple[str, ...] = ()
        self.complete = False
        self._stop = threading.Event()
        self._thread = WatchedThread(self._run, "survey", self._stop)
        self._thread.start()

    def stop(self) -> None:
        """Let go of all streams; the thread ends by itself."""
        self._stop.set()

    def join(self, timeout: float) -> bool:
        """Wait for its end, ``timeout`` seconds at most; whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        search, open_ones = Search(), dict[str, _Watched]()
        while not self._stop.wait(TURN_S):
            infos = {str(i.uid()): i for i in search.found() if not i.source_id().startswith(OWN)}
            for uid in open_ones.keys() - infos.keys():
                open_ones.pop(uid).close()
            for uid in infos.keys() - open_ones.keys():
                if self._stop.is_set():
                    break
                open_ones[uid] = _Watched(infos[uid])
            for one in open_ones.values():
                one.pull()
            self.refused = tuple(search.door.refused)
            self.seen = tuple(sorted((o.told() for o in open_ones.values()), key=lambda s: (s.name, s.uid)))
            self.complete = search.complete
        for one in open_ones.values():
            one.close()


_Figures = tuple[float, tuple[str, ...], tuple[float, float], tuple[float, float]]
"""Level of sound, flat channels, mains at 50 and at 60 Hz."""


class _Watched:
    """One open inlet and what came through it lately."""

    def __init__(self, info: pylsl.StreamInfo) -> None:
        self.info, self.trouble = info, ""
        self.labels: tuple[str, ...] = ()
        self.rate, self.n = float(info.nominal_srate()), int(info.channel_count())
        self._inlet: pylsl.StreamInlet | None = None
        self._correction: TimeCorrection | None = None
        self._count, self._lengths = 0, deque[int](maxlen=64)
        self._arrivals: deque[tuple[float, int]] = deque()
        self._blocks: deque[np.ndarray] = deque()
        self._age_ms, self._heard, self._told_at = float("nan"), time.monotonic(), -1.0
        self._figures: _Figures = (np.nan, (), UNKNOWN, UNKNOWN)
        self._text = info.channel_format() == pylsl.cf_string
        try:
            self._inlet = connect(info, 2, recover=False)
            open_stream(self._inlet, OPEN_S)
            self.labels = full_description(self._inlet, OPEN_S).labels
            self._correction = TimeCorrection(self._inlet, info.hostname())
            rows = max(1, min(4096, _MOST_VALUES // self.n))
            self._buffer = None if self._text else np.empty((rows, self.n), self._inlet.np_dtype)
        except (RuntimeError, BkError) as error:  # RuntimeError: all of LSL's own, its timeout among them
            self.trouble = shown(str(error)) or tr("it does not answer")
            self.close()

    def pull(self) -> None:
        """Take what waits."""
        if self._inlet is None:
            return
        try:
            rows = _WORDS if self._buffer is None else len(self._buffer)
            # as bytes: texts of another alphabet than UTF-8 are nobody's fault here
            block, stamps = self._inlet.pull_chunk(0.0, rows, self._buffer, as_numpy=True)
            n = len(stamps)
            if n and self._buffer is not None:
                self._blocks.append(block[:n].astype(np.float32))
        except RuntimeError as error:  # all of LSL's own
            self.trouble = (
                tr("it is gone")
                if isinstance(error, LostError)
                else tr("it cannot be read ({error})").format(error=shown(str(error)))
            )
            self.close()
            return
        now = time.monotonic()
        if not n:
            return
        self._heard = now
        offset = 0.0 if self._correction is None else self._correction.offset
        self._age_ms = 1e3 * (pylsl.local_clock() - float(stamps[-1]) - offset)
        self._count += n
        self._arrivals.append((now, self._count))
        self._lengths.append(n)
        while self._arrivals and now - self._arrivals[0][0] > RATE_S:
            self._arrivals.popleft()
        most = max(1, min(int(SIGNAL_S * (self.rate or 1.0)), _MOST_SIGNAL // self.n))
        while self._blocks and sum(map(len, self._blocks)) - len(self._blocks[0]) > most:
            self._blocks.popleft()

    def told(self) -> Seen:
        """What there is to say of it."""
        info, now = self.info, time.monotonic()
        true_rate = packet = float("nan")
        if self.rate > 0 and len(self._arrivals) > 1:
            (t0, n0), (t1, n1) = self._arrivals[0], self._arrivals[-1]
            true_rate = (n1 - n0) / (t1 - t0) if t1 - t0 >= LEAST_S else float("nan")
            packet = 1e3 * float(np.median(self._lengths)) / self.rate
        if now - self._told_at > 0.5:
            self._told_at, self._figures = now, self._signal()
        level, flat, mains, mains_60 = self._figures
        return Seen(
            uid=info.uid(),
            name=info.name(),
            type=info.type(),
            source_id=info.source_id(),
            host=info.hostname(),
            n_channels=self.n,
            rate=self.rate,
            true_rate=true_rate,
            packet_ms=packet,
            age_ms=self._age_ms,
            silent_s=now - self._heard,
            level_db=level,
            flat=flat,
            mains_uv=mains,
            mains_60_uv=mains_60,
            recorded=not info.source_id().startswith(REPLAY_PREFIX),
            trouble=self.trouble,
        )

    def _signal(self) -> _Figures:
        """Level of sound; flat channels and mains of neural signals."""
        nothing: _Figures = (np.nan, (), UNKNOWN, UNKNOWN)
        if not self._blocks or self.rate <= 0:
            return nothing
        data = np.concatenate(self._blocks)
        if self.info.type().lower() == "audio":
            size = 0 if self._buffer is None or self._buffer.dtype.kind != "i" else self._buffer.dtype.itemsize
            full = 2.0 ** (8 * size - 1) if size else 1.0
            recent = data[-max(1, int(0.3 * self.rate)) :, 0].astype(np.float64) / full
            return 10 * np.log10(float(np.mean((recent - recent.mean()) ** 2)) + 1e-12), *nothing[1:]
        if self.info.type().lower() not in NEURAL_TYPES or len(data) < 0.9 * SIGNAL_S * self.rate:
            return nothing
        flat = tuple(name for name, still in zip(self.labels, np.ptp(data, axis=0) == 0, strict=False) if still)
        return np.nan, flat, mains_amplitude(data, self.rate, 50.0), mains_amplitude(data, self.rate, 60.0)

    def close(self) -> None:
        """Let it go."""
        if self._correction is not None:
            self._correction.close()
            self._correction = None
        if self._inlet is not None:
            with contextlib.suppress(LostError):
                self._inlet.close_stream()
            self._inlet = None


def mains_amplitude(data: np.ndarray, rate: float, mains_hz: float) -> tuple[float, float]:
    """Largest and median amplitude of the mains over the channels of (n, channels) samples, in their unit; NaN where
    the rate is too low to hold it."""
    if not 0 < mains_hz < rate / 2:
        return float("nan"), float("nan")
    window = np.hanning(len(data))
    wave = window * np.exp(-2j * np.pi * mains_hz / rate * np.arange(len(data)))
    amplitude = 2 * np.abs(wave @ (data - data.mean(axis=0))) / window.sum()
    return float(amplitude.max()), float(np.median(amplitude))
