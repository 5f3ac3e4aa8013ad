"""What one session does with each chunk: a pure function of chunks and an injected clock. No LSL, no sound, no thread.

Samples are counted, never timed, into frames; stamps say how old what is heard is. A short gap is counted and carried
over (it is only certain a tenth of a second after it happened, when the next samples have long been heard); a long
one, a clock jump, a stream that returns or a backlog starts a new segment with every state as new.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bk_realtime.chain import STAGES, Chain
from bk_realtime.chunks import Chunk
from bk_realtime.decoded import Decoded
from bk_realtime.engine.pace import Pace
from bk_realtime.metrics import Metrics
from bk_realtime.session.events import make_event
from bk_realtime.session.settings import GapPolicy
from bk_realtime.source.base import SourceEvent
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.shaping import Shaper

OnEvent = Callable[[dict[str, Any]], None]


_START_S = 10.0
"""What arrived during start-up is worked off by then."""


@dataclass(frozen=True)
class CoreOutput:
    """Everything one chunk led to.

    Attributes
    ----------
    decoded : features, mel and audio as the decoder gave them.
    guarded : (k,) float32, the audio after mute, fades and limiter: what goes to the sound card.
    feature_stamps, mel_stamps : LSL time (this machine's clock) of the newest neural sample of each frame.
    audio_stamps : (k,) LSL time that each sample of the decoded audio stands for; ``guarded`` is later by the guard's
        delay.
    heard_by : LSL time at which the first audio sample must leave the loudspeaker, or it is too old to be heard.
    """

    decoded: Decoded
    guarded: np.ndarray
    feature_stamps: np.ndarray
    mel_stamps: np.ndarray
    audio_stamps: np.ndarray
    heard_by: float


@dataclass(frozen=True)
class Part:
    """Samples of a chunk that are decoded together: (T, n_channels) in µV, (T,) LSL times of this machine, and whether
    they are the last of their chunk."""

    data: np.ndarray
    stamps: np.ndarray
    last: bool = True


class Core:
    """One session's decoding state.

    Parameters
    ----------
    chain : the signal path.
    guard : mute, limiter, fades and stale-data fade between decoder and ear.
    metrics : timings and counters.
    policy : what happens at gaps and backlogs.
    on_event : called with {"event", "time", "text", ...} for every fault and reset.
    """

    def __init__(
        self, chain: Chain, guard: OutputGuard, metrics: Metrics, policy: GapPolicy, on_event: OnEvent
    ) -> None:
        self.chain, self.guard, self.metrics, self.policy, self.on_event = chain, guard, metrics, policy, on_event
        self._sfreq = float(chain.rate)
        self._hop = chain.frame_clock.hop_length
        self._rate = chain.frame_clock.sample_rate
        self.n_frames = 0
        self.bad_samples = 0
        """Decoded audio samples so far that were no numbers."""
        self.newest_stamp: float | None = None
        self.age_by = "stamps"
        """What the age goes by: stamps, or arrival where the source does not trust them."""
        # said when it is too old to be heard, or half of what is dropped is waiting
        self.pace = Pace(on_event, min(guard.settings.max_age_ms / 1e3, policy.max_backlog_s / 2))
        self._starting = True
        self._started: float | None = None
        self.shapers: list[Shaper] = []
        """Steps between the vocoder and the guard, in order."""
        self.before: list[Callable[[np.ndarray, float], object]] = []
        """Called with the (n, n_channels) samples in µV that are decoded next, and the sender's stamp of the first."""
        self._begin()

    def _begin(self) -> None:
        self._n_samples = self._n_feature = self._n_mel = self._n_audio = 0
        self._waiting: deque[float] = deque()  # stamps of frames whose mel or audio is not out yet
        self._first_waiting = 0
        self._taken: list[tuple[Sequence[float], int]] = []  # of this chunk: computing times, samples
        # stamps of samples whose frame is not out yet, from sample number `_first_stamp` on
        self._stamps, self._first_stamp = np.zeros(0), 0

    def start_segment(self, reason: str, **details: Any) -> None:
        """Forget all signal so far, on record."""
        self.chain.reset()
        self._begin()
        self.guard.splice()
        for shaper in self.shapers:
            shaper.reset()
        self.on_event(make_event("reset", f"new segment: {reason}", **details))

    def replace_chain(self, chain: Chain, reason: str) -> None:
        """Go on with another chain of the same bundle, from a new segment."""
        chain.adjust_like(self.chain)
        self.chain = chain
        self.start_segment(reason)

    def waits_s(self, n_samples: int) -> float:
        """Seconds of signal that are decoded of a chunk of so many samples."""
        seconds = n_samples / self._sfreq
        return seconds if seconds <= self.policy.max_backlog_s else self.policy.keep_s

    def process(self, chunk: Chunk, events: Sequence[SourceEvent], now: float, buffered_s: float = 0.0) -> CoreOutput:
        """Decode one chunk at once; parameters as for :meth:`take` and :meth:`decode`."""
        return self.decode(self._admit(chunk, events, now), now, buffered_s)

    def take(self, chunk: Chunk, events: Sequence[SourceEvent], now: float) -> list[Part]:
        """Parts of a chunk for :meth:`decode`, all of them and in order, cut so that none completes two frames (of a
        resampled stream, hardly any): the first frame of a packet has waited longest, and its sound need not wait for
        the others'.

        Parameters
        ----------
        chunk : samples in µV.
        events : what the source noticed just before these samples.
        now : this machine's LSL clock.
        """
        whole = self._admit(chunk, events, now)
        cuts, n = [0], len(whole.data)
        while (end := self.chain.boundary(self._n_feature + len(cuts) - 1) - self._n_samples) <= n:
            cuts.append(max(cuts[-1], end))
        # the last frame's part takes what lies behind it
        cuts = [*cuts[: max(1, len(cuts) - 1)], n]
        parts = [(whole.data[a:b], whole.stamps[a:b], b == n) for a, b in pairwise(cuts) if a < b or n == 0]
        return [Part(*part) for part in parts]

    def _admit(self, chunk: Chunk, events: Sequence[SourceEvent], now: float) -> Part:
        stamps = chunk.stamps + chunk.offset if chunk.times is None else chunk.times
        self.age_by = "stamps" if chunk.times is None else "arrival"
        data = chunk.data
        self._started = now if self._started is None else self._started
        for event in events:
            self._handle(event)
        if len(data):
            # of what came before the first call; where clocks do not agree, at least not for ever
            self._starting &= bool(stamps[0] < self._started) and now < self._started + _START_S
        if len(data) > self.policy.max_backlog_s * self._sfreq:
            keep = max(1, round(self.policy.keep_s * self._sfreq))
            self._drop(len(data) - keep, keep)
            data, stamps = data[-keep:], stamps[-keep:]
        elif len(data):
            self._starting = False
        if self._n_samples == 0 and len(data):
            self.on_event(make_event("segment", "first sample of a segment", stamp=float(chunk.stamps[-len(data)])))
        if len(data):
            for call in self.before:
                call(data, float(chunk.stamps[-len(data)]))
        return Part(data, stamps)

    def _drop(self, dropped: int, kept: int) -> None:
        seconds = (dropped + kept) / self._sfreq
        if self._starting:  # what arrived while the engine started, in however many pieces: nobody misses it
            self.on_event(make_event("start", f"skipped {seconds:.2f} s that arrived during start-up"))
            self.chain.reset()
            self._begin()
            self.guard.splice()
            for shaper in self.shapers:
                shaper.reset()
            return
        self.metrics.count("dropped_samples", dropped)
        text = f"{seconds:.2f} s of signal were waiting; dropped to the newest {kept} samples"
        self.start_segment(text, dropped_samples=dropped)

    def _handle(self, event: SourceEvent) -> None:
        self.on_event(make_event(event.kind, event.text, seconds=event.seconds, **event.details))
        self.metrics.count(event.kind.replace(" ", "_"))
        # of a clock that was set no sample is missing: what is smaller than a gap that is carried over is late packets
        if event.kind in ("returned", "changed") or (
            event.kind in ("gap", "clock jump") and abs(event.seconds) > self.policy.carry_s
        ):
            self.start_segment(event.text)

    def decode(self, part: Part, now: float, buffered_s: float = 0.0) -> CoreOutput:
        """Decode what was taken.

        Parameters
        ----------
        part : of the last chunk.
        now : this machine's LSL clock.
        buffered_s : sound that waits before the ear: buffer fill plus device latency.
        """
        data, stamps = part.data, part.stamps
        decoded = self.chain.push(data)
        self._taken.append((decoded.seconds, len(data)))
        if part.last:
            took = [sum(stage) for stage in zip(*(seconds for seconds, _ in self._taken), strict=True)]
            self.pace.decoded(took, sum(n for _, n in self._taken) / self._sfreq)
            self._taken.clear()
        self._n_samples += len(data)
        if len(stamps):
            self.newest_stamp = float(stamps[-1])
        n_new = len(decoded.features)
        self._stamps = np.concatenate([self._stamps, stamps])
        newest = [self.chain.boundary(self._n_feature + k) - 1 - self._first_stamp for k in range(n_new)]
        feature_stamps = self._stamps[newest] if newest else np.zeros(0)
        if newest:  # with a resampled stream, the next frame's samples may be here already
            self._stamps, self._first_stamp = self._stamps[newest[-1] + 1 :], self._first_stamp + newest[-1] + 1
        self._n_feature += n_new
        self._waiting.extend(feature_stamps.tolist())
        mel_stamps = self._stamps_of(self._n_mel + np.arange(len(decoded.mel)))
        audio_idx = self._n_audio + np.arange(len(decoded.audio))
        audio_stamps = self._stamps_of(audio_idx // self._hop) - (self._hop - 1 - audio_idx % self._hop) / self._rate
        self._n_mel += len(decoded.mel)
        self._n_audio += len(decoded.audio)
        oldest = min(self._n_mel, self._n_audio // self._hop)
        for _ in range(oldest - self._first_waiting):
            self._waiting.popleft()
        self._first_waiting = max(self._first_waiting, oldest)
        if n_new:
            self.n_frames += n_new
            for name, seconds in zip(STAGES, decoded.seconds, strict=True):
                self.metrics.time(name, seconds / n_new)
            self.metrics.time("total", sum(decoded.seconds) / n_new)
        age_s = None
        if len(audio_stamps):
            age_s = now - float(audio_stamps[0]) + buffered_s + self.guard.delay_s
            if age_s < -1.0:  # heard before it was taken: nobody knows how old it is
                age_s = np.inf
            else:
                self.metrics.time("age", max(0.0, age_s))
        sound = decoded.audio
        self.bad_samples += len(sound) - int(np.count_nonzero(np.isfinite(sound)))
        for shaper in self.shapers:
            sound = shaper.process(sound, decoded, audio_stamps, now)
        guarded = self.guard.process(sound, age_s)
        heard_by = (
            (float(audio_stamps[0]) if len(audio_stamps) else now) + self.guard.longest_age_s - self.guard.delay_s
        )
        return CoreOutput(decoded, guarded, feature_stamps, mel_stamps, audio_stamps, heard_by)

    def _stamps_of(self, frame_idx: np.ndarray) -> np.ndarray:
        waiting = self._waiting
        return np.array([waiting[k - self._first_waiting] for k in frame_idx], np.float64)
