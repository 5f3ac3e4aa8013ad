"""How much a sound card takes at a time: little, for a short delay, unless the machine does not serve it in time."""

from __future__ import annotations

from collections import deque

from bk_realtime.sink.playout_level import HOP_S

_LEAST_S = HOP_S / 4  # the card holds a few of them
_MOST_S = HOP_S / 2
_TIMES, _WITHIN_S = 3, 10.0  # so often the card was served too late: no chance


class BlockLength:
    """Length of a block in seconds. It grows once, by what the device says of itself, and stays: a change is a break in
    the sound."""

    def __init__(self) -> None:
        self.seconds = _LEAST_S
        self._late, self._known = deque[float](maxlen=_TIMES), 0

    def grows(self, now: float, underflows: int, begun: bool) -> bool:
        """Whether the device should be opened anew with larger blocks.

        Parameters
        ----------
        now : seconds on any clock, some times a second.
        underflows : how often the device was served too late so far.
        begun : what a device says while it begins does not count.
        """
        if underflows > self._known and begun:
            self._late.append(now)
        self._known = underflows
        grows = self.seconds < _MOST_S and len(self._late) == _TIMES and now - self._late[0] < _WITHIN_S
        if grows:
            self.seconds *= 2
        return grows
