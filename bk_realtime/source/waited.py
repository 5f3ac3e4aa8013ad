"""All that waited in a connection while nobody took it, in one go."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bk_realtime.clock import Clock

_CATCH_UP_S = 0.5
_POLL_S = 0.02
_SETTLE_S = 0.1  # what waits in the network comes within this
_SHORT_S = 0.05  # a shorter piece is no backlog any more

Samples = tuple[np.ndarray, np.ndarray]
"""(T, n_channels) values and their (T,) stamps."""


def all_that_waited(
    first: Samples, take: Callable[[float], Samples], connected: Callable[[], bool], sfreq: float, clock: Clock
) -> Samples:
    """After the caller, or the whole process, stood still: all that waited, as one chunk. Taken in pieces it would look
    like stamps set to another time.

    Parameters
    ----------
    first : what was taken already; may be none.
    take : samples as soon as there are any, none after so many seconds.
    connected : whether there is anything to take from.
    sfreq : Hz, nominal.
    """
    parts, begun = [first], clock.now()
    while connected() and (past := clock.now() - begun) < _CATCH_UP_S:
        parts.append(take(_POLL_S))
        short = len(parts[-1][1]) < _SHORT_S * sfreq
        if short and past > _SETTLE_S and any(len(s) for _, s in parts):
            break
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
