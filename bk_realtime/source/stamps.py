"""Judges a stream's time stamps against arrival, and gives times on this machine's clock where they are not to be
trusted. Pure: arrival times are injected.

Nobody sends a sample before it was taken, so the smallest delay (arrival minus stamp) of a while stands for the
offset of the sender's clock, and what exceeds it is age. Delay that grows as steadily as a clock drifts is drift;
delay that jumps is old data. Stamps that do not run with time (constant, repeated, in milliseconds) are replaced by
the sample count at the nominal rate, judged in the same way.

A sender, a network or this process that stood still makes data late and no stamp wrong. Where packets come later and
earlier within two seconds, only what exceeds that is a clock's; samples that waited were stamped within a moment.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from bk_realtime.chunks import Chunk
from bk_realtime.source.base import SourceEvent

_AHEAD_S = 0.05
"""Smooth senders stamp up to 15 ms ahead; more is another clock."""
_BEHIND_S = 30.0
"""Older than any buffer: another clock."""
_WINDOW_S = 2.0
_WINDOWS = 64
_DRIFT_S = 0.015
_FEWEST_COUNTED, _FEWEST, _FEWEST_FAST, _FAST = 4, 6, 10, 0.01
"""Windows before a drift is told, and before one of more than a per cent is: a sender without enough time for its work
falls behind as evenly for some seconds."""
_FASTEST = 0.05
"""Seconds a second: no clock drifts faster, a sender that falls behind, or works off what waits, does."""
_HELD_S = 0.05
"""What comes at once beyond two usual packets and this long waited somewhere."""
_SUDDEN_S, _MOMENT_S = 0.05, 0.5
"""A delay so far below all others is one packet's, stamped wrong (its sender stood still just then), until packets of
another moment, so many seconds later, say the same. A stream's first packet is held against its first two seconds: what
its stamps ran ahead of the samples is taken back by those that follow. What only arrives later than it did is old."""
_AT_ONCE_S = 0.1
"""What one look of the sender at its clock stamps comes within this."""
_RIGHT_S = 5.0
_CORRECTED_S = 5e-3
_LOST_S = 10.0
"""A sample count that stays late this long lost samples."""


_NO_TIME = "are no times"


class _Floor:
    """Smallest delay of a line against arrival, with its drift; windows widen so that they span the session."""

    def __init__(self, last_s: float = math.inf) -> None:
        self._last_s = last_s
        self.clear()

    def clear(self) -> None:
        self._width, self._windows = _WINDOW_S, deque[tuple[float, float]]()
        self._begun, self._least = math.nan, (0.0, math.inf)
        self._most, self._spreads = -math.inf, deque[float](maxlen=_WINDOWS)
        self._sudden = (-math.inf, 0.0)
        self._rest = (math.inf, 0.0)  # least of the first window, without what came at its begin; how far it ran
        self._ran = 0.0  # that of the least of all
        self.slope, self.drifts = 0.0, False

    def add(self, at: float, delay: float, ran: float = 0.0) -> float:
        """The floor at ``at`` in seconds; above ``delay`` only where that is not believed yet. ``ran``: by how many
        seconds the stamps have run further than the samples."""
        if math.isnan(self._begun):
            self._begun = at
        if at - self._begun >= self._width:
            if not self._windows and math.isinf(self._last_s):
                self._least = self._first_mended()
            self._windows.append(self._least)
            self._spreads.append(self._most - self._least[1])
            self._begun, self._least, self._most = at, (at, math.inf), -math.inf
            if len(self._windows) == _WINDOWS and math.isinf(self._last_s):
                pairs = list(self._windows)
                self._windows = deque(
                    min(p, q, key=lambda w: w[1]) for p, q in zip(pairs[::2], pairs[1::2], strict=True)
                )
                self._width *= 2
            while self._windows and self._windows[0][0] < at - self._last_s:
                self._windows.popleft()
            self._learn()
        delay = self._believed(at, delay)
        if delay < self._least[1]:
            self._least, self._ran = (at, delay), ran
        if not self._windows and delay < self._rest[0] and at - self._begun > _AT_ONCE_S:
            self._rest = (delay, ran)
        self._most = max(self._most, delay)
        return self._floor(at)

    def _first_mended(self) -> tuple[float, float]:
        """Least of the first window, without what stamps at its begin were ahead: nothing was there yet to see it by.
        Where the delay grew and the stamps ran on with the samples, all that followed is late, for as long as it is."""
        at, delay = self._least
        rest, ran = self._rest
        ahead = min(rest - delay, self._ran - ran)
        return (at, delay + ahead) if _SUDDEN_S < ahead < math.inf else (at, delay)

    def _floor(self, at: float) -> float:
        return min(d + self.slope * (at - t) for t, d in (*self._windows, self._least))

    def _believed(self, at: float, delay: float) -> float:
        """The delay, or the floor where one packet alone lies far below it: the whole session would be old by that."""
        floor = self._floor(at)
        if not delay < floor - _SUDDEN_S < math.inf:
            return delay
        first_at, first = self._sudden
        if at - first_at > _WINDOW_S:
            self._sudden = (at, delay)
            return floor
        if at - first_at < _MOMENT_S:
            return floor
        self._sudden = (-math.inf, 0.0)
        return max(first, delay)

    def _learn(self) -> None:
        counts = math.isfinite(self._last_s)  # samples, whose drift is told to nobody
        if len(self._windows) < (_FEWEST_COUNTED if counts else _FEWEST):
            return
        t, d = np.array(self._windows).T
        # the median step: a backlog is one step and no drift
        slope = float(np.median(np.diff(d) / np.diff(t)))
        rest = d - slope * t
        scatter = 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
        change = abs(slope) * (t[-1] - t[0])
        steady = float(np.mean(np.sign(np.diff(d)) == np.sign(slope))) >= 0.8
        # a clock moves the whole of a window, and who is held up now and then scatters within it
        held = max(0.0, float(np.median(self._spreads)) - abs(slope) * self._width)
        enough = abs(slope) <= (_FASTEST if counts or len(t) >= _FEWEST_FAST else _FAST)
        self.drifts = steady and enough and change > max(_DRIFT_S, 4 * scatter, 2 * held)
        self.slope = slope if self.drifts else 0.0


class StampJudge:
    """Watches one stream's stamps.

    Parameters
    ----------
    sfreq : nominal rate in Hz.
    """

    def __init__(self, sfreq: float) -> None:
        self.sfreq = sfreq
        self.kind = ""
        """What is wrong with the stamps; empty while they are trusted."""
        self._is_useless = False  # what stands is
        self.offset_s = 0.0
        """Smallest delay of the stamps: arrival minus stamp, in seconds."""
        self.drift_ppm = 0.0
        self.packet_s = 0.0
        """Length of what arrives at once (median of the last arrivals)."""
        self.burst = 1.0
        """Longest of the last arrivals against the median."""
        self._count = _Floor(_LOST_S)
        self._n, self._offset, self._arrived = 0, 0.0, -math.inf
        self.restart()
        self._packets: deque[int] = deque(maxlen=64)

    def restart(self, same: bool = False) -> None:
        """Samples of before say nothing of those to come: the stream was away. What stands stands until it is right.
        ``same``: its sender was not started anew, and stamps by the clock of before."""
        self._count.clear()
        if not same:
            self._forget_stamps()

    def _forget_stamps(self) -> None:
        self._stamps, self._right_since = _Floor(), math.nan
        self._jumped, self._was_useless = -math.inf, False
        self._last: tuple[float, float] | None = None  # arrival, stamp
        # arrival, stamp, samples, share of odd ones, seconds in which they came
        self._recent: deque[tuple[float, float, int, float, float]] = deque()

    def observe(self, chunk: Chunk, timed: bool = True) -> tuple[np.ndarray | None, list[SourceEvent]]:
        """Times (T,) on this machine's clock, ``None`` while the stamps are trusted; and what is to be said.
        ``timed``: all samples came with a time, none was put in the place of one (:mod:`~bk_realtime.source.no_time`).
        """
        n, at = len(chunk), chunk.received
        if not n or self.sfreq <= 0:
            return None, []
        self._packets.append(n)
        self.packet_s = float(np.median(self._packets)) / self.sfreq
        self.burst = max(self._packets) / float(np.median(self._packets))
        if not timed:
            self._n += n
            late = (at - self._n / self.sfreq) - self._count.add(at, at - self._n / self.sfreq)
            return self._times(at, late, n), self._say(_NO_TIME, at, chunk.first_index, _NO_TIME)
        corrected = abs(chunk.offset - self._offset) > _CORRECTED_S
        if corrected:  # the time correction became known, or was mended: no news about the sender's stamps
            self._forget_stamps()
            self.offset_s, self._offset = 0.0, chunk.offset
        stamps = chunk.stamps + chunk.offset
        steps = np.diff(stamps)
        odd = float(np.mean(steps < 0.1 / self.sfreq)) if n > 2 else 0.0
        stamp = float(stamps[-1]) if np.isfinite(stamps).all() else 0.0
        self._n += n
        delay, counted = at - stamp, at - self._n / self.sfreq
        kind = ""
        came_s = min(at - self._arrived, n / self.sfreq, _HELD_S + 2 * self.packet_s)
        self._arrived = at
        if self._last is not None:
            was_at, was = self._last
            # data cannot grow old faster than time passes, nor stamps run further than samples do; a backlog that
            # drains (younger with every packet, stamps in step with samples) is no clock. Forward is more than back:
            # what one packet alone is stamped ahead is taken back with the next
            forward = delay < self.offset_s - 0.6 and stamp - was - n / self.sfreq > 0.6
            if (at - stamp) - (was_at - was) > (at - was_at) + 0.5 or forward:
                self._stamps.clear()
                if at - self._jumped > _WINDOW_S and not self._was_useless:  # not with every packet: no clock does so
                    self._recent.clear()
                self._jumped = at
                kind = "were set to another time"
        self._last = (at, stamp)
        floor = self._stamps.add(at, delay, stamp - self._n / self.sfreq)
        self.offset_s, self.drift_ppm = floor, 1e6 * self._stamps.slope
        floor_counted = self._count.add(at, counted)
        useless = self._useless(at, stamp, n, odd, came_s)
        self._was_useless = bool(useless)
        if useless:
            kind = useless
        elif not -_AHEAD_S <= floor <= _BEHIND_S or not -_AHEAD_S <= delay:
            kind = "are on another clock" if abs(delay) > _BEHIND_S else "are from the future"
        elif self._stamps.drifts and not kind:
            kind = "drift"
        if corrected and not kind and self.kind:  # they were in order all the while
            return None, [self._right(chunk.first_index)]
        events = self._say(kind, at, chunk.first_index, useless)
        if not self.kind:
            return None, events
        return self._times(at, (counted - floor_counted) if useless else (delay - floor), n), events

    def _times(self, at: float, late: float, n: int) -> np.ndarray:
        """(n,) times of samples of which the newest came ``late`` seconds after the quickest."""
        times: np.ndarray = at - max(0.0, late) - (n - 1 - np.arange(n)) / self.sfreq
        return times

    def _useless(self, at: float, stamp: float, n: int, odd: float, came_s: float) -> str:
        """Why the stamps do not run with time, if they do not; a share ``odd`` of the samples repeats or steps back."""
        self._recent.append((at, stamp, n, odd, came_s))
        total = sum(r[2] for r in self._recent)
        while len(self._recent) > 2 and total - self._recent[0][2] > _WINDOW_S * self.sfreq:
            total -= self._recent.popleft()[2]
        first = self._recent[0]
        # by time: what waited was stamped within a moment, and comes within one
        lasted = sum(r[4] for r in self._recent)
        if lasted > 0.5 * total / self.sfreq and sum(r[3] * r[4] for r in self._recent) > 0.25 * lasted:
            return "repeat or step back"
        passed, ran, came = (total - first[2]) / self.sfreq, stamp - first[1], at - first[0]
        # a backlog arrives in no time, and may be stamped in none; after a loss the stamps run further than the samples
        if passed > 0.1 and not 0.3 * min(passed, came) - 0.1 <= ran <= 3 * max(passed, came) + 0.5:
            return "do not run in seconds"
        return ""

    def _say(self, kind: str, at: float, index: int, useless: str) -> list[SourceEvent]:
        if not kind:
            if not self.kind or self.kind == "drift":  # a clock that drifted goes on to drift
                return []
            if math.isnan(self._right_since):
                self._right_since = at
            if at - self._right_since < _RIGHT_S:
                return []
            return [self._right(index)]
        self._right_since = math.nan
        if self.kind and (self._is_useless or not useless):
            return []  # one standing line: they may be useless in another way with every packet
        self.kind, self._is_useless = kind, bool(useless)
        what = "the stream's time stamps"
        by = f"{self.drift_ppm / 1e3:+.2f} ms a second" if kind == "drift" else f"{-self.offset_s:+.3f} s from arrival"
        text = f"{what} {kind} ({by}): age does not go by them; let the sender stamp with LSL's local_clock()"
        return [SourceEvent("stamps", index, -self.offset_s, text, {"active_fault": "stamps"})]

    def _right(self, index: int) -> SourceEvent:
        self.kind = ""
        return SourceEvent("stamps right", index, 0.0, "the time stamps are right again", {"corrected": "stamps"})
