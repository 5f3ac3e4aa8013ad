"""Sound that was not played as it was meant, in words: underruns, skips, cuts; each kind at once, then together."""

from __future__ import annotations

from bk_realtime.session.events import EventList
from bk_realtime.sink.counted import Counted
from bk_realtime.sink.player import Player
from bk_realtime.sink.playout_level import PlayoutLevel

_SAY_UNDERRUNS_S, _SAY_S = 1.0, 10.0  # between two lines of a kind at least


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

    def say(self, now: float, player: Player, underruns: int, rate: int, last: bool = False) -> None:
        """Say what happened since.

        Parameters
        ----------
        now : seconds on any clock.
        player : that of the present stream.
        underruns : of all streams so far.
        rate : Hz at which the player reads.
        last : nothing more will come of this stream.
        """
        if n := self._ran_dry.due(now, underruns, last):
            kept_ms = 1e3 * self._level.reserve.target_s
            of, late = self._level.late
            seen = (player, player.underruns)
            # not of an underrun that was told before, nor of one whose sound has not come yet
            why = f" ({late})" if late and of == seen[1] and seen != self._told_of else ""
            self._told_of = seen
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
