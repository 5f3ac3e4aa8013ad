"""When each sample of a stream was taken: a smooth line through its stamps that looks back only.

Stamps jitter by packets and a device runs beside its nominal rate, so a sample is put where a line through all stamps
so far says, never where its own stamp says. The line is fitted by recursive least squares that forget; it changes at
fixed counts of samples and bends without a step. A lasting shift between stamps and count is a gap (or a clock that
was set) and begins a new run. Nothing depends on how the samples were cut into chunks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

_EDGE = 0.05  # of a sampling interval: a larger step between stamps ends a packet
_LONGEST_PACKET_S = 1.0
_PACKETS = 1.5  # a shift must outlast one packet, which may only be stamped late
_STANDSTILL_S = 2.0  # stamps that stand still for so long are taken as they are
_RATE_SD = 5e-4  # of a device's rate about the nominal one, before the first stamp
_JITTER_S = 5e-4  # of the mean of a block, as the fit expects it
_SCATTER_S = 10.0  # memory of the scatter


@dataclass(frozen=True)
class LineSettings:
    """Times of :class:`Line` in seconds."""

    update_s: float = 0.125
    """The line is brought up to date this often (in samples)."""
    memory_s: float = 120.0
    """Stamps older than this count for less than a third."""
    settle_s: float = 0.5
    """So much is needed before the line is trusted."""
    confirm_s: float = 0.1
    """A shift of the stamps counts when it has lasted this long."""
    start_s: float = 5.0
    """Until then ``start_tolerance_s`` is the least tolerance."""
    start_tolerance_s: float = 0.03
    scatter_factor: float = 7.5
    """Tolerance in mean absolute deviations of the stamps (6 standard deviations)."""
    least_samples: float = 1.5
    """Least tolerance, in sampling intervals."""


class Placed(NamedTuple):
    """Samples that have their time now.

    times : (n,) seconds on the axis of the stamps; NaN before the line is trusted.
    runs : (n,) int, goes up by one at the first sample after a gap.
    """

    times: np.ndarray
    runs: np.ndarray


class Line:
    """The line of one stream. Push stamps in any chunks; samples come back, in order, as soon as they are certain.

    A sample on the line is certain at once; one that is off it waits until those after it tell a late packet from a gap
    (0.1 s, or one and a half packets).

    Parameters
    ----------
    sfreq : nominal rate in Hz.
    settings : see there.
    """

    def __init__(self, sfreq: float, settings: LineSettings | None = None) -> None:
        self.sfreq, self.settings = float(sfreq), settings or LineSettings()
        self._block = max(1, round(self.settings.update_s * self.sfreq))
        self._origin: float | None = None
        self._n = 0  # samples that are certain
        self._run, self._shift = 0, 0.0  # of stamps against count, over all gaps so far
        self._shifted = -1  # at which sample last
        # the line at sample time _at: seconds beside the nominal time, and their change per second
        self._at, self._level, self.slope = 0.0, 0.0, 0.0
        level_sd, rate_sd = self.settings.start_tolerance_s / _JITTER_S, _RATE_SD / _JITTER_S
        self._p = (level_sd**2, 0.0, rate_sd**2)
        self._bend = 0.0  # how far beside it samples are put at _at; nothing is left of that a block later
        self._good_x: list[np.ndarray] = []
        self._good_r: list[np.ndarray] = []
        self._scatter, self._n_blocks = 0.0, 0
        self._held = np.zeros(0)
        self._needed = np.zeros(0)
        self._pending, self._sign, self._looked = False, 1.0, 0
        self._last_stamp, self._last_edge, self._packet, self._seen = math.nan, 0, 0, 0
        self._second: list[tuple[float, int]] = []
        self._n_seconds, self._sum_squares, self.residual_max_s = 0, 0.0, 0.0

    @property
    def rate(self) -> float:
        """Samples per second by the stamps, in Hz."""
        return self.sfreq / (1 + self.slope)

    @property
    def start_s(self) -> float:
        """When sample 0 was taken, by the line as it is now; NaN before the first."""
        return math.nan if self._origin is None else self._origin + self._level - self.slope * self._at

    @property
    def residual_rms_s(self) -> float:
        """Of whole seconds of stamps about the line, in s: what it did not follow, jitter of packets averaged out."""
        return math.sqrt(self._sum_squares / self._n_seconds) if self._n_seconds else 0.0

    @property
    def tolerance_s(self) -> float:
        """How far a stamp may lie off the line."""
        s = self.settings
        least = s.least_samples / self.sfreq
        if self._at < s.start_s:
            least = max(least, s.start_tolerance_s)
        return max(least, s.scatter_factor * self._scatter)

    def push(self, stamps: np.ndarray) -> Placed:
        """Take (T,) stamps in; returns the samples that are certain by now, which may be none or older ones."""
        if len(stamps):
            stamps = np.asarray(stamps, np.float64)
            if self._origin is None:
                self._origin = float(stamps[0])
            self._needed = np.append(self._needed, self._confirmation(stamps))
            self._held = np.append(self._held, stamps)
        out: list[Placed] = []
        while len(self._held) and (self._judge(out) if self._pending else self._follow(out)):
            pass
        return _together(out)

    def move(self, by_s: float) -> None:
        """All stamps so far are to be read as later by so many seconds: what their clock is became known."""
        if self._origin is not None:
            self._origin += by_s
        self._held, self._last_stamp = self._held + by_s, self._last_stamp + by_s

    def finish(self) -> Placed:
        """What still waits, counted as late only: there is nothing more to tell a gap by."""
        out: list[Placed] = []
        while len(self._held):
            if self._pending:
                self._release(out, len(self._held))
            else:
                self._follow(out)
        return _together(out)

    def _confirmation(self, stamps: np.ndarray) -> np.ndarray:
        """How long a shift must last, as each sample knows it: longer than the longest packet so far."""
        steps = np.diff(stamps, prepend=self._last_stamp)
        edges = np.flatnonzero(np.abs(steps * self.sfreq - 1) > _EDGE)
        lengths = np.diff(edges + self._seen, prepend=self._last_edge)
        lengths[lengths > _LONGEST_PACKET_S * self.sfreq] = 0
        longest = np.zeros(len(stamps), np.int64)
        longest[edges] = lengths
        longest = np.maximum(np.maximum.accumulate(longest), self._packet)
        if len(edges):
            self._last_edge = self._seen + int(edges[-1])
        self._packet, self._last_stamp = int(longest[-1]), float(stamps[-1])
        self._seen += len(stamps)
        return np.asarray(np.maximum(self.settings.confirm_s, _PACKETS * longest / self.sfreq))

    def _off(self, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Sample times and distances from the line of the held samples ``start`` to ``stop``."""
        x = np.arange(self._n + start, self._n + stop) / self.sfreq
        assert self._origin is not None
        return x, self._held[start:stop] - self._origin - self._shift - x - (self._level + self.slope * (x - self._at))

    def _follow(self, out: list[Placed]) -> bool:
        """Samples to the next update or to the first one off the line."""
        end = self._block - self._n % self._block
        x, r = self._off(0, min(end, len(self._held)))
        off = np.flatnonzero(~(np.abs(r) <= self.tolerance_s))
        n = int(off[0]) if len(off) else len(r)
        self._good_x.append(x[:n])
        self._good_r.append(r[:n])
        if n < len(r):
            self._pending, self._sign, self._looked = True, math.copysign(1.0, r[n]), 0
        self._release(out, n)
        return True

    def _judge(self, out: list[Placed]) -> bool:
        """Whether the held samples, of which the first is off the line, were late only, or follow a gap."""
        x, r = self._off(0, len(self._held))
        stamped, since = self._held - self._held[0], x - x[0]
        new = slice(self._looked, None)
        back = np.flatnonzero(r[new] * self._sign < 0.5 * self.tolerance_s)
        lasting = (np.minimum(since, stamped) >= self._needed) | (since >= _STANDSTILL_S)
        lasts = np.flatnonzero(lasting[new])
        first_back = self._looked + int(back[0]) if len(back) else len(r)
        first_lasts = self._looked + int(lasts[0]) if len(lasts) else len(r)
        self._looked = len(r)
        if not len(back) and not len(lasts):
            return False
        if first_back <= first_lasts:  # both at once: stamps run far faster than samples
            self._release(out, first_back)
        elif self._shifted == self._n:  # it changed nothing: stamps too large to be counted with
            self._release(out, first_lasts + 1)
        else:
            self._shifted = self._n
            self._shift_by(r[: first_lasts + 1], stamped[: first_lasts + 1])
        self._pending = False
        return True

    def _shift_by(self, r: np.ndarray, stamped: np.ndarray) -> None:
        """A new run from the first held sample on, by a whole number of samples and a fraction that the fit finds."""
        recent = r[stamped >= stamped[-1] - self.settings.confirm_s / 2]
        interval = (1 + self.slope) / self.sfreq
        self._shift += round(float(np.median(recent)) / interval) * interval
        level, cross, rate = self._p
        self._p = (level + (0.5 / self.sfreq / _JITTER_S) ** 2, cross, rate)
        self._run += 1

    def _release(self, out: list[Placed], n: int) -> None:
        """Give ``n`` held samples their times, and bring the line up to date where they end a block."""
        if n:
            index = np.arange(self._n, self._n + n)
            x = index / self.sfreq
            assert self._origin is not None
            times = self._origin + self._shift + x + self._beside(x)
            times[x < self.settings.settle_s] = math.nan
            out.append(Placed(times, np.full(n, self._run)))
            before, self._n = self._n // self._block, self._n + n
            self._held, self._needed = self._held[n:], self._needed[n:]
            if self._n // self._block > before:
                self._update(self._n // self._block * self._block / self.sfreq)

    def _beside(self, x: np.ndarray) -> np.ndarray:
        """Seconds beside the nominal time where samples are put: from where they were at the last update straight to
        where the line is a block later."""
        bend = self._bend * np.maximum(0.0, 1 - (x - self._at) * self.sfreq / self._block)
        return np.asarray(self._level + self.slope * (x - self._at) + bend)

    def _update(self, x_end: float) -> None:
        """Recursive least squares with the mean of the block that ends at sample time ``x_end``."""
        x, r = np.concatenate(self._good_x), np.concatenate(self._good_r)
        self._good_x, self._good_r = [], []
        dt, now = x_end - self._at, float(self._beside(np.array(x_end)))
        a, b, c = self._p
        self._level += self.slope * dt
        fade = math.exp(dt / self.settings.memory_s)
        a, b, c = (a + 2 * dt * b + dt * dt * c) * fade, (b + dt * c) * fade, c * fade
        self._at = x_end
        if len(r):
            back = float(x.mean()) - x_end  # the block's middle lies before its end
            mean = float(r.mean())
            pa, pb = a + back * b, b + back * c
            total = pa + back * pb + 1.0
            ga, gb = pa / total, pb / total
            self._level += ga * mean
            self.slope += gb * mean
            a, b, c = a - ga * pa, b - ga * pb, c - gb * pb
            self._note_scatter(r, dt, mean)
        self._p = (a, b, c)
        self._bend = now - self._level if x_end > self.settings.settle_s else 0.0

    def _note_scatter(self, r: np.ndarray, dt: float, mean: float) -> None:
        self._n_blocks += 1
        off = float(np.abs(r).mean())
        if self._at > self.settings.start_s:
            off = min(off, 3 * self._scatter + 0.1 / self.sfreq)
        self._scatter += max(1 / self._n_blocks, dt / _SCATTER_S) * (off - self._scatter)
        if self._at > self.settings.settle_s:
            self._second.append((mean * len(r), len(r)))
            n = sum(k for _, k in self._second)
            if n >= self.sfreq:
                residual = sum(s for s, _ in self._second) / n
                self._second = []
                self._n_seconds += 1
                self._sum_squares += residual**2
                self.residual_max_s = max(self.residual_max_s, abs(residual))


def _together(placed: list[Placed]) -> Placed:
    if not placed:
        return Placed(np.zeros(0), np.zeros(0, np.int64))
    return Placed(np.concatenate([p.times for p in placed]), np.concatenate([p.runs for p in placed]))
