"""How much sound to keep in reserve: the least that does not run dry with the packets and the jitter that come.

How far below its usual level the buffer fell is measured, second by second. What comes every few seconds is held for,
whatever its size. For what is rarer, so much is held as jitter of that spread brings once in hours. But never much: a
stall of the machine once in a minute is one short fade, not a delay that lasts.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

_WINDOW_S = 1.0
_KEPT = 300  # windows: five minutes
_OFTEN = 0.9  # quantile of the windows: what comes more often than once in 10 s
_RARE = 0.98  # ... once in 50 s
_RARE_MOST_S = 0.02  # held beyond the usual for what is rare
# The delay of packets thins out exponentially, so the worst of a second is Gumbel distributed (Gumbel, Statistics of
# Extremes, 1958). Its quantiles, in units of its scale:
_LOW, _HALF, _HIGH = (-math.log(-math.log(p)) for p in (0.1, 0.5, 0.9))
# held for is the worst of so many times as long as was listened to, and of six hours at most
_FURTHER, _AHEAD_S = 50, 6 * 3600
_FIRST = 10  # windows before anything is given back
_PART_S, _FIRST_PARTS = 0.25, 10  # until then parts of windows tell what is held for, from so many on
_SOON_S = 60.0  # ... and the worst of a minute, not of hours: how such parts are spread is not known well
_UNSURE = 1.0  # the scale that n windows tell is held to be too small by this over the root of n
_SAFETY_S = 0.0015
_AGAIN_S = 10.0  # a second large underrun within this is no rare one
_HOLD_S = 10.0  # after an underrun, before the reserve falls
_FALL = 1 / 15  # of the excess a second ...
_FALL_MOST = 0.001  # ... and never faster than this: 0.1 % of pitch
_FALL_FIRST, _FIRST_MINUTE = 0.003, 60  # 0.3 % within so many windows: what a start costs is soon given back


class Reserve:
    """Target of the sound that waits just before new sound arrives. No clock, no thread: told all that it knows.

    Parameters
    ----------
    start_s : seconds held until something is known.
    least_s, most_s : bounds in seconds. What was later than ``most_s`` was no jitter, and raises nothing.
    careful : while little is known, hold for what may be worse; else for no more than what was seen tells.
    """

    def __init__(self, start_s: float, least_s: float, most_s: float, careful: bool = True) -> None:
        self._careful = careful
        self.least_s, self.most_s = least_s, max(most_s, start_s)
        self._ever_s = self.most_s
        self._wanted_s = max(least_s, start_s)
        self._whole, self._parts = _Windows(_WINDOW_S), _Windows(_PART_S)
        self._held_until = self._dry_at = -np.inf
        self.falls = 0.0
        """How fast the target falls now, in seconds a second: to be given back beside what two clocks differ by."""

    @property
    def target_s(self) -> float:
        """Seconds to hold now."""
        return min(self._wanted_s, self.most_s)

    def limit(self, most_s: float) -> None:
        """For now at most so many seconds are held, within the bounds: what waits longer is not heard at all."""
        self.most_s = min(self._ever_s, max(self.least_s, most_s))

    def observe(self, now: float, level_s: float, margin_s: float) -> None:
        """The buffer just before a write: nothing is missing.

        Parameters
        ----------
        now : seconds on any clock.
        level_s : where it usually stands at that moment (smoothed).
        margin_s : the least that waited since the last call; below 0 where the device has only not asked yet.
        """
        self._window(now, level_s - margin_s)

    def ran_dry(self, now: float, level_s: float, missing_s: float) -> bool:
        """New sound came ``missing_s`` after the last was played. True: the reserve was raised by what was missing."""
        if missing_s > self._ever_s:
            return False
        self._window(now, level_s + missing_s)
        again, self._dry_at = now - self._dry_at < _AGAIN_S, now
        if missing_s > _RARE_MOST_S and not again:
            return False
        wanted = min(self.most_s, level_s + missing_s + _SAFETY_S)
        self._held_until = now + _HOLD_S
        raised = wanted > self._wanted_s
        self._wanted_s = max(self._wanted_s, wanted)
        return raised

    @property
    def needed_s(self) -> float:
        """What the last five minutes ask for, in seconds; more than they needed, since worse comes in an hour."""
        windows = self._whole if self._whole.count >= _FIRST else self._parts
        dips, length_s = np.array(windows.dips), windows.length_s
        # in parts of windows the same comes in fewer of them
        at = (1 - (1 - p) * length_s / _WINDOW_S for p in (_OFTEN, _RARE))
        usual, often, rare = np.quantile(dips, (0.5, *at), method="lower")
        soon = windows is self._parts
        beyond = math.log(_SOON_S / length_s if soon else min(_FURTHER * windows.count, _AHEAD_S / length_s)) - _HALF
        # of what is no such jitter, the worst of an hour lies about as far beyond the worst of a minute as that beyond
        # the usual
        rare = min(2 * rare - usual, dips.max())
        worst = min(max(rare, usual + beyond * windows.scale_s(_UNSURE * self._careful)), usual + _RARE_MOST_S)
        return float(min(self.most_s, max(self.least_s, max(often, worst) + _SAFETY_S)))

    def _window(self, now: float, dip: float) -> None:
        part_s = self._parts.add(now, dip)
        elapsed = self._whole.add(now, dip)
        if self._whole.count >= _FIRST:
            if elapsed:
                self._adapt(now, elapsed)
        elif part_s and self._careful and self._parts.count >= _FIRST_PARTS:
            # nothing is given back yet
            self._wanted_s = max(self._wanted_s, self.needed_s)

    def _adapt(self, now: float, elapsed: float) -> None:
        excess = self._wanted_s - self.needed_s
        self.falls = 0.0
        if excess < 0:
            self._wanted_s -= excess
        elif now >= self._held_until:
            before_s = self.target_s
            most = _FALL_FIRST if self._whole.count <= _FIRST_MINUTE else _FALL_MOST
            self._wanted_s -= min(_FALL * excess, most) * elapsed
            self.falls = (before_s - self.target_s) / elapsed


class _Windows:
    """The deepest dip of each of the last windows of ``length_s`` seconds."""

    def __init__(self, length_s: float) -> None:
        self.length_s = length_s
        self.dips: deque[float] = deque(maxlen=_KEPT)
        self.count = 0  # also of those that are forgotten
        self._began, self._deepest = -np.inf, -np.inf

    def scale_s(self, unsure: float) -> float:
        """Of their Gumbel distribution; more than found by ``unsure`` over the root of their number."""
        low, usual, high = np.quantile(np.array(self.dips), (0.1, 0.5, 0.9), method="lower")
        # the narrower side tells the scale: a few bad seconds widen the upper one only, and what has an end, as packets
        # that come in step with frames, the lower one only
        narrower = min((usual - low) / (_HALF - _LOW), (high - usual) / (_HIGH - _HALF))
        return float(narrower * (1 + unsure / math.sqrt(len(self.dips))))

    def add(self, now: float, dip: float) -> float:
        """Seconds from the last window on, one at most, where one has just ended; else 0."""
        elapsed = 0.0
        if now - self._began >= self.length_s:
            if np.isfinite(self._deepest):
                self.dips.append(self._deepest)
                self.count += 1
                elapsed = min(_WINDOW_S, now - self._began)
            self._began, self._deepest = now, -np.inf
        self._deepest = max(self._deepest, dip)
        return elapsed
