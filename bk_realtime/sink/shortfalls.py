"""Sound that was not played as it was meant, in words: underruns, skips, cuts; each kind at once, then together."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bk_realtime.session.events import EventList
from bk_realtime.sink.counted import Counted
from bk_realtime.sink.player import Player
from bk_realtime.sink.playout_level import PlayoutLevel

_CALLS = 8
"""Calls for sound (46 ms and more) before a device says that it ran dry, in which it may have."""
_SAY_UNDERRUNS_S, _SAY_S = 1.0, 10.0  # between two lines of a kind at least


@dataclass
class HeldUp:
    """Underruns of a device that nobody served in time, whatever waited for it.

    Attributes
    ----------
    times : how often so far.
    last_s : when the last one was told, on the caller's clock.
    longest_s : longest time between two calls for sound shortly before one of them, since it was said last.
    holds_s : what the device reports that it holds.
    """

    times: int = 0
    last_s: float = -math.inf
    longest_s: float = 0.0
    holds_s: float = 0.0
    _between: deque[float] = field(default_factory=lambda: deque(maxlen=_CALLS))

    def called(self, now: float, since_s: float, underflow: bool) -> None:
        """The device asks for sound while some is played, ``since_s`` after it did before; ``underflow``: it says that
        it ran dry. It may say so some calls late, in the quick ones with which a device catches up."""
        self._between.append(since_s)
        if underflow:
            self.longest_s, self.last_s = max(self.longest_s, *self._between), now
            self._between.clear()
            self.times += 1  # last: another thread reads the rest once it sees this

    def paused(self) -> None:
        """The device asks for sound and gets silence: what was before it is no reason of anything later."""
        self._between.clear()


class Shortfalls:
    """Says what a sound card counted since it was said last.

    Parameters
    ----------
    events : gets the lines.
    level : knows why sound came too late, and how much is kept in reserve.
    """

    def __init__(self, events: EventList, level: PlayoutLevel) -> None:
        self._events, self._level = events, level
        self._ran_dry, self._skips, self._cuts = Counted(_SAY_UNDERRUNS_S), Counted(_SAY_S), Counted(_SAY_S)
        self._told_of: tuple[Player | None, int] = (None, 0)  # player and its underruns when some were told
        self._held_up_of = 0

    def say(self, now: float, player: Player, ran_dry: int, rate: int, held_up: HeldUp, last: bool = False) -> None:
        """Say what happened since.

        Parameters
        ----------
        now : seconds on any clock.
        player : that of the present stream.
        ran_dry : how often no sound was ready, in all streams so far.
        rate : Hz at which the player reads.
        held_up : what the device had beside that, though sound was waiting.
        last : nothing more will come of this stream.
        """
        held = held_up.times  # once: the device goes on
        if n := self._ran_dry.due(now, ran_dry + held, last):
            kept_ms = 1e3 * self._level.reserve.target_s
            of, late = self._level.late
            seen = (player, player.underruns)
            # not of an underrun that was told before, nor of one whose sound has not come yet
            why = f" ({late})" if late and of == seen[1] and seen != self._told_of else ""
            self._told_of = seen
            times, self._held_up_of = held - self._held_up_of, held
            if times:
                text = (
                    f"{times} underrun(s): the device was served too late though sound was waiting: this computer or "
                    f"its sound server took {1e3 * held_up.longest_s:.0f} ms from one block to the next, the device "
                    f"holds {1e3 * held_up.holds_s:.0f} ms"
                )
                held_up.longest_s = 0.0
                self._events.add("underrun", text, count=times)
            if n := n - times:
                text = f"{n} underrun(s): the sound was not ready in time{why}; {kept_ms:.0f} ms are kept in reserve"
                self._events.add("underrun", text, count=n)
        if n := self._skips.due(now, player.skipped, last):
            text = f"{1e3 * n / rate:.0f} ms of waiting sound were skipped to keep the delay short"
            self._events.add("skip", text)
        if n := self._cuts.due(now, player.cuts, last):
            often = "" if n == 1 else f"{n} times: "
            self._events.add(
                "cut", f"{often}sound that had waited until it was too old was cut off, not played", count=n
            )
