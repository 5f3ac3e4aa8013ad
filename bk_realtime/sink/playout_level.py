"""How full the buffer before a sound card is held: against two clocks that differ, packets, jitter and stalls."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from bk_realtime.config import FRAME_RATE
from bk_realtime.sink.drift import SMOOTH_S, LevelState, hold_level
from bk_realtime.sink.player import WATCH_S, Player
from bk_realtime.sink.reserve import Reserve
from bk_realtime.sink.ring import Ring

HOP_S = float(1 / FRAME_RATE)
"""One mel frame: what is written at a time."""
_LEAST_S = 0.25 * HOP_S
_LITTLE_S = 0.75 * HOP_S  # who begins with less (`--profile fast`) wants little delay, and has been told what it costs
_MOST_S = 0.6  # what is later than this was no jitter
_BURST = 0.75  # of a frame: writes closer than this came of one packet
_SLACK = 1.25  # frames that are left to the drift control
_GOOD = (
    0.5  # of the time that new sound is good for may be spent waiting; more, and it is thrown away before it is heard
)
_FORGET_S = 5.0  # how long the best of that time counts: what came late once says nothing
_PAUSES = 5  # of the longest pause between writes: what was not needed for so long is not needed


class PlayoutLevel:
    """The writer's view of one :class:`~bk_realtime.sink.player.Player` after another; in the writer's thread only.

    What stands in the buffer just before a packet's sound arrives is measured and brought to what
    :class:`~bk_realtime.sink.reserve.Reserve` finds is needed, by a factor on the resampler's ratio.

    Parameters
    ----------
    prefill_s : sound that waits before the first sample is played, in seconds: the reserve at the start and a frame.
    """

    def __init__(self, prefill_s: float) -> None:
        start_s = prefill_s - HOP_S
        self.reserve = Reserve(start_s, _LEAST_S, _MOST_S, careful=start_s > _LITTLE_S)
        self._state, self._correction = LevelState(), 1.0
        self._target_s = self.reserve.target_s
        self._written_at = self._measured_at = -np.inf
        self._underruns = self._skipped = 0
        self._pause_s = 0.0  # between writes, the longest of late
        self._beaten_at = -np.inf
        self.late = (0, "")
        """How many underruns this player had when sound last came too late, and what that waited for, in words; empty
        where nobody can tell. One value, for it is read in another thread."""
        self._good_s = math.inf  # new sound is good for so long, the longest of late
        self._rate = 0

    @property
    def clock_difference(self) -> float:
        """How much faster sound is written than played, as learnt so far; relative."""
        return self._state.integral

    def player(self, ring: Ring, rate: int) -> Player:
        """A player for a device that takes ``rate`` Hz."""
        self._rate, self._written_at = rate, -np.inf
        self._underruns = self._skipped = 0
        self.late = (0, "")
        self._state, self._correction = LevelState(), 1.0
        player = Player(ring, rate, 0, slack=round(_SLACK * HOP_S * rate))
        self._tell(player)
        return player

    def begin(self) -> None:
        """The device plays from now on: what is known of its clock stays."""
        self._state = LevelState(None, self._state.integral)

    def beat(self, now: float) -> None:
        """The writer lives and has nothing yet: it has just been given what it computes next, or still waits for it."""
        self._beaten_at = now

    def before_write(self, now: float, player: Player, good_for_s: float = math.inf) -> float:
        """Factor on the resampler's ratio for what is written at ``now``, in seconds of the player's clock.

        Parameters
        ----------
        good_for_s : what is written is too old to be heard so many seconds from now. What is kept in reserve is never
            more than lets it be heard, though it run dry.
        """
        reserve, since = self.reserve, now - self._written_at
        usual = self._target_s
        if self._state.error is not None:
            # smoothed, it lags behind a level that is being moved
            moves = self._state.integral - (1.0 - self._correction)
            usual += self._state.error + SMOOTH_S * moves
        if player.underruns != self._underruns:
            reserve.ran_dry(now, usual, now - player.dry_s)
            waited, took = self._beaten_at - self._written_at, now - self._beaten_at
            why = (
                f"the last came {1e3 * since:.0f} ms after the one before, {1e3 * waited:.0f} ms until its signal was "
                f"there and {1e3 * took:.0f} ms to compute it"
                if 0 <= waited <= since < math.inf
                else ""
            )
            self.late = (player.underruns, why)
            self.begin()
        elif not player.playing or player.skipped != self._skipped:
            self.begin()
        elif since > _BURST * HOP_S:
            # the device takes whole blocks; between them the sound goes on being played
            within = min(now - player.played_s, player.block / self._rate)
            fill = player.ring.fill / self._rate - within
            elapsed = min(1.0, now - self._measured_at)
            moved, self._target_s = reserve.target_s - self._target_s, reserve.target_s
            if self._state.error is not None:  # what stands in the buffer has not moved with it
                self._state = replace(self._state, error=self._state.error - moved)
            held, self._state = hold_level(fill, reserve.target_s, elapsed, self._state)
            self._correction = held - reserve.falls
            reserve.observe(now, usual, min(fill, player.lowest / self._rate))
            self._measured_at = now
        if not player.playing:
            self._correction = 1.0
        if not math.isnan(good_for_s):
            kept = self._good_s * math.exp(-max(0.0, since) / _FORGET_S) if math.isfinite(self._good_s) else -math.inf
            self._good_s = max(good_for_s, kept)
            reserve.limit(_GOOD * self._good_s)
        if since < _MOST_S:
            self._pause_s = max(since, 0.995 * self._pause_s)
        self._written_at, self._underruns, self._skipped = now, player.underruns, player.skipped
        player.lowest = 1 << 62
        self._tell(player)
        return self._correction

    def _tell(self, player: Player) -> None:
        player.rest = round(self.reserve.target_s * self._rate)
        player.prefill = player.rest + round(HOP_S * self._rate)
        player.watch = round(max(WATCH_S, _PAUSES * self._pause_s) * self._rate)
