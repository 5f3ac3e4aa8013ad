"""The sound card sink on a card that a simulation empties: minutes and hours of packets, jitter and stalls in seconds.

What is heard is counted, not made: the resampler is replaced by one that gives as many samples of silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

import bk_realtime.sink.intake as intake
import bk_realtime.sink.portaudio as backend
import bk_realtime.sink.soundcard as module
from bk_realtime.sink.soundcard import SoundCard
from tests.manual_clock import ManualClock
from tests.unit.test_soundcard import HOP, RATE, FakePortAudio

HOP_S, COMPUTE_S = HOP / RATE, 0.0018
_START = 50.0
_BEAT_S = 0.02  # the decode thread is heard of at least so often, unless it stands still


@dataclass(frozen=True)
class Writes:
    """Moments at which the engine hands over hops.

    Attributes
    ----------
    at : (n,) seconds, one a hop, rising.
    taken : (n,) when the first neural sample of each hop was taken, in seconds.
    stalls : (begin, end) in seconds of the moments at which nothing runs.
    """

    at: np.ndarray
    taken: np.ndarray
    stalls: tuple[tuple[float, float], ...] = ()


def writes(
    seconds: float, packet_s: float, jitter_s: float, seed: int = 0, lookahead: int = 1, most: float = 8.0
) -> Writes:
    """Packets late by an exponential jitter, never overtaking; ``lookahead`` in hops, ``most`` in mean jitters."""
    rng = np.random.default_rng(seed)
    hops = np.arange(int(seconds / HOP_S) - 1 - lookahead)
    packet = np.ceil((hops + 1 + lookahead) * HOP_S / packet_s - 1e-9).astype(int)
    arrival = np.arange(packet[-1] + 1) * packet_s
    arrival = np.maximum.accumulate(arrival + jitter_s * np.minimum(most, rng.exponential(size=len(arrival))))
    return Writes(_one_after_another(arrival[packet]), hops * HOP_S)


def _one_after_another(at: np.ndarray) -> np.ndarray:
    order = COMPUTE_S * np.arange(1, len(at) + 1)
    return np.asarray(order + np.maximum.accumulate(at + COMPUTE_S - order))


def stalled(
    come: Writes, every_s: float, until_s: float = np.inf, seed: int = 1, long_s: tuple[float, float] = (0.02, 0.06)
) -> Writes:
    """The same, with the machine busy elsewhere for ``long_s`` about every ``every_s``."""
    rng = np.random.default_rng(seed)
    at, begin, stalls = come.at.copy(), 5.0, []
    while (begin := begin + every_s * rng.uniform(0.5, 1.5)) < min(until_s, at[-1]):
        end = begin + rng.uniform(*long_s)
        at[slice(*np.searchsorted(at, (begin, end)))] = end
        stalls.append((begin, end))
    return replace(come, at=_one_after_another(at - COMPUTE_S), stalls=tuple(stalls))


class PlayoutRun:
    """One session of the sink on a card of its own clock.

    Attributes
    ----------
    at : (n,) seconds of the writes.
    delay : (n,) seconds from when a hop's first sample was taken to when the card takes it.
    reserve : (n,) the sink's target in seconds.
    dry : (n,) underruns so far.
    plays : (n,) whether sound runs.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        come: Writes,
        ppm: float = 0.0,
        max_age_s: float = np.inf,
        **settings: float,
    ) -> None:
        sd = FakePortAudio(RATE, 1)
        for where in (module, backend):
            monkeypatch.setattr(where, "portaudio", lambda: sd)
        monkeypatch.setattr(module, "real_time_priority", lambda *_: "none in tests")
        monkeypatch.setattr(intake, "resample", self._count)
        self._over, self._silence = 0.0, np.zeros(2 * HOP, np.float32)
        clock = ManualClock(_START)
        sink = self.sink = SoundCard(RATE, clock=clock, **settings)
        sink._open(sd)
        stream, none = sd.streams[0], SimpleNamespace(output_underflow=False)
        out, hop, nothing = np.zeros((stream.blocksize, 1), np.float32), self._silence[:HOP], self._silence[:0]
        period, card = stream.blocksize / RATE / (1 + ppm * 1e-6), 0.0
        self.at = at = come.at
        n = len(at)
        self.delay, self.reserve, self.dry = np.zeros(n), np.zeros(n), np.zeros(n, int)
        self.plays = np.zeros(n, bool)
        stalls = iter([*come.stalls, (np.inf, np.inf)])
        begin, end = next(stalls)
        beaten = 0.0
        for i, (write, taken) in enumerate(zip(at.tolist(), come.taken.tolist(), strict=True)):
            while card < write:
                clock.time = _START + card
                if card >= end:
                    begin, end = next(stalls)
                if card > beaten + _BEAT_S and card < begin:
                    sink.write(nothing)
                    beaten = card
                stream.callback(out, len(out), None, none)
                card += period
            clock.time = _START + write
            self.delay[i] = write - taken + sink._player.ring.fill / RATE - (write - (card - period))
            sink.write(hop, taken + max_age_s - write - sink.latency_s)
            beaten = write
            self.reserve[i], self.dry[i] = sink._level.reserve.target_s, sink.underruns
            self.plays[i] = sink._player.playing

    def _count(self, x: np.ndarray, state: object, ratio: float, _table: object) -> tuple[np.ndarray, object]:
        wanted = len(x) * ratio + self._over
        self._over = wanted % 1
        return self._silence[: int(wanted)], state

    def underruns(self, since_s: float, until_s: float = np.inf) -> int:
        inside = self.dry[(self.at >= since_s) & (self.at < until_s)]
        return int(inside[-1] - inside[0])

    def mean_delay(self, since_s: float, until_s: float = np.inf) -> float:
        return float(self.delay[(self.at >= since_s) & (self.at < until_s)].mean())
