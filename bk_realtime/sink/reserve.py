"""How much sound to keep in reserve: the least that does not run dry with the packets and the jitter that come.

What was needed is measured, not assumed: how far below its usual level the buffer fell, second by second. What comes
every few seconds is held for, whatever its size. For what is rarer, little is held: a stall of the machine once in a
minute is one short fade, not a delay that lasts.
"""

from __future__ import annotations

from collections import deque

import numpy as np

_WINDOW_S = 1.0
_KEPT = 300  # windows: five minutes
_OFTEN = 0.9  # quantile of the windows: what comes more often than once in 10 s
_RARE = 0.98  # ... once in 50 s
_RARE_MOST_S = 0.02  # held beyond the usual for what is rare
_FIRST = 10  # windows before anything is given back
_SAFETY_S = 0.0015
_AGAIN_S = 10.0  # a second large underrun within this is no rare one
_HOLD_S = 10.0  # after an underrun, before the reserve falls
_FALL = 1 / 15  # of the excess a second ...
_FALL_MOST = 0.001  # ... and never faster than this: 0.1 % of pitch


class Reserve:
    """Target of the sound that waits just before new sound arrives. No clock, no thread: told all that it knows.

    Parameters
    ----------
    start_s : seconds held until something is known.
    least_s, most_s : bounds in seconds. What was later than ``most_s`` was no jitter, and raises nothing.
    """

    def __init__(self, start_s: float, least_s: float, most_s: float) -> None:
        self.least_s, self.most_s = least_s, max(most_s, start_s)
        self._ever_s = self.most_s
        self._wanted_s = max(least_s, start_s)
        self._dips: deque[float] = deque(maxlen=_KEPT)
        self._began, self._deepest = -np.inf, -np.inf
        self._held_until = self._dry_at = -np.inf

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
        """What the last five minutes ask for, in seconds."""
        dips = np.array(self._dips)
        usual, often, rare = np.quantile(dips, (0.5, _OFTEN, _RARE), method="lower")
        # the worst of an hour lies about as far beyond the worst of a minute as that beyond the usual
        worst = min(2 * rare - usual, dips.max(), usual + _RARE_MOST_S)
        return float(min(self.most_s, max(self.least_s, max(often, worst) + _SAFETY_S)))

    def _window(self, now: float, dip: float) -> None:
        if now - self._began >= _WINDOW_S:
            if np.isfinite(self._deepest):
                self._dips.append(self._deepest)
                self._adapt(now, min(_WINDOW_S, now - self._began))
            self._began, self._deepest = now, -np.inf
        self._deepest = max(self._deepest, dip)

    def _adapt(self, now: float, elapsed: float) -> None:
        if len(self._dips) < _FIRST:
            return
        excess = self._wanted_s - self.needed_s
        if excess < 0:
            self._wanted_s -= excess
        elif now >= self._held_until:
            self._wanted_s -= min(_FALL * excess, _FALL_MOST) * elapsed
