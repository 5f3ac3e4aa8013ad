"""A second connection to a stream that is connected already, opened beside the first in a thread of its own.

LSL never tells of a connection that died unheard (a cable that was away, a router that forgot it), and an idle one
cannot be told from it. A second one brings what the first does not.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import Any

from pylsl.util import LostError

from bk_realtime.errors import BkError
from bk_realtime.source.door import connect
from bk_realtime.watched import WatchedThread

log = logging.getLogger(__name__)

_OPEN_S = 2.0


@dataclass(eq=False)
class Second:
    """The second connection to one sender.

    Attributes
    ----------
    asked : when it was last asked for: made anew, it takes the place of itself.
    fresh : it, or the one made anew, just open.
    inlet : None until it is open.
    failed : it did not open.
    refused : it did not, since at that address nobody listens.
    """

    asked: float = math.nan
    fresh: Any = None
    inlet: Any = None
    failed: bool = False
    refused: bool = False

    def open(self, info: Any, keep_s: int, recover: bool, now: float) -> None:
        """Begin to connect; arguments as for :func:`~bk_realtime.source.door.connect`. Returns at once."""
        self.asked, self.failed, self.refused = now, False, False
        WatchedThread(_open, "second connection", args=(info, keep_s, recover, self)).start()

    def brings(self) -> bool:
        """Whether samples wait; what was made anew takes over where none do, without a moment between the two."""
        fresh, self.fresh = self.fresh, None
        if self.inlet is not None and self.inlet.samples_available():
            return True
        self.inlet = fresh or self.inlet
        return fresh is not None and bool(fresh.samples_available())


def _open(info: Any, keep_s: int, recover: bool, second: Second) -> None:
    """Thread: one attempt."""
    fresh = None
    try:
        inlet = connect(info, keep_s, recover)
        inlet.open_stream(timeout=_OPEN_S)
        fresh = inlet
    except (RuntimeError, BkError) as error:  # what LSL raises: no answer in time, lost; or refused: tried again
        log.debug("no second connection to %s: %r", info.name(), error)
        second.refused = isinstance(error, LostError)
    finally:
        second.fresh, second.failed = fresh, fresh is None
